package console

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A count reads every response, so nobody waits for a long one: it is made in the
// background, one or two at a time, and kept. Whoever comes sees the last one with its
// time while a newer goes on. What is kept are counts, and no answer.

const (
	// quick is how long a count may take that is waited for each time.
	quick = 250 * time.Millisecond
	// reckonWait is how long is waited for one at most, from when it began.
	reckonWait = 300 * time.Millisecond
	// A count of a campaign in the field is fresh for this many times as long as it took,
	// so that counting takes a twentieth of a processor at most; of one that has ended,
	// for settled besides.
	freshFor = 20
	settled  = 10 * time.Minute
	// mostTallied is how many campaigns are kept, and mostCounting how many counted at once.
	mostTallied = 64
	// askFor is how long it may take to ask who answered two campaigns.
	askFor       = time.Minute
	mostCounting = 2
)

// tallied are the counts that were made last.
type tallied struct {
	c      *console
	mu     sync.Mutex
	by     map[string]*tally
	places chan struct{}
	both   map[pair]*shared
}

// tally is the last count of one campaign; mu of tallied guards it, but for read.
type tally struct {
	have    *dispatch.Counted
	stamp   view.ResultStamp
	counted time.Time // real time of the count
	took    time.Duration
	used    time.Time
	began   time.Time     // of the count that goes on
	going   chan struct{} // closed when the count that goes on has ended; nil: none does
	err     error         // of the last count
	read    atomic.Int64
}

func newTallied(c *console) *tallied {
	return &tallied{c: c, by: map[string]*tally{}, places: make(chan struct{}, mostCounting), both: map[pair]*shared{}}
}

// reckoned is what is known of a campaign's results now.
type reckoned struct {
	*dispatch.Counted // nil: it was never counted
	stamp             view.ResultStamp
	going             bool // a count goes on
	read              int  // responses that it has read
}

// look is the last count of a campaign. It begins another if that is not fresh, and waits
// for it if it is quick, or the first.
func (x *tallied) look(ctx context.Context, k *survey.Campaign) (reckoned, error) {
	t, going, wait := x.begin(k)
	if going != nil && wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-going:
		case <-timer.C:
		case <-ctx.Done():
			return reckoned{}, ctx.Err()
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if t.have == nil && t.going == nil && t.err != nil {
		return reckoned{}, t.err
	}
	return reckoned{Counted: t.have, stamp: t.stamp, going: t.going != nil, read: int(t.read.Load())}, nil
}

// begin finds a campaign's count, and begins another if it is not fresh. wait is how long it
// may be waited for.
func (x *tallied) begin(k *survey.Campaign) (t *tally, going chan struct{}, wait time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.c.Clock.Real()
	t = x.by[k.Name]
	if t == nil {
		x.makeRoom()
		t = &tally{}
		x.by[k.Name] = t
	}
	t.used = now
	if t.going == nil && !t.fresh(k, now) {
		t.going, t.began = make(chan struct{}), time.Now()
		t.read.Store(0)
		go x.count(k.Name, t, t.going)
	}
	if t.have == nil || t.took < quick {
		wait = x.c.most(reckonWait) - time.Since(t.began)
	}
	return t, t.going, wait
}

func (t *tally) fresh(k *survey.Campaign, now time.Time) bool {
	if t.have == nil || t.have.State != k.State {
		return false
	}
	age := freshFor * t.took
	if t.took >= quick && (k.State == survey.CampaignClosed || k.State == survey.CampaignArchived) {
		age += settled
	}
	return now.Sub(t.counted) < max(age, fresh)
}

// makeRoom forgets whoever was not looked at for longest.
func (x *tallied) makeRoom() {
	for len(x.by) >= mostTallied {
		names := slices.SortedFunc(maps.Keys(x.by), func(a, b string) int { return x.by[a].used.Compare(x.by[b].used) })
		i := slices.IndexFunc(names, func(name string) bool { return x.by[name].going == nil })
		if i < 0 {
			return
		}
		delete(x.by, names[i])
	}
}

