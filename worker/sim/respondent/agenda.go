package respondent

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// act is something that a person will do.
type act struct {
	due time.Time
	seq uint64 // keeps the order of what is due at the same time
	do  func(context.Context)
}

type acts []act

func (a acts) Len() int { return len(a) }
func (a acts) Less(i, j int) bool {
	if !a[i].due.Equal(a[j].due) {
		return a[i].due.Before(a[j].due)
	}
	return a[i].seq < a[j].seq
}
func (a acts) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *acts) Push(x any)   { *a = append(*a, x.(act)) }
func (a *acts) Pop() any {
	last := (*a)[len(*a)-1]
	(*a)[len(*a)-1] = act{} // let go of the closure
	*a = (*a)[:len(*a)-1]
	return last
}

// agenda holds what the crowd will do, by time. An act that has begun counts as
// pending until it is over, so the count never dips between an act and what
// follows from it.
type agenda struct {
	mu   sync.Mutex
	acts acts
	seq  uint64
	busy int
	wake chan struct{} // holds one token when a new act may be the first
}

func newAgenda() *agenda { return &agenda{wake: make(chan struct{}, 1)} }

// add puts an act down for later. It never waits.
func (a *agenda) add(after time.Duration, do func(context.Context)) {
	a.mu.Lock()
	a.seq++
	heap.Push(&a.acts, act{due: time.Now().Add(after), seq: a.seq, do: do})
	first := a.acts[0].seq == a.seq
	a.mu.Unlock()
	if first {
		select {
		case a.wake <- struct{}{}:
		default:
		}
	}
}

// pending is how many acts are due, now or later, or under way.
func (a *agenda) pending() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.acts) + a.busy
}

// run does what is due, at most so many acts at a time, until ctx ends; then it
// waits for those under way.
func (a *agenda) run(ctx context.Context, hands int) {
	free := make(chan struct{}, hands)
	var under sync.WaitGroup
	defer under.Wait()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		next, wait := a.take()
		if next == nil {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-a.wake:
			case <-ctx.Done():
			}
			continue
		}
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			a.done()
			return
		}
		under.Go(func() {
			defer func() { <-free }()
			defer a.done()
			next(ctx)
		})
	}
}

// take returns the act that is due, or how long to wait for one.
func (a *agenda) take() (func(context.Context), time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.acts) == 0 {
		return nil, time.Hour
	}
	if wait := time.Until(a.acts[0].due); wait > 0 {
		return nil, wait
	}
	a.busy++
	return heap.Pop(&a.acts).(act).do, 0
}

func (a *agenda) done() {
	a.mu.Lock()
	a.busy--
	a.mu.Unlock()
}
