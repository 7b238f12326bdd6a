package worker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// watchman looks as a worker does, on a clock of his own.
type watchman struct {
	s   silences
	now time.Time
}

func (w *watchman) after(d time.Duration, spoolers ...view.Spooler) bool {
	w.now = w.now.Add(d)
	var hold bool
	hold, w.s = w.s.look(spoolers, w.now)
	return hold
}

func TestWhoIsWaitedFor(t *testing.T) {
	t.Parallel()
	beat := func(n int) time.Time { return time.Unix(int64(n), 0) }
	waits := view.Spooler{ID: "a", SeenAt: beat(1), Waiting: 2}
	silent := view.Spooler{ID: "a", SeenAt: beat(1), Silent: true}
	const s = time.Second
	t.Run("nobody", func(t *testing.T) {
		if (&watchman{}).after(0) {
			t.Error("held for nothing")
		}
	})
	t.Run("as long as something waits", func(t *testing.T) {
		w := &watchman{}
		for n := range 3600 {
			waits.SeenAt = beat(n)
			if !w.after(s, waits) {
				t.Fatalf("not held after %d s", n)
			}
		}
		if w.after(s) {
			t.Error("held when it is done")
		}
	})
	t.Run("a silent one, for half a minute of looking", func(t *testing.T) {
		w := &watchman{}
		looks := 0
		for w.after(s, silent) {
			looks++
		}
		if looks != 30 {
			t.Errorf("given up after %d looks a second apart", looks)
		}
		if w.after(time.Hour, silent) {
			t.Error("waited for again without a beat")
		}
		silent.SeenAt = beat(2) // it has beaten and is silent again
		if !w.after(s, silent) {
			t.Error("not waited for after it has beaten")
		}
	})
	t.Run("one that held something and is silent, too", func(t *testing.T) {
		w, looks := &watchman{}, 0
		for w.after(s, view.Spooler{ID: "a", SeenAt: beat(1), Waiting: 9, Silent: true}) {
			looks++
		}
		if looks != 30 {
			t.Errorf("given up after %d looks", looks)
		}
	})
	t.Run("time in which nobody looked proves nothing", func(t *testing.T) {
		w, looks := &watchman{}, 0
		for w.after(time.Hour, silent) {
			looks++
		}
		if want := int(silentLasts / lookWorth); looks != want {
			t.Errorf("given up after %d looks an hour apart, want %d", looks, want)
		}
	})
	t.Run("a clock that is set back proves nothing", func(t *testing.T) {
		w := &watchman{}
		for range 100 {
			if !w.after(-time.Minute, silent) {
				t.Fatal("given up")
			}
		}
	})
	t.Run("a look that fails begins it anew", func(t *testing.T) {
		w := &watchman{}
		for range 20 {
			for range 25 {
				if !w.after(s, silent) {
					t.Fatal("given up over an outage")
				}
			}
			w.s = w.s.interrupted()
		}
		for w.after(s, silent) {
		}
		w.s = w.s.interrupted()
		if w.after(s, silent) {
			t.Error("who is given up is waited for again after an outage")
		}
	})
	t.Run("each by itself", func(t *testing.T) {
		w := &watchman{}
		for w.after(s, silent) {
		}
		if !w.after(s, silent, view.Spooler{ID: "b", SeenAt: beat(1), Silent: true}) || !w.after(s, silent, view.Spooler{ID: "c", Waiting: 1}) {
			t.Error("one that is given up speaks for others")
		}
	})
}

