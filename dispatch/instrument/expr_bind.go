package instrument

import (
	"strconv"

	"canvass/dispatch/survey"
)

// bind checks an expression against the questions before it.
func (p *parser) bind(e placed) {
	if e.expr.root.kind != kindBool && !e.value {
		p.exprFail(e, survey.CodeExpressionType, "want", string(kindBool), "have", string(e.expr.root.kind))
		return
	}
	e.expr.root.walk(func(n *node) {
		p.bindDays(e, n)
		switch {
		case n.op == opRef:
			p.bindName(e, n)
		case n.op == "selected" && n.call:
			p.bindCompare(e, n, n.args[0], n.args[1])
		case n.op == opEq || n.op == opNe:
			p.bindCompare(e, n, n.args[0], n.args[1])
			p.bindCompare(e, n, n.args[1], n.args[0])
		case n.kind == kindNumber && !n.call, n.op == opLt, n.op == opLe, n.op == opGt, n.op == opGe:
			p.bindNumbers(e, n)
		}
	})
}

func (p *parser) exprFail(e placed, code survey.Code, args ...string) {
	args = append(args, "question", p.q.Questions[e.question].Name, "expression", e.expr.source)
	p.fail(e.line, code, args...)
}

// bindName demands that a name is that of an earlier question with an answer.
func (p *parser) bindName(e placed, n *node) {
	name := n.text
	if name == "." {
		name = p.q.Questions[e.question].Name
	}
	i, ok := p.q.index[name]
	switch {
	case !ok:
		p.exprFail(e, survey.CodeExpressionUnknown, "name", name)
	case i == e.question && e.itself && (n.text == "." || n.text == p.q.Questions[i].Name):
	case i >= e.question:
		p.exprFail(e, survey.CodeExpressionForward, "name", name, "line", strconv.Itoa(p.q.Questions[i].Line))
	case p.q.Questions[i].Type == Note:
		p.exprFail(e, survey.CodeExpressionType, "name", name, "have", string(Note))
	default:
		p.apart(placing{e.question, e.line, e.expr.source, e.group}, i)
	}
}

// referred returns the question n refers to, if it is one of its own value.
func (p *parser) referred(e placed, n *node) (*Question, bool) {
	if n.op != opRef {
		return nil, false
	}
	if n.text == "." && e.itself {
		return &p.q.Questions[e.question], true
	}
	i, ok := p.q.index[n.text]
	if !ok || p.q.Questions[i].Name != n.text {
		return nil, false
	}
	return &p.q.Questions[i], true
}

// bindCompare checks a question compared with a literal: the choice must
// exist, a number must be compared with a number.
func (p *parser) bindCompare(e placed, n, ref, lit *node) {
	q, ok := p.referred(e, ref)
	if !ok || q.Type == Note || !q.Type.Asked() || lit.op != opText && lit.op != opNumber {
		return
	}
	value := lit.text
	if lit.op == opNumber {
		value = fromNumber(lit.number)
	}
	switch {
	case value == "" && !n.call:
	case n.call && (q.Type == Text || q.Type == Date || q.Numeric()), !n.call && (q.Type == Multiple || q.Type == Ranking):
		p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(q.Type), "want", "selected()")
	case q.Numeric() && !isDecimal(value):
		p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(kindText), "want", string(kindNumber))
	case q.Type == Date && lit.op == opText && !isDay(value):
		p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(kindText), "want", string(kindDay))
	case q.Numeric() || q.Type == Text || q.Type == Date:
	default:
		if _, ok := q.Choice(value); !ok {
			p.exprFail(e, survey.CodeExpressionChoice, "name", q.Name, "choice", value, "valid", q.codes())
		}
	}
}

// bindNumbers refuses to calculate with words and lists. Days are compared, added to and
// taken from each other.
func (p *parser) bindNumbers(e placed, n *node) {
	days := n.op != opMul && n.op != opDiv && n.op != opMod && n.op != opNegate
	for _, a := range n.args {
		if q, ok := p.referred(e, a); ok && (q.Type == Text || q.Type == Multiple || q.Type == Ranking || q.Type == Date && !days || q.Type == Attachment) {
			p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(q.Type), "want", string(kindNumber))
		}
	}
}
