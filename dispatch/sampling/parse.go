package sampling

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// Limits of a condition text: far beyond any real one, and small enough that no
// text can exhaust the stack.
const (
	maxText  = 4096 // bytes
	maxDepth = 40   // nested parentheses and nots
)

// ParseCondition reads an eligibility condition:
//
//	cum = "C2 Ven biển" and not (nhom_tuoi in ("18-29", "30-39")) and has_mobile
//
// A field by itself means that it has a value. Operators are = != in, not in,
// and for whole numbers < <= > >=; they combine with not, and, or (in this
// order of strength) and parentheses. Field names are folded (Cụm is cum); one
// that is also a word of the language stands in brackets: [in]. Values stand in
// quotation marks, which a single word may drop. An empty text, or true, means
// everybody.
//
// The error has code CodeEligibility and the arguments column (from 1), found
// and expected.
func ParseCondition(text string) (survey.Condition, *survey.Error) {
	if len(text) > maxText {
		return survey.Condition{}, syntaxError(1, strconv.Itoa(len(text)), "≤ "+strconv.Itoa(maxText))
	}
	tokens, err := lex(text)
	if err != nil {
		return survey.Condition{}, err
	}
	if tokens[0].kind == tokenEnd {
		return survey.Condition{}, nil
	}
	p := parser{tokens: tokens}
	c, err := p.or(0)
	if err != nil {
		return survey.Condition{}, err
	}
	if p.peek().kind != tokenEnd {
		return survey.Condition{}, p.unexpected("and or")
	}
	return c, nil
}

type parser struct {
	tokens []token
	next   int
}

func (p *parser) peek() token { return p.tokens[p.next] }

// take steps over the next token if it is the word or sign text.
func (p *parser) take(text string) bool {
	if p.peek().is(text) {
		p.next++
		return true
	}
	return false
}

func (p *parser) unexpected(expected string) *survey.Error {
	return syntaxError(p.peek().column, p.peek().text, expected)
}

func (p *parser) or(depth int) (survey.Condition, *survey.Error) {
	return p.chain("or", survey.OpOr, func() (survey.Condition, *survey.Error) {
		return p.chain("and", survey.OpAnd, func() (survey.Condition, *survey.Error) { return p.not(depth) })
	})
}

// chain reads operands joined by word into one node.
func (p *parser) chain(word string, op survey.ConditionOp, operand func() (survey.Condition, *survey.Error)) (survey.Condition, *survey.Error) {
	first, err := operand()
	if err != nil || !p.peek().is(word) {
		return first, err
	}
	out := survey.Condition{Op: op, Of: []survey.Condition{first}}
	for p.take(word) {
		c, err := operand()
		if err != nil {
			return c, err
		}
		out.Of = append(out.Of, c)
	}
	return out, nil
}

func (p *parser) not(depth int) (survey.Condition, *survey.Error) {
	if depth > maxDepth {
		return survey.Condition{}, p.unexpected("≤ " + strconv.Itoa(maxDepth) + " ( )")
	}
	switch {
	case p.take("not"):
		c, err := p.not(depth + 1)
		return negate(c), err
	case p.take("true"):
		return survey.Condition{}, nil
	case p.take("("):
		c, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = p.unexpected(")")
		}
		return c, err
	}
	if p.peek().kind != tokenField {
		return survey.Condition{}, p.unexpected(`cum = "…"`)
	}
	field := p.peek().text
	p.next++
	return p.comparison(field)
}

func negate(c survey.Condition) survey.Condition {
	return survey.Condition{Op: survey.OpNot, Of: []survey.Condition{c}}
}

// orderSigns are the signs that compare whole numbers, each with its operator.
func orderSigns() map[string]survey.ConditionOp {
	return map[string]survey.ConditionOp{"<": survey.OpLess, "<=": survey.OpMost, ">": survey.OpMore, ">=": survey.OpLeast}
}

