package instrument

import (
	"go/ast"
	goparser "go/parser"
	gotoken "go/token"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// The rest of the table of providers.md H, case by case: what an answer that is
// empty, no number, or not asked at all comes to under every operator and
// function. TestExprGolden has what people write; this has what they forget.
func TestExprGoldenOfNothing(t *testing.T) {
	t.Parallel()
	answers := survey.Answers{"none": {}, "refused": {Missing: survey.MissingRefused}, "one": {Value: "1"}, "word": {Value: "chữ"},
		"comma": {Value: "1,5"}, "list": {Value: "1 2"}, "blank": {Value: " "}}
	lookup := func(name string) survey.Answer { return answers[name] }
	for _, c := range []struct{ expr, want string }{
		// empty against every kind of thing, from both sides
		{`'' = ${none}`, "true"}, {`'' != ${none}`, "false"}, {`1 = ${none}`, "false"}, {`1 != ${none}`, "true"},
		{`${none} = 'x'`, "false"}, {`${none} != 'x'`, "true"}, {`${none} = '0'`, "false"}, {`${none} = 0`, "false"}, {`${none} != 0`, "true"},
		{`1 > ${none}`, "false"}, {`1 >= ${none}`, "false"}, {`0 <= ${none}`, "false"}, {`0 < ${none}`, "false"},
		{`${none} < ${one}`, "false"}, {`${none} >= ${none}`, "false"}, {`${none} != ${none}`, "false"}, {`. = ''`, "true"}, {`. != 1`, "true"},
		{`not(${none} < 1)`, "true"}, {`not(${none} >= 1)`, "true"},
		// a missing reason has no value unless it is a choice of its question
		{`${refused} = ''`, "true"}, {`${refused} = 99`, "false"}, {`${refused} != 99`, "true"}, {`selected(${refused}, '99')`, "false"},
		// NaN spreads through what calculates, and is equal to nothing
		{`-${none}`, "NaN"}, {`${none} - ${none}`, "NaN"}, {`${none} * 0`, "NaN"}, {`${none} div 1`, "NaN"}, {`${none} mod 2`, "NaN"},
		{`1 + ${word}`, "NaN"}, {`1 + ${comma}`, "NaN"}, {`1 + ${list}`, "NaN"}, {`1 + ${blank}`, "NaN"}, {`5 mod 0`, "NaN"}, {`0 * (1 div 0)`, "NaN"},
		{`0 div 0 = 0 div 0`, "false"}, {`0 div 0 != 0 div 0`, "true"}, {`0 div 0 < 1`, "false"}, {`0 div 0 >= 0`, "false"},
		{`number(${word}) = 1 or true()`, "true"}, {`number(${word}) = 1 and true()`, "false"},
		{`number('')`, "NaN"}, {`number(' ')`, "NaN"}, {`int(${word})`, "NaN"}, {`round(${comma})`, "NaN"},
		{`if(${none} > 1, 'a', 'b')`, "b"}, {`if(${none} != 1, 'a', 'b')`, "a"}, {`if(${one} = 1, ${none}, 2) = ''`, "true"},
		{`string-length(${none} + 1)`, "3"}, {`concat(0 div 0)`, "NaN"}, {`concat(1 div 0, -1 div 0)`, "Infinity-Infinity"},
		// coalesce takes what is not empty, and a blank is not
		{`coalesce(${none}, ${none})`, ""}, {`coalesce(${none}, ${one}) + 1`, "2"}, {`coalesce(${one}, 2)`, "1"}, {`coalesce(${blank}, 'x')`, " "},
		{`coalesce(${refused}, 'x')`, "x"}, {`coalesce(${none} + 1, 2)`, "NaN"},
		// lists
		{`count-selected(${blank})`, "0"}, {`selected(${blank}, ' ')`, "false"}, {`selected(${list}, '1 2')`, "false"}, {`selected(${list}, 2.0)`, "true"},
		{`count-selected(${none}) = 0`, "true"}, {`not(selected(${none}, '1'))`, "true"},
		// texts and patterns of nothing
		{`regex(${none}, 'a*')`, "true"}, {`regex(${none}, 'a+')`, "false"}, {`string-length('')`, "0"}, {`concat('', '')`, ""}, {`'' = ''`, "true"},
		// the ends of numbers
		{`1 div 0 = 1 div 0`, "true"}, {`1 div 0 > 999999999999`, "true"}, {`int(1 div 0)`, "Infinity"}, {`round(-0.2)`, "0"}, {`round(0.5)`, "1"},
		{`-5 mod 3`, "-2"}, {`5 mod (1 div 0)`, "5"}, {`0.5 mod 1`, "0.5"}, {`1 div 3 * 3 = 1`, "true"},
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

// Days: compared as days, counted since 1970-01-01, and empty where there is none.
func TestExprGoldenOfDays(t *testing.T) {
	t.Parallel()
	answers := survey.Answers{"none": {}, "refused": {Missing: survey.MissingRefused}, "d": {Value: "2026-12-14"}, "word": {Value: "mai"}, "seven": {Value: "7"},
		todayMark: {Value: "2026-12-15"}}
	lookup := func(name string) survey.Answer { return answers[name] }
	for _, c := range []struct{ expr, want string }{
		{`today()`, "2026-12-15"}, {`date('2026-12-31')`, "2026-12-31"}, {`date(${d})`, "2026-12-14"}, {`date(today())`, "2026-12-15"}, {`date(today() + ${seven})`, "2026-12-22"},
		{`date(0)`, "1970-01-01"}, {`date(-1)`, "1969-12-31"}, {`date(0.9)`, "1970-01-01"}, {`date(-0.1)`, "1969-12-31"}, {`date(1 div 0)`, ""}, {`date(99999999)`, ""}, {`date(0 div 0)`, ""},
		{`decimal-date-time(date('1970-01-02'))`, "1"}, {`decimal-date-time(${d})`, "20801"}, {`decimal-date-time('1969-12-31')`, "-1"}, {`decimal-date-time(2)`, "2"},
		{`number(today())`, "20802"}, {`int((today() - date('2000-02-29')) div 365.25)`, "26"}, {`date('2024-03-01') - date('2024-02-28')`, "2"},
		// compared as days, from both sides
		{`${d} < today()`, "true"}, {`today() > ${d}`, "true"}, {`today() <= ${d}`, "false"}, {`${d} = date('2026-12-14')`, "true"}, {`${d} != today()`, "true"},
		{`${d} >= date('2026-02-01')`, "true"}, {`today() = '2026-12-15'`, "true"}, {`today() - 1 = date('2026-12-14')`, "true"}, {`today() - 1 <= ${d}`, "false"},
		{`today() and true()`, "no truth value"},
		// nothing is no day: <, > and = are false, != is true
		{`date(${none})`, ""}, {`date(${refused})`, ""}, {`date(${word})`, ""}, {`decimal-date-time(${none})`, "NaN"}, {`today() - ${none}`, "NaN"}, {`today() - ${word}`, "NaN"},
		{`${none} < today()`, "false"}, {`${none} >= today()`, "false"}, {`today() > ${none}`, "false"}, {`${none} = today()`, "false"}, {`${none} != today()`, "true"}, {`date(${none}) = ''`, "true"},
		{`not(${none} < today())`, "true"}, {`coalesce(date(${none}), today())`, "2026-12-15"}, {`concat(today(), '!')`, "2026-12-15!"}, {`string-length(today())`, "10"},
	} {
		e, err := ParseExpr(c.expr)
		if err != nil {
			if c.want != "no truth value" || err.Code != survey.CodeExpressionType {
				t.Errorf("%s: %v", c.expr, err)
			}
			continue
		}
		if got := e.Eval(lookup).Text(); got != c.want {
			t.Errorf("%s = %s, want %s", c.expr, got, c.want)
		}
	}
}

// Every function and every operator stands in one of the two tables, so that a
// new one cannot come without its row.
func TestGoldenTablesAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, src := range goldenExpressions(t) {
		e, err := ParseExpr(src)
		if err != nil {
			continue // another literal of the file
		}
		e.root.walk(func(n *node) { seen[string(n.op)] = true })
	}
	for _, level := range levels {
		for _, o := range level {
			if !seen[string(o)] {
				t.Errorf("no row has %s", o)
			}
		}
	}
	for _, name := range strings.Split(functionNames(), ", ") {
		if !seen[name] {
			t.Errorf("no row has %s()", name)
		}
	}
}

const skippedOver = `
name: rel
title: T
missing: {98: Khó nói, 99: Không muốn trả lời}
questions:
  - {name: gate, type: single, kind: fact, label: G, choices: {1: m, 2: n}}
  - {name: n, type: integer, kind: fact, label: N, min: 0, max: 9, relevant: "${gate} = 1"}
  - {name: m, type: multiple, kind: fact, label: M, choices: {1: m, 2: {label: n, other: true}}, relevant: "${gate} = 1"}
  - {name: t, type: text, kind: fact, label: T, relevant: "${gate} = 1"}
  - {name: end, type: text, kind: fact, label: E, relevant: "EXPR"}
`

// Answers that were given and do not apply any more are empty in every use.
func TestExprGoldenOfIrrelevant(t *testing.T) {
	t.Parallel()
	gone := survey.Answers{"gate": {Value: "2"}, "n": {Value: "5"}, "m": {Value: "1 2"}, "m_khac": {Value: "chữ"}, "t": {Value: "chữ"}}
	still := survey.Answers{"gate": {Value: "1"}, "n": {Value: "5"}, "m": {Value: "1 2"}, "m_khac": {Value: "chữ"}, "t": {Value: "chữ"}}
	for _, c := range []struct {
		expr          string
		asked, passed bool // while the answers apply, and when they do not
	}{
		{`${n} = 5`, true, false}, {`${n} != 5`, false, true}, {`${n} = ''`, false, true}, {`${n} < 9`, true, false}, {`${n} + 0 != 5`, false, true},
		{`selected(${m}, '1')`, true, false}, {`not(selected(${m}, '1'))`, false, true}, {`count-selected(${m}) = 2`, true, false},
		{`count-selected(${m}) = 0`, false, true}, {`${m_khac} = ''`, false, true}, {`${t} != ''`, true, false}, {`string-length(${t}) = 0`, false, true},
		{`coalesce(${n}, 7) = 7`, false, true}, {`if(${n} = 5, 1, 2) = 2`, false, true}, {`regex(${t}, '.+')`, true, false},
	} {
		q, errs := Parse("rel.yaml", []byte(strings.ReplaceAll(skippedOver, "EXPR", c.expr)))
		if errs != nil {
			t.Fatalf("%s: %v", c.expr, errs)
		}
		for _, a := range []struct {
			answers survey.Answers
			want    bool
		}{{still, c.asked}, {gone, c.passed}} {
			if w, _ := q.Why("end", a.answers, survey.Web); w.Relevant != a.want {
				t.Errorf("%s with gate %s: %v, want %v", c.expr, string(a.answers["gate"].Value), w.Relevant, a.want)
			}
		}
	}
}

// goldenExpressions are the literals of the two tables' files.
func goldenExpressions(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, file := range []string{"expr_test.go", "expr_golden_test.go"} {
		parsed, err := goparser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == gotoken.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					all = append(all, s)
				}
			}
			return true
		})
	}
	return all
}
