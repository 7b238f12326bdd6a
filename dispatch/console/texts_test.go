package console_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// An administrator writes a reminder in the office's own words; campaigns made from then on
// have it, those of before do not, and it can be taken back and brought back.
func TestTheOfficeWritesItsTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.db.SetOffice(t.Context(), pgtest.Office(), "lan"); err != nil {
		t.Fatal(err)
	}
	before := d.db.MakeCampaign(survey.Campaign{Name: "truoc"})
	b := d.signedIn("mai", staff.Administrator)
	if got := b.get("/texts"); got.status != 200 || strings.Count(got.body, ">có sẵn</a>") != len(survey.TextNames()) {
		t.Fatalf("the list: %d, %d built in of %d", got.status, strings.Count(got.body, ">có sẵn</a>"), len(survey.TextNames()))
	}
	for _, n := range survey.TextNames() {
		if got := b.get("/texts/" + n.String()); got.status != 200 || strings.Contains(got.body, "note bad") || !strings.Contains(got.body, `class="said"`) {
			t.Errorf("%s: %d, and the built-in text is not shown as it leaves", n, got.status)
		}
	}
	const at = "/texts/reminder.sms.vi"
	own := "{ten_gui}: Phiếu {thang} vẫn chờ Ông/Bà. {link} {thoi_nhan}"
	got := b.post(at+"/look", url.Values{"body": {own}, "version": {"0"}})
	if got.status != 200 || strings.Contains(got.body, "<html") || !strings.Contains(got.body, "van cho Ong/Ba") || !strings.Contains(got.body, "đoạn tin") || !strings.Contains(got.body, "Thoi nhan: mo link") {
		t.Errorf("while it is typed: %d %s", got.status, got.body)
	}
	got = b.post(at, url.Values{"body": {own + " {ho_ten}"}, "version": {"0"}, "do": {"save"}})
	if got.status != 422 || !strings.Contains(got.body, "{ho_ten}</textarea>") || !strings.Contains(got.body, "Không có trường trộn {ho_ten}") || !strings.Contains(got.body, "{thoi_nhan}.") {
		t.Errorf("a field that does not exist: %d %s", got.status, got.body)
	}
	if got = b.post(at, url.Values{"body": {own}, "version": {"0"}, "do": {"save"}}); !strings.Contains(got.body, "Khảo sát lập từ nay dùng nội dung này") || !strings.Contains(got.body, "của văn phòng") {
		t.Fatalf("kept: %d %s", got.status, got.body)
	}
	if got = b.post(at, url.Values{"body": {own + "."}, "version": {"0"}, "do": {"save"}}); got.status != 422 || !strings.Contains(got.body, "vừa được người khác sửa") || !strings.Contains(got.body, own+".</textarea>") {
		t.Errorf("somebody was faster: %d", got.status)
	}
	texts, err := d.db.OwnTexts(t.Context())
	name, _ := survey.ParseTextName("reminder.sms.vi")
	if err != nil || texts[name].Body != own || len(texts) != 1 {
		t.Errorf("%v %v", texts, err)
	}
	if k, err := d.db.CampaignByName(t.Context(), before.Name); err != nil || len(k.Texts) != 0 {
		t.Errorf("a campaign of before has them: %v %v", k.Texts, err)
	}
	b.post(at, url.Values{"version": {"1"}, "do": {"reset"}})
	if texts, _ := d.db.OwnTexts(t.Context()); len(texts) != 0 {
		t.Errorf("after going back: %v", texts)
	}
	if got = b.post(at, url.Values{"version": {"2"}, "do": {"take"}, "take": {"1"}}); !strings.Contains(got.body, "Đã lấy lại bản trước") || !strings.Contains(got.body, "Bản 3") {
		t.Errorf("brought back: %d", got.status)
	}
	if texts, _ := d.db.OwnTexts(t.Context()); texts[name].Body != own {
		t.Errorf("brought back: %v", texts)
	}
	if n := d.db.Text(`SELECT count(*)::text FROM audit WHERE act = 'setting' AND detail ->> 'text' = 'reminder.sms.vi' AND actor = 'mai'`); n != "3" {
		t.Errorf("%s lines on record", n)
	}
	if got := b.get("/texts/reminder.call.vi"); got.status != 404 {
		t.Errorf("a text that does not exist: %d", got.status)
	}
}

// In a browser the text is shown as it leaves while it is typed, its segments counted and
// an unknown field named, before anything is kept.
func TestATextIsShownWhileItIsTyped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.account("mai", staff.Administrator)
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
		until(ctx, t, `document.readyState === "complete" && window.htmx`)
	}
	typed := func(text string) {
		t.Helper()
		act(`var b = document.getElementById("body"); b.value = "` + text + `"; b.dispatchEvent(new Event("input", {bubbles: true}))`)
	}
	open("/sign-in")
	act(`document.querySelector("[name=login]").value = "mai"; document.querySelector("[name=password]").value = "` + password + `"; document.querySelector("[name=password]").form.submit()`)
	until(ctx, t, `location.pathname === "/" && document.querySelector(".rail")`)
	open("/texts/last.sms.vi")
	typed("{ten_gui}: lần cuối nhé. {link} {thoi_nhan}")
	until(ctx, t, `document.getElementById("look").textContent.includes("lan cuoi nhe. https://")`)
	typed("{ten_gui} {ho_te} {link} {thoi_nhan}")
	until(ctx, t, `document.querySelector("#look .note.bad").textContent.includes("{ho_te}")`)
	open("/texts/last.email.vi")
	act(`var s = document.getElementById("subject"); s.value = "Xin nhắc {xung_ho}"; s.dispatchEvent(new Event("input", {bubbles: true}))`)
	until(ctx, t, `document.querySelector("#look b").textContent === "Xin nhắc Bà"`)
	if texts, err := d.db.OwnTexts(t.Context()); err != nil || len(texts) != 0 {
		t.Errorf("typing keeps something: %v %v", texts, err)
	}
}
