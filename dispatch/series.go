package dispatch

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"canvass/dispatch/series"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// SeriesStore is what creating a series needs of the database.
type SeriesStore interface {
	DraftStore
	CalendarStore
	CreateSeries(ctx context.Context, s survey.Series) (survey.SeriesID, error)
}

// SeriesRequest asks for a new series.
type SeriesRequest struct {
	File   string // for the errors
	Source []byte
	Actor  string
	DryRun bool
	Now    time.Time // business time
	Rand   io.Reader // for the seed, when the design names none
}

// SeriesCreated is a new series and what it will do.
type SeriesCreated struct {
	Series survey.Series
	Spec   SeriesSpec
	Next   []Upcoming // its first dates
}

// Upcoming is a date to come, and what its campaign will be called.
type Upcoming struct {
	series.Occurrence
	Campaign string `json:"campaign"`
}

// shownAhead is how many dates are shown with a series.
const shownAhead = 3

// CreateSeries checks the file of a series and stores it; it runs from then on.
// The dates before now are none of its waves. All that is wrong, with the rule of
// dates as with the campaign that the first wave would have today, is told at
// once, as joined *survey.Error.
func CreateSeries(ctx context.Context, store SeriesStore, r SeriesRequest) (SeriesCreated, error) {
	own, err := store.OwnDays(ctx)
	if err != nil {
		return SeriesCreated{}, err
	}
	spec, wrong, err := readSeries(r.File, r.Source, own)
	if err != nil {
		return SeriesCreated{}, err
	}
	out := SeriesCreated{Spec: spec, Series: survey.Series{Name: spec.Name, Source: string(r.Source), State: survey.SeriesActive,
		CreatedAt: r.Now, CreatedBy: r.Actor}}
	first := series.Occurrence{Date: survey.DateOf(r.Now), Number: 1}
	if len(wrong) == 0 {
		if out.Next = spec.ahead(r.Now, shownAhead, nil); len(out.Next) == 0 {
			c := seriesCheck{specCheck: specCheck{spec: Spec{file: r.File, lines: spec.lines}}}
			c.refuse("repeat.until", spec.Rule.Until.String(), "> "+survey.DateOf(r.Now).String())
			wrong = c.errors
		} else {
			first = out.Next[0].Occurrence
		}
	}
	if _, err := draft(ctx, store, spec.sample(first)); err != nil {
		wrong = append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return out, err
	}
	if out.Series.Seed, err = seed(spec.Campaign.Design.Seed, r.Rand); err != nil {
		return out, err
	}
	out.Series.NextDate, out.Series.NextAt = first.Date, first.At
	if !r.DryRun {
		out.Series.ID, err = store.CreateSeries(ctx, out.Series)
	}
	return out, err
}

// sample is the campaign of a date, to be checked; a pattern of names that is
// wrong has been told.
func (s SeriesSpec) sample(o series.Occurrence) Spec {
	spec := s.wave(o, s.Campaign.Design.Seed)
	if s.nameless {
		spec.Name = "x"
	}
	return spec
}

// ahead are the next n dates that begin at now or later and have no wave yet.
func (s SeriesSpec) ahead(now time.Time, n int, waves []view.WaveLine) []Upcoming {
	var out []Upcoming
	for o, ok := s.rule.Next(now.Add(-1)); ok && len(out) < n; o, ok = s.rule.Next(o.At) {
		if !slices.ContainsFunc(waves, func(w view.WaveLine) bool { return w.Date == o.Date }) {
			out = append(out, Upcoming{o, series.Fill(s.Campaign.Name, o)})
		}
	}
	return out
}

// ReadSeriesStore is what looking at a series needs of the database.
type ReadSeriesStore interface {
	CalendarStore
	SeriesByName(ctx context.Context, name string) (survey.Series, error)
	Waves(ctx context.Context, id survey.SeriesID) ([]view.WaveLine, error)
}

// SeriesShown is a series with what was and what will be.
type SeriesShown struct {
	Series survey.Series
	Spec   SeriesSpec
	Waves  []view.WaveLine // by date
	// Next are the dates to come that have no wave; none when it has ended.
	Next []Upcoming
}

// ShowSeries says how a series stands: its waves, and the next ahead dates.
func ShowSeries(ctx context.Context, store ReadSeriesStore, name string, now time.Time, ahead int) (SeriesShown, error) {
	s, err := store.SeriesByName(ctx, name)
	if err != nil {
		return SeriesShown{}, err
	}
	out := SeriesShown{Series: s}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return out, err
	}
	if out.Spec, err = specOf(s, own); err != nil {
		return out, err
	}
	if out.Waves, err = store.Waves(ctx, s.ID); err != nil {
		return out, err
	}
	if s.State != survey.SeriesEnded {
		out.Next = out.Spec.ahead(now, ahead, out.Waves)
	}
	return out, nil
}

// specOf reads the file of a series that was read before it was stored; that it
// cannot be any more is a fault of ours.
func specOf(s survey.Series, own survey.OwnDays) (SeriesSpec, error) {
	spec, wrong, err := readSeries(s.Name, []byte(s.Source), own)
	if err := errors.Join(append(wrong, err)...); err != nil {
		return spec, &survey.Error{Kind: survey.Internal, Code: survey.CodeUnexpected, Where: s.Name, Err: err}
	}
	return spec, nil
}

// MoveSeriesStore is what pausing, resuming and ending a series need of the
// database.
type MoveSeriesStore interface {
	CalendarStore
	SeriesByName(ctx context.Context, name string) (survey.Series, error)
	MoveSeries(ctx context.Context, m view.SeriesMove) error
}

// SeriesOrder is what somebody asks of a series.
type SeriesOrder struct {
	Series string // its name
	// Note is the reason given; it stays on record, and names nobody.
	Note  string
	Actor string
	Now   time.Time // business time
}

// PauseSeries keeps a series from beginning waves. Campaigns that are in the field
// go on.
func PauseSeries(ctx context.Context, store MoveSeriesStore, o SeriesOrder) error {
	return moveSeries(ctx, store, survey.SeriesPause, o)
}

// ResumeSeries lets a paused series go on. The dates that passed meanwhile are not
// held; where a restored backup paused it, staff are asked about each.
func ResumeSeries(ctx context.Context, store MoveSeriesStore, o SeriesOrder) error {
	return moveSeries(ctx, store, survey.SeriesResume, o)
}

// EndSeries ends a series for good. What is not launched is not held; campaigns
// that are in the field go on.
func EndSeries(ctx context.Context, store MoveSeriesStore, o SeriesOrder) error {
	return moveSeries(ctx, store, survey.SeriesEnd, o)
}

func moveSeries(ctx context.Context, store MoveSeriesStore, ev survey.SeriesEvent, o SeriesOrder) error {
	if err := reasoned(o.Note); err != nil {
		return err
	}
	s, err := store.SeriesByName(ctx, o.Series)
	if err != nil {
		return err
	}
	own, err := store.OwnDays(ctx)
	if err != nil {
		return err
	}
	return store.MoveSeries(ctx, view.SeriesMove{ID: s.ID, Event: ev, Actor: o.Actor, Reason: survey.ReasonStaff, Note: o.Note,
		Now: o.Now, Decide: func(s survey.Series, taken []survey.Date) (view.WaveDecision, error) {
			return decidePassed(calendared{s, own}, taken, o.Now)
		}})
}
