package console_test

import (
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// counting is what a screen says while a frame is looked at.
func counting(p page) bool {
	return strings.Contains(p.body, "Đang đếm khung mẫu") || strings.Contains(p.body, "Khung mẫu đang được đếm")
}

// counted loads a page until nothing is counted any more; looked asks for a look until
// it is there.
func (b *browser) counted(path string) page {
	b.Helper()
	return b.settled(func() page { return b.get(path) })
}

func (b *browser) looked(path string, f url.Values) page {
	b.Helper()
	return b.settled(func() page { return b.post(path, f) })
}

func (b *browser) settled(ask func() page) page {
	b.Helper()
	for end := time.Now().Add(30 * time.Second); ; {
		got := ask()
		if !counting(got) {
			return got
		}
		if time.Now().After(end) {
			b.Fatal("it is counted for ever")
		}
	}
}

// Whatever is wrong at a step is said at its field, nothing of it is saved, and what was
// typed stands.
func TestWrongInputIsKept(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	d.db.MakeCampaign(survey.Campaign{Name: "da-co"})
	root := b.written("thang-12")
	before := d.db.Text(`SELECT hash FROM proposal`)
	for _, c := range []struct{ step, field, value, says string }{
		{"questionnaire", "title", " ", "Đặt tên cho đợt khảo sát"},
		{"questionnaire", "name", "Có Dấu", "a-z 0-9"},
		{"questionnaire", "name", "da-co", "đã có rồi"},
		{"questionnaire", "questionnaire", "", "Chọn một phiếu hỏi"},
		{"questionnaire", "questionnaire", "khong_co@1", "Không tìm thấy"},
		{"frame", "v0", "", "Ghi giá trị cần chọn"},
		{"frame", "eligible", `cum = (`, "Điều kiện chọn người chưa hợp lệ"},
		{"frame", "rest", "hai tuần", "Cần một số từ 0 đến 730"},
		{"sample", "size", "hai mươi", "Cần một số từ 1"},
		{"sample", "seed", "-1", "Cần một số"},
		{"sample", "answering", "140", "Cần một số từ 1 đến 100"},
		{"sample", "n.C1", "21", "Cần một số từ 0 đến 20"},
		{"sample", "s1", "", "Chọn ít nhất một trường"},
		{"protocol", "p0.days", "x", "Cần một số"},
		{"protocol", "from.call", "26:00", "08:00"},
		{"secrecy", "level", "kin", "confidentiality"},
		{"money", "budget", "hai triệu", "Cần một số"},
		{"money", "rate", "-1", "Cần một số"},
	} {
		at := b.counted(root + "/" + c.step)
		got := b.post(at.path, fill(form(at), c.field, c.value, "do", "save"))
		if got.status != 422 || !strings.Contains(got.body, c.says) || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("%s, %s %q: %d, %s", c.step, c.field, c.value, got.status, alert(got))
		}
		if c.step != "secrecy" && strings.TrimSpace(c.value) != "" && c.field != "questionnaire" && form(got).Get(c.field) != c.value {
			t.Errorf("%s: %q became %q", c.field, c.value, form(got).Get(c.field))
		}
	}
	when := b.get(root + "/protocol")
	if got := b.post(when.path, fill(form(when), "when", "at", "date", "1/11/2026", "time", "8:00", "do", "save")); got.status != 422 || !strings.Contains(got.body, "đã qua") {
		t.Errorf("a start in the past: %d", got.status)
	}
	secret := b.get(root + "/secrecy")
	if got := b.post(secret.path, fill(form(secret), "level", "confidential", "holder", "", "until", "90", "do", "save")); got.status != 422 {
		t.Errorf("no holder: %d", got.status)
	}
	if got := b.post(secret.path, fill(form(secret), "level", "anonymous", "do", "save")); got.status != 422 {
		t.Errorf("anonymous, and asked by call: %d", got.status)
	}
	if after := d.db.Text(`SELECT hash FROM proposal`); after != before {
		t.Error("something wrong was saved")
	}
}

// The table of sizes is edited, shared out anew, and worked out of a margin.
func TestTheSampleIsAllotted(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	root := b.written("thang-12")
	at := b.counted(root + "/sample")
	if f := form(at); f.Get("n.C1") != "7" && f.Get("n.C2") != "7" || !strings.Contains(at.body, "dots in-sample") {
		t.Fatalf("the table: %v", f)
	}
	design := func() string { return d.db.Text(`SELECT plan #>> '{Spec,Design,sizes}' FROM proposal`) }
	b.next(at, "protocol", "n.C1", "12", "n.C2", "3", "n.C3", "2")
	if got := design(); got != `{"C1": 12, "C2": 3, "C3": 2}` || d.db.Text(`SELECT plan #>> '{Spec,Design,size}' FROM proposal`) != "17" {
		t.Errorf("kept %s", got)
	}
	at = b.counted(root + "/sample")
	if f := form(at); f.Get("n.C1") != "12" || f.Get("size") != "17" {
		t.Errorf("shown %v", form(at))
	}
	b.next(at, "protocol")
	if design() == "" {
		t.Error("saved as it was, and gone")
	}
	even := b.looked(at.path, fill(form(at), "do", "divide"))
	if f := form(page{body: even.body}); f.Get("n.C1") != "6" || f.Get("n.C3") == "2" {
		t.Errorf("shared out: %v", f)
	}
	wide := b.looked(at.path, fill(form(at), "margin", "10", "answering", "100", "do", "margin"))
	if f := form(page{body: wide.body}); f.Get("size") != "38" { // 60·0,9604/(59·0,01+0,9604) = 37,2
		t.Errorf("for a margin of 10 points: %s", f.Get("size"))
	}
	if got := b.post(at.path, fill(form(at), "margin", "60", "do", "margin")); !strings.Contains(got.body, "Sai số phải lớn hơn 0") {
		t.Error("a margin of 60 points")
	}
}

