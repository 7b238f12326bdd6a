package console_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"iter"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"canvass/dispatch"
	"canvass/dispatch/console"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// answered is one kind of respondent: so many of a stratum, by a mode, with these answers.
type answered struct {
	n       int
	stratum string
	weight  float64
	mode    survey.Mode
	answers survey.Answers
}

// poll is a campaign that such people answered, and as many of each stratum did not.
func (d *desk) poll(k survey.Campaign, silent int, of ...answered) survey.Campaign {
	d.Helper()
	k = d.db.MakeCampaign(k)
	n := d.db.Int(`SELECT count(*) FROM contact`)
	person := func(a answered, state survey.InvitationState, code survey.Disposition) survey.InvitationID {
		n++
		inv := d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(n)), Stratum: a.stratum,
			Inclusion: 1 / a.weight, Weight: a.weight, State: state, Disposition: code})
		return inv
	}
	for _, a := range of {
		for range a.n {
			d.db.MakeResponse(person(a, survey.InvitationClosed, survey.Complete), survey.ResponseSubmitted, a.mode, a.answers)
		}
	}
	for range silent {
		person(of[0], survey.InvitationClosed, survey.NothingReturned)
	}
	return k
}

func huong(code, heard string) survey.Answers {
	return survey.Answers{"huong": {Value: survey.AnswerText(code)}, "nghe": {Value: survey.AnswerText(heard)}}
}

// december is a campaign with two strata that may be shown and one that may not.
func (d *desk) december() survey.Campaign {
	return d.poll(survey.Campaign{Name: "thang-12", State: survey.CampaignClosed, Title: map[survey.Lang]string{"vi": "Dư luận <tháng 12>", "en": "Opinion, December"},
		Design: survey.Design{Method: "srs"}}, 10,
		answered{25, "Đô thị", 2, survey.Web, huong("1", "3")}, answered{12, "Đô thị", 2, survey.Web, huong("2", "5")}, answered{3, "Đô thị", 2, survey.TextMode, huong("3", "9")},
		answered{20, "Ven biển", 4, survey.Web, huong("1", "2")}, answered{12, "Ven biển", 4, survey.TextMode, huong("3", "4")}, answered{6, "Ven biển", 4, survey.Web, huong("2", "0")},
		answered{4, "Cấp tỉnh", 1, survey.Web, huong("2", "1")})
}

var tags = regexp.MustCompile(`<[^>]*>`)

// bare is a page without its tags, blanks run together.
func bare(body string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " "), "&#43;", "+")
}

// The console's figures are those of the command, wherever they are shown.
func TestResultsAreThoseOfTheCommand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.december()
	want, err := dispatch.Tabulate(t.Context(), d.db, "thang-12")
	if err != nil {
		t.Fatal(err)
	}
	b := d.signedIn("phan.tich", staff.Analyst)
	got := b.get("/campaigns/thang-12/results")
	text := bare(got.body)
	g := want.Outcome.Total
	for _, s := range []string{fmt.Sprintf("Đã trả lời %d", want.Submitted), "Tỷ lệ trả lời RR1 " + templates.Percent("vi", *g.Rates.RR1), "không phải của toàn dân", "Dư luận &lt;tháng 12&gt;",
		"Số liệu trong số cộng tác viên", "RR1 " + templates.Percent("vi", *g.Rates.RR1) + ", RR2"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in\n%s", s, text)
		}
	}
	if !strings.Contains(text, "0 – &lt; 2 10 12,2") || strings.Contains(text, "1 4 4,9") || strings.Contains(text, "9 3 3,7") {
		t.Errorf("numbers of few are not joined with their neighbours:\n%s", text)
	}
	for _, table := range want.Tables[:1] { // the second has numbers that few gave
		for _, l := range table.Lines {
			label := l.Label["vi"]
			if label == "" {
				label = l.Code
			}
			line := fmt.Sprintf("%s %d %s %s", label, l.Count.N, templates.Decimal("vi", *l.WeightedPercent, 1), templates.Decimal("vi", *l.Percent, 1))
			if hidden := l.Count.N < 5; strings.Contains(text, line) == hidden {
				t.Errorf("%s: %q, hidden %v, in\n%s", table.Question.Name, line, hidden, text)
			}
		}
	}
	if m := want.Tables[1].Mean; !strings.Contains(text, "Trung bình "+templates.Decimal("vi", *m.Weighted, 1)) {
		t.Errorf("no mean in %s", text)
	}
	if strings.Contains(got.body, "Nguyễn") || strings.Contains(got.body, "named/") || got.header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Error("an analyst is shown people, or offered files that name them")
	}
	list := bare(b.get("/results").body)
	if !strings.Contains(list, fmt.Sprintf("Đã kết thúc %d %d %s", g.Invited, want.Submitted, templates.Percent("vi", *g.Rates.Participation))) {
		t.Errorf("the list: %s", list)
	}
	if got := d.signedIn("xem", staff.Viewer).get("/campaigns/thang-12/results"); got.status != 403 || strings.Contains(got.body, "Tốt lên") {
		t.Errorf("a viewer gets %d", got.status)
	}
}

