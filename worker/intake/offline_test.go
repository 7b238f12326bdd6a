package intake_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// flaky is a connection that can be cut.
type flaky struct {
	pages http.Handler
	down  atomic.Bool
	posts atomic.Int64 // that got through
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.down.Load() {
		panic(http.ErrAbortHandler) // the browser sees a connection that breaks
	}
	if r.Method == http.MethodPost {
		f.posts.Add(1)
	}
	f.pages.ServeHTTP(w, r)
}

// phoneOn opens the form of p over a connection that can be cut.
func phoneOn(t *testing.T, p *place) (*hand, *flaky, string) {
	t.Helper()
	line := &flaky{pages: p.pages}
	srv := httptest.NewServer(line)
	t.Cleanup(srv.Close)
	return &hand{place: p, t: t, ctx: browser(t, true), shots: t.ArtifactDir()}, line, srv.URL
}

// comes waits for something that must come to be.
func (h *hand) comes(what string, ok func() bool) {
	h.Helper()
	for deadline := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.Fatalf("it does not come to be that %s", what)
		}
	}
}

// tells waits until the line under the buttons says that.
func (h *hand) tells(words string) {
	h.Helper()
	h.comes("the page says "+words, func() bool {
		return strings.Contains(ask(h, chromedp.Evaluate[string](`document.getElementById("saved").textContent`)), words)
	})
}

func (h *hand) does(actions ...step) {
	h.Helper()
	if err := chromedp.Do(h.ctx, actions...); err != nil {
		h.Fatal(err)
	}
}

// script does something in the page.
func script(js string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := chromedp.Evaluate[bool]("("+js+", true)")(ctx, t)
		return err
	})
}

const kept = `JSON.stringify(Object.entries(sessionStorage))`

// A connection that is lost is waited out: what was answered stays, is said to
// wait, and is saved when the connection is back; a press that had to wait goes
// on by itself.
func TestALostConnectionIsWaitedOut(t *testing.T) {
	p := newPlace(t, "urgent-prices")
	h, line, url := phoneOn(t, p)
	h.goes("start", chromedp.Navigate(url+p.form))
	h.goes("first", button("begin"))
	h.does(tick("chi_tieu", "1"))
	h.tells("Đã lưu.")
	p.holds("chi_tieu=1")
	if got := ask(h, chromedp.Evaluate[string](kept)); got != "[]" {
		t.Errorf("still kept: %s", got)
	}
	line.down.Store(true)
	h.does(tick("chi_tieu", "2"))
	h.tells("Chưa lưu, đang chờ mạng")
	p.holds("chi_tieu=1")
	got := ask(h, chromedp.Evaluate[string](kept))
	if !strings.HasPrefix(got, `[["`+p.form+`",`) || strings.Count(got, p.form[3:]) != 1 {
		t.Errorf("kept under another name than the page's path: %s", got)
	}
	h.does(button("next"))
	h.look("waiting")
	says(h, "Một tuần qua, chi tiêu", "Chưa lưu, đang chờ mạng")
	line.down.Store(false)
	h.goes("second", script(`window.dispatchEvent(new Event("online"))`))
	says(h, "Khoản nào thay đổi nhiều nhất?")
	p.holds("chi_tieu=2")
	if got := ask(h, chromedp.Evaluate[string](kept)); got != "[]" {
		t.Errorf("still kept: %s", got)
	}
}

// What a page could not send survives its reload, is shown, and is saved.
func TestAReloadLosesNothing(t *testing.T) {
	p := newPlace(t, "monthly")
	h, line, url := phoneOn(t, p)
	h.goes("text", chromedp.Navigate(url+p.form+"?q=y_kien_them"))
	line.down.Store(true)
	h.does(chromedp.SendKeys(chromedp.CSS(`textarea`), "Đường liên xã ngập."))
	h.does(script(`document.activeElement.blur()`))
	h.tells("Chưa lưu, đang chờ mạng")
	line.down.Store(false)
	h.goes("again", chromedp.Navigate(url+p.form+"?q=y_kien_them"))
	if got := ask(h, chromedp.Evaluate[string](`document.querySelector("textarea").value`)); got != "Đường liên xã ngập." {
		t.Errorf("shows %q", got)
	}
	h.tells("Đã lưu.")
	p.holds("y_kien_them=Đường liên xã ngập.")
}

// A syllable that is still being put together is no answer: input methods write
// and take back letters until the word stands.
func TestAnInputMethodIsWaitedFor(t *testing.T) {
	p := newPlace(t, "monthly")
	h, line, url := phoneOn(t, p)
	h.goes("text", chromedp.Navigate(url+p.form+"?q=y_kien_them"))
	before := line.posts.Load()
	h.does(script(`(t => { t.focus();
		t.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
		for (const s of ["d", "dd", "đ", "đu", "đuo", "đườ", "đường"]) {
			t.value = s; t.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
		}
		t.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true, data: "đường"})); return true })(document.querySelector("textarea"))`))
	h.tells("Đã lưu.")
	p.holds("y_kien_them=đường")
	if n := line.posts.Load() - before; n != 1 {
		t.Errorf("%d posts for one word", n)
	}
}

// Two tabs of one browser: the answer given last holds, and either tab goes on.
func TestTwoTabs(t *testing.T) {
	p := newPlace(t, "monthly")
	h, line, url := phoneOn(t, p)
	h.goes("left", chromedp.Navigate(url+p.form+"?q=huong"))
	ctx, cancel := chromedp.NewContext(h.ctx)
	t.Cleanup(cancel)
	right := &hand{place: p, t: t, ctx: ctx, shots: t.ArtifactDir()}
	right.does(device(phoneWidth, "light"))
	right.goes("right", chromedp.Navigate(url+p.form+"?q=huong"))
	h.does(tick("huong", "1"))
	h.comes("1 is stored", func() bool { return p.answers() == "huong=1" })
	right.does(tick("huong", "2"))
	h.comes("2 is stored", func() bool { return p.answers() == "huong=2" })
	h.does(tick("huong", "3"))
	h.comes("3 is stored", func() bool { return p.answers() == "huong=3" })
	right.goes("right-on", button("next"))
	says(right, "Câu 2 trên")
	p.holds("huong=2") // pressed last, with what that tab showed
	right.does(tick("chuyen_ban", "1"))
	h.comes("both are stored", func() bool { return p.answers() == "chuyen_ban=1 huong=2" })
	if n := p.db.Int(`SELECT count(*) FROM response`); n != 1 {
		t.Errorf("%d responses", n)
	}
	if line.posts.Load() != 5 {
		t.Errorf("%d posts, want four answers and one page", line.posts.Load())
	}
}
