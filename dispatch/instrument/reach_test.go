package instrument

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// reachable asks one condition behind questions of every kind.
func reachable(t *testing.T, relevant string, m survey.Mode) Reach {
	t.Helper()
	q, errs := Parse("r.yaml", []byte(`name: r
title: R
missing: {98: Khó nói}
questions:
  - {name: a, type: single, kind: fact, label: A, choices: {1: m, 2: n, 3: o}}
  - {name: b, type: multiple, at_most: 2, kind: fact, label: B, choices: {1: m, 2: n, 3: {label: o, exclusive: true}, 4: {label: p, other: true}}}
  - {name: n, type: integer, kind: fact, label: N, min: 0, max: 120}
  - {name: s, type: scale, kind: fact, label: S, min: 0, max: 10}
  - {name: t, type: text, kind: fact, label: T}
  - {name: c, type: single, kind: fact, label: C, choices: {1: m, 2: n}, relevant: "${a} = 1"}
  - {name: end, type: text, kind: fact, label: E, relevant: "`+strings.ReplaceAll(relevant, `"`, `\"`)+`"}
`))
	if errs != nil {
		t.Fatalf("%s: %v", relevant, errs)
	}
	all := q.Reach(m)
	return all[len(all)-1]
}

func TestReach(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		relevant string
		want     Proof
		always   bool
		parts    string
	}{
		{`${a} = 1`, ReachSome, false, ""},
		{`${a} = 98`, ReachSome, false, ""},
		{`${a} = 1 and ${a} = 2`, ReachNever, false, ""},
		{`${c} = 1 and ${a} = 2`, ReachNever, false, ""}, // c is asked of a = 1 only
		{`${c} = 1 and ${a} != 2`, ReachSome, false, ""},
		{`${a} = 1 or ${a} != 1`, ReachSome, true, ""},
		{`${a} = 2 or (${c} = 1 and ${a} = 3)`, ReachSome, false, "${c} = 1 and ${a} = 3 false"},
		{`${a} = 1 and (${b} = '' or ${b} != '')`, ReachSome, false, "${b} = '' or ${b} != '' true"},
		{`selected(${b}, '1') and selected(${b}, '2')`, ReachSome, false, ""},
		{`selected(${b}, '1') and selected(${b}, '3')`, ReachNever, false, ""}, // 3 goes with no other
		{`count-selected(${b}) > 2`, ReachNever, false, ""},                    // at most 2
		{`count-selected(${b}) = 2 and selected(${b}, '3')`, ReachNever, false, ""},
		{`${n} > 18 and ${n} < 20`, ReachSome, false, ""},
		{`${n} > 18 and ${n} < 19`, ReachNever, false, ""},
		{`${n} > 120`, ReachNever, false, ""},
		{`${n} * 7 = 301`, ReachUnknown, false, ""}, // it calculates: nothing is claimed
		{`${s} * 2 = 7`, ReachNever, false, ""},     // eleven figures can be tried
		{`${t} = 'a' and ${t} = 'b'`, ReachNever, false, ""},
		{`string-length(${t}) > 5`, ReachUnknown, false, ""},
		{`${t} != ''`, ReachSome, false, ""},
		{`${b_khac} != '' and not(selected(${b}, '4'))`, ReachNever, false, ""},
		{`true()`, ReachSome, true, ""},
		{`1 = 2`, ReachNever, false, ""},
	} {
		r := reachable(t, c.relevant, survey.Web)
		var parts []string
		for _, p := range r.Parts {
			parts = append(parts, fmt.Sprint(p.Expression, " ", p.Value))
		}
		if r.Proof != c.want || r.Always != c.always || strings.Join(parts, "; ") != c.parts {
			t.Errorf("%s: %s, always %v, parts %q", c.relevant, r.Proof, r.Always, parts)
		}
	}
}

// What a mode does not ask is empty in it.
func TestReachInAMode(t *testing.T) {
	t.Parallel()
	if r := reachable(t, `${t} != ''`, survey.Voice); r.Proof != ReachNever {
		t.Errorf("words said in a call: %+v", r)
	}
	if r := reachable(t, `${t} = ''`, survey.Voice); !r.Always {
		t.Errorf("a text that no call asks: %+v", r)
	}
}

// Every path that is claimed is one, and what is claimed never to be reached is
// not reached by any of many random answers.
func TestReachIsTrue(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	atoms := []string{`${a} = 1`, `${a} != 2`, `${c} = 2`, `selected(${b}, '1')`, `count-selected(${b}) = 2`, `${n} > 60`, `${n} <= 10`,
		`${s} = 3`, `${t} = ''`, `${a} = ''`, `not(${a} = 3)`}
	for range 300 {
		pick := func() string { return atoms[r.IntN(len(atoms))] }
		src := fmt.Sprintf("(%s and %s) and (%s or %s)", pick(), pick(), pick(), pick())
		got := reachable(t, src, survey.Web)
		e, err := ParseExpr(src)
		if err != nil {
			t.Fatal(err)
		}
		if got.Proof == ReachSome && !e.True(func(name string) survey.Answer { return got.Path[name] }) {
			t.Fatalf("%s: %v is no path", src, got.Path)
		}
		for range 200 {
			a := survey.Answers{}
			for name, values := range map[string][]string{"a": {"", "1", "2", "3", "98"}, "b": {"", "1", "2", "1 2", "3", "1 4"},
				"n": {"", "0", "10", "61", "120"}, "s": {"", "3", "10"}, "t": {"", "x"}} {
				a[name] = survey.Answer{Value: survey.AnswerText(values[r.IntN(len(values))])}
			}
			if a["a"].Value == "1" {
				a["c"] = survey.Answer{Value: []survey.AnswerText{"", "1", "2"}[r.IntN(3)]}
			}
			held := e.True(func(name string) survey.Answer { return a[name] })
			if held && got.Proof == ReachNever || !held && got.Always {
				t.Fatalf("%s: %s, always %v, but %v says otherwise", src, got.Proof, got.Always, a)
			}
		}
	}
}

// Whatever is written, looking for paths ends, and soon.
func TestReachIsBounded(t *testing.T) {
	t.Parallel()
	var src strings.Builder
	src.WriteString("name: r\ntitle: R\nquestions:\n")
	var all []string
	for i := range 40 {
		fmt.Fprintf(&src, "  - {name: q%d, type: scale, kind: fact, label: Q, min: 0, max: 10}\n", i)
		all = append(all, fmt.Sprintf("${q%d} = 11", i))
	}
	fmt.Fprintf(&src, "  - {name: end, type: text, kind: fact, label: E, relevant: \"%s\"}\n", strings.Join(all, " or "))
	q, errs := Parse("r.yaml", []byte(src.String()))
	if errs != nil {
		t.Fatal(errs)
	}
	if r := q.Reach(survey.Web); r[40].Proof != ReachUnknown {
		t.Errorf("11 to the power of 40 paths: %+v", r[40])
	}
}
