package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	printing "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"canvass/templates"
)

// A4 in inches.
const a4Wide, a4High = 8.27, 11.69

// pages counts the pages of a PDF as the browser writes it.
var pages = regexp.MustCompile(`/Type\s*/Page\b`)

// The page for the director, as full as it gets, prints on one sheet of A4 in both
// languages; the print is kept to be looked at.
func TestTheDirectorsPageIsOneSheet(t *testing.T) {
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(templates.StaticRoot, http.StripPrefix(templates.StaticRoot, http.FileServerFS(set.Static())))
	names := []string{"results-page.vi.html", "results-page.en.html", "results-page-bare.vi.html"}
	for _, name := range names {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, "../../templates/testdata/golden/console/"+name)
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := window(t)
	for _, name := range names {
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/"+name)); err != nil {
			t.Fatal(err)
		}
		pdf, err := chromedp.Run(ctx, chromedp.Action[[]byte](func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
			got, err := cdp.Call(ctx, t, printing.PrintToPDF, printing.PrintToPDFParams{PaperWidth: a4Wide, PaperHeight: a4High})
			return got.Data, err
		}))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(pages.FindAll(pdf, -1)); n != 1 {
			t.Errorf("%s prints on %d pages", name, n)
		}
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, asPrinted()); err != nil {
			t.Fatal(err)
		}
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// asPrinted shows what is printed, as wide as the sheet without its margins.
func asPrinted() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 688, Height: 1031, DeviceScaleFactor: 1}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
}
