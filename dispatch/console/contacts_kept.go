package console

import (
	"context"
	"sync"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey/view"
)

// What takes a look at every row of the list is counted beside the visits, one count of a
// kind at a time, and kept with the time of its counting.
const (
	countFresh = 10 * time.Minute
	unitsFresh = time.Minute
	// countWait is how long a visit waits for a count: one of a short list is there by then.
	countWait = 400 * time.Millisecond
	countMost = 5 * time.Minute
	// mostPairs is how many pairs are kept.
	mostPairs = 1000
	// mostCounts is how many columns coverage is kept by.
	mostCounts = 32
)

// lists is what is kept of the contact list.
type lists struct {
	mu       sync.Mutex
	units    kept[[]view.ListUnit]
	tree     kept[tree]
	columns  kept[[]view.AttributeUse]
	pairs    [2]kept[[]view.PeoplePair] // without and with those of whom each has a code
	coverage map[string]*kept[[]view.Coverage]
}

// kept is a count, with its time.
type kept[T any] struct {
	mu      sync.Mutex
	value   T
	at      time.Time
	err     error
	running chan struct{} // closed when the count under way ends; nil: none is
	began   time.Time     // of the count under way
	stale   bool          // the count under way began before what is known now
}

// counted is what is kept, counted anew beside the visit when it is older than fresh; ready
// is false while there is nothing yet.
func counted[T any](v *visit, k *kept[T], fresh time.Duration, count func(context.Context) (T, error)) (value T, at time.Time, ready bool, err error) {
	k.mu.Lock()
	if k.running == nil && (k.at.IsZero() || v.Clock.Real().Sub(k.at) >= fresh) {
		k.running, k.began = make(chan struct{}), time.Now()
		go countBeside(v.console, k, count)
	}
	running, first, wait := k.running, k.at.IsZero(), v.most(countWait)-time.Since(k.began)
	k.mu.Unlock()
	if first && running != nil && wait > 0 { // whoever comes later is told at once that it goes on
		late := time.NewTimer(wait)
		defer late.Stop()
		select {
		case <-running:
		case <-late.C:
		case <-v.ctx.Done():
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value, k.at, !k.at.IsZero(), k.err
}

// countBeside counts, whoever still waits for it.
func countBeside[T any](c *console, k *kept[T], count func(context.Context) (T, error)) {
	ctx, cancel := context.WithTimeout(context.Background(), countMost)
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-c.Ending:
			cancel()
		case <-done:
		}
	}()
	value, err := count(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err = err; err == nil && !k.stale {
		k.value, k.at = value, c.Clock.Real()
	}
	k.stale = false
	close(k.running)
	k.running = nil
}

// forget has what is kept counted anew when it is asked for.
func (k *kept[T]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at, k.stale = time.Time{}, k.running != nil
}

// forgetColumns has what is counted by column counted anew.
func (l *lists) forgetColumns() {
	l.columns.forget()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.coverage {
		k.forget()
	}
}

// forgetPerson takes the pairs of somebody out who is not a contact of their own any more.
func (l *lists) forgetPerson(id int64) {
	for i := range l.pairs {
		k := &l.pairs[i]
		k.mu.Lock()
		left := k.value[:0:0]
		for _, p := range k.value {
			if int64(p.A.ID) != id && int64(p.B.ID) != id {
				left = append(left, p)
			}
		}
		k.value = left
		k.mu.Unlock()
	}
}

// coverageBy is what is kept of one column.
func (l *lists) coverageBy(by string) *kept[[]view.Coverage] {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.coverage == nil || len(l.coverage) >= mostCounts && l.coverage[by] == nil {
		l.coverage = map[string]*kept[[]view.Coverage]{}
	}
	if l.coverage[by] == nil {
		l.coverage[by] = &kept[[]view.Coverage]{}
	}
	return l.coverage[by]
}

// knownUnits gives the units that are kept instead of reading them.
type knownUnits struct {
	contactsStore
	units []view.ListUnit
}

func (k knownUnits) ListUnits(context.Context) ([]view.ListUnit, error) { return k.units, nil }

// units are those that contacts have; ready is false while they are being read.
func (v *visit) units() (out []view.ListUnit, ready bool, err error) {
	out, _, ready, err = counted(v, &v.lists.units, unitsFresh, v.Store.ListUnits)
	return out, ready, err
}

var _ dispatch.UnitStore = knownUnits{}
