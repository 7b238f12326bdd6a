package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// PeopleStore is what merging two contacts needs of the database.
type PeopleStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	MergePeople(ctx context.Context, o view.MergeOrder, decide func(keep, drop view.Twin) (view.PeopleMerge, error)) (view.PeopleMerged, error)
}

// MergeRequest says that two contacts turned out to be one person.
type MergeRequest struct {
	Keep, Drop string // ID or code
	Reason     string
	Actor      string
	DryRun     bool
	Now        time.Time // business time
}

// oldCodeKey is the attribute that keeps the codes of those who were merged into a
// contact, so that their old lists find it.
const oldCodeKey = "ma_cu"

// Why two contacts are not merged: Args problem of merge_refused.
const (
	MergeSame     = "same"        // they are one contact already
	MergeKeepGone = "keep_merged" // the one to keep was merged into another
	MergeDropGone = "drop_merged" // the other one was
	MergeKeepLeft = "keep_left"   // the one to keep has left the network, the other has not
	MergeOpenCase = "open_case"   // the other one is being asked just now
	mergeSource   = "merge"       // of endpoints and consent
)

// MergeProblems lists why two contacts may not be merged.
func MergeProblems() []string {
	return []string{MergeSame, MergeKeepGone, MergeDropGone, MergeKeepLeft, MergeOpenCase}
}

func mergeRefused(problem string) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeMergeRefused, Args: map[string]string{"problem": problem}}
}

// MergePeople makes one contact of two. The one that is kept gains what it lacks
// and the other's addresses, behind its own; of consent the stricter holds, and
// whatever bars the other bars it. The other one leaves the list; its cases of the
// past stay as they are.
func MergePeople(ctx context.Context, store PeopleStore, r MergeRequest) (view.PeopleMerged, error) {
	if err := reasoned(r.Reason); err != nil && !r.DryRun {
		return view.PeopleMerged{}, err
	}
	keep, err := store.FindContact(ctx, ParseContactRef(r.Keep))
	if err != nil {
		return view.PeopleMerged{}, err
	}
	drop, err := store.FindContact(ctx, ParseContactRef(r.Drop))
	if err != nil {
		return view.PeopleMerged{}, err
	}
	if keep == drop {
		return view.PeopleMerged{}, mergeRefused(MergeSame)
	}
	return store.MergePeople(ctx, view.MergeOrder{Keep: keep, Drop: drop, Reason: r.Reason, Actor: r.Actor, Now: r.Now, DryRun: r.DryRun}, mergeTwins)
}

// mergeTwins decides what becomes of two contacts that are one person.
func mergeTwins(keep, drop view.Twin) (view.PeopleMerge, error) {
	switch {
	case keep.MergedInto != 0:
		return view.PeopleMerge{}, mergeRefused(MergeKeepGone)
	case drop.MergedInto != 0:
		return view.PeopleMerge{}, mergeRefused(MergeDropGone)
	case keep.Left && !drop.Left:
		return view.PeopleMerge{}, mergeRefused(MergeKeepLeft)
	case drop.OpenCases > 0:
		return view.PeopleMerge{}, mergeRefused(MergeOpenCase)
	}
	m := view.PeopleMerge{Keep: keep.Contact, Moves: moves(keep.Contact.Endpoints, drop.Contact.Endpoints),
		Consents: strictest(keep.Ledger, drop.Ledger)}
	gainColumns(&m, drop.Contact)
	gainAttributes(&m, drop.Contact)
	return m, nil
}

// gainColumns fills what the contact lacks. A unit comes whole, as the list has it
// and which one that is.
func gainColumns(m *view.PeopleMerge, drop survey.Contact) {
	k := &m.Keep
	gain := func(column string, lacks bool, take func()) {
		if lacks {
			take()
			m.Columns = append(m.Columns, column)
		}
	}
	gain("code", k.Code == "" && drop.Code != "", func() { k.Code, m.TakeCode = drop.Code, true })
	gain("title", k.Title == "" && drop.Title != "", func() { k.Title = drop.Title })
	gain("sex", k.Sex == "" && drop.Sex != "", func() { k.Sex = drop.Sex })
	gain("birth", k.Birth == 0 && drop.Birth != 0, func() { k.Birth = drop.Birth })
	gain("zone", k.Zone == "" && drop.Zone != "", func() { k.Zone = drop.Zone })
	gain("unit", k.Unit == "" && k.UnitCode == "" && drop.Unit+drop.UnitCode != "",
		func() { k.Unit, k.UnitCode = drop.Unit, drop.UnitCode })
	gain("unit_code", k.UnitCode == "" && drop.UnitCode != "" && strings.EqualFold(k.Unit, drop.Unit),
		func() { k.UnitCode = drop.UnitCode })
}

