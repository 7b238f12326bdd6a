package intake_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"canvass/dispatch/survey"
)

// later moves the clock.
func (p *place) later(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

// shown is when the page says that it was written.
func (g *page) shown() string {
	g.Helper()
	out := ""
	walk(g.root, func(n *html.Node) {
		if n.Data == "form" {
			out = attr(n, "data-shown")
		}
	})
	if out == "" {
		g.Fatalf("no page of questions: %s", g.text())
	}
	return out
}

// saving is what the page's script posts: one question, answered so long after
// the page was written.
func (g *page) saving(after time.Duration, question string, fields ...string) url.Values {
	g.Helper()
	form := url.Values{"do": {"save"}, "page": {question}, "nonce": {g.filled().Get("nonce")}, "shown": {g.shown()},
		"after": {strconv.FormatInt(after.Milliseconds(), 10)}}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		form.Add(name, value)
	}
	return form
}

// saves posts as the script does and wants that status and no page.
func (p *place) saves(status int, form url.Values) {
	p.Helper()
	if g := p.do(p.request(p.form, form)); g.status != status || g.body != "" {
		p.Errorf("%v: status %d, want %d, and no page: %q", form, g.status, status, g.text())
	}
}

func (p *place) holds(want string) {
	p.Helper()
	if got := p.answers(); got != want {
		p.Errorf("stored %q, want %q", got, want)
	}
}

func TestEachAnswerIsSavedAsItIsGiven(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin")
	p.saves(204, g.saving(0, "huong", "huong=1"))
	p.holds("huong=1")
	if got := p.db.Text(`SELECT state FROM invitation`); got != "started" {
		t.Errorf("the case is %s", got)
	}
	p.saves(204, g.saving(time.Second, "huong", "huong=2"))
	p.holds("huong=2")
	if got := p.get(p.form + "?q=huong").filled().Get("huong"); got != "2" {
		t.Errorf("the page shows %q", got)
	}
	// On with the page: the save of the same press that comes behind it is stale.
	stale := g.saving(2*time.Second, "huong", "huong=3")
	p.later(5 * time.Second)
	next := g.press("next", "huong=1").wants(200, "Câu 2 trên")
	p.saves(204, stale)
	p.holds("huong=1")
	// What is not whole yet waits for the button, and what stands is kept.
	p.saves(422, next.saving(0, "chuyen_ban", "chuyen_ban=7"))
	p.saves(422, next.saving(0, "chuyen_ban", "chuyen_ban=1", "chuyen_ban=2", "chuyen_ban=3", "chuyen_ban=4"))
	p.saves(204, next.saving(0, "chuyen_ban", "chuyen_ban=7", "chuyen_ban_khac=chợ đêm"))
	p.holds("chuyen_ban=7 chuyen_ban_khac=chợ đêm huong=1")
	p.saves(204, next.saving(time.Second, "chuyen_ban", "chuyen_ban=2"))
	p.holds("chuyen_ban=2 huong=1")
}

// What was typed and taken away again is empty; what was never answered is not
// thereby passed over.
func TestATextThatIsTakenBack(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form + "?q=y_kien_them").wants(200)
	p.saves(204, g.saving(0, "y_kien_them", "y_kien_them="))
	p.holds("")
	p.saves(204, g.saving(0, "y_kien_them", "y_kien_them=Đường ngập"))
	p.holds("y_kien_them=Đường ngập")
	p.saves(204, g.saving(time.Second, "y_kien_them", "y_kien_them="))
	p.holds("y_kien_them=skipped")
	p.saves(422, g.saving(2*time.Second, "y_kien_them", "y_kien_them="+strings.Repeat("ế", 3000)))
	p.saves(422, p.get(p.form+"?q=huong").saving(0, "no_such", "no_such=1"))
}

// A save sends nothing off, and takes no other answer away: both are for the
// page's own button.
func TestASaveNeverSendsAndNeverTakesAway(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	first := p.get(p.form).press("begin")
	second := first.press("next", "chi_tieu=1")
	p.saves(204, second.saving(0, "khoan_doi", "khoan_doi=1"))
	if n := p.db.Int(`SELECT count(*) FROM response WHERE state = 'submitted'`); n != 0 {
		t.Error("sent off by a save")
	}
	again := second.press("back", "khoan_doi=1").wants(200, "Câu 1 trên 2")
	p.saves(422, again.saving(0, "chi_tieu", "chi_tieu=3")) // a slip of the finger
	p.holds("chi_tieu=1 khoan_doi=1")
	again.press("next", "chi_tieu=3").wants(200, "Đã nhận phiếu")
	p.holds("chi_tieu=3")
}

