package instrument

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/survey"
)

// Reach says whether any answers lead to a question in one mode.
type Reach struct {
	Question string
	// Proof is how far that is known.
	Proof Proof
	// Path are answers that lead there, of ReachSome.
	Path survey.Answers
	// Always says that the question's condition is proven never to be false.
	Always bool
	// Parts are pieces of the condition that are proven to be the same whatever
	// is answered, though the whole is not.
	Parts []ConstantPart
}

// Proof is how far something about all paths is known.
type Proof string

// The proofs.
const (
	ReachSome    Proof = "some"    // Path leads there
	ReachNever   Proof = "never"   // all paths were looked at: none leads there
	ReachUnknown Proof = "unknown" // none was found, and not all could be looked at
)

// ConstantPart is a piece of a condition that never changes.
type ConstantPart struct {
	Expression string
	Value      bool
}

// How many answers are tried: for one condition, and for all of a questionnaire. What
// the conditions before left over is there for those behind.
const (
	reachSteps = 20_000
	reachTotal = 600_000
)

// Reach looks, for every question, for answers that make it apply, given that
// all were answered in mode m. What the mode does not ask is empty. Every
// choice and every way of passing a question over is tried; of numbers and
// texts one of each kind that the condition can tell apart. That is a proof
// where conditions only compare them with literals; where they calculate, or
// where there are too many paths, nothing is claimed that was not seen.
func (q *Questionnaire) Reach(m survey.Mode) []Reach {
	known := map[string]Reach{}
	left, conditions := reachTotal, q.conditions()
	out := make([]Reach, len(q.Questions))
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Relevant == nil {
			out[i] = Reach{Question: question.Name, Proof: ReachSome, Path: survey.Answers{}}
			continue
		}
		r, ok := known[question.Relevant.source]
		if !ok {
			s := newSearch(q, question.Relevant, m)
			s.most = min(reachSteps, left/max(conditions-len(known), 1))
			s.from(0)
			left -= min(s.steps, left)
			r = s.result()
			known[question.Relevant.source] = r
		}
		r.Question = question.Name
		out[i] = r
	}
	return out
}

// variable is one answer that a condition depends on.
type variable struct {
	name     string
	question int
	values   []survey.Answer
}

// search tries the answers that a condition depends on, in their order.
type search struct {
	q        *Questionnaire
	target   *Expr
	vars     []variable
	complete bool // the values tried stand for all values
	steps    int
	most     int            // steps
	answers  survey.Answers // so far, as expressions see them
	path     survey.Answers
	parts    []*node
	held     map[*node][2]bool // was seen false, true
}

func newSearch(q *Questionnaire, e *Expr, m survey.Mode) *search {
	s := &search{q: q, target: e, complete: true, answers: survey.Answers{}, held: map[*node][2]bool{}}
	u := usage{odd: map[string]bool{}, ordered: map[string]bool{}, codes: map[string][]string{}}
	names := s.cone(e, &u)
	for _, name := range names {
		i, ok := q.owner(name)
		if !ok {
			s.complete = false
			continue
		}
		v := variable{name: name, question: i, values: []survey.Answer{{}}}
		if q.asks(i, m) || !q.Questions[i].enumerable() {
			values, complete := q.domain(name, i, &u)
			v.values, s.complete = values, s.complete && complete
		}
		s.vars = append(s.vars, v)
	}
	slices.SortStableFunc(s.vars, func(a, b variable) int {
		return cmp.Or(cmp.Compare(a.question, b.question), cmp.Compare(len(a.name), len(b.name)))
	})
	e.root.walk(func(n *node) {
		if n.kind == kindBool {
			s.parts = append(s.parts, n)
		}
	})
	return s
}

// owner is the place of the question that name, or its companion, belongs to.
func (q *Questionnaire) owner(name string) (int, bool) {
	i, ok := q.index[name]
	if !ok {
		i, ok = q.index[strings.TrimSuffix(name, otherSuffix)]
	}
	return i, ok
}

