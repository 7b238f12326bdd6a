package console_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch"
	"canvass/dispatch/console"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
	"canvass/worker/ingest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// desk is the console of a house, with a time that stands still.
type desk struct {
	testing.TB
	db  *pgtest.DB
	srv *httptest.Server
	log *bytes.Buffer
	cfg console.Config

	mu    sync.Mutex
	now   time.Time
	since time.Time // when set, time goes on from then
	tried []string  // trials of senders
}

// try is a provider that refuses mailboxes of tu-choi.example.
func (d *desk) try(_ context.Context, s survey.Sender, to string, _ survey.Lang) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tried = append(d.tried, string(s.Channel)+" "+to)
	if strings.HasSuffix(to, "@tu-choi.example") {
		return "permanent 550", false
	}
	return "", true
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	return newDeskAt(t, "http://127.0.0.1")
}

// newDeskAt is a desk that staff reach at an address; with "localhost", at its own.
func newDeskAt(t testing.TB, address string) *desk {
	t.Helper()
	d := &desk{TB: t, db: pgtest.New(t), log: &bytes.Buffer{}, now: pgtest.Day().Add(7 * time.Hour)}
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	d.srv = httptest.NewUnstartedServer(nil)
	if address == "localhost" {
		_, port, _ := net.SplitHostPort(d.srv.Listener.Addr().String())
		address = "http://localhost:" + port
	}
	ending := make(chan struct{})
	answers, err := d.db.OpenStaff(t.Context(), d.db.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answers.Close() })
	takes := ingest.New(d.db, nil, survey.NewClock(d.clock), ring())
	d.cfg = console.Config{Assign: func(ctx context.Context, o view.Assignment) error { return takes.Assign(ctx, d.db, o) },
		Store: d.db, Answers: answers, Templates: set, Clock: survey.NewClock(d.clock), URL: address, Public: "https://ks.example", Zone: time.UTC,
		Keys: ring(), Forecast: forecast, Try: d.try, Logger: slog.New(slog.NewTextHandler(d.log, nil)), Ending: ending}
	h, err := console.New(d.cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.srv.Config.Handler = h
	d.srv.Start()
	t.Cleanup(func() { close(ending); d.srv.Close() })
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.since.IsZero() {
		return d.now.Add(time.Since(d.since))
	}
	return d.now
}

func (d *desk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

const password = "nước lên rồi lại xuống"

// account makes an account of a role by an invitation, as a person does.
func (d *desk) account(login string, role staff.Role) {
	d.Helper()
	secret, err := dispatch.InviteStaff(d.Context(), d.db, role, 0, d.clock())
	if err != nil {
		d.Fatal(err)
	}
	b := d.browser()
	if got := b.post("/join/"+secret, url.Values{"name": {"Mai Thị " + login}, "login": {login}, "password": {password}}); got.status != 200 || !strings.Contains(got.body, "Đã tạo tài khoản") {
		d.Fatalf("joining: %d %s", got.status, got.body)
	}
}

// browser is somebody with cookies.
type browser struct {
	*desk
	http.Client
	origin string // sent with posts, as browsers do
}

func (d *desk) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{desk: d, Client: http.Client{Jar: jar}, origin: "same-origin"}
}

// page is an answer.
type page struct {
	status int
	body   string
	path   string // where it came to
	header http.Header
}

func (b *browser) do(method, path string, form url.Values) page {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.srv.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", b.origin)
	}
	res, err := b.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.Fatal(err)
	}
	return page{res.StatusCode, string(body), res.Request.URL.Path, res.Header}
}

func (b *browser) get(path string) page { b.Helper(); return b.do(http.MethodGet, path, nil) }
func (b *browser) post(path string, form url.Values) page {
	b.Helper()
	return b.do(http.MethodPost, path, form)
}

func (b *browser) signIn(login, with string) page {
	b.Helper()
	return b.post("/sign-in", url.Values{"login": {login}, "password": {with}, "next": {"/"}})
}

func (d *desk) signedIn(login string, role staff.Role) *browser {
	d.Helper()
	d.account(login, role)
	b := d.browser()
	if got := b.signIn(login, password); got.status != 200 || got.path != "/" {
		d.Fatalf("%s: %d at %s", login, got.status, got.path)
	}
	return b
}