// Two tabs and two devices: the answer that was given last holds, in whichever
// order they arrive, and every press is one.
func TestTheAnswerGivenLastHolds(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	phone := p.get(p.form).press("begin")
	p.later(time.Minute)
	office := p.get(p.form + "?q=huong")
	train := phone.saving(2*time.Minute, "huong", "huong=1") // in a tunnel, from here on
	p.later(10 * time.Minute)
	p.saves(204, office.saving(5*time.Minute, "huong", "huong=2"))
	p.saves(204, train) // older, and arrives later
	p.holds("huong=2")
	p.saves(204, phone.saving(9*time.Minute, "huong", "huong=3")) // newer
	p.holds("huong=3")
	p.saves(204, train) // tried once more, since its answer was lost on the way
	p.holds("huong=3")
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'form'`); n != 4 {
		t.Errorf("%d posts, want Begin and three answers", n)
	}
	// Different questions do not touch each other.
	p.saves(204, phone.saving(9*time.Minute, "uu_tien", "uu_tien=4"))
	p.saves(204, office.saving(9*time.Minute, "gia_ca", "gia_ca=1"))
	p.holds("gia_ca=1 huong=3 uu_tien=4")
	// A clock that says nonsense is not believed.
	for _, bad := range [][2]string{{"", ""}, {"x", "1"}, {phone.shown(), "-1"}, {"9999999999999999", "5"}, {"0", "0"}, {phone.shown(), "9999999999999999"}} {
		form := phone.saving(0, "huong", "huong=1")
		form.Set("shown", bad[0])
		form.Set("after", bad[1])
		form.Set("huong", "2")
		p.saves(204, form)
		p.holds("gia_ca=1 huong=2 uu_tien=4")
		p.saves(204, phone.saving(10*time.Minute, "huong", "huong=2"))
	}
}

func TestManySavesAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	g := p.get(p.form).press("begin")
	p.later(time.Minute)
	var wg sync.WaitGroup
	for i := range 8 {
		form := g.saving(time.Duration(i)*time.Second, "huong", "huong="+strconv.Itoa(1+i%3))
		for range 2 { // each twice: the line is bad
			wg.Go(func() { p.saves(204, form) })
		}
	}
	wg.Wait()
	p.holds("huong=2")
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'form'`); n != 9 {
		t.Errorf("%d posts, want Begin and eight answers", n)
	}
	if n := p.db.Int(`SELECT count(*) FROM response`); n != 1 {
		t.Errorf("%d responses", n)
	}
}

// Where nothing is taken any more a save says so, and changes nothing.
func TestSavesThatComeTooLate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set    func(*place)
		status int
	}{
		"submitted": {func(p *place) {
			p.db.MakeResponse(p.inv, survey.ResponseSubmitted, survey.Voice, survey.Answers{"chi_tieu": {Value: "3"}})
		}, 409},
		"ended":  {func(p *place) { p.later(60 * 24 * time.Hour) }, 409},
		"closed": {func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`) }, 409},
		"paused": {func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'paused'`) }, 409},
		"withdrawn": {func(p *place) {
			p.get(p.form).press("begin").press("next", "chi_tieu=1")
			p.get(p.form + "?p=withdraw").press("withdraw")
		}, 409},
		"replaced": {func(p *place) { p.db.Exec(`UPDATE invitation SET token_version = 2`) }, 410},
		"away":     {func(p *place) { p.lose() }, 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "urgent-prices")
			form := p.get(p.form+"?q=chi_tieu").saving(0, "chi_tieu", "chi_tieu=1")
			tc.set(p)
			before := p.answers()
			for range 2 {
				if g := p.do(p.request(p.form, form)); g.status != tc.status {
					t.Errorf("status %d, want %d", g.status, tc.status)
				}
			}
			p.find()
			p.holds(before)
		})
	}
}

// Only a form's own link saves, and only by a post.
func TestNobodyElseSaves(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	form := p.get(p.form+"?q=huong").saving(0, "huong", "huong=1")
	p.do(p.request(p.out, form)).wants(303) // a way out knows no save
	p.do(p.request("/r/"+strings.Repeat("A", 22), form)).wants(404)
	p.do(httptest.NewRequestWithContext(t.Context(), http.MethodGet, p.form+"?"+form.Encode(), nil)).wants(200)
	p.holds("")
}
