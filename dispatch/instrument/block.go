package instrument

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
)

// For is the questionnaire as the person of a seed is asked it: what is in a Random
// group comes in an order drawn by lot, the same for the same seed for ever, whatever
// the mode. A group within moves as one, and so does a matrix, whose rows change places
// among each other where it says so; notes and what is not asked keep their place. Pages keep theirs too: the questions change places on them.
// It is the questionnaire itself where there is no such group.
//
// Conditions, piping and filters look back over the written order still. Parse has
// seen to it that none looks from one part of a random group at another.
func (q *Questionnaire) For(seed uint64) *Questionnaire {
	if !q.HasBlocks() {
		return q
	}
	out := *q
	places, pages := make([]int, len(q.Questions)), make([]int, len(q.Questions))
	for i := range q.Questions {
		places[i], pages[i] = i, q.Questions[i].Page
	}
	out.order = q.arranged(places, "", seed, pages)
	for i, page := range pages {
		if page == q.Questions[i].Page {
			continue
		}
		if &out.Questions[0] == &q.Questions[0] { // those of everybody stay as they are
			out.Questions = slices.Clone(q.Questions)
		}
		out.Questions[i].Page = page
	}
	out.number()
	return &out
}

// asked is the place in Questions of what is asked at a turn, from 0.
func (q *Questionnaire) asked(turn int) int {
	if q.order == nil {
		return turn
	}
	return q.order[turn]
}

// HasBlocks reports whether there is a random group, or a matrix with rows in random
// order.
func (q *Questionnaire) HasBlocks() bool {
	for i := range q.Questions {
		if q.Questions[i].RandomRows {
			return true
		}
	}
	return slices.ContainsFunc(q.Groups, func(g Group) bool { return g.Random })
}

// HasLot reports whether anything comes in an order drawn by lot: a random group, or
// the choices of a question on the web.
func (q *Questionnaire) HasLot() bool {
	for i := range q.Questions {
		if q.Questions[i].Drawn() {
			return true
		}
	}
	return q.HasBlocks()
}

// InGroup reports whether a question is in a group, or in one within it.
func (q *Questionnaire) InGroup(question *Question, group string) bool {
	for g := range q.around(question.Group) {
		if g.Name == group {
			return true
		}
	}
	return false
}

// around goes through the groups from the one named outwards.
func (q *Questionnaire) around(group string) func(yield func(*Group) bool) {
	return func(yield func(*Group) bool) {
		for i, ok := q.nested[group]; ok; i, ok = q.nested[q.Groups[i].In] {
			if !yield(&q.Groups[i]) {
				return
			}
		}
	}
}

func (q *Questionnaire) blocksAround(i int) string {
	var names []string
	for g := range q.around(q.Questions[i].Group) {
		if g.Random {
			names = append(names, g.Name)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, " ")
}

// part is what moves as one within a group.
type part struct {
	group  string // the group within that it is; empty of a question or a matrix
	places []int
}

// keeps reports whether the part keeps its place: it is said, or not asked at all.
func (q *Questionnaire) keeps(p part) bool {
	return p.group == "" && (q.Questions[p.places[0]].Type == Note || !q.Questions[p.places[0]].Type.Asked())
}

// partOf names the part of a group that question i is of: a group within, a matrix, or
// itself.
func (q *Questionnaire) partOf(i int, group string) (name string, within bool) {
	for g := range q.around(q.Questions[i].Group) {
		if g.Name == group {
			break
		}
		if g.In == group {
			return g.Name, true
		}
	}
	if m := q.Questions[i].Matrix; m != "" {
		return m, false
	}
	return q.Questions[i].Name, false
}

// parts cuts places, which are all of one group, into what moves as one.
func (q *Questionnaire) parts(places []int, group string) []part {
	var out []part
	last := ""
	for _, i := range places {
		name, within := q.partOf(i, group)
		if n := len(out); n == 0 || name != last || within != (out[n-1].group != "") {
			out = append(out, part{})
			if within {
				out[n].group = name
			}
		}
		last = name
		p := &out[len(out)-1]
		p.places = append(p.places, i)
	}
	return out
}

// arranged puts places of one group, "" for all, into the order of a seed, and notes on
// which page each comes.
func (q *Questionnaire) arranged(places []int, group string, seed uint64, pages []int) []int {
	parts := q.parts(places, group)
	first := make([]int, len(parts)) // the page on which a part stands as written
	var free []int
	for i := range parts {
		first[i] = q.Questions[parts[i].places[0]].Page
		if p := &parts[i]; p.group != "" {
			p.places = q.arranged(p.places, p.group, seed, pages)
		} else if row := &q.Questions[p.places[0]]; row.RandomRows {
			lot(seed, "\x01"+row.Matrix).Shuffle(len(p.places), func(i, k int) { p.places[i], p.places[k] = p.places[k], p.places[i] })
		}
		if !q.keeps(parts[i]) {
			free = append(free, i)
		}
	}
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	if at, ok := q.nested[group]; ok && q.Groups[at].Random {
		drawn := lot(seed, "\x00"+group).Perm(len(free)) // no question is named so
		for i, at := range free {
			order[at] = free[drawn[i]]
			for _, place := range parts[order[at]].places {
				pages[place] = first[at]
			}
		}
	}
	out := make([]int, 0, len(places))
	for _, i := range order {
		out = append(out, parts[i].places...)
	}
	return out
}

// lot is the chance that decides one order of one person.
func lot(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes everything
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
