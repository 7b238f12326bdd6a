package console_test

import (
	"context"
	"flag"
	"net/http"
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

	"canvass/templates"
)

// screens narrows what is looked at while one works on a screen: -screens 'people*'.
var screens = flag.String("screens", "*", "which golden screens are looked at")

// window opens a browser. Without chromium the test fails rather than passes.
func window(t *testing.T) context.Context {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test looks at every screen in a real browser, and there is no chromium in PATH; `make test` installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute) // a machine may be busy; what hangs ends
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

func device(width int64, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
}

const (
	axe = `axe.run(document, {rules: {"target-size": {enabled: true}}}).then(r => r.violations.map(v =>
	v.id + ": " + v.help + ": " + v.nodes.map(n => n.target.join(" ") + " " + (n.failureSummary || "")).join(" | ")))`
	sideways = `document.documentElement.scrollWidth > innerWidth ? "the page scrolls sideways: " + document.documentElement.scrollWidth : ""`
)

// Every screen, in both languages, light and dark, at three widths: nothing that
// axe-core finds, and nothing beyond the edge.
func TestScreensAreAccessible(t *testing.T) {
	source, err := os.ReadFile("../../worker/intake/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../templates/testdata/golden/console/" + *screens + ".html")
	if err != nil || len(files) < 12 && *screens == "*" {
		t.Fatalf("%d screens, %v", len(files), err)
	}
	mux := http.NewServeMux()
	mux.Handle(templates.StaticRoot, http.StripPrefix(templates.StaticRoot, http.FileServerFS(set.Static())))
	for _, file := range files {
		mux.HandleFunc("GET /screen/"+filepath.Base(file), func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := window(t)
	for _, file := range files {
		name := filepath.Base(file)
		for _, width := range []int64{320, 360, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				if strings.Contains(name, ".en.") && (width == 320 || scheme == "dark") {
					continue
				}
				if err := chromedp.Do(ctx, device(width, scheme)); err != nil {
					t.Fatal(err)
				}
				if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/screen/"+name)); err != nil {
					t.Fatal(err)
				}
				if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](string(source)+";0")); err != nil {
					t.Fatal(err)
				}
				faults, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axe, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range faults {
					t.Errorf("%s %d %s: %s", name, width, scheme, f)
				}
				wide, err := chromedp.Run(ctx, chromedp.Evaluate[string](sideways))
				if err != nil || wide != "" {
					t.Errorf("%s %d: %s %v", name, width, wide, err)
				}
				shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
				if err != nil {
					t.Fatal(err)
				}
				out := filepath.Join(t.ArtifactDir(), strings.TrimSuffix(name, ".html")+"."+scheme+"."+map[int64]string{320: "320", 360: "360", 1280: "1280"}[width]+".png")
				if err := os.WriteFile(out, shot, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
