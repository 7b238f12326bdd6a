package dispatch

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

// TerritoryStore gives the administrative units.
type TerritoryStore interface {
	Territory(ctx context.Context) (survey.Territory, error)
}

// UnitChangeStore is what a change of the units needs of the database.
type UnitChangeStore interface {
	TerritoryStore
	StoreUnits(ctx context.Context, c view.UnitChange, decide func(survey.Territory) (view.UnitWrite, error)) error
	RematchContacts(ctx context.Context, decide func(view.UnitTie) string) (view.Rematch, error)
}

// UnitMatcher tells which unit the texts of a list mean; nil when no units are
// stored.
func UnitMatcher(ctx context.Context, store TerritoryStore) (*territory.Matcher, error) {
	t, err := store.Territory(ctx)
	if err != nil || len(t.Sets) == 0 {
		return nil, err
	}
	tree, err := territory.Build(t)
	if err != nil {
		return nil, err
	}
	return territory.NewMatcher(tree), nil
}

// UnitImport asks for a version of the units to be stored.
type UnitImport struct {
	Source    string    // name of the file
	List      io.Reader // as territory.Read reads it
	Version   string
	ValidFrom time.Time // a day, at midnight UTC
	Actor     string
	DryRun    bool
	Now       time.Time
}

// UnitReport says what became of a list of units.
type UnitReport struct {
	Version string `json:"version"`
	Units   int    `json:"units"`
	// Former is the version that the crosswalk leads from, empty for none, and
	// Ties how many former units are said to have become units of the list.
	Former string `json:"former,omitempty"`
	Ties   int    `json:"ties"`
	// Ended are former units that nothing follows, at most 20: what lists call so
	// stays unknown.
	Ended  []string `json:"ended,omitempty"`
	Stored bool     `json:"stored"` // false when the version was there, or nothing is to be kept
	DryRun bool     `json:"dry_run,omitempty"`
	// Rematch counts the people whose unit is told anew by the list.
	Rematch view.Rematch `json:"rematch"`
}

// ImportUnits stores a version of the units, for ever, and tells the units of
// people anew. The same list again changes nothing; another one under the same
// version is refused. Without a former version, one is made of what the list
// says was before.
func ImportUnits(ctx context.Context, store UnitChangeStore, r UnitImport) (UnitReport, error) {
	if r.Version = strings.TrimSpace(r.Version); r.Version == "" || strings.HasPrefix(r.Version, formerMark) || len(r.Version) > 40 {
		return UnitReport{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeUsage, Where: "version", Args: map[string]string{"problem": r.Version}}
	}
	list, err := territory.Read(r.List)
	if err != nil {
		return UnitReport{}, inFile(r.Source, err)
	}
	report := UnitReport{Version: r.Version, Units: len(list), DryRun: r.DryRun}
	decide := func(known survey.Territory) (view.UnitWrite, error) {
		w, err := addUnits(known, r, list)
		if err != nil {
			return w, err
		}
		return w, report.tell(known, w)
	}
	if r.DryRun {
		known, err := store.Territory(ctx)
		if err == nil {
			_, err = decide(known)
		}
		report.Stored = false
		return report, err
	}
	if err := store.StoreUnits(ctx, view.UnitChange{Source: r.Source, Actor: r.Actor, Now: r.Now}, decide); err != nil {
		return UnitReport{}, err
	}
	report.Rematch, err = rematch(ctx, store)
	return report, err
}

// formerMark begins the name of a version that is made of what its successor
// says was before.
const formerMark = "<"

// inFile puts the name of the file before the lines of errors.
func inFile(file string, err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, inFile(file, e))
		}
		return errors.Join(out...)
	}
	var fault *survey.Error
	if !errors.As(err, &fault) {
		return err
	}
	told := *fault
	told.Where = strings.TrimSuffix(file+":"+fault.Where, ":")
	return &told
}

// addUnits decides what is to be stored of a list: nothing if it is there.
func addUnits(known survey.Territory, r UnitImport, list []territory.Listed) (view.UnitWrite, error) {
	set := survey.UnitSet{Version: r.Version, ValidFrom: r.ValidFrom, Units: territory.Units(list)}
	var w view.UnitWrite
	former, ok := formerOf(known, set)
	if !ok && slices.ContainsFunc(list, func(u territory.Listed) bool { return len(u.Formerly) > 0 }) {
		former, ok = territory.Formers(formerMark+set.Version, list), true
		w.Sets = append(w.Sets, former)
	}
	if ok {
		var err error
		if w.Successions, err = territory.Crosswalk(former, set.Version, list); err != nil {
			return w, inFile(r.Source, err)
		}
	}
	if i := slices.IndexFunc(known.Sets, func(s survey.UnitSet) bool { return s.Version == set.Version }); i >= 0 {
		if !territory.Holds(known.Sets[i], set) || !sameTies(known, w.Successions, set.Version) {
			return view.UnitWrite{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeNameTaken, Args: map[string]string{"name": set.Version}}
		}
		return view.UnitWrite{}, nil
	}
	w.Sets = append(w.Sets, set)
	return w, nil
}

