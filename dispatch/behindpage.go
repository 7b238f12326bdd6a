package dispatch

import (
	"context"
	"slices"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// BehindPageStore is what a page of the people behind a number needs of the database.
type BehindPageStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	BehindPage(ctx context.Context, q view.BehindAsk) (view.BehindPage, error)
}

// BehindQuery asks for a page of the lines behind a number of Status.
type BehindQuery struct {
	Filter view.PeopleFilter
	Part   view.CasePart    // "" is not asked; it goes with every number, like the filters of the case
	After  survey.ContactID // the last one of the page before
	Now    time.Time        // business time
}

// A page has about behindLines lines; for it, at most behindLook cases are looked at,
// so that what is rare in a large campaign is found page by page.
const (
	behindLines = 50
	behindLook  = 2000
)

// PeoplePage lists the lines behind a number, with who they are: one line for each case,
// contact or arrival that the number counts; of who asked to be erased one for each
// person. Errors: not_found, unknown_filter.
func PeoplePage(ctx context.Context, store BehindPageStore, name string, q BehindQuery) (view.BehindPage, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return view.BehindPage{}, err
	}
	f := q.Filter
	if a := f.Arrival; a != nil && (*a == view.ArrivalErasure || *a == view.ArrivalKept) {
		parked := view.ArrivalParked
		f.Arrival = &parked
	}
	part := &q.Part
	if q.Part == "" {
		part = nil
	}
	if err := firstOf(filterFits(f, k.Protocol), fits("part", part, true, CaseParts())); err != nil {
		return view.BehindPage{}, err
	}
	ask := view.BehindAsk{Campaign: k.ID, Filter: q.Filter, After: q.After, Lines: behindLines, Look: behindLook, Now: q.Now}
	ask.States, ask.Codes = casesOf(q.Part)
	if f.Case != nil {
		ask.States = []survey.InvitationState{*f.Case}
	}
	if f.Disposition != nil {
		ask.Codes = []survey.Disposition{*f.Disposition}
	}
	return store.BehindPage(ctx, ask)
}

// CaseParts lists the parts of the cases, the whole first.
func CaseParts() []view.CasePart {
	return []view.CasePart{view.PartInvited, view.PartDone, view.PartBegun, view.PartWaits, view.PartRefused, view.PartOver}
}

// casesOf are the states and the codes that make a part.
func casesOf(p view.CasePart) (states []survey.InvitationState, codes []survey.Disposition) {
	closed := []survey.InvitationState{survey.InvitationClosed}
	done := []survey.Disposition{survey.Complete, survey.PartialSufficient}
	refused := []survey.Disposition{survey.RefusalByOther, survey.RefusalByPerson}
	switch p {
	case view.PartInvited:
		return []survey.InvitationState{survey.InvitationOpen, survey.InvitationStarted, survey.InvitationClosed}, nil
	case view.PartDone:
		return closed, done
	case view.PartBegun:
		return []survey.InvitationState{survey.InvitationStarted}, nil
	case view.PartWaits:
		return []survey.InvitationState{survey.InvitationOpen}, nil
	case view.PartRefused:
		return closed, refused
	case view.PartOver:
		return closed, slices.DeleteFunc(survey.Dispositions(), func(d survey.Disposition) bool {
			return slices.Contains(done, d) || slices.Contains(refused, d)
		})
	}
	return nil, nil
}

// InPart reports whether a case is of a part.
func InPart(c view.CaseCell, p view.CasePart) bool {
	states, codes := casesOf(p)
	return slices.Contains(states, c.State) && (codes == nil || slices.Contains(codes, c.Disposition))
}

// FieldStore is what the course of a field period needs of the database.
type FieldStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	FieldDays(ctx context.Context, id survey.CampaignID, zone string) (view.FieldDays, error)
	FieldStrata(ctx context.Context, id survey.CampaignID) (view.FieldStrata, error)
	WaveBefore(ctx context.Context, id survey.CampaignID) (name string, ok bool, err error)
}

// FieldDays says how many responses came on each day, where the campaign is. Of an
// anonymous campaign the mode is not known. It reads every response of the campaign
// once: whoever shows it often keeps it.
func FieldDays(ctx context.Context, store FieldStore, name string) (view.FieldDays, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return view.FieldDays{}, err
	}
	zone := k.Protocol.Zone
	if _, ok := survey.Zone(zone); !ok {
		zone = "UTC" // a draft may say anything, and has no responses
	}
	return store.FieldDays(ctx, k.ID, zone)
}
