package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"canvass/dispatch/series"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// come are the dates of a series that have come and have no wave, and the first
// one that is left open.
func come(spec SeriesSpec, s survey.Series, taken []survey.Date, now time.Time) (due []series.Occurrence, next series.Occurrence) {
	o, ok := spec.rule.After(s.NextDate.Add(-1))
	for ok && !o.At.After(now) {
		if !slices.Contains(taken, o.Date) {
			due = append(due, o)
		}
		o, ok = spec.rule.After(o.Date)
	}
	return due, o
}

// calendared is a series, and the days by which its calendar differs from the computed one.
type calendared struct {
	survey.Series
	own survey.OwnDays
}

// decideDue decides the dates of a series that runs.
func decideDue(s calendared, taken []survey.Date, now time.Time) (view.WaveDecision, error) {
	spec, err := specOf(s.Series, s.own)
	if err != nil {
		return view.WaveDecision{}, err
	}
	due, next := come(spec, s.Series, taken, now)
	return view.WaveDecision{Waves: spec.Policy.Decide(due, now), NextDate: next.Date, NextAt: next.At}, nil
}

// decidePassed decides the dates of a series that is resumed at now: those of
// before the pause as if it had not been, and those that passed in it.
func decidePassed(s calendared, taken []survey.Date, now time.Time) (view.WaveDecision, error) {
	spec, err := specOf(s.Series, s.own)
	if err != nil {
		return view.WaveDecision{}, err
	}
	due, next := come(spec, s.Series, taken, now)
	first := slices.IndexFunc(due, func(o series.Occurrence) bool { return !o.At.Before(s.PausedAt) })
	if first < 0 {
		first = len(due)
	}
	waves := spec.Policy.Decide(due[:first], now)
	return view.WaveDecision{Waves: append(waves, series.Paused(due[first:], s.PauseReason)...), NextDate: next.Date, NextAt: next.At}, nil
}

// WaveStore is what holding the waves of series needs of the database.
type WaveStore interface {
	CalendarStore
	DraftStore
	LaunchStore
	WithWaves(ctx context.Context, now time.Time, do func(context.Context) error) error
	SeriesDue(ctx context.Context, now time.Time) ([]survey.Series, error)
	DecideSeries(ctx context.Context, id survey.SeriesID, now time.Time, decide view.DecideWaves) error
	OpenWaves(ctx context.Context, now time.Time) ([]view.OpenWave, error)
	PrepareWave(ctx context.Context, p view.WavePreparation) (campaign string, to survey.WaveState, err error)
	MoveWave(ctx context.Context, m view.WaveMove) error
	FailWave(ctx context.Context, f view.WaveFailure) error
}

// Waves holds the waves of series as their dates come. Any number of them may
// run, each in one goroutine; any of them may be killed at any instant: a date is
// decided once, a wave gets one campaign, and a launch that was cut short is
// taken up by the next tick.
type Waves struct {
	store WaveStore
	keys  *token.Keyring
	clock survey.Clock
	log   *slog.Logger
}

// NewWaves returns what holds waves; keys are those of the tokens.
func NewWaves(store WaveStore, keys *token.Keyring, clock survey.Clock, log *slog.Logger) *Waves {
	return &Waves{store: store, keys: keys, clock: clock, log: log}
}

// scheduler is who the record names for what is done when its time has come.
const scheduler = "scheduler"

// Tick does everything that is due now, once. It is one look at two small indexes
// when nothing is.
func (w *Waves) Tick(ctx context.Context) error {
	now := w.clock.Now()
	return w.store.WithWaves(ctx, now, func(ctx context.Context) error {
		return errors.Join(w.decide(ctx, now), w.goOn(ctx, now))
	})
}

// decide makes waves of the dates that have come.
func (w *Waves) decide(ctx context.Context, now time.Time) error {
	due, err := w.store.SeriesDue(ctx, now)
	if err != nil {
		return err
	}
	own, err := w.store.OwnDays(ctx)
	if err != nil {
		return err
	}
	for _, s := range due {
		var made []survey.Wave
		bad := w.store.DecideSeries(ctx, s.ID, now, func(s survey.Series, taken []survey.Date) (view.WaveDecision, error) {
			d, err := decideDue(calendared{s, own}, taken, now)
			made = d.Waves
			return d, err
		})
		if bad == nil {
			for _, m := range made {
				w.log.InfoContext(ctx, "wave", "series", s.Name, "date", m.Date.String(), "state", string(m.State), "reason", string(m.Reason))
			}
		}
		err = errors.Join(err, bad)
	}
	return err
}

// goOn creates and launches the waves that are due and prepared.
func (w *Waves) goOn(ctx context.Context, now time.Time) error {
	open, err := w.store.OpenWaves(ctx, now)
	if err != nil {
		return err
	}
	for _, o := range open {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_, bad := w.hold(ctx, o, now)
		if bad != nil && survey.KindOf(bad) == survey.Unavailable {
			return errors.Join(err, bad)
		}
		if bad != nil {
			w.log.WarnContext(ctx, "wave not begun", "series", o.Series.Name, "date", o.Date.String(), "err", bad)
		}
	}
	return err
}

