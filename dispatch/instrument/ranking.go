package instrument

import (
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// rankedForm parts the place from the code in what a form sends of a ranking:
// "2:nuoc" puts nuoc second.
const rankedForm = ":"

// Ranked is what a form sends for a choice at a place, from 1.
func Ranked(place int, code string) string { return strconv.Itoa(place) + rankedForm + code }

// formRanking reads places given to choices. They need not begin at 1 nor be
// without gaps, but no two choices may have the same.
func (q *Question) formRanking(values []string) (survey.Answer, *survey.Error) {
	if len(values) == 1 && !strings.Contains(values[0], rankedForm) {
		return q.ranking(strings.Fields(values[0])) // as it is stored, or a missing reason
	}
	at := map[int]string{}
	for _, v := range values {
		place, code, _ := strings.Cut(v, rankedForm)
		n, err := strconv.Atoi(place)
		if _, twice := at[n]; err != nil || twice || n < 1 {
			return survey.Answer{}, answerError(survey.CodeAnswerRanking, "max", itoa(q.MaxChoices))
		}
		at[n] = code
	}
	places := make([]int, 0, len(at))
	for n := range at {
		places = append(places, n)
	}
	slices.Sort(places)
	codes := make([]string, len(places))
	for i, n := range places {
		codes[i] = at[n]
	}
	return q.ranking(codes)
}

// ranking is the answer of codes in their order: as many as are to be ranked, each
// once; or one missing reason.
func (q *Question) ranking(codes []string) (survey.Answer, *survey.Error) {
	if len(codes) == 1 {
		if c, ok := q.Choice(codes[0]); ok && c.Missing != "" {
			return survey.Answer{Missing: c.Missing}, nil
		}
	}
	for i, code := range codes {
		c, ok := q.Choice(code)
		if !ok || c.Missing != "" {
			return survey.Answer{}, answerError(survey.CodeAnswerChoice, "valid", q.codes())
		}
		if slices.Contains(codes[:i], code) {
			return survey.Answer{}, answerError(survey.CodeAnswerRanking, "max", itoa(q.MaxChoices))
		}
	}
	if len(codes) != q.MaxChoices {
		return survey.Answer{}, answerError(survey.CodeAnswerRanking, "max", itoa(q.MaxChoices), "value", itoa(len(codes)))
	}
	return survey.Answer{Value: survey.AnswerText(strings.Join(codes, " "))}, nil
}

// repeats reports whether a figure stands twice in a reply that ranks.
func (s *scan) repeats(words []word) bool {
	seen := map[string]bool{}
	for _, w := range words {
		if s.v.figure(s.q, w.base) < 0 {
			continue
		}
		if seen[w.base] {
			return true
		}
		seen[w.base] = true
	}
	return false
}
