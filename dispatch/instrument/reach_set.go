package instrument

import (
	"maps"
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

// telling lists the choices of a single choice that conditions can tell apart: where
// they only look for some by name, these and one other, of however many there are.
func (q *Question) telling(name string, u *usage) []survey.Answer {
	var places []int
	if u.odd[name] || u.ordered[name] || len(q.Choices) <= fewChoices || q.register == nil {
		for i := range q.Choices {
			places = append(places, i)
		}
	} else {
		places = q.looked(u)
	}
	codes := make([]survey.Answer, len(places))
	for i, at := range places {
		codes[i].Value = survey.AnswerText(q.Choices[at].Code)
	}
	return codes
}

// looked lists the places of the choices that literals are, of the other choice, and of
// one that no literal is.
func (q *Question) looked(u *usage) []int {
	kept := map[int]bool{}
	for _, t := range u.texts {
		if i := q.placeOf(t); i >= 0 {
			kept[i] = true
		}
	}
	for _, x := range u.numbers {
		for _, i := range q.register.byNumber()[x] {
			kept[i] = true
		}
	}
	if i := q.register.other; i >= 0 {
		kept[i] = true
	}
	for i := range q.Choices {
		if !kept[i] {
			kept[i] = true
			break
		}
	}
	return slices.Sorted(maps.Keys(kept))
}

// conditions counts the different conditions of the questions.
func (q *Questionnaire) conditions() int {
	seen := map[string]bool{}
	for i := range q.Questions {
		if e := q.Questions[i].Relevant; e != nil {
			seen[e.source] = true
		}
	}
	return len(seen)
}
