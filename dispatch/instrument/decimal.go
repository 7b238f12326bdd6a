package instrument

import (
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// maxDecimals is how many places a decimal may have behind the point.
const maxDecimals = 6

// unit is how many steps of a decimal make one: 10 to the number of its places. A
// number is kept as a whole number of these steps.
func (q *Question) unit() int64 {
	unit := int64(1)
	for range q.Decimals {
		unit *= 10
	}
	return unit
}

// Number writes n, a bound or a value in the question's own steps, with a point
// and without zeros at its end.
func (q *Question) Number(n int64) string {
	if q.Decimals == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	whole, rest := n/q.unit(), n%q.unit()
	out := sign + strconv.FormatInt(whole, 10)
	if rest == 0 {
		return out
	}
	behind := strconv.FormatInt(rest, 10)
	behind = strings.Repeat("0", q.Decimals-len(behind)) + behind
	return out + "." + strings.TrimRight(behind, "0")
}

// parseSteps reads "-12.5" as a number of steps.
func (q *Question) parseSteps(s string) (int64, bool) {
	if !isDecimal(s) {
		return 0, false
	}
	whole, behind, _ := strings.Cut(s, ".")
	if len(behind) > q.Decimals {
		if strings.Trim(behind[q.Decimals:], "0") != "" {
			return 0, false
		}
		behind = behind[:q.Decimals]
	}
	n, err := strconv.ParseInt(whole+behind+strings.Repeat("0", q.Decimals-len(behind)), 10, 64)
	return n, err == nil && n <= maxNumber && n >= -maxNumber
}

// steps reads a number in the steps of a decimal from a source.
func (p *parser) steps(q *Question, n *yaml.Node, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	v := p.word(n)
	steps, ok := q.parseSteps(v)
	if !ok {
		p.fail(n.Line, survey.CodeRangeInvalid, "name", q.Name, "value", v)
		return otherwise
	}
	return steps
}

// numberBounds reads the least and the greatest of a number, and its step.
func (p *parser) numberBounds(q *Question, f map[string]*yaml.Node) {
	if q.Type == Decimal {
		q.Decimals = int(p.number(f["decimals"], 2, 1, maxDecimals))
	}
	q.Min = p.steps(q, f["min"], 0)
	q.Max = p.steps(q, f["max"], math.MinInt64)
	if q.Max <= q.Min {
		p.fail(q.Line, survey.CodeRangeInvalid, "name", q.Name, "problem", "max missing or not above min")
		return
	}
	if f["step"] == nil {
		return
	}
	if q.Step = p.steps(q, f["step"], 0); q.Step <= 0 || q.Step > q.Max-q.Min {
		p.fail(f["step"].Line, survey.CodeRangeInvalid, "name", q.Name, "value", p.word(f["step"]), "min", q.Number(1), "max", q.Number(q.Max-q.Min))
	}
}
