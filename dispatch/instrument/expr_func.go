package instrument

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// signature is what a function takes and gives.
type signature struct {
	least, most int // how many arguments
	want        kind
	give        kind
}

// functions are the functions of the subset. want is demanded of every
// argument; "" means that checkCall looks closer.
var functions = map[string]signature{
	"true":           {0, 0, "", kindBool},
	"false":          {0, 0, "", kindBool},
	"not":            {1, 1, kindBool, kindBool},
	"selected":       {2, 2, "", kindBool},
	"count-selected": {1, 1, "", kindNumber},
	"string-length":  {1, 1, kindText, kindNumber},
	"if":             {3, 3, "", kindAnswer},
	"coalesce":       {2, 2, kindText, kindAnswer},
	"regex":          {2, 2, "", kindBool},
	"number":         {1, 1, kindText, kindNumber},
	"int":            {1, 1, kindText, kindNumber},
	"round":          {1, 1, kindText, kindNumber},
	"concat":         {1, 20, kindText, kindText},

	"today":             {0, 0, "", kindDay},
	"date":              {1, 1, "", kindDay},
	"decimal-date-time": {1, 1, "", kindNumber},
}

// functionNames lists the functions for an error's remedy.
func functionNames() string {
	names := make([]string, 0, len(functions))
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func (n *node) evalCall(lookup func(string) survey.Answer) Value {
	switch n.op {
	case "true", "false":
		return truth(n.op == "true")
	case "today":
		return Value{kind: kindDay, text: string(lookup(todayMark).Value)}
	case "if":
		if n.args[0].eval(lookup).Bool() {
			return n.args[1].eval(lookup)
		}
		return n.args[2].eval(lookup)
	case "coalesce":
		if v := n.args[0].eval(lookup); v.Text() != "" {
			return v
		}
		return n.args[1].eval(lookup)
	case "concat":
		var b strings.Builder
		for _, a := range n.args {
			b.WriteString(a.eval(lookup).Text())
		}
		return text(b.String())
	}
	return n.evalSimple(lookup)
}

// evalSimple evaluates the functions that always need their first argument.
func (n *node) evalSimple(lookup func(string) survey.Answer) Value {
	v := n.args[0].eval(lookup)
	switch n.op {
	case "not":
		return truth(!v.Bool())
	case "selected":
		code := n.args[1].eval(lookup).Text()
		return truth(code != "" && hasField(v.Text(), code))
	case "count-selected":
		return number(float64(len(strings.Fields(v.Text()))))
	case "string-length":
		return number(float64(utf8.RuneCountInString(v.Text())))
	case "regex":
		return truth(n.pattern.MatchString(v.Text()))
	case "date":
		return dayOfValue(v)
	case "decimal-date-time":
		return number(dayOfValue(v).Number())
	case "int":
		return number(math.Trunc(v.Number()))
	case "round":
		return number(math.Floor(v.Number() + 0.5)) // XPath 1.0 §4.4: halves go up
	default:
		return number(v.Number())
	}
}

// hasField reports whether one of the words of s is field.
func hasField(s, field string) bool {
	for f := range strings.FieldsSeq(s) {
		if f == field {
			return true
		}
	}
	return false
}

// check finds the kind of n, whose arguments are checked already, or what is
// wrong with it.
func (n *node) check() *survey.Error {
	if n.call {
		return n.checkCall()
	}
	switch n.op {
	case opOr, opAnd:
		n.kind = kindBool
		return n.wantAll(kindBool)
	case opEq, opNe:
		n.kind = kindBool
		return n.checkEqual()
	case opLt, opLe, opGt, opGe:
		n.kind = kindBool
		return n.wantAll(kindNumber)
	default:
		n.kind = kindNumber
		return n.wantAll(kindNumber)
	}
}

// wantAll demands that every argument can be taken for a want: an answer for a
// number or a text, a number also for a text, a truth value only for itself.
func (n *node) wantAll(want kind) *survey.Error {
	for _, a := range n.args {
		ok := a.kind == want
		switch want {
		case kindNumber:
			ok = ok || a.kind == kindAnswer || a.kind == kindDay
		case kindText:
			ok = a.kind != kindBool
		}
		if !ok {
			return a.wrong(want)
		}
	}
	return nil
}

func (n *node) wrong(want kind) *survey.Error {
	return exprError(survey.CodeExpressionType, n.at, "want", string(want), "have", string(n.kind))
}

// checkEqual refuses comparisons that can only ever be false.
func (n *node) checkEqual() *survey.Error {
	a, b := n.args[0], n.args[1]
	if (a.kind == kindBool) != (b.kind == kindBool) {
		return b.wrong(a.kind)
	}
	for _, p := range [...][2]*node{{a, b}, {b, a}} {
		if p[0].kind == kindNumber && p[1].kind == kindText && (p[1].op != opText || !isDecimal(p[1].text)) {
			return p[1].wrong(kindNumber)
		}
		if p[0].kind == kindDay && p[1].op == opText && p[1].text != "" && !isDay(p[1].text) {
			return p[1].wrong(kindDay)
		}
	}
	return nil
}

func (n *node) checkCall() *survey.Error {
	f, ok := functions[string(n.op)]
	if !ok {
		return exprError(survey.CodeExpressionFunction, n.at, "name", string(n.op), "valid", functionNames())
	}
	if len(n.args) < f.least || len(n.args) > f.most {
		return exprError(survey.CodeExpressionSyntax, n.at, "name", string(n.op), "problem", "number of arguments")
	}
	n.kind = f.give
	switch n.op {
	case "selected", "count-selected":
		if n.args[0].op != opRef {
			return n.args[0].wrong(kindAnswer)
		}
		if n.op == "selected" && n.args[1].kind == kindBool {
			return n.args[1].wrong(kindText)
		}
	case "if":
		return n.checkIf()
	case "regex":
		return n.checkRegex()
	case "date", "decimal-date-time":
		return n.checkDay()
	}
	if f.want != "" {
		return n.wantAll(f.want)
	}
	return nil
}

func (n *node) checkIf() *survey.Error {
	if n.args[0].kind != kindBool {
		return n.args[0].wrong(kindBool)
	}
	a, b := n.args[1], n.args[2]
	if (a.kind == kindBool) != (b.kind == kindBool) {
		return b.wrong(a.kind)
	}
	if a.kind == b.kind {
		n.kind = a.kind
	}
	return nil
}

// checkRegex compiles the pattern, which must be written out. It must match
// the whole answer, as in ODK Collect.
func (n *node) checkRegex() *survey.Error {
	if n.args[0].kind == kindBool {
		return n.args[0].wrong(kindText)
	}
	if n.args[1].op != opText {
		return n.args[1].wrong(kindText)
	}
	pattern, err := regexp.Compile(`^(?:` + n.args[1].text + `)$`)
	if err != nil {
		return exprError(survey.CodeExpressionSyntax, n.args[1].at, "problem", "pattern", "value", n.args[1].text)
	}
	n.pattern = pattern
	return nil
}
