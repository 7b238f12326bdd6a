package territory

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Tree is every version of the units and what became of them. It does not
// change.
type Tree struct {
	nodes []node
	// codes, names, … find units of the newest version (former: of all others)
	// by the forms of text.go.
	newest, former index
	folded         map[string][]int // all units, by what to ask about
	version        string
}

// node is a unit of one version. Units are named by their index in the tree.
type node struct {
	unit     survey.Unit
	form     form
	parent   int // -1 at the top
	children []int
	next     []int // what it became in later versions
	before   []int // the former units that became it, with a now that holds it
	// now are the units of the newest version that it is, became, or became a
	// part of; loosely says that only the units below it tell.
	now     []int
	loosely bool
	known   bool // now is worked out
	current bool // of the newest version
}

// index finds units of some versions.
type index struct {
	code, full, bare, alias map[string][]int
}

func newIndex() index {
	return index{map[string][]int{}, map[string][]int{}, map[string][]int{}, map[string][]int{}}
}

// Build makes the tree of all versions. Its errors are *survey.Error of code
// unit_invalid, joined; Where is the version.
func Build(t survey.Territory) (*Tree, error) {
	sets := slices.Clone(t.Sets)
	slices.SortStableFunc(sets, InOrder)
	b := &builder{tree: &Tree{newest: newIndex(), former: newIndex(), folded: map[string][]int{}}, at: map[place]int{}}
	for i, set := range sets {
		if i > 0 && set.Version == sets[i-1].Version {
			b.faults.add(set.Version, "twice", set.Version)
		}
		b.faults = append(b.faults, check(set.Units, func(int) string { return set.Version })...)
		b.grow(set, i == len(sets)-1)
	}
	if len(b.faults) == 0 {
		b.link(sets, t.Successions)
	}
	if err := b.faults.joined(); err != nil {
		return nil, err
	}
	b.settle()
	return b.tree, nil
}

// InOrder compares two versions by the day they are valid from; of one day, by
// name.
func InOrder(a, b survey.UnitSet) int {
	return cmp.Or(a.ValidFrom.Compare(b.ValidFrom), strings.Compare(a.Version, b.Version))
}

// Version is the newest version, empty if there is none.
func (t *Tree) Version() string { return t.version }

// Follow returns the code of the newest version's unit that a code of any
// version means; false if it means none, or several.
func (t *Tree) Follow(code string) (string, bool) {
	key := codeKey(code)
	if hits := t.newest.code[key]; len(hits) == 1 {
		return t.nodes[hits[0]].unit.Code, true
	}
	now, loosely := t.become(t.former.code[key])
	if len(now) != 1 || loosely {
		return "", false
	}
	return t.nodes[now[0]].unit.Code, true
}

// become is what units are in the newest version.
func (t *Tree) become(units []int) (now []int, loosely bool) {
	for _, n := range units {
		now = append(now, t.nodes[n].now...)
		loosely = loosely || t.nodes[n].loosely
	}
	return once(now), loosely
}

