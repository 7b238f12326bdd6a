package console_test

import (
	"bytes"
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// picks are the answers of a page, by their words.
func picks(p page) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)name="pick" value="([^"]+)"[^>]*><span>([^<]*)`).FindAllStringSubmatch(p.body, -1) {
		out[strings.TrimSpace(m[2])] = m[1]
	}
	return out
}

func (m *mailroom) answered(i int, words string, mode survey.Mode) survey.ResponseID {
	return m.db.MakeResponse(m.people[i], survey.ResponseSubmitted, mode, survey.Answers{"gia_ca": {Value: "1"}, "loi": {Value: survey.AnswerText(words)}})
}

// Open answers are read without whose they are, found with or without accents, and given
// topics several at once; what is changed afterwards has none.
func TestOpenAnswersGetTopics(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	first := m.answered(0, `Đường thôn 3 <b>ngập</b>, gọi 0310 123 456 7 hoặc lan@thu.example`, survey.Web)
	m.answered(1, "Giá xăng", survey.TextMode)
	m.db.MakeResponse(m.people[2], survey.ResponseStarted, survey.Web, survey.Answers{"loi": {Value: "chưa nộp"}})
	b := m.signedIn("phan.tich", staff.Analyst)
	got := b.get("/campaigns/gia/words")
	for _, want := range []string{"Đường thôn 3 &lt;b&gt;ngập&lt;/b&gt;, gọi ••• hoặc •••", "Giá xăng", "Nói rõ thêm"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("no %q\n%s", want, got.body)
		}
	}
	for _, not := range []string{"chưa nộp", "Bí Danh", "CTV00", "<b>ngập"} {
		if strings.Contains(got.body, not) {
			t.Errorf("there is %q", not)
		}
	}
	if whole := m.signedIn("mai", staff.Manager).get("/campaigns/gia/words"); !strings.Contains(whole.body, "0310 123 456 7") {
		t.Error("who may see people is shown less than the file has")
	}
	found := b.post("/campaigns/gia/words", url.Values{"do": {"find"}, "question": {"loi"}, "term": {"duong thon"}})
	if len(picks(found)) != 1 || strings.Contains(found.body, "Giá xăng") || found.path != "/campaigns/gia/words" {
		t.Errorf("found %v", picks(found))
	}
	// All words, with or without accents and in any order, the last as far as it is typed; none within a word.
	for term, n := range map[string]int{"NGẬP đường": 1, "thon duo": 1, "gia x": 1, "ia": 0, "duong xang": 0, "???": 0, "": 2} {
		if got := picks(b.post("/campaigns/gia/words", url.Values{"do": {"find"}, "question": {"loi"}, "term": {term}})); len(got) != n {
			t.Errorf("%q: %v", term, got)
		}
	}
	all := picks(got)
	if len(all) != 2 {
		t.Fatalf("%v", all)
	}
	form := url.Values{"do": {"give"}, "question": {"loi"}, "new": {"Hạ tầng giao thông"}}
	if bad := b.post("/campaigns/gia/words", form); bad.status != 422 || !strings.Contains(bad.body, "Chưa chọn câu trả lời") || !strings.Contains(bad.body, `value="Hạ tầng giao thông"`) || m.db.Int(`SELECT count(*) FROM topic`) != 0 {
		t.Errorf("nothing was marked: %d", bad.status)
	}
	for _, p := range all {
		form.Add("pick", p)
	}
	if ok := b.post("/campaigns/gia/words", form); !strings.Contains(ok.body, "Đã gán chủ đề.") || m.db.Text(`SELECT string_agg(t.code || a.coded_by, ',') FROM answer_topic a JOIN topic t ON t.id = a.topic_id`) != "ha_tang_giao_thongphan.tich,ha_tang_giao_thongphan.tich" {
		t.Errorf("not given: %s", ok.body)
	}
	id := m.db.Text(`SELECT id::text FROM topic`)
	if got := b.get("/campaigns/gia/words?question=loi&topic=none"); len(picks(got)) != 0 || !strings.Contains(got.body, "câu đã có chủ đề;") {
		t.Errorf("without a topic: %v", picks(got))
	}
	if got := b.get("/campaigns/gia/words?question=loi&topic=" + id); len(picks(got)) != 2 {
		t.Errorf("of the topic: %v", picks(got))
	}
	var file, book bytes.Buffer
	for _, err := range []error{dispatch.ExportAnswers(t.Context(), m.db, dispatch.ExportRequest{Campaign: "gia"}, &file), dispatch.ExportCodebook(t.Context(), m.db, dispatch.ExportRequest{Campaign: "gia"}, &book)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(file.String(), ",loi,loi_missing,loi_topics\n") || strings.Count(file.String(), ",1,,ha_tang_giao_thong\n") != 2 || strings.Contains(file.String(), "ngập") ||
		!strings.Contains(book.String(), "loi_topics,text,own_opinion,think,ha_tang_giao_thong,Hạ tầng giao thông") {
		t.Errorf("the files have no topics:\n%s\n%s", &file, &book)
	}
	// The person changes the words while somebody reads them.
	m.db.Exec(`UPDATE answer_item SET value = 'Đã sửa rồi' WHERE response_id = $1 AND question = 'loi'`, string(first))
	if n := m.db.Int(`SELECT count(*) FROM answer_topic`); n != 1 {
		t.Errorf("%d topics of words that are no more", n)
	}
	form.Set("topic", id)
	form.Del("new")
	if some := b.post("/campaigns/gia/words", form); !strings.Contains(some.body, "vừa được người trả lời sửa") || m.db.Int(`SELECT count(*) FROM answer_topic`) != 1 {
		t.Errorf("given to words that nobody read: %s", some.body)
	}
	form.Set("do", "off")
	if b.post("/campaigns/gia/words", form); m.db.Int(`SELECT count(*) FROM answer_topic`) != 0 {
		t.Error("not taken off")
	}
	if other := m.signedIn("xem", staff.Viewer).get("/campaigns/gia/words"); other.status != 403 || strings.Contains(other.body, "Giá xăng") {
		t.Errorf("a viewer reads: %d", other.status)
	}
	if n := m.db.Int(`SELECT count(*) FROM audit WHERE act = 'topic' AND contact_id IS NULL`); n < 3 {
		t.Errorf("%d acts on record", n)
	}
}