// By group: who is too few gets no figure, and none can be had by subtraction.
func TestSmallGroupsAreGuarded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.december()
	b := d.signedIn("phan.tich", staff.Analyst)
	page := b.get("/campaigns/thang-12/results?q=huong")
	text := bare(page.body)
	for _, s := range []string{"Cấp tỉnh &lt; 5 Dưới 5 người trả lời", "tin nhắn 15 Chưa đủ để công bố: 15 phiếu", "Câu sau", "Ẩn để không lộ người trả lời"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in\n%s", s, text)
		}
	}
	// 3 of Đô thị chose the third answer; with 12 of Ven biển and 15 in all it would follow.
	if !strings.Contains(text, "Đô thị 40 62,5 49,6–74,2 • ẩn • ẩn") || !strings.Contains(text, "Ven biển 38 52,6 37,9–67,0 • ẩn • ẩn") {
		t.Errorf("a cell follows from the others:\n%s", text)
	}
	if by := b.get("/campaigns/thang-12/results?q=huong&by=mode").body; strings.Contains(by, "Ven biển") || !strings.Contains(by, "trang web") {
		t.Error("by mode alone")
	}
	for path, want := range map[string]int{"?q=khong-co": 404, "?stamp=00000000": 404, "?stamp=x": 404, "?by=x": 200} {
		if got := b.get("/campaigns/thang-12/results" + path); got.status != want {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

// Nothing of an anonymous campaign is shown before it is unsealed, nor of three people.
func TestNothingOfFewOrSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.poll(survey.Campaign{Name: "ba-nguoi"}, 2, answered{3, "", 1, survey.Web, huong("2", "7")})
	k := d.db.MakeCampaign(survey.Campaign{Name: "kin", Confidentiality: survey.Anonymous, QuestionnaireID: survey.QuestionnaireID(d.db.Int(`SELECT id FROM questionnaire`))})
	d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(77)), State: survey.InvitationClosed, Disposition: survey.Complete})
	b := d.signedIn("mai", staff.Manager)
	few := bare(b.get("/campaigns/ba-nguoi/results").body)
	if !strings.Contains(few, "Chưa đủ để công bố: cần từ 5 người") || strings.Contains(few, "Như trước") || !strings.Contains(few, "Đã trả lời 3") {
		t.Errorf("three people: %s", few)
	}
	sealed := bare(b.get("/campaigns/kin/results").body)
	if !strings.Contains(sealed, "mở niêm phong") || strings.Contains(sealed, "Tốt lên") {
		t.Errorf("sealed: %s", sealed)
	}
	if got := b.get("/campaigns/kin/results?q=huong"); got.status != 404 {
		t.Errorf("a sealed question: %d", got.status)
	}
	if got := b.get("/campaigns/kin/results/page"); got.status != 200 || strings.Contains(got.body, "Tốt lên") {
		t.Errorf("a sealed page: %d", got.status)
	}
}