// Whatever is seen: who says that something waits is waited for, and who is
// silent is given up in time, and not before.
func TestLookHoldsItsLaws(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		chance := rand.New(rand.NewPCG(seed, 7))
		w := &watchman{now: time.Unix(1e9, 0)}
		seen := map[string]view.Spooler{}
		quiet := map[string]time.Time{} // since when this beat is seen silent
		for range 400 {
			var list []view.Spooler
			for _, id := range []string{"a", "b", "c"} {
				p := seen[id]
				p.ID = id
				switch chance.IntN(12) {
				case 0:
					p.SeenAt, p.Silent, p.Waiting = p.SeenAt.Add(time.Second), false, chance.IntN(2)
				case 1:
					p.Silent = true
				}
				seen[id] = p
				if p.Silent || p.Waiting > 0 {
					list = append(list, p)
				}
			}
			step := time.Duration(chance.IntN(3000)) * time.Millisecond
			hold := w.after(step, list...)
			must, may := false, false
			for _, p := range list {
				if !p.Silent {
					must = true
					continue
				}
				key := p.ID + p.SeenAt.String()
				if _, ok := quiet[key]; !ok {
					quiet[key] = w.now
				}
				if w.now.Sub(quiet[key]) < silentLasts {
					must = true // less than that of any time at all
				}
				may = may || w.s[p.ID].lasted < silentLasts
			}
			if must && !hold || hold && !must && !may {
				t.Fatalf("seed %d: hold %v, must %v, may %v; %+v", seed, hold, must, may, list)
			}
		}
	}
}

// looked is a store that counts the looks, and may fail them.
type looked struct {
	Store
	looks atomic.Int64
	fail  atomic.Bool
}

func (l *looked) Spoolers(ctx context.Context) ([]view.Spooler, error) {
	defer l.looks.Add(1)
	if l.fail.Load() {
		return nil, errors.New("away")
	}
	return l.Store.Spoolers(ctx)
}

// await waits until the worker has looked n times more.
func (l *looked) await(t *testing.T, n int64) {
	t.Helper()
	from := l.looks.Load()
	for deadline := time.Now().Add(time.Minute); l.looks.Load() < from+n; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the worker does not look any more")
		}
	}
}

// As long as a process holds something, or a worker cannot look, nothing is
// taken in hand: no attempt, and no answer to anybody.
func TestNothingIsSentWhileSomethingWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, 30)
	l := &looked{Store: r.Store}
	r.Store = l
	beat := func(waiting int) {
		t.Helper()
		if err := r.db.BeatSpooler(t.Context(), view.Beat{ID: fmt.Sprintf("%016x", 1), Host: "h", Waiting: waiting}); err != nil {
			t.Fatal(err)
		}
	}
	beat(1)
	task, notice := r.chunks(t)[0], r.reply(t, instrument.PromptThanks, view.Change{})
	done := make(chan error, 2)
	go func() { done <- r.sendChunk(t.Context(), task) }()
	go func() { done <- r.sendNotice(t.Context(), notice) }()
	l.await(t, 4)
	l.fail.Store(true)
	beat(0)
	l.await(t, 3)
	r.want(t, map[string]int{"queued": 30})
	if n := r.db.Int(`SELECT count(*) FROM notice WHERE state <> 'queued'`); n != 0 {
		t.Errorf("%d notices were taken in hand", n)
	}
	beat(0)
	l.fail.Store(false)
	// The silence of the test's only beat would be waited for.
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(200 * time.Millisecond):
				_ = r.db.BeatSpooler(context.Background(), view.Beat{ID: fmt.Sprintf("%016x", 1), Host: "h"})
			}
		}
	}()
	defer close(stop)
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	r.want(t, map[string]int{"sent": 30})
}

// A worker that is asked to end does not wait for anybody.
func TestAHeldWorkerEnds(t *testing.T) {
	t.Parallel()
	r := newRig(t, 3)
	l := &looked{Store: r.Store}
	r.Store = l
	r.db.Exec(`INSERT INTO spooler (id, host, seen_at, waiting) VALUES (repeat('a', 16), 'h', now() + interval '1 hour', 1)`)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	task := r.chunks(t)[0]
	go func() { done <- r.sendChunk(ctx, task) }()
	l.await(t, 2)
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	r.want(t, map[string]int{"queued": 3})
	if swept, err := r.db.SweepChunks(t.Context(), 10); err != nil || len(swept) != 1 {
		t.Errorf("its chunk does not go on: %v, %v", swept, err)
	}
	if got := r.states()[string(survey.AttemptSending)]; got != 0 {
		t.Errorf("%d in hand", got)
	}
}
