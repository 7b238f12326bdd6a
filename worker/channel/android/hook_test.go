package android_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/sim/androidsim"
)

// desk is the smallest intake: it keeps what came in, each thing once.
type desk struct {
	provider *android.Provider

	mu    sync.Mutex
	busy  int // requests to be answered 503 first
	came  []channel.Inbound
	times map[string]int
	errs  []error
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, err := d.provider.Hook(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy--; d.busy >= 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	switch {
	case survey.KindOf(err) == survey.Forbidden:
		d.errs = append(d.errs, err)
		w.WriteHeader(http.StatusForbidden)
	case err != nil:
		d.errs = append(d.errs, err)
		w.WriteHeader(http.StatusBadRequest)
	case in.Kind != "":
		if d.times[in.ProviderID]++; d.times[in.ProviderID] == 1 {
			d.came = append(d.came, in)
		}
	}
}

func (d *desk) of(kind channel.InboundKind) []channel.Inbound {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(d.came), func(in channel.Inbound) bool { return in.Kind != kind })
}

// open runs a simulator with a desk that is registered with it.
func open(t *testing.T, change func(*android.Config)) (*androidsim.Sim, *desk) {
	t.Helper()
	d := &desk{times: map[string]int{}}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	sim, p := start(t, server.URL, change)
	d.provider = p
	if err := p.Register(t.Context(), public+"/hook/android"); err != nil {
		t.Fatal(err)
	}
	return sim, d
}

func settle(t *testing.T, sim *androidsim.Sim) {
	t.Helper()
	if err := sim.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// The events of a text lead to its attempt by the id alone, whatever their order
// and however often they come.
func TestEventsOfOurTexts(t *testing.T) {
	t.Parallel()
	sim, d := open(t, nil)
	next := maker()
	for to, want := range map[string][]string{
		"+84312000001": {"accept handed_over", "deliver handed_over"},
		"+84312349010": {"accept handed_over", "deliver handed_over"},
		"+84312349011": {"accept handed_over", "deliver handed_over"},
		"+84312349012": {"accept handed_over", "deliver handed_over"},
		"+84312349013": {"accept handed_over", "deliver handed_over"},
		"+84312349014": {"accept handed_over"},
		"+84312349003": {"accept handed_over", "undeliver unreachable sc 70"},
		"+84312349004": {"undeliver throttled RESULT_ERROR_LIMIT_EXCEEDED"},
		"+84312349005": {"undeliver temporary RESULT_ERROR_GENERIC_FAILURE"},
	} {
		m := next(to)
		if _, err := d.provider.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		settle(t, sim)
		var got []string
		for _, in := range d.of(channel.InboundStatus) {
			if in.Ref != m.Ref {
				continue
			}
			if in.To != to || in.Status.Ref != m.Ref || in.Provider != "android" || in.At.IsZero() {
				t.Errorf("%+v", in)
			}
			got = append(got, strings.TrimSpace(string(in.Status.Event)+" "+string(in.Status.Reason)+" "+in.Status.Code))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("…%s: %q, want %q", to[len(to)-4:], got, want)
		}
	}
	// A trial, and what others send by the same phone, is nobody's.
	before := len(d.of(channel.InboundStatus))
	for _, ref := range []string{"txyz", "a007", "b1", "a-1", ""} {
		if _, err := d.provider.Send(t.Context(), channel.Message{Ref: ref, Channel: survey.SMS, To: "+84312000002", Body: "thu " + ref}); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, sim)
	if n := len(d.of(channel.InboundStatus)); n != before {
		t.Errorf("%d events of messages that are nobody's", n-before)
	}
	if len(d.errs) > 0 {
		t.Errorf("refused: %v", d.errs)
	}
}

// Two texts that are alike are two, one that is told several times is one: a
// retry, a repeat, and the same second in another zone.
func TestIncomingTexts(t *testing.T) {
	t.Parallel()
	sim, d := open(t, nil)
	at := time.Date(2026, 12, 1, 8, 0, 7, 0, time.UTC)
	d.mu.Lock()
	d.busy = 3
	d.mu.Unlock()
	for _, text := range []androidsim.Text{
		{From: "+84312000001", Body: "1", At: at},
		{From: "+84312000001", Body: "1", At: at.Add(20 * time.Second)},
		{From: "+84312000001", Body: "1", At: at.Add(40 * time.Second), Times: 3},
		{From: "0312000001", Body: "1", At: at.In(time.FixedZone("", 9*3600))}, // the first one again
		{From: "+84312000001", Body: "2", At: at},                              // in the same second, and another one
		{From: "0312 000 002", Body: "Một hai ba, " + strings.Repeat("chị cả ", 60), At: at.Add(-24 * time.Hour)},
		{From: "Viettel", Body: "Quy khach con 0 dong", At: at},
		{From: "0312000003", Body: "", At: at},
	} {
		if err := sim.Write(text); err != nil {
			t.Fatal(err)
		}
		settle(t, sim)
	}
	got := map[string]int{}
	for _, in := range d.of(channel.InboundText) {
		got[in.From]++
		if in.To != office || in.Provider != "android" || in.Ref != "" || strings.Contains(in.ProviderID, "312000") {
			t.Errorf("%+v", in)
		}
	}
	want := map[string]int{"+84312000001": 4, "+84312000002": 1, "Viettel": 1, "+84312000003": 1}
	for from, n := range want {
		if got[from] != n {
			t.Errorf("%s: %d, want %d", from, got[from], n)
		}
	}
	if len(got) != len(want) || len(d.errs) > 0 {
		t.Errorf("%v, refused %v", got, d.errs)
	}
	if c := sim.Counts(); c.Lost > 0 || c.Tries != c.Told+3 {
		t.Errorf("%+v", c)
	}
}

// What comes to the other SIM of the phone, or to another phone of the account, is
// no affair of ours.
func TestOtherSIMsAndPhones(t *testing.T) {
	t.Parallel()
	sim, d := open(t, func(c *android.Config) { c.SIM, c.Device = 1, androidsim.DefaultDevice })
	for i, sim1 := range []int{1, 2, -1} {
		if err := sim.Write(androidsim.Text{From: "+84312000001", Body: strconv.Itoa(i), SIM: sim1}); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, sim)
	var got []string
	for _, in := range d.of(channel.InboundText) {
		got = append(got, in.Text)
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"0", "2"}) { // the phone cannot tell of the last one
		t.Errorf("%q", got)
	}
	other := signed(`{"event":"sms:received","deviceId":"another","payload":{"phoneNumber":"0312000001","message":"x","receivedAt":"2026-12-01T08:00:00Z"}}`)
	if in, err := d.provider.Hook(other); err != nil || in.Kind != "" {
		t.Errorf("%+v, %v", in, err)
	}
}

