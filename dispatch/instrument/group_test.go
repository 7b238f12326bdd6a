package instrument

import (
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// parsed parses a source that is right.
func parsed(t testing.TB, src string) *Questionnaire {
	t.Helper()
	q, errs := Parse("q.yaml", []byte(src))
	for _, e := range errs {
		t.Error(e, e.Args)
	}
	if q == nil {
		t.FailNow()
	}
	return q
}

const grouped = `name: nhom
title: Nhóm
groups:
  ho: {label: Hộ gia đình, page: true}
  tre: {label: Trẻ em, in: ho, relevant: "${co_tre} = '1'"}
  xa: {label: Xa, page: true, relevant: "${so_tre} > 1"}
lists:
  cokhong: {1: Có, 2: Không}
  muc: {1: Tốt, 2: Vừa, 3: Kém}
questions:
  - {name: mo, type: note, label: Xin chào}
  - {name: co_tre, type: single, kind: fact, group: ho, label: "Nhà có trẻ em không?", choices: cokhong}
  - {name: so_tre, type: integer, kind: fact, group: tre, label: "Mấy cháu?", min: 0, max: 20,
     constraint: ". != 13 and . >= 1", constraint_message: Xin xem lại số cháu.}
  - name: dich_vu
    type: matrix
    kind: own_opinion
    group: tre
    label: Ông/Bà thấy thế nào về
    rows:
      truong: Trường học
      tram: {label: Trạm y tế xã, short: Trạm y tế}
    choices: muc
    relevant: ${so_tre} > 0
  - {name: cuoi, type: single, kind: fact, group: xa, label: "Có xa không?", choices: cokhong, required: true, required_message: Câu này cần trả lời.}
`

func names(path []*Question) string {
	var out []string
	for _, q := range path {
		out = append(out, q.Name)
	}
	return strings.Join(out, " ")
}

func TestGroupsApplyTogether(t *testing.T) {
	t.Parallel()
	q := parsed(t, grouped)
	for _, c := range []struct {
		answers survey.Answers
		want    string
	}{
		{nil, "mo co_tre"},
		{survey.Answers{"co_tre": {Value: "2"}, "so_tre": {Value: "2"}}, "mo co_tre"},
		{survey.Answers{"co_tre": {Value: "1"}}, "mo co_tre so_tre"},
		{survey.Answers{"co_tre": {Value: "1"}, "so_tre": {Value: "1"}}, "mo co_tre so_tre dich_vu_truong dich_vu_tram"},
		{survey.Answers{"co_tre": {Value: "1"}, "so_tre": {Value: "2"}}, "mo co_tre so_tre dich_vu_truong dich_vu_tram cuoi"},
	} {
		if got := names(q.Path(c.answers, survey.Web)); got != c.want {
			t.Errorf("%v: %s, want %s", c.answers, got, c.want)
		}
	}
	for name, page := range map[string]int{"mo": 1, "co_tre": 2, "so_tre": 2, "dich_vu_tram": 2, "cuoi": 3} {
		if got, _ := q.Question(name); got.Page != page {
			t.Errorf("%s is on page %d, want %d", name, got.Page, page)
		}
	}
}

func TestAMatrixIsAskedRowByRow(t *testing.T) {
	t.Parallel()
	q := parsed(t, grouped)
	row, ok := q.Question("dich_vu_tram")
	if !ok || row.Type != Single || row.Matrix != "dich_vu" || row.Stem["vi"] != "Ông/Bà thấy thế nào về" || row.Row["vi"] != "Trạm y tế xã" {
		t.Fatalf("%+v", row)
	}
	if row.Label["vi"] != "Ông/Bà thấy thế nào về – Trạm y tế xã" {
		t.Errorf("label %q", row.Label["vi"])
	}
	if row.SMS["vi"] != "Ông/Bà thấy thế nào về Trạm y tế: 1 Tốt 2 Vừa 3 Kém" {
		t.Errorf("SMS %q", row.SMS["vi"])
	}
	if row.Voice["vi"] != "Ông/Bà thấy thế nào về Trạm y tế xã: Tốt, bấm một. Vừa, bấm hai. Kém, bấm ba." {
		t.Errorf("voice %q", row.Voice["vi"])
	}
}

func TestConstraint(t *testing.T) {
	t.Parallel()
	q := parsed(t, grouped)
	n, _ := q.Question("so_tre")
	before := survey.Answers{"co_tre": {Value: "1"}}
	for value, ok := range map[survey.AnswerText]bool{"1": true, "12": true, "13": false, "0": false} {
		err := q.Holds(n, survey.Answer{Value: value}, before, survey.Date{})
		if (err == nil) != ok || err != nil && err.Code != survey.CodeAnswerConstraint {
			t.Errorf("%s: %v", value, err)
		}
	}
	if err := q.Holds(n, survey.Answer{Missing: survey.MissingRefused}, before, survey.Date{}); err != nil {
		t.Errorf("a missing reason: %v", err)
	}
	for _, m := range []survey.Mode{survey.TextMode, survey.Voice} {
		s := State{Stage: StageQuestions, Current: "so_tre", Lang: survey.Vietnamese}
		step := q.Step(s, before, m, Input{Text: "13", Keys: "13"})
		if len(step.Set) > 0 || step.Prompts[0].Code != survey.CodeAnswerConstraint || step.Reason != "constraint" {
			t.Errorf("%s: %+v", m, step)
		}
		if step = q.Step(step.State, before, m, Input{Text: "3", Keys: "3"}); len(step.Set) != 1 || step.Set[0].Answer.Value != "3" {
			t.Errorf("%s: %+v", m, step)
		}
	}
}

func TestGroupsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		code     survey.Code
		where    string
	}{
		{"in: ho", "in: nha", survey.CodeYAML, "q.yaml:5"},
		{"group: xa", "group: gan", survey.CodeYAML, "q.yaml:25"},
		{`relevant: "${co_tre} = '1'"`, `relevant: "${co_tre} = '7'"`, survey.CodeExpressionChoice, "q.yaml:5"},
		{`relevant: "${so_tre} > 1"`, `relevant: "${cuoi} = '1'"`, survey.CodeExpressionForward, "q.yaml:6"},
		{`constraint: ". != 13 and . >= 1"`, `constraint: ". = 'x'"`, survey.CodeExpressionType, "q.yaml:14"},
		{`constraint: ". != 13 and . >= 1"`, `constraint: ". != ${cuoi}"`, survey.CodeExpressionForward, "q.yaml:14"},
		{"    rows:\n      truong: Trường học\n      tram: {label: Trạm y tế xã, short: Trạm y tế}\n", "", survey.CodeChoiceMissing, "q.yaml:15"},
		{"type: note, label", "type: note, rows: {1: a, 2: b}, label", survey.CodeUnknownKey, "q.yaml:11"},
	} {
		src := strings.Replace(grouped, c.from, c.to, 1)
		_, errs := Parse("q.yaml", []byte(src))
		if len(errs) == 0 || errs[0].Code != c.code || errs[0].Where != c.where {
			t.Errorf("%s: %v", c.to, errs)
			for _, e := range errs {
				t.Log(e.Code, e.Where, e.Args)
			}
		}
	}
}
