package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"

	"canvass/templates"
)

// A whole table is put in another order by its head: counts as the language writes them,
// days as days, what is missing last; and a table that comes anew keeps the order.
func TestTablesSort(t *testing.T) {
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(templates.StaticRoot, http.StripPrefix(templates.StaticRoot, http.FileServerFS(set.Static())))
	golden, err := os.ReadFile("../../templates/testdata/golden/console/home.vi.html")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile(`<script src="/static/console[^>]*></script>`).Find(golden)
	for lang, counts := range map[string][3]string{"vi": {"1.204", "98,5", "1.203"}, "en": {"1,204", "98.5", "1,203"}} {
		mux.HandleFunc("GET /"+lang, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			table := `<table class="tbl" data-sort><caption>Xã</caption><thead><tr><th>Tên</th><th class="n">Người</th><th>Ngày</th><th>Sửa</th></tr></thead><tbody>` +
				`<tr><th>Đồng Nai</th><td class="n">` + counts[0] + `</td><td>02/11/2026 09:05</td><td><button>x</button></td></tr>` +
				`<tr><th>Ân Thi</th><td class="n">` + counts[1] + `</td><td>11/01/2026</td><td></td></tr>` +
				`<tr><th>Bến Cát</th><td class="n">–</td><td>–</td><td></td></tr>` +
				`<tr><th>Dầu Giây</th><td class="n">` + counts[2] + `</td><td>02/11/2026 14:00</td><td></td></tr></tbody></table>`
			_, _ = fmt.Fprintf(w, `<!doctype html><html lang="%s"><head>%s</head><body><div id="here">%s</div></body></html>`, lang, script, table)
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	ctx := window(t)
	const names = `Array.from(document.querySelectorAll("tbody th")).map(th => th.textContent[0]).join("")`
	for _, lang := range []string{"vi", "en"} {
		if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/"+lang)); err != nil {
			t.Fatal(err)
		}
		until(ctx, t, `document.querySelectorAll("th .sort").length === 3`) // the column with buttons has none
		for i, step := range []struct{ press, want, sorted string }{
			{"1", "ĐDÂB", "descending"}, {"1", "ÂDĐB", "ascending"}, {"2", "ÂĐDB", "ascending"}, {"2", "DĐÂB", "descending"}, {"0", "ÂBDĐ", "ascending"}, {"0", "ĐDBÂ", "descending"},
		} {
			script := `document.querySelector(".sort[data-at='` + step.press + `']").click(); ` + names + ` + document.querySelectorAll("[aria-sort]").length + document.querySelector("[aria-sort]").getAttribute("aria-sort")`
			if got, err := chromedp.Run(ctx, chromedp.Evaluate[string](script)); err != nil || got != step.want+"1"+step.sorted {
				t.Errorf("%s, step %d: %s, %v", lang, i, got, err)
			}
		}
		anew := `document.querySelector(".sort[data-at='0']").focus(); fetch("").then(r => r.text()).then(text => {
			document.getElementById("here").innerHTML = new DOMParser().parseFromString(text, "text/html").getElementById("here").innerHTML; })`
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](anew, chromedp.EvalAwaitPromise)); err != nil {
			t.Fatal(err)
		}
		until(ctx, t, names+` === "ĐDBÂ" && document.activeElement.matches(".sort[data-at='0']")`)
	}
}