// once is a list without repetitions, in order; list is spent.
func once(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

// place names a unit in its version.
type place struct{ version, code string }

func placeOf(version, code string) place { return place{version, codeKey(code)} }

// builder holds a tree that grows.
type builder struct {
	tree   *Tree
	at     map[place]int
	faults faults
}

// grow adds a version.
func (b *builder) grow(set survey.UnitSet, newest bool) {
	t, in := b.tree, b.tree.former
	if newest {
		t.version, in = set.Version, t.newest
	}
	for _, u := range set.Units {
		i := len(t.nodes)
		n := node{unit: u, form: formOf(u.Name), parent: -1, current: newest}
		b.at[placeOf(set.Version, u.Code)] = i
		put(in.code, codeKey(u.Code), i)
		put(in.full, n.form.full, i)
		put(in.bare, n.form.bare, i)
		put(t.folded, n.form.folded, i)
		put(t.folded, n.form.foldedBare, i)
		for _, alias := range u.Aliases {
			f := formOf(alias)
			put(in.alias, f.full, i)
			switch f.kind { // its kind goes without saying
			case "":
				put(in.alias, strings.TrimSpace(n.form.kind+" "+f.bare), i)
			case n.form.kind:
				put(in.alias, f.bare, i)
			}
			put(t.folded, f.folded, i)
			put(t.folded, f.foldedBare, i)
		}
		t.nodes = append(t.nodes, n)
	}
	for _, u := range set.Units {
		i := b.at[placeOf(set.Version, u.Code)]
		if p, ok := b.at[placeOf(set.Version, u.Parent)]; ok && u.Parent != "" {
			t.nodes[i].parent = p
			t.nodes[p].children = append(t.nodes[p].children, i)
		}
	}
}

func put(m map[string][]int, key string, i int) {
	if l := m[key]; key != "" && (len(l) == 0 || l[len(l)-1] != i) { // units are put one after the other
		m[key] = append(l, i)
	}
}

// link follows the crosswalk, and from each version to the next the units that
// kept code and name.
func (b *builder) link(sets []survey.UnitSet, successions []survey.UnitSuccession) {
	order := map[string]int{}
	for i, set := range sets {
		order[set.Version] = i
		if i == 0 {
			continue
		}
		for _, u := range set.Units {
			from, ok := b.at[placeOf(sets[i-1].Version, u.Code)]
			to := b.at[placeOf(set.Version, u.Code)]
			if ok && b.tree.nodes[from].form.full == b.tree.nodes[to].form.full {
				b.tree.nodes[from].next = append(b.tree.nodes[from].next, to)
			}
		}
	}
	for _, s := range successions {
		from, ok := b.at[placeOf(s.FromVersion, s.FromCode)]
		to, also := b.at[placeOf(s.ToVersion, s.ToCode)]
		switch {
		case !ok:
			b.faults.add(s.FromVersion, "former", s.FromCode)
		case !also:
			b.faults.add(s.ToVersion, "former", s.ToCode)
		case order[s.FromVersion] >= order[s.ToVersion]:
			b.faults.add(s.ToVersion, "backwards", s.FromVersion)
		default:
			b.tree.nodes[from].next = append(b.tree.nodes[from].next, to)
		}
	}
}

// settle works out what every unit is now.
func (b *builder) settle() {
	for i := range b.tree.nodes {
		b.now(i)
	}
	for i, n := range b.tree.nodes {
		for _, to := range n.now {
			if !n.current {
				b.tree.nodes[to].before = append(b.tree.nodes[to].before, i)
			}
		}
	}
}

// now ends: successions lead to later versions, and children down a tree.
func (b *builder) now(i int) ([]int, bool) {
	n := &b.tree.nodes[i]
	if n.known {
		return n.now, n.loosely
	}
	n.known = true
	if n.current {
		n.now = []int{i}
		return n.now, false
	}
	from := n.next
	if len(from) == 0 { // a district: what became of its communes
		from, n.loosely = n.children, true
	}
	for _, next := range from {
		now, loosely := b.now(next)
		n.now, n.loosely = append(n.now, now...), n.loosely || loosely
	}
	n.now = once(n.now)
	return n.now, n.loosely
}

// most is how many faults of a list are told: the first ones show what is wrong.
const most = 50

// faults gathers what is wrong with units.
type faults []error

func (f *faults) add(where, what, value string) {
	*f = append(*f, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUnitInvalid, Where: where, Args: map[string]string{what: value}})
}

func (f faults) joined() error { return errors.Join(f[:min(len(f), most)]...) }

// Formerly are the names of the former units that a unit of the newest version
// was made of, where they differ from its own.
func (t *Tree) Formerly(code string) []string {
	var out []string
	for _, n := range t.newest.code[codeKey(code)] {
		for _, was := range t.nodes[n].before {
			f := &t.nodes[was]
			if !f.loosely && f.form.full != t.nodes[n].form.full && !slices.Contains(out, f.unit.Name) {
				out = append(out, f.unit.Name)
			}
		}
	}
	return out
}

// Ended are the names of former units that nothing of the newest version follows.
func (t *Tree) Ended() []string {
	var out []string
	for _, n := range t.nodes {
		if len(n.now) == 0 {
			out = append(out, n.unit.Name)
		}
	}
	return out
}
