package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// hand is somebody at the office with a browser: they press what they read.
type hand struct {
	*testing.T
	ctx     context.Context
	url     string // of the staff pages
	name    string // of the pictures
	pressed int
	typed   int
	shots   int
}

// newHand opens a browser of a width. Without chromium the test fails rather than passes.
func newHand(t *testing.T, url, name string, width int64) *hand {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test works in the staff pages with a real browser, and there is no chromium in PATH; `make test` installs it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-features", "Translate,BackForwardCache"), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	h := &hand{T: t, ctx: ctx, url: url, name: name}
	h.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 600})
		return err
	}))
	return h
}

func (h *hand) do(actions ...chromedp.Action[chromedp.Void]) {
	h.Helper()
	if err := chromedp.Do(h.ctx, actions...); err != nil {
		h.Fatalf("%v\n%s", err, h.text())
	}
}

func (h *hand) ask(script string, out any) {
	h.Helper()
	got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string]("(async () => JSON.stringify("+script+"))()", chromedp.EvalAwaitPromise))
	if err != nil {
		h.Fatalf("%v\n%s", err, script)
	}
	if err := json.Unmarshal([]byte(got), out); err != nil {
		h.Fatalf("%v: %s", err, got)
	}
}

// text is what the page says.
func (h *hand) text() string {
	got, _ := chromedp.Run(h.ctx, chromedp.Evaluate[string](`document.title + "\n" + document.body.innerText`))
	return got
}

// quoted is a text as scripts have it.
func quoted(text string) string {
	b, _ := json.Marshal(text) // a string is always valid
	return string(b)
}

// open goes to an address of the console.
func (h *hand) open(path string) {
	h.Helper()
	h.do(chromedp.Navigate(h.url + path))
	h.look()
}

// marks finds what can be pressed by its words, or a field by its label, and marks it.
const marks = `(function(words, what) {
	const fold = s => (s || "").replace(/\s+/g, " ").trim();
	const seen = e => !!(e.offsetWidth || e.offsetHeight || e.getClientRects().length) && getComputedStyle(e).visibility !== "hidden";
	document.querySelectorAll("[data-story]").forEach(e => e.removeAttribute("data-story"));
	let all = [...document.querySelectorAll(what === "field" ? "label" : "a[href], button, summary, label, input[type=submit]")].filter(seen);
	if (what === "field") all = all.filter(e => e.control);
	const of = e => fold(e.innerText || e.getAttribute("aria-label") || e.value);
	let found = all.find(e => of(e) === words) || all.find(e => of(e).startsWith(words)) || all.find(e => of(e).includes(words));
	if (!found) return "";
	if (what === "field") found = found.control;
	found.setAttribute("data-story", "here");
	found.scrollIntoView({block: "center"});
	window.story = "here";
	document.addEventListener("htmx:afterSettle", () => { window.story = "settled"; }, {once: true});
	const at = found.closest("[hx-get], [hx-post]"), form = found.form;
	if (at || form && found.type === "submit" && form.matches("[hx-get], [hx-post]")) return "part";
	if (found.tagName === "A" && !found.getAttribute("href").startsWith("#")) return "page";
	return found.type === "submit" && form && !found.hasAttribute("popovertarget") ? "page" : "here";
})`

// find waits until something can be pressed or filled in, and says what it is.
func (h *hand) find(words, what string) string {
	h.Helper()
	for deadline := time.Now().Add(45 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var got string
		h.ask(marks+"("+quoted(words)+","+quoted(what)+")", &got)
		if got != "" {
			return got
		}
		if time.Now().After(deadline) {
			h.look()
			h.Fatalf("there is no %s %q on\n%s", what, words, h.text())
		}
	}
}

// press presses what says these words, as a finger does, and waits for what comes.
func (h *hand) press(words string) {
	h.Helper()
	leads := h.find(words, "button")
	h.pressed++
	h.do(chromedp.Click(chromedp.CSS(`[data-story=here]`)))
	for deadline := time.Now().Add(45 * time.Second); leads != "here"; time.Sleep(30 * time.Millisecond) {
		at, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`document.readyState + " " + (window.story || "")`))
		if err == nil && (at == "complete " || leads == "part" && at == "complete settled") {
			break
		}
		if time.Now().After(deadline) {
			h.look()
			h.Fatalf("nothing came of pressing %q on\n%s", words, h.text())
		}
	}
	h.look()
}

// touch presses what answers on the page that it is on.
func (h *hand) touch(words string) {
	h.Helper()
	h.find(words, "button")
	h.do(chromedp.Click(chromedp.CSS(`[data-story=here]`)))
}

// fetches is what a link gives, without going there.
func (h *hand) fetches(words string) (status int, body string) {
	h.Helper()
	h.find(words, "button")
	h.pressed++
	var got struct {
		Status int
		Body   string
	}
	h.ask(`await fetch(document.querySelector("[data-story=here]").href).then(async r => ({Status: r.status, Body: await r.text()}))`, &got)
	return got.Status, got.Body
}

// fill writes into the field of a label.
func (h *hand) fill(label, text string) {
	h.Helper()
	h.find(label, "field")
	h.typed++
	var there bool
	h.ask(`(e => { e.focus(); if (e.select) e.select(); return true })(document.querySelector("[data-story=here]"))`, &there) // what stands there is written over
	h.do(chromedp.SendKeys(chromedp.CSS(`[data-story=here]`), text))
}

// sees waits until the page says something, loading it again if it does not by itself.
func (h *hand) sees(words string) {
	h.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		var there bool
		h.ask(`document.body.innerText.replace(/\s+/g, " ").includes(`+quoted(words)+`)`, &there)
		if there {
			h.look()
			return
		}
	}
	h.look()
	h.Fatalf("%q is not on\n%s", words, h.text())
}

// look keeps a picture, and holds the page to its width and its policy.
func (h *hand) look() {
	h.Helper()
	var wide bool
	h.ask(`document.documentElement.scrollWidth > innerWidth`, &wide)
	if wide {
		h.Errorf("the page scrolls sideways: %s", h.text())
	}
	shot, err := chromedp.Run(h.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return // the page was just leaving
	}
	h.shots++
	_ = os.WriteFile(filepath.Join(h.ArtifactDir(), h.name+"."+strconv.Itoa(1000 + h.shots)[1:]+".png"), shot, 0o644)
}
