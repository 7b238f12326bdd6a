package dispatch

import (
	"context"
	"iter"
	"slices"
	"time"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// StatusStore is what a look at a campaign needs of the database.
type StatusStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	Status(ctx context.Context, q view.StatusAsk) (view.Status, error)
}

// Standing is how a campaign stands, with its outcome as of now: open cases are
// shown as such, and count as not answered so far.
type Standing struct {
	view.Status
	Listed  survey.Eligibility `json:"listed"`
	Outcome results.Outcome    `json:"outcome"`
	// Pace is how many messages leave in a minute of business time, by those of the
	// last ten; 0 when none did.
	Pace float64 `json:"pace"`
	// Finish is when what is planned by now will have left at that pace, in business
	// time. It is zero when nothing waits, and when nobody can tell.
	Finish time.Time `json:"finish,omitzero"`
}

// Status says how a campaign stands at now, in business time. By which mode the
// answers came is left out: see StatusInFull.
func Status(ctx context.Context, store StatusStore, name string, now time.Time) (Standing, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return Standing{}, err
	}
	return standing(ctx, store, k, nil, now)
}

// StatusInFull is Status with the rates by mode, for which every response is read.
func StatusInFull(ctx context.Context, store interface {
	StatusStore
	ResultStore
}, name string, now time.Time) (Standing, error) {
	d, err := collect(ctx, store, name)
	if err != nil {
		return Standing{}, err
	}
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return Standing{}, err
	}
	return standing(ctx, store, k, d.returned, now)
}

func standing(ctx context.Context, store StatusStore, k *survey.Campaign, returned []results.Returned, now time.Time) (Standing, error) {
	zone, ok := survey.Zone(k.Protocol.Zone)
	if !ok {
		zone = time.UTC // a draft may say anything, and sends nothing
	}
	year, month, day := now.In(zone).Date()
	s, err := store.Status(ctx, view.StatusAsk{ID: k.ID, Now: now, Day: time.Date(year, month, day, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return Standing{}, err
	}
	return Standing{Status: s, Listed: k.Listed, Pace: float64(s.Recent) / view.PaceSpan.Minutes(), Finish: finish(s, now),
		Outcome: results.OutcomeOf(slices.Values(s.Cases), returned, results.MethodFor(k.Listed))}, nil
}

// finish estimates when what is planned by now will have left: at the pace of the
// last minutes, and not before the last of it is due. What waits for a person (a
// pause, a budget) or for a sender that rests makes it unknown; so does, when
// nothing left of late, whatever waits for more than its time. Reminders that are not planned yet are not in it.
func finish(s view.Status, now time.Time) time.Time {
	left, timely := 0, true
	last := now
	for _, w := range s.Waits {
		switch w.Why {
		case survey.ReasonPaused, survey.ReasonHalted, survey.ReasonBudget:
			return time.Time{}
		case survey.ReasonWait, survey.ReasonWindow, survey.ReasonHours, survey.ReasonCap, survey.ReasonSenderCap:
		default:
			timely = false
		}
		left += w.N
		if w.Last.After(last) {
			last = w.Last
		}
	}
	switch {
	case left == 0 || s.Recent == 0 && !timely:
		return time.Time{}
	case s.Recent == 0:
		return last
	}
	sent := now.Add(time.Duration(float64(left) / float64(s.Recent) * float64(view.PaceSpan)))
	if sent.Before(last) {
		return last
	}
	return sent
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
