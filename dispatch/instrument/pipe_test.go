package instrument

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestPiping(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	asked, _ := q.Question("nguon")
	high := survey.Answers{"diem": {Value: "7"}}
	for _, c := range []struct {
		given survey.Answer
		lang  survey.Lang
		want  string
	}{
		{survey.Answer{Value: "1 2"}, "vi", "Ông/Bà nghe chuyện Đường, Nước ở đâu?"},
		{survey.Answer{Value: "2"}, "en", "Where did you hear about Water?"},
		{survey.Answer{Missing: survey.MissingDontKnow}, "vi", "Ông/Bà nghe chuyện này ở đâu?"},
		{survey.Answer{}, "en", "Where did you hear about this?"},
	} {
		a := survey.Answers{"diem": high["diem"], "nhieu": c.given}
		if got := Pipe(asked.Label.In(c.lang), q.Fill(asked, a, c.lang)); got != c.want {
			t.Errorf("%v: %q, want %q", c.given, got, c.want)
		}
	}
	// What fills a text is not looked through again.
	if got := Pipe("${a}", map[string]string{"a": "${b|c}"}); got != "${b|c}" {
		t.Errorf("%q", got)
	}
	step := q.Step(State{Stage: StageQuestions, Current: "loi", Lang: "vi"}, survey.Answers{"diem": {Value: "9"}, "nhieu": {Value: "4"}, "da_doc": {Value: "OK"},
		"mot": {Value: "1"}, "thu_tu": {Value: "1 2 3"}, "so": {Value: "5"}, "ti_le": {Value: "1"}, "hom": {Value: "2026-01-02"}, "bang_a": {Value: "1"}, "bang_b": {Value: "1"}},
		survey.TextMode, Input{Text: "Không có gì thêm"})
	if len(step.Prompts) != 1 || step.Prompts[0].Fill["nhieu"] != "Chợ" {
		t.Errorf("%+v", step.Prompts)
	}
}

func TestDerivedFollowFromAnswers(t *testing.T) {
	t.Parallel()
	q := everyType(t)
	for _, c := range []struct {
		a    survey.Answers
		want string
	}{
		{nil, "thap"}, {survey.Answers{"diem": {Value: "6"}}, "thap"}, {survey.Answers{"diem": {Value: "7"}}, "cao"},
	} {
		d := q.Derived(c.a)
		if d["diem_tron"].Value != survey.AnswerText(c.want) || d["dot"].Value != "dot-12" || d["so_anh"].Value != "0" || len(d) != 3 {
			t.Errorf("%v: %v", c.a, d)
		}
	}
	if q.has("diem_tron") || q.has("dot") {
		t.Error("what is derived can be answered")
	}
	if got := names(q.Path(survey.Answers{"diem": {Value: "8"}}, survey.Web)); !strings.HasSuffix(got, "loi anh nguon cam_on") {
		t.Errorf("path %s", got)
	}
}

func TestPipesAndCalculationsAreChecked(t *testing.T) {
	t.Parallel()
	const head = "name: a\ntitle: A\nquestions:\n  - {name: x, type: integer, kind: fact, label: X, max: 9}\n"
	for src, want := range map[string]survey.Code{
		"  - {name: y, type: text, kind: fact, label: \"Vì sao ${z}?\"}\n":                                   survey.CodeExpressionUnknown,
		"  - {name: y, type: text, kind: fact, label: \"Vì sao ${y}?\"}\n":                                   survey.CodeExpressionForward,
		"  - {name: n, type: note, label: N}\n  - {name: y, type: text, kind: fact, label: \"A ${n|b}?\"}\n": survey.CodeExpressionType,
		"  - {name: y, type: calculate}\n":                                                                   survey.CodeExpressionSyntax,
		"  - {name: y, type: calculate, calculation: \"${z} + 1\"}\n":                                        survey.CodeExpressionUnknown,
		"  - {name: y, type: calculate, calculation: \"${y} + 1\"}\n":                                        survey.CodeExpressionForward,
		"  - {name: y, type: hidden, default: a, calculation: \"1\"}\n":                                      survey.CodeUnknownKey,
		"  - {name: y, type: calculate, calculation: \"${x} + 1\", relevant: \"${x}\"}\n":                    survey.CodeExpressionType,
	} {
		_, errs := Parse("a.yaml", []byte(head+src))
		if len(errs) == 0 || errs[0].Code != want {
			t.Errorf("%s: %v, want %s", src, errs, want)
		}
	}
	q := parsed(t, head+"  - {name: y, type: calculate, calculation: \"${x} + 1\"}\n  - {name: z, type: integer, kind: fact, label: Z, max: 9, relevant: \"${y} > 5\"}\n")
	for x, want := range map[survey.AnswerText]string{"4": "x", "5": "x z", "": "x"} {
		if got := names(q.Path(survey.Answers{"x": {Value: x}}, survey.Web)); got != want {
			t.Errorf("x = %q: %s, want %s", x, got, want)
		}
	}
	if d := q.Derived(survey.Answers{}); len(d) != 0 {
		t.Errorf("of nothing: %v", d)
	}
}

func FuzzPipe(f *testing.F) {
	f.Add("Vì ${a|b} và ${c}", "x")
	f.Add("${", "${a}")
	f.Fuzz(func(t *testing.T, text, said string) {
		Pipe(text, map[string]string{"a": said, "c": ""})
	})
}
