package console_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// app is what somebody has on a phone: RFC 6238 written again, on purpose.
type app struct{ secret []byte }

func (a app) code(at time.Time) string {
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	m := hmac.New(sha1.New, a.secret)
	m.Write(step[:])
	sum := m.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

var (
	typed    = regexp.MustCompile(`<code class="break">([A-Z2-7 ]+)</code>`)
	recovery = regexp.MustCompile(`<li><code>([a-z2-7-]{19})</code>`)
)

// appOf reads the secret off a page.
func appOf(t *testing.T, p page) app {
	t.Helper()
	m := typed.FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no secret on the page: %d at %s", p.status, p.path)
	}
	secret, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(m[1], " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(p.body, `<path d="M4 4h7v1h-7z`) {
		t.Error("there is no QR code")
	}
	return app{secret}
}

func codes(p page) []string {
	var out []string
	for _, m := range recovery.FindAllStringSubmatch(p.body, -1) {
		out = append(out, m[1])
	}
	return out
}

// Whoever sets up one-time codes is asked for one at each sign-in; it is taken once, and
// without it nothing opens.
func TestOneTimeCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	a := appOf(t, b.get("/account/second"))
	if again := appOf(t, b.get("/account/second")); string(again.secret) != string(a.secret) {
		t.Error("looking again makes another secret")
	}
	if got := b.post("/account/second", url.Values{"code": {"000000"}}); got.status != 422 {
		t.Errorf("a wrong first code: %d", got.status)
	}
	if got := d.browser().signIn("mai", password); got.path != "/" {
		t.Errorf("a code is asked for before one was right: %s", got.path)
	}
	told := b.post("/account/second", url.Values{"code": {a.code(d.clock())}})
	spare := codes(told)
	if told.status != 200 || len(spare) != 10 {
		t.Fatalf("%d, %d recovery codes", told.status, len(spare))
	}
	if kept := d.db.Text(`SELECT encode(secret, 'escape') FROM door.totp`); strings.Contains(kept, string(a.secret)) {
		t.Error("the secret lies open in the database")
	}
	if got := b.get("/account"); !strings.Contains(got.body, "Còn 10 mã dự phòng") || strings.Contains(got.body, spare[0]) {
		t.Error("the page does not say how many codes are left, or says which")
	}
	d.later(time.Minute)

	c := d.browser()
	got := c.signIn("mai", password)
	if got.path != "/sign-in/code" {
		t.Fatalf("the password alone leads to %s", got.path)
	}
	for _, path := range []string{"/", "/account", "/people", "/sign-in/setup"} {
		if got := c.get(path); got.path != "/sign-in/code" {
			t.Errorf("halfway, %s leads to %s", path, got.path)
		}
	}
	if got := c.post("/account/password", url.Values{"old": {password}, "new": {"mot mat khau khac"}, "again": {"mot mat khau khac"}}); got.path != "/sign-in/code" {
		t.Errorf("halfway, the password can be changed: %s", got.path)
	}
	used := a.code(d.clock())
	if got := c.post("/sign-in/code", url.Values{"code": {used}}); got.path != "/" {
		t.Errorf("the right code leads to %s, %d", got.path, got.status)
	}
	e := d.browser()
	e.signIn("mai", password)
	if got := e.post("/sign-in/code", url.Values{"code": {used}}); got.status != 403 {
		t.Errorf("a used code: %d", got.status)
	}
	if got := e.post("/sign-in/code", url.Values{"code": {strings.ToUpper(spare[3])}}); got.path != "/" {
		t.Errorf("a recovery code leads to %s", got.path)
	}
	f := d.browser()
	f.signIn("mai", password)
	if got := f.post("/sign-in/code", url.Values{"code": {spare[3]}}); got.status != 403 {
		t.Errorf("a used recovery code: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE detail ? 'recovery_used'`); n != 1 {
		t.Errorf("%d recovery codes on record", n)
	}
}

// Guessing at codes makes the account rest, and a right password between does not help.
func TestGuessingAtCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	a := appOf(t, b.get("/account/second"))
	b.post("/account/second", url.Values{"code": {a.code(d.clock())}})
	d.later(time.Minute)
	for n := range 5 {
		c := d.browser()
		c.signIn("mai", password)
		if got := c.post("/sign-in/code", url.Values{"code": {"x"}}); got.status != 403 {
			t.Fatalf("%d: %d", n, got.status)
		}
	}
	if got := d.browser().signIn("mai", password); got.status != 403 {
		t.Errorf("the account does not rest: %d at %s", got.status, got.path)
	}
	d.later(16 * time.Second)
	c := d.browser()
	c.signIn("mai", password)
	if got := c.post("/sign-in/code", url.Values{"code": {a.code(d.clock())}}); got.path != "/" {
		t.Errorf("after its rest: %d at %s", got.status, got.path)
	}
	c = d.browser()
	c.signIn("mai", password)
	d.later(staff.Halfway)
	if got := c.get("/sign-in/code"); got.path != "/sign-in" {
		t.Errorf("who is halfway stays there: %s", got.path)
	}
}

