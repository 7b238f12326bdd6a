package intake_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
)

// sealed is a place whose campaign is anonymous.
func sealed(t testing.TB, questionnaire string) *place {
	t.Helper()
	p := newPlace(t, questionnaire)
	p.db.Exec(`UPDATE campaign SET confidentiality = 'anonymous'`)
	return p
}

// everything is all that the database holds, as text.
func (p *place) everything() string {
	p.Helper()
	var b strings.Builder
	for name := range strings.FieldsSeq(p.db.Text(`SELECT string_agg(table_schema || '.' || table_name, ' ') FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'link')`)) {
		if name == "public.questionnaire" {
			continue
		}
		b.WriteString(p.db.Text(`SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n'), '') FROM ` + name + ` t`))
	}
	return b.String()
}

func TestAnAnonymousFormLeavesNothingThatCanBeRead(t *testing.T) {
	t.Parallel()
	p := sealed(t, "urgent-prices")
	g := p.get(p.form).wants(200, "Bắt đầu", "Phiếu này ẩn danh", "không ai, kể cả quản trị hệ thống, ghép lại được", "không thể sửa hay xóa").press("begin")
	g = g.press("next", "chi_tieu=1").wants(200, "Khoản nào thay đổi nhiều nhất?")
	p.get(p.form).wants(200, "Làm tiếp") // on another device, by the link
	g.press("back").wants(200, "chi tiêu")
	if p.get(p.form+"?q=chi_tieu").filled().Get("chi_tieu") != "1" {
		t.Error("the answer is not shown to whoever has the link")
	}
	if got := p.db.Text(`SELECT sealed || ' ' || state || ' ' || progress::text FROM invitation`); !strings.HasPrefix(got, "started started") ||
		strings.Contains(got, `"answered": 2`) {
		t.Errorf("the case is %s", got)
	}
	last := p.get(p.form+"?q=khoan_doi").wants(200, "Khoản nào thay đổi nhiều nhất?")
	last.press("next", "khoan_doi=6", "khoan_doi_khac=Học thêm cho cháu").wants(200, "Đã nhận phiếu")
	last.press("next", "khoan_doi=6", "khoan_doi_khac=Học thêm cho cháu").wants(200, "Đã nhận phiếu") // pressed twice
	if strings.Contains(p.get(p.form+"?p=thanks").text(), "Học thêm") {
		t.Error("what was sent is shown again")
	}
	p.get(p.form).wants(200, "Phiếu này đã hoàn tất")
	if all := p.everything(); strings.Contains(all, "Học thêm") || strings.Contains(all, "khoan_doi") || strings.Contains(all, "chi_tieu") {
		t.Error("the database has an answer in the clear")
	}
	got := p.db.Text(`SELECT i.state || ' ' || i.disposition || ' ' || i.sealed || ' ' || i.sealed_on || ' ' || (SELECT count(*) FROM pool)
		|| (SELECT count(*) FROM response) || (SELECT count(*) FROM answer_item) || (SELECT count(*) FROM link.response_link)
		|| (SELECT count(*) FROM link.partial) || (SELECT count(*) FROM inbox) FROM invitation i`)
	if got != "closed 1.1 submitted 2026-12-02 100000" {
		t.Errorf("left %s", got)
	}
	if n := p.db.Int(`SELECT count(*) FROM event WHERE extract(hour FROM at AT TIME ZONE 'Asia/Ho_Chi_Minh') <> 0 OR args ? 'answered' AND args->>'answered' <> '1' AND kind = 'submitted'`); n != 0 {
		t.Errorf("%d events tell an hour or how many were answered: %s", n, p.db.Text(`SELECT string_agg(e::text, '; ') FROM event e`))
	}
	if strings.Contains(p.log.String(), "Học thêm") {
		t.Error("the log has an answer")
	}
}

// Whoever broke off looks like everybody else who did, and like one who answered all.
func TestAnAnonymousCaseTellsNotHowFarItCame(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, answers := range [][]string{{"chi_tieu=1"}, {"chi_tieu=3"}} { // one has another page behind it, one sends at once
		p := sealed(t, "urgent-prices")
		p.get(p.form).press("begin").press("next", answers...)
		if answers[0] == "chi_tieu=1" {
			p.get(p.form+"?q=khoan_doi").press("next", "khoan_doi=2")
		}
		seen = append(seen, p.db.Text(`SELECT i.progress::text || i.disposition || (SELECT string_agg(kind || args::text, ' ' ORDER BY id) FROM event)
			|| (SELECT octet_length(content) FROM pool) FROM invitation i`))
	}
	if seen[0] != seen[1] {
		t.Errorf("%s\n%s", seen[0], seen[1])
	}
}

func TestAPartialAnonymousAnswerIsWithdrawn(t *testing.T) {
	t.Parallel()
	p := sealed(t, "urgent-prices")
	p.get(p.form).press("begin").press("next", "chi_tieu=1")
	p.get(p.form+"?p=withdraw").press("withdraw").wants(200, "Đã xóa phần đã làm")
	if got := p.db.Text(`SELECT sealed || ' ' || disposition || (SELECT count(*) FROM link.partial) || (SELECT count(*) FROM pool) FROM invitation`); got != "voided 2.11200" {
		t.Errorf("left %s", got)
	}
	p.post(p.form, url.Values{"do": {"next"}, "page": {"chi_tieu"}, "chi_tieu": {"1"}, "nonce": {"n"}})
	if n := p.db.Int(`SELECT count(*) FROM link.partial`); n != 0 {
		t.Error("answers are taken after they were withdrawn")
	}
}

// Two devices, and the page's script, at once.
func TestAnonymousPostsAtOnce(t *testing.T) {
	t.Parallel()
	p := sealed(t, "monthly")
	g := p.get(p.form).press("begin")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if i%2 == 0 {
				g.press("next", "huong=1")
			} else {
				p.do(p.request(p.form, url.Values{"do": {"save"}, "page": {"huong"}, "huong": {"2"}, "nonce": {"n"}}))
			}
		})
	}
	all.Wait()
	if n := p.db.Int(`SELECT count(*) FROM link.partial`); n != 1 {
		t.Errorf("%d partials", n)
	}
	if got := p.get(p.form + "?q=huong").filled().Get("huong"); got != "1" && got != "2" {
		t.Errorf("holds %q", got)
	}
}

// A text has a number beside it: it is answered with the link, and not kept.
func TestATextIsNoAnonymousAnswer(t *testing.T) {
	t.Parallel()
	p := sealed(t, "urgent-prices")
	p.db.MakeAttempt(survey.Attempt{InvitationID: p.inv, Channel: survey.SMS, State: survey.AttemptSent, SentAt: p.now})
	form := url.Values{"MessageSid": {"SM1"}, "From": {hers}, "To": {ours}, "Body": {"1 Giá gạo tăng"}, "NumSegments": {"1"}}
	if w := p.hook("sms", form, authToken); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	p.must(p.ingest.Handle(t.Context(), queue.Task{Kind: queue.Ingest, ID: int64(p.inv)}))
	if got := p.db.Text(`SELECT outcome || coalesce(payload->>'text', '') FROM inbox`); got != "ignored" {
		t.Errorf("kept %s", got)
	}
	if got := p.db.Text(`SELECT prompts::text FROM notice`); !strings.Contains(got, "link") {
		t.Errorf("answered with %s", got)
	}
}
