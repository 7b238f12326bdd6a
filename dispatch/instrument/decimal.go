package instrument

import (
	"math"
	"regexp"
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

// A number with a fraction as people write it, with either sign before the
// fraction, and with thousands parted: 3,5  3.5  1.234,5  1,234.5  1 234,5.
var (
	fractionForm = regexp.MustCompile(`^(-?[0-9]+)[.,]([0-9]+)$`)
	partedForm   = regexp.MustCompile(`^(-?[0-9]{1,3}(?:[. ][0-9]{3})+),([0-9]+)$|^(-?[0-9]{1,3}(?:[, ][0-9]{3})+)\.([0-9]+)$`)
	unparted     = strings.NewReplacer(".", "", ",", "", " ", "")
)

// readDecimal reads s as a number with a fraction. Three figures behind the sign
// may be thousands as well: then only what the bounds allow is taken, and where
// they allow both it is asked again.
func (q *Question) readDecimal(s string) Reading {
	var found []int64
	add := func(text string) {
		if n, ok := q.parseSteps(text); ok && n >= q.Min && n <= q.Max {
			found = append(found, n)
		}
	}
	whole := wholeForm.MatchString(s)
	fraction := fractionForm.FindStringSubmatch(s)
	if whole {
		add(unparted.Replace(s))
	}
	if fraction != nil {
		add(fraction[1] + "." + fraction[2])
	}
	parted := partedForm.FindStringSubmatch(s)
	if parted != nil {
		add(unparted.Replace(parted[1]+parted[3]) + "." + parted[2] + parted[4])
	}
	switch {
	case !whole && fraction == nil && parted == nil:
		return again("not_a_number", survey.CodeAnswerNumber, q.bounds()...)
	case len(found) == 2 && found[0] != found[1]:
		return again("separator", survey.CodeAnswerNumber, q.bounds("value", s)...)
	case len(found) == 0:
		return again("out_of_range", survey.CodeAnswerRange, q.bounds("value", s)...)
	}
	return q.counted(found[0], "figure")
}
