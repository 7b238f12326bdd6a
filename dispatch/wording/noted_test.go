package wording

import (
	"os"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// talked plays texts and returns what was said last, as it is sent.
func talked(t *testing.T, file string, lang survey.Lang, texts ...instrument.Input) string {
	t.Helper()
	src, err := os.ReadFile("../instrument/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	q, errs := instrument.Parse(file, src)
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	w, c := newWording(t), sample(q, lang)
	answers := survey.Answers{}
	s := q.Step(instrument.State{Lang: lang}, answers, survey.TextMode, instrument.Input{Begin: true})
	for _, in := range texts {
		s = q.Step(s.State, answers, survey.TextMode, in)
		for _, it := range s.Set {
			answers = q.Set(answers, it.Question, it.Answer)
		}
	}
	out, err := w.Reply(c, s.Prompts)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range out {
		if n := smstext.Count(text); n.Segments > 1 || n.Encoding != smstext.GSM7 {
			t.Errorf("%q takes %d segments, %s", text, n.Segments, n.Encoding)
		}
	}
	return strings.Join(out, " ")
}

func in(text string) instrument.Input    { return instrument.Input{Text: text} }
func early(text string) instrument.Input { return instrument.Input{Text: text, Early: true} }

// What is said after a correction, several answers, a crossed reply, and when staff
// take over, names the questions by number and the answers in words.
func TestWhatWasNotedIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang  survey.Lang
		texts []instrument.Input
		want  string
	}{
		{survey.Vietnamese, []instrument.Input{in("1"), in("2"), in("sua cau 1: 3")}, "Đã ghi câu 1: Xấu đi. Câu 4/6: Giá cả thế nào?"},
		{survey.English, []instrument.Input{in("1. worse 2. no")}, "Noted, question 1: Worse; question 2: No. Q4/6: How are prices?"},
		{survey.Vietnamese, []instrument.Input{in("1"), early("2")}, "Số 2 là cho câu nào? A: câu 1 (Tình hình chung thế nào). B: câu 2 (Có nghe tin lạ không). Trả lời A hoặc B."},
		{survey.Vietnamese, []instrument.Input{in("1"), in("xấu đi")}, `Chữ "xấu đi" là cho câu nào? A: câu 1 (Tình hình chung thế nào). B: câu 2 (Có nghe tin lạ không). Trả lời A hoặc B.`},
		{survey.English, []instrument.Input{in("1"), early("2")}, "Is 2 for: A question 1 (How are things going), or B question 2 (Any strange news)? Reply A or B."},
		{survey.Vietnamese, []instrument.Input{in("?!"), in("??!")}, "Cán bộ phụ trách sẽ gọi lại trong giờ làm việc."},
		{survey.Vietnamese, []instrument.Input{in("1 xấu đi")}, "Ý Ông/Bà là: A Tốt lên, hay B Xấu đi? Trả lời A hoặc B."},
	} {
		if got := talked(t, "talk.yaml", c.lang, c.texts...); !strings.Contains(got, smstext.Fold(c.want)) {
			t.Errorf("%+v: said\n%s\nwithout\n%s", c.texts, got, c.want)
		}
	}
}

// What a text costs is known before it is sent: nobody's name is in it, with Đ or
// without, so that all who get the same text get it at the same price; and the first
// question is inside the invitation.
func TestATextCostsTheSameWhateverTheName(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for _, q := range shipped(t) {
		for _, lang := range languages() {
			for _, accented := range []bool{false, true} {
				texts := map[string]bool{}
				for _, name := range []survey.PersonName{"Đặng Thị Đẹp", "An", "Nguyễn Hoàng Phương Uyên Vy"} {
					c := sample(q, lang)
					c.Name, c.Accented = name, accented
					s := q.Step(instrument.State{Lang: lang}, nil, survey.TextMode, instrument.Input{Begin: true})
					opening, err := w.Opening(c, s.Prompts)
					if err != nil {
						t.Fatalf("%s: %v", q.Name, err)
					}
					first, _ := q.Question(s.Prompts[len(s.Prompts)-1].Question)
					if asked := strings.TrimRight(c.onAir(first.SMS.In(lang)), ". "); !strings.Contains(opening, asked) {
						t.Errorf("%s %s: the first question is not in %q", q.Name, lang, opening)
					}
					link, err := w.SMS(c, TextInvitation)
					if err != nil {
						t.Fatal(err)
					}
					texts[opening+"\n"+link] = true
				}
				if len(texts) != 1 {
					t.Errorf("%s %s: a name changes the text: %v", q.Name, lang, texts)
				}
			}
		}
	}
}
