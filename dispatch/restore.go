package dispatch

import (
	"context"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// RestoreStore is what settling a restored database needs of it.
type RestoreStore interface {
	Moved(ctx context.Context) (bool, error)
	Senders(ctx context.Context) ([]survey.Sender, error)
	planStore
	EarliestPlan(ctx context.Context) (time.Time, bool, error)
	DoubtDue(ctx context.Context, at time.Time, actor string) (int, error)
	SettleHere(ctx context.Context, now time.Time, actor string) ([]survey.CampaignID, error)
}

// Settled is what settling a restored database did.
type Settled struct {
	Moved   bool                // it was a copy, and is settled now
	Paused  []survey.CampaignID // that were in the field
	InDoubt int                 // attempts that may have left after the backup was taken
}

// SettleRestored makes sure that a restored system sends nothing twice. What was
// sent between backup and restore is not in the database; so everything that
// would have been sent by now is put in doubt, and every campaign in the field
// is paused until staff have settled the doubts and resume it.
//
// What would have been sent is found by living through the time in between: the
// protocol plans as it did then, and what it plans counts as sent. On any other
// database it does nothing, so every process calls it before it begins. It may
// be cut short at any instant and is then taken up by the next.
func SettleRestored(ctx context.Context, store RestoreStore, clock survey.Clock) (Settled, error) {
	moved, err := store.Moved(ctx)
	if err != nil || !moved {
		return Settled{}, err
	}
	out := Settled{Moved: true}
	now := clock.Now()
	if out.InDoubt, err = relive(ctx, store, now); err != nil {
		return out, err
	}
	out.Paused, err = store.SettleHere(ctx, now, restorer)
	return out, err
}

// restorer is who the record names.
const restorer = "restore"

// relive plans the time up to now, a moment at a time, and puts what it planned
// in doubt. A moment is a minute; of a long time it is a two-thousandth.
func relive(ctx context.Context, store RestoreStore, now time.Time) (int, error) {
	senders, err := store.Senders(ctx)
	if err != nil {
		return 0, err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return 0, err
	}
	total, err := store.DoubtDue(ctx, now, restorer)
	if err != nil {
		return total, err
	}
	step, last := time.Duration(0), time.Time{}
	for {
		at, ok, err := store.EarliestPlan(ctx)
		if err != nil {
			return total, err
		}
		if step == 0 {
			step = max(time.Minute, now.Sub(at)/2000)
		}
		if !last.IsZero() && at.Before(last.Add(step)) {
			at = last.Add(step)
		}
		if !ok || at.After(now) {
			return total, nil
		}
		n, err := reliveAt(ctx, store, planner{now: at, senders: senders, own: own})
		if err != nil {
			return total, err
		}
		total, last = total+n, at
	}
}

// reliveAt plans what was due at the moment of p.
func reliveAt(ctx context.Context, store RestoreStore, p planner) (int, error) {
	for {
		p.loaded = map[survey.CampaignID]protocol.Loaded{}
		n, err := planRound(ctx, store, p.now, func(c view.PlanCase) view.Plan {
			c.Attempts = asIfSent(c.Attempts)
			return p.decide(c)
		})
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return store.DoubtDue(ctx, p.now, restorer)
		}
	}
}

// asIfSent takes attempts in doubt as sent when they were due: what waits for
// nothing lets the protocol go on as it may have gone on.
func asIfSent(attempts []survey.Attempt) []survey.Attempt {
	out := make([]survey.Attempt, len(attempts))
	for i, a := range attempts {
		if a.State == survey.AttemptUnknown || a.State == survey.AttemptSending || a.State == survey.AttemptQueued {
			a.State, a.SentAt = survey.AttemptSent, a.DueAt
		}
		out[i] = a
	}
	return out
}
