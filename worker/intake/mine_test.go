package intake_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// alsoInvited invites the person of p to another survey.
func (p *place) alsoInvited(title string, level survey.Confidentiality) survey.InvitationID {
	p.Helper()
	k := p.db.MakeCampaign(survey.Campaign{Name: title, Title: map[survey.Lang]string{"vi": title, "en": title}, Confidentiality: level,
		QuestionnaireID: p.campaign.QuestionnaireID})
	return p.db.MakeInvitation(survey.Invitation{CampaignID: k.ID,
		ContactID: survey.ContactID(p.db.Int(`SELECT contact_id FROM invitation WHERE id = $1`, p.inv))})
}

func TestMyPage(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	p.db.MakeResponse(p.alsoInvited("Đợt tháng 11", survey.Identified), survey.ResponseSubmitted, survey.Web, survey.Answers{"chi_tieu": {Value: "3"}})
	p.alsoInvited("Đợt ẩn danh", survey.Anonymous)
	p.alsoInvited("Đợt giữ kín", survey.Confidential)
	stranger := p.db.MakeContact(survey.Contact{Code: "CTV777", Name: "Lê Văn Khác"})
	p.db.MakeInvitation(survey.Invitation{CampaignID: p.campaign.ID, ContactID: stranger})
	g := p.get(p.form).wants(200, "Trang của tôi")
	g = g.get(p.form+"?p=mine").wants(200, "Trang của tôi", "Ví dụ", "Chưa trả lời, nhận đến", "Đợt tháng 11", "Đã gửi lúc",
		"Đợt giữ kín hoặc ẩn danh không hiện ở đây", "Nguyễn Thị Ví Dụ", "CTV00001", "c•••@thu.example", "••• ••• 001",
		"Ông/Bà được cử làm cộng tác viên", "Tin nhắn, trong khoảng 07:00 đến 22:00", "Đề nghị xóa")
	for _, never := range []string{"Đợt ẩn danh", "Đợt giữ kín<", "Lê Văn Khác", "ctv00001@", "+84910000001", "910000"} {
		if strings.Contains(g.body, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	p.get(p.form+"?p=mine&l=en").wants(200, "My page", "Not answered yet", "You were appointed", "SMS, between 07:00 and 22:00")
	p.get(p.out+"?p=mine").wants(200, "Ngừng nhận lời mời") // whoever has a mail in hand
	p.get("/r/" + p.out[3:] + "?p=mine").wants(404)

	p.get(p.form).press("begin").press("next", "chi_tieu=1")
	p.get(p.form+"?p=mine").wants(200, "Đang làm dở")
	p.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	p.get(p.form+"?p=mine").wants(200, "Đã kết thúc", "Đã gửi lúc")
}

// Behind the link of a survey that is kept apart stands nothing of another, and
// nothing that was answered.
func TestMyPageOfWhatIsKeptApart(t *testing.T) {
	t.Parallel()
	for _, level := range []survey.Confidentiality{survey.Confidential, survey.Anonymous} {
		p := newPlace(t, "urgent-prices")
		p.alsoInvited("Đợt tháng 11", survey.Identified)
		p.get(p.form).press("begin").press("next", "chi_tieu=1")
		p.db.Exec(`UPDATE campaign SET confidentiality = $1 WHERE id = $2`, string(level), p.campaign.ID)
		g := p.get(p.form+"?p=mine").wants(200, "Đợt này được giữ riêng", "Được cất riêng, không hiện cùng họ tên")
		data := p.get(p.form + "?p=data")
		for _, never := range []string{"Đợt tháng 11", "Một tuần qua"} {
			if strings.Contains(g.body+data.body, never) {
				t.Errorf("%s: holds %q", level, never)
			}
		}
	}
}

func TestMyLanguage(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	mine := p.get(p.form + "?p=mine")
	mine.press("speak", "speak=en").wants(200, "My page", "Your choice is saved")
	if got := p.db.Text(`SELECT c.language || ' ' || i.language FROM contact c JOIN invitation i ON i.contact_id = c.id`); got != "en en" {
		t.Errorf("languages %s", got)
	}
	p.get(p.form).wants(200, "Begin")
	p.get(p.form+"?p=mine").press("speak", "speak=vi").wants(200, "Đã lưu lựa chọn")
	mine.press("speak", "speak=en").wants(200, "My page") // the page of before, kept by the browser
	p.post(p.form, url.Values{"do": {"speak"}, "speak": {"xx"}}).wants(200)
}

func TestHowIAmReached(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	stopped := func(want string) {
		t.Helper()
		if got := p.db.Text(`SELECT coalesce(string_agg(coalesce(channel, 'all'), ' ' ORDER BY channel), '') FROM suppression WHERE lifted_at IS NULL`); got != want {
			t.Errorf("stopped %q, want %q", got, want)
		}
	}
	mine := p.get(p.form + "?p=mine")
	if got := mine.filled()["reach"]; strings.Join(got, " ") != "email sms call" {
		t.Errorf("ticked %q", got)
	}
	mine.press("reach", "reach=email", "reach=sms").wants(200, "Đã lưu lựa chọn")
	stopped("call")
	p.get(p.form+"?p=mine").press("reach", "reach=call").wants(200)
	stopped("email sms")
	again := p.get(p.form + "?p=mine")
	if got := again.filled()["reach"]; strings.Join(got, " ") != "call" {
		t.Errorf("ticked %q", got)
	}
	again.press("reach", "reach=email", "reach=sms", "reach=call").wants(200)
	stopped("")
	mine.press("reach", "reach=email", "reach=sms").wants(200) // the first page once more
	stopped("call")
	// Nothing ticked stops everything, and the round with it.
	form := p.get(p.form + "?p=mine").filled()
	form.Del("reach")
	form.Set("do", "reach")
	p.post(p.form, form).wants(200, "Đã lưu lựa chọn")
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND channel IS NULL`); n != 1 {
		t.Errorf("%d", n)
	}
	if got := p.db.Text(`SELECT disposition FROM invitation`); got != "2.112" && got != "2.111" {
		t.Errorf("the case is %s", got)
	}
}

func TestMyHours(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	p.db.Exec(`UPDATE invitation SET plan_at = NULL`)
	said := func(want string) {
		t.Helper()
		if got := p.db.Text(`SELECT hours || ' ' || hours_source || ' ' || coalesce(to_char(hours_at AT TIME ZONE 'UTC', 'DD HH24:MI'), '') FROM contact`); got != want {
			t.Errorf("stored %q, want %q", got, want)
		}
	}
	said("  ")
	mine := p.get(p.form+"?p=mine").wants(200, "Giờ liên hệ", "Lúc nào cũng được", "Buổi tối: 17:00 đến 22:00", "Muốn giờ khác, xin gọi")
	if got := mine.filled()["hours"]; strings.Join(got, " ") != "any" {
		t.Errorf("chosen before anything was said: %q", got)
	}
	g := mine.press("hours", "hours=evening").wants(200, "Đã lưu lựa chọn", "Giờ liên hệ đã chọn", "Buổi tối: 17:00 đến 22:00 (")
	said("evening web " + p.clock().UTC().Format("02 15:04"))
	if got := g.filled()["hours"]; strings.Join(got, " ") != "evening" {
		t.Errorf("chosen after: %q", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM invitation WHERE plan_at IS NOT NULL`); n != 1 {
		t.Error("the case is not looked at again")
	}
	if got := p.db.Text(`SELECT string_agg(actor || ' ' || (args ->> 'hours'), ', ') FROM event WHERE kind = 'hours_said'`); got != "respondent evening" {
		t.Errorf("the record has %q", got)
	}
	if data := p.get(p.form + "?p=data").body; !strings.Contains(data, "Buổi tối: 17:00 đến 22:00") {
		t.Errorf("the file to keep has no hours: %s", data)
	}
	g.press("hours", "hours=any").wants(200, "Lúc nào cũng được (")
	mine.press("hours", "hours=evening").wants(200) // the page of before, kept by the browser
	p.later(time.Minute)
	mine.press("hours", "hours=evening")
	if got := p.db.Text(`SELECT hours FROM contact`); got != "evening" {
		t.Errorf("the press of a page of before stored %s", got)
	}
	p.get(p.form+"?p=mine&l=en").wants(200, "When we reach you", "Weekdays, not on Saturday and Sunday")
	p.post(p.form, url.Values{"do": {"hours"}, "hours": {"noon"}}).wants(200)
	p.post(p.form, url.Values{"do": {"hours"}}).wants(200)
	if got := p.db.Text(`SELECT hours FROM contact`); got != "evening" {
		t.Errorf("hours that are none stored %s", got)
	}
	p.db.Exec(`DELETE FROM endpoint`)
	if _, shown := p.get(p.form + "?p=mine").filled()["hours"]; shown {
		t.Error("somebody without an address is asked when to write to them")
	}
}

// A channel without an address has no box, and choosing among the others leaves
// it as it is.
func TestAChannelWithoutAnAddressIsLeftAlone(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "monthly")
	p.db.Exec(`DELETE FROM endpoint WHERE kind = 'phone'`)
	g := p.get(p.form + "?p=mine")
	if got := g.filled()["reach"]; len(got) != 1 || got[0] != "email" {
		t.Errorf("boxes %q", got)
	}
	g.press("reach", "reach=email").wants(200)
	if n := p.db.Int(`SELECT count(*) FROM suppression`); n != 0 {
		t.Errorf("%d channels stopped", n)
	}
}

