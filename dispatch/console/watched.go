package console

import (
	"context"
	"sync"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Those who watch a campaign are told as it changes. However many there are, the
// database is asked once every `fresh`, in each process; and where counting takes long,
// nobody waits for it: what was counted last is shown with its time, while it is counted
// again.

// seen is how a campaign stood when it was looked at, and how its responses came in.
type seen struct {
	dispatch.Standing
	at         time.Time // business time
	days       view.FieldDays
	strata     view.FieldStrata
	before     view.FieldDays // of the wave before
	beforeName string         // empty: there was none
	counting   bool           // nothing is counted yet: only what one line knows is here
}

// watched are the standings that were read last.
type watched struct {
	c  *console
	mu sync.Mutex
	by map[string]*looked
}

// looked is one campaign's standing. One counts, for all who look.
type looked struct {
	mu   sync.Mutex
	at   time.Time // real time
	took time.Duration
	s    seen
	fine bool
	past time.Time     // when the wave before was read
	done chan struct{} // closed when the count that is being made is there; nil: none is made
	err  error         // of the last count
	// moves counts how often the campaign was moved from here: what was counted
	// meanwhile is of before.
	moves int
}

const (
	// fresh is how old the standing of a campaign may be that is shown: many may watch,
	// and one looks.
	fresh = 2 * time.Second
	// swift is how long a count may take that everybody waits for. One that took longer
	// is made in the background, and rests for restShare times as long.
	swift     = 40 * time.Millisecond
	restShare = 9
	// countFor bounds a count.
	countFor = 2 * time.Minute
	// mostWatched is how many campaigns are kept in mind.
	mostWatched = 200
	// pastFor is how long the course of the wave before is kept.
	pastFor = time.Hour
)

func newWatched(c *console) *watched { return &watched{c: c, by: map[string]*looked{}} }

func (w *watched) of(name string) *looked {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.by[name]
	if l == nil {
		if len(w.by) >= mostWatched {
			clear(w.by)
		}
		l = &looked{}
		w.by[name] = l
	}
	return l
}

// standing is how a campaign stands, at most `fresh` ago where counting is swift. Its
// state, its end and its limits are always those of now. Who looks first waits for
// Patience.
func (w *watched) standing(ctx context.Context, name string) (seen, error) {
	return w.within(ctx, name, w.c.Patience)
}

// within is standing with a patience of its own; 0 is without end.
func (w *watched) within(ctx context.Context, name string, patience time.Duration) (seen, error) {
	l := w.of(name)
	l.mu.Lock()
	age, slow := w.c.Clock.Real().Sub(l.at), l.fine && l.took > swift
	if l.fine && !slow && age < fresh {
		defer l.mu.Unlock()
		return l.s, nil
	}
	if l.done == nil && (!slow || age >= max(fresh, restShare*l.took)) {
		l.done = make(chan struct{})
		go w.recount(name, l)
	}
	was, done := l.s, l.done
	l.mu.Unlock()
	if slow {
		return w.asOfNow(ctx, name, was)
	}
	var enough <-chan time.Time
	if patience > 0 {
		enough = time.After(patience)
	}
	select {
	case <-done:
	case <-enough:
	case <-ctx.Done():
		return seen{}, &survey.Error{Kind: survey.Unavailable, Code: survey.CodeUnexpected, Err: ctx.Err()}
	}
	l.mu.Lock()
	out, fine, err, before := l.s, l.fine, l.err, l.at.IsZero()
	over := l.done != done
	l.mu.Unlock()
	switch {
	case over && err != nil:
		return seen{}, err
	case over && !before:
		return out, nil
	case !fine:
		out.counting = true
	}
	return w.asOfNow(ctx, name, out)
}

// recount counts, for whoever waits and whoever looks next.
func (w *watched) recount(name string, l *looked) {
	ctx, cancel := w.untilEnd()
	defer cancel()
	l.mu.Lock()
	was, past, moves := l.s, l.past, l.moves
	l.mu.Unlock()
	s, took, err := w.count(ctx, name, was, past)
	now := w.c.Clock.Real()
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.done)
	l.done, l.err, l.at = nil, err, now // also after an error: not at once again
	switch {
	case err == nil:
		l.s, l.took, l.fine = s, took, true
		if l.past.IsZero() || now.Sub(l.past) >= pastFor {
			l.past = now
		}
		if l.moves != moves {
			l.at = time.Time{}
		}
	case !l.fine:
		w.drop(name)
	case ctx.Err() == nil:
		w.c.Logger.ErrorContext(ctx, "a campaign cannot be counted", "error", err.Error())
	}
}

// untilEnd is a context for what nobody waits for: it ends with the process, and in time.
func (w *watched) untilEnd() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), countFor)
	go func() {
		select {
		case <-w.c.Ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// count reads a standing and its course, and says how long that took. The course of the
// wave before is taken from the last count, if that was read at past and is not too old.
func (w *watched) count(ctx context.Context, name string, was seen, past time.Time) (seen, time.Duration, error) {
	begun := w.c.Clock.Real()
	out := seen{at: w.c.Clock.Now(), before: was.before, beforeName: was.beforeName}
	var err error
	if out.Standing, err = dispatch.Status(ctx, w.c.Store, name, out.at); err != nil {
		return out, 0, err
	}
	if out.days, err = dispatch.FieldDays(ctx, w.c.Store, name); err != nil {
		return out, 0, err
	}
	if out.strata, err = w.c.Store.FieldStrata(ctx, out.days.Campaign); err != nil {
		return out, 0, err
	}
	took := w.c.Clock.Real().Sub(begun)
	if !past.IsZero() && begun.Sub(past) < pastFor {
		return out, took, nil
	}
	before, ok, err := w.c.Store.WaveBefore(ctx, out.days.Campaign)
	if err != nil || !ok {
		return out, took, err
	}
	out.beforeName = before
	out.before, err = dispatch.FieldDays(ctx, w.c.Store, before)
	return out, took, err
}

// asOfNow is an older standing with what one line of the database knows now.
func (w *watched) asOfNow(ctx context.Context, name string, s seen) (seen, error) {
	k, err := w.c.Store.CampaignByName(ctx, name)
	if err != nil {
		return s, err
	}
	s.Name, s.Purpose, s.Level, s.LaunchedAt = k.Name, k.Purpose, k.Confidentiality, k.LaunchedAt
	s.State, s.Title, s.EndsAt, s.Rate, s.Budget = k.State, k.Title, k.EndsAt, k.Rate, k.Budget
	return s, nil
}

// forget has a campaign looked at again, because it was moved: at once if that is swift,
// else in the background.
func (w *watched) forget(name string) {
	l := w.of(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.moves = time.Time{}, l.moves+1
}

// drop takes a campaign out of mind, because it is not there.
func (w *watched) drop(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by, name)
}

// warm counts what is in the field once, so that the first to look does not wait.
func (w *watched) warm() {
	ctx, cancel := w.untilEnd()
	defer cancel()
	all, err := w.c.Store.Campaigns(ctx, survey.CampaignFielding, survey.CampaignPaused)
	for _, k := range all {
		if _, err = w.within(ctx, k.Name, 0); err != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		w.c.Logger.WarnContext(ctx, "campaigns in the field were not counted ahead", "error", err.Error())
	}
}
