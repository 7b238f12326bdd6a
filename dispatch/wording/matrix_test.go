package wording

import (
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// The rows of a matrix by SMS: the first asks in full, those behind it say what
// changes (S25 of the content sheet); a scale says from where to where it goes.
func TestRowsOfAMatrixBySMS(t *testing.T) {
	t.Parallel()
	const source = `name: bang
title: Bảng | Table
languages: [vi, en]
missing: {98: Khó nói | Hard to say}
questions:
  - {name: hl, type: matrix, kind: own_opinion, label: "Ông/Bà thấy thế nào về | How do you find",
     rows: {a: trạm y tế | the health station, b: trường học | the school, c: nước sạch | clean water},
     choices: {1: Hài lòng | Satisfied, 2: Bình thường | Neither, 3: Không hài lòng | Dissatisfied}}
  - {name: diem, type: scale, kind: own_opinion, min: 0, max: 10, label: "Ông/Bà cho mấy điểm? | What mark?", low: Kém | Poor, high: Tốt | Good}
`
	q, errs := instrument.Parse("bang.yaml", []byte(source))
	if errs != nil {
		t.Fatal(errs)
	}
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	w := New(set)
	for i, c := range []struct {
		name string
		lang survey.Lang
		want string
	}{
		{"hl_a", survey.Vietnamese, "Cau 1/4: Ong/Ba thay the nao ve tram y te: 1 Hai long 2 Binh thuong 3 Khong hai long 0 Kho noi"},
		{"hl_b", survey.Vietnamese, "Van cau do (2/3), ve truong hoc: 1 Hai long 2 Binh thuong 3 Khong hai long 0 Kho noi"},
		{"hl_c", survey.English, "Same question (3/3), clean water: 1 Satisfied 2 Neither 3 Dissatisfied 0 Hard to say"},
		{"diem", survey.Vietnamese, "Cau 4/4: Ong/Ba cho may diem? 0 (Kem) den 10 (Tot)"},
		{"diem", survey.English, "Q4/4: What mark? 0 (Poor) to 10 (Good)"},
	} {
		number := map[string]int{"hl_a": 1, "hl_b": 2, "hl_c": 3, "diem": 4}[c.name]
		row := map[string]int{"hl_a": 1, "hl_b": 2, "hl_c": 3}[c.name]
		got, err := w.SMSPrompt(sample(q, c.lang), instrument.Prompt{Kind: instrument.PromptQuestion, Question: c.name, Number: number, Of: 4, Left: 4 - i, Row: row, Rows: min(3*row, 3)})
		if err != nil || got != c.want || smstext.Count(got).Segments != 1 {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

// How many may be chosen is said only where that is fewer than there are: neither
// what excludes the others nor a reason not to answer counts.
func TestAMostIsSaidWhereThereIsOne(t *testing.T) {
	t.Parallel()
	w := newWording(t)
	for atMost, want := range map[string]int{"": 0, "    at_most: 4\n": 0, "    at_most: 3\n": 3} {
		q := opening(t, "  - name: dau\n    type: multiple\n    kind: fact\n    label: Việc gì? | What?\n"+atMost+
			"    choices: {1: Một | One, 2: Hai | Two, 3: Ba | Three, 4: Bốn | Four, 5: {label: Không việc nào | None, exclusive: true}}\n")
		if got := w.Asked(sample(q, survey.Vietnamese), &q.Questions[0], nil, Typed{}).MaxCount; got != want {
			t.Errorf("%q: at most %d, want %d", atMost, got, want)
		}
	}
}
