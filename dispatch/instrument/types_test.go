package instrument

import (
	"os"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// everyType is a questionnaire with a question of every type.
func everyType(t testing.TB) *Questionnaire {
	t.Helper()
	src, err := os.ReadFile("testdata/types.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(src))
}

// Every type has a dialogue in every mode; a new one without fails here.
func TestEveryTypeHasADialogueInEveryMode(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	have := map[Type]bool{}
	for i := range q.Questions {
		have[q.Questions[i].Type] = true
		if q.Questions[i].Matrix != "" {
			have[Matrix] = true
		}
	}
	for _, name := range strings.Split(typeNames, ", ") {
		if !have[Type(name)] {
			t.Errorf("types.yaml has no %s", name)
		}
	}
	for _, m := range []survey.Mode{survey.Web, survey.TextMode, survey.Voice} {
		src, err := os.ReadFile("testdata/types." + string(m) + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		_, answers := replay(t, string(src))
		for _, asked := range q.Path(answers, m) {
			if asked.Type != Note && answers[asked.Name].Empty() {
				t.Errorf("%s: %s is not answered", m, asked.Name)
			}
			if asked.Type != Note && answers[asked.Name].Missing == survey.MissingSkipped {
				t.Errorf("%s: %s was given up", m, asked.Name)
			}
		}
	}
}

// The same answers by any mode are the same items, but for what voice does not ask.
func TestEveryTypeIsStoredAlike(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	var first survey.Answers
	for _, m := range []survey.Mode{survey.Web, survey.TextMode, survey.Voice} {
		src, err := os.ReadFile("testdata/types." + string(m) + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		_, answers := replay(t, string(src))
		if first == nil {
			first = answers
		}
		for _, asked := range q.Path(answers, m) {
			if answers[asked.Name] != first[asked.Name] {
				t.Errorf("%s: %s is %v, by web %v", m, asked.Name, answers[asked.Name], first[asked.Name])
			}
			if asked.Type != Note {
				if err := q.Check(asked.Name, answers[asked.Name]); err != nil {
					t.Errorf("%s: %s: %v", m, asked.Name, err)
				}
			}
		}
	}
}

func TestReadNewTypes(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	for _, c := range []struct {
		question, reply string
		want            string // value, or - and the code
	}{
		{"da_doc", "1", "OK"}, {"da_doc", "toi da doc", "OK"}, {"da_doc", "2", "-answer_not_a_choice"},
		{"thu_tu", "3,1,4", "3 1 4"}, {"thu_tu", "3 1 4", "3 1 4"}, {"thu_tu", "truong hoc, duong, cho", "3 1 4"},
		{"thu_tu", "3 1", "-answer_not_a_ranking"}, {"thu_tu", "3 1 3", "-answer_not_a_ranking"}, {"thu_tu", "1 2 3 4", "-answer_not_a_ranking"},
		{"thu_tu", "0", "98"}, {"thu_tu", "3-1-4", "3 1 4"},
		{"so", "25", "25"}, {"so", "24", "-answer_out_of_range"}, {"so", "505", "-answer_out_of_range"}, {"so", "25 hộ", "25"},
		{"ti_le", "3,5", "3.5"}, {"ti_le", "3.5", "3.5"}, {"ti_le", "3", "3"}, {"ti_le", "100", "100"}, {"ti_le", "0,55", "-answer_out_of_range"},
		{"ti_le", "khoảng 12,5", "12.5"}, {"ti_le", "ba", "3"}, {"ti_le", "100,1", "-answer_out_of_range"}, {"ti_le", "x", "-answer_not_a_number"},
		{"hom", "18/12/2026", "2026-12-18"}, {"hom", "18-12-26", "2026-12-18"}, {"hom", "18.12", "2026-12-18"}, {"hom", "2026-12-18", "2026-12-18"},
		{"hom", "ngày 18 tháng 12 năm 2026", "2026-12-18"}, {"hom", "ngay 8 thang 3", "2026-03-08"}, {"hom", "18/12/2025", "-answer_not_a_date"},
		{"hom", "31/02/2026", "-answer_not_a_date"}, {"hom", "12/18/2026", "-answer_not_a_date"}, {"hom", "hôm qua", "-answer_not_a_date"},
		{"hom", "khong biet", "98"}, {"bang_a", "2", "2"}, {"bang_b", "kem", "3"},
	} {
		question, _ := q.Question(c.question)
		r := question.ReadText(c.reply, ReadContext{Lang: survey.Vietnamese})
		got := r.Value()
		if r.Outcome != survey.ReadAnswer {
			got = "-" + string(r.Code)
		}
		if got != c.want {
			t.Errorf("%s %q: %s (%s), want %s", c.question, c.reply, got, r.Reason, c.want)
		}
	}
}

func TestReadKeysOfNewTypes(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	for _, c := range []struct{ question, keys, want string }{
		{"da_doc", "1", "OK"}, {"thu_tu", "314#", "3 1 4"}, {"thu_tu", "311", "-answer_not_a_ranking"}, {"thu_tu", "31", "-answer_not_a_ranking"},
		{"hom", "18122026#", "2026-12-18"}, {"hom", "1812", "2026-12-18"}, {"hom", "99999999", "-answer_not_a_date"}, {"hom", "*", "98"},
		{"so", "25#", "25"}, {"bang_a", "1", "1"},
	} {
		question, _ := q.Question(c.question)
		r := question.ReadKeys(c.keys)
		got := r.Value()
		if r.Outcome != survey.ReadAnswer {
			got = "-" + string(r.Code)
		}
		if got != c.want {
			t.Errorf("%s %q: %s (%s), want %s", c.question, c.keys, got, r.Reason, c.want)
		}
	}
}

func TestReadFormOfNewTypes(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	for _, c := range []struct {
		question string
		values   []string
		want     string
	}{
		{"da_doc", []string{"OK"}, "OK"}, {"da_doc", nil, "skipped"},
		{"thu_tu", []string{"2:1", "1:3", "3:4"}, "3 1 4"}, {"thu_tu", []string{"1:1", "1:3", "3:4"}, "-answer_not_a_ranking"},
		{"thu_tu", []string{"1:1", "2:3"}, "-answer_not_a_ranking"}, {"thu_tu", []string{"x:1", "2:3", "3:2"}, "-answer_not_a_ranking"},
		{"thu_tu", []string{"1:1", "2:1", "3:2"}, "-answer_not_a_ranking"}, {"thu_tu", []string{"98"}, "dont_know"}, {"thu_tu", []string{"1:8", "2:1", "3:2"}, "-answer_not_a_choice"},
		{"ti_le", []string{"3,5"}, "3.5"}, {"ti_le", []string{"dont_know"}, "dont_know"}, {"ti_le", []string{"101"}, "-answer_out_of_range"},
		{"hom", []string{"2026-12-18"}, "2026-12-18"}, {"hom", []string{"18/12/2026"}, "2026-12-18"}, {"hom", []string{"mai"}, "-answer_not_a_date"},
		{"hom", []string{"", "refused"}, "refused"}, {"hom", []string{"2027-01-01"}, "-answer_not_a_date"},
	} {
		question, _ := q.Question(c.question)
		ans, _, err := question.ReadForm(c.values, "")
		got := string(ans.Value) + string(ans.Missing)
		if err != nil {
			got = "-" + string(err.Code)
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s", c.question, c.values, got, c.want)
		}
	}
}

// Where three figures behind the sign may be thousands, only the bounds can tell.
func TestSeparators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bounds, reply, want string
	}{
		{"max: 100, decimals: 3", "1.500", "1.5"}, {"min: 1000, max: 9000, decimals: 3", "1.500", "1500"},
		{"max: 9000, decimals: 3", "1.500", "-answer_not_a_number"}, {"max: 9000, decimals: 2", "1.234,5", "1234.5"},
		{"max: 9000, decimals: 2", "1,234.5", "1234.5"}, {"max: 9000, decimals: 2", "1 234,56", "1234.56"}, {"max: 9000, decimals: 1", "2k", "2000"},
		{"min: -5, max: 5, decimals: 1", "-0,5", "-0.5"}, {"min: -5, max: 5, decimals: 1, step: 0.5", "-0,4", "-answer_out_of_range"},
		{"min: -5, max: 5, decimals: 1, step: 0.5", "1,5", "1.5"},
	} {
		q := parsed(t, "name: a\ntitle: A\nquestions:\n  - {name: x, type: decimal, kind: fact, label: X, "+c.bounds+"}\n")
		r := q.Questions[0].ReadText(c.reply, ReadContext{})
		got := r.Value()
		if r.Outcome != survey.ReadAnswer {
			got = "-" + string(r.Code)
		}
		if got != c.want {
			t.Errorf("%s: %q is %s, want %s", c.bounds, c.reply, got, c.want)
		}
	}
}

func FuzzReadDate(f *testing.F) {
	for _, s := range []string{"18/12/2026", "1812", "ngày 1 tháng 2", "31.02", "////", "2026-12-18"} {
		f.Add(s)
	}
	q := Question{Name: "x", Type: Date, From: survey.Date{Year: 2026, Month: 1, Day: 1}, To: survey.Date{Year: 2026, Month: 12, Day: 31}}
	f.Fuzz(func(t *testing.T, s string) {
		r := q.ReadText(s, ReadContext{})
		if r.Outcome != survey.ReadAnswer || r.Answer.Missing != "" {
			return
		}
		d, err := survey.ParseDate(string(r.Answer.Value))
		if err != nil || d.Year != 2026 {
			t.Errorf("%q is %q: %v", s, r.Answer.Value, err)
		}
	})
}

func FuzzReadDecimal(f *testing.F) {
	for _, s := range []string{"3,5", "1.234,5", "-0.1", "1 000,00", "9k"} {
		f.Add(s)
	}
	q := Question{Name: "x", Type: Decimal, Decimals: 2, Min: -100_000, Max: 100_000}
	f.Fuzz(func(t *testing.T, s string) {
		r := q.ReadText(s, ReadContext{})
		if r.Outcome != survey.ReadAnswer || r.Answer.Missing != "" {
			return
		}
		n, ok := q.parseSteps(string(r.Answer.Value))
		if !ok || n < q.Min || n > q.Max || q.Number(n) != string(r.Answer.Value) {
			t.Errorf("%q is %q", s, r.Answer.Value)
		}
	})
}
