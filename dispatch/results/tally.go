package results

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Mass is a number of respondents, the sum of their weights, and that of the squares
// of their weights: all that the variance of a share needs of them.
type Mass struct {
	N     int
	W, W2 float64
}

func (m *Mass) add(weight float64) { m.N, m.W, m.W2 = m.N+1, m.W+weight, m.W2+weight*weight }

func (m Mass) plus(b Mass) Mass { return Mass{m.N + b.N, m.W + b.W, m.W2 + b.W2} }

func (m Mass) count() Count { return Count{m.N, m.W} }

// Even reports whether all weights are the same, to rounding.
func (m Mass) Even() bool { return m.N == 0 || m.W2*float64(m.N)-m.W*m.W <= 1e-9*m.W*m.W }

// Effective is how many respondents of equal weight tell as much: n over the design
// effect of weighting, (Σw)²/Σw² [Kish 1965].
func (m Mass) Effective() float64 {
	if m.W2 == 0 {
		return 0
	}
	return m.W * m.W / m.W2
}

// Place is what tables are broken down by.
type Place struct {
	Stratum string
	Mode    survey.Mode
}

// Tally counts the answers to one question as they come, by place, and keeps none of
// them: however many there are, it is as large as there are different answers. It is
// not safe for concurrent use while rows are added.
type Tally struct {
	Question Question
	cells    map[Place]*cell
}

// cell is what was answered at one place.
type cell struct {
	all, base Mass
	codes     map[string]Mass
	missing   map[survey.Missing]Mass
	first     map[string]Mass // rankings
	places    map[string]int  // rankings: the sum of the places
}

// NewTally is a tally of q without rows.
func NewTally(q Question) *Tally { return &Tally{Question: q, cells: map[Place]*cell{}} }

// Add counts one response's answer.
func (t *Tally) Add(r Row) {
	at := Place{r.Stratum, r.Mode}
	c := t.cells[at]
	if c == nil {
		c = &cell{codes: map[string]Mass{}, missing: map[survey.Missing]Mass{}, first: map[string]Mass{}, places: map[string]int{}}
		t.cells[at] = c
	}
	c.all.add(r.Weight)
	codes := codesOf(t.Question, r.Answer)
	if len(codes) == 0 {
		into(c.missing, cmp.Or(r.Answer.Missing, survey.MissingNotReached), r.Weight)
		return
	}
	c.base.add(r.Weight)
	for _, code := range codes {
		into(c.codes, code, r.Weight)
	}
	if t.Question.Type != Ranking {
		return
	}
	for i, code := range strings.Fields(string(r.Answer.Value)) {
		c.places[code] += i + 1
		if i == 0 {
			into(c.first, code, r.Weight)
		}
	}
}

func into[K comparable](m map[K]Mass, k K, weight float64) {
	x := m[k]
	x.add(weight)
	m[k] = x
}

// Within is the part of t at the places that keep says; it shares what t has.
func (t *Tally) Within(keep func(Place) bool) *Tally {
	out := NewTally(t.Question)
	for at, c := range t.cells {
		if keep(at) {
			out.cells[at] = c
		}
	}
	return out
}

// Places are the places with a response, by stratum and mode.
func (t *Tally) Places() []Place {
	return slices.SortedFunc(maps.Keys(t.cells), func(a, b Place) int {
		return cmp.Or(strings.Compare(a.Stratum, b.Stratum), strings.Compare(string(a.Mode), string(b.Mode)))
	})
}

// whole adds the places up, in a fixed order, so that sums are repeatable.
func (t *Tally) whole() cell {
	out := cell{codes: map[string]Mass{}, missing: map[survey.Missing]Mass{}, first: map[string]Mass{}, places: map[string]int{}}
	for _, at := range t.Places() {
		c := t.cells[at]
		out.all, out.base = out.all.plus(c.all), out.base.plus(c.base)
		for k, m := range c.codes {
			out.codes[k] = out.codes[k].plus(m)
		}
		for k, m := range c.missing {
			out.missing[k] = out.missing[k].plus(m)
		}
		for k, m := range c.first {
			out.first[k] = out.first[k].plus(m)
		}
		for k, n := range c.places {
			out.places[k] += n
		}
	}
	return out
}

// Base are those who answered.
func (t *Tally) Base() Mass { return t.whole().base }

// Table is the frequency table of everything that was counted.
func (t *Tally) Table() Table {
	q, c := t.Question, t.whole()
	out := Table{Question: q, Sentence: SentenceOf(q.Kind), Respondents: c.all.count(), Base: c.base.count(), Lines: []Line{}, Missing: []MissingLine{}}
	if q.Type != Text && q.Type != Note {
		out.Lines = lines(q, c.codes, c.base)
	}
	if q.Type == Ranking {
		for i := range out.Lines {
			l := &out.Lines[i]
			first := c.first[l.Code].count()
			l.First, l.MeanPlace = &first, share(float64(c.places[l.Code]), float64(l.Count.N))
		}
	}
	for _, reason := range missingOrder() {
		if m, ok := c.missing[reason]; ok {
			out.Missing = append(out.Missing, MissingLine{Reason: reason, Count: m.count()})
		}
	}
	if q.Type.numbers() {
		out.Mean = mean(c.codes)
	}
	return out
}