// The list of topics is kept: no two of a name, and what is ended is given no more.
func TestTopics(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	b := m.signedIn("phan.tich", staff.Analyst)
	if got := b.post("/topics", url.Values{"vi": {"Giá <cả>"}, "en": {"Prices"}}); !strings.Contains(got.body, "Giá &lt;cả&gt;") || m.db.Text(`SELECT code || en FROM topic`) != "gia_caPrices" {
		t.Errorf("not made: %s", got.body)
	}
	for _, c := range []struct{ vi, says string }{{"GIÁ CẢ", "Đã có chủ đề"}, {"???", "cần có chữ"}, {strings.Repeat("dài ", 30), "nhiều nhất 80"}} {
		if got := b.post("/topics", url.Values{"vi": {c.vi}}); got.status != 422 || !strings.Contains(got.body, c.says) {
			t.Errorf("%q: %d", c.vi, got.status)
		}
	}
	id := m.db.Text(`SELECT id::text FROM topic`)
	b.post("/topics/"+id, url.Values{"do": {"end"}})
	m.answered(0, "x y", survey.Web)
	var pick string
	for _, pick = range picks(b.get("/campaigns/gia/words")) {
	}
	if b.post("/campaigns/gia/words", url.Values{"do": {"give"}, "question": {"loi"}, "topic": {id}, "pick": {pick}}); m.db.Int(`SELECT count(*) FROM answer_topic`) != 0 {
		t.Error("a topic that is ended is given")
	}
	if b.post("/topics/"+id, url.Values{"do": {"again"}}); m.db.Int(`SELECT count(*) FROM topic WHERE ended_at IS NULL`) != 1 {
		t.Error("not used again")
	}
	if got := b.post("/topics/99", nil); got.status != 404 {
		t.Errorf("nobody's topic: %d", got.status)
	}
}

