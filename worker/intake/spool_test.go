package intake_test

import (
	"bytes"
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/worker/ingest"
	"canvass/worker/spool"
)

// spooled gives the place a spool. store stores what is in it, and fails the test
// if that does not work; sp is the spool.
func (p *place) spooled() (sp *spool.Spool, store func()) {
	p.Helper()
	dir := filepath.Join(p.TempDir(), "spool")
	sp, err := spool.New(spool.Config{Dir: dir, Keys: []spool.Key{{ID: "k1", Secret: bytes.Repeat([]byte("k"), 32)}},
		MaxBytes: 4 << 20, Now: time.Now, Logger: p.logger})
	p.must(err)
	p.Cleanup(func() { _ = sp.Close() })
	p.ingest.Spooled(sp, p.logger)
	s := ingest.NewSpooler(ingest.SpoolerConfig{Ingest: p.ingest, Store: p.db.DB, Spool: sp, Dir: dir, Host: "may-chu", Logger: p.logger})
	p.must(s.Begin(p.Context()))
	return sp, func() {
		p.Helper()
		ctx, cancel := context.WithCancel(p.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		for deadline := time.Now().Add(time.Minute); sp.Waiting() > 0 && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
		<-done
		if sp.Waiting() > 0 {
			p.Fatal("the spool is not stored")
		}
	}
}

func TestTextsAreKeptWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	sp, store := p.spooled()
	p.lose()
	form := url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"TC"}}
	for range 3 { // a provider may repeat it
		if w := p.hook("sms", form, authToken); w.Code != 200 || !strings.Contains(w.Body.String(), "<Response></Response>") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	// Whoever is not the provider gets nothing into the spool.
	if w := p.hook("sms", form, "forged"); w.Code != 403 || sp.Waiting() != 3 {
		t.Errorf("forged: %d, %d wait", w.Code, sp.Waiting())
	}
	p.find()
	store()
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'text' AND applied_at IS NOT NULL AND invitation_id IS NOT NULL`); n != 1 {
		t.Errorf("%d rows", n)
	}
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE contact_id IS NOT NULL`); n != 1 {
		t.Errorf("%d suppressions", n)
	}
	if n := p.db.Int(`SELECT count(*) FROM spooler`); n != 1 {
		t.Errorf("%d spoolers", n)
	}
	for _, secret := range []string{hers, ours, "TC"} {
		if strings.Contains(p.log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// A form keeps what was typed in the person's page, and nothing of it on our disk.
func TestAFormIsNotSpooled(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	sp, _ := p.spooled()
	g := p.get(p.form + "?q=y_kien_them").wants(200)
	p.lose()
	lost := g.press("next", "y_kien_them=Đường hỏng").wants(503, "Chưa lưu được câu vừa rồi", "Thử lại")
	if got := lost.filled().Get("y_kien_them"); got != "Đường hỏng" || sp.Waiting() != 0 {
		t.Errorf("kept %q, %d wait", got, sp.Waiting())
	}
	// A stop by hand is a form, too: the person sees that it was not taken.
	p.do(p.request(p.out, url.Values{"do": {"stop"}, "stop": {"all"}})).wants(503)
	p.do(p.request(p.form, url.Values{"List-Unsubscribe": {"One-Click"}})).wants(503) // no way out
	if sp.Waiting() != 0 {
		t.Errorf("%d wait", sp.Waiting())
	}
	p.find()
	p.post(p.form, lost.filled()).wants(200)
	if got := p.answers(); got != "y_kien_them=Đường hỏng" {
		t.Errorf("stored %s", got)
	}
}

func TestAOneClickIsKeptWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	sp, store := p.spooled()
	click := url.Values{"List-Unsubscribe": {"One-Click"}}
	live := func() int {
		return p.db.Int(`SELECT count(*) FROM suppression WHERE channel = 'email' AND lifted_at IS NULL`)
	}
	p.lose()
	for range 2 {
		g := p.do(p.request(p.out, click)).wants(200, "Đã ngừng từ bây giờ")
		if g.header.Get("Location") != "" || strings.Contains(g.body, p.out) {
			t.Error("a redirect, or a link")
		}
	}
	p.do(p.request("/u/AAAAAAAAAAAAAAAAAAAAAA", click)).wants(200) // nobody's; it looks the same
	p.do(p.request("/u/nonsense", click)).wants(404)
	if sp.Waiting() != 3 {
		t.Errorf("%d wait", sp.Waiting())
	}
	p.find()
	store()
	if live() != 1 || p.db.Int(`SELECT count(*) FROM inbox`) != 1 || sp.State().Aside != 0 {
		t.Errorf("%d suppressions, %d rows, %d in quarantine", live(), p.db.Int(`SELECT count(*) FROM inbox`), sp.State().Aside)
	}
	// With the database, the same press is the same thing; who came back and
	// presses while it is away again stops again.
	p.do(p.request(p.out, click)).wants(200)
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 1 {
		t.Errorf("%d rows", n)
	}
	p.get(p.out+"?p=stopped").press("again").wants(200, "Đã nhận lại")
	p.lose()
	p.do(p.request(p.out, click)).wants(200)
	p.find()
	store()
	if live() != 1 {
		t.Errorf("%d suppressions after the second time", live())
	}
	if strings.Contains(p.log.String(), p.out[3:]) {
		t.Error("the log holds the link")
	}
}

// A call that comes to nothing by our fault is called again, and not counted as a
// machine.
func TestACallThatWeCouldNotGoOnWith(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-storm")
	_, store := p.spooled()
	begin := p.ring()
	first := p.step(begin, "")
	p.lose()
	if h := p.step(first.next(), "1"); h.Gather != nil || h.Hangup == nil || !strings.Contains(h.text(), "Chúng tôi sẽ gọi lại") {
		t.Errorf("hears %q", h.text())
	}
	status := strings.Replace(strings.TrimSuffix(begin, "&turn=0"), "voice", "status", 1)
	if w := p.hook(status, url.Values{"CallSid": {"CA1"}, "CallStatus": {"completed"}, "To": {hers}}, authToken); w.Code != 204 {
		t.Fatalf("status: %d", w.Code)
	}
	p.find()
	store()
	if err := p.ingest.Handle(t.Context(), queue.Task{Kind: queue.Ingest, ID: int64(p.inv)}); err != nil {
		t.Fatal(err)
	}
	if got := p.db.Text(`SELECT state || ' ' || reason FROM attempt`); got != "undelivered "+string(survey.ReasonOurSide) {
		t.Errorf("ended as %s", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE provider_id LIKE '%:unheard' AND applied_at IS NOT NULL`); n != 1 {
		t.Errorf("%d rows of our fault", n)
	}
}
