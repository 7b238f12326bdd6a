package instrument

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Expr is an expression of the typed subset of XPath that XLSForm uses; see
// doc.go for what it knows. It is immutable and safe for concurrent use.
type Expr struct {
	source string
	root   *node
}

// String returns the source.
func (e *Expr) String() string { return e.source }

// Names lists the questions the expression refers to, each once, in order.
func (e *Expr) Names() []string {
	var names []string
	e.root.walk(func(n *node) {
		if n.op == opRef && n.text != "." && !contains(names, n.text) {
			names = append(names, n.text)
		}
	})
	return names
}

// op is what a node does.
type op string

// The operators and leaves; functions have their own name as op.
const (
	opNumber op = "number literal"
	opText   op = "text literal"
	opRef    op = "reference"
	opColumn op = "column" // of the choices, in a filter
	opNegate op = "negate"
	opOr     op = "or"
	opAnd    op = "and"
	opEq     op = "="
	opNe     op = "!="
	opLt     op = "<"
	opLe     op = "<="
	opGt     op = ">"
	opGe     op = ">="
	opAdd    op = "+"
	opSub    op = "-"
	opMul    op = "*"
	opDiv    op = "div"
	opMod    op = "mod"
)

// node is one node of the tree.
type node struct {
	op      op
	call    bool // op is the name of a function
	kind    kind
	at      int // byte offset in the source, from 0
	text    string
	number  float64
	day     bool // of a reference: the question is a date; known once it is bound
	pattern *regexp.Regexp
	args    []*node
}

func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, a := range n.args {
		a.walk(visit)
	}
}

// kind is the static type of an expression. An answer is text that may hold a
// number; it compares as whatever stands on the other side.
type kind string

const (
	kindBool   kind = "true or false"
	kindNumber kind = "number"
	kindText   kind = "text"
	kindAnswer kind = "answer"
	kindDay    kind = "day"
)

// Value is what an expression comes to.
type Value struct {
	kind   kind
	number float64
	text   string
	truth  bool
}

// Bool converts as XPath 1.0 §4.3 boolean(): a number is true unless 0 or NaN,
// a text unless empty.
func (v Value) Bool() bool {
	switch v.kind {
	case kindBool:
		return v.truth
	case kindNumber:
		return v.number != 0 && !math.IsNaN(v.number)
	default:
		return v.text != ""
	}
}

// Number converts as XPath 1.0 §4.4 number(): text that is not a plain decimal
// number, the empty text included, is NaN.
func (v Value) Number() float64 {
	switch v.kind {
	case kindNumber:
		return v.number
	case kindDay:
		return dayNumber(v.text)
	case kindBool:
		if v.truth {
			return 1
		}
		return 0
	default:
		return toNumber(v.text)
	}
}

// Text converts as XPath 1.0 §4.2 string().
func (v Value) Text() string {
	switch v.kind {
	case kindNumber:
		return fromNumber(v.number)
	case kindBool:
		return strconv.FormatBool(v.truth)
	default:
		return v.text
	}
}

// isDecimal reports whether s is a number as XPath 1.0 §3.7 writes it, with or
// without a minus: no exponent, no plus.
func isDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	digits, dots := 0, 0
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			digits++
		case s[i] == '.':
			dots++
		default:
			return false
		}
	}
	return digits > 0 && dots <= 1
}

func toNumber(s string) float64 {
	s = strings.Trim(s, " \t\r\n")
	if !isDecimal(s) {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

func fromNumber(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	case x == 0:
		return "0" // also for negative zero
	default:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
}

// True evaluates e and converts to a truth value. lookup gives an answer by
// name ("." for the current one); only its Value counts, and an empty one is
// the empty text.
func (e *Expr) True(lookup func(name string) survey.Answer) bool {
	return e.Eval(lookup).Bool()
}

// Eval evaluates e. It is total: whatever the answers, it ends and does not
// panic. An empty answer is the empty text; as a number it is NaN, so <, > and
// = are false and != is true.
func (e *Expr) Eval(lookup func(name string) survey.Answer) Value {
	return e.root.eval(lookup)
}

func number(x float64) Value { return Value{kind: kindNumber, number: x} }
func truth(b bool) Value     { return Value{kind: kindBool, truth: b} }
func text(s string) Value    { return Value{kind: kindText, text: s} }

func (n *node) eval(lookup func(string) survey.Answer) Value {
	if n.call {
		return n.evalCall(lookup)
	}
	switch n.op {
	case opNumber:
		return number(n.number)
	case opText:
		return text(n.text)
	case opRef:
		return n.answer(lookup(n.text))
	case opColumn:
		return Value{kind: kindAnswer, text: string(lookup(columnMark + n.text).Value)}
	case opNegate:
		return number(-n.args[0].eval(lookup).Number())
	case opOr:
		return truth(n.args[0].eval(lookup).Bool() || n.args[1].eval(lookup).Bool())
	case opAnd:
		return truth(n.args[0].eval(lookup).Bool() && n.args[1].eval(lookup).Bool())
	}
	return compute(n.op, n.args[0].eval(lookup), n.args[1].eval(lookup))
}

// compute compares or calculates, XPath 1.0 §3.4 and §3.5.
func compute(o op, a, b Value) Value {
	switch o {
	case opEq:
		return truth(equal(a, b))
	case opNe:
		return truth(!equal(a, b))
	}
	x, y := numbers(a, b)
	switch o {
	case opLt:
		return truth(x < y)
	case opLe:
		return truth(x <= y)
	case opGt:
		return truth(x > y)
	case opGe:
		return truth(x >= y)
	case opAdd:
		return number(x + y)
	case opSub:
		return number(x - y)
	case opMul:
		return number(x * y)
	case opDiv:
		return number(x / y)
	default:
		return number(math.Mod(x, y))
	}
}

// equal compares as truth values, else as numbers, else as texts: the first
// of them that either side is. NaN equals nothing.
func equal(a, b Value) bool {
	switch {
	case a.kind == kindBool || b.kind == kindBool:
		return a.Bool() == b.Bool()
	case a.kind == kindNumber || b.kind == kindNumber:
		return a.Number() == b.Number() // a day is its number
	default:
		return a.text == b.text
	}
}