// formerOf is the version that a list speaks of when it says what was before: the
// one its stored self is tied to, else the last one before it.
func formerOf(known survey.Territory, set survey.UnitSet) (former survey.UnitSet, ok bool) {
	for _, s := range known.Sets {
		tied := func(t survey.UnitSuccession) bool { return t.FromVersion == s.Version && t.ToVersion == set.Version }
		if slices.ContainsFunc(known.Successions, tied) {
			return s, true
		}
		if territory.InOrder(s, set) < 0 && (!ok || territory.InOrder(former, s) < 0) {
			former, ok = s, true
		}
	}
	return former, ok
}

// sameTies reports whether the crosswalk to a version is the one that is stored.
func sameTies(known survey.Territory, ties []survey.UnitSuccession, version string) bool {
	stored := map[survey.UnitSuccession]bool{}
	for _, s := range known.Successions {
		if s.ToVersion == version {
			stored[s] = true
		}
	}
	for _, s := range ties {
		if !stored[s] {
			return false
		}
	}
	return len(stored) == len(ties)
}

// mostEnded bounds the former units that a report names.
const mostEnded = 20

// tell fills in what comes of a write.
func (r *UnitReport) tell(known survey.Territory, w view.UnitWrite) error {
	r.Stored = len(w.Sets) > 0
	all := survey.Territory{Sets: slices.Concat(known.Sets, w.Sets), Successions: slices.Concat(known.Successions, w.Successions)}
	tree, err := territory.Build(all)
	if err != nil {
		return err
	}
	for _, s := range all.Successions {
		if s.ToVersion == r.Version {
			r.Former, r.Ties = s.FromVersion, r.Ties+1
		}
	}
	if tree.Version() == r.Version {
		ended := tree.Ended()
		r.Ended = ended[:min(len(ended), mostEnded)]
	}
	return nil
}

// rematch tells the units of all people anew. A text that means one unit is
// tied to it; a tie that its text no longer supports follows the crosswalk.
func rematch(ctx context.Context, store UnitChangeStore) (view.Rematch, error) {
	m, err := UnitMatcher(ctx, store)
	if err != nil || m == nil {
		return view.Rematch{}, err
	}
	return store.RematchContacts(ctx, func(t view.UnitTie) string {
		if found := m.Match(t.Unit); found.Tied() {
			return found.Code
		}
		code, _ := m.Follow(t.Code)
		return code
	})
}

// AliasRequest asks for another name of a unit of the newest version.
type AliasRequest struct {
	Code, Alias string
	Actor       string
	Now         time.Time
}

// AddUnitAlias gives a unit of the newest version another name and tells the
// units of people anew. A name that would still not mean this unit alone is
// refused.
func AddUnitAlias(ctx context.Context, store UnitChangeStore, r AliasRequest) (view.Rematch, error) {
	err := store.StoreUnits(ctx, view.UnitChange{Actor: r.Actor, Now: r.Now}, func(known survey.Territory) (view.UnitWrite, error) {
		return addAlias(known, r.Code, strings.Join(strings.Fields(r.Alias), " "))
	})
	if err != nil {
		return view.Rematch{}, err
	}
	return rematch(ctx, store)
}

// addAlias decides whether a unit may have another name.
func addAlias(known survey.Territory, code, alias string) (view.UnitWrite, error) {
	missing := &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": code}}
	if len(known.Sets) == 0 {
		return view.UnitWrite{}, missing
	}
	sets := slices.SortedFunc(slices.Values(known.Sets), territory.InOrder)
	last := &sets[len(sets)-1]
	i := slices.IndexFunc(last.Units, func(u survey.Unit) bool { return strings.EqualFold(u.Code, strings.TrimSpace(code)) })
	if i < 0 {
		return view.UnitWrite{}, missing
	}
	last.Units = slices.Clone(last.Units)
	unit := &last.Units[i]
	if slices.Contains(unit.Aliases, alias) {
		return view.UnitWrite{}, nil
	}
	unit.Aliases = append(slices.Clone(unit.Aliases), alias)
	tree, err := territory.Build(survey.Territory{Sets: sets, Successions: known.Successions})
	if err != nil {
		return view.UnitWrite{}, err
	}
	if m := tree.Match(alias); m.Outcome != territory.Matched || m.Code != unit.Code {
		return view.UnitWrite{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeUnitInvalid, Args: map[string]string{"alias": alias}}
	}
	return view.UnitWrite{Aliases: []view.UnitAlias{{Version: last.Version, Code: unit.Code, Alias: alias}}}, nil
}