// A role can need codes: then nothing opens until they are set up.
func TestARoleThatNeedsCodes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	admin := d.signedIn("mai", staff.Administrator)
	d.account("khue", staff.Analyst)
	if got := admin.post("/people/second", url.Values{"role": {"analyst", "root"}}); got.path != "/people" || !strings.Contains(got.body, `value="analyst" checked`) {
		t.Fatalf("%d at %s", got.status, got.path)
	}
	b := d.browser()
	got := b.signIn("khue", password)
	if got.path != "/sign-in/setup" {
		t.Fatalf("leads to %s", got.path)
	}
	if got := b.get("/"); got.path != "/sign-in/setup" {
		t.Errorf("Home is open: %s", got.path)
	}
	a := appOf(t, got)
	if got := b.post("/sign-in/setup", url.Values{"code": {"123"}}); got.status != 422 {
		t.Errorf("a wrong first code: %d", got.status)
	}
	if got := b.post("/sign-in/setup", url.Values{"code": {a.code(d.clock())}}); got.status != 200 || len(codes(got)) != 10 {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if got := b.get("/"); got.path != "/" {
		t.Errorf("afterwards: %s", got.path)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND detail ->> 'second_step' = '["analyst"]'`); n != 1 {
		t.Error("the setting is not on record")
	}
}

// An administrator's new password for somebody takes the codes off, on record.
func TestANewPasswordTakesCodesOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	admin, b := d.signedIn("mai", staff.Administrator), d.signedIn("khue", staff.Viewer)
	a := appOf(t, b.get("/account/second"))
	b.post("/account/second", url.Values{"code": {a.code(d.clock())}})
	id := d.db.Text(`SELECT id::text FROM staff WHERE login = 'khue'`)
	got := admin.post("/people/"+id, url.Values{"do": {"reset"}})
	m := regexp.MustCompile(`<code class="break">([a-z2-7-]{19})</code>`).FindStringSubmatch(got.body)
	if got.status != 200 || m == nil {
		t.Fatalf("%d", got.status)
	}
	if got := b.get("/"); got.path != "/sign-in" {
		t.Error("still signed in")
	}
	if got := b.signIn("khue", m[1]); got.path != "/" {
		t.Errorf("the new password leads to %s, %d", got.path, got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'staff' AND actor = 'mai' AND detail @> '{"password": true, "second_off": true}'`) + d.db.Int(`SELECT count(*) FROM door.recovery`); n != 1 {
		t.Errorf("on record, and codes left: %d", n)
	}
	if strings.Contains(d.log.String(), m[1]) {
		t.Error("the log has a password")
	}
}

