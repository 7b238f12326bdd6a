package dispatch

import (
	"context"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// CoverageStore is what a look at reach needs of the database.
type CoverageStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Coverage(ctx context.Context, campaign survey.CampaignID) ([]view.Coverage, error)
}

// Coverage says how people can be reached: those of the living list when
// campaign is "", else those of its frozen frame by stratum.
func Coverage(ctx context.Context, store CoverageStore, campaign string) ([]view.Coverage, error) {
	if campaign == "" {
		return store.Coverage(ctx, 0)
	}
	k, err := store.CampaignByName(ctx, campaign)
	if err != nil {
		return nil, err
	}
	return store.Coverage(ctx, k.ID)
}

// ContactStore is what a listing needs of the database.
type ContactStore interface {
	ListContacts(ctx context.Context, f view.ContactFilter) ([]view.ContactLine, error)
}

// ContactQuery says which contacts to list.
type ContactQuery struct {
	Search   string // part of a name, with or without accents, or of a code
	Eligible string // a condition as sampling.ParseCondition reads it
	WithLeft bool   // those who left the network, too
	After    survey.ContactID
	Limit    int // 0 is 100
}

// ListContacts lists a page of the contact list by id.
func ListContacts(ctx context.Context, store ContactStore, q ContactQuery) ([]view.ContactLine, error) {
	condition, bad := sampling.ParseCondition(q.Eligible)
	if bad != nil {
		return nil, bad
	}
	const page = 100
	if q.Limit <= 0 {
		q.Limit = page
	}
	key := contactlist.SearchKey(q.Search)
	if q.Search != "" && key == "" { // nothing but signs: no name has that
		return nil, nil
	}
	return store.ListContacts(ctx, view.ContactFilter{Search: q.Search, SearchKey: key, Condition: condition,
		WithLeft: q.WithLeft, After: q.After, Limit: q.Limit})
}