// gainAttributes adds the attributes that the contact lacks, and the code that is
// given up.
func gainAttributes(m *view.PeopleMerge, drop survey.Contact) {
	out := maps.Clone(m.Keep.Attributes)
	if out == nil {
		out = map[string]string{}
	}
	for _, key := range slices.Sorted(maps.Keys(drop.Attributes)) {
		if out[key] == "" && key != oldCodeKey {
			out[key] = drop.Attributes[key]
			m.Attributes = append(m.Attributes, key)
		}
	}
	old := oldCodes(out[oldCodeKey])
	before := len(old)
	given := oldCodes(drop.Attributes[oldCodeKey])
	if !m.TakeCode && drop.Code != "" {
		given = append(given, drop.Code)
	}
	for _, code := range given {
		same := func(have string) bool { return strings.EqualFold(have, code) }
		if !slices.ContainsFunc(old, same) && !same(m.Keep.Code) {
			old = append(old, code)
		}
	}
	if len(old) > before {
		out[oldCodeKey] = strings.Join(old, oldCodeGap)
		m.Attributes = append(m.Attributes, oldCodeKey)
	}
	m.Keep.Attributes = out
}

const oldCodeGap = "; "

func oldCodes(attribute string) []string {
	if attribute == "" {
		return nil
	}
	return strings.Split(attribute, oldCodeGap)
}

// moves ranks the addresses of one contact behind those of its kind that another
// has; an address that both have becomes one, dead if either is.
func moves(keep, drop []survey.Endpoint) []view.EndpointMove {
	next := map[survey.EndpointKind]int{}
	for _, e := range keep {
		next[e.Kind] = max(next[e.Kind], e.Rank+1)
	}
	var out []view.EndpointMove
	for _, e := range drop {
		same := slices.IndexFunc(keep, func(k survey.Endpoint) bool { return k.Kind == e.Kind && strings.EqualFold(k.Address, e.Address) })
		if same >= 0 {
			out = append(out, view.EndpointMove{ID: e.ID, Into: keep[same].ID, Status: worse(keep[same].Status, e.Status)})
			continue
		}
		out = append(out, view.EndpointMove{ID: e.ID, Rank: next[e.Kind], Status: e.Status})
		next[e.Kind]++
	}
	return out
}

// worse is what is known of an address of which two things are.
func worse(a, b survey.EndpointStatus) survey.EndpointStatus {
	for _, s := range []survey.EndpointStatus{survey.EndpointDead, survey.EndpointOK} {
		if a == s || b == s {
			return s
		}
	}
	return survey.EndpointUnverified
}

// strictest are the rows that make keep's ledger as strict as the stricter of the
// two: for every purpose and channel a no of either is a no. A yes counts where
// the contact that is kept has nothing.
func strictest(keep, drop view.ConsentLedger) []survey.Consent {
	var out []survey.Consent
	gives := consentStates(drop)
	for i, has := range consentStates(keep) {
		d := gives[i]
		if has.Withdrawn() || !d.Withdrawn() && (has.Given || !d.Given) {
			continue
		}
		row := survey.Consent{ContactID: keep.ContactID, Purpose: d.Purpose, Channel: d.Channel, Source: mergeSource,
			Basis: drop.Basis, Evidence: fmt.Sprintf("import %d", drop.ImportID)} // unless a row speaks
		if at := slices.IndexFunc(drop.Rows, func(r view.ConsentRow) bool { return r.ID == d.By }); at >= 0 {
			r := drop.Rows[at]
			row.Basis, row.TextShown, row.Actor, row.GivenAt = r.Basis, r.TextShown, r.Actor, r.GivenAt
			row.Evidence = strings.TrimSpace(fmt.Sprintf("consent %d %s", r.ID, r.Evidence))
			if r.WithdrawnAt != nil {
				row.WithdrawnAt = *r.WithdrawnAt
			}
		}
		out = append(out, row)
	}
	return out
}