// count counts a campaign, in the background.
func (x *tallied) count(name string, t *tally, done chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-x.c.Ending:
			cancel()
		case <-done:
		}
	}()
	select {
	case x.places <- struct{}{}:
		defer func() { <-x.places }()
	case <-ctx.Done():
	}
	began := time.Now() // what it costs, whatever the time of day
	begun, at := x.c.Clock.Real(), x.c.Clock.Now().In(x.c.Zone)
	counted, err := x.guarded(ctx, name, func(n int) { t.read.Store(int64(n)) })
	took := time.Since(began)
	var stamp view.ResultStamp
	if err == nil {
		stamp = dispatch.StampOf(counted.Figures(), at, "")
		if bad := x.c.Store.KeepCount(ctx, counted.Kept(at, took)); bad != nil {
			x.c.Logger.WarnContext(ctx, "a count is not kept", "error", bad.Error())
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	t.err, t.going = err, nil
	if err == nil {
		t.have, t.stamp, t.counted, t.took = &counted, stamp, begun, took
	} else if kind := survey.KindOf(err); kind == survey.Internal && ctx.Err() == nil {
		x.c.Logger.LogAttrs(ctx, slog.LevelError, "results cannot be counted", slog.String("error", err.Error()))
	}
	close(done)
}

// guarded is Count; a panic is an error, because nobody stands behind it who would catch it.
func (x *tallied) guarded(ctx context.Context, name string, read func(int)) (c dispatch.Counted, err error) {
	defer func() {
		if p := recover(); p != nil {
			x.c.Logger.ErrorContext(ctx, "a count panicked", "stack", string(debug.Stack()))
			err = &survey.Error{Kind: survey.Internal, Code: survey.CodeUnexpected, Err: fmt.Errorf("a count panicked: %T", p)}
		}
	}()
	return dispatch.Count(ctx, x.c.Answers, name, read)
}

// glance is look at several campaigns, for which is waited together; not for one that has
// been counted for longer already.
func (x *tallied) glance(ctx context.Context, of []*survey.Campaign) []reckoned {
	ctx, cancel := context.WithTimeout(ctx, x.c.most(reckonWait))
	defer cancel()
	out := make([]reckoned, len(of))
	for i, k := range of {
		t, going, wait := x.begin(k)
		if going != nil && wait > 0 {
			late := time.NewTimer(wait)
			select {
			case <-going:
			case <-late.C:
			case <-ctx.Done():
			}
			late.Stop()
		}
		x.mu.Lock()
		out[i] = reckoned{Counted: t.have, stamp: t.stamp, going: t.going != nil}
		x.mu.Unlock()
	}
	return out
}

// pair are two campaigns as they stood: a count anew when more have answered.
type pair struct {
	first, second survey.CampaignID
	n, m          int
}

// shared is how many people answered both of two campaigns, once that is known.
type shared struct {
	done chan struct{}
	n    int
}

// overlap is how many people answered both of two campaigns. It is asked in the background
// and waited for until a time; while it is not known it is 0, the cautious answer.
func (x *tallied) overlap(ctx context.Context, of pair) int {
	x.mu.Lock()
	c := x.both[of]
	if c == nil {
		if len(x.both) > 1000 {
			clear(x.both)
		}
		c = &shared{done: make(chan struct{})}
		x.both[of] = c
		go x.ask(of, c)
	}
	x.mu.Unlock()
	select {
	case <-c.done:
		return c.n
	default:
	}
	select {
	case <-c.done:
		return c.n
	case <-ctx.Done():
		return 0
	}
}

// ask asks how many answered both; what cannot be asked is forgotten, to be asked again.
func (x *tallied) ask(of pair, c *shared) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	n, err := x.c.Store.AnsweredBoth(ctx, of.first, of.second)
	x.mu.Lock()
	defer x.mu.Unlock()
	if c.n = n; err != nil {
		delete(x.both, of)
	}
	close(c.done)
}
