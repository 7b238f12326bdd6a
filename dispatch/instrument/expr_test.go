package instrument

import (
	"math"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// TestExprGolden is the table of providers.md H: empty, NaN and irrelevant.
func TestExprGolden(t *testing.T) {
	t.Parallel()
	answers := survey.Answers{
		"one": {Value: "1"}, "two": {Value: "2"}, "ten": {Value: "10"}, "word": {Value: "xin chào"},
		"list": {Value: "1 4 6"}, "half": {Value: "2.5"}, "neg": {Value: "-3"}, "phone": {Value: "0912345678"},
		".": {Value: "7"},
	}
	lookup := func(name string) survey.Answer { return answers[name] }
	for _, c := range []struct{ expr, want string }{
		// an empty answer is the empty text, and as a number NaN
		{`${none} = ''`, "true"}, {`${none} != ''`, "false"}, {`${none} = 1`, "false"}, {`${none} != 1`, "true"},
		{`${none} < 1`, "false"}, {`${none} <= 1`, "false"}, {`${none} > 1`, "false"}, {`${none} >= 1`, "false"},
		{`${none} = ${other}`, "true"}, {`${none} != ${one}`, "true"}, {`${none} + 1 = 1`, "false"}, {`${none} + 1 != 1`, "true"},
		{`number(${none}) = number(${none})`, "false"}, {`number(${none}) != number(${none})`, "true"},
		{`not(${none} = 1)`, "true"}, {`not(${none} != 1)`, "false"},
		{`selected(${none}, '1')`, "false"}, {`count-selected(${none})`, "0"}, {`string-length(${none})`, "0"},
		{`coalesce(${none}, 'x')`, "x"}, {`if(${none} = '', 'leer', 'voll')`, "leer"}, {`concat(${none}, 'a')`, "a"},
		{`round(${none})`, "NaN"}, {`int(${none})`, "NaN"}, {`${none} + 1`, "NaN"}, {`regex(${none}, '')`, "true"},
		// numbers
		{`${one} = 1`, "true"}, {`${one} = '1'`, "true"}, {`${one} = 1.0`, "true"}, {`${one} != 2`, "true"},
		{`${ten} > ${two}`, "true"}, {`${ten} > 9`, "true"}, {`${word} < 1`, "false"}, {`${word} != 1`, "true"},
		{`1 + 2 * 3`, "7"}, {`(1 + 2) * 3`, "9"}, {`7 div 2`, "3.5"}, {`7 mod 2`, "1"}, {`-7 mod 2`, "-1"}, {`5 mod -3`, "2"},
		{`1 div 0`, "Infinity"}, {`-1 div 0`, "-Infinity"}, {`0 div 0`, "NaN"}, {`- - 2`, "2"}, {`1-1`, "0"}, {`${ten}-1`, "9"},
		{`.5 + 1.`, "1.5"}, {`. >= 7 and . < 8`, "true"}, {`${neg} < 0`, "true"}, {`number('1e3')`, "NaN"}, {`number(' 12 ')`, "12"}, {`number('+1')`, "NaN"},
		{`round(2.5)`, "3"}, {`round(-2.5)`, "-2"}, {`int(-2.7)`, "-2"}, {`int(${half})`, "2"}, {`0.1 + 0.2 = 0.3`, "false"},
		// order: relational binds tighter than equality, and tighter than or
		{`1 < 2 = true()`, "true"}, {`true() or false() and false()`, "true"}, {`1 = 1 and 2 = 3 or 4 = 4`, "true"},
		// texts and lists
		{`${word} = "xin chào"`, "true"}, {`string-length(${word})`, "8"}, {`selected(${list}, '4')`, "true"}, {`selected(${list}, 4)`, "true"},
		{`selected(${list}, '14')`, "false"}, {`selected(${list}, '')`, "false"}, {`count-selected(${list}) <= 3`, "true"},
		{`not(selected(${list}, '2'))`, "true"}, {`regex(${phone}, '0[0-9]{9}')`, "true"}, {`regex(${phone}, '[0-9]{9}')`, "false"},
		{`regex(${phone}, '^0[0-9]{9}$')`, "true"}, {`concat('a', 1 + 1, "'")`, "a2'"}, {`if(${one} = 1, 5, 6) + 1`, "6"},
		{`true() = false()`, "false"}, {`true() != false()`, "true"}, {`not(true())`, "false"},
	} {
		e, err := ParseExpr(c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if got := e.Eval(lookup).Text(); got != c.want {
			t.Errorf("%s = %s, want %s", c.expr, got, c.want)
		}
	}
}

func TestExprErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expr string
		code survey.Code
		at   string
	}{
		{``, survey.CodeExpressionSyntax, "1"}, {`${a`, survey.CodeExpressionSyntax, "1"}, {`${a} =`, survey.CodeExpressionSyntax, "7"},
		{`${a} = 'x`, survey.CodeExpressionSyntax, "8"}, {`(1`, survey.CodeExpressionSyntax, "3"}, {`1 2`, survey.CodeExpressionSyntax, "3"},
		{`a = 1`, survey.CodeExpressionSyntax, "3"}, {`${1a} = 1`, survey.CodeExpressionSyntax, "1"}, {`1.2.3 = 1`, survey.CodeExpressionSyntax, "1"},
		{`not(true(), true())`, survey.CodeExpressionSyntax, "1"}, {`not true()`, survey.CodeExpressionSyntax, "5"}, {`1 == 1`, survey.CodeExpressionSyntax, "4"},
		{`'é' & 'b'`, survey.CodeExpressionSyntax, "5"}, {`regex(., '(')`, survey.CodeExpressionSyntax, "10"}, {`concat(1,)`, survey.CodeExpressionSyntax, "10"},
		{`now() = 1`, survey.CodeExpressionFunction, "1"}, {`pulldata('a') = 1`, survey.CodeExpressionFunction, "1"}, {`or(1) = 1`, survey.CodeExpressionFunction, "1"},
		{`1 and true()`, survey.CodeExpressionType, "1"}, {`${a} and true()`, survey.CodeExpressionType, "1"}, {`not(${a})`, survey.CodeExpressionType, "5"},
		{`'a' + 1`, survey.CodeExpressionType, "1"}, {`'a' < 1`, survey.CodeExpressionType, "1"}, {`true() < 1`, survey.CodeExpressionType, "1"},
		{`1 = 'a'`, survey.CodeExpressionType, "5"}, {`true() = 1`, survey.CodeExpressionType, "10"}, {`selected('1', '1')`, survey.CodeExpressionType, "10"},
		{`if(${a}, 1, 2) = 1`, survey.CodeExpressionType, "4"}, {`regex(., ${b})`, survey.CodeExpressionType, "10"}, {`concat(true())`, survey.CodeExpressionType, "8"},
		{`date('31/12/2026') = .`, survey.CodeExpressionType, "6"}, {`date(true()) = .`, survey.CodeExpressionType, "6"}, {`today() = 'mai'`, survey.CodeExpressionType, "11"},
		{`today(1) = .`, survey.CodeExpressionSyntax, "1"}, {`date() = .`, survey.CodeExpressionSyntax, "1"}, {`today() = true()`, survey.CodeExpressionType, "11"},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), survey.CodeExpressionSyntax, "102"},
		{strings.Repeat("-", 3000) + "1", survey.CodeExpressionSyntax, "102"},
		{strings.Repeat(" ", 5000), survey.CodeExpressionSyntax, "1"},
	} {
		_, err := ParseExpr(c.expr)
		if err == nil {
			t.Errorf("%.60s: no error", c.expr)
			continue
		}
		if err.Code != c.code || err.Args["at"] != c.at {
			t.Errorf("%.60s: %v, want %s at %s", c.expr, err, c.code, c.at)
		}
	}
}