func TestAskingToBeErased(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	p.get(p.form+"?p=mine").wants(200, "Đề nghị xóa")
	p.get(p.form+"?p=erase").wants(200, "Đề nghị xóa dữ liệu?", "Quay lại").press("erase").wants(200, "Đã nhận đề nghị xóa")
	p.get(p.form+"?p=mine").wants(200, "Đã nhận đề nghị xóa lúc")
	p.get(p.form+"?p=erase").wants(200, "Đã nhận đề nghị xóa")
	if got := p.db.Text(`SELECT outcome || ' ' || reason FROM inbox`); got != "parked erase_asked" {
		t.Errorf("staff find %s", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND channel IS NULL`); n != 1 {
		t.Error("they are contacted still")
	}
	if n := p.db.Int(`SELECT count(*) FROM contact`); n != 1 {
		t.Error("erased without staff")
	}
	if got := p.db.Text(`SELECT state FROM invitation`); got != "closed" {
		t.Errorf("the case is %s", got)
	}
	// Whoever takes it back is on no list, and still hears nothing; they may ask again.
	waits := func() int {
		t.Helper()
		all, err := p.db.Erasures(t.Context())
		p.must(err)
		return len(all)
	}
	if waits() != 1 {
		t.Error("nobody waits")
	}
	p.later(time.Minute)
	p.get(p.form+"?p=mine").press("keep").wants(200, "Đề nghị xóa", "Đã lưu")
	if n := p.db.Int(`SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND channel IS NULL`); waits() != 0 || n != 1 {
		t.Errorf("%d wait, %d stops", waits(), n)
	}
	p.later(time.Minute)
	p.get(p.form+"?p=erase").press("erase").wants(200, "Đã nhận đề nghị xóa")
	if waits() != 1 {
		t.Error("asked again, and nobody waits")
	}
}

func TestFilesToKeep(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	p.get(p.form+"?p=copy").wants(200, "Bắt đầu") // nothing to copy yet
	p.later(time.Minute)
	thanks := p.get(p.form).press("begin").press("next", "chi_tieu=1").press("next", "khoan_doi=6", "khoan_doi_khac=Học <thêm>")
	if !strings.Contains(thanks.body, "?p=copy") {
		t.Error("the last page offers no copy")
	}
	file := p.get(p.form + "?p=copy")
	for _, want := range []string{"Bản sao câu trả lời của Ông/Bà: Ví dụ\r\n", "Văn phòng Ví Dụ nhận lúc", "1. Một tuần qua, chi tiêu", "2. Khoản nào", "   Khoản khác (xin ghi): Học <thêm>\r\n"} {
		if !strings.Contains(file.body, want) {
			t.Errorf("the copy lacks %q: %s", want, file.body)
		}
	}
	data := p.get(p.form + "?p=data")
	for g, kind := range map[*page]string{file: "text/plain; charset=utf-8", data: "application/json"} {
		if g.status != 200 || g.header.Get("Content-Type") != kind || !strings.HasPrefix(g.header.Get("Content-Disposition"), "attachment") ||
			g.header.Get("X-Content-Type-Options") != "nosniff" || g.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", g.at, g.status, g.header)
		}
	}
	var kept struct {
		Surveys []struct{ Title, State string }
		Known   []struct{ What, Value string }
		Answers []struct{ What, Value string }
	}
	p.must(json.Unmarshal([]byte(data.body), &kept))
	if len(kept.Surveys) != 1 || kept.Surveys[0].State != "submitted" || len(kept.Known) < 6 || len(kept.Answers) != 2 {
		t.Errorf("%+v", kept)
	}
	if strings.Contains(data.body, "ctv00001@") || strings.Contains(data.body, "+8491") {
		t.Error("the file names an address in full")
	}
	p.lose()
	p.get(p.form + "?p=data").wants(503)
}
