package instrument

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

const head = `name: thu
title: Thử | Trial
languages: [vi, en]
missing: {98: Khó nói | Hard to say, 99: Không | Prefer not}
`

// TestParseErrors gives a source and the errors as "line code key=value".
func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   []string
	}{
		{"", []string{"1 yaml_invalid problem=not a mapping"}},
		{"- a", []string{"1 yaml_invalid problem=not a mapping"}},
		{"name: thu\n\tx: 1", []string{"2 yaml_invalid"}},
		{"a: &x 1\nb: *x", []string{"1 yaml_invalid problem=alias"}},
		{"name: thu\ntitle: Thử\ncolour: red\n", []string{"1 yaml_invalid problem=no questions", "3 unknown_key name=colour"}},
		{head, []string{"1 yaml_invalid problem=no questions"}},
		{head + "questions:\n  - {name: a, type: note, label: A | B}", []string{"6 yaml_invalid problem=no questions"}},
		{head + "questions:\n  - {name: 1a, type: text, kind: fact, label: A | B}", []string{"6 question_name name=1a"}},
		{head + "questions:\n  - {name: a, type: geopoint, kind: fact, label: A | B}", []string{"6 question_type name=geopoint"}},
		{head + "questions:\n  - {name: a, type: text, kind: view, label: A | B}", []string{"6 question_kind value=view"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A}", []string{"6 label_missing lang=en"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A | B | C}", []string{
			"6 yaml_invalid problem=more texts than languages"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact}", []string{"6 label_missing lang=vi", "6 label_missing lang=en"}},
		{head + "questions:\n  - name: a\n    type: text\n    kind: fact\n    label: {vi: A, fr: B}", []string{
			"9 unknown_key name=fr", "9 label_missing lang=en"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A | B, required: yes}", []string{"6 yaml_invalid value=yes"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A | B, max: 3}", []string{"6 unknown_key name=max"}},
		{head + "questions:\n  - {name: a, type: integer, kind: fact, label: A | B}", []string{"6 range_invalid name=a"}},
		{head + "questions:\n  - {name: a, type: integer, kind: fact, label: A | B, min: 5, max: 5}", []string{"6 range_invalid name=a"}},
		{head + "questions:\n  - {name: a, type: integer, kind: fact, label: A | B, min: 5, max: x}", []string{"6 range_invalid value=x", "6 range_invalid name=a"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B}", []string{"6 choice_missing question=a"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: {1: M | N}}", []string{"6 choice_missing question=a"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: nowhere}", []string{
			"6 choice_missing name=nowhere", "6 choice_missing problem=fewer than two choices"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: {1: M | N, 1: O | P, 2: Q | R}}", []string{"6 choice_duplicate name=1"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: {YES: M | N, stop: Q | R, 2: S | T}}", []string{
			"6 choice_reserved choice=YES", "6 choice_reserved choice=stop"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: {1: Dừng | Pause, 2: Từ chối | Refuse, 3: Đúng | Right}}", []string{
			"6 choice_reserved name=Dừng", "6 choice_reserved name=Từ chối"}},
		{head + "questions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: {1 2: M | N, 2: Q | R}}", []string{"6 choice_reserved choice=1 2"}},
		{head + "questions:\n  - {name: a, type: multiple, kind: fact, label: A | B, at_most: 3, choices: {1: M | N, 2: Q | R}}", []string{"6 range_invalid value=3 max=2"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A | B}\n  - {name: a, type: text, kind: fact, label: A | B}", []string{"7 question_duplicate name=a first=6"}},
		{head + "questions:\n  - {name: a, type: text, kind: fact, label: A | B, page: 2}\n  - {name: b, type: text, kind: fact, label: A | B, page: 1}", []string{"7 range_invalid value=1 min=2"}},
		{head + "questions:\n  - {name: a_khac, type: text, kind: fact, label: A | B}\n  - {name: a, type: single, kind: fact, label: A | B, choices: {1: M | N, 2: {label: O | P, other: true}}}", []string{"7 question_duplicate name=a_khac"}},
		{head + "lists:\n  m: {1: A}\nquestions:\n  - {name: a, type: single, kind: fact, label: A | B, choices: m}", []string{
			"6 label_missing name=1 lang=en", "8 choice_missing question=a"}},
		{strings.Replace(head, "99:", "97:", 1) + "questions:\n  - {name: a, type: text, kind: fact, label: A | B}", []string{"4 choice_missing choice=97"}},
		{strings.Replace(head, "[vi, en]", "[vi, fr]", 1) + "questions:\n  - {name: a, type: text, kind: fact, label: A}", []string{"3 yaml_invalid name=fr"}},
		{strings.Replace(head, "[vi, en]", "vi", 1), []string{"3 yaml_invalid problem=languages is not a list"}},
		{"name: thu\nquestions:\n  - {name: a, type: text\n  - x", []string{"3 yaml_invalid problem=did not find expected ',' or '}'"}},
	} {
		checkErrors(t, c.source, c.want)
	}
}

