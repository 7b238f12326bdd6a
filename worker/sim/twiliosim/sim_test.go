package twiliosim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// publicBase is the address that our product would print; RewriteHook leads it to
// the test's server.
const publicBase = "https://khaosat.lamxuyen.example"

const (
	longCode = "+12025550123"
	patient  = "+84356000640" // a number that nothing is wrong with
)

// request that a webhook of the product saw.
type seen struct {
	path, token, signature string
	form                   url.Values
}

// product stands for our side: it records webhooks and answers them.
type product struct {
	server *httptest.Server
	mu     sync.Mutex
	calls  []seen
	answer func(w http.ResponseWriter, r *http.Request) // form is parsed
}

func newProduct(t *testing.T, answer func(http.ResponseWriter, *http.Request)) *product {
	t.Helper()
	p := &product{answer: answer}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Errorf("webhook body: %v", err)
		}
		if r.Host != "khaosat.lamxuyen.example" {
			t.Errorf("webhook Host = %q", r.Host)
		}
		signed := form
		if r.Method == http.MethodGet {
			signed = nil
		}
		if want := Signature(DefaultAuthToken, publicBase+r.URL.RequestURI(), signed); r.Header.Get("X-Twilio-Signature") != want {
			t.Errorf("%s: signature does not fit", r.URL.RequestURI())
		}
		p.mu.Lock()
		p.calls = append(p.calls, seen{r.URL.RequestURI(), r.Header.Get("I-Twilio-Idempotency-Token"), r.Header.Get("X-Twilio-Signature"), form})
		p.mu.Unlock()
		if p.answer != nil {
			r.Form = form
			p.answer(w, r)
		}
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *product) seen() []seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// values lists one parameter over the requests to a path, in order of arrival.
func (p *product) values(path, key string) []string {
	var list []string
	for _, c := range p.seen() {
		if strings.HasPrefix(c.path, path) {
			list = append(list, c.form.Get(key))
		}
	}
	return list
}

func (p *product) rewrite(raw string) string {
	return strings.Replace(raw, publicBase, p.server.URL, 1)
}

// start runs a simulator against p with one long code that can receive.
func start(t *testing.T, p *product, change func(*Config)) *Sim {
	t.Helper()
	config := Config{Seed: 7, Senders: map[string]SenderConfig{
		longCode: {SmsURL: publicBase + "/hook/sms", VoiceURL: publicBase + "/hook/in", CanReceive: true},
		"DLXH":   {},
	}}
	if p != nil {
		config.RewriteHook = p.rewrite
	}
	if change != nil {
		change(&config)
	}
	s, err := Start(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func settle(t *testing.T, s *Sim) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		t.Fatalf("Settle: %v", err)
	}
}

// api makes one call of the REST API and decodes its JSON.
func api(t *testing.T, s *Sim, method, path string, form url.Values) (int, map[string]any) {
	t.Helper()
	return apiWithin(t, s, method, path, form, 10*time.Second)
}

// apiWithin reports status 0 if the API gave no answer in time.
func apiWithin(t *testing.T, s *Sim, method, path string, form url.Values, limit time.Duration) (int, map[string]any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if !strings.HasPrefix(path, "/2010") {
		path = s.path(path)
	}
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else if form != nil {
		path += "?" + form.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, s.URL()+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(DefaultAccountSID, DefaultAuthToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	var value map[string]any
	if resp.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(resp.Body).Decode(&value); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return resp.StatusCode, value
}

// text is a message form.
func text(to, body string) url.Values {
	return url.Values{"To": {to}, "From": {longCode}, "Body": {body}, "StatusCallback": {publicBase + "/hook/status?attempt=a1"}}
}

func send(t *testing.T, s *Sim, to, body string) map[string]any {
	t.Helper()
	status, m := api(t, s, "POST", "/Messages.json", text(to, body))
	if status != http.StatusCreated {
		t.Fatalf("create message: %d %v", status, m)
	}
	return m
}

// ring is a call form.
func ring(to string) url.Values {
	return url.Values{"To": {to}, "From": {longCode}, "Url": {publicBase + "/voice?attempt=c1"},
		"StatusCallback":      {publicBase + "/hook/call?attempt=c1"},
		"StatusCallbackEvent": {"initiated", "ringing", "answered", "completed"}}
}

func dial(t *testing.T, s *Sim, form url.Values) string {
	t.Helper()
	status, c := api(t, s, "POST", "/Calls.json", form)
	if status != http.StatusCreated {
		t.Fatalf("create call: %d %v", status, c)
	}
	return c["sid"].(string)
}

// await reads events until one fits.
func await(t *testing.T, events <-chan Event, fits func(Event) bool) Event {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				t.Fatal("subscription ended")
			}
			if fits(e) {
				return e
			}
		case <-limit:
			t.Fatal("no such event")
		}
	}
}

func kind(k EventKind) func(Event) bool { return func(e Event) bool { return e.Kind == k } }
func asked(e Event) bool                { return e.Kind == EventPrompt && e.Gather != nil }

func faultCodes(s *Sim) []int {
	var codes []int
	for _, f := range s.Errors() {
		codes = append(codes, f.Code)
	}
	return codes
}

// do sends a request and decodes its JSON.
func do(t *testing.T, req *http.Request) (int, map[string]any) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var value map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&value); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, value
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	p := newProduct(t, nil)
	before := runtime.NumGoroutine()
	s, err := Start(Config{RewriteHook: p.rewrite, LateDelay: time.Hour,
		Senders: map[string]SenderConfig{longCode: {VoiceURL: publicBase + "/in"}}})
	if err != nil {
		t.Fatal(err)
	}
	events, _ := s.Subscribe()
	send(t, s, "+84356009012", "late")
	dial(t, s, ring(patient)) // rings until Close
	if status, _ := apiWithin(t, s, "POST", "/Messages.json", text("+84356009008", "x"), 50*time.Millisecond); status != 0 {
		t.Errorf("answered %d", status)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	for range events { // ends because Close ends it
	}
	if _, cancel := s.Subscribe(); true {
		cancel()
	}
	if _, err := s.Dial(patient, longCode); !errors.Is(err, ErrClosed) {
		t.Errorf("Dial after Close: %v", err)
	}
	http.DefaultClient.CloseIdleConnections()
	p.server.CloseClientConnections()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		buffer := make([]byte, 1<<16)
		t.Errorf("%d goroutines before, %d after\n%s", before, after, buffer[:runtime.Stack(buffer, true)])
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"not loopback": {Addr: "0.0.0.0:0"},
		"a name":       {WebAddr: "phones.example:80"},
		"no port":      {Addr: "127.0.0.1"},
		"dashes":       {AuthToken: "a-b"},
	} {
		if s, err := Start(config); err == nil {
			s.Close()
			t.Errorf("%s was taken", name)
		}
	}
}

// A subscriber that never reads neither loses events nor holds anything up.
func TestSlowSubscriber(t *testing.T) {
	t.Parallel()
	s := start(t, newProduct(t, nil), nil)
	events, cancel := s.Subscribe()
	defer cancel()
	const many = 300
	for range many {
		form := text(patient, "x")
		form.Del("StatusCallback")
		if status, _ := api(t, s, "POST", "/Messages.json", form); status != 201 {
			t.Fatal(status)
		}
	}
	settle(t, s)
	for range many {
		await(t, events, kind(EventMessage))
	}
}
