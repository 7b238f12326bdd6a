package instrument

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

const usedServices = `name: bang
title: Bảng
questions:
  - {name: dung, type: multiple, kind: fact, label: "Đã sử dụng gì?", choices: {1: Một, 2: Hai, 3: Ba, 4: {label: Không, exclusive: true}}}
  - name: hl
    type: matrix
    kind: own_opinion
    random: true
    relevant: "not(selected(${dung}, '4'))"
    label: Thấy thế nào về
    rows:
      1: {label: một, relevant: "selected(${dung}, '1')"}
      2: {label: hai, relevant: "selected(${dung}, '2')"}
      3: {label: ba, relevant: "selected(${dung}, '3')"}
    choices: {1: Tốt, 2: Kém}
  - {name: cuoi, type: integer, kind: fact, min: 1, max: 5, label: "Cuối?"}
`

// A row is asked where both its matrix and it apply.
func TestARowHasAConditionOfItsOwn(t *testing.T) {
	t.Parallel()
	q := parsed(t, usedServices)
	for used, want := range map[survey.AnswerText]string{"1 3": "dung hl_1 hl_3 cuoi", "2": "dung hl_2 cuoi", "4": "dung cuoi", "": "dung cuoi"} {
		a := survey.Answers{"dung": {Value: used}}
		for _, m := range survey.Modes() {
			if got := names(q.Path(a, m)); got != want {
				t.Errorf("%s, %q: asks %s, want %s", m, used, got, want)
			}
		}
	}
	row, _ := q.Question("hl_3")
	if got := row.Relevant.String(); got != "(not(selected(${dung}, '4'))) and (selected(${dung}, '3'))" {
		t.Errorf("hl_3 is asked where %s", got)
	}
}

// The rows come in one order per person, the same in every mode, and stay together.
func TestRowsInAnOrderDrawnByLot(t *testing.T) {
	t.Parallel()
	q := parsed(t, usedServices)
	a := survey.Answers{"dung": {Value: "1 2 3"}}
	seen := map[string]int{}
	for seed := range uint64(600) {
		own := q.For(seed)
		path := names(own.Path(a, survey.Web))
		for _, m := range survey.Modes() {
			if other := names(own.Path(a, m)); other != path {
				t.Fatalf("seed %d: %s asks %s, web %s", seed, m, other, path)
			}
		}
		asked := strings.Fields(path)
		if asked[0] != "dung" || asked[4] != "cuoi" || len(asked) != 5 {
			t.Fatalf("seed %d asks %s", seed, path)
		}
		seen[path]++
	}
	for path, n := range seen {
		if n < 60 || n > 140 { // 100 expected; the seeds never change
			t.Errorf("%s: %d of 600", path, n)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d orders", len(seen))
	}
}

// A text says which of the rows that apply it asks, in the person's own order.
func TestAPromptSaysWhichRowItAsks(t *testing.T) {
	t.Parallel()
	q := parsed(t, usedServices).For(7)
	a := survey.Answers{"dung": {Value: "1 3"}}
	for nth, on := range q.Path(a, survey.TextMode)[1:3] {
		turn := &turn{q: q, m: survey.TextMode, a: a}
		p := turn.say(PromptQuestion, on.Name)
		if p.Row != nth+1 || p.Rows != 2 {
			t.Errorf("%s is row %d of %d", on.Name, p.Row, p.Rows)
		}
	}
	if p := (&turn{q: q, m: survey.TextMode, a: a}).say(PromptQuestion, "cuoi"); p.Row != 0 || p.Rows != 0 {
		t.Errorf("%+v", p)
	}
}

// Where rows have no fixed order, none may look at another.
func TestARowOfARandomMatrixLooksAtNoOther(t *testing.T) {
	t.Parallel()
	looks := strings.Replace(usedServices, "selected(${dung}, '3')", "${hl_1} = '2'", 1)
	_, errs := Parse("bang.yaml", []byte(looks))
	if len(errs) != 1 || errs[0].Code != survey.CodeExpressionRandom || errs[0].Args["group"] != "hl" || errs[0].Args["question"] != "hl_3" {
		t.Errorf("%v", errs)
	}
	if _, errs := Parse("bang.yaml", []byte(strings.Replace(looks, "    random: true\n", "", 1))); len(errs) > 0 {
		t.Errorf("refused as written: %v", errs)
	}
	_, errs = Parse("bang.yaml", []byte(strings.Replace(usedServices, "1: Một,", `1: {label: Một, relevant: "1 = 1"},`, 1)))
	if !slices.ContainsFunc(errs, func(e *survey.Error) bool { return e.Code == survey.CodeUnknownKey && e.Args["name"] == "relevant" }) {
		t.Errorf("a choice has a condition: %v", errs)
	}
}
