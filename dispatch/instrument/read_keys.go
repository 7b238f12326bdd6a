package instrument

import (
	"strings"

	"canvass/dispatch/survey"
)

// Reserved keys of the telephone, everywhere a digit is not part of a number.
const (
	keyStar    = "*"
	keyBackTo  = "0"
	keyTongue  = "8"
	keyRepeats = "9"
	// MaxKeys is how many choices a keypad can carry: 1 to 7.
	MaxKeys = 7
)

// ReadKeys reads what was pressed while q was open, with or without the
// closing #. In numbers 0, 8 and 9 are digits.
func (q *Question) ReadKeys(keys string) Reading {
	keys = strings.TrimSuffix(narrow(strings.TrimSpace(keys)), "#")
	switch {
	case keys == "":
		return again("no_key", survey.CodeAnswerRequired)
	case keys == keyStar:
		return q.star()
	case strings.Trim(keys, "0123456789") != "":
		return again("no_such_key", survey.CodeAnswerChoice)
	case q.Type == Date:
		return q.readDate(keys, survey.Date{})
	case q.Numeric():
		return q.readNumber(newMessage(keys), newMessage(keys).words, ReadContext{})
	}
	switch keys {
	case keyBackTo:
		return Reading{Outcome: survey.ReadBack, Reason: "back"}
	case keyTongue:
		return Reading{Outcome: survey.ReadLanguage, Reason: "language"}
	case keyRepeats:
		return Reading{Outcome: survey.ReadAskAgain, Reason: "repeat"}
	}
	return q.readKeyChoices(keys)
}

// star is hard to say where the question offers it, else skips.
func (q *Question) star() Reading {
	if c, ok := q.missingChoice(survey.MissingDontKnow); ok {
		return q.chose([]string{c.Code}, "star")
	}
	return q.skipped()
}

func (q *Question) readKeyChoices(keys string) Reading {
	if q.Type == Text || q.Type == Note || q.Type != Multiple && q.Type != Ranking && len(keys) > 1 {
		return again("no_such_key", survey.CodeAnswerChoice)
	}
	v := q.words()
	var codes []string
	for _, k := range keys {
		i := v.figure(q, string(k))
		if i < 0 || q.Choices[i].Missing != "" {
			return again("no_such_key", survey.CodeAnswerChoice)
		}
		if code := q.Choices[i].Code; q.Type == Ranking || !contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return q.chose(codes, "key")
}
