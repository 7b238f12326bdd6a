package intake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"canvass/templates"
)

// everyKind serves every page of the form in every shape that it can take, as
// templates keeps them, and names them.
func everyKind(t *testing.T) (srv *httptest.Server, names []string) {
	t.Helper()
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../templates/testdata/golden/*.html")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d pages, %v", len(files), err)
	}
	mux := http.NewServeMux()
	mux.Handle(templates.StaticRoot, http.StripPrefix(templates.StaticRoot, http.FileServerFS(set.Static())))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		if strings.HasPrefix(name, "mail-") {
			continue
		}
		names = append(names, name)
		mux.HandleFunc("GET /page/"+name, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	}
	srv = httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv, names
}

// device sets the width of the window in CSS pixels, and light or dark.
func device(width int64, scheme string) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: width, Height: 640, DeviceScaleFactor: 1})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme},
				{Name: "prefers-reduced-motion", Value: "reduce"}}}) // no colour is halfway to another
		return err
	})
}

// axe runs axe-core in the page and says what it finds.
const axe = `axe.run(document, {rules: {"target-size": {enabled: true}}}).then(r => r.violations.map(v =>
	v.id + ": " + v.help + ": " + v.nodes.map(n => n.target.join(" ") + " " + (n.failureSummary || "")).join(" | ")))`

// small lists what a finger or a pointer misses: WCAG 2.2, success criterion
// 2.5.8. A box stands in the row that is pressed.
const small = `[...document.querySelectorAll('a, button, summary, label.ans, input.in, textarea')].filter(e => {
	const r = e.getBoundingClientRect(); return e.offsetParent && !e.classList.contains('skip') && (r.width < 24 || r.height < 24) })
	.map(e => e.outerHTML.slice(0, 80))`

// clipped lists text that is cut off, where a box is lower than what it holds:
// two marks above a letter and one below need room.
const clipped = `[...document.querySelectorAll('h1, h2, p, a, span, dt, dd, button, legend, label')].filter(e =>
	e.offsetParent && !e.closest('.sr') && getComputedStyle(e).overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1)
	.map(e => e.outerHTML.slice(0, 80))`

// wrapped lists buttons whose words take more than one line.
const wrapped = `[...document.querySelectorAll('.move .btn')].filter(e => {
	const r = document.createRange(); r.selectNodeContents(e);
	return new Set([...r.getClientRects()].map(x => Math.round(x.top))).size > 1 }).map(e => e.textContent)`

// Every page of the form, light and dark, on the narrowest telephone: no fault
// that axe-core finds, nothing too small to press, nothing cut off. With text at
// 200 % nothing has to be scrolled sideways either.
func TestEveryPageIsAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at every page in a browser")
	}
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	srv, names := everyKind(t)
	h := &hand{place: &place{TB: t}, t: t, ctx: browser(t, true)}
	for _, name := range names {
		if err := chromedp.Do(h.ctx, device(phoneWidth, "light"), chromedp.Navigate(srv.URL+"/page/"+name)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !ask(h, chromedp.Evaluate[bool](`getComputedStyle(document.querySelector(".sheet")).maxWidth !== "none"`)) {
			t.Fatalf("%s: the stylesheet is not there", name)
		}
		ask(h, chromedp.Evaluate[bool](string(source)+"; true"))
		for _, scheme := range []string{"light", "dark"} {
			if err := chromedp.Do(h.ctx, device(phoneWidth, scheme)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if dark := ask(h, chromedp.Evaluate[bool](`getComputedStyle(document.body).backgroundColor !== "rgb(255, 255, 255)"`)); dark != (scheme == "dark") {
				t.Errorf("%s is not %s", name, scheme)
			}
			for _, fault := range ask(h, chromedp.Evaluate[[]string](axe, chromedp.EvalAwaitPromise)) {
				t.Errorf("%s, %s: %s", name, scheme, fault)
			}
		}
		for what, look := range map[string]string{"too small": small, "cut off": clipped, "on two lines": wrapped} {
			if found := ask(h, chromedp.Evaluate[[]string](look)); len(found) > 0 {
				t.Errorf("%s: %s: %q", name, what, found)
			}
		}
		if wide := ask(h, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); wide > phoneWidth {
			t.Errorf("%s is %d px wide", name, wide)
		}
		const zoomed = 2 * phoneWidth
		if err := chromedp.Do(h.ctx, device(zoomed, "light")); err != nil {
			t.Fatal(err)
		}
		wide := ask(h, chromedp.Evaluate[int64](`document.documentElement.style.fontSize = '200%', document.documentElement.scrollWidth`))
		if wide > zoomed {
			t.Errorf("%s with text at 200 %% is %d px wide of %d", name, wide, zoomed)
		}
		if found := ask(h, chromedp.Evaluate[[]string](clipped)); len(found) > 0 {
			t.Errorf("%s with text at 200 %%: cut off: %q", name, found)
		}
	}
}

// The looker must be able to find something.
func TestTheLookerFindsFaults(t *testing.T) {
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, `<!doctype html><html><title>x</title><body><main><h1 style="overflow:hidden;height:4px">Ẵ ệ Ộ</h1>`+
			`<input class="in" style="width:9px"><p style="margin-top:4em;color:#eee;background:#fff">Chữ quá mờ để đọc</p><a href="#">x</a></main>`)
	}))
	t.Cleanup(srv.Close)
	h := &hand{place: &place{TB: t}, t: t, ctx: browser(t, true)}
	if err := chromedp.Do(h.ctx, device(phoneWidth, "light"), chromedp.Navigate(srv.URL)); err != nil {
		t.Fatal(err)
	}
	ask(h, chromedp.Evaluate[bool](string(source)+"; true"))
	found := strings.Join(ask(h, chromedp.Evaluate[[]string](axe, chromedp.EvalAwaitPromise)), "\n")
	for _, want := range []string{"html-has-lang", "label", "color-contrast"} {
		if !strings.Contains(found, want+":") {
			t.Errorf("axe does not find %s: %s", want, found)
		}
	}
	if got := ask(h, chromedp.Evaluate[[]string](small)); len(got) < 2 {
		t.Errorf("too small: %q", got)
	}
	if got := ask(h, chromedp.Evaluate[[]string](clipped)); len(got) != 1 {
		t.Errorf("cut off: %q", got)
	}
}

// focused is what has the focus, by its name or its text, "body" for nothing.
const focused = `(e => e === document.body ? "body" : (e.getAttribute("value") && e.name ? e.name + "=" + e.getAttribute("value")
	: e.getAttribute("role") || e.textContent.trim()))(document.activeElement)`

// ringed reports whether one sees where the focus is.
const ringed = `(e => [e, e.closest(".ans")].some(x => x && getComputedStyle(x).outlineStyle !== "none"))(document.activeElement)`

// tabTo presses the tab key until the focus is there; every stop on the way must
// show itself.
func (h *hand) tabTo(want string) {
	h.Helper()
	var way []string
	for range 30 {
		if err := chromedp.Do(h.ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			h.Fatal(err)
		}
		at := ask(h, chromedp.Evaluate[string](focused))
		if at != "body" && !ask(h, chromedp.Evaluate[bool](ringed)) {
			h.Errorf("the focus on %q is not seen", at)
		}
		if at == want {
			return
		}
		way = append(way, at)
	}
	h.Fatalf("the tab key does not lead to %q but to %q", want, way)
}

// The form by the keyboard alone, with a slip on the way.
func TestTheFormByTheKeyboardAlone(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, "urgent-prices")
			srv := httptest.NewServer(p.pages)
			t.Cleanup(srv.Close)
			h := &hand{place: p, t: t, ctx: browser(t, scripts), shots: t.ArtifactDir()}
			h.goes("start", chromedp.Navigate(srv.URL+p.form))
			h.tabTo("Đến nội dung chính")
			h.tabTo("do=begin")
			h.goes("first", chromedp.KeyEvent(kb.Enter))
			h.tabTo("do=next")
			h.goes("slip", chromedp.KeyEvent(kb.Enter))
			if at := ask(h, chromedp.Evaluate[string](focused)); at != "alert" {
				t.Errorf("after a slip the focus is on %q", at)
			}
			if got := ask(h, chromedp.Evaluate[string](`document.querySelector('fieldset[aria-describedby~="e-chi_tieu"] #e-chi_tieu').textContent`)); !strings.Contains(got, "còn trống") {
				t.Errorf("the question is described by %q", got)
			}
			h.tabTo("Một tuần qua, chi tiêu hằng ngày của nhà Ông/Bà so với tuần trước đó thế nào?")
			if err := chromedp.Do(h.ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
				t.Fatal(err)
			}
			h.tabTo("chi_tieu=1")
			if err := chromedp.Do(h.ctx, chromedp.KeyEvent(" ")); err != nil {
				t.Fatal(err)
			}
			h.tabTo("do=next")
			h.goes("second", chromedp.KeyEvent(kb.Enter))
			h.tabTo("khoan_doi=1")
			if err := chromedp.Do(h.ctx, chromedp.KeyEvent(" ")); err != nil {
				t.Fatal(err)
			}
			h.tabTo("do=next")
			h.goes("thanks", chromedp.KeyEvent(kb.Enter))
			says(h, "Đã nhận phiếu")
			p.holds("chi_tieu=1 khoan_doi=1")
			h.tabTo("Trang của tôi")
			h.goes("mine", chromedp.KeyEvent(kb.Enter))
			if heads := ask(h, chromedp.Evaluate[[]string](`[...document.querySelectorAll('h1, h2, legend')].map(e => e.textContent.trim())`)); !slices.Contains(heads, "Cách liên hệ") {
				t.Errorf("headings %q", heads)
			}
		})
	}
}