// An invitation makes one account, of its role, and is gone with it.
func TestJoining(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, err := dispatch.FirstAdministrator(t.Context(), d.db, d.clock())
	if err != nil || first == "" {
		t.Fatal(first, err)
	}
	b := d.browser()
	form := url.Values{"name": {"Mai Thị Lan Chi"}, "login": {"Lan.Chi"}, "password": {"ngắn"}}
	for _, c := range []struct{ field, value, says string }{
		{"password", "ngắn", "quá ngắn"}, {"password", "lan.chi lan.chi", "chứa tên đăng nhập"}, {"password", "aaaaaaaaaaaaaaa", "một ký tự lặp lại"},
		{"login", "Lan Chi", "chữ không dấu"}, {"login", "ả", "chữ không dấu"}, {"name", "  ", "Họ tên chưa ghi đúng"},
	} {
		wrong := url.Values{"name": form["name"], "login": form["login"], "password": {password}}
		wrong.Set(c.field, c.value)
		got := b.post("/join/"+first, wrong)
		if got.status != 422 || !strings.Contains(got.body, c.says) || strings.Contains(got.body, password) {
			t.Errorf("%s %q: %d\n%s", c.field, c.value, got.status, got.body)
		}
	}
	form.Set("password", password)
	if got := b.post("/join/"+first, form); got.path != "/sign-in" || !strings.Contains(got.body, "Đã tạo tài khoản") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := b.post("/join/"+first, form); got.status != 404 || !strings.Contains(got.body, "không còn dùng được") {
		t.Errorf("used twice: %d", got.status)
	}
	if again, err := dispatch.FirstAdministrator(t.Context(), d.db, d.clock()); again != "" || err != nil {
		t.Errorf("a second first administrator: %v", err)
	}
	late, _ := dispatch.InviteStaff(t.Context(), d.db, staff.Viewer, 0, d.clock())
	d.later(staff.Invited)
	if got := b.get("/join/" + late); got.status != 404 {
		t.Errorf("an old invitation: %d", got.status)
	}
	if kept := d.db.Text(`SELECT string_agg(login || role || password, ' ') FROM staff`); strings.Contains(kept, password) || !strings.HasPrefix(kept, "lan.chiadministrator$argon2id$") {
		t.Errorf("kept %s", kept)
	}
}

// Whoever signs in has a session; nobody else learns anything, not even who exists.
func TestSigningIn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account("mai", staff.Manager)
	b := d.browser()
	if got := b.get("/campaigns/thang-12"); got.path != "/sign-in" || !strings.Contains(got.body, `name="next" value="/campaigns/thang-12"`) {
		t.Errorf("a stranger comes to %s", got.path)
	}
	unknown, wrong := b.signIn("khong.co", password), b.signIn("mai", "mot mat khau khac")
	if unknown.status != 403 || wrong.status != 403 || strings.ReplaceAll(unknown.body, "khong.co", "mai") != wrong.body {
		t.Errorf("an unknown login is told apart: %d, %d", unknown.status, wrong.status)
	}
	// The same word, composed otherwise by another keyboard.
	if got := b.signIn(" MAI ", norm.NFD.String(password)); got.status != 200 || got.path != "/" {
		t.Fatalf("%d at %s", got.status, got.path)
	}
	first := d.db.Text(`SELECT encode(hash, 'hex') FROM staff_session`)
	if b.signIn("mai", password); d.db.Int(`SELECT count(*) FROM staff_session`) != 1 || d.db.Text(`SELECT encode(hash, 'hex') FROM staff_session`) == first {
		t.Error("the session before is still one")
	}
	for next, want := range map[string]string{"//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "/campaigns/x": "/campaigns/x"} {
		if got := d.browser().post("/sign-in", url.Values{"login": {"mai"}, "password": {password}, "next": {next}}); got.path != want {
			t.Errorf("%s leads to %s", next, got.path)
		}
	}
	d.later(staff.Idle - time.Minute)
	if got := b.get("/"); got.path != "/" {
		t.Errorf("signed out too early: %s", got.path)
	}
	d.later(staff.Idle)
	if got := b.get("/"); got.path != "/sign-in" {
		t.Error("an idle session goes on")
	}
	b.signIn("mai", password)
	for range 11 {
		d.later(time.Hour)
		b.get("/")
	}
	if got := b.get("/"); got.path != "/" {
		t.Error("a busy session ended early")
	}
	d.later(time.Hour)
	if got := b.get("/"); got.path != "/sign-in" {
		t.Error("a session goes on for ever")
	}
	b.signIn("mai", password)
	if b.post("/sign-out", nil); b.get("/").path != "/sign-in" {
		t.Error("signed out and still in")
	}
	if strings.Contains(d.log.String(), password) {
		t.Error("the log has a password")
	}
}

