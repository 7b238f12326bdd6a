package instrument

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

func itoa(n int) string   { return strconv.Itoa(n) }
func nfc(s string) string { return norm.NFC.String(s) }

// Number words, each at its value. They count only when nothing but figures
// and number words is in the reply.
var numberWords = [...][]phrase{
	1: phrases("một", "one"), 2: phrases("hai", "two"), 3: phrases("ba", "three"),
	4: phrases("bốn", "tư", "four"), 5: phrases("năm", "five"), 6: phrases("sáu", "six"),
	7: phrases("bảy", "bẩy", "seven"), 8: phrases("tám", "eight"), 9: phrases("chín", "nine"), 10: phrases("mười", "ten"),
}

// numberWord reads one word as a number, or -1.
func numberWord(w word) int {
	for n, list := range numberWords {
		if isOneOf([]word{w}, list) {
			return n
		}
	}
	return -1
}

// Words that may stand around an answer without changing it: what leads to a
// figure, and what people put before a label.
var (
	leadWords   = phrases("số", "chọn", "tôi chọn", "em chọn", "con chọn", "là", "phương án", "đáp án", "trả lời", "ý", "mức", "option", "number", "answer")
	fillerWords = phrases("tôi", "em", "tôi thấy", "em thấy", "thấy", "là", "thì", "theo tôi", "theo em", "chọn", "số", "đáp án",
		"trả lời", "mình", "mình thấy", "chúng tôi", "tôi nghĩ", "i think", "it is", "i choose")
	joinWords = phrases("và", "với", "cùng", "and")
)

// scan is the state of reading a reply to a choice question.
type scan struct {
	q       *Question
	v       *vocabulary
	m       message
	found   []int // choices in the order of the reply, each once
	doubt   []int // choices that share the spelling that was used
	labels  int   // how many labels were read
	other   string
	unknown []word
	lone    bool // a label that is a negation by itself was read
}

// readChoices reads a single or multiple choice or a labelled scale.
func (q *Question) readChoices(m message, words []word, c ReadContext) Reading {
	if len(words) == 0 {
		return again("empty", survey.CodeAnswerChoice)
	}
	s := &scan{q: q, v: q.words(), m: m}
	if r, ok := s.wordOrFigure(words, c); ok {
		return r
	}
	if s.oneNumber(words) {
		return again("not_a_choice", survey.CodeAnswerChoice)
	}
	if !s.numbers(words) {
		s.found = nil
		s.walk(words)
	}
	return s.result(words)
}

// wordOrFigure asks back when one plain word is both a number and a label or
// the person's own name: "nam" is five, Nam, or male.
func (s *scan) wordOrFigure(words []word, c ReadContext) (Reading, bool) {
	if len(words) != 1 || !words[0].plain() {
		return Reading{}, false
	}
	n := numberWord(words[0])
	if n < 0 || s.v.figure(s.q, itoa(n)) < 0 {
		return Reading{}, false
	}
	labelled, size := s.v.labelAt(words)
	name, named := lastWord(c.GivenName)
	if size == 1 && !slices.Contains(labelled, s.v.figure(s.q, itoa(n))) || named && words[0].base == name.base {
		return again("figure_or_word", survey.CodeAnswerChoice, "value", words[0].base), true
	}
	return Reading{}, false
}

// numbers reads a reply of nothing but figures and number words, after words
// that lead to a figure.
func (s *scan) numbers(words []word) bool {
	for n := longest(words, leadWords, false); n > 0 && n < len(words); n = longest(words, leadWords, false) {
		words = words[n:]
	}
	for _, w := range words {
		if isOneOf([]word{w}, joinWords) && len(words) > 1 {
			continue
		}
		figure := w.base
		if n := numberWord(w); n >= 0 {
			if labelled, size := s.v.labelAt([]word{w}); size == 1 && len(labelled) > 0 {
				return false
			}
			figure = itoa(n)
		}
		i := s.v.figure(s.q, figure)
		if i < 0 {
			return false
		}
		s.take(i)
	}
	return len(s.found) > 0
}

// oneNumber reports whether figures belong to one number that is not a choice:
// 1.500, 3/4, 2-3, 09:30. In a multiple choice they are a list.
func (s *scan) oneNumber(words []word) bool {
	for i := 1; i < len(words) && s.q.Type != Multiple && s.q.Type != Ranking; i++ {
		between := s.m.text[words[i-1].end:words[i].start]
		if len(between) == 1 && strings.Contains("./:-", between) && isDigit(words[i-1].base[0]) && isDigit(words[i].base[0]) {
			return true
		}
	}
	return false
}

func (s *scan) take(i int) {
	if !slices.Contains(s.found, i) {
		s.found = append(s.found, i)
	}
}

// walk reads labels and figures from left to right; what is neither is kept
// as unknown, or as the words of an other choice just read.
func (s *scan) walk(words []word) {
	for len(words) > 0 {
		choices, n := s.v.labelAt(words)
		filler := max(longest(words, fillerWords, false), longest(words, joinWords, false))
		figure := s.v.figure(s.q, words[0].base)
		switch {
		case n > 0 && n >= filler:
			s.label(choices, words[:n])
			words = words[n:]
		case filler > 0:
			words = words[filler:]
		case figure >= 0:
			s.take(figure)
			words = words[1:]
		case s.takesWords():
			s.other = strings.TrimSpace(s.m.text[words[0].start:])
			return
		default:
			s.unknown = append(s.unknown, words[0])
			words = words[1:]
		}
	}
}

// label notes the choices that a spelling stands for.
func (s *scan) label(choices []int, words []word) {
	s.labels++
	if len(choices) > 1 {
		s.doubt = choices
		return
	}
	s.take(choices[0])
	s.lone = s.lone || len(words) == 1 && isOneOf(words, negations)
}