func (p *parser) comparison(field string) (survey.Condition, *survey.Error) {
	sign := p.peek()
	switch {
	case p.take("="):
		v, err := p.value()
		return survey.Condition{Op: survey.OpEq, Field: field, Values: []string{v}}, err
	case p.take("!="):
		v, err := p.value()
		return negate(survey.Condition{Op: survey.OpEq, Field: field, Values: []string{v}}), err
	case p.take("in"):
		vs, err := p.values()
		return survey.Condition{Op: survey.OpIn, Field: field, Values: vs}, err
	case sign.is("not"):
		p.next++
		if !p.take("in") {
			return survey.Condition{}, p.unexpected("in")
		}
		vs, err := p.values()
		return negate(survey.Condition{Op: survey.OpIn, Field: field, Values: vs}), err
	}
	if op := orderSigns()[sign.text]; op != "" && sign.kind == tokenSign {
		p.next++
		v, err := p.number()
		return survey.Condition{Op: op, Field: field, Values: []string{v}}, err
	}
	return survey.Condition{Op: survey.OpPresent, Field: field}, nil
}

// value reads a quoted value, a number, or one bare word.
func (p *parser) value() (string, *survey.Error) {
	t := p.peek()
	if t.kind != tokenValue && (t.kind != tokenField || t.raw == "") {
		return "", p.unexpected(`"…"`)
	}
	p.next++
	return t.raw, nil
}

func (p *parser) number() (string, *survey.Error) {
	t := p.peek()
	n, err := strconv.ParseInt(t.text, 10, 64)
	if t.kind != tokenValue || err != nil {
		return "", p.unexpected("0 1 2 …")
	}
	p.next++
	return strconv.FormatInt(n, 10), nil
}

func (p *parser) values() ([]string, *survey.Error) {
	if !p.take("(") {
		return nil, p.unexpected("(")
	}
	var out []string
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if p.take(")") {
			return out, nil
		}
		if !p.take(",") {
			return nil, p.unexpected(", )")
		}
	}
}

// FormatCondition writes c so that ParseCondition reads it back.
func FormatCondition(c survey.Condition) string {
	if c.Op == survey.OpTrue {
		return ""
	}
	return format(c)
}

func format(c survey.Condition) string {
	switch c.Op {
	case survey.OpTrue:
		return "true"
	case survey.OpAnd, survey.OpOr:
		return formatChain(c)
	case survey.OpNot:
		if o := c.Of[0]; o.Op == survey.OpEq && len(o.Values) == 1 {
			return formatField(o.Field) + " != " + quote(o.Values[0])
		}
		return "not " + formatOperand(c.Of[0])
	case survey.OpPresent:
		return formatField(c.Field)
	case survey.OpEq, survey.OpIn:
		return formatList(c)
	}
	for sign, op := range orderSigns() {
		if n, err := strconv.ParseInt(c.Values[0], 10, 64); op == c.Op && err == nil {
			return formatField(c.Field) + " " + sign + " " + strconv.FormatInt(n, 10)
		}
	}
	return never
}

// never is the condition that nobody meets, such as an order of things that are
// not numbers.
const never = "not true"

func formatList(c survey.Condition) string {
	switch {
	case len(c.Values) == 0:
		return never
	case c.Op == survey.OpEq && len(c.Values) == 1:
		return formatField(c.Field) + " = " + quote(c.Values[0])
	}
	quoted := make([]string, len(c.Values))
	for i, v := range c.Values {
		quoted[i] = quote(v)
	}
	return formatField(c.Field) + " in (" + strings.Join(quoted, ", ") + ")"
}

// formatChain joins the operands of and or or; one operand is itself, none is
// what Match makes of none.
func formatChain(c survey.Condition) string {
	switch len(c.Of) {
	case 0:
		if c.Op == survey.OpOr {
			return never
		}
		return "true"
	case 1:
		return format(c.Of[0])
	}
	parts := make([]string, len(c.Of))
	for i, o := range c.Of {
		parts[i] = formatOperand(o)
	}
	return strings.Join(parts, " "+string(c.Op)+" ")
}

func formatOperand(c survey.Condition) string {
	text := format(c)
	if c.Op == survey.OpAnd || c.Op == survey.OpOr {
		return "(" + text + ")"
	}
	return text
}

func formatField(name string) string {
	if t, err := lex(name); err == nil && len(t) == 2 && t[0].kind == tokenField && t[0].text == name {
		return name
	}
	return "[" + name + "]"
}

// quote marks what would end a value early.
func quote(v string) string {
	v = strings.ReplaceAll(norm.NFC.String(v), `\`, `\\`)
	return `"` + strings.ReplaceAll(v, `"`, `\"`) + `"`
}
