package dispatch

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// KeepLook is what stands beside the answers of an anonymous campaign, if its sample is
// drawn as it is planned: the groups that the kept fields make, and what would do where
// some of them are too small.
type KeepLook struct {
	Least    int // people a group must have
	Groups   []KeptGroup
	Small    int           // groups of fewer than Least
	Enough   bool          // Least people are invited in all
	Proposal []survey.Kept // just enough; nil where nothing is too small, or nothing would do
	Proposed []KeptGroup
	Unread   bool // the names of the strata cannot be taken apart
}

// KeptGroup is one group of answers: what stands beside them, and how many people are
// invited in it.
type KeptGroup struct {
	Name   string // empty: nothing stands beside them
	People int
}

// LookAtKeep looks at what a plan keeps of the strata of its sample, by what a launch does:
// only the first replicate counts.
func LookAtKeep(p Plan, strata []view.StratumLook) KeepLook {
	fields, out := p.Spec.Design.Strata, KeepLook{Least: disclosure.K}
	var cells []disclosure.Cell
	total := 0
	for _, s := range strata {
		cell, ok := disclosure.CellOf(fields, s.Name, s.Draw/max(p.Spec.Design.Replicates, 1))
		if !ok {
			out.Unread = true
			return out
		}
		cells, total = append(cells, cell), total+cell.Invited
	}
	out.Enough = total >= disclosure.K
	groups := disclosure.Groups(fields, p.Spec.Keep, cells)
	out.Groups, out.Small = groupsOf(groups), len(disclosure.Small(groups))
	if out.Small == 0 || !out.Enough {
		return out
	}
	kept, narrow := narrowed(fields, p.Spec.Keep, cells)
	if proposed, ok := disclosure.Propose(kept, narrow); ok {
		out.Proposal = append([]survey.Kept{}, proposed...)
		out.Proposed = groupsOf(disclosure.Groups(fields, out.Proposal, cells))
	}
	return out
}

// Refusal is why the plan cannot be kept as it is. Errors: groups_to_join, groups_too_small.
func (l KeepLook) Refusal() error {
	groups := map[string]int{}
	for _, g := range l.Groups {
		groups[g.Name] = g.People
	}
	err := tooSmall(groups, disclosure.Small(groups), nil, false)
	var e *survey.Error
	if errors.As(err, &e) && l.Proposal != nil {
		e.Code = survey.CodeGroupsJoin
	}
	return err
}

// narrowed are the cells by the fields that are kept: a field that was left out is not
// brought back by a proposal.
func narrowed(fields []string, keep []survey.Kept, cells []disclosure.Cell) ([]string, []disclosure.Cell) {
	if keep == nil {
		return fields, cells
	}
	var kept []string
	for _, f := range fields {
		if slices.ContainsFunc(keep, func(k survey.Kept) bool { return k.Field == f }) {
			kept = append(kept, f)
		}
	}
	people := map[string]disclosure.Cell{}
	for _, c := range cells {
		var values []string
		for i, f := range fields {
			if slices.Contains(kept, f) {
				values = append(values, c.Values[i])
			}
		}
		key := strings.Join(values, "\x00")
		people[key] = disclosure.Cell{Values: values, Invited: people[key].Invited + c.Invited}
	}
	var out []disclosure.Cell
	for _, key := range slices.Sorted(maps.Keys(people)) {
		out = append(out, people[key])
	}
	return kept, out
}

// groupsOf are groups in order, the smallest first.
func groupsOf(groups map[string]int) []KeptGroup {
	var out []KeptGroup
	for name, n := range groups {
		out = append(out, KeptGroup{name, n})
	}
	slices.SortFunc(out, func(a, b KeptGroup) int {
		return cmp.Or(cmp.Compare(a.People, b.People), cmp.Compare(a.Name, b.Name))
	})
	return out
}
