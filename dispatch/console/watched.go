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
	before     view.FieldDays // of the wave before
	beforeName string         // empty: there was none
}

// watched are the standings that were read last.
type watched struct {
	c  *console
	mu sync.Mutex
	by map[string]*looked
}

// looked is one campaign's standing; whoever holds mu reads it anew for the others.
type looked struct {
	mu   sync.Mutex
	at   time.Time // real time
	took time.Duration
	s    seen
	fine bool
	busy bool // somebody counts in the background
	past time.Time
}

const (
	// fresh is how old the standing of a campaign may be that is shown: many may watch,
	// and one looks.
	fresh = 2 * time.Second
	// swift is how long a count may take that somebody waits for. One that took longer
	// is made in the background, and rests for restShare times as long.
	swift     = 40 * time.Millisecond
	restShare = 9
	// countFor bounds a count in the background.
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
// state, its end and its limits are always those of now.
func (w *watched) standing(ctx context.Context, name string) (seen, error) {
	l := w.of(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	age := w.c.Clock.Real().Sub(l.at)
	switch {
	case l.fine && l.took > swift:
		if !l.busy && age >= max(fresh, restShare*l.took) {
			l.busy = true
			go w.recount(name, l)
		}
		return w.asOfNow(ctx, name, l.s)
	case l.fine && age < fresh:
		return l.s, nil
	}
	s, took, err := w.count(ctx, name, l.s, l.past)
	if err != nil {
		w.drop(name)
		return s, err
	}
	l.keep(w.c.Clock.Real(), s, took)
	return s, nil
}

// keep holds a count. The caller holds mu.
func (l *looked) keep(now time.Time, s seen, took time.Duration) {
	l.s, l.at, l.took, l.fine = s, now, took, true
	if l.past.IsZero() || now.Sub(l.past) >= pastFor {
		l.past = now
	}
}

// recount counts in the background, for whoever looks next.
func (w *watched) recount(name string, l *looked) {
	ctx, cancel := context.WithTimeout(context.Background(), countFor)
	defer cancel()
	go func() {
		select {
		case <-w.c.Ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	l.mu.Lock()
	was, past := l.s, l.past
	l.mu.Unlock()
	s, took, err := w.count(ctx, name, was, past)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = false
	if err != nil {
		l.at = w.c.Clock.Real() // and not at once again
		if ctx.Err() == nil {
			w.c.Logger.ErrorContext(ctx, "a campaign cannot be counted", "error", err.Error())
		}
		return
	}
	l.keep(w.c.Clock.Real(), s, took)
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
	s.State, s.Title, s.EndsAt, s.Rate, s.Budget = k.State, k.Title, k.EndsAt, k.Rate, k.Budget
	return s, nil
}

// forget has a campaign looked at again, because it was moved: at once if that is swift,
// else in the background.
func (w *watched) forget(name string) {
	l := w.of(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = time.Time{}
}

// drop takes a campaign out of mind, because it is not there.
func (w *watched) drop(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by, name)
}

// warm counts what is in the field once, so that the first to look does not wait.
func (w *watched) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), countFor)
	defer cancel()
	go func() {
		select {
		case <-w.c.Ending:
			cancel()
		case <-ctx.Done():
		}
	}()
	all, err := w.c.Store.Campaigns(ctx, survey.CampaignFielding, survey.CampaignPaused)
	for _, k := range all {
		if _, err = w.standing(ctx, k.Name); err != nil {
			break
		}
	}
	if err != nil && ctx.Err() == nil {
		w.c.Logger.WarnContext(ctx, "campaigns in the field were not counted ahead", "error", err.Error())
	}
}
