package instrument

import (
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

const dated = `
name: ngay
title: T
missing: {98: Khó nói, 99: Không muốn trả lời}
questions:
  - {name: den, type: date, kind: fact, label: D}
  - {name: so, type: integer, kind: fact, label: S, min: 0, max: 9}
  - {name: chon, type: single, kind: fact, label: C, choices: {1: m, 2: n}}
  - {name: di, type: date, kind: fact, label: D, constraint: "%s"}
  - {name: cuoi, type: text, kind: fact, label: E, relevant: "%s"}
`

// Days are checked against days, and today stands where it is looked at once.
func TestDaysAreTypeChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ constraint, relevant, want string }{
		{". >= ${den} and . <= today()", "${di} > ${den}", ""},
		{"int((today() - .) div 365.25) >= 18", "${di} - ${den} >= 7", ""},
		{". < date('2026-12-31')", "${di} >= date('2026-01-01') or ${di} = '2026-12-01' or ${di} = ''", ""},
		{"date(. + 1) != today()", "${di} > date(${den} + ${so})", ""},
		{". < 5", "true()", "9 expression_type have=number want=day"},
		{". < ${so}", "true()", "9 expression_type name=so want=day"},
		{"today() > ${chon}", "true()", "9 expression_type name=chon want=day"},
		{"date(${chon}) = .", "true()", "9 expression_type name=chon want=day"},
		{". * 2 > today()", "true()", "9 expression_type name=di want=number"},
		{". = 'mai'", "true()", "9 expression_type name=di want=day"},
		{"true()", "${di} < today()", "10 expression_today question=cuoi"},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		checkErrors(t, fmt.Sprintf(dated, c.constraint, c.relevant), want)
	}
	for _, c := range []struct{ source, want string }{
		{"  - {name: a, type: calculate, kind: fact, calculation: today()}\n  - {name: b, type: text, kind: fact, label: B}", "5 expression_today question=a"},
		{"  - {name: b, type: text, kind: fact, label: B, group: g}", "3 expression_today question=b"},
	} {
		groups := "true()"
		if strings.Contains(c.source, "group:") {
			groups = "today() > date('2026-01-01')"
		}
		checkErrors(t, "name: n\ntitle: T\ngroups: {g: {relevant: \""+groups+"\"}}\nquestions:\n"+c.source, []string{c.want})
	}
}

// A constraint knows the day on which the answer is given, and is passed over where
// nobody knows it; a condition on days sees what does not apply as empty.
func TestConstraintOnToday(t *testing.T) {
	t.Parallel()
	q, errs := Parse("thu.yaml", []byte(fmt.Sprintf(dated, ". >= ${den} and . <= today()", "${di} > ${den}")))
	if errs != nil {
		t.Fatal(errs)
	}
	di, _ := q.Question("di")
	before := survey.Answers{"den": {Value: "2026-12-10"}}
	fifteenth := survey.Date{Year: 2026, Month: 12, Day: 15}
	for _, c := range []struct {
		value string
		today survey.Date
		holds bool
	}{
		{"2026-12-15", fifteenth, true}, {"2026-12-16", fifteenth, false}, {"2026-12-09", fifteenth, false}, {"2026-12-16", survey.Date{}, true},
		{"2026-12-16", fifteenth.Add(1), true},
	} {
		err := q.Holds(di, survey.Answer{Value: survey.AnswerText(c.value)}, before, c.today)
		if (err == nil) != c.holds {
			t.Errorf("%s on %s: %v", c.value, c.today, err)
		}
	}
	// The same by every mode: a text is held to it as a form is.
	for text, want := range map[string]survey.AnswerText{"15/12/2026": "2026-12-15", "16/12/2026": ""} {
		step := q.Step(State{Stage: StageQuestions, Current: "di"}, before, survey.TextMode, Input{Text: text, Today: fifteenth})
		if got := (survey.Answers{}); len(step.Set) > 0 {
			got[step.Set[0].Question] = step.Set[0].Answer
			if got["di"].Value != want {
				t.Errorf("%s is set as %s", text, string(got["di"].Value))
			}
		} else if want != "" {
			t.Errorf("%s was not taken: %+v", text, step.Prompts)
		}
	}
	for _, c := range []struct {
		a    survey.Answers
		want bool
	}{
		{survey.Answers{"den": {Value: "2026-12-10"}, "di": {Value: "2026-12-11"}}, true}, {survey.Answers{"den": {Value: "2026-12-10"}}, false},
		{survey.Answers{"di": {Value: "2026-12-11"}}, false}, {survey.Answers{"den": {Missing: survey.MissingRefused}, "di": {Value: "2026-12-11"}}, false},
	} {
		if w, _ := q.Why("cuoi", c.a, survey.Web); w.Relevant != c.want {
			t.Errorf("%d answers: %v", len(c.a), w.Relevant)
		}
	}
}

// Reach finds a day after a fixed one.
func TestReachOfDays(t *testing.T) {
	t.Parallel()
	q, errs := Parse("thu.yaml", []byte(fmt.Sprintf(dated, "true()", "${di} > date('2026-01-01')")))
	if errs != nil {
		t.Fatal(errs)
	}
	for _, r := range q.Reach(survey.Web) {
		if r.Proof != ReachSome {
			t.Errorf("%s: %s", r.Question, r.Proof)
		}
	}
}
