package instrument

import (
	"regexp"
	"strings"

	"canvass/dispatch/survey"
)

var (
	scoreForm  = regexp.MustCompile(`^([0-9]+) ?(?:/|trên|tren|out of) ?([0-9]+)$`)
	amountLead = phrases("khoảng", "khoảng chừng", "chừng", "độ", "cỡ", "gần", "tầm", "được", "là", "số", "có", "chọn", "cho", "chấm", "mức", "tôi", "tui", "em", "mình", "con", "cháu", "bác", "chú", "nhà tôi", "nhà em",
		"nhà mình", "thu", "thu nhập", "lương", "tổng", "tổng cộng", "ok", "about", "around", "roughly", "i think", "i give", "it is")
	phoneForm = regexp.MustCompile(`^(?:0[0-9]{8,}|84[0-9]{9})$`)
)

// readNumber reads an integer, a decimal or a numeric scale.
func (q *Question) readNumber(m message, words []word, c ReadContext) Reading {
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerNumber, q.bounds()...)
	}
	if r, ok := c.note(LookedMissing)(q.missingSaid(words)); ok {
		return r
	}
	v := q.words()
	if q.Type == Scale && isOneOf(plainNo(words), v.low) {
		r, _ := c.note(LookedLabels)(q.counted(q.Min, "label"), true)
		return r
	}
	if q.Type == Scale && isOneOf(words, v.high) {
		r, _ := c.note(LookedLabels)(q.counted(q.Max, "label"), true)
		return r
	}
	for n := longest(words, amountLead, false); n > 0 && n < len(words); n = longest(words, amountLead, false) {
		words = words[n:]
	}
	r, _ := c.note(LookedNumber)(q.readAmount(m, words, c), true)
	return r
}

// missingSaid reads a missing reason, said in its words: what stands around it says
// nothing.
func (q *Question) missingSaid(words []word) (Reading, bool) {
	v := q.words()
	words = unled(words)
	choices, n := v.labelAt(words)
	none := Reading{Reason: "not_missing"}
	if n == 0 || len(choices) != 1 || q.Choices[choices[0]].Missing == "" {
		return none, false
	}
	for rest := words[n:]; len(rest) > 0; {
		tail := max(longest(rest, unsureTails, false), longest(rest, fillerWords, false))
		if tail == 0 {
			return none, false
		}
		rest = rest[tail:]
	}
	return q.chose([]string{q.Choices[choices[0]].Code}, "label"), true
}

// readAmount reads what is left of the reply as one amount.
func (q *Question) readAmount(m message, words []word, c ReadContext) Reading {
	if len(words) == 1 && words[0].plain() && numberWord(words[0]) >= 0 {
		if name, ok := lastWord(c.GivenName); ok && name.base == words[0].base {
			return again("figure_or_word", survey.CodeAnswerNumber, q.bounds("value", words[0].base)...)
		}
	}
	s := m.text[words[0].start:words[len(words)-1].end]
	if score := scoreForm.FindStringSubmatch(strings.ToLower(q.unmarked(m, s))); score != nil && score[2] == q.Number(q.Max) {
		return q.amountOf(amount{text: score[1], values: literal(score[1])}, "figure")
	}
	p := &amounts{q: q, m: m, words: words}
	a, ok := p.read()
	if !ok && !a.huge {
		return again("not_a_number", survey.CodeAnswerNumber, q.bounds()...)
	}
	return q.amountOf(a, p.reason())
}

// unmarked is the text of a mark without the word for it: "8 điểm" of "8/10 điểm".
func (q *Question) unmarked(m message, s string) string {
	if q.Type != Scale {
		return s
	}
	for _, unit := range [...]string{" điểm", " diem", " points"} {
		s = strings.TrimSuffix(s, unit)
	}
	return s
}

// amountOf turns what an amount may be into an answer: what is no step of the question,
// or beyond its bounds, it cannot be. If two remain, they are asked about.
func (q *Question) amountOf(a amount, reason string) Reading {
	var fit, beyond []int64
	for _, v := range a.values {
		n, ok := q.stepsOf(v)
		switch {
		case ok && n >= q.Min && n <= q.Max:
			fit = append(fit, n)
		case ok:
			beyond = append(beyond, n)
		}
	}
	switch {
	case len(fit) == 2 && fit[0] != fit[1]:
		r := again("separator", survey.CodeAnswerNumber, q.bounds("value", a.text)...)
		r.Choices = []string{q.Number(fit[0]), q.Number(fit[1])}
		return r
	case len(fit) > 0:
		return q.counted(fit[0], reason)
	case len(beyond) > 0:
		return again("out_of_range", survey.CodeAnswerRange, q.bounds("value", q.Number(beyond[0]))...)
	case a.huge || q.Type == Decimal && len(a.values) > 0:
		return again("out_of_range", survey.CodeAnswerRange, q.bounds("value", a.text)...)
	}
	return again("not_a_number", survey.CodeAnswerNumber, q.bounds()...)
}

// stepsOf is a number of millionths in the question's own steps, if it is a whole
// number of them.
func (q *Question) stepsOf(millionths int64) (int64, bool) {
	step := int64(million) / q.unit()
	return millionths / step, millionths%step == 0
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
