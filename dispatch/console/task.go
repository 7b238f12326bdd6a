package console

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Tasks are looks at the whole list that nobody has to wait for: a screen starts one,
// says that it is under way, and shows what came out when it is asked again. The same
// look is made once for all who ask.
type tasks struct {
	ending <-chan struct{}
	real   func() time.Time
	room   chan struct{} // a place for each that runs

	mu  sync.Mutex
	all map[string]*task
}

const (
	mostTasks   = 64          // that are kept
	tasksAtOnce = 2           // that run
	keepTask    = time.Minute // what came out, in real time
	longestTask = 10 * time.Minute
)

// task is one look. value and err are read once done is closed.
type task struct {
	done  chan struct{}
	n     atomic.Int64 // how far it is
	value any
	err   error
	begun time.Time
	ended time.Time
}

func newTasks(ending <-chan struct{}, real func() time.Time) *tasks {
	return &tasks{ending: ending, real: real, room: make(chan struct{}, tasksAtOnce), all: map[string]*task{}}
}

// over reports whether t has come to its end.
func (t *task) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// run is the task of a key, started if there is none, or if what came out is old. do is
// handed how far it is, to be raised.
func (ts *tasks) run(key string, do func(ctx context.Context, n *atomic.Int64) (any, error)) *task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.all[key]; t != nil && (!t.over() || t.err == nil && ts.real().Sub(t.ended) < keepTask) {
		return t
	}
	for k, t := range ts.all {
		if t.over() && (ts.real().Sub(t.ended) >= keepTask || len(ts.all) >= mostTasks) {
			delete(ts.all, k)
		}
	}
	t := &task{done: make(chan struct{}), begun: ts.real()}
	ts.all[key] = t
	go ts.carryOut(t, do)
	return t
}

// anew is the task of a key as it runs, else a new one, whatever came out before.
func (ts *tasks) anew(key string, do func(ctx context.Context, n *atomic.Int64) (any, error)) *task {
	ts.mu.Lock()
	if t := ts.all[key]; t != nil && t.over() {
		delete(ts.all, key)
	}
	ts.mu.Unlock()
	return ts.run(key, do)
}

func (ts *tasks) carryOut(t *task, do func(ctx context.Context, n *atomic.Int64) (any, error)) {
	ctx, stop := context.WithTimeout(context.Background(), longestTask)
	defer stop()
	go func() {
		select {
		case <-ts.ending:
			stop()
		case <-ctx.Done():
		}
	}()
	defer func() {
		t.ended = ts.real()
		close(t.done)
	}()
	select {
	case ts.room <- struct{}{}:
		defer func() { <-ts.room }()
	case <-ctx.Done():
		t.err = ctx.Err()
		return
	}
	t.value, t.err = do(ctx, &t.n)
}

// known is the task of a key, nil if there is none.
func (ts *tasks) known(key string) *task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.all[key]
}

// soon waits a moment for a task, and reports whether it is over: most lists are short.
func (t *task) soon(ctx context.Context, most time.Duration) bool {
	wait := time.NewTimer(most)
	defer wait.Stop()
	select {
	case <-t.done:
		return true
	case <-wait.C:
	case <-ctx.Done():
	}
	return t.over()
}

// patience is how long a screen waits for a look, in real time.
const patience = 400 * time.Millisecond
