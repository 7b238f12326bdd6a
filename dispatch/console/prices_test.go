package console_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// Prices are set from a day on, corrected and taken back before it, on record; what was
// typed stays where it is wrong.
func TestPrices(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	if got := b.get("/prices"); !strings.Contains(got.body, "Chưa đặt giá nào") || strings.Contains(got.body, `name="dong"`) {
		t.Error("without senders there is nothing to set")
	}
	d.db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84310000001", Provider: "twilio", Cost: 1350})
	d.db.MakeSender(survey.Sender{Channel: survey.Call, Address: "+84310000001", Provider: "twilio"})
	got := b.get("/prices")
	for _, want := range []string{"1.350 đ mỗi đoạn tin", "theo cấu hình CANVASS_SENDERS", "không rõ giá"} {
		if !strings.Contains(strings.ReplaceAll(got.body, "\u00a0", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if got := b.get("/senders"); !strings.Contains(got.body, "không rõ giá") {
		t.Error("the page of senders takes an unknown price for none")
	}
	today := survey.HomeDay(d.clock())
	form := func(of, dong string, from survey.Date) url.Values {
		return url.Values{"of": {of}, "dong": {dong}, "from": {from.String()}}
	}
	for _, bad := range []struct {
		form url.Values
		says string
	}{{form("sms", "1.234,5", today.Add(7)), "Cần số đồng chẵn"}, {form("sms", "2.000.000", today.Add(7)), "Cần số đồng chẵn"},
		{form("sms", "400", today.Add(-1)), "trở đi, trong vòng 5 năm"}, {form("sms x", "400", today.Add(7)), "Không có nơi gửi nào như vậy"}} {
		got := b.post("/prices", bad.form)
		if got.status != 422 || !strings.Contains(got.body, bad.says) || !strings.Contains(got.body, `aria-invalid="true"`) || !strings.Contains(got.body, `value="`+bad.form.Get("dong")+`"`) {
			t.Errorf("%v: %d", bad.form, got.status)
		}
	}
	b.post("/prices", form("sms", "1.400 đ", today.Add(7)))
	b.post("/prices", form("call", "1.200", today))
	got = b.get("/prices")
	for _, want := range []string{"1.200 đ mỗi cuộc gọi", "là 1.400 đ"} {
		if !strings.Contains(strings.ReplaceAll(got.body, "\u00a0", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	first := d.db.Int(`SELECT id FROM price WHERE channel = 'sms'`)
	if got := b.get("/prices?fix=" + strconv.Itoa(first)); !strings.Contains(got.body, `value="1.400"`) || !strings.Contains(got.body, `name="fix"`) {
		t.Error("a price to come cannot be corrected")
	}
	fixed := form("sms", "1.450", today.Add(9))
	fixed.Set("fix", strconv.Itoa(first))
	if got := b.post("/prices", fixed); got.path != "/prices" {
		t.Errorf("corrected: %d", got.status)
	}
	if n := d.db.Text(`SELECT string_agg(dong || ' ' || (from_day - $1::date), ',') FROM price WHERE channel = 'sms' AND dropped_at IS NULL`, today.String()); n != "1450 9" {
		t.Errorf("after the correction: %s", n)
	}
	if got := b.post("/prices", fixed); got.status != 422 || !strings.Contains(got.body, "đã bắt đầu áp dụng") {
		t.Errorf("corrected twice: %d", got.status)
	}
	call := d.db.Int(`SELECT id FROM price WHERE channel = 'call'`)
	if got := b.post("/prices/"+strconv.Itoa(call)+"/drop", nil); got.status != 409 {
		t.Errorf("a price that has begun is taken back: %d", got.status)
	}
	b.post("/prices/"+strconv.Itoa(d.db.Int(`SELECT max(id) FROM price`))+"/drop", nil)
	if n := d.db.Int(`SELECT count(*) FROM price WHERE channel = 'sms' AND dropped_at IS NULL`); n != 0 {
		t.Error("it is not taken back")
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND actor = 'mai' AND detail ? 'price'`); n != 4 {
		t.Errorf("%d changes on record", n)
	}
}

// Prices that were set over the years are read a page at a time.
func TestManyPrices(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	d.db.Exec(`INSERT INTO price (channel, from_day, dong, set_by, set_at) SELECT 'sms', '2020-01-01'::date + n, n, 'mai', now() FROM generate_series(1, 120) n`)
	seen, next := 0, "/prices"
	for pages := 0; next != "" && pages < 9; pages++ {
		got := b.get(next)
		seen += strings.Count(got.body, "mai đặt lúc")
		_, after, more := strings.Cut(got.body, `href="/prices?before=`)
		next = ""
		if more {
			id, _, _ := strings.Cut(after, `"`)
			next = "/prices?before=" + id
		}
	}
	if seen != 120 {
		t.Errorf("%d lines of 120", seen)
	}
}
