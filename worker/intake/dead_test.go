package intake_test

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

// Every link that leads to no form any more has its own kind page, for whoever
// opens it and for whoever still has a page of the form open and presses on. In
// neither case is an answer taken, lost or taken twice.
func TestEveryDeadLinkHasItsPage(t *testing.T) {
	t.Parallel()
	finished := func(m survey.Mode) func(*place) {
		return func(p *place) {
			p.db.MakeResponse(p.inv, survey.ResponseSubmitted, m, survey.Answers{"chi_tieu": {Value: "3"}})
		}
	}
	for name, tc := range map[string]struct {
		dies   func(*place)
		status int
		vi, en string
		kept   string
	}{
		"expired":         {dies: func(p *place) { p.later(60 * 24 * time.Hour) }, status: 200, vi: "Đợt khảo sát đã kết thúc lúc", en: "The round ended at"},
		"closed":          {dies: func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`) }, status: 200, vi: "Đợt khảo sát đã kết thúc lúc", en: "The round ended at"},
		"archived":        {dies: func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'archived', closed_at = ends_at`) }, status: 200, vi: "Đợt khảo sát đã kết thúc lúc", en: "The round ended at"},
		"paused":          {dies: func(p *place) { p.db.Exec(`UPDATE campaign SET state = 'paused'`) }, status: 200, vi: "Khảo sát đang tạm dừng", en: "on hold"},
		"finished by web": {dies: finished(survey.Web), status: 200, vi: "qua trang web", en: "by web", kept: "chi_tieu=3"},
		"finished by SMS": {dies: finished(survey.TextMode), status: 200, vi: "qua tin nhắn", en: "by SMS", kept: "chi_tieu=3"},
		"finished by phone": {dies: finished(survey.Voice), status: 200, vi: "qua điện thoại",
			en: "by phone", kept: "chi_tieu=3"},
		"replaced": {dies: func(p *place) {
			keys, err := token.NewKeyring(token.Key{ID: "k1", Secret: []byte(authToken)})
			p.must(err)
			p.issue(keys, token.Form, 2)
			p.db.Exec(`UPDATE invitation SET token_version = 2`)
		}, status: 410, vi: "Đường liên kết này đã được thay", en: "This link was replaced"},
		"taken back": {dies: func(p *place) {
			p.get(p.form+"?q=chi_tieu").press("next", "chi_tieu=1")
			p.get(p.form + "?p=withdraw").press("withdraw")
		}, status: 200, vi: "Đã xóa phần đã làm", en: "What you did is deleted"},
		"not released": {dies: func(p *place) { p.db.Exec(`UPDATE invitation SET state = 'held'`) }, status: 404, vi: "Không tìm thấy phiếu", en: "No form for this link"},
		"unknown":      {dies: func(p *place) { p.db.Exec(`DELETE FROM token`) }, status: 404, vi: "Không tìm thấy phiếu", en: "No form for this link"},
		"away":         {dies: func(p *place) { p.lose() }, status: 503, vi: "Hệ thống đang bận", en: "We are busy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "urgent-prices")
			open := p.get(p.form + "?q=chi_tieu").wants(200)
			tc.dies(p)
			for range 2 { // and a reload
				p.get(p.form).wants(tc.status, tc.vi)
				p.get(p.form+"?q=chi_tieu").wants(tc.status, tc.vi)
				p.get(p.form+"?c=1").wants(tc.status, tc.vi)
				p.get(p.form+"?l=en").wants(tc.status, tc.en)
			}
			open.press("next", "chi_tieu=2").wants(tc.status, tc.vi)
			open.press("begin").wants(tc.status, tc.vi)
			open.press("next", "chi_tieu=2").wants(tc.status) // the same press: of a finished form the last page, which shows what was answered
			p.find()
			p.holds(tc.kept)
		})
	}
}

// Back, reload and a second press, as a browser sends them: the same bytes.
func TestTheSamePostAgain(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "urgent-prices")
	first := p.get(p.form).press("begin")
	form := first.filled()
	form.Set("do", "next")
	form.Set("chi_tieu", "1")
	for range 3 {
		p.post(p.form, form).wants(200, "Câu 2 trên 2")
	}
	last := p.get(p.form + "?q=khoan_doi").filled()
	last.Set("do", "next")
	last.Set("khoan_doi", "1")
	for range 3 {
		p.post(p.form, last).wants(200, "Đã nhận phiếu")
	}
	p.post(p.form, form).wants(200, "Đã nhận phiếu") // Back twice, and Continue
	p.holds("chi_tieu=1 khoan_doi=1")
	if n := p.db.Int(`SELECT count(*) FROM inbox`); n != 3 {
		t.Errorf("%d posts, want Begin and two pages", n)
	}
	if n := p.db.Int(`SELECT count(*) FROM event WHERE kind = 'submitted'`); n != 1 {
		t.Errorf("sent %d times", n)
	}
}
