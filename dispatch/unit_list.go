package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

// UnitListStore is what a look at the units needs of the database.
type UnitListStore interface {
	TerritoryStore
	UnitPeople(ctx context.Context) ([]view.UnitPeople, error)
	UntiedUnits(ctx context.Context, limit int) ([]view.UnitText, error)
}

// UnitVersion is a stored version of the units.
type UnitVersion struct {
	Version   string    `json:"version"`
	ValidFrom time.Time `json:"valid_from,omitzero"` // zero when nobody knows
	Units     int       `json:"units"`
}

// UnitLine is a unit of the newest version with its people on the living list.
type UnitLine struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Parent   string   `json:"parent,omitempty"`
	Depth    int      `json:"depth"` // 0 at the top
	Aliases  []string `json:"aliases,omitempty"`
	Formerly []string `json:"formerly,omitempty"` // former units that became it, or a part of it, under another name
	People   int      `json:"people"`             // tied to it
	All      int      `json:"all"`                // tied to it or to a part of it
}

// UnitListing is the newest version of the units as a tree, from the top.
type UnitListing struct {
	Versions []UnitVersion `json:"versions"` // the newest first
	Units    []UnitLine    `json:"units"`
	Untied   int           `json:"untied"`  // people whose unit is not known to be one of these
	Nowhere  int           `json:"nowhere"` // people for whom the list names none
}

// ListUnits lists the newest version of the units.
func ListUnits(ctx context.Context, store UnitListStore) (UnitListing, error) {
	out := UnitListing{Versions: []UnitVersion{}, Units: []UnitLine{}} // lists in JSON, never null
	t, err := store.Territory(ctx)
	if err != nil {
		return out, err
	}
	people, err := store.UnitPeople(ctx)
	if err != nil {
		return out, err
	}
	count := map[string]int{}
	for _, p := range people {
		switch {
		case p.Code != "":
			count[p.Code] += p.People
		case p.Named:
			out.Untied += p.People
		default:
			out.Nowhere += p.People
		}
	}
	sets := slices.SortedFunc(slices.Values(t.Sets), territory.InOrder)
	for _, s := range slices.Backward(sets) {
		out.Versions = append(out.Versions, UnitVersion{Version: s.Version, ValidFrom: s.ValidFrom, Units: len(s.Units)})
	}
	if len(sets) == 0 {
		return out, nil
	}
	tree, err := territory.Build(t)
	if err != nil {
		return out, err
	}
	l := lister{tree: tree, people: count, below: map[string][]survey.Unit{}}
	for _, u := range slices.SortedFunc(slices.Values(sets[len(sets)-1].Units), func(a, b survey.Unit) int { return strings.Compare(a.Code, b.Code) }) {
		parent := strings.ToLower(u.Parent)
		l.below[parent] = append(l.below[parent], u)
	}
	l.list("", 0)
	out.Units = l.lines
	return out, nil
}

// lister walks a version from the top.
type lister struct {
	tree   *territory.Tree
	people map[string]int
	below  map[string][]survey.Unit // by the code of the parent
	lines  []UnitLine
}

// list adds the units below a parent and returns how many people they have.
func (l *lister) list(parent string, depth int) int {
	all := 0
	for _, u := range l.below[strings.ToLower(parent)] {
		i := len(l.lines)
		l.lines = append(l.lines, UnitLine{Code: u.Code, Name: u.Name, Parent: u.Parent, Depth: depth, Aliases: u.Aliases,
			Formerly: l.tree.Formerly(u.Code), People: l.people[u.Code]})
		n := l.people[u.Code] + l.list(u.Code, depth+1)
		l.lines[i].All = n
		all += n
	}
	return all
}

// UnmatchedUnit is a unit as a list has it, of people who are tied to none.
type UnmatchedUnit struct {
	Text       string            `json:"text"`
	People     int               `json:"people"`
	Outcome    territory.Outcome `json:"outcome"` // ambiguous or unknown; another if a rematch is under way
	Candidates []string          `json:"candidates,omitempty"`
}

// UnmatchedUnits lists the units that lists name and that mean no unit, or
// several, the most frequent first. limit 0 is 100.
func UnmatchedUnits(ctx context.Context, store UnitListStore, limit int) ([]UnmatchedUnit, error) {
	const page = 100
	if limit <= 0 {
		limit = page
	}
	texts, err := store.UntiedUnits(ctx, limit)
	if err != nil {
		return nil, err
	}
	matcher, err := UnitMatcher(ctx, store)
	if err != nil {
		return nil, err
	}
	out := make([]UnmatchedUnit, len(texts))
	for i, t := range texts {
		out[i] = UnmatchedUnit{Text: t.Text, People: t.People, Outcome: territory.Unknown}
		if matcher != nil {
			m := matcher.Match(t.Text)
			out[i].Outcome, out[i].Candidates = m.Outcome, m.Candidates
		}
	}
	return out, nil
}
