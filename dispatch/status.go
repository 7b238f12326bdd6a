package dispatch

import (
	"context"
	"iter"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StatusStore is what a look at a campaign needs of the database.
type StatusStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Status(ctx context.Context, id survey.CampaignID) (view.Status, error)
}

// Status says how a campaign stands.
func Status(ctx context.Context, store StatusStore, name string) (view.Status, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return view.Status{}, err
	}
	return store.Status(ctx, k.ID)
}

// LedgerStore is what the balance needs of the database.
type LedgerStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Ledger(ctx context.Context, id survey.CampaignID) (view.Ledger, error)
	Responses(ctx context.Context, id survey.CampaignID) iter.Seq2[view.Answered, error]
}

// Ledger counts what the conservation laws speak of, for results.Balance. What
// simulators received is for the caller to fill in.
func Ledger(ctx context.Context, store LedgerStore, name string) (view.Ledger, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return view.Ledger{}, err
	}
	out, err := store.Ledger(ctx, k.ID)
	if err != nil {
		return out, err
	}
	for r, err := range store.Responses(ctx, k.ID) {
		if err != nil {
			return out, err
		}
		if r.State == survey.ResponseSubmitted {
			out.ResultRows++
		}
	}
	return out, nil
}