// Answers of an anonymous campaign are there once they are released, and what staff made
// of them goes along when the next release writes them anew.
func TestAnonymousWordsOnlyAfterRelease(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Anonymous)
	m.db.Exec(`UPDATE campaign SET state = 'closed', closed_at = now()`)
	lump := func(words string) { // one that waits in the pool
		m.db.Exec(`INSERT INTO pool (campaign_id, stratum, content) VALUES ($1, '', $2)`, m.k.ID, []byte(words))
	}
	b := m.signedIn("phan.tich", staff.Analyst)
	lump("lời đang chờ")
	if got := b.get("/campaigns/gia/words"); len(picks(got)) != 0 || strings.Contains(got.body, "lời đang chờ") || !strings.Contains(got.body, "đã được mở chung") {
		t.Error("words are shown before they are released")
	}
	release := func() {
		err := m.db.ReleasePool(context.Background(), view.PoolOrder{ID: m.k.ID, At: m.clock()}, func(p view.Pool) (view.Release, error) {
			out := view.Release{Loose: p.Released}
			for _, l := range p.Waiting {
				out.Loose = append(out.Loose, view.Loose{Weight: 1, Answers: view.SealedAnswers{"loi": {string(l.Content), ""}}})
			}
			return out, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	release()
	got := b.get("/campaigns/gia/words")
	b.post("/campaigns/gia/words", url.Values{"do": {"give"}, "question": {"loi"}, "new": {"Đường"}, "pick": {picks(got)["lời đang chờ"]}})
	before := m.db.Text(`SELECT response_id::text FROM answer_topic`)
	lump("lời thứ hai")
	release()
	if after := m.db.Text(`SELECT string_agg(a.response_id::text || i.value, ',') FROM answer_topic a JOIN answer_item i USING (response_id, question)`); !strings.HasSuffix(after, "lời đang chờ") || strings.HasPrefix(after, before) || strings.Contains(after, ",") {
		t.Errorf("the topic is with %q, before %q", after, before)
	}
}

// What was spoken is played in parts to whoever may see people, and written down; the
// analyst reads what was written and hears nothing.
func TestSpokenAnswers(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, survey.Identified)
	m.db.Exec(`UPDATE campaign SET questionnaire_id = $1`, m.db.MakeQuestionnaire("noi", strings.Replace(strings.Replace(wordsForm, "name: gia\n", "name: noi\n", 1), "type: text,", "type: text, record: 60,", 1)))
	rec := survey.NewRecordingID("twilio", "RE1")
	response := m.answered(0, string(rec), survey.Voice)
	sound := bytes.Repeat([]byte("0123456789"), 100)
	m.db.Exec(`INSERT INTO recording (id, provider, provider_id, response_id, question, wanted, state, kind, sha256, seconds, content, kept_at)
		VALUES ($1, 'twilio', 'RE1', $2, 'loi', true, 'kept', 'wav', sha256($3), 4, $3, now())`, string(rec), string(response), sound)
	b, analyst := m.signedIn("mai", staff.Manager), m.signedIn("phan.tich", staff.Analyst)
	at := "/campaigns/gia/voice/" + string(rec)
	got := b.get("/campaigns/gia/words")
	if !strings.Contains(got.body, `<audio controls preload="none" src="`+at+`"`) || !strings.HasSuffix(got.header.Get("Content-Security-Policy"), "media-src 'self'") {
		t.Error("it cannot be played")
	}
	if p := b.get(at); p.status != 200 || p.body != string(sound) || p.header.Get("Content-Type") != "audio/wav" || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", p.status, p.header)
	}
	if p := analyst.get(at); p.status != 403 || strings.Contains(analyst.get("/campaigns/gia/words").body, "<audio") {
		t.Errorf("an analyst hears: %d", p.status)
	}
	form := url.Values{"question": {"loi"}, "recording": {string(rec)}, "words": {" "}}
	if p := b.post("/campaigns/gia/words/down", form); p.status != 422 {
		t.Errorf("nothing was written down: %d", p.status)
	}
	form.Set("words", "đường thôn <ba> ngập")
	if p := b.post("/campaigns/gia/words/down", form); p.status != 200 || !strings.Contains(analyst.get("/campaigns/gia/words").body, "đường thôn &lt;ba&gt; ngập") {
		t.Errorf("not written down: %d", p.status)
	}
	if p := analyst.post("/campaigns/gia/words", url.Values{"do": {"find"}, "term": {"ngap"}}); len(picks(p)) != 1 {
		t.Error("what was written down is not found")
	}
	form.Set("recording", string(survey.NewRecordingID("twilio", "RE2")))
	if p := b.post("/campaigns/gia/words/down", form); p.status != 404 {
		t.Errorf("of no answer: %d", p.status)
	}
	var file bytes.Buffer
	if err := dispatch.ExportAnswers(t.Context(), m.db, dispatch.ExportRequest{Campaign: "gia", FreeText: true}, &file); err != nil || !strings.Contains(file.String(), ",đường thôn <ba> ngập,") {
		t.Errorf("what was written down is in no file: %v\n%s", err, &file)
	}
	if _, err := dispatch.HearAnswer(t.Context(), m.db, "gia", rec); err != nil {
		t.Error(err)
	}
	m.db.Exec(`UPDATE campaign SET confidentiality = 'confidential'`)
	if p := b.get(at); p.status != 403 || strings.Contains(b.get("/campaigns/gia/words").body, "<audio") {
		t.Errorf("a voice of a confidential campaign is heard: %d", p.status)
	}
	m.db.Exec(`DELETE FROM answer_item WHERE question = 'loi'`)
	if m.db.Int(`SELECT count(*) FROM transcript`) != 0 {
		t.Error("what was written down outlives the answer")
	}
}
