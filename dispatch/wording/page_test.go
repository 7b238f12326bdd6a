package wording

import (
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// surveySource is the source of package survey, beside this one.
func surveySource() fs.FS { return os.DirFS("../survey") }

// Every question of every shipped questionnaire makes a page, empty, answered
// and faulty.
func TestEveryQuestionMakesAPage(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			c := sample(q, lang)
			frame := w.Frame(c)
			if strings.Contains(frame.Name, "Oanh") {
				t.Error("a page names the person")
			}
			for i := range q.Questions {
				question := &q.Questions[i]
				for _, typed := range []Typed{{}, {Values: []string{}, Fault: &survey.Error{Code: survey.CodeAnswerRequired}}} {
					page := templates.Question{Frame: frame, Position: question.Name, Number: i + 1, Of: len(q.Questions),
						Asked: []templates.Asked{w.Asked(c, question, survey.Answers{}, typed)}}
					var b bytes.Buffer
					if err := w.set.Write(&b, page); err != nil {
						t.Fatalf("%s: %v", question.Name, err)
					}
					if typed.Fault != nil && !strings.Contains(b.String(), `class="err"`) && question.Type != instrument.Note {
						t.Errorf("%s shows no error", question.Name)
					}
				}
			}
			start, err := w.Start(c, frame)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.set.Write(&bytes.Buffer{}, start); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What the form sends comes back as it was sent: Asked and ReadForm agree.
func TestAskedRoundTrip(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		c := sample(q, survey.Vietnamese)
		for i := range q.Questions {
			question := &q.Questions[i]
			for _, o := range w.Asked(c, question, nil, Typed{}).Options {
				if len(o.Places) > 0 {
					continue // see TestARankingRoundTrip
				}
				other := ""
				if o.Opens != "" {
					other = "việc nhà"
				}
				ans, said, fault := question.ReadForm([]string{o.Code}, other)
				if fault != nil {
					t.Errorf("%s: the page offers %q, which is refused: %v", question.Name, o.Code, fault)
					continue
				}
				a := survey.Answers{question.Name: ans}
				if said != "" {
					a[question.OtherName()] = survey.Answer{Value: said}
				}
				checked := 0
				for _, again := range w.Asked(c, question, a, Typed{}).Options {
					if again.Checked {
						checked++
						if again.Code != o.Code || again.Said != other {
							t.Errorf("%s: sent %q %q, shown %q %q", question.Name, o.Code, other, again.Code, again.Said)
						}
					}
				}
				if checked != 1 {
					t.Errorf("%s: sent %q, %d boxes are marked", question.Name, o.Code, checked)
				}
			}
		}
	}
}

// The places that a page offers are read, and shown again as they were given.
func TestARankingRoundTrip(t *testing.T) {
	t.Parallel()
	w, all := newWording(t), shipped(t)
	q := all[len(all)-1]
	c := sample(q, survey.Vietnamese)
	question, _ := q.Question("thu_tu")
	empty := w.Asked(c, question, nil, Typed{})
	if empty.MaxCount != 3 || len(empty.Options[0].Places) != 3 || len(empty.Options[4].Places) != 0 {
		t.Fatalf("%+v", empty)
	}
	sent := []string{"", empty.Options[1].Places[2].Code, empty.Options[2].Places[0].Code, empty.Options[3].Places[1].Code}
	ans, _, fault := question.ReadForm(sent, "")
	if fault != nil || ans.Value != "3 4 2" {
		t.Fatalf("%v %v", ans, fault)
	}
	for _, typed := range []Typed{{}, {Values: sent}} {
		var marked []string
		for _, o := range w.Asked(c, question, survey.Answers{"thu_tu": ans}, typed).Options {
			for _, place := range o.Places {
				if place.Checked {
					marked = append(marked, o.Code+"="+place.Label)
				}
			}
		}
		if strings.Join(marked, " ") != "2=3 3=1 4=2" {
			t.Errorf("shown again as %v", marked)
		}
	}
	day, _ := q.Question("hom")
	if asked := w.Asked(c, day, survey.Answers{"hom": {Value: "2026-12-18"}}, Typed{}); asked.Value != "2026-12-18" || asked.Range.Max != "2026-12-31" {
		t.Errorf("%+v", asked)
	}
	row, _ := q.Question("bang_b")
	if asked := w.Asked(c, row, nil, Typed{}); asked.Label != "nước" || asked.Within != "Ông/Bà thấy thế nào về" {
		t.Errorf("%+v", asked)
	}
	constrained := *day
	constrained.ConstraintMessage = instrument.Texts{"vi": "Ngày này chưa tới."}
	if got := w.Asked(c, &constrained, nil, Typed{Fault: &survey.Error{Code: survey.CodeAnswerConstraint}}).Error; got != "Ngày này chưa tới." {
		t.Errorf("the author's words: %q", got)
	}
}

func TestFaultWords(t *testing.T) {
	t.Parallel()
	w, all := newWording(t), shipped(t)
	q, types := all[0], all[3]
	find := func(q *instrument.Questionnaire, name string) *instrument.Question {
		question, ok := q.Question(name)
		if !ok {
			t.Fatalf("no question %s", name)
		}
		return question
	}
	c := sample(q, survey.Vietnamese)
	for _, tc := range []struct {
		q      *instrument.Question
		values []string
		other  string
		want   string
	}{
		{find(q, "huong"), nil, "", `Câu này còn trống. Xin chọn một ô, hoặc chọn "Không muốn trả lời".`},
		{find(q, "chuyen_ban"), []string{"1", "2", "3", "4"}, "", "Câu này chọn nhiều nhất 3. Xin bỏ bớt 1 ô."},
		{find(q, "chuyen_ban"), []string{"7"}, "", `Xin ghi "việc khác" là việc gì.`},
		{find(types, "so_nguoi"), []string{"250"}, "", "Xin ghi một số từ 0 đến 30."},
		{find(types, "so_nguoi"), nil, "", "Câu này còn trống. Xin ghi câu trả lời."},
		{find(types, "y_kien"), []string{strings.Repeat("a", 2134)}, "", "Dài hơn 2000 chữ cái (đang là 2134). Xin rút bớt."},
	} {
		_, _, fault := tc.q.ReadForm(tc.values, tc.other)
		if fault == nil {
			t.Errorf("%s %v was taken", tc.q.Name, tc.values)
			continue
		}
		if got := w.Asked(c, tc.q, nil, Typed{Values: tc.values, Fault: fault}).Error; got != tc.want {
			t.Errorf("%s: %q, want %q", tc.q.Name, got, tc.want)
		}
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	w, q := newWording(t), shipped(t)[0]
	a := survey.Answers{"huong": {Value: "1"}, "chuyen_ban": {Value: "1 7"}, "chuyen_ban_khac": {Value: "nước lũ"},
		"gia_ca": {Missing: survey.MissingDontKnow}}
	got := w.Given(sample(q, survey.Vietnamese), a)
	if len(got) != 3 || got[0].Answer != "Tốt lên" || got[1].Answer != "Giá cả, việc làm, thu nhập; Việc khác (xin ghi): nước lũ" || got[2].Answer != "Khó nói" {
		t.Errorf("%+v", got)
	}
}

// Files are boxes named by kind and size: those that are stored, and those that were
// sent with the page, ticked where they are to stay.
func TestFilesAreBoxes(t *testing.T) {
	t.Parallel()
	q, errs := instrument.Parse("x", []byte("name: a\ntitle: A | A\nlanguages: [vi, en]\nquestions:\n  - {name: anh, type: attachment, required: true, kind: fact, at_most: 2, accept: [photo], label: Ảnh | Photos}\n"))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	const one, two = "jpeg-2202010-aaaaaaaaaaaaaaaa", "png-2048-bbbbbbbbbbbbbbbb"
	w, c, a := newWording(t), sample(q, survey.Vietnamese), survey.Answers{"anh": {Value: one}}
	asked := w.Asked(c, &q.Questions[0], a, Typed{Values: []string{two, "x"}, Fault: &survey.Error{Code: survey.CodeAnswerRequired}})
	if len(asked.Options) != 2 || asked.Options[0].Checked || !asked.Options[1].Checked || asked.Options[0].Label != "Ảnh JPEG, 2,1 MB" || asked.Options[1].Label != "Ảnh PNG, 2 KB" {
		t.Errorf("%+v", asked.Options)
	}
	if asked.Accept != "photo" || asked.MaxCount != 2 || asked.Error != "Câu này cần một tệp. Xin chọn tệp." {
		t.Errorf("%+v", asked)
	}
	if got := w.Given(c, a); len(got) != 1 || got[0].Answer != "Ảnh JPEG, 2,1 MB" {
		t.Errorf("%+v", got)
	}
	if got := w.Fault(c, &q.Questions[0], &survey.Error{Code: survey.CodeAttachmentType, Args: map[string]string{"accept": "photo"}}); got != "Không nhận loại tệp này. Xin chọn ảnh JPEG, PNG hoặc WebP." {
		t.Error(got)
	}
}
