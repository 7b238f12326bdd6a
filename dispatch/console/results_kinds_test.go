package console_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// Every kind of question has its figures, on the whole and in full, and in English too.
func TestEveryKindOfQuestionHasResults(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../instrument/testdata/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t)
	var of []answered
	for i := range 40 {
		n := strconv.Itoa(i)
		value := func(v string) survey.Answer { return survey.Answer{Value: survey.AnswerText(v)} }
		a := survey.Answers{"da_doc": value("1"), "mot": value(strconv.Itoa(1 + i%2)), "nhieu": value([]string{"1 2", "2 3"}[i%2]), "thu_tu": value([]string{"1 2 3", "2 1 4"}[i%2]),
			"so": value(strconv.Itoa(i * 5)), "ti_le": value(n + ".5"), "diem": value(strconv.Itoa(i % 3)), "hom": value("2026-11-" + strconv.Itoa(10+i%15)),
			"bang_a": value("1"), "bang_b": {Missing: survey.MissingDontKnow}, "loi": value("cô <b>Hoa</b> nói " + n)}
		of = append(of, answered{1, "", 1, survey.Web, a})
	}
	d.poll(survey.Campaign{Name: "moi-kieu", State: survey.CampaignClosed, QuestionnaireID: d.db.MakeQuestionnaire("moi_kieu", string(source))}, 0, of...)
	b := d.signedIn("phan.tich", staff.Analyst)
	page := b.get("/campaigns/moi-kieu/results")
	text := bare(page.body)
	for _, s := range []string{
		"Tốt 20 50,0", "Nước 40 100,0",
		"Đường 40 100,0 100,0–100,0 20 1,5", "Trung vị 95 một nửa ở giữa: từ 45 đến 145", "Trung bình 20,0", "2 13 32,5", "40 người viết ý kiến.", "điện 40 100,0", "nước &lt; 5 Dưới 5 người", "0 – &lt; 50 10 25,0", "15", "Ông/Bà nghe chuyện này ở đâu?"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in\n%s", s, text)
		}
	}
	if strings.Contains(page.body, "Hoa") || strings.Contains(text, "diem_tron") || strings.Count(page.body, `href="/campaigns/moi-kieu/words"`) != 1 {
		t.Error("words stand in the page, or nothing leads to them")
	}
	for _, q := range strings.Split("da_doc mot nhieu thu_tu so ti_le diem hom bang_a bang_b loi anh nguon", " ") {
		if got := b.get("/campaigns/moi-kieu/results?q=" + q); got.status != 200 || strings.Contains(got.body, "Hoa") {
			t.Errorf("%s: %d", q, got.status)
		}
	}
	b.post("/speak", map[string][]string{"lang": {"en"}, "back": {"/"}})
	if en := bare(b.get("/campaigns/moi-kieu/results").body); !strings.Contains(en, "Water 40 100.0") || !strings.Contains(en, "not of the whole people") {
		t.Errorf("in English: %s", en)
	}
}
