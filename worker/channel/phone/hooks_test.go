package phone_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
	"canvass/worker/channel/phone"
	"canvass/worker/sim/twiliosim"
)

// house is the smallest intake: it keeps what came in and answers calls.
type house struct {
	provider *phone.Provider

	mu   sync.Mutex
	came []channel.Inbound
	errs []error
}

func (h *house) keep(in channel.Inbound, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.errs = append(h.errs, err)
		return
	}
	h.came = append(h.came, in)
}

func (h *house) of(kind channel.InboundKind) []channel.Inbound {
	h.mu.Lock()
	defer h.mu.Unlock()
	var some []channel.Inbound
	for _, in := range h.came {
		if in.Kind == kind {
			some = append(some, in)
		}
	}
	return some
}

func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", h.provider.ContentType())
	switch r.URL.Path {
	case "/hook/twilio/status":
		h.keep(h.provider.Status(r))
	case "/hook/twilio/sms":
		h.keep(h.provider.Text(r))
	case "/hook/twilio/voice":
		in, err := h.provider.Keys(r)
		h.keep(in, err)
		spoken := channel.Spoken{Lang: survey.Vietnamese, Lines: channel.Said("Xin chào Ông, Bà.")}
		if r.URL.Query().Get(channel.TurnParam) == "" {
			next := public + "/hook/twilio/voice?" + channel.RefParam + "=" + in.Ref + "&" + channel.TurnParam + "=1"
			spoken.Gather = &channel.Gather{ActionURL: next, Digits: 1}
		}
		w.Write(h.provider.Render(spoken))
		return
	}
	w.Write(h.provider.EmptyReply())
}

func open(t *testing.T) (*twiliosim.Sim, *phone.Provider, *house) {
	t.Helper()
	h := new(house)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	sim, p := start(t, server.URL)
	h.provider = p
	return sim, p, h
}

// until waits for the simulator to have nothing left to do.
func until(t *testing.T, sim *twiliosim.Sim) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := sim.Settle(ctx); err != nil {
		t.Fatal(err)
	}
}

// What a text of each kind becomes, by the callbacks that really arrive.
func TestCallbacksOfTexts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		to     string
		event  survey.AttemptEvent
		reason survey.Reason
		dead   bool
	}{
		{"+84912340001", survey.AttemptDeliver, survey.ReasonHandedOver, false},
		{"+84912349003", survey.AttemptUndeliver, survey.ReasonUnreachable, false},
		{"+84912349004", survey.AttemptUndeliver, survey.ReasonDeadEndpoint, true},
		{"+84912349005", survey.AttemptRefuse, survey.ReasonFiltered, false},
		{"+84912349008", survey.AttemptDeliver, survey.ReasonHandedOver, false},
		{"+84912349010", survey.AttemptDeliver, survey.ReasonHandedOver, false},
		{"+84912349013", survey.AttemptDeliver, survey.ReasonHandedOver, false},
		{"+84912349014", survey.AttemptAccept, survey.ReasonHandedOver, false},
	}
	for _, tt := range tests {
		t.Run(tt.to[8:], func(t *testing.T) {
			t.Parallel()
			sim, p, h := open(t)
			m := maker(survey.SMS)(tt.to)
			receipt, err := p.Send(t.Context(), m)
			if err == nil && receipt.Segments != 1 {
				t.Errorf("%d segments", receipt.Segments)
			}
			until(t, sim)
			all := h.of(channel.InboundStatus)
			if len(all) == 0 || len(h.errs) > 0 {
				t.Fatalf("%d callbacks, %v", len(all), h.errs)
			}
			last := all[len(all)-1]
			s := last.Status
			if s.Event != tt.event || s.Reason != tt.reason || s.DeadEndpoint != tt.dead || s.Ref != m.Ref || last.Ref != m.Ref || last.To != tt.to {
				t.Errorf("%s %s dead=%v ref=%q, want %s %s dead=%v", s.Event, s.Reason, s.DeadEndpoint, s.Ref, tt.event, tt.reason, tt.dead)
			}
			ids := map[string]bool{}
			for _, in := range all {
				ids[in.ProviderID] = true
			}
			if wantTwice := tt.to == "+84912349010"; wantTwice != (len(ids) < len(all)) {
				t.Errorf("%d callbacks with %d ids", len(all), len(ids))
			}
		})
	}
}

