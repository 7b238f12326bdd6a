package territory

import (
	"slices"
	"strings"
)

// Outcome is how a text was matched.
type Outcome string

// The outcomes.
const (
	Matched   Outcome = "matched"   // the text means one unit of the newest version
	Renamed   Outcome = "renamed"   // it means a former unit, of which one unit is left
	Ambiguous Outcome = "ambiguous" // it may mean the candidates: somebody must be asked
	Unknown   Outcome = "unknown"   // it means no unit that is known
	Blank     Outcome = "blank"     // there is no text
)

// Match is what a text means.
type Match struct {
	Outcome Outcome `json:"outcome"`
	// Code and Name are those of the unit of the newest version, with matched and
	// renamed.
	Code string `json:"code,omitempty"`
	Name string `json:"name,omitempty"`
	// From is the name of the former unit, with renamed.
	From string `json:"from,omitempty"`
	// Candidates are units of the newest version with their code and what they
	// are a part of, with ambiguous; at most five. They are not to be changed.
	Candidates []string `json:"candidates,omitempty"`
}

// Tied reports whether a match says which unit it is.
func (m Match) Tied() bool { return m.Outcome == Matched || m.Outcome == Renamed }

const (
	mostCandidates = 5
	longestText    = 1000 // bytes of a cell that can be the name of a unit
)

// Match says which unit of the newest version a text means. In this order: its
// code; its name with its kind; its name alone; another name of it; a code or
// name of a former version, through the crosswalk. A text of several parts means
// what the first one names (or the last, if it is written from the largest on),
// if the others do not contradict it. A text that
// resembles a unit only without accents is ambiguous, even if it is the only
// one. Where the name of a unit was that of quite another place before, a list
// may mean either: ambiguous, until an alias says which.
func (t *Tree) Match(text string) Match {
	if len(text) > longestText {
		return Match{Outcome: Unknown}
	}
	f := formOf(text)
	if f.blank() {
		return Match{Outcome: Blank}
	}
	if hits := t.newest.code[codeKey(text)]; len(hits) == 1 {
		return t.is(hits[0], "")
	}
	if r := t.read(text, f); r.found() {
		return t.decide(r, f)
	}
	parts, old := partsOf(text)
	if m, ok := t.matchParts(parts, old); ok {
		if largest := slices.Clone(parts); m.Outcome == Ambiguous { // perhaps the largest is named first
			slices.Reverse(largest)
			if other, _ := t.matchParts(largest, old); other.Tied() {
				return other
			}
		}
		return m
	}
	return t.resembling(append([]string{text}, parts[:min(1, len(parts))]...))
}

// reading is what a name may stand for, by the letter.
type reading struct {
	newest []int // units of the newest version
	former []int // of the others
	// sure: a code or an alias says it, so that no former namesake counts.
	sure bool
}

func (r reading) found() bool { return len(r.newest)+len(r.former) > 0 }

// read finds what a name stands for.
func (t *Tree) read(text string, f form) reading {
	r := reading{newest: t.newest.code[codeKey(text)], former: t.former.named(codeKey(text), f)}
	if r.sure = len(r.newest) > 0; r.sure {
		return r
	}
	alias := t.newest.alias[f.full]
	r.newest = t.newest.name(f)
	switch {
	case len(r.newest) == 0:
		r.newest, r.sure = alias, len(alias) > 0
	case len(alias) == 1 && slices.Contains(r.newest, alias[0]):
		r.newest, r.sure = alias, true
	}
	return r
}

// name finds units by name: with its kind as it is, without one whatever kind
// they are of. A unit that is listed without a kind takes any.
func (in index) name(f form) []int {
	if hits := in.full[f.full]; len(hits) > 0 {
		return hits
	}
	if f.kind == "" {
		return in.bare[f.bare]
	}
	return in.full[f.bare]
}

// named finds units by anything that names them.
func (in index) named(code string, f form) []int {
	if hits := in.name(f); len(hits) > 0 {
		return hits
	}
	if hits := in.alias[f.full]; len(hits) > 0 {
		return hits
	}
	return in.code[code]
}

// decide chooses among what a name stands for.
func (t *Tree) decide(r reading, f form) Match {
	now, loosely := t.become(r.former)
	if len(r.newest) == 0 {
		switch {
		case len(now) == 0:
			return Match{Outcome: Unknown}
		case len(now) > 1 || loosely:
			return t.ambiguous(now)
		case t.resembles(f, now[0]):
			return t.ambiguous(t.like(f))
		}
		return t.is(now[0], t.nodes[r.former[0]].unit.Name)
	}
	if len(r.newest) > 1 {
		return t.ambiguous(r.newest)
	}
	n := r.newest[0]
	if !r.sure && len(now) > 0 && !slices.Contains(now, n) {
		return t.ambiguous(append(slices.Clone(now), n))
	}
	if t.resembles(f, n) {
		return t.ambiguous(t.like(f))
	}
	return t.is(n, "")
}

