package instrument

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestReadForm(t *testing.T) {
	t.Parallel()
	monthly, shapes := example(t, "monthly.yaml"), benchmarkQuestionnaire(t)
	for _, c := range []struct {
		question, values, other string // values are joined by "|"
		want, words             string
		code                    survey.Code
	}{
		{"huong", "2", "", "2", "", ""},
		{"huong", "98", "", "dont_know", "", ""},
		{"huong", "", "", "", "", survey.CodeAnswerRequired},
		{"huong", "4", "", "", "", survey.CodeAnswerChoice},
		{"huong", "1|2", "", "", "", survey.CodeAnswerTooMany},
		{"lam_thu_tuc", "", "", "skipped", "", ""},
		{"chuyen_ban", "6|1|1", "", "1 6", "", ""},
		{"chuyen_ban", "1|99", "", "", "", survey.CodeAnswerExclude},
		{"chuyen_ban", "1|2|3|4", "", "", "", survey.CodeAnswerTooMany},
		{"chuyen_ban", "7", " tiếng\u0000 ồn ", "7", "tiếng  ồn", ""},
		{"chuyen_ban", "", "tiếng ồn", "7", "tiếng ồn", ""},
		{"chuyen_ban", "1", "left over", "1", "", ""},
		{"chuyen_ban", "7", "", "", "", survey.CodeAnswerOther},
		{"chuyen_ban", "7", strings.Repeat("a", 301), "", "", survey.CodeAnswerTooLong},
		{"so_nguoi", " 12 ", "", "12", "", ""},
		{"so_nguoi", "２", "", "2", "", ""},
		{"so_nguoi", "98", "", "", "", survey.CodeAnswerRange},
		{"so_nguoi", "|dont_know", "", "dont_know", "", ""},
		{"so_nguoi", "3|refused", "", "refused", "", ""},
		{"so_nguoi", "2,5", "", "", "", survey.CodeAnswerNumber},
		{"so_nguoi", "?", "", "", "", survey.CodeAnswerNumber},
		{"tien", "-3", "", "-3", "", ""},
		{"y_kien", "dòng một\r\ndòng hai", "", "dòng một\ndòng hai", "", ""},
		{"y_kien", strings.Repeat("ờ", 201), "", "", "", survey.CodeAnswerTooLong},
	} {
		q, ok := monthly.Question(c.question)
		if !ok {
			q, _ = shapes.Question(c.question)
		}
		ans, words, err := q.ReadForm(strings.Split(c.values, "|"), c.other)
		var code survey.Code
		if err != nil {
			code = err.Code
		}
		if got := string(ans.Value) + string(ans.Missing); got != c.want || string(words) != c.words || code != c.code {
			t.Errorf("%s %q %.20q: %q, %q, %q", c.question, c.values, c.other, got, string(words), code)
		}
	}
}

func TestFormValue(t *testing.T) {
	t.Parallel()
	q := benchmarkQuestionnaire(t)
	number, _ := q.Question("so_nguoi")
	single, _ := q.Question("gioi")
	if a, b := number.FormValue(&number.Choices[0]), single.FormValue(&single.Choices[3]); a != "dont_know" || b != "98" {
		t.Errorf("boxes carry %q and %q", a, b)
	}
}