const refers = head + `questions:
  - {name: chon, type: single, kind: fact, label: A | B, choices: {1: M | N, 2: O | P}}
  - {name: danh, type: multiple, kind: fact, label: A | B, choices: {1: M | N, 2: O | P}}
  - {name: so, type: integer, kind: fact, label: A | B, max: 9}
  - {name: chu, type: text, kind: fact, label: A | B}
  - {name: ghi, type: note, label: A | B}
  - name: cuoi
    type: text
    kind: fact
    label: A | B
    relevant: %s
  - {name: sau, type: text, kind: fact, label: A | B}
`

func TestRelevantIsTypeChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ expr, want string }{
		{"${chon} = 1", ""}, {"${chon} = '2'", ""}, {"98 = ${chon}", ""}, {"${chon} > 1", ""}, {"${chon} = ''", ""}, {"selected(${danh}, '2')", ""},
		{"count-selected(${danh}) > 1", ""}, {"${danh} != ''", ""}, {"${so} = 3", ""}, {"string-length(${chu}) > 3", ""}, {"${chu} = 'x'", ""}, {"selected(${chon}, 99)", ""},
		{"${chon} = 'co'", "15 expression_no_such_choice choice=co name=chon valid=1, 2, 98, 99"},
		{"${chon} = 3", "15 expression_no_such_choice choice=3"},
		{"3 != ${chon}", "15 expression_no_such_choice choice=3"},
		{"selected(${danh}, 'co')", "15 expression_no_such_choice choice=co"},
		{"${ai} = 1", "15 expression_unknown_name name=ai"},
		{"${sau} = 1", "15 expression_forward name=sau line=16"},
		{"${cuoi} = 1", "15 expression_forward name=cuoi"},
		{". = 1", "15 expression_forward name=cuoi"},
		{"${ghi} = 1", "15 expression_type name=ghi"},
		{"${danh} = 1", "15 expression_type name=danh want=selected()"},
		{"selected(${chu}, '1')", "15 expression_type name=chu"},
		{"${so} = 'ba'", "15 expression_type name=so"},
		{"${chu} > 1", "15 expression_type name=chu"},
		{"${danh} + 1 = 2", "15 expression_type name=danh"},
		{"${so} + 1", "15 expression_type have=number"},
		{"${so} = ", "15 expression_syntax"},
		{"now() = 1", "15 expression_function name=now"},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		checkErrors(t, fmt.Sprintf(refers, `"`+c.expr+`"`), want)
	}
}

// checkErrors compares line, code and the named arguments of all errors.
func checkErrors(t *testing.T, source string, want []string) {
	t.Helper()
	q, errs := Parse("thu.yaml", []byte(source))
	if (q == nil) != (len(errs) > 0) {
		t.Errorf("%s\nquestionnaire %v with %d errors", source, q != nil, len(errs))
	}
	ok := len(errs) == len(want)
	for i := 0; ok && i < len(want); i++ {
		line, rest, _ := strings.Cut(want[i], " ")
		code, args, _ := strings.Cut(rest, " ")
		ok = errs[i].Where == "thu.yaml:"+line && string(errs[i].Code) == code && hasArgs(errs[i], args)
	}
	if !ok {
		t.Errorf("%s\ngot  %v\nwant %q", source, errs, want)
	}
}

// hasArgs reports whether "a=b c=d e" are among the arguments; a word without
// "=" goes on with the value before it.
func hasArgs(e *survey.Error, args string) bool {
	key, value := "", ""
	for word := range strings.FieldsSeq(args) {
		if k, v, ok := strings.Cut(word, "="); ok {
			if e.Args[key] != value {
				return false
			}
			key, value = k, v
		} else {
			value += " " + word
		}
	}
	return e.Args[key] == value
}