// The frame is counted as one types, with who is left out and why, and nothing is saved.
func TestTheFrameIsCounted(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	at := b.post("/proposals", nil)
	frame := strings.TrimSuffix(at.path, "questionnaire") + "frame"
	d.db.Exec(`UPDATE contact SET left_at = $1 WHERE code = 'CTV00000'`, d.clock())
	d.db.Exec(`INSERT INTO suppression (contact_id, scope, source, at) SELECT id, 'all', 'staff', $1 FROM contact WHERE code = 'CTV00003'`, d.clock())
	d.db.Exec(`UPDATE endpoint SET status = 'dead' WHERE contact_id = (SELECT id FROM contact WHERE code = 'CTV00006')`)
	at = b.counted(frame)
	if !strings.Contains(at.body, "<dd>58</dd>") || !strings.Contains(at.body, ">C1</option>") && !strings.Contains(at.body, `value="C1"`) {
		t.Errorf("the whole list: %s", at.body)
	}
	got := b.looked(frame, fill(form(at), "f0", "cum", "v0", "C1; C2", "do", "look", "by", "cum"))
	for _, want := range []string{"<dd>38</dd>", `<tr><th scope="row">C2</th><td class="n">20</td></tr>`, `<span>Đã rời mạng lưới</span><span class="num">1</span>`,
		`<span>Đã ngừng nhận</span><span class="num">1</span>`, `không có địa chỉ nào dùng được</span><span class="num">1</span>`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %q", want)
		}
	}
	reach := b.looked(frame, fill(form(got), "reach", "yes", "do", "look"))
	if !strings.Contains(reach.body, "<dd>37</dd>") {
		t.Error("who cannot be reached is in it")
	}
	if d.db.Int(`SELECT version FROM proposal`) != 1 || d.db.Int(`SELECT count(*) FROM frame`)+d.db.Int(`SELECT count(*) FROM campaign`) != 0 {
		t.Error("a look saved something")
	}
}

// As last month: the same weekday of this month, another name, nothing approved, and the
// same frame and design.
func TestAsLastMonth(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	if got := b.get("/campaigns"); strings.Contains(got.body, "Như tháng trước") {
		t.Error("there is no last month")
	}
	root := b.written("thang-11")
	b.decide(root, "launch") // on 1 December 2026, the first Tuesday, at 15:00
	d.later(28 * 24 * time.Hour)
	b = d.browser()
	b.signIn("mai", password)
	list := b.get("/campaigns")
	if !strings.Contains(list.body, `name="from" value="thang-11">Như tháng trước`) {
		t.Fatal("no button")
	}
	at := b.post("/proposals", url.Values{"from": {"thang-11"}})
	f := form(at)
	if f.Get("name") != "thang-01" || f.Get("title") != "Dư luận <tháng 1>" && f.Get("title") != "Dư luận <tháng 01>" || f.Get("questionnaire") != "vi_du@1" {
		t.Errorf("made %v", f)
	}
	root = strings.TrimSuffix(at.path, "/questionnaire")
	when := form(b.get(root + "/protocol"))
	if when.Get("date") != "05/01/2027" || when.Get("time") != "15:00" || when.Get("ready") != "short" {
		t.Errorf("it begins %s %s by %s", when.Get("date"), when.Get("time"), when.Get("ready"))
	}
	if f := form(b.get(root + "/sample")); f.Get("seed") == "77" || f.Get("size") != "20" || f.Get("s1") != "cum" {
		t.Errorf("drawn by %v", f)
	}
	if f := form(b.get(root + "/frame")); f.Get("v0") != "C9" || f.Get("o0") != "not" || f.Get("reach") != "yes" {
		t.Errorf("from %v", f)
	}
	if d.db.Int(`SELECT count(*) FROM proposal WHERE state = 'writing' AND approved_at IS NULL`) != 1 {
		t.Error("approved as the last one was")
	}
	if got := b.post("/proposals", url.Values{"from": {"khong-co"}}); got.status != 404 {
		t.Errorf("as nothing was: %d", got.status)
	}
}