// cone lists every name that e depends on, also through the relevance of the
// questions it names, and notes how they are used.
func (s *search) cone(e *Expr, u *usage) []string {
	var names []string
	have, seen := map[string]bool{}, map[*Expr]bool{}
	open := []*Expr{e}
	for len(open) > 0 {
		e, open = open[0], open[1:]
		u.note(e.root)
		for _, name := range e.Names() {
			if have[name] {
				continue
			}
			have[name] = true
			names = append(names, name)
			i, ok := s.q.owner(name)
			if !ok {
				continue
			}
			owner := &s.q.Questions[i]
			if owner.Name != name && !have[owner.Name] {
				have[owner.Name] = true
				names = append(names, owner.Name)
			}
			if owner.Relevant != nil && !seen[owner.Relevant] {
				seen[owner.Relevant] = true
				open = append(open, owner.Relevant)
			}
		}
	}
	return names
}

// from tries the values of variable k and of those behind it.
func (s *search) from(k int) {
	if s.steps++; s.steps > s.most {
		return
	}
	if k == len(s.vars) {
		s.look()
		return
	}
	v := &s.vars[k]
	values := v.values
	if !s.applies(v) {
		values = []survey.Answer{{}}
	}
	for _, value := range values {
		s.answers[v.name] = value
		s.from(k + 1)
	}
	delete(s.answers, v.name)
}

// applies reports whether the question of v is asked after the answers so far:
// a companion only where the other choice is among them.
func (s *search) applies(v *variable) bool {
	owner := &s.q.Questions[v.question]
	if owner.Name != v.name && !owner.choseOther(s.answers[owner.Name]) {
		return false
	}
	return owner.Relevant == nil || owner.Relevant.True(s.lookup)
}

func (s *search) lookup(name string) survey.Answer { return s.answers[name] }

// look evaluates the condition after a whole path.
func (s *search) look() {
	for _, n := range s.parts {
		was := s.held[n]
		if n.eval(s.lookup).Bool() {
			was[1] = true
		} else {
			was[0] = true
		}
		s.held[n] = was
	}
	if s.path == nil && s.target.True(s.lookup) {
		s.path = survey.Answers{}
		for name, a := range s.answers {
			if !a.Empty() {
				s.path[name] = a
			}
		}
	}
}

func (s *search) result() Reach {
	all := s.complete && s.steps <= s.most
	r := Reach{Proof: ReachUnknown, Path: s.path}
	switch {
	case s.path != nil:
		r.Proof = ReachSome
	case all:
		r.Proof = ReachNever
	}
	if !all || r.Proof == ReachNever {
		return r
	}
	if !s.held[s.target.root][0] {
		r.Always = true
		return r
	}
	s.constant(s.target.root, &r.Parts)
	return r
}

// constant collects the largest pieces of n that were never seen to change.
func (s *search) constant(n *node, parts *[]ConstantPart) {
	for _, a := range n.args {
		was, boolean := s.held[a]
		if boolean && was[0] != was[1] {
			*parts = append(*parts, ConstantPart{a.write(), was[1]})
			continue
		}
		s.constant(a, parts)
	}
}

// usage is how conditions use the answers they depend on.
type usage struct {
	odd     map[string]bool     // in another way than compared with a literal
	ordered map[string]bool     // by <, <=, > or >=
	codes   map[string][]string // asked for by selected()
	numbers []float64           // literals
	texts   []string
}

func (u *usage) note(root *node) {
	if root.op == opRef {
		u.odd[root.text] = true
	}
	root.walk(func(n *node) {
		switch n.op {
		case opNumber:
			u.numbers = append(u.numbers, n.number)
		case opText:
			u.texts = append(u.texts, n.text)
			if x := toNumber(n.text); !math.IsNaN(x) {
				u.numbers = append(u.numbers, x)
			}
		}
		for i, a := range n.args {
			if a.op == opRef && !u.plain(n, i) {
				u.odd[a.text] = true
			}
		}
	})
}