// The own password is changed by who knows it; other sessions end, and are listed before.
func TestOwnAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Viewer)
	d.later(time.Minute)
	other, third := d.browser(), d.browser()
	other.signIn("mai", password)
	third.signIn("mai", password)
	khue := d.signedIn("khue", staff.Viewer)
	got := b.get("/account")
	ids := regexp.MustCompile(`name="session" value="(\d+)"`).FindAllStringSubmatch(got.body, -1)
	if len(ids) != 2 || !strings.Contains(got.body, "phiên này") {
		t.Fatalf("%d other sessions", len(ids))
	}
	if khue.post("/account/sessions", url.Values{"session": {ids[0][1]}}); other.get("/").path != "/" || third.get("/").path != "/" {
		t.Error("somebody else ended the session")
	}
	b.post("/account/sessions", url.Values{"session": {ids[0][1]}})
	if (other.get("/").path == "/") == (third.get("/").path == "/") {
		t.Error("not one session ended")
	}
	other.signIn("mai", password)
	if b.post("/account/sessions", url.Values{"session": {"others"}}); other.get("/").path != "/sign-in" || third.get("/").path != "/sign-in" || b.get("/").path != "/" || khue.get("/").path != "/" {
		t.Error("not just all others ended")
	}
	const next = "cầu vồng sau cơn mưa"
	for name, form := range map[string]url.Values{
		"a wrong password":  {"old": {"mot mat khau khac"}, "new": {next}, "again": {next}},
		"a weak one":        {"old": {password}, "new": {"ngan"}, "again": {"ngan"}},
		"typed differently": {"old": {password}, "new": {next}, "again": {next + "."}},
		"an empty form":     {},
	} {
		if got := b.post("/account/password", form); got.status != 422 || strings.Contains(got.body, next) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	other.signIn("mai", password)
	if got := b.post("/account/password", url.Values{"old": {password}, "new": {next}, "again": {next}}); got.path != "/account" || !strings.Contains(got.body, "Đã đổi mật khẩu") {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if other.get("/").path != "/sign-in" || b.get("/").path != "/" {
		t.Error("the wrong sessions ended")
	}
	if got := other.signIn("mai", password); got.status != 403 {
		t.Errorf("the password before: %d", got.status)
	}
	if got := other.signIn("mai", next); got.path != "/" {
		t.Errorf("the new one: %d", got.status)
	}
}

// Codes come off, and recovery codes are made anew, for who knows the password.
func TestCodesComeOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Viewer)
	a := appOf(t, b.get("/account/second"))
	first := codes(b.post("/account/second", url.Values{"code": {a.code(d.clock())}}))
	for _, do := range []string{"off", "recovery"} {
		if got := b.post("/account/second/"+do, url.Values{"password": {"mot mat khau khac"}}); got.status != 422 {
			t.Errorf("%s by a stranger: %d", do, got.status)
		}
	}
	again := codes(b.post("/account/second/recovery", url.Values{"password": {password}}))
	if len(again) != 10 || again[0] == first[0] || d.db.Int(`SELECT count(*) FROM door.recovery`) != 10 {
		t.Errorf("%d new codes", len(again))
	}
	b.post("/account/second/off", url.Values{"password": {password}})
	if got := d.browser().signIn("mai", password); got.path != "/" {
		t.Errorf("a code is still asked for: %s", got.path)
	}
}

// A bound account has its own campaigns and nothing of the others or of the whole house;
// every route is walked with a campaign that is not its own.
func TestBoundAccounts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	own := d.fielding()
	foreign := d.db.MakeCampaign(survey.Campaign{Name: "cua-nguoi-khac", Title: map[survey.Lang]string{"vi": "Khảo sát của người khác"}})
	admin := d.signedIn("mai", staff.Administrator)
	for _, role := range []staff.Role{staff.Manager, staff.Analyst, staff.Viewer} {
		got := admin.post("/people/invite", url.Values{"role": {string(role)}, "scope": {"some"}, "campaign": {own.Name}})
		link := regexp.MustCompile(`/join/[A-Za-z0-9_-]+`).FindString(got.body)
		b := d.browser()
		login := "bi." + string(role)
		b.post(link, url.Values{"name": {"Người Bị Giới Hạn"}, "login": {login}, "password": {password}})
		if got := b.signIn(login, password); got.path != "/" || strings.Contains(got.body, "của người khác") || !strings.Contains(got.body, "/campaigns/"+own.Name) {
			t.Errorf("%s: Home shows the wrong campaigns: %d %s", role, got.status, got.path)
		}
		if got := b.get("/campaigns/" + own.Name); got.status != 200 {
			t.Errorf("%s: the own campaign: %d", role, got.status)
		}
		b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		walkForeign(t, b, role, foreign.Name)
	}
	if got := admin.post("/people/invite", url.Values{"role": {"administrator"}, "scope": {"some"}, "campaign": {own.Name}}); got.status != 422 {
		t.Errorf("a bound administrator: %d", got.status)
	}
	id := d.db.Text(`SELECT id::text FROM staff WHERE login = 'bi.viewer'`)
	if got := admin.post("/people/"+id, url.Values{"do": {"role"}, "role": {"administrator"}, "scope": {"some"}}); got.status != 422 {
		t.Errorf("a bound account becomes administrator: %d", got.status)
	}
	admin.post("/people/"+id, url.Values{"do": {"role"}, "role": {"viewer"}, "scope": {"all"}})
	b := d.browser()
	b.signIn("bi.viewer", password)
	if got := b.get("/campaigns/" + foreign.Name); got.status != 200 {
		t.Errorf("no longer bound: %d", got.status)
	}
	if state := d.db.Text(`SELECT state FROM campaign WHERE name = 'cua-nguoi-khac'`); state != string(foreign.State) {
		t.Errorf("the foreign campaign is %s", state)
	}
}