func TestCallbacksOfCalls(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]channel.Status{
		"+84912349101": {Event: survey.AttemptUndeliver, Reason: survey.ReasonBusy},
		"+84912349102": {Event: survey.AttemptUndeliver, Reason: survey.ReasonNoAnswer},
		"+84912349103": {Event: survey.AttemptRefuse, Reason: survey.ReasonDeadEndpoint, DeadEndpoint: true, Code: "sip 404"},
		"+84912349104": {Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver},
	} {
		t.Run(to[8:], func(t *testing.T) {
			t.Parallel()
			sim, p, h := open(t)
			m := maker(survey.Call)(to)
			m.RingSeconds = 1
			receipt, err := p.Send(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			until(t, sim)
			all := h.of(channel.InboundStatus)
			if len(all) == 0 || len(h.errs) > 0 {
				t.Fatalf("%d callbacks, %v", len(all), h.errs)
			}
			want.Ref, want.ProviderID, want.Call = m.Ref, receipt.ProviderID, true
			if got := *all[len(all)-1].Status; got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// A call from its beginning to a key: two steps, each with an id of its own.
func TestKeys(t *testing.T) {
	t.Parallel()
	sim, p, h := open(t)
	events, cancel := sim.Subscribe()
	defer cancel()
	m := maker(survey.Call)("+84912340007")
	receipt, err := p.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for {
		var e twiliosim.Event
		select {
		case e = <-events:
		case <-time.After(20 * time.Second):
			t.Fatal("the call stands still")
		}
		if e.Kind == twiliosim.EventCall {
			if err := sim.Answer(receipt.ProviderID); err != nil {
				t.Fatal(err)
			}
		}
		if e.Kind == twiliosim.EventPrompt && e.Gather != nil {
			if e.Text != "Xin chào Ông, Bà." || e.Language != "vi-VN" || e.Gather.NumDigits != 1 || e.Gather.FinishOnKey != "#" {
				t.Errorf("prompt %+v %+v", e, e.Gather)
			}
			if err := sim.Press(receipt.ProviderID, "3"); err != nil {
				t.Fatal(err)
			}
		}
		if e.Kind == twiliosim.EventEnded {
			break
		}
	}
	until(t, sim)
	steps := h.of(channel.InboundKeys)
	if len(steps) != 2 || len(h.errs) > 0 {
		t.Fatalf("%d steps, %v", len(steps), h.errs)
	}
	for n, want := range []channel.Inbound{{Text: "", ProviderID: receipt.ProviderID + ":0"}, {Text: "3", ProviderID: receipt.ProviderID + ":1"}} {
		got := steps[n]
		if got.Text != want.Text || got.ProviderID != want.ProviderID || got.Ref != m.Ref || got.CallID != receipt.ProviderID || got.From != m.To || got.To != office {
			t.Errorf("step %d: %+v", n, got)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	sim, _, h := open(t)
	sim.SetSender(office, twiliosim.SenderConfig{SmsURL: public + "/hook/twilio/sms", CanReceive: true})
	sid, err := sim.ReplyTwice("+84912340008", office, "2 ạ")
	if err != nil {
		t.Fatal(err)
	}
	until(t, sim)
	came := h.of(channel.InboundText)
	if len(came) != 2 || len(h.errs) > 0 {
		t.Fatalf("%d texts, %v", len(came), h.errs)
	}
	for _, in := range came {
		if in.ProviderID != sid || in.Provider != phone.ProviderName || in.From != "+84912340008" || in.To != office || in.Text != "2 ạ" || in.At.IsZero() {
			t.Errorf("%+v", in)
		}
	}
}

// signed is a POST as Twilio makes it.
func signed(token, target string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("X-Twilio-Signature", twiliosim.Signature(token, public+target, form))
	r.Host = "elsewhere.example"
	return r
}

func TestSignature(t *testing.T) {
	t.Parallel()
	const old, target = "0ldt0ken", "/hook/twilio/sms?ref=a1"
	p, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: "newt0ken", SecondaryToken: old, PublicURL: public + "/"})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"MessageSid": {"SM1"}, "From": {"+84912340008"}, "To": {office}, "Body": {"TC"}}
	get := httptest.NewRequest(http.MethodGet, target+"&"+form.Encode(), nil)
	get.Header.Set("X-Twilio-Signature", twiliosim.Signature("newt0ken", public+target+"&"+form.Encode(), nil))
	tests := []struct {
		name string
		r    *http.Request
		kind survey.Kind // empty: taken
	}{
		{"primary", signed("newt0ken", target, form), ""},
		{"secondary", signed(old, target, form), ""},
		{"get", get, ""},
		{"another token", signed("other", target, form), survey.Forbidden},
		{"no signature", edit(signed(old, target, form), func(r *http.Request) { r.Header.Del("X-Twilio-Signature") }), survey.Forbidden},
		{"another path", edit(signed(old, target, form), func(r *http.Request) { r.RequestURI = "/hook/twilio/sms?ref=a2" }), survey.Forbidden},
		{"absolute address", edit(signed(old, target, form), func(r *http.Request) { r.RequestURI = public + target }), survey.Forbidden},
		{"another method", edit(signed(old, target, form), func(r *http.Request) { r.Method = http.MethodPut }), survey.Invalid},
		{"not a form", edit(signed(old, target, form), func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }), survey.Invalid},
		{"repeated key", signed(old, target, url.Values{"MessageSid": {"SM1"}, "From": {"+84912340008"}, "Body": {"1", "2"}}), survey.Invalid},
		{"repeated in the address", signed(old, target+"&ref=a2", form), survey.Invalid},
		{"too large", signed(old, target, url.Values{"MessageSid": {"SM1"}, "From": {"+84912340008"}, "Body": {strings.Repeat("x", 70_000)}}), survey.Invalid},
		{"incomplete", signed(old, target, url.Values{"From": {"+84912340008"}}), survey.Invalid},
	}
	for _, tt := range tests {
		in, err := p.Text(tt.r)
		if survey.KindOf(err) != tt.kind {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.kind)
		}
		if err == nil && (in.ProviderID != "SM1" || in.Ref != "a1" || in.Text != "TC") {
			t.Errorf("%s: %+v", tt.name, in)
		}
		if err != nil && strings.Contains(err.Error(), "+84") {
			t.Errorf("%s: the error tells a number: %v", tt.name, err)
		}
	}
	none, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: old})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := none.Text(signed(old, target, form)); survey.KindOf(err) != survey.Forbidden {
		t.Errorf("without a public address: %v", err)
	}
}