// Where the installation has no office of its own, a new campaign takes that of the
// latest one; where nobody has one, all that is missing is told in one sentence.
func TestANewCampaignTakesTheOffice(t *testing.T) {
	t.Parallel()
	d := office(t)
	d.db.Exec(`DELETE FROM setting WHERE key = 'office'`)
	b := d.signedIn("mai", staff.Manager)
	at := b.post("/proposals", nil)
	root := strings.TrimSuffix(at.path, "/questionnaire")
	b.next(at, "frame", "title", "Đợt", "questionnaire", "vi_du@1")
	for _, step := range []string{"frame", "sample", "protocol", "secrecy", "money"} {
		b.post(root+"/"+step, fill(form(b.get(root+"/"+step)), "do", "save"))
	}
	b.post(root+"/trial", nil)
	if got := b.until(root+"/trial", `role="alert"`); strings.Count(alert(got), "Thông tin văn phòng còn thiếu") != 1 || !strings.Contains(alert(got), "phone") {
		t.Errorf("what is missing: %s", alert(got))
	}
	k := d.db.MakeCampaign(survey.Campaign{Name: "truoc", State: survey.CampaignArchived})
	d.db.Exec(`UPDATE campaign SET office = '{"phone": "1900 1234"}' WHERE id = $1`, k.ID)
	for _, from := range []string{"", "truoc"} {
		b.post("/proposals", url.Values{"from": {from}})
	}
	if n := d.db.Int(`SELECT count(*) FROM proposal WHERE plan #>> '{Spec,Office,phone}' = '1900 1234'`); n != 2 {
		t.Errorf("%d have the office", n)
	}
}

// A launch is ordered for its time, taken back by a change, carried out by the
// scheduler, and told of where it is refused.
func TestALaunchIsOrdered(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	root := b.written("thang-12")
	tick := func() {
		t.Helper()
		p := dispatch.NewProposals(d.db, ring(), survey.NewClock(d.clock), slog.New(slog.DiscardHandler))
		if err := p.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	order := func() {
		t.Helper()
		b.next(b.get(root+"/protocol"), "secrecy", "when", "at", "date", "2/12/2026", "time", "8:00")
		got := b.decide(root, "launch")
		if !strings.Contains(got.body, "Đã hẹn phát.") || !strings.Contains(got.body, "Thôi hẹn phát") || !strings.Contains(got.body, "02/12/2026") {
			t.Fatalf("not ordered: %d %s %s", got.status, alert(got), got.body)
		}
	}
	ordered := func() int { return d.db.Int(`SELECT count(*) FROM proposal WHERE ordered_at IS NOT NULL`) }
	order()
	tick()
	if n := d.db.Int(`SELECT count(*) FROM campaign WHERE state <> 'draft'`); n != 0 {
		t.Error("launched before its time")
	}
	b.decide(root, "stop")
	if ordered() != 0 {
		t.Error("not taken back")
	}
	order()
	b.next(b.get(root+"/money"), "trial", "rate", "4")
	if ordered() != 0 {
		t.Error("a change does not take it back")
	}
	order()
	d.db.Exec(`UPDATE sender SET active = false WHERE channel = 'call'`)
	d.later(20 * time.Hour)
	b = d.browser()
	b.signIn("mai", password)
	tick()
	if home := b.get("/"); ordered() != 0 || !strings.Contains(home.body, "đã hẹn mà chưa phát được") {
		t.Error("a refused launch is not told of")
	}
	if got := b.get(root + "/approval"); !strings.Contains(alert(got), "cuộc gọi") && !strings.Contains(alert(got), "call") {
		t.Errorf("nor why: %s", alert(got))
	}
	d.db.Exec(`UPDATE sender SET active = true`)
	b.next(b.get(root+"/protocol"), "secrecy", "when", "now")
	if got := b.decide(root, "launch"); got.path != "/campaigns/thang-12" {
		t.Fatalf("not launched: %s", alert(got))
	}
	tick() // finds nothing to do
	if n := d.db.Int(`SELECT count(*) FROM campaign WHERE state = 'fielding'`); n != 1 {
		t.Errorf("%d in the field", n)
	}
}

// An ordered launch is carried out once, however many schedulers look.
func TestAnOrderedLaunchHappensOnce(t *testing.T) {
	t.Parallel()
	d := office(t)
	b := d.signedIn("mai", staff.Manager)
	root := b.written("thang-12")
	b.next(b.get(root+"/protocol"), "secrecy", "when", "at", "date", "2/12/2026", "time", "8:00")
	b.decide(root, "launch")
	d.later(20 * time.Hour)
	done := make(chan error)
	for range 3 {
		go func() {
			p := dispatch.NewProposals(d.db, ring(), survey.NewClock(d.clock), slog.New(slog.DiscardHandler))
			done <- p.Tick(t.Context())
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := d.db.Text(`SELECT p.state || ' ' || k.state || ' ' || (SELECT count(*) FROM invitation i WHERE i.campaign_id = k.id) FROM proposal p JOIN campaign k ON k.id = p.campaign_id`); got != "launched fielding 20" {
		t.Error(got)
	}
	if faults := d.db.Int(`SELECT count(*) FROM proposal WHERE faults IS NOT NULL`); faults != 0 {
		t.Error("a fault is noted")
	}
}
