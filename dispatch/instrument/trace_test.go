package instrument

import (
	"encoding/json"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func TestTraceSaysWhatEveryPartCameTo(t *testing.T) {
	t.Parallel()
	e, err := ParseExpr(`${a} = 1 and not(selected(${b}, '2') or count-selected(${b}) > 3)`)
	if err != nil {
		t.Fatal(err)
	}
	answers := survey.Answers{"a": {Value: "1"}, "b": {Value: "2 3"}}
	got, _ := json.Marshal(e.Trace(func(name string) survey.Answer { return answers[name] }))
	const want = `{"expression":"${a} = 1 and not(selected(${b}, '2') or count-selected(${b}) \u003e 3)","value":"false","parts":[` +
		`{"expression":"${a} = 1","value":"true","parts":[{"expression":"${a}","value":"1","name":"a"}]},` +
		`{"expression":"not(selected(${b}, '2') or count-selected(${b}) \u003e 3)","value":"false","parts":[` +
		`{"expression":"selected(${b}, '2') or count-selected(${b}) \u003e 3","value":"true","parts":[` +
		`{"expression":"selected(${b}, '2')","value":"true","parts":[{"expression":"${b}","value":"2 3","name":"b"}]},` +
		`{"expression":"count-selected(${b}) \u003e 3","value":"false","parts":[{"expression":"count-selected(${b})","value":"2","parts":[{"expression":"${b}","value":"2 3","name":"b"}]}]}]}]}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A part is written as it can be read: the same tree, and no parenthesis that
// changes nothing.
func TestPartsAreWrittenAsTheyRead(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`1 + 2 * 3 = 7`, `(1 + 2) * 3 = 9`, `1 - (2 - 3) = 2`, `1 - 2 - 3 = -4`, `-(1 + 2) = -3`, `--2 = 2`,
		`${a} = 1 or ${b} = 2 and . != ''`, `(${a} = 1 or ${b} = 2) and true()`, `1 < 2 = true()`, `1 = 1 = (2 = 2)`,
		`concat('a', "b'c", 1.50) = 'x'`, `if(${a} = 1, 2, 3) mod 2 = 0`, `regex(., '^a b$')`, `7 div 2 > 3`,
	} {
		e, err := ParseExpr(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		if got := e.root.write(); got != src {
			t.Errorf("%s is written %s", src, got)
		}
	}
}

func TestWhy(t *testing.T) {
	t.Parallel()
	q, errs := Parse("rel.yaml", []byte(irrelevant))
	if errs != nil {
		t.Fatal(errs)
	}
	// b holds an answer that does not apply: c sees it as empty.
	w, ok := q.Why("c", survey.Answers{"a": {Value: "2"}, "b": {Value: "2"}}, survey.Web)
	if !ok || w.Relevant || !w.Carried || w.Trace.Value != "false" || !w.Looked["b"].Empty() || len(w.Looked) != 1 {
		t.Errorf("%+v", w)
	}
	w, _ = q.Why("c", survey.Answers{"a": {Value: "1"}, "b": {Value: "2"}}, survey.Web)
	if !w.Relevant || w.Looked["b"].Value != "2" {
		t.Errorf("%+v", w)
	}
	// 98 is seen by its code.
	w, _ = q.Why("e", survey.Answers{"a": {Missing: survey.MissingDontKnow}}, survey.Web)
	if !w.Relevant || w.Looked["a"].Value != "98" {
		t.Errorf("%+v", w)
	}
	if w, _ = q.Why("a", nil, survey.Web); !w.Relevant || w.Trace != nil {
		t.Errorf("%+v", w)
	}
	if _, ok = q.Why("nowhere", nil, survey.Web); ok {
		t.Error("why of a question that does not exist")
	}
	monthly := example(t, "monthly.yaml")
	w, _ = monthly.Why("lam_thu_tuc", nil, survey.TextMode)
	if w.Carried || !w.Relevant {
		t.Errorf("not of the core, and carried by SMS: %+v", w)
	}
}

func FuzzTrace(f *testing.F) {
	for _, s := range []string{`${a} = 1`, `-(1 - (2 - 3)) = - - 2`, `if(1 < 2, "a'", 'b') = concat('a', .5)`, `not(true() = (1 = 2))`} {
		f.Add(s, "1")
	}
	f.Fuzz(func(t *testing.T, src, answer string) {
		e, err := ParseExpr(src)
		if err != nil {
			return
		}
		lookup := func(string) survey.Answer { return survey.Answer{Value: survey.AnswerText(answer)} }
		trace := e.Trace(lookup)
		if trace.Value != e.Eval(lookup).Text() {
			t.Fatalf("%q is traced to another value", src)
		}
		again, err := ParseExpr(trace.Expression)
		if err != nil && len(trace.Expression) <= maxExpr && strings.Count(src, "(") < maxDepth/2 {
			t.Fatalf("%q is written %q, which cannot be read: %v", src, trace.Expression, err)
		}
		if err == nil && (again.Eval(lookup).Text() != trace.Value || again.root.write() != trace.Expression) {
			t.Fatalf("%q is written %q, which is something else", src, trace.Expression)
		}
	})
}