// plain reports whether argument i of n is compared with a literal, counted or
// searched for one.
func (u *usage) plain(n *node, i int) bool {
	literal := func(n *node) bool {
		return n.op == opNumber || n.op == opText || n.op == opNegate && n.args[0].op == opNumber
	}
	switch n.op {
	case opLt, opLe, opGt, opGe:
		u.ordered[n.args[i].text] = true
		return literal(n.args[1-i])
	case opEq, opNe:
		return literal(n.args[1-i])
	case "count-selected":
		return n.call
	case "selected":
		if !n.call || i != 0 || !literal(n.args[1]) {
			return false
		}
		name := n.args[0].text
		u.codes[name] = append(u.codes[name], n.args[1].eval(nil).Text())
		return true
	}
	return false
}

// domain lists values of name that stand for all its values, and whether they
// do. Passing over comes last, so that a path is found by answers first.
func (q *Questionnaire) domain(name string, i int, u *usage) ([]survey.Answer, bool) {
	question := &q.Questions[i]
	switch {
	case question.Name != name || question.Type == Text:
		values := values("x")
		for _, t := range u.texts {
			values = append(values, survey.Answer{Value: survey.AnswerText(t)})
		}
		return append(values, survey.Answer{}), !u.odd[name]
	case question.Type == Single, question.Type == Scale && !question.Numeric():
		return append(question.telling(name, u), survey.Answer{}), true
	case question.Type == Attachment:
		return question.fileCounts(), !u.odd[name]
	case question.Type == Multiple:
		sets, complete := question.sets(u.codes[name])
		return sets, complete && !u.odd[name]
	case question.Type == Integer, question.Type == Scale:
		return question.figuresNear(u.numbers, u.odd[name])
	}
	// A type whose values are not known here.
	some := values("1")
	for _, t := range u.texts {
		some = append(some, survey.Answer{Value: survey.AnswerText(t)})
		if d, err := survey.ParseDate(t); err == nil {
			some = append(some, values(d.Add(-1).String(), d.Add(1).String())...)
		}
	}
	for _, x := range u.numbers {
		some = append(some, values(fromNumber(x-1), fromNumber(x), fromNumber(x+1))...)
	}
	return append(some, survey.Answer{}), false
}

// enumerable reports whether domain knows the values of the type. What else is
// there may have a value though no mode asks it.
func (q *Question) enumerable() bool {
	switch q.Type {
	case Single, Multiple, Integer, Scale, Text, Note, Attachment:
		return true
	}
	return false
}

func values(texts ...string) []survey.Answer {
	out := make([]survey.Answer, len(texts))
	for i, t := range texts {
		out[i] = survey.Answer{Value: survey.AnswerText(t)}
	}
	return out
}

// smallRange is how many figures are tried one by one.
const smallRange = 32

// figuresNear lists the figures about the literals, which is all that
// comparisons can tell apart; of a small range every figure.
func (q *Question) figuresNear(literals []float64, odd bool) ([]survey.Answer, bool) {
	var figures []int64
	small := q.Max-q.Min < smallRange
	if small {
		for x := q.Min; x <= q.Max; x++ {
			figures = append(figures, x)
		}
	} else {
		figures = append(figures, q.Min, q.Min+(q.Max-q.Min)/2, q.Max)
		for _, x := range literals {
			if x >= -maxNumber && x <= maxNumber {
				figures = append(figures, int64(x)-1, int64(x), int64(x)+1, -int64(x)-1, -int64(x), -int64(x)+1)
			}
		}
		figures = slices.DeleteFunc(figures, func(x int64) bool { return x < q.Min || x > q.Max })
		slices.Sort(figures)
		figures = slices.Compact(figures)
	}
	out := make([]survey.Answer, len(figures), len(figures)+1)
	for i, x := range figures {
		out[i].Value = survey.AnswerText(strconv.FormatInt(x, 10))
	}
	return append(out, survey.Answer{}), small || !odd
}
