package dispatch

import (
	"context"
	"iter"
	"slices"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StatusStore is what a look at a campaign needs of the database.
type StatusStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Status(ctx context.Context, id survey.CampaignID) (view.Status, error)
}

// Standing is how a campaign stands, with its outcome as of now: open cases are
// shown as such, and count as not answered so far.
type Standing struct {
	view.Status
	Listed  survey.Eligibility `json:"listed"`
	Outcome results.Outcome    `json:"outcome"`
}

// Status says how a campaign stands. By which mode the answers came is left out:
// see StatusInFull.
func Status(ctx context.Context, store StatusStore, name string) (Standing, error) {
	return standing(ctx, store, name, nil)
}

// StatusInFull is Status with the rates by mode, for which every response is read.
func StatusInFull(ctx context.Context, store interface {
	StatusStore
	ResultStore
}, name string) (Standing, error) {
	d, err := collect(ctx, store, name)
	if err != nil {
		return Standing{}, err
	}
	return standing(ctx, store, name, d.returned)
}

func standing(ctx context.Context, store StatusStore, name string, returned []results.Returned) (Standing, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return Standing{}, err
	}
	s, err := store.Status(ctx, k.ID)
	if err != nil {
		return Standing{}, err
	}
	return Standing{Status: s, Listed: k.Listed,
		Outcome: results.OutcomeOf(slices.Values(s.Cases), returned, results.MethodFor(k.Listed))}, nil
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