func TestExprNames(t *testing.T) {
	t.Parallel()
	e, err := ParseExpr(`${b} = 1 and (selected(${a}, '1') or ${b} = 2) and . = 1`)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(e.Names(), " "); got != "b a" {
		t.Errorf("names %q", got)
	}
}

func TestValueConversions(t *testing.T) {
	t.Parallel()
	if number(math.NaN()).Bool() || number(0).Bool() || !number(-1).Bool() || text("").Bool() || !text("0").Bool() {
		t.Error("truth of numbers and texts is not XPath's")
	}
	if got := truth(true).Number(); got != 1 {
		t.Errorf("true is %v", got)
	}
	if got := number(math.Copysign(0, -1)).Text(); got != "0" {
		t.Errorf("negative zero is %q", got)
	}
}

const irrelevant = `
name: rel
title: T
languages: [vi]
missing: {98: Khó nói}
questions:
  - {name: a, type: single, kind: fact, label: A, choices: {1: m, 2: n}}
  - {name: b, type: single, kind: fact, label: B, choices: {1: m, 2: n}, relevant: "${a} = 1"}
  - {name: c, type: single, kind: fact, label: C, choices: {1: m, 2: n}, relevant: "${b} = 2"}
  - {name: d, type: single, kind: fact, label: D, choices: {1: m, 2: n}, relevant: "${b} != 2"}
  - {name: e, type: single, kind: fact, label: E, choices: {1: m, 2: n}, relevant: "${a} = 98"}
  - {name: f, type: single, kind: fact, label: F, choices: {1: m, 2: n}, relevant: "${b} = ''"}
`

// An irrelevant question counts as empty even while it still holds an answer,
// and that carries on to what depends on it.
func TestIrrelevantCountsAsEmpty(t *testing.T) {
	t.Parallel()
	q, errs := Parse("rel.yaml", []byte(irrelevant))
	if errs != nil {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		answers survey.Answers
		want    string
	}{
		{survey.Answers{}, "a d f"},
		{survey.Answers{"a": {Value: "1"}}, "a b d f"},
		{survey.Answers{"a": {Value: "1"}, "b": {Value: "2"}}, "a b c"},
		{survey.Answers{"a": {Value: "2"}, "b": {Value: "2"}}, "a d f"},
		{survey.Answers{"a": {Missing: survey.MissingDontKnow}}, "a d e f"},
		{survey.Answers{"a": {Missing: survey.MissingSkipped}}, "a d f"},
	} {
		var got []string
		for _, p := range q.Path(c.answers, survey.Web) {
			got = append(got, p.Name)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%v: path %s, want %s", len(c.answers), s, c.want)
		}
	}
}

func FuzzParseExpr(f *testing.F) {
	for _, s := range []string{`${a} = 1`, `selected(${b}, 'x') and not(. != '')`, `if(1 < 2, "a", 'b') = concat('a')`, `-(1 div 0) mod .5`, `regex(., '^a*$')`,
		`date('2024-02-29') + 1 < today()`, `decimal-date-time(date(${a})) >= -1`, `date(-1 div 0) = date('')`} {
		f.Add(s, "1")
	}
	f.Fuzz(func(t *testing.T, src, answer string) {
		e, err := ParseExpr(src)
		if (e == nil) == (err == nil) {
			t.Fatalf("%q: expression %v, error %v", src, e, err)
		}
		if err != nil {
			return
		}
		lookup := func(string) survey.Answer { return survey.Answer{Value: survey.AnswerText(answer)} }
		first := e.Eval(lookup).Text()
		again, err := ParseExpr(e.String())
		if err != nil || again.Eval(lookup).Text() != first {
			t.Fatalf("%q does not read back", src)
		}
	})
}
