package console_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// wrote has so many people answer in words, numbered; it returns their responses.
func (m *mailroom) wrote(n int, words func(i int) string) []survey.ResponseID {
	m.Helper()
	var out []survey.ResponseID
	for i := range n {
		inv := m.db.MakeInvitation(survey.Invitation{CampaignID: m.k.ID, ContactID: m.db.MakeContact(pgtest.Reachable(100 + i)), State: survey.InvitationClosed, Disposition: survey.Complete})
		out = append(out, m.db.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, survey.Answers{"gia_ca": {Value: "1"}, "loi": {Value: survey.AnswerText(words(i))}}))
	}
	return out
}

// What staff mark stands on the director's page as text, without whose it is; what may tell
// who somebody is does not, nor what was changed afterwards.
func TestWordsAreQuoted(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Confidential)
	said := []string{"Đường <b>ngập</b> mãi", "Giá phân bón lên", "Ông Bí Danh hay gây khó", "gọi 0310 123 456", strings.Repeat("dài ", 90), "điện chập chờn", "nước yếu"}
	ids := m.wrote(7, func(i int) string { return said[i] })
	b := m.signedIn("phan.tich", staff.Analyst)
	all := picks(b.get("/campaigns/gia/words"))
	form := func(do string, words ...string) url.Values {
		f := url.Values{"do": {do}, "question": {"loi"}}
		for _, w := range words {
			f.Add("pick", string(ids[indexOf(said, w)])+":"+m.db.Text(`SELECT left(md5(value), 12) FROM answer_item WHERE response_id = $1 AND question = 'loi'`, string(ids[indexOf(said, w)])))
		}
		return f
	}
	if len(all) < 4 {
		t.Fatalf("%v", all)
	}
	for _, c := range []struct{ words, says string }{{said[2], "có thể cho biết là ai"}, {said[3], "có thể cho biết là ai"}, {said[4], "nhiều nhất 280"}} {
		if bad := b.post("/campaigns/gia/words", form("quote", said[0], c.words)); bad.status != 422 || !strings.Contains(bad.body, c.says) {
			t.Errorf("%q: %d %s", c.words, bad.status, bare(bad.body))
		}
	}
	if bad := b.post("/campaigns/gia/words", form("quote")); bad.status != 422 || !strings.Contains(bad.body, "Chưa chọn câu trả lời nào") || m.db.Int(`SELECT count(*) FROM quotation`) != 0 {
		t.Errorf("nothing was marked: %d", bad.status)
	}
	ok := b.post("/campaigns/gia/words", form("quote", said[0], said[1], said[5], said[6]))
	if !strings.Contains(ok.body, "Đã đánh dấu trích dẫn được.") || strings.Count(ok.body, `<span class="tag">trích dẫn được</span>`) != 4 || m.db.Text(`SELECT string_agg(DISTINCT marked_by, ',') FROM quotation`) != "phan.tich" {
		t.Errorf("not marked: %s", bare(ok.body))
	}
	if n := m.db.Int(`SELECT count(*) FROM audit WHERE act = 'topic' AND actor = 'phan.tich' AND contact_id IS NULL AND detail->>'event' = 'quote'`); n != 1 {
		t.Errorf("%d on record", n)
	}
	b.post("/campaigns/gia/words", form("unquote", said[6]))
	give := form("give", said[0], said[1], said[2], said[3], said[5])
	give.Set("new", "Hạ tầng <x>")
	b.post("/campaigns/gia/words", give)
	rare := form("give", said[6])
	rare.Set("new", "Riêng một người")
	b.post("/campaigns/gia/words", rare)
	page := b.get("/campaigns/gia/results/page")
	text := bare(page.body)
	for _, want := range []string{"Đường &lt;b&gt;ngập&lt;/b&gt; mãi", "Giá phân bón lên", "điện chập chờn", "Nguyên văn", "công thức RR1 của AAPOR", "Chi phí: "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, not := range []string{"nước yếu", "Bí Danh", "0310", "<b>ngập", "CTV0", "Riêng một người", string(ids[0])} {
		if strings.Contains(page.body, not) {
			t.Errorf("there is %q", not)
		}
	}
	m.db.Exec(`UPDATE answer_item SET value = 'Đã sửa' WHERE response_id = $1 AND question = 'loi'`, string(ids[1]))
	if m.db.Int(`SELECT count(*) FROM quotation`) != 2 {
		t.Error("words that are no more are quoted")
	}
	// Whoever gets a mark by whatever way: words that tell who somebody is do not stand there.
	m.db.Exec(`INSERT INTO quotation (response_id, question, campaign_id, mark, marked_by) SELECT response_id, 'loi', $2, left(md5(value), 12), 'x' FROM answer_item WHERE response_id = $1 AND question = 'loi'`, string(ids[2]), m.k.ID)
	if got := b.get("/campaigns/gia/results/page"); strings.Contains(got.body, "Bí Danh") {
		t.Error("a name is quoted")
	}
	if got := m.signedIn("xem", staff.Viewer).post("/campaigns/gia/words", form("quote", said[0])); got.status != 403 {
		t.Errorf("a viewer marks: %d", got.status)
	}
}

func indexOf(list []string, s string) int {
	for i := range list {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// Of few who wrote nothing is quoted, and no topic of few is counted; of an anonymous
// campaign nothing before its end, and nothing of a small group.
func TestFewAreNotQuoted(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	ids := m.wrote(4, func(i int) string { return "lời số " + strconv.Itoa(i) })
	quote := func(m *mailroom, ids []survey.ResponseID) {
		for _, id := range ids {
			m.db.Exec(`INSERT INTO quotation (response_id, question, campaign_id, mark, marked_by) SELECT response_id, 'loi', $2, left(md5(value), 12), 'x' FROM answer_item WHERE response_id = $1 AND question = 'loi'`, string(id), m.k.ID)
		}
	}
	quote(m, ids)
	b := m.signedIn("phan.tich", staff.Analyst)
	if got := b.get("/campaigns/gia/results/page"); got.status != 200 || strings.Contains(got.body, "lời số") {
		t.Errorf("%d: four people are quoted", got.status)
	}
	a := newMailroom(t, survey.Anonymous)
	ids = nil
	for i, stratum := range []string{"lớn", "lớn", "lớn", "lớn", "lớn", "nhỏ"} {
		ids = append(ids, survey.ResponseID(a.db.Text(`INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
			SELECT id, questionnaire_id, $2, 1, 'vi', 'submitted', 'web', now(), now() FROM campaign WHERE id = $1 RETURNING id::text`, a.k.ID, stratum)))
		a.db.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at) VALUES ($1, 'loi', $2, 'web', now())`, string(ids[i]), "lời của "+stratum)
	}
	b = a.signedIn("phan.tich", staff.Analyst)
	form := url.Values{"do": {"quote"}, "question": {"loi"}}
	for _, p := range picks(b.get("/campaigns/gia/words")) {
		form.Add("pick", p)
	}
	if bad := b.post("/campaigns/gia/words", form); bad.status != 422 || !strings.Contains(bad.body, "chưa kết thúc") {
		t.Errorf("before the end: %d", bad.status)
	}
	quote(a, ids)
	if got := b.get("/campaigns/gia/results/page"); strings.Contains(got.body, "lời của") {
		t.Error("quoted before the end")
	}
	a.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = now()`)
	if got := b.get("/campaigns/gia/results/page"); !strings.Contains(got.body, "lời của lớn") || strings.Contains(got.body, "lời của nhỏ") {
		t.Errorf("after the end: %s", bare(got.body))
	}
}
