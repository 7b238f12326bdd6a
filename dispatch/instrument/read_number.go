package instrument

import (
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// A whole number as people write it: 12, 1.500, 1 500, 1,500, 5k, 5 nghìn.
var (
	wholeForm   = regexp.MustCompile(`^(-?[0-9]+|-?[0-9]{1,3}(?:[., ][0-9]{3})+)$`)
	scoreForm   = regexp.MustCompile(`^([0-9]+) ?/ ?([0-9]+)$`)
	amountLead  = phrases("khoảng", "chừng", "độ", "cỡ", "gần", "tầm", "được", "là", "số", "có", "chọn", "tôi chọn", "about")
	amountUnit  = phrases("người", "người dân", "lần", "ngày", "việc", "cuộc", "lượt", "hộ", "nhà", "điểm", "people", "times", "days")
	thousandEnd = phrases("k", "nghìn", "ngàn")
)

// readNumber reads an integer or a numeric scale.
func (q *Question) readNumber(m message, words []word, c ReadContext) Reading {
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerNumber, q.bounds()...)
	}
	v := q.words()
	if choices, n := v.labelAt(words); n == len(words) && len(choices) == 1 {
		return q.chose([]string{q.Choices[choices[0]].Code}, "label")
	}
	if q.Type == Scale && isOneOf(words, v.low) {
		return q.counted(q.Min, "label")
	}
	if q.Type == Scale && isOneOf(words, v.high) {
		return q.counted(q.Max, "label")
	}
	for n := longest(words, amountLead, false); n > 0 && n < len(words); n = longest(words, amountLead, false) {
		words = words[n:]
	}
	for n := longest(words, amountUnit, true); n > 0 && n < len(words); n = longest(words, amountUnit, true) {
		words = words[:len(words)-n]
	}
	if len(words) == 1 {
		if n := numberWord(words[0]); n >= 0 {
			return q.readNumberWord(words[0], n, c)
		}
	}
	return q.readFigures(m, words)
}

// readNumberWord reads a number word standing alone, unless it is the
// person's own name.
func (q *Question) readNumberWord(w word, n int, c ReadContext) Reading {
	if name, ok := lastWord(c.GivenName); ok && w.plain() && name.base == w.base {
		return again("figure_or_word", survey.CodeAnswerNumber, q.bounds("value", w.base)...)
	}
	return q.counted(int64(n)*q.unit(), "number_word")
}

// readFigures reads what is left of the reply as one whole number.
func (q *Question) readFigures(m message, words []word) Reading {
	thousands := false
	last := words[len(words)-1]
	end := last.end
	switch {
	case isOneOf(words[len(words)-1:], thousandEnd) && len(words) > 1:
		thousands, end = true, words[len(words)-2].end
	case strings.HasSuffix(last.base, "k") && last.plain() && len(last.base) > 1:
		thousands, end = true, last.end-1
	}
	start := words[0].start
	if start > 0 && m.text[start-1] == '-' && (start == 1 || m.text[start-2] == ' ') {
		start--
	}
	s := m.text[start:end]
	if score := scoreForm.FindStringSubmatch(s); score != nil && score[2] == q.Number(q.Max) {
		s = score[1]
	}
	if q.Type == Decimal && !thousands {
		return q.readDecimal(s)
	}
	if !wholeForm.MatchString(s) {
		return again("not_a_number", survey.CodeAnswerNumber, q.bounds()...)
	}
	n, err := strconv.ParseInt(strings.NewReplacer(".", "", ",", "", " ", "").Replace(s), 10, 64)
	if err != nil || n > maxNumber/q.unit() || n < -maxNumber/q.unit() {
		return again("out_of_range", survey.CodeAnswerRange, q.bounds("value", s)...)
	}
	if thousands {
		n *= 1000
	}
	return q.counted(n*q.unit(), "figure")
}

// counted is the reading of a number, if it is within bounds.
func (q *Question) counted(n int64, reason string) Reading {
	value := q.Number(n)
	if n < q.Min || n > q.Max || q.Step > 0 && (n-q.Min)%q.Step != 0 {
		return again("out_of_range", survey.CodeAnswerRange, q.bounds("value", value)...)
	}
	return Reading{Outcome: survey.ReadAnswer, Answer: survey.Answer{Value: survey.AnswerText(value)}, Reason: reason}
}

// bounds are the arguments min and max, after others.
func (q *Question) bounds(args ...string) []string {
	return append(args, "min", q.Number(q.Min), "max", q.Number(q.Max))
}
