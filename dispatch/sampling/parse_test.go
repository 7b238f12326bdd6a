package sampling

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

func eq(field, value string) survey.Condition {
	return survey.Condition{Op: survey.OpEq, Field: field, Values: []string{value}}
}

func present(field string) survey.Condition {
	return survey.Condition{Op: survey.OpPresent, Field: field}
}

func node(op survey.ConditionOp, of ...survey.Condition) survey.Condition {
	return survey.Condition{Op: op, Of: of}
}

func TestParseCondition(t *testing.T) {
	t.Parallel()
	age := survey.Condition{Op: survey.OpIn, Field: "nhom_tuoi", Values: []string{"18-29", "30-39"}}
	coast := eq("cum", "C2 Ven biển")
	for text, want := range map[string]survey.Condition{
		``:     {},
		"  \n": {},
		`true`: {},
		`cum = "C2 Ven biển" and not (nhom_tuoi in ("18-29", "30-39")) and has_mobile`: node(survey.OpAnd, coast, node(survey.OpNot, age), present("has_mobile")),
		`Cụm = “C2 Ven biển”`:                coast,
		"cum = 'C2 Ven bie\u0302\u0309n'":    coast, // as a Mac types it
		`[cum] == "C2 Ven biển"`:             coast,
		`[in] = "C2"`:                        eq("in", "C2"),
		`cum = C2`:                           eq("cum", "C2"),
		`cum = Ông`:                          eq("cum", "Ông"),
		`đơn_vị = "a \"b\" \\"`:              eq("don_vi", `a "b" \`),
		`cum != C2`:                          node(survey.OpNot, eq("cum", "C2")),
		`nhom_tuoi not in ("18-29",'30-39')`: node(survey.OpNot, age),
		`birth >= 1980`:                      {Op: survey.OpLeast, Field: "birth", Values: []string{"1980"}},
		`x < -5`:                             {Op: survey.OpLess, Field: "x", Values: []string{"-5"}},
		`x<=5`:                               {Op: survey.OpMost, Field: "x", Values: []string{"5"}},
		`x>5`:                                {Op: survey.OpMore, Field: "x", Values: []string{"5"}},
		`a or b and not c`:                   node(survey.OpOr, present("a"), node(survey.OpAnd, present("b"), node(survey.OpNot, present("c")))),
		`(a or b) AND c`:                     node(survey.OpAnd, node(survey.OpOr, present("a"), present("b")), present("c")),
		`(a and b) and c`:                    node(survey.OpAnd, node(survey.OpAnd, present("a"), present("b")), present("c")),
		`((a))`:                              present("a"),
	} {
		got, err := ParseCondition(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

func TestParseConditionErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{ // column, found
		`cum = `:                     {"7", ""},
		`cum = "C2`:                  {"7", `"`},
		`cum C2`:                     {"5", "c2"},
		`cum ~ "C2"`:                 {"5", "~"},
		`cum = "C2" and`:             {"15", ""},
		`and cum`:                    {"1", "and"},
		`(cum`:                       {"5", ""},
		`cum)`:                       {"4", ")"},
		`cum in "C2"`:                {"8", "C2"},
		`cum in ("C2" "C3")`:         {"14", "C3"},
		`cum in ()`:                  {"9", ")"},
		`cum not = "C2"`:             {"9", "="},
		`birth > "x"`:                {"9", "x"},
		`birth > cum`:                {"9", "cum"},
		`tuổi > 18 và cum`:           {"11", "va"},
		`[cum`:                       {"1", "["},
		`[] = 1`:                     {"1", "["},
		`cum = [unit]`:               {"7", "unit"},
		`"C2" = cum`:                 {"1", "C2"},
		strings.Repeat("not ", 50):   {"165", "not"},
		strings.Repeat("(", 50):      {"42", "("},
		strings.Repeat("x or ", 900): {"1", "4500"},
	} {
		_, err := ParseCondition(text)
		if err == nil {
			t.Errorf("%s: no error", text)
			continue
		}
		if err.Code != survey.CodeEligibility || err.Args["column"] != want[0] || err.Args["found"] != want[1] || err.Args["expected"] == "" {
			t.Errorf("%s: %v, want column %s, found %q", text, err, want[0], want[1])
		}
	}
}

// Any tree that the words of survey allow, also ones no text leads to, is
// written so that what is read back selects the same people.
func TestFormatConditionRoundTrip(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(15, 16))
	fields := []string{"cum", "in", "true", "2025", "a b", "_x", "Cụm"}
	values := []string{"", "1", "2", "-3", "+2", "C2 Ven biển", `"`, `\`, `\"`, "and", "Ông"}
	for range 5_000 {
		c := randomCondition(rng, fields, values, 4)
		text := FormatCondition(c)
		back, err := ParseCondition(text)
		if err != nil {
			t.Fatalf("%+v\n%s\n%v", c, text, err)
		}
		if again := FormatCondition(back); again != text && !hasDegenerate(c) {
			t.Fatalf("%s\n%s", text, again)
		}
		for range 20 {
			person := map[string]string{}
			for _, f := range fields {
				person[f] = values[rng.IntN(len(values))]
			}
			get := func(f string) string { return person[f] }
			if c.Match(get) != back.Match(get) {
				t.Fatalf("%v: %+v\n%s", person, c, text)
			}
		}
	}
}

// hasDegenerate reports whether c has a node that is written as another.
func hasDegenerate(c survey.Condition) bool {
	return (c.Op == survey.OpAnd || c.Op == survey.OpOr) && len(c.Of) < 2 || slices.ContainsFunc(c.Of, hasDegenerate)
}

func randomCondition(rng *rand.Rand, fields, values []string, depth int) survey.Condition {
	ops := []survey.ConditionOp{survey.OpEq, survey.OpIn, survey.OpLess, survey.OpMost, survey.OpMore, survey.OpLeast,
		survey.OpPresent, survey.OpTrue, survey.OpAnd, survey.OpOr, survey.OpNot}
	if depth == 0 {
		ops = ops[:8]
	}
	c := survey.Condition{Op: ops[rng.IntN(len(ops))], Field: fields[rng.IntN(len(fields))]}
	pick := func() string { return values[rng.IntN(len(values))] }
	switch c.Op {
	case survey.OpTrue:
		return survey.Condition{}
	case survey.OpAnd, survey.OpOr, survey.OpNot:
		n := 1
		if c.Op != survey.OpNot {
			n = rng.IntN(4)
		}
		c.Field = ""
		for range n {
			c.Of = append(c.Of, randomCondition(rng, fields, values, depth-1))
		}
	case survey.OpPresent:
	case survey.OpIn:
		for range rng.IntN(3) {
			c.Values = append(c.Values, pick())
		}
	default:
		c.Values = []string{pick()}
	}
	return c
}

func FuzzParseCondition(f *testing.F) {
	for _, s := range []string{"", `cum = "C2 Ven biển" and not (nhom_tuoi in ("18-29", "30-39")) and has_mobile`,
		`[in] not in (1, b, 'c\'')`, `birth>=1980 or (not x)`, "ỉn = “”", "\u0301", "a\x00b", `x < 99999999999999999999`, "C>00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCondition(text)
		if err != nil {
			if col, e := strconv.Atoi(err.Where); e != nil || col < 1 {
				t.Fatalf("where is %q", err.Where)
			}
			return
		}
		written := FormatCondition(c)
		if len(written) > maxText { // escapes and brackets may lengthen a text at the limit
			return
		}
		back, err := ParseCondition(written)
		if err != nil {
			t.Fatalf("%q was written as %q: %v", text, written, err)
		}
		if !reflect.DeepEqual(back, c) {
			t.Fatalf("%q: %+v, written as %q: %+v", text, c, written, back)
		}
	})
}