// signed is a request that the phone signed just now.
func signed(body string) *http.Request {
	return signedAt(body, strconv.FormatInt(time.Now().Unix(), 10))
}

func signedAt(body, at string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/hook/android", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Timestamp", at)
	r.Header.Set("X-Signature", androidsim.Sign(androidsim.DefaultHookKey, []byte(body), at))
	return r
}

const sample = `{"event":"sms:received","deviceId":"d","id":"x","payload":{"messageId":"1f","phoneNumber":"0312000001","simNumber":1,"message":"1","receivedAt":"2026-12-01T15:00:00.000+07:00"}}`

func TestWhoIsNotThePhone(t *testing.T) {
	t.Parallel()
	_, d := open(t, nil)
	for name, change := range map[string]func(r *http.Request){
		"no signature":      func(r *http.Request) { r.Header.Del("X-Signature") },
		"no time":           func(r *http.Request) { r.Header.Del("X-Timestamp") },
		"another time":      func(r *http.Request) { r.Header.Set("X-Timestamp", "1") },
		"a time of letters": func(r *http.Request) { r.Header.Set("X-Timestamp", "now") },
		"not hexadecimal":   func(r *http.Request) { r.Header.Set("X-Signature", "zz") },
		"another key":       func(r *http.Request) { r.Header.Set("X-Signature", androidsim.Sign("other", []byte(sample), "1")) },
		"another body":      func(r *http.Request) { *r = *r.WithContext(r.Context()); r.Body = http.NoBody },
	} {
		r := signed(sample)
		change(r)
		if in, err := d.provider.Hook(r); survey.KindOf(err) != survey.Forbidden || in.Kind != "" {
			t.Errorf("%s: %+v, %v", name, in, err)
		}
	}
	deaf := provider(t, configured(mustSim(t), func(c *android.Config) { c.WebhookKey = "" }))
	if _, err := deaf.Hook(signed(sample)); survey.KindOf(err) != survey.Forbidden {
		t.Errorf("without a key: %v", err)
	}
}

func mustSim(t *testing.T) *androidsim.Sim {
	t.Helper()
	sim, _ := start(t, public, nil)
	return sim
}

