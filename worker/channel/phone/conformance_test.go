package phone_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/channeltest"
	"canvass/worker/channel/phone"
	"canvass/worker/sim/twiliosim"
)

const (
	office = "+842983555010"
	public = "https://khaosat.lamxuyen.example"
)

// start runs a simulator and a provider on it. The webhooks of messages made by
// maker lead nowhere unless hook is given.
func start(t *testing.T, hook string) (*twiliosim.Sim, *phone.Provider) {
	t.Helper()
	sim, err := twiliosim.Start(twiliosim.Config{
		RewriteHook: func(address string) string { return strings.Replace(address, public, hook, 1) },
		RingTimeout: 20 * time.Second, GatherTimeout: 20 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	p, err := phone.New(phone.Config{
		AccountSID: twiliosim.DefaultAccountSID, AuthToken: twiliosim.DefaultAuthToken,
		BaseURL: sim.URL(), PublicURL: public, Timeout: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return sim, p
}

// maker returns a function that makes texts or calls, each unlike the others.
func maker(kind survey.Channel) func(to string) channel.Message {
	var n atomic.Int64
	return func(to string) channel.Message {
		ref := fmt.Sprintf("a%d", n.Add(1))
		m := channel.Message{
			Ref: ref, Channel: kind, From: office, To: to,
			StatusURL:  public + "/hook/twilio/status?" + channel.RefParam + "=" + ref,
			SendBefore: time.Now().Add(15 * time.Second),
		}
		if kind == survey.Call {
			m.AnswerURL = public + "/hook/twilio/voice?" + channel.RefParam + "=" + ref
		} else {
			m.Body = "DLXH Lam Xuyen: moi Ong/Ba tra loi khao sat " + ref
		}
		return m
	}
}

func taken(sim *twiliosim.Sim) func(m channel.Message) int {
	return func(m channel.Message) int { return sim.ReceivedByCallbackKey(channel.RefParam)[m.Ref] }
}

func TestConformanceOfTexts(t *testing.T) {
	sim, p := start(t, public)
	channeltest.Run(t, channeltest.Bench{
		Sender:    p,
		Message:   maker(survey.SMS),
		Taken:     taken(sim),
		Fresh:     func(n int) string { return fmt.Sprintf("+849123%05d", n) },
		Dead:      "+84912349002",
		OptedOut:  "+84912349015",
		Temporary: "+84912349007",
		Throttled: "+84912349006",
		LostAfter: "+84912349008",
		Lost:      "+84912349009",
	})
}

func TestConformanceOfCalls(t *testing.T) {
	sim, p := start(t, public)
	channeltest.Run(t, channeltest.Bench{
		Sender:    p,
		Message:   maker(survey.Call),
		Taken:     taken(sim),
		Fresh:     func(n int) string { return fmt.Sprintf("+849123%05d", n) },
		Dead:      "+84912349001",
		Temporary: "+84912349106",
		Throttled: "+84912349006",
		LostAfter: "+84912349107",
		Lost:      "+84912349009",
	})
}

// A wrong token is our set-up, said by Check and by Send alike.
func TestWrongToken(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public)
	if err := p.Check(t.Context()); err != nil {
		t.Errorf("a good account: %v", err)
	}
	wrong, err := phone.New(phone.Config{AccountSID: twiliosim.DefaultAccountSID, AuthToken: "wrong", BaseURL: sim.URL()})
	if err != nil {
		t.Fatal(err)
	}
	_, sent := wrong.Send(t.Context(), maker(survey.SMS)("+84912340001"))
	for name, err := range map[string]error{"Check": wrong.Check(t.Context()), "Send": sent} {
		var e *channel.SendError
		if !errors.As(err, &e) || e.Class != channel.Config || e.Code != "20003" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two texts that are alike stay two: staff decide, not we.
func TestFindSeveral(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public)
	m := maker(survey.SMS)("+84912340002")
	for range 2 {
		if _, err := p.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	probe := channel.Probe{Ref: m.Ref, Channel: survey.SMS, From: m.From, To: m.To, Body: m.Body, At: time.Now()}
	for name, tt := range map[string]struct {
		change func(*channel.Probe)
		want   int
	}{
		"as sent":       {func(*channel.Probe) {}, 2},
		"another text":  {func(p *channel.Probe) { p.Body += "!" }, 0},
		"an hour ago":   {func(p *channel.Probe) { p.At = p.At.Add(-time.Hour) }, 0},
		"another phone": {func(p *channel.Probe) { p.To = "+84912340003" }, 0},
	} {
		asked := probe
		tt.change(&asked)
		if found, err := p.Find(t.Context(), asked); err != nil || found.Matches != tt.want {
			t.Errorf("%s: %d %v, want %d", name, found.Matches, err, tt.want)
		}
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := phone.New(phone.Config{AccountSID: "AC-1", BaseURL: "http://api.lamxuyen.example", PublicURL: "khaosat.lamxuyen.example", Timeout: -1, APIKey: "SK1"})
	if survey.CodeOf(err) != survey.CodeConfig {
		t.Fatalf("got %v", err)
	}
	for _, where := range []string{"twilio account sid", "twilio auth token", "twilio api secret", "twilio base url", "public url", "twilio timeout"} {
		if !strings.Contains(err.Error(), "at "+where) {
			t.Errorf("%s is not named in %v", where, err)
		}
	}
	if strings.Contains(err.Error(), url.QueryEscape("SK1")) {
		t.Error("a credential is told")
	}
}
