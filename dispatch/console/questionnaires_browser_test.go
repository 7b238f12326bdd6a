package console_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"canvass/dispatch/staff"
)

// until waits for an expression of a page to be true.
func until(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			body, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + document.body.innerText"))
			t.Fatalf("%s: %v\n%s", expression, err, body)
		}
	}
}

// In a browser the editor numbers its lines, looks for errors while one types, goes to
// the line of an error and takes ready questions at the cursor; a question shows its
// segments while it is typed; the preview holds the pages of respondents.
func TestEditorInABrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account("lan", staff.Manager)
	_, base := d.writer("mai")
	ctx := window(t)
	act := func(script string) {
		t.Helper()
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+";0")); err != nil {
			t.Fatal(script, err)
		}
	}
	open := func(path string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Navigate(d.srv.URL+path)); err != nil {
			t.Fatal(err)
		}
	}
	shoot := func(name string) {
		t.Helper()
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), shot, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := chromedp.Do(ctx, device(1280, "light")); err != nil {
		t.Fatal(err)
	}
	open("/sign-in")
	act(`document.querySelector("[name=login]").value = "lan"; document.querySelector("[name=password]").value = "` + password + `"; document.querySelector("[name=password]").form.submit()`)
	until(ctx, t, `location.pathname === "/" && document.querySelector(".rail")`)

	open(base + "/text")
	until(ctx, t, `document.getElementById("gutter").textContent.startsWith("1\n2\n3\n")`)
	act(`source.value = source.value.replace("type: single", "type: sngle"); source.dispatchEvent(new Event("input", {bubbles: true}))`)
	until(ctx, t, `document.querySelector("#found [data-line='15']")`)
	act(`document.querySelector("#found [data-line='15']").click()`)
	until(ctx, t, `source.value.slice(source.selectionStart, source.selectionEnd).trim() === "- name: nhan_xet"`)
	act(`document.querySelector("[value=multiple]").click()`)
	until(ctx, t, `source.value.includes("3: Chưa tốt | Poor\n\n  - name: chon_nhieu\n") && document.querySelector("#found").textContent.includes("sngle")`)
	shoot("text")

	open(base + "/questions/1")
	until(ctx, t, `document.querySelector("#look .sms")`)
	act(`var l = document.getElementById("label-vi"); l.value = "Đường làng có <b>hỏng</b> không?"; l.dispatchEvent(new Event("input", {bubbles: true}))`)
	until(ctx, t, `document.querySelector("#look .sms").textContent.includes("Duong lang co <b>hong</b> khong?") && !document.querySelector("#look b")`)
	act(`var s = document.getElementById("type"); s.value = "text"; s.dispatchEvent(new Event("change", {bubbles: true}))`)
	until(ctx, t, `getComputedStyle(document.querySelector(".for-choices")).display === "none" && !document.querySelector("#look .sms").textContent.includes("Tot")`)
	shoot("question")

	act(`document.querySelector("form.qform .btn.go").click()`)
	until(ctx, t, `location.pathname === "`+base+`" && document.querySelector(".note.good") && document.querySelector("#q-1 h3").textContent.includes("<b>hỏng</b>")`)
	act(`document.querySelector("form[action$='/undo'] button").click()`)
	until(ctx, t, `document.querySelector("#q-1 h3") && document.querySelector("#q-1 h3").textContent.includes("dịch vụ công")`)

	open(base + "/preview")
	until(ctx, t, `document.querySelector("iframe").contentDocument && document.querySelector("iframe").contentDocument.querySelector("[value=begin]")`)
	act(`document.querySelector("iframe").contentDocument.querySelector("[value=begin]").click()`)
	until(ctx, t, `document.querySelector("iframe").contentDocument.querySelector("input[name=nhan_xet]")`)
	shoot("preview")
	act(`var f = document.querySelector("iframe").contentDocument; f.querySelector("input[value='2']").checked = true; f.querySelector("[value=next]").click()`)
	until(ctx, t, `document.querySelector("iframe").contentDocument.body.textContent.includes("Bình thường") && !document.querySelector("iframe").contentDocument.querySelector("input[name=nhan_xet]")`)
	act(`document.querySelector("a[target=web]").click()`)
	until(ctx, t, `document.querySelector("iframe").contentDocument.querySelector("input[name=nhan_xet]")`)
}