// A right signature is right whenever it was made; what it covers is the same
// thing, so that a replay changes nothing.
func TestLateAndReplayed(t *testing.T) {
	t.Parallel()
	_, d := open(t, nil)
	var ids []string
	for _, at := range []string{"1", strconv.FormatInt(time.Now().Add(-48*time.Hour).Unix(), 10), strconv.FormatInt(time.Now().Unix(), 10)} {
		in, err := d.provider.Hook(signedAt(sample, at))
		if err != nil || in.Kind != channel.InboundText || in.From != "+84312000001" {
			t.Fatalf("%+v, %v", in, err)
		}
		ids = append(ids, in.ProviderID)
	}
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("%q", ids)
	}
}

func TestWhatMakesNoSenseAndWhatIsNotForUs(t *testing.T) {
	t.Parallel()
	_, d := open(t, nil)
	for body, want := range map[string]survey.Kind{
		"": survey.Invalid, "[]": survey.Invalid, `{"event":"sms:received","payload":{}}`: survey.Invalid,
		`{"event":"sms:received","payload":{"phoneNumber":"0312000001","message":"x"}}`: survey.Invalid,
		`{"event":"sms:received","payload":{"message":{}}}`:                             survey.Invalid,
		strings.Repeat(" ", 300<<10):                                                    survey.Invalid,
	} {
		if _, err := d.provider.Hook(signed(body)); survey.KindOf(err) != want {
			t.Errorf("%.60q: %v", body, err)
		}
	}
	for _, body := range []string{
		`{"event":"system:ping","deviceId":"d","payload":{"health":{}}}`, `{"event":"app:started","payload":{}}`,
		`{"event":"mms:downloaded","payload":{"messageId":"1","attachments":[]}}`, `{"event":"tomorrow","payload":null}`, `{}`,
		`{"event":"sms:sent","payload":{"messageId":"3f2a","phoneNumber":"+84312000001"}}`,
	} {
		if in, err := d.provider.Hook(signed(body)); err != nil || in.Kind != "" {
			t.Errorf("%s: %+v, %v", body, in, err)
		}
	}
	if _, err := d.provider.Hook(httptest.NewRequest(http.MethodGet, "/hook/android", nil)); survey.KindOf(err) != survey.Invalid {
		t.Errorf("GET: %v", err)
	}
}

func TestLookAndRegister(t *testing.T) {
	t.Parallel()
	sim, p := start(t, public, nil)
	const hook = public + "/hook/android"
	l, err := p.Look(t.Context(), hook)
	if err != nil || len(l.Missing) != 4 || !l.Known || l.Skew.Abs() > 5*time.Second || len(l.Phones) != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	for range 2 { // the second time replaces
		if err := p.Register(t.Context(), hook); err != nil {
			t.Fatal(err)
		}
	}
	if l, err = p.Look(t.Context(), hook); err != nil || len(l.Missing) != 0 || l.Strangers != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if l, err = p.Look(t.Context(), public+"/elsewhere"); err != nil || len(l.Missing) != 4 || l.Strangers != 4 {
		t.Errorf("%+v, %v", l, err)
	}
	if err := p.Register(t.Context(), "http://plain.example/hook"); err == nil {
		t.Error("an address without TLS was registered")
	}
	sim.SetAway(true)
	l, err = p.Look(t.Context(), hook)
	if seen, ok := p.Seen(l); err != nil || !ok || time.Since(seen) < time.Hour {
		t.Errorf("seen %v %v, %v", seen, ok, err)
	}
	sim.SetAway(false)
	wrong := provider(t, configured(sim, func(c *android.Config) { c.User = "other" }))
	if _, err := wrong.Look(t.Context(), hook); class(t, err).Class != channel.Config {
		t.Errorf("a wrong password: %v", err)
	}
	if p.Several(l) || !p.Several(android.Look{Phones: make([]android.Phone, 2)}) {
		t.Error("several phones are told wrongly")
	}
}

// Whatever stands in a request, the decoder neither fails nor tells it.
func FuzzHook(f *testing.F) {
	for _, body := range []string{sample, `{"event":"sms:failed","payload":{"messageId":"0","reason":"Delivery result from SC +84900000099: 70"}}`,
		`{"event":"sms:sent","payload":{"messageId":"` + strings.Repeat("0", 26) + `"}}`, `{"payload":{"simNumber":1e9}}`, "null"} {
		f.Add(body)
	}
	sim, err := androidsim.Start(androidsim.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(sim.Close)
	p, err := android.New(configured(sim, nil))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := p.Hook(signed(body))
		if err != nil && (survey.KindOf(err) != survey.Invalid || in.Kind != "") {
			t.Errorf("%v %+v", err, in)
		}
		if in.Kind == channel.InboundText && (in.ProviderID == "" || in.From == "" || in.To != office) {
			t.Errorf("%+v", in)
		}
		if in.Kind != "" {
			if _, err := json.Marshal(in); err != nil {
				t.Error(err)
			}
		}
	})
}
