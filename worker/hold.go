package worker

import (
	"context"
	"maps"
	"sync"
	"time"

	"canvass/dispatch/survey/view"
)

// The bounds of the hold, in real time. The package says what it is.
const (
	silentLasts = 30 * time.Second
	lookWorth   = 2 * time.Second // the most that the time between two looks counts
	holdLook    = time.Second     // between two looks while we hold
	noticeHolds = 5 * time.Second // a notice holds its lane this long; then it is swept up again
)

// silence is how long a silent process was looked at in vain.
type silence struct {
	seenAt time.Time // its last beat
	lasted time.Duration
	looked time.Time
}

// silences are the silences of all silent processes, by id.
type silences map[string]silence

// look decides whether to hold, from what the database says now of the processes
// that may hold something, and what was seen at former looks.
func (s silences) look(spoolers []view.Spooler, now time.Time) (hold bool, next silences) {
	next = silences{}
	for _, p := range spoolers {
		if !p.Silent {
			hold = hold || p.Waiting > 0
			continue
		}
		was, known := s[p.ID]
		if !known || !was.seenAt.Equal(p.SeenAt) {
			was = silence{seenAt: p.SeenAt, looked: now}
		}
		was.lasted += min(max(now.Sub(was.looked), 0), lookWorth)
		was.looked = now
		next[p.ID] = was
		hold = hold || was.lasted < silentLasts
	}
	return hold, next
}

// interrupted is what is left of the silences after a look that failed: whoever
// was given up stays so, and the others are looked at from the beginning.
func (s silences) interrupted() silences {
	next := maps.Clone(s)
	for id, was := range s {
		if was.lasted < silentLasts {
			delete(next, id)
		}
	}
	return next
}

// hold is what a worker remembers of its looks.
type hold struct {
	mu       sync.Mutex
	silences silences
	held     bool
}

// held looks whether to hold. Who cannot look, holds.
func (w *Worker) held(ctx context.Context) bool {
	spoolers, err := w.Store.Spoolers(ctx)
	w.hold.mu.Lock()
	defer w.hold.mu.Unlock()
	held := true
	if err != nil {
		w.hold.silences = w.hold.silences.interrupted()
	} else {
		held, w.hold.silences = w.hold.silences.look(spoolers, time.Now())
	}
	if held != w.hold.held && err == nil {
		w.hold.held = held
		w.tellHold(ctx, held, spoolers)
	}
	return held
}

// tellHold tells why nothing is sent, and when it goes on.
func (w *Worker) tellHold(ctx context.Context, held bool, spoolers []view.Spooler) {
	if !held {
		w.Logger.InfoContext(ctx, "sending goes on")
		return
	}
	for _, p := range spoolers {
		w.Logger.WarnContext(ctx, "nothing is sent: a process may hold arrivals that are not stored yet", "host", p.Host, "waiting", p.Waiting, "silent", p.Silent)
	}
}

// clear waits until nothing is held back any more; false if that is not within
// most, or ctx ends.
func (w *Worker) clear(ctx context.Context, most time.Duration) bool {
	for begun := time.Now(); w.held(ctx); {
		if time.Since(begun) >= most || pause(ctx, holdLook) != nil {
			return false
		}
	}
	return true
}
