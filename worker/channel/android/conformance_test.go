package android_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/channel/channeltest"
	"canvass/worker/sim/androidsim"
)

const (
	office = "+84310000010"
	public = "https://khaosat.lamxuyen.example"
)

// configured are the settings of a provider on sim, changed by change.
func configured(sim *androidsim.Sim, change func(*android.Config)) android.Config {
	cfg := android.Config{URL: sim.ServerURL(), User: androidsim.DefaultUser, Password: androidsim.DefaultPassword,
		WebhookKey: androidsim.DefaultHookKey, Number: office, IDKeys: [][]byte{bytes.Repeat([]byte("k"), 32)}, Timeout: 2 * time.Second}
	if change != nil {
		change(&cfg)
	}
	return cfg
}

// start runs a simulator and a provider on it. Webhooks lead to hook, if given.
func start(t *testing.T, hook string, change func(*android.Config)) (*androidsim.Sim, *android.Provider) {
	t.Helper()
	sim, err := androidsim.Start(androidsim.Config{LateDelay: 50 * time.Millisecond,
		RewriteHook: func(address string) string { return strings.Replace(address, public, hook, 1) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return sim, provider(t, configured(sim, change))
}

func provider(t *testing.T, cfg android.Config) *android.Provider {
	t.Helper()
	p, err := android.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// maker returns a function that makes texts, each unlike the others.
func maker() func(to string) channel.Message {
	var n atomic.Int64
	return func(to string) channel.Message {
		ref := fmt.Sprintf("a%d", n.Add(1))
		return channel.Message{Ref: ref, Channel: survey.SMS, From: office, To: to,
			StatusURL:  public + "/hook/twilio/status?" + channel.RefParam + "=" + ref,
			Body:       "DLXH Lam Xuyen: moi Ong/Ba tra loi khao sat " + ref,
			SendBefore: time.Now().Add(15 * time.Second)}
	}
}

func taken(sim *androidsim.Sim) func(m channel.Message) int {
	return func(m channel.Message) int { return sim.Created(m.To, m.Body) }
}

// Both modes pass the suite of every channel.
func TestConformance(t *testing.T) {
	for _, local := range []bool{false, true} {
		sim, p := start(t, public, nil)
		if local {
			p = provider(t, configured(sim, func(c *android.Config) { c.URL = sim.URL() + "/" }))
		}
		channeltest.Run(t, channeltest.Bench{
			Sender:    p,
			Message:   maker(),
			Taken:     taken(sim),
			Fresh:     func(n int) string { return fmt.Sprintf("+84312%06d", n) },
			Dead:      "+84312349002",
			Config:    "+84312349016",
			Temporary: "+84312349007",
			Throttled: "+84312349006",
			LostAfter: "+84312349008",
			Lost:      "+84312349009",
		})
	}
}

func class(t *testing.T, err error) *channel.SendError {
	t.Helper()
	var e *channel.SendError
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *channel.SendError", err)
	}
	return e
}

// A retry is no repeat: the gateway refuses the second one, and that is
// acceptance, whatever became of the answer to the first.
func TestTheSameMessageLeavesOnce(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public, nil)
	for _, to := range []string{"+84312000001", "+84312349008", "+84312349015"} {
		m := maker()(to)
		_, first := p.Send(t.Context(), m)
		m.SendBefore = m.SendBefore.Add(time.Minute) // a later try
		again, err := p.Send(t.Context(), m)
		if err != nil || again.ProviderID == "" {
			t.Errorf("%s: the second try: %v", to, err)
		}
		if n := sim.Created(m.To, m.Body); n != 1 {
			t.Errorf("%s: taken %d times", to, n)
		}
		if lost := to != "+84312000001"; lost && class(t, first).Class != channel.Unknown || !lost && first != nil {
			t.Errorf("%s: the first try: %v", to, first)
		}
	}
	if c := sim.Counts(); c.Created != 3 || c.Duplicates != 3 {
		t.Errorf("%+v", c)
	}
}

// An id says nothing about whom it is for, nor which message came first; that of
// another person is another one even when our numbers begin anew.
func TestIDs(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public, nil)
	seen := map[string]bool{}
	for _, to := range []string{"+84312000001", "+84312000002"} {
		for _, ref := range []string{"a1", "a2", "n1", "t3xkq"} {
			if _, err := p.Send(t.Context(), channel.Message{Ref: ref, Channel: survey.SMS, From: office, To: to, Body: "x"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, id := range sim.IDs() {
		if seen[id] || len(id) > 36 || strings.Contains(id, "312000") {
			t.Errorf("id %q", id)
		}
		seen[id] = true
	}
	if len(seen) != 8 {
		t.Errorf("%d ids of 8 messages", len(seen))
	}
}

// What a phone that is off does to a message: local mode refuses the connection or
// breaks it, a server says that it has not heard of it.
func TestThePhoneIsAway(t *testing.T) {
	t.Parallel()
	sim, _ := start(t, public, nil)
	gone := provider(t, configured(sim, func(c *android.Config) { c.URL = "http://127.0.0.1:1" }))
	_, err := gone.Send(t.Context(), maker()("+84312000001"))
	if e := class(t, err); e.Class != channel.Temporary || !channel.Interpret(e).Trouble {
		t.Errorf("no connection: %v", err)
	}
	p := provider(t, configured(sim, nil))
	_, err = p.Send(t.Context(), maker()("+84312349007"))
	if e := class(t, err); e.Class != channel.Temporary || !channel.Interpret(e).Trouble {
		t.Errorf("not heard of: %v", err)
	}
	if _, err := gone.Find(t.Context(), channel.Probe{Ref: "a1", To: "+84312000001"}); class(t, err).Class != channel.Temporary {
		t.Errorf("a listing without connection: %v", err)
	}
}

func TestHowAnswersAreClassed(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public, nil)
	for to, want := range map[string]struct {
		class channel.Class
		code  string
	}{
		"+84312349001": {channel.Permanent, "number"},
		"+84312349015": {channel.Unknown, "http 502"},
		"+84312349016": {channel.Config, "http 403"},
		"+84312349017": {channel.Throttled, "http 429"},
		"+84312349018": {channel.Unknown, "http 500"},
		"12":           {channel.Permanent, "number"},
	} {
		_, err := p.Send(t.Context(), maker()(to))
		if e := class(t, err); e.Class != want.class || e.Code != want.code {
			t.Errorf("…%s: %v", to[max(0, len(to)-4):], err)
		}
	}
	wrong := provider(t, configured(sim, func(c *android.Config) { c.Password = "wrong" }))
	device := provider(t, configured(sim, func(c *android.Config) { c.Device = "another" }))
	for name, tt := range map[string]struct {
		p    *android.Provider
		m    channel.Message
		want channel.Class
	}{
		"password": {wrong, maker()("+84312000009"), channel.Config},
		"device":   {device, maker()("+84312000009"), channel.Temporary},
		"no text":  {p, channel.Message{Ref: "a9", Channel: survey.SMS, To: "+84312000009"}, channel.Config},
		"a call":   {p, channel.Message{Ref: "a9", Channel: survey.Call, To: "+84312000009"}, channel.Config},
	} {
		if _, err := tt.p.Send(t.Context(), tt.m); class(t, err).Class != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Doubt is resolved by the id, also after the key has changed.
func TestFind(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public, nil)
	make := maker()
	for to, want := range map[string]survey.AttemptEvent{
		"+84312000001": survey.AttemptDeliver, "+84312349003": survey.AttemptUndeliver, "+84312349014": survey.AttemptAccept,
	} {
		m := make(to)
		if _, err := p.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if err := sim.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		rotated := provider(t, configured(sim, func(c *android.Config) {
			c.IDKeys = [][]byte{bytes.Repeat([]byte("n"), 32), bytes.Repeat([]byte("k"), 32)}
		}))
		for _, p := range []*android.Provider{p, rotated} {
			found, err := p.Find(t.Context(), channel.Probe{Ref: m.Ref, Channel: survey.SMS, From: office, To: m.To, Body: "other words", At: time.Now()})
			if err != nil || found.Matches != 1 || found.Status.Event != want || found.Status.Ref != m.Ref || found.Status.ProviderID == "" {
				t.Errorf("…%s: %+v, %v", to[len(to)-4:], found, err)
			}
		}
		for _, probe := range []channel.Probe{{Ref: "a99", To: m.To}, {Ref: m.Ref, To: "+84312000077"}} {
			if found, err := p.Find(t.Context(), probe); err != nil || found.Matches != 0 {
				t.Errorf("what was never sent: %+v, %v", found, err)
			}
		}
	}
}

func TestNewNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := android.New(android.Config{URL: "http://sms.lamxuyen.example", SIM: 4, Device: strings.Repeat("d", 22), Number: "0312000001",
		IDKeys: [][]byte{[]byte("short")}, Timeout: -1, Password: "geheim"})
	if survey.CodeOf(err) != survey.CodeConfig {
		t.Fatalf("got %v", err)
	}
	for _, where := range []string{"url", "user", "sim", "device", "number", "id key", "timeout"} {
		if !strings.Contains(err.Error(), "at android "+where) {
			t.Errorf("%s is not named in %v", where, err)
		}
	}
	if strings.Contains(err.Error(), "geheim") {
		t.Error("a credential is told")
	}
}

// Plain http is for this machine, and for a private address when that is said.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		url      string
		plain    bool
		accepted bool
	}{
		{"https://sms.lamxuyen.example/3rdparty/v1", false, true},
		{"http://127.0.0.1:8080", false, true},
		{"http://192.168.1.20:8080", false, false},
		{"http://192.168.1.20:8080", true, true},
		{"http://10.0.0.7:8080/", true, true},
		{"http://8.8.8.8:8080", true, false},
		{"http://phone.lamxuyen.example:8080", true, false},
		{"ftp://192.168.1.20", true, false},
		{"https://user:x@sms.lamxuyen.example", true, false},
		{"https://sms.lamxuyen.example?x=1", true, false},
		{"", true, false},
	} {
		_, err := android.New(android.Config{URL: tc.url, PlainHTTP: tc.plain, User: "sms", Password: "x", Number: office,
			IDKeys: [][]byte{bytes.Repeat([]byte("k"), 32)}})
		if (err == nil) != tc.accepted {
			t.Errorf("%q plain=%v: %v", tc.url, tc.plain, err)
		}
	}
}
