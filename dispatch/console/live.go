package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/staff"
)

// Those who watch a campaign are told as it changes. However many there are, the
// database is asked once every `fresh`, in each process.

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
	s    dispatch.Standing
	fine bool
}

// mostWatched is how many campaigns are kept in mind.
const mostWatched = 200

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

// standing is how a campaign stands, at most `fresh` ago.
func (w *watched) standing(ctx context.Context, name string) (dispatch.Standing, error) {
	l := w.of(name)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := w.c.Clock.Real()
	if l.fine && now.Sub(l.at) < fresh {
		return l.s, nil
	}
	s, err := w.c.standingNow(ctx, name)
	if err != nil {
		w.forget(name)
		return s, err
	}
	l.s, l.at, l.fine = s, now, true
	return s, nil
}

// forget has a campaign looked at again, because it was moved or is not there.
func (w *watched) forget(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.by, name)
}

// How often who watches is told, and how long one connection lasts: the browser comes
// back by itself, and is asked again who it is.
const (
	tellEvery = 3 * time.Second
	watchFor  = 10 * time.Minute
)

// live sends the part of the campaign's screen that changes, as server-sent events.
func (v *visit) live() {
	page, err := v.campaignScreen()
	if err != nil {
		v.fail(err)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(v.w)
	ctx, cancel := context.WithTimeout(v.ctx, watchFor)
	defer cancel()
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	last := ""
	for {
		var b bytes.Buffer
		if err := v.Templates.WritePart(&b, page); err != nil {
			v.Logger.ErrorContext(v.ctx, "a screen cannot be written", "route", v.r.Pattern, "error", err.Error())
			return
		}
		line, err := json.Marshal(b.String())
		if err != nil {
			return
		}
		event := "data: " + string(line) + "\n\n"
		if event == last {
			event = ":\n\n" // still here
		} else {
			last = event
		}
		_ = out.SetWriteDeadline(time.Now().Add(2 * tellEvery))
		if _, err := fmt.Fprint(v.w, event); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-v.Ending:
			return
		case <-tick.C:
		}
		if _, ok, err := v.Store.Session(ctx, staff.HashSecret(v.secret), v.Clock.Real()); err != nil || !ok {
			return
		}
		if page, err = v.campaignScreen(); err != nil {
			return
		}
	}
}
