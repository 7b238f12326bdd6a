package instrument

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"canvass/dispatch/survey"
)

// MostListed is how many choices, missing reasons apart, are shown as a list. Beyond
// it nobody reads them all: the web asks for the name and shows what it may be, see
// Typed; SMS and calls do not ask.
const MostListed = 40

// register is what is looked up again and again about the choices of a question. Questions
// with one list share one; it is made when the list is, and its dear parts when they
// are first asked for. It is safe for concurrent use.
type register struct {
	other       int // place of the other choice, -1 without one
	unsure      int // of hard to say
	refused     int // of prefer not to say
	substantive int // how many are no missing reason
	others      int // how many open a companion text: one at most, or it is an error

	of    *Question // whose choices they are; never changed
	langs []survey.Lang
	// full is the question whose choices at places these are, nil if they are all.
	full   *Question
	places []int

	figuring, numbering, placing, wording sync.Once

	figured []string
	numbers map[float64][]int // places by the number that the code is
	at      map[string]int    // code → place
	worded  *vocabulary
}

func newRegister(q *Question, langs []survey.Lang) *register {
	r := &register{other: -1, unsure: -1, refused: -1, of: q, langs: langs}
	for i := range slices.Backward(q.Choices) {
		switch q.Choices[i].Missing {
		case "":
			r.substantive++
		case survey.MissingDontKnow:
			r.unsure = i
		case survey.MissingRefused:
			r.refused = i
		}
		if q.Choices[i].Other {
			r.other = i
			r.others++
		}
	}
	return r
}

func (r *register) figures() []string {
	r.figuring.Do(func() { r.figured = r.of.newFigures() })
	return r.figured
}

// byNumber are the places of the choices by the number that their code is.
func (r *register) byNumber() map[float64][]int {
	r.numbering.Do(func() {
		r.numbers = map[float64][]int{}
		for i := range r.of.Choices {
			if x := toNumber(r.of.Choices[i].Code); !math.IsNaN(x) {
				r.numbers[x] = append(r.numbers[x], i)
			}
		}
	})
	return r.numbers
}

// byCode are the places of the choices by their code.
func (r *register) byCode() map[string]int {
	r.placing.Do(func() {
		r.at = make(map[string]int, len(r.of.Choices))
		for i := range slices.Backward(r.of.Choices) {
			r.at[r.of.Choices[i].Code] = i
		}
	})
	return r.at
}

func (r *register) vocabulary() *vocabulary {
	r.wording.Do(func() {
		if r.full != nil {
			r.worded = r.full.words().narrowed(r.of, r.places)
		} else {
			r.worded = newVocabulary(r.of, r.langs)
		}
	})
	return r.worded
}

// fewChoices is up to how many choices looking through them is quicker than a map.
const fewChoices = 12

// placeOf is the place of the choice with that code, -1 if there is none.
func (q *Question) placeOf(code string) int {
	if q.register != nil && len(q.Choices) > fewChoices {
		if i, ok := q.register.byCode()[code]; ok {
			return i
		}
		return -1
	}
	for i := range q.Choices {
		if q.Choices[i].Code == code {
			return i
		}
	}
	return -1
}

// Choice returns the choice with that code.
func (q *Question) Choice(code string) (*Choice, bool) {
	i := q.placeOf(code)
	if i < 0 {
		return nil, false
	}
	return &q.Choices[i], true
}

// missingChoice returns the choice that stands for reason m.
func (q *Question) missingChoice(m survey.Missing) (*Choice, bool) {
	i := -1
	switch {
	case m == "":
	case q.register == nil:
		i = slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Missing == m })
	case m == survey.MissingDontKnow:
		i = q.register.unsure
	case m == survey.MissingRefused:
		i = q.register.refused
	}
	if i < 0 {
		return nil, false
	}
	return &q.Choices[i], true
}

// otherChoice returns the choice that opens the companion text.
func (q *Question) otherChoice() (*Choice, bool) {
	i := -1
	if q.register != nil {
		i = q.register.other
	} else {
		i = slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Other })
	}
	if i < 0 {
		return nil, false
	}
	return &q.Choices[i], true
}

// substantive counts the choices that are not missing reasons.
func (q *Question) substantive() int {
	if q.register != nil {
		return q.register.substantive
	}
	n := 0
	for i := range q.Choices {
		if q.Choices[i].Missing == "" {
			n++
		}
	}
	return n
}

// Figures are what a person types or presses for each choice: the codes where all of
// them are whole numbers, else the places in the list from 1. Hard to say is 0 where no
// choice has that figure; prefer not to say has none ("").
func (q *Question) Figures() []string {
	if q.register != nil {
		return q.register.figures()
	}
	return q.newFigures()
}

// Figure is that of choice i.
func (q *Question) Figure(i int) string { return q.Figures()[i] }

func (q *Question) newFigures() []string {
	figures := make([]string, len(q.Choices))
	coded := true
	for i := range q.Choices {
		coded = coded && (q.Choices[i].Missing != "" || isFigure(q.Choices[i].Code))
	}
	place, unsure, zero := 0, -1, false
	for i := range q.Choices {
		switch c := &q.Choices[i]; {
		case c.Missing == survey.MissingDontKnow:
			unsure = i
		case c.Missing != "":
		case coded:
			figures[i] = c.Code
			zero = zero || c.Code == "0"
		default:
			place++
			figures[i] = strconv.Itoa(place)
		}
	}
	if unsure >= 0 && !zero && !q.Numeric() && q.Type != Date {
		figures[unsure] = "0"
	}
	return figures
}

// mostNamedCodes is how many codes an error names of those that would do.
const mostNamedCodes = 30

// codes lists the codes of q for an error's remedy.
func (q *Question) codes() string {
	var codes []string
	for i := range q.Choices {
		if i == mostNamedCodes {
			return strings.Join(codes, ", ") + ", …"
		}
		codes = append(codes, q.Choices[i].Code)
	}
	return strings.Join(codes, ", ")
}
