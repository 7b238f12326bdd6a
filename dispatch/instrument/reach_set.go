package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// mostNamed is how many named codes a condition may ask a multiple choice for, so
// that all their subsets are tried.
const mostNamed = 8

// sets lists answers to a multiple choice that stand for all of them: every
// subset of the codes that are asked for by name, with any number of the others
// beside it. Exclusive choices stand alone. complete is false when too many are
// asked for.
func (q *Question) sets(named []string) (sets []survey.Answer, complete bool) {
	complete = true
	var asked, others, alone []string
	for i := range q.Choices {
		c := &q.Choices[i]
		switch {
		case c.Exclusive:
			alone = append(alone, c.Code)
		case slices.Contains(named, c.Code) && len(asked) < mostNamed:
			asked = append(asked, c.Code)
		case slices.Contains(named, c.Code):
			complete = false
		default:
			others = append(others, c.Code)
		}
	}
	most := q.MaxChoices
	if most <= 0 {
		most = len(q.Choices)
	}
	for set := range 1 << len(asked) {
		var in []string
		for i, code := range asked {
			if set&(1<<i) != 0 {
				in = append(in, code)
			}
		}
		for n := range len(others) + 1 {
			if size := len(in) + n; size > 0 && size <= most {
				sets = append(sets, survey.Answer{Value: survey.AnswerText(strings.Join(slices.Concat(in, others[:n]), " "))})
			}
		}
	}
	return append(append(sets, values(alone...)...), survey.Answer{}), complete
}