// A print has a stamp; when a later count differs, its stamp shows both.
func TestAPrintCanBeExplained(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.december()
	b := d.signedIn("mai", staff.Manager)
	page := b.get("/campaigns/thang-12/results/page")
	code := regexp.MustCompile(`dấu số liệu ([0-9a-f]{8})`).FindStringSubmatch(page.body)
	if page.status != 200 || code == nil || strings.Count(page.body, "<li><h3>") != 2 {
		t.Fatalf("%d %s", page.status, bare(page.body))
	}
	b.get("/campaigns/thang-12/results/page")
	if n := d.db.Int(`SELECT count(*) FROM result_stamp`); n != 1 {
		t.Errorf("the same figures are %d stamps", n)
	}
	same := bare(b.get("/campaigns/thang-12/results?stamp=" + code[1]).body)
	if !strings.Contains(same, "Mọi con số vẫn như trong bản ấy") || !strings.Contains(same, "vẫn đúng") {
		t.Errorf("nothing has changed: %s", same)
	}
	d.db.Exec(`UPDATE answer_item SET value = '2' WHERE (response_id, question) IN (SELECT response_id, question FROM answer_item WHERE question = 'huong' AND value = '1' ORDER BY 1 LIMIT 1)`)
	d.later(time.Hour)
	b = d.browser()
	b.signIn("mai", password)
	b.get("/campaigns/thang-12/results")
	now := bare(b.get("/campaigns/thang-12/results?stamp=" + code[1]).body)
	for _, s := range []string{"Tốt lên: số người chọn 45 44", "Như trước: số người chọn 22 23", "Bản ấy là số liệu lúc"} {
		if !strings.Contains(now, s) {
			t.Errorf("no %q in\n%s", s, now)
		}
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'export' AND actor = 'mai' AND detail->>'stamp' = $1`, code[1]); n != 2 {
		t.Errorf("%d prints on record", n)
	}
}

// Files are those of the command, named without people, and on record.
func TestDownloads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.december()
	d.db.Exec(`UPDATE answer_item SET value = '=1+1' WHERE (response_id, question) IN (SELECT response_id, question FROM answer_item WHERE question = 'nghe' LIMIT 1)`)
	b := d.signedIn("phan.tich", staff.Analyst)
	get := func(file string) page { t.Helper(); return b.get("/campaigns/thang-12/results/" + file) }
	var want bytes.Buffer
	if err := dispatch.ExportAnswers(t.Context(), d.db, dispatch.ExportRequest{Campaign: "thang-12"}, &want); err != nil {
		t.Fatal(err)
	}
	answers := get("files/answers.csv")
	if answers.body != want.String() || !strings.Contains(answers.body, ",'=1+1,") || !regexp.MustCompile(`^attachment; filename=thang-12-answers-[0-9a-f]{8}\.csv$`).MatchString(answers.header.Get("Content-Disposition")) {
		t.Errorf("%d %s\n%s", answers.status, answers.header, answers.body)
	}
	book, err := excelize.OpenReader(strings.NewReader(get("files/answers.xlsx").body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Trả lời")
	if err != nil || len(rows) != 83 || book.GetSheetList()[2] != "Dấu số liệu" {
		t.Errorf("%d rows, sheets %q, %v", len(rows), book.GetSheetList(), err)
	}
	tables, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get("files/tables.csv").body, "\ufeff"))).ReadAll()
	if err != nil || tables[1][0] != "huong" || tables[1][5] != "45" || tables[1][3] != "Tốt lên" || len(tables[1][11]) != 8 {
		t.Errorf("%q %v", tables, err)
	}
	if code := get("files/codebook.csv"); !strings.Contains(code.body, "tầng,stratum") {
		t.Error(code.body)
	}
	for _, file := range []string{"named/words.csv", "named/attachments.zip", "named/recordings.zip"} {
		if got := get(file); got.status != 403 {
			t.Errorf("an analyst gets %s: %d", file, got.status)
		}
	}
	m := d.signedIn("mai", staff.Manager)
	for _, file := range []string{"attachments.zip", "recordings.zip"} {
		got := m.get("/campaigns/thang-12/results/named/" + file)
		z, err := zip.NewReader(strings.NewReader(got.body), int64(len(got.body)))
		if err != nil || len(z.File) != 1 {
			t.Errorf("%s: %d %v", file, got.status, err)
		}
	}
	if got := m.get("/campaigns/thang-12/results/files/passwd"); got.status != 404 {
		t.Errorf("no such file: %d", got.status)
	}
	if n := d.db.Text(`SELECT string_agg(detail->>'file', ' ' ORDER BY id) FROM audit WHERE act = 'export'`); n != "answers.csv answers.xlsx tables.csv codebook.csv attachments.zip recordings.zip" {
		t.Errorf("on record: %s", n)
	}
}

// A voice tells whose it is: of a confidential campaign nobody gets it.
func TestVoicesOfAConfidentialCampaign(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.poll(survey.Campaign{Name: "kin-dao", Confidentiality: survey.Confidential}, 0, answered{6, "", 1, survey.Web, huong("1", "2")})
	if got := d.signedIn("mai", staff.Manager).get("/campaigns/kin-dao/results/named/recordings.zip"); got.status != 403 || strings.HasPrefix(got.body, "PK") {
		t.Errorf("%d", got.status)
	}
	if got := d.signedIn("phan.tich", staff.Analyst).get("/campaigns/kin-dao/results"); !strings.Contains(got.body, "<b>kín</b>") {
		t.Error("it does not say that it is confidential")
	}
}

// The waves of a series are compared, and a change is called one only beyond error.
func TestTrendOverWaves(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.db.MakeSeries(survey.Series{Name: "hang-thang"})
	for i, better := range []int{40, 42, 75} {
		day := pgtest.Day().AddDate(0, i-2, 0)
		name := "ky-" + strconv.Itoa(i+1)
		k := survey.Campaign{Name: name, State: survey.CampaignClosed, Title: map[survey.Lang]string{"vi": "Kỳ " + strconv.Itoa(i+1)}, LaunchedAt: day, Design: survey.Design{Method: "srs"}}
		if i > 0 {
			k.QuestionnaireID = survey.QuestionnaireID(d.db.Int(`SELECT id FROM questionnaire`))
		}
		k = d.poll(k, 10, answered{better, "", 3, survey.Web, huong("1", "2")}, answered{90 - better, "", 3, survey.Web, huong("2", "4")})
		d.db.MakeWave(survey.Wave{SeriesID: s, Date: survey.DateOf(day), State: survey.WaveLaunched, CampaignID: k.ID})
	}
	b := d.signedIn("phan.tich", staff.Analyst)
	var text string
	for range 50 { // the counts of three waves may take longer than a visit waits
		if text = bare(b.get("/campaigns/ky-3/results?q=huong").body); !strings.Contains(text, "Đang đếm, xem lại") {
			break
		}
	}
	for _, s := range []string{"Qua các kỳ: Tốt lên", "Kỳ 1 90 44,4", "không đổi rõ (+2,2 điểm)", "So với kỳ trước: tăng 36,7 điểm, vượt sai số."} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in\n%s", s, text)
		}
	}
	// Every answer stands beside the others, and any of them can be drawn, its steps together too.
	for _, s := range []string{"Mọi câu trả lời qua các kỳ Trả lời 10/26 11/26 12/26 Tốt lên 44,4 46,7 83,3 Như trước 55,6 53,3 16,7"} {
		if !strings.Contains(text, s) {
			t.Errorf("no %q in\n%s", s, text)
		}
	}
	if other := bare(b.get("/campaigns/ky-3/results?q=huong&trend=%3D2").body); !strings.Contains(other, "Qua các kỳ: Như trước") || !strings.Contains(other, "giảm 36,7 điểm, vượt sai số") {
		t.Errorf("another answer is not drawn:\n%s", other)
	}
	if none := bare(b.get("/campaigns/ky-3/results?q=huong&trend=%3D3").body); !strings.Contains(none, "Qua các kỳ: Xấu đi") {
		t.Errorf("an answer that nobody gave: %s", none)
	}
	if wrong := bare(b.get("/campaigns/ky-3/results?q=huong&trend=khong-co").body); !strings.Contains(wrong, "Qua các kỳ: Tốt lên") {
		t.Errorf("what there is not: %s", wrong)
	}
	if strings.Contains(bare(b.get("/campaigns/ky-1/results?q=huong").body), "Qua các kỳ") {
		t.Error("the first wave has a trend")
	}
}

// slow is a store whose answers come up to a point, and the rest when the gate opens.
type slow struct {
	dispatch.MediaStore
	gate chan struct{}
}

func (s slow) Responses(ctx context.Context, id survey.CampaignID) iter.Seq2[view.Answered, error] {
	return func(yield func(view.Answered, error) bool) {
		for n := range 1100 {
			if n == 700 {
				<-s.gate
			}
			if !yield(view.Answered{State: survey.ResponseSubmitted, Response: view.Response{Weight: 1, Mode: survey.Web, Answers: huong("1", "2")}}, nil) {
				return
			}
		}
	}
}

// A long count is not waited for: it says how far it is, and goes on by itself.
func TestALongCountIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fielding()
	gate := make(chan struct{})
	cfg := d.cfg
	cfg.Answers = slow{d.db, gate}
	h, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.srv.Close()
	d.srv = httptest.NewServer(h)
	b := d.signedIn("phan.tich", staff.Analyst)
	for _, path := range []string{"", "/page", "/files/tables.csv"} {
		if got := b.get("/campaigns/thang-12/results" + path); got.status != 200 || !strings.Contains(got.body, "Đã đọc 500 phiếu.") || !strings.Contains(got.body, `http-equiv="refresh"`) {
			t.Errorf("%s: %d %s", path, got.status, bare(got.body))
		}
	}
	if list := bare(b.get("/results").body); !strings.Contains(list, "– – – đang đếm") {
		t.Errorf("the list: %s", list)
	}
	close(gate)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if got := bare(b.get("/campaigns/thang-12/results").body); strings.Contains(got, "Tốt lên 1.100 100,0") {
			return
		}
	}
	t.Error("the count does not end")
}