func edit(r *http.Request, change func(*http.Request)) *http.Request {
	change(r)
	return r
}

// The vector of the library's own tests (providers' sheet A6): here as the
// request that carries it.
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	p, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: "12345", PublicURL: "https://mycompany.com"})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "From": {"+14158675309"}, "Digits": {"1234"},
		"To": {"+18005551212"}, "ReasonConferenceEnded": {"test"}, "Reason": {"Participant"},
	}
	r := signed("", "/myapp.php?foo=1&bar=2", form)
	r.Header.Set("X-Twilio-Signature", "vOEb5UThFn24KEfnOFLQY2AE5FY=")
	in, err := p.Keys(r)
	if err != nil || in.Text != "1234" || in.ProviderID != "CA1234567890ABCDE:0" {
		t.Errorf("%+v %v", in, err)
	}
}

// Whatever a stranger posts is refused; whatever Twilio signs is read without a
// panic, and every key that was read once is what was signed.
func FuzzReceive(f *testing.F) {
	f.Add("ref=a1&turn=2", "CallSid=CA1&From=%2B1&To=%2B2&Direction=outbound-api&Digits=3")
	f.Add("", "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003&From=a&To=b")
	f.Add("turn=-1", "CallSid=CA1&CallStatus=completed&AnsweredBy=machine_start&From=a")
	f.Add("a=1&a=2", "Body=%zz")
	f.Add("ref=%00", "MessageSid=SM1&From=a&From=b")
	p, err := phone.New(phone.Config{AccountSID: "AC1", AuthToken: "t0ken", PublicURL: public})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		target := "/hook?" + url.PathEscape(query)
		form, parseErr := url.ParseQuery(body)
		request := func(token string) *http.Request {
			r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("X-Twilio-Signature", twiliosim.Signature(token, public+target, form))
			return r
		}
		for _, read := range []func(*http.Request) (channel.Inbound, error){p.Text, p.Keys, p.Status} {
			if _, err := read(request("stranger")); err == nil {
				t.Error("a stranger was believed")
			}
			in, err := read(request("t0ken"))
			if err == nil && (parseErr != nil || in.ProviderID == "" || in.Provider == "" || in.At.IsZero()) {
				t.Errorf("taken incomplete: %+v", in)
			}
		}
	})
}
