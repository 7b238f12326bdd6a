package intake_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// phoneWidth is the narrowest telephone that the form is made for, in CSS pixels.
const phoneWidth = 320

// browser opens a telephone's browser. Without chromium the test fails rather
// than passes: what a person sees was not looked at.
func browser(t *testing.T, scripts bool) context.Context {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test fills in the form in a real browser, and there is no chromium in PATH; `make test` installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute) // a machine may be busy; what hangs ends
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin),
		chromedp.NoSandbox, chromedp.DisableGPU,
		// A page that comes out of this cache tells the driver nothing; that it was
		// kept as it was left is tested without a browser.
		chromedp.Flag("disable-features", "Translate,BackForwardCache"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	err = chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: phoneWidth, Height: 640, DeviceScaleFactor: 2, Mobile: true})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		return err
	}))
	if err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return ctx
}

// hand is somebody with the form open on a telephone.
type hand struct {
	*place
	t      *testing.T
	ctx    context.Context
	shots  string
	number int
}

// ask runs an action that returns something.
func ask[T any](h *hand, a chromedp.Action[T]) T {
	h.Helper()
	out, err := chromedp.Run(h.ctx, a)
	if err != nil {
		h.Fatal(err)
	}
	return out
}

// step is an action that only does.
type step = chromedp.Action[chromedp.Void]

// goes does something that leads to another page, and looks at that.
func (h *hand) goes(name string, actions ...step) {
	h.Helper()
	res, err := chromedp.RunResponse(h.ctx, actions...)
	if err != nil {
		h.Fatalf("%s: %v", name, err)
	}
	if res.Status != 200 && res.Status != 422 {
		h.Errorf("%s: status %d", name, res.Status)
	}
	h.look(name)
}

// look takes a picture of the whole page, and holds it to the width.
func (h *hand) look(name string) {
	h.Helper()
	wide := ask(h, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
	hidden := ask(h, chromedp.Evaluate[[]string](`[...document.querySelectorAll('button, a.btn, label.ans')].filter(e => {
		const r = e.getBoundingClientRect(); return r.height < 44 || r.right > innerWidth + 0.5 || r.left < -0.5 })
		.map(e => e.textContent.trim())`))
	shot := ask(h, chromedp.FullScreenshot(100))
	if wide > phoneWidth {
		h.Errorf("%s is %d px wide", name, wide)
	}
	if len(hidden) > 0 {
		h.Errorf("%s: too small or cut off for a thumb: %q", name, hidden)
	}
	h.number++
	if err := os.WriteFile(filepath.Join(h.shots, string(rune('a'+h.number-1))+"-"+name+".png"), shot, 0o600); err != nil {
		h.Fatal(err)
	}
}

// tick presses the row of an answer.
func tick(name, value string) step {
	return chromedp.Click(chromedp.CSS(`label.ans:has(input[name="` + name + `"][value="` + value + `"])`))
}

func button(do string) step {
	return chromedp.Click(chromedp.CSS(`button[value="` + do + `"]`))
}

func says(h *hand, want ...string) {
	h.Helper()
	text := strings.ReplaceAll(ask(h, chromedp.Text(chromedp.CSS("body"))), "\u00a0", " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			h.Errorf("the page does not say %q: %s", w, text)
		}
	}
}

// The monthly form on the narrowest telephone, as a person fills it in: with
// a slip, a way back and a page left open, with and without scripts.
func TestFillingInTheMonthlyForm(t *testing.T) {
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, "monthly")
			srv := httptest.NewServer(p.pages)
			t.Cleanup(srv.Close)
			h := &hand{place: p, t: t, ctx: browser(t, scripts), shots: t.ArtifactDir()}

			h.goes("start", chromedp.Navigate(srv.URL+p.form))
			h.goes("huong", button("begin"))
			h.goes("huong-empty", button("next"))
			says(h, "1 câu cần xem lại", "Câu này còn trống")
			h.goes("chuyen-ban", tick("huong", "2"), button("next"))
			h.goes("chuyen-ban-many", tick("chuyen_ban", "1"), tick("chuyen_ban", "2"), tick("chuyen_ban", "3"), tick("chuyen_ban", "4"), button("next"))
			says(h, "Xin bỏ bớt 1 ô")
			h.goes("lam-thu-tuc", tick("chuyen_ban", "4"), button("next"))
			h.goes("hl-thu-tuc", tick("lam_thu_tuc", "1"), button("next"))
			h.goes("gia-ca", tick("hl_thu_tuc", "4"), button("next"))
			h.goes("nguon-tin", tick("gia_ca", "1"), tick("thu_chi", "98"), button("next"))
			h.goes("gia-ca-again", button("back"))
			h.goes("nguon-tin-again", button("next"))
			// Another day, from the link in the mail.
			h.goes("resume", chromedp.Navigate(srv.URL+p.form))
			says(h, "Làm tiếp", "6 trên")
			h.goes("nguon-tin-resumed", button("begin"))
			h.goes("tin-lan", tick("nguon_tin", "7"), chromedp.SendKeys(chromedp.CSS(`[name="nguon_tin_khac"]`), "Đài truyền thanh"), button("next"))
			h.goes("tin-lan-nd", tick("tin_lan", "1"), button("next"))
			h.goes("uu-tien", chromedp.SendKeys(chromedp.CSS(`[name="tin_lan_nd"]`), "Nghe nói chợ sắp đóng cửa."), button("next"))
			h.goes("y-kien-them", tick("uu_tien", "4"), button("next"))
			h.goes("tiep-xuc", button("skip"))
			says(h, "Gửi phiếu")
			h.goes("thanks", tick("tiep_xuc", "6"), button("next"))
			says(h, "Đã nhận phiếu", "Xin cảm ơn")
			h.goes("stop", chromedp.Navigate(srv.URL+p.out))

			const want = "chuyen_ban=1 2 3 gia_ca=1 hl_thu_tuc=4 huong=2 lam_thu_tuc=1 nguon_tin=7 nguon_tin_khac=Đài truyền thanh " +
				"thu_chi=dont_know tiep_xuc=6 tin_lan=1 tin_lan_nd=Nghe nói chợ sắp đóng cửa. uu_tien=4 y_kien_them=skipped"
			if got := p.answers(); got != want {
				t.Errorf("stored\n%s, want\n%s", got, want)
			}
		})
	}
}

// Back, reload and two tabs of a browser do no harm.
func TestTheBrowsersOwnButtons(t *testing.T) {
	p := newPlace(t, "urgent-prices")
	srv := httptest.NewServer(p.pages)
	t.Cleanup(srv.Close)
	h := &hand{place: p, t: t, ctx: browser(t, true), shots: t.ArtifactDir()}
	h.goes("start", chromedp.Navigate(srv.URL+p.form))
	h.goes("first", button("begin"))
	h.goes("second", tick("chi_tieu", "1"), button("next"))
	h.goes("first-again", chromedp.NavigateBack())
	h.goes("second-again", tick("chi_tieu", "2"), button("next"))
	h.goes("first-third", chromedp.NavigateBack())
	h.goes("second-third", tick("chi_tieu", "1"), button("next"))
	h.goes("reloaded", chromedp.Reload())
	if got := p.answers(); got != "chi_tieu=1" {
		t.Errorf("stored %s", got)
	}
	h.goes("thanks", tick("khoan_doi", "1"), button("next"))
	h.goes("left-open", chromedp.NavigateBack())
	says(h, "Phiếu này đã hoàn tất")
	if got := p.answers(); got != "chi_tieu=1 khoan_doi=1" {
		t.Errorf("stored %s", got)
	}
}
