package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"canvass/dispatch/staff"
)

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
