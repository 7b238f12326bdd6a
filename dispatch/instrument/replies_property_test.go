package instrument

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// variants are a reply in other letters, with other blanks and other signs around it:
// what it means, they mean, or nobody can tell.
func variants(text string) []string {
	out := []string{strings.Join(strings.Fields(text), "  "), " " + text + " ", text + ".", text + "!", `"` + text + `"`, text + " 🙂"}
	for _, other := range []string{strings.ToUpper(text), strings.ToLower(text), nfd(text)} {
		if strings.EqualFold(nfc(other), nfc(text)) {
			out = append(out, other)
		}
	}
	folded := unmarked(text)
	return append(out, folded, strings.ToUpper(folded))
}

// nfd is a text with its marks apart, as some telephones send them.
func nfd(s string) string { return norm.NFD.String(s) }

// unmarked is a text without diacritics, its signs and blanks as they are.
func unmarked(s string) string {
	var b strings.Builder
	for _, r := range nfc(s) {
		if w := newWord(string(r)); len([]rune(w.base)) == 1 && !w.plain() {
			b.WriteString(w.base)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// agrees reports a variant that is read as another value than the text it was made of,
// or that stops where the text is an answer.
func agrees(t *testing.T, q *Question, text string, c ReadContext) {
	t.Helper()
	r := q.ReadText(text, c)
	if !r.answers() || q.Type == Text || r.Other != "" || len(text) > 300 {
		return
	}
	for _, v := range variants(text) {
		if got := q.ReadText(v, c); got.answers() && got.Answer != r.Answer || got.Outcome == survey.ReadOptOut {
			t.Errorf("%s: %q is %q, and %q is %s %q (%s)", q.Name, text, r.Value(), v, got.Outcome, got.Value(), got.Reason)
		}
	}
}

func TestAnotherSpellingIsNeverAnotherValue(t *testing.T) {
	t.Parallel()
	q, table := readTable(t)
	for n, r := range table {
		question, _ := q.Question(r.question)
		agrees(t, question, r.text, r.context())
		for i := n % 5; i < len(q.Questions); i += 5 { // also where nobody would write it
			agrees(t, &q.Questions[i], r.text, ReadContext{Today: today})
		}
	}
}

// Whatever is written at whatever question, what is stored is an answer to it; and a
// negation that is put before an answer never leaves that answer standing.
func TestAnyReplyAtAnyQuestion(t *testing.T) {
	t.Parallel()
	q, table := readTable(t)
	for n, r := range table {
		for i := n % 3; i < len(q.Questions); i += 3 {
			question := &q.Questions[i]
			got := question.ReadText(r.text, r.context())
			if got.answers() && got.Reason != "offered" && question.Type != Note {
				if err := q.Check(question.Name, got.Answer); err != nil {
					t.Errorf("%s %q: %q cannot be stored: %v", question.Name, r.text, got.Value(), err)
				}
			}
			if c, ok := question.Choice(got.Value()); ok && starts(newPhrase(c.Label.In(survey.Vietnamese)), negations) {
				continue // "ko, 2" where 2 is no
			}
			if question.Type == Text || !got.answers() || got.Answer.Missing != "" || got.Other != "" || starts(polite(newMessage(r.text).words), negations) {
				continue
			}
			for _, no := range []string{"không ", "khong phai ", "ko ", "chưa ", "đâu có ", "not "} {
				if against := question.ReadText(no+r.text, r.context()); against.answers() && against.Answer == got.Answer && !isOneOf(newPhrase(no), noWords) {
					t.Errorf("%s: %q and %q are both %q", question.Name, r.text, no+r.text, got.Value())
				}
			}
		}
	}
}

// Long and odd texts come to an end; the time they may take is the test's own.
func TestLongReplies(t *testing.T) {
	t.Parallel()
	q, _ := readTable(t)
	talk := example(t, "talk.yaml")
	for _, piece := range []string{"1 ", "c1 2 ", "1. ", "câu 1: 2 ", "không ", "ko", "một trăm linh ", "1.000.", "1;", "khác: ", "nha ", "\u0301", "hai mươi ", "2tr", "5/9 ", "đừng nhắn ", "👍", "(", "sửa câu "} {
		text := strings.Repeat(piece, 10_000/len(piece))
		for i := range q.Questions {
			q.Questions[i].Explain(text, ReadContext{Today: today, GivenName: "Hai"})
		}
		ReadIdle(text, ReadContext{})
		for _, in := range []Input{{Text: text}, {Text: text, Early: true}, {Text: text, Soon: true}} {
			s := talk.Step(State{Stage: StageQuestions, Current: "so", Last: &Last{Question: "tin"}}, survey.Answers{"huong": {Value: "1"}, "nghe": {Value: "1"}, "tin": {Value: "a"}, "gia": {Value: "1"}}, survey.TextMode, in)
			for _, it := range s.Set {
				if err := talk.Check(it.Question, it.Answer); err != nil {
					t.Errorf("%q…: %s cannot be stored: %v", piece, it.Question, err)
				}
			}
		}
	}
}

func FuzzReplies(f *testing.F) {
	q, table := readTable(f)
	for i, r := range table {
		if i%7 == 0 {
			f.Add(r.text, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		question := &q.Questions[int(n)%len(q.Questions)]
		c := ReadContext{Today: today, Lang: survey.Vietnamese}
		r := question.ReadText(text, c)
		if r.answers() {
			if err := q.Check(question.Name, r.Answer); err != nil {
				t.Fatalf("%s %q: answer that cannot be stored: %v", question.Name, text, err)
			}
		}
		if e := question.Explain(text, c); e.Reading.Outcome != r.Outcome || e.Reading.Reason != r.Reason {
			t.Fatalf("%q is read otherwise when it is explained", text)
		}
		agrees(t, question, text, c)
	})
}

func FuzzAmount(f *testing.F) {
	q, _ := readTable(f)
	for _, s := range []string{"2tr5", "1.500.000", "một triệu rưỡi", "1,5 tỷ", "hai mươi mốt", "999999999999 tỷ", "1 000 000,5", "-3", "một phẩy năm", "2 triệu 500 nghìn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"so_nguoi", "tien", "ho", "ha", "mua", "tin"} {
			question, _ := q.Question(name)
			if r := question.ReadText(text, ReadContext{}); r.answers() && r.Reason != "skip" {
				if err := q.Check(name, r.Answer); err != nil {
					t.Fatalf("%s %q: %v", name, text, err)
				}
			}
		}
	})
}

func FuzzDay(f *testing.F) {
	q, _ := readTable(f)
	for _, s := range []string{"5/9", "mùng năm tháng chín", "29/2/2025", "thứ 2 tuần trước", "3 ngày trước", "Sept 5th, 2026", "5-6/10", "31.12.26"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"hop", "hen"} {
			question, _ := q.Question(name)
			r := question.ReadText(text, ReadContext{Today: today})
			if !r.answers() || r.Answer.Value == "" {
				continue
			}
			d, err := survey.ParseDate(string(r.Answer.Value))
			if err != nil || question.Past && d.Compare(today) > 0 || d.Compare(question.From) < 0 {
				t.Fatalf("%s %q: %q", name, text, string(r.Answer.Value))
			}
		}
	})
}

// FuzzTalk writes two texts into a conversation, crossed or not: nothing that cannot be
// stored is set, and the state survives storing.
func FuzzTalk(f *testing.F) {
	for _, s := range [][2]string{{"1", "2"}, {"c1 2 c2 1", "A"}, {"1. tốt lên 2. không", "sửa câu 1: 3"}, {"1;2;3;4", "B"}, {"2", "xấu đi"}, {"chuyện dài", "và còn nữa"}} {
		f.Add(s[0], s[1], uint8(0))
		f.Add(s[0], s[1], uint8(7))
	}
	talk := example(f, "talk.yaml")
	f.Fuzz(func(t *testing.T, one, two string, how uint8) {
		w := &walker{t: t, q: talk, m: survey.TextMode, answers: survey.Answers{}}
		w.step(Input{Begin: true})
		for range how >> 4 % 5 {
			w.step(Input{Text: "1"})
		}
		w.step(Input{Text: one, Early: how&1 > 0, Soon: how&2 > 0, Today: today})
		w.step(Input{Text: two, Early: how&4 > 0, Soon: how&8 > 0, Today: today})
		w.step(Input{Text: "A"})
	})
}