// After some wrong guesses an account rests, and says nothing else; one place guesses
// slowly.
func TestGuessing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account("mai", staff.Manager)
	b := d.browser()
	for range 5 {
		b.signIn("mai", "mot mat khau khac")
	}
	if got := b.signIn("mai", password); got.status != 403 {
		t.Errorf("the account does not rest: %d", got.status)
	}
	d.later(16 * time.Second)
	if got := b.signIn("mai", password); got.status != 200 || d.db.Int(`SELECT wrong FROM staff`) != 0 {
		t.Errorf("it rests too long: %d", got.status)
	}
	n := 0
	for ; n < 100; n++ {
		if got := b.signIn("khong.co", "mot mat khau khac"); got.status == 429 {
			break
		}
	}
	if n > 30 || n < 8 {
		t.Errorf("%d guesses in a row", n)
	}
}

// A post that another page made is refused, whoever is signed in.
func TestPostsOfOtherPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	for _, from := range []string{"cross-site", "same-site"} {
		b.origin = from
		if got := b.post("/people/invite", url.Values{"role": {"administrator"}}); got.status != 403 {
			t.Errorf("%s: %d", from, got.status)
		}
	}
	if d.db.Int(`SELECT count(*) FROM staff_invitation`) != 0 {
		t.Error("another page invited somebody")
	}
	got := b.get("/")
	for h, want := range map[string]string{"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "same-origin"} {
		if !strings.HasPrefix(got.header.Get(h), want) {
			t.Errorf("%s: %q", h, got.header.Get(h))
		}
	}
}

// Accounts are changed by administrators, never their own, and one of them stays.
func TestAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	other := d.signedIn("khue", staff.Viewer)
	id := d.db.Text(`SELECT id::text FROM staff WHERE login = 'khue'`)
	own := d.db.Text(`SELECT id::text FROM staff WHERE login = 'mai'`)
	got := b.post("/people/invite", url.Values{"role": {"analyst"}})
	if !strings.Contains(got.body, "http://127.0.0.1/join/") || strings.Contains(b.get("/people").body, "/join/") {
		t.Error("the link is not shown, or twice")
	}
	if got := b.post("/people/invite", url.Values{"role": {"root"}}); got.status != 422 {
		t.Errorf("a role of nobody: %d", got.status)
	}
	b.post("/people/"+id, url.Values{"do": {"role"}, "role": {"manager"}})
	if got := other.get("/"); got.path != "/sign-in" || d.db.Text(`SELECT role FROM staff WHERE login = 'khue'`) != "manager" {
		t.Error("another role, and still signed in with the one before")
	}
	b.post("/people/"+id, url.Values{"do": {"end"}})
	if got := other.signIn("khue", password); got.status != 403 {
		t.Errorf("an ended account signs in: %d", got.status)
	}
	b.post("/people/"+id, url.Values{"do": {"again"}})
	if got := other.signIn("khue", password); got.status != 200 {
		t.Errorf("a reopened account does not: %d", got.status)
	}
	for _, do := range []string{"role", "end"} {
		if got := b.post("/people/"+own, url.Values{"do": {do}, "role": {"viewer"}}); got.status != 403 {
			t.Errorf("locks themselves out: %d", got.status)
		}
	}
	if got := b.post("/people/999", url.Values{"do": {"end"}}); got.status != 404 {
		t.Errorf("nobody's account: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'staff'`); n != 6 {
		t.Errorf("%d changes on record", n)
	}
}