// resembles reports whether a name without accents may as well be that of
// another place than n, whose name has them.
func (t *Tree) resembles(f form, n int) bool {
	other := func(i int) bool {
		o := &t.nodes[i]
		return o.form.bare != f.bare && len(o.now) > 0 && !slices.Contains(o.now, n)
	}
	return f.plain && (slices.ContainsFunc(t.folded[f.foldedBare], other) || slices.ContainsFunc(t.folded[f.folded], other))
}

// like are the units of the newest version whose names, or former names, are
// those of f but for accents and kind.
func (t *Tree) like(f form) []int {
	now, _ := t.become(t.folded[f.foldedBare])
	more, _ := t.become(t.folded[f.folded])
	return once(append(now, more...))
}

// resembling asks about what the texts look like without accents.
func (t *Tree) resembling(texts []string) Match {
	for _, text := range texts {
		if now := t.like(formOf(text)); len(now) > 0 {
			return t.ambiguous(now)
		}
	}
	return Match{Outcome: Unknown}
}

// matchParts matches a text of several parts, or of one that is called former;
// false if nothing is named by the first.
func (t *Tree) matchParts(parts []string, old bool) (Match, bool) {
	if len(parts) == 0 {
		return Match{}, false
	}
	f := formOf(parts[0])
	r := t.read(parts[0], f)
	if !r.found() {
		return Match{}, false
	}
	named := r
	var asked []int
	for _, part := range parts[1:] {
		in := formOf(part)
		places := slices.Concat(t.newest.named(codeKey(part), in), t.former.named(codeKey(part), in))
		if len(places) == 0 {
			continue // words that say nothing to us
		}
		asked = append(asked, places...)
		r.newest = t.keep(r.newest, places)
		r.former = t.keep(r.former, places)
	}
	switch {
	case !r.found(): // the other parts contradict
		now, _ := t.become(slices.Concat(named.newest, named.former, asked))
		return t.ambiguous(now), true
	case old && len(r.former) > 0: // it is said to be a former one
		r.newest = nil
	}
	if now, _ := t.become(r.former); len(r.newest) == 0 && len(now) > 1 {
		// Only some of what it became is where the other parts say.
		if left := slices.DeleteFunc(now, func(n int) bool { return !slices.Contains(asked, n) }); len(left) == 1 {
			return t.is(left[0], t.nodes[r.former[0]].unit.Name), true
		}
	}
	return t.decide(r, f), true
}

// keep are the units that are one of places, or a part of one.
func (t *Tree) keep(units, places []int) []int {
	return slices.DeleteFunc(slices.Clone(units), func(n int) bool {
		return !slices.ContainsFunc(places, func(p int) bool { return t.within(n, p) })
	})
}

// within reports whether a unit is p or a part of it, or was, or became it.
func (t *Tree) within(n, p int) bool {
	if t.below(n, p) {
		return true
	}
	if !t.nodes[n].current {
		return !t.nodes[n].loosely && slices.ContainsFunc(t.nodes[n].now, func(now int) bool { return t.below(now, p) })
	}
	return slices.ContainsFunc(t.nodes[n].before, func(was int) bool { return t.below(was, p) })
}

// below reports whether a unit is p or a part of it, in its own version.
func (t *Tree) below(n, p int) bool {
	for ; n >= 0; n = t.nodes[n].parent {
		if n == p {
			return true
		}
	}
	return false
}

// is the match of one unit. A former unit that kept its name was not renamed.
func (t *Tree) is(n int, from string) Match {
	u := t.nodes[n].unit
	if from == "" || formOf(from).full == t.nodes[n].form.full {
		return Match{Outcome: Matched, Code: u.Code, Name: u.Name}
	}
	return Match{Outcome: Renamed, Code: u.Code, Name: u.Name, From: from}
}

// ambiguous asks about units of the newest version; about none there is nothing
// to ask.
func (t *Tree) ambiguous(units []int) Match {
	units = once(slices.Clone(units))
	if len(units) == 0 {
		return Match{Outcome: Unknown}
	}
	m := Match{Outcome: Ambiguous}
	for _, n := range units[:min(len(units), mostCandidates)] {
		m.Candidates = append(m.Candidates, t.label(n))
	}
	return m
}

// label tells a unit from its namesakes: xã Hạ Tràng, tỉnh Lam Xuyên (LX-13).
func (t *Tree) label(n int) string {
	var b strings.Builder
	b.WriteString(t.nodes[n].unit.Name)
	if p := t.nodes[n].parent; p >= 0 {
		b.WriteString(", " + t.nodes[p].unit.Name)
	}
	return b.String() + " (" + t.nodes[n].unit.Code + ")"
}