func TestParseReadsEverything(t *testing.T) {
	t.Parallel()
	q := example(t, "monthly.yaml")
	if q.Name != "y_kien_thang" || q.Title["en"] != "Monthly views" || q.Minutes != 6 || len(q.Languages) != 2 || len(q.Hash) != 64 {
		t.Errorf("head: %+v", q)
	}
	list, _ := q.Question("chuyen_ban")
	if list.MaxChoices != 3 || !list.Key || !list.Core || !list.Required || list.Page != 2 || len(list.Choices) != 9 || list.Kind != survey.WhatIHear {
		t.Errorf("chuyen_ban: %+v", list)
	}
	other, _ := list.Choice("7")
	unsure, _ := list.Choice("98")
	if !other.Other || !unsure.Exclusive || unsure.Missing != survey.MissingDontKnow {
		t.Errorf("choices: %+v %+v", other, unsure)
	}
	scale, _ := q.Question("hl_thu_tuc")
	if scale.Relevant == nil || scale.Relevant.String() != "${lam_thu_tuc} = 1" || scale.Numeric() {
		t.Errorf("hl_thu_tuc: %+v", scale)
	}
	words, _ := q.Question("tin_lan_nd")
	if words.MaxLength != 2000 || len(words.Choices) != 0 {
		t.Errorf("tin_lan_nd: %+v", words)
	}
	storm := example(t, "urgent-storm.yaml")
	need, _ := storm.Question("can_nhat")
	const sms = "Nơi mình đang cần gì nhất? 1 Điện 2 Nước sạch 3 Đường đi lại 4 Thức ăn 5 Thuốc 6 Nơi ở 7 Khác 0 Khó nói. Việc khẩn cấp: gọi 112, 115"
	if need.SMS["vi"] != sms {
		t.Errorf("SMS %q", need.SMS["vi"])
	}
	const voice = "What is needed most where you live? Power, press one. Clean water, press two. Roads, press three. Food, press four. Medicine, care, press five. Shelter, press six. Other, press seven."
	if need.Voice["en"] != voice {
		t.Errorf("voice %q", need.Voice["en"])
	}
}

// The shipped examples go out in one segment each and by every mode.
func TestExamplesHaveNoHardWarnings(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		for _, w := range example(t, file).Warnings() {
			if w.Code != survey.CodeUnsafeFolded || w.Args["level"] == "forbid" {
				t.Error(w)
			}
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("rất dài ", 20)
	q, errs := Parse("w.yaml", []byte(`name: w
title: W
questions:
  - {name: a, type: text, kind: fact, label: "`+long+`"}
  - {name: b, type: text, kind: fact, label: "Có tăng giá không?"}
  - {name: c, type: single, kind: fact, label: C, choices: {1: a, 2: b, 3: c, 4: d, 5: e, 6: g, 7: h, 8: i}}
`))
	if errs != nil {
		t.Fatal(errs)
	}
	var got []string
	for _, w := range q.Warnings() {
		got = append(got, w.Where+" "+string(w.Code)+" "+w.Args["mode"]+w.Args["level"])
	}
	want := []string{"w.yaml:4 sms_too_long ", "w.yaml:5 unsafe_when_folded forbid", "w.yaml:6 mode_cannot_carry voice"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// The hash is that of the words, not of the machine that saved them.
func TestHash(t *testing.T) {
	t.Parallel()
	a := hash([]byte("name: hòa\nx: 1\n"))
	if b := hash([]byte("\ufeffname: ho\u0300a\r\nx: 1\r\n")); a != b {
		t.Error("line ends, marks or NFD change the hash")
	}
	if a == hash([]byte("name: hoà\nx: 1\n")) {
		t.Error("a changed text does not change the hash")
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"monthly.yaml", "urgent-storm.yaml", "urgent-prices.yaml"} {
		src, err := os.ReadFile("../../templates/questionnaire/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(bench))
	f.Add([]byte(irrelevant))
	f.Fuzz(func(t *testing.T, src []byte) {
		q, errs := Parse("f.yaml", src)
		if (q == nil) != (len(errs) > 0) {
			t.Fatalf("questionnaire %v with %d errors", q != nil, len(errs))
		}
		if q == nil {
			return
		}
		for _, m := range survey.Modes() {
			s := q.Step(State{}, nil, m, Input{Begin: true})
			q.Step(s.State, nil, m, Input{Text: "1", Keys: "1"})
		}
		q.Warnings()
	})
}

func FuzzReadText(f *testing.F) {
	shapes := benchmarkQuestionnaire(f)
	monthly := example(f, "monthly.yaml")
	for _, s := range []string{"1,4,6", "không hài lòng lắm", "7 tiếng ồn", "DỪNG", "１．", "-5", "8/10", "bq", "\u0301", "a\x00b", "1.500.000"} {
		f.Add(s, "Huy", uint8(3))
	}
	f.Fuzz(func(t *testing.T, text, name string, n uint8) {
		q := shapes
		if n%2 == 0 {
			q = monthly
		}
		question := &q.Questions[int(n/2)%len(q.Questions)]
		c := ReadContext{GivenName: survey.PersonName(name), Pending: []Pending{"", PendingStop, PendingChoose}[n%3], Offer: []string{"1", "2"}}
		r := question.ReadText(text, c)
		if r.Reason == "" {
			t.Fatalf("%q: no reason", text)
		}
		if r.Outcome == survey.ReadAnswer && r.Reason != "offered" {
			if err := q.Check(question.Name, r.Answer); err != nil {
				t.Fatalf("%s %q: answer that cannot be stored: %v", question.Name, text, err)
			}
		}
		question.ReadKeys(text)
		question.ReadForm([]string{text}, name)
		ReadIdle(text, c)
	})
}
