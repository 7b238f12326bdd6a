package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// RetentionStore is what ending the life of things needs of the database.
type RetentionStore interface {
	LifeDue(ctx context.Context, o view.LifeOrder) (view.LifeEnded, error)
	EndLife(ctx context.Context, o view.LifeOrder) (int, error)
	ProviderCopies(ctx context.Context, before time.Time, most int, skip []string) ([]view.ProviderCopy, error)
	Redacted(ctx context.Context, ref string) error
	BeginRetention(ctx context.Context) (day string, err error)
	EndRetention(ctx context.Context, day string, report []view.LifeEnded) error
}

// Provider ends its copy of the words of a text. What it does not have is ended.
type Provider interface {
	Redact(ctx context.Context, providerID string) error
}

// Retention ends what need not be kept. Days are of real time, as the law counts them; the
// end of a campaign is of business time.
type Retention struct {
	store    RetentionStore
	provider Provider // nil: nobody to ask
	clock    survey.Clock
	lives    []survey.Life
	log      *slog.Logger
	hour     int64 // of real time, in which the day's run was last looked for
}

// RetentionConfig is what a retention is made of, beside its store.
type RetentionConfig struct {
	Provider Provider // nil: nobody to ask
	Clock    survey.Clock
	Lives    []survey.Life
	Logger   *slog.Logger
}

// NewRetention returns the retention of the kinds in cfg.
func NewRetention(store RetentionStore, cfg RetentionConfig) *Retention {
	return &Retention{store: store, provider: cfg.Provider, clock: cfg.Clock, lives: cfg.Lives, log: cfg.Logger}
}

const (
	lifeBatch = 500 // rows of a transaction
	// copiesMost is how many texts the provider is asked for in a run: at a few a second.
	copiesMost = 2000
)

// Run ends all that is due, a batch at a time, and says what; dry only counts. It may be
// broken off at any instant and run again.
func (r *Retention) Run(ctx context.Context, dry bool) ([]view.LifeEnded, error) {
	var out []view.LifeEnded
	var all []error
	for _, l := range r.lives {
		if l.Days == 0 && l.Kind != survey.KeepLinks {
			continue
		}
		o := view.LifeOrder{Kind: l.Kind, Before: r.clock.Real().AddDate(0, 0, -l.Days), Now: r.clock.Now(), Most: lifeBatch}
		ended, err := r.one(ctx, o, dry)
		ended.Days = l.Days
		out, all = append(out, ended), append(all, err)
	}
	return out, errors.Join(all...)
}

func (r *Retention) one(ctx context.Context, o view.LifeOrder, dry bool) (view.LifeEnded, error) {
	if o.Kind == survey.KeepProvider {
		return r.copies(ctx, o, dry)
	}
	out, err := r.store.LifeDue(ctx, o)
	if err != nil || dry {
		return out, err
	}
	for out.Ended = 0; ; {
		n, err := r.store.EndLife(ctx, o)
		if out.Ended += n; err != nil || n < o.Most {
			return out, err
		}
	}
}

// copies has the provider end its copies, one after the other. What it refuses is tried
// again by the next run.
func (r *Retention) copies(ctx context.Context, o view.LifeOrder, dry bool) (view.LifeEnded, error) {
	out := view.LifeEnded{Kind: o.Kind, Stays: map[survey.StaysFor]int{}}
	var refused []string
	if dry || r.provider == nil {
		due, err := r.store.ProviderCopies(ctx, o.Before, copiesMost, refused)
		if out.Ended = len(due); r.provider == nil && len(due) > 0 {
			out.Ended, out.Stays[survey.StaysRefused] = 0, len(due)
		}
		return out, err
	}
	for out.Ended < copiesMost {
		due, err := r.store.ProviderCopies(ctx, o.Before, min(lifeBatch, copiesMost-out.Ended), refused)
		if err != nil || len(due) == 0 {
			return out, err
		}
		for _, c := range due {
			if err := r.provider.Redact(ctx, c.ProviderID); err != nil {
				if ctx.Err() != nil {
					return out, ctx.Err()
				}
				refused = append(refused, c.Ref)
				if out.Stays[survey.StaysRefused]++; len(refused) >= 20 { // it is not this one text
					return out, err
				}
				continue
			}
			if err := r.store.Redacted(ctx, c.Ref); err != nil {
				return out, err
			}
			out.Ended++
		}
	}
	return out, nil
}

// Daily runs once a day, whoever of several does it.
func (r *Retention) Daily(ctx context.Context) error {
	hour := r.clock.Real().Unix() / 3600
	if hour == r.hour {
		return nil
	}
	day, err := r.store.BeginRetention(ctx)
	if err != nil {
		return err
	}
	r.hour = hour
	if day == "" {
		return nil
	}
	report, err := r.Run(ctx, false)
	for _, l := range report {
		if l.Ended > 0 {
			r.log.InfoContext(ctx, "kept no longer", "kind", l.Kind, "n", l.Ended)
		}
	}
	return errors.Join(err, r.store.EndRetention(ctx, day, report))
}