// hold takes one wave as far as it goes: late ones out, due ones to a campaign,
// prepared ones into the field. It returns what was launched, if anything was.
// What keeps it from going on is noted with the wave, to be tried again later.
func (w *Waves) hold(ctx context.Context, o view.OpenWave, now time.Time) (*Launched, error) {
	own, err := w.store.OwnDays(ctx)
	if err != nil {
		return nil, err
	}
	spec, err := specOf(o.Series, own)
	if err != nil {
		return nil, w.failed(ctx, o, err, now)
	}
	if v := spec.Policy.Judge(o.Wave, o.Newer, now); v.Event != "" {
		return nil, w.store.MoveWave(ctx, view.WaveMove{ID: o.ID, Event: v.Event, Actor: scheduler, Reason: v.Reason, Note: o.Note, Now: now})
	}
	if o.State == survey.WaveDue {
		if o.Campaign, o.State, err = w.prepare(ctx, spec, o, now); err != nil {
			return nil, w.failed(ctx, o, err, now)
		}
	}
	if o.State != survey.WavePrepared {
		return nil, nil // it waits for staff
	}
	launched, err := Launch(ctx, w.store, w.keys, Order{Campaign: o.Campaign, Actor: o.Actor, Reason: o.Reason, Now: now, Unapproved: o.Series.Name})
	if err != nil {
		return nil, w.failed(ctx, o, err, now)
	}
	return &launched, nil
}

// prepare gives a wave its campaign, with the questionnaire, the office and the
// senders of now.
func (w *Waves) prepare(ctx context.Context, spec SeriesSpec, o view.OpenWave, now time.Time) (string, survey.WaveState, error) {
	p := view.WavePreparation{ID: o.ID, Actor: o.Actor, Now: now}
	if o.CampaignID == 0 {
		k, err := draft(ctx, w.store, spec.wave(series.Occurrence{Date: o.Date, Number: o.Number, At: o.At}, o.Series.Seed))
		if err != nil {
			return "", o.State, err
		}
		p.Campaign = k
	}
	return w.store.PrepareWave(ctx, p)
}

// failed notes what keeps a wave from going on, and when to try again, and
// returns it. What is only away, or was stopped, is no fault of the wave's.
func (w *Waves) failed(ctx context.Context, o view.OpenWave, err error, now time.Time) error {
	if survey.KindOf(err) == survey.Unavailable || ctx.Err() != nil {
		return err
	}
	f := view.WaveFailure{ID: o.ID, Faults: faults(err), RetryAt: now.Add(series.Wait(o.Failures + 1))}
	return errors.Join(err, w.store.FailWave(ctx, f))
}

// faults are the errors that were joined, as they are kept.
func faults(err error) []survey.Fault {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		var out []survey.Fault
		for _, e := range several.Unwrap() {
			out = append(out, faults(e)...)
		}
		return out
	}
	var one *survey.Error
	if !errors.As(err, &one) {
		return []survey.Fault{{Kind: survey.Internal, Code: survey.CodeUnexpected}}
	}
	return []survey.Fault{{Kind: one.Kind, Code: one.Code, Args: one.Args, Where: one.Where}}
}

// OrderWaveStore is what running or skipping one date needs of the database.
type OrderWaveStore interface {
	CalendarStore
	WaveStore
	SeriesByName(ctx context.Context, name string) (survey.Series, error)
	AloneWithWaves(ctx context.Context, do func(context.Context) error) error
	OrderWave(ctx context.Context, o view.WaveOrder) (survey.WaveID, error)
	OpenWave(ctx context.Context, id survey.WaveID, now time.Time) (view.OpenWave, error)
}

// RunWave launches the wave of a date now, whatever the policy of its series says
// of it: one that staff were asked about, that was skipped or is late, or a date
// of before the series was created. A date that is still to come is refused with
// CodeWaveEarly, a day that is no date with CodeWaveDate. What keeps it from being
// launched is returned, and noted with the wave: the scheduler tries again.
func RunWave(ctx context.Context, store OrderWaveStore, keys *token.Keyring, date survey.Date, o SeriesOrder) (Launched, error) {
	var out Launched
	w := Waves{store: store, keys: keys}
	err := store.AloneWithWaves(ctx, func(ctx context.Context) error {
		id, err := order(ctx, store, date, survey.WaveRun, o)
		if err != nil {
			return err
		}
		open, err := store.OpenWave(ctx, id, o.Now)
		if err != nil {
			return err
		}
		launched, err := w.hold(ctx, open, o.Now)
		if launched != nil {
			out = *launched
		}
		return err
	})
	return out, err
}

// SkipWave says that the wave of a date is not held, before its time or after.
func SkipWave(ctx context.Context, store OrderWaveStore, date survey.Date, o SeriesOrder) error {
	if err := reasoned(o.Note); err != nil {
		return err
	}
	_, err := order(ctx, store, date, survey.WaveSkip, o)
	return err
}

// order carries out what staff decide about one date.
func order(ctx context.Context, store OrderWaveStore, date survey.Date, ev survey.WaveEvent, o SeriesOrder) (survey.WaveID, error) {
	s, err := store.SeriesByName(ctx, o.Series)
	if err != nil {
		return 0, err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return 0, err
	}
	spec, err := specOf(s, own)
	if err != nil {
		return 0, err
	}
	at, ok := spec.rule.On(date)
	if !ok {
		return 0, &survey.Error{Kind: survey.Invalid, Code: survey.CodeWaveDate,
			Args: map[string]string{"name": s.Name, "date": date.String()}}
	}
	if ev == survey.WaveRun && at.At.After(o.Now) {
		return 0, &survey.Error{Kind: survey.Conflict, Code: survey.CodeWaveEarly,
			Args: map[string]string{"date": date.String(), "at": at.At.Format("15:04 02/01/2006")}}
	}
	return store.OrderWave(ctx, view.WaveOrder{SeriesID: s.ID, Date: at.Date, Number: at.Number, At: at.At, Event: ev,
		Actor: o.Actor, Note: o.Note, Now: o.Now})
}
