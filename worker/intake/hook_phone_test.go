package intake_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/channel/android"
	"canvass/worker/intake"
	"canvass/worker/sim/androidsim"
)

// withPhone gives the place a phone instead of an account.
func (p *place) withPhone() {
	p.Helper()
	phone, err := android.New(android.Config{URL: "http://127.0.0.1:1", User: "u", Password: "p", WebhookKey: "key", Number: ours,
		IDKeys: [][]byte{bytes.Repeat([]byte("k"), 32)}})
	p.must(err)
	set, err := templates.New()
	p.must(err)
	p.pages, err = intake.New(intake.Config{Store: shaky{p.db.DB, p}, Ingest: p.ingest, Words: wording.New(set), Templates: set,
		Clock: survey.NewClock(p.clock), PublicURL: public, Logger: p.logger, Hooks: map[string]channel.Hook{"android": phone}})
	p.must(err)
}

// tell posts what a phone with key tells.
func (p *place) tell(body, key string) int {
	p.Helper()
	r := httptest.NewRequestWithContext(p.Context(), http.MethodPost, intake.HookPath("android"), strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Timestamp", "1796000000")
	r.Header.Set("X-Signature", androidsim.Sign(key, []byte(body), "1796000000"))
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	if w.Body.Len() != 0 {
		p.Errorf("the phone is told %q", w.Body)
	}
	return w.Code
}

// The phone hears 2xx for what is safe and for what is no affair of ours; on
// anything else it comes again.
func TestThePhonesHook(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	p.withPhone()
	const text = `{"event":"sms:received","deviceId":"d","payload":{"messageId":"1","phoneNumber":"0910000001","message":"TC","receivedAt":"2026-12-01T15:00:00.000+07:00"}}`
	for range 3 {
		if got := p.tell(text, "key"); got != 204 {
			t.Fatalf("answered %d", got)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'text' AND provider = 'android' AND invitation_id = $1`, p.inv); n != 1 {
		t.Errorf("%d rows of hers", n)
	}
	for body, want := range map[string]int{
		`{"event":"system:ping","payload":{}}`: 204, `{"event":"mms:received","payload":{}}`: 204, "nothing": 400, strings.Repeat(" ", 70<<10): 400,
	} {
		if got := p.tell(body, "key"); got != want {
			t.Errorf("%.40q: %d, want %d", body, got, want)
		}
	}
	if got := p.tell(text, "other"); got != 403 {
		t.Errorf("a forged word is answered %d", got)
	}
	p.lose()
	if got := p.tell(strings.Replace(text, "TC", "1", 1), "key"); got != 503 {
		t.Errorf("not stored and answered %d", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 1 {
		t.Errorf("%d rows", n)
	}
	if g := p.get("/hook/android"); g.status == 200 {
		t.Errorf("GET: %d", g.status)
	}
	if strings.Contains(p.log.String(), "910000001") {
		t.Error("a number is in the log")
	}
}
