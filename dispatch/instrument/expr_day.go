package instrument

import (
	"math"

	"canvass/dispatch/survey"
)

// todayMark is the name under which a lookup gives the day on which the answer is
// given. No question is named so.
const todayMark = "\x01today"

// asksToday reports whether e depends on the day on which it is evaluated.
func (e *Expr) asksToday() bool {
	asks := false
	e.root.walk(func(n *node) { asks = asks || n.call && n.op == "today" })
	return asks
}

// epoch is the day that is 0 as a number, as in XPath of XLSForm.
var epoch = survey.Date{Year: 1970, Month: 1, Day: 1}

// isDay reports whether s is a day as an answer keeps it: 2026-12-31.
func isDay(s string) bool {
	_, err := survey.ParseDate(s)
	return err == nil
}

// dayNumber is how many days the day s lies after 1970-01-01; NaN if it is none.
func dayNumber(s string) float64 {
	d, err := survey.ParseDate(s)
	if err != nil {
		return math.NaN()
	}
	return float64(d.Since(epoch))
}

// dayOfValue is v as a day: a day as it is, the text of one, or the day so many days
// after 1970-01-01. What is no day of the years 1 to 9999 is the empty day.
func dayOfValue(v Value) Value {
	if v.kind != kindNumber && isDay(v.text) {
		return Value{kind: kindDay, text: v.text}
	}
	x := math.Floor(v.Number())
	if first, last := dayNumber("0001-01-01"), dayNumber("9999-12-31"); x >= first && x <= last {
		return Value{kind: kindDay, text: epoch.Add(int(x)).String()}
	}
	return Value{kind: kindDay}
}

// answer is the value of a reference.
func (n *node) answer(a survey.Answer) Value {
	if n.day {
		return Value{kind: kindDay, text: string(a.Value)}
	}
	return Value{kind: kindAnswer, text: string(a.Value)}
}

// numbers are a and b as numbers. Beside a day a text is read as a day.
func numbers(a, b Value) (x, y float64) {
	x, y = a.Number(), b.Number()
	if a.kind == kindDay && b.isText() && math.IsNaN(y) {
		y = dayNumber(b.text)
	}
	if b.kind == kindDay && a.isText() && math.IsNaN(x) {
		x = dayNumber(a.text)
	}
	return x, y
}

func (v Value) isText() bool { return v.kind == kindText || v.kind == kindAnswer }

// checkDay demands something that can be a day. What is written out must be one.
func (n *node) checkDay() *survey.Error {
	a := n.args[0]
	if a.kind == kindBool || a.op == opText && !isDay(a.text) {
		return a.wrong(kindDay)
	}
	return nil
}

// bindDays marks references to dates, and refuses what does not go with days. today()
// stands in constraints only: they are looked at once, when the answer is given.
func (p *parser) bindDays(e placed, n *node) {
	switch {
	case n.op == opRef:
		if q, ok := p.referred(e, n); ok && q.Type == Date {
			n.day = true
		}
	case n.call && n.op == "today" && !e.itself:
		p.exprFail(e, survey.CodeExpressionToday)
	case n.call && (n.op == "date" || n.op == "decimal-date-time"):
		p.bindDay(e, n.args[0])
	case n.op == opLt, n.op == opLe, n.op == opGt, n.op == opGe, n.op == opEq, n.op == opNe:
		for i, a := range n.args {
			if p.isDay(e, a) {
				p.bindBeside(e, n.args[1-i])
			}
		}
	}
}

// isDay reports whether a part of an expression is a day.
func (p *parser) isDay(e placed, n *node) bool {
	q, ok := p.referred(e, n)
	return n.kind == kindDay || ok && q.Type == Date
}

// bindDay refuses to take the answer to a question that is no day for one.
func (p *parser) bindDay(e placed, n *node) {
	if q, ok := p.referred(e, n); ok && q.Type != Date && q.Type != Text && !q.Numeric() && q.Type.Asked() && q.Type != Note {
		p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(q.Type), "want", string(kindDay))
	}
}

// bindBeside refuses to compare a day with an answer that is none, or with a number
// that is written out; one that was calculated may be days.
func (p *parser) bindBeside(e placed, n *node) {
	q, ok := p.referred(e, n)
	switch {
	case ok && q.Type != Date && q.Type.Asked() && q.Type != Note:
		p.exprFail(e, survey.CodeExpressionType, "name", q.Name, "have", string(q.Type), "want", string(kindDay))
	case n.op == opNumber:
		p.exprFail(e, survey.CodeExpressionType, "have", string(kindNumber), "want", string(kindDay))
	}
}
