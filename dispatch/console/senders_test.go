package console_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// untilSays looks again until the page says something.
func (b *browser) untilSays(path, says string) page {
	b.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		got := b.get(path)
		if strings.Contains(got.body, says) {
			return got
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s never says %q", path, says)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// An administrator sees each sender, and sends a word by it to an own address, which is
// kept nowhere.
func TestSenders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	if got := b.get("/senders"); !strings.Contains(got.body, "Chưa có nơi gửi nào") {
		t.Error("an empty page does not say what to do")
	}
	mail := d.db.MakeSender(survey.Sender{Channel: survey.Mail, Address: "khaosat@vidu.example", Provider: "smtp", CanReceive: true, Cost: 0})
	sms := d.db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84310000001", Provider: "twilio", Cost: 1350})
	call := d.db.MakeSender(survey.Sender{Channel: survey.Call, Address: "+84310000001", Provider: "twilio"})
	d.db.Exec(`UPDATE sender SET day_cap = 400 WHERE id = $1`, mail)
	d.db.Exec(`INSERT INTO sender_day VALUES ($1, $2, 137)`, mail, d.clock().Format(time.DateOnly))
	d.db.Exec(`INSERT INTO sender_health (sender_id, state, reason) VALUES ($1, 'open', 'config')`, sms)
	got := b.get("/senders")
	for _, want := range []string{"137 trên 400", "1.350", "Tạm nghỉ", "khaosat@vidu.example"} {
		if !strings.Contains(strings.ReplaceAll(got.body, "\u00a0", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	at := func(id survey.SenderID) string { return "/senders/" + strconv.FormatInt(int64(id), 10) + "/try" }
	b.post(at(mail), url.Values{"to": {"Mai@Van-Phong.example"}})
	b.untilSays("/senders", "nơi nhận chuyển đã nhận")
	b.post(at(mail), url.Values{"to": {"mai@tu-choi.example"}})
	b.untilSays("/senders", "permanent 550")
	b.post(at(sms), url.Values{"to": {"030 5555 010"}})
	for _, c := range []struct {
		path, to string
		status   int
	}{{at(mail), "khong phai thu", 422}, {at(sms), "12", 422}, {at(sms), "", 422}, {at(call), "12", 422}, {at(9999), "mai@vp.example", 404}} {
		if got := b.post(c.path, url.Values{"to": {c.to}}); got.status != c.status {
			t.Errorf("%s %q: %d", c.path, c.to, got.status)
		}
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'sender' AND actor = 'mai' AND detail ? 'tried'`); n < 2 {
		t.Errorf("%d trials on record", n)
	}
	if strings.Contains(d.db.Text(`SELECT string_agg(a::text, '') FROM audit a`), "tu-choi") || strings.Contains(d.log.String(), "tu-choi") {
		t.Error("the address of a trial is kept")
	}
	last := 0
	for range 9 {
		last = b.post(at(mail), url.Values{"to": {"mai@vp.example"}}).status
	}
	if last != 422 {
		t.Errorf("any number of trials in a row: %d", last)
	}
}

// A sender rests by a reason, on record, whoever else finds it well; it goes on by a press.
func TestASenderRests(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	id := d.db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84310000001", Provider: "twilio", Cost: 1350})
	at := "/senders/" + strconv.FormatInt(int64(id), 10)
	if got := b.post(at+"/rest", url.Values{"reason": {"  "}}); got.status != 422 || d.db.Int(`SELECT count(*) FROM sender_health`) != 0 {
		t.Errorf("without a reason: %d", got.status)
	}
	if got := b.post(at+"/rest", url.Values{"reason": {"nhà mạng báo chặn"}}); !strings.Contains(got.body, "Nơi gửi đã tạm nghỉ.") || !strings.Contains(got.body, "Cho gửi tiếp") || strings.Contains(got.body, "Thử lại lúc") {
		t.Errorf("%d: %s", got.status, bare(got.body))
	}
	turn := view.SendTurn{Sender: id, Campaign: d.db.MakeCampaign(survey.Campaign{Name: "thang-12"}).ID, Want: 5, Now: d.clock()}
	granted := func() view.Granted {
		got, err := d.db.TakeTurn(t.Context(), turn)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	well := func(view.Health) view.Health { return view.Health{State: survey.HealthClosed} }
	if err := d.db.ReportHealth(t.Context(), d.clock(), view.HealthReport{Sender: id, Window: time.Minute, Good: 9}, func(h view.Health) view.Health {
		if h.State == survey.HealthOpen { // as the breaker judges
			return h
		}
		return well(h)
	}); err != nil {
		t.Fatal(err)
	}
	if got := granted(); !got.Resting || got.N != 0 {
		t.Errorf("it rests, and %+v is granted", got)
	}
	if got := b.post(at+"/wake", nil); !strings.Contains(got.body, "Nơi gửi đã gửi tiếp.") {
		t.Errorf("%d", got.status)
	}
	if got := granted(); got.Resting || got.N == 0 {
		t.Errorf("it goes on, and %+v is granted", got)
	}
	if got := b.post(at+"/wake", nil); got.status != 404 {
		t.Errorf("woken twice: %d", got.status)
	}
	if got := b.post("/senders/9999/rest", url.Values{"reason": {"x"}}); got.status != 404 {
		t.Errorf("another sender: %d", got.status)
	}
	if got := d.db.Text(`SELECT string_agg((detail ->> 'did') || reason, ',' ORDER BY id) FROM audit WHERE act = 'sender'`); got != "pausenhà mạng báo chặn,resume" {
		t.Error(got)
	}
}

// The office's details are set on record; what is missing is said at its field, and what
// was typed stays.
func TestOffice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	form := url.Values{"name": {"Phòng Dư luận"}, "name_en": {"Opinion office"}, "short": {"DLXH Lâm Xuyên"}, "short_en": {"DLXH"},
		"contact": {"Nguyễn Thị Minh Hằng"}, "phone": {"0298 3555 010"}, "mail": {"dlxh"}}
	if got := b.post("/office", form); got.status != 422 || !strings.Contains(got.body, `value="Phòng Dư luận"`) || !strings.Contains(got.body, `aria-invalid="true"`) {
		t.Errorf("a mailbox that is none: %d", got.status)
	}
	form.Set("mail", "dlxh@lamxuyen.example")
	if got := b.post("/office", form); got.path != "/office" || !strings.Contains(got.body, "DLXH Lâm Xuyên</small>") {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND detail ->> 'office' = 'set'`); n != 1 {
		t.Errorf("%d changes on record", n)
	}
	if got := b.get("/holidays"); !strings.Contains(got.body, "01/01/2027") || !strings.Contains(got.body, "Tết Nguyên đán") {
		t.Error("the holidays of the year ahead are not there")
	}
}