// takesWords reports whether the last choice read is the other choice, so that
// what follows are its words.
func (s *scan) takesWords() bool {
	return len(s.found) > 0 && len(s.unknown) == 0 && s.q.Choices[s.found[len(s.found)-1]].Other
}

// result decides what the scan came to. Whatever is not certain is asked
// again; a negation above all, since it turns an answer into its opposite.
func (s *scan) result(words []word) Reading {
	switch {
	case len(s.doubt) > 1:
		r := again("ambiguous", survey.CodeAnswerChoice)
		r.Choices = s.codes(s.doubt)
		return r
	case s.negated():
		return s.negation()
	case len(s.unknown) > 0 && len(s.found) > 0:
		return again("unclear", survey.CodeAnswerChoice)
	case len(s.found) == 0:
		return again("not_a_choice", survey.CodeAnswerChoice)
	case s.q.Type == Ranking && s.repeats(words):
		return again("repeated", survey.CodeAnswerRanking, "max", itoa(s.q.MaxChoices))
	case s.q.Type != Multiple && s.q.Type != Ranking && len(s.found) > 1:
		r := again("several", survey.CodeAnswerTooMany, "value", itoa(len(s.found)), "max", "1")
		r.Choices = s.codes(s.found)
		return r
	}
	reason := "figure"
	if s.labels > 0 {
		reason = "label"
	} else if numberWord(words[len(words)-1]) >= 0 {
		reason = "number_word"
	}
	r := s.q.chose(s.codes(s.found), reason)
	if r.Outcome == survey.ReadAnswer && s.other != "" {
		r.Other = survey.AnswerText(s.other)
	}
	return r
}

// negated reports whether a choice was named beside a negation.
func (s *scan) negated() bool {
	if len(s.found) == 0 {
		return false
	}
	if s.lone && len(s.found)+len(s.unknown) > 1 {
		return true
	}
	for i := range s.unknown {
		if longest(s.unknown[i:], negations, false) > 0 {
			return true
		}
	}
	return false
}

// negation asks which of two opposite choices is meant, where there are two.
func (s *scan) negation() Reading {
	r := again("negation", survey.CodeAnswerChoice)
	for _, i := range s.found {
		if positive, negative, ok := s.v.opposite(i); ok {
			r.Choices = s.codes([]int{positive, negative})
			break
		}
	}
	return r
}

// opposite returns the two choices of which one is labelled "không" and the
// label of the other, the positive one first, if i is either.
func (v *vocabulary) opposite(i int) (positive, negative int, ok bool) {
	for _, own := range v.labels {
		if own.choice != i {
			continue
		}
		for _, other := range v.labels {
			switch {
			case own.negates(other):
				return other.choice, own.choice, true
			case other.negates(own):
				return own.choice, other.choice, true
			}
		}
	}
	return 0, 0, false
}

// negates reports whether s is "không" before the words of other.
func (s spelled) negates(other spelled) bool {
	return len(s.words) == len(other.words)+1 && s.words[0].same(noLabel[0]) && sameWords(s.words[1:], other.words)
}

func (s *scan) codes(choices []int) []string {
	codes := make([]string, len(choices))
	for i, c := range choices {
		codes[i] = s.q.Choices[c].Code
	}
	return codes
}

// chose turns recognised codes into an answer, or says why they cannot be one.
func (q *Question) chose(codes []string, reason string) Reading {
	ans, err := q.answerOf(codes)
	if err != nil {
		r := Reading{Outcome: survey.ReadAskAgain, Reason: choiceProblem(err.Code), Code: err.Code, Args: err.Args, Choices: codes}
		return r
	}
	return Reading{Outcome: survey.ReadAnswer, Answer: ans, Reason: reason, Choices: codes}
}

func choiceProblem(code survey.Code) string {
	switch code {
	case survey.CodeAnswerTooMany:
		return "too_many"
	case survey.CodeAnswerExclude:
		return "exclusive"
	case survey.CodeAnswerRanking:
		return "not_a_ranking"
	default:
		return "not_a_choice"
	}
}

// answerOf is the answer of the chosen codes, in questionnaire order; of a ranking
// in the order given.
func (q *Question) answerOf(codes []string) (survey.Answer, *survey.Error) {
	if q.Type == Ranking {
		return q.ranking(codes)
	}
	var at []int
	for _, code := range codes {
		i := q.placeOf(code)
		if i < 0 {
			return survey.Answer{}, answerError(survey.CodeAnswerChoice, "valid", q.codes())
		}
		at = append(at, i)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	chosen := make([]*Choice, len(at))
	for i, place := range at {
		chosen[i] = &q.Choices[place]
	}
	limit := 1
	if q.Type == Multiple {
		limit = q.MaxChoices
	}
	if len(chosen) == 0 {
		return survey.Answer{}, answerError(survey.CodeAnswerRequired)
	}
	values := make([]string, len(chosen))
	for i, c := range chosen {
		values[i] = c.Code
		if c.Exclusive && len(chosen) > 1 {
			return survey.Answer{}, answerError(survey.CodeAnswerExclude, "choice", c.Code)
		}
	}
	if len(chosen) > limit {
		return survey.Answer{}, answerError(survey.CodeAnswerTooMany, "value", itoa(len(chosen)), "max", itoa(limit))
	}
	if chosen[0].Missing != "" {
		return survey.Answer{Missing: chosen[0].Missing}, nil
	}
	return survey.Answer{Value: survey.AnswerText(strings.Join(values, " "))}, nil
}

func answerError(code survey.Code, args ...string) *survey.Error {
	e := &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}
