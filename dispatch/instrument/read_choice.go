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
