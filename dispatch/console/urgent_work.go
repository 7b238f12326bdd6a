package console

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

// A poll of a whole province is worked out, and launched, beside the visit: the screen
// says how far it is, and may be left. What it was asked by comes again with each look, so
// that the same look goes on, and another process would begin it anew.

// pollKey is under which the work on a poll is known, to whoever asked for it.
func (v *visit) pollKey(work string, p dispatch.Poll) string {
	return fmt.Sprintf("%s %d %+v", work, v.account.ID, p)
}

// workOnPoll is the work of a key: the same while somebody waits for it, else a new one.
func (v *visit) workOnPoll(key string, do func(ctx context.Context, n *atomic.Int64) (any, error)) *task {
	if v.r.PostFormValue("waiting") != "" {
		if t := v.polls.known(key); t != nil {
			return t
		}
	}
	return v.polls.anew(key, do)
}

// workOutPoll plays everybody whom the poll would ask. What was worked out a moment ago will
// do where the launch was refused since.
func (v *visit) workOutPoll(p dispatch.Poll, again bool) *task {
	c, by, now := v.console, v.account.Login, v.Clock.Now()
	key := v.pollKey("preview", p)
	do := func(ctx context.Context, n *atomic.Int64) (any, error) {
		r, err := c.Forecast(ctx)
		if err != nil {
			return nil, err
		}
		r.At = now
		r.Each = func(dispatch.Planned) error { n.Add(1); return nil }
		return dispatch.PreviewPoll(ctx, c.Store, p, by, r)
	}
	if again {
		return v.polls.run(key, do)
	}
	return v.workOnPoll(key, do)
}

// pollUnder says how far the work is.
func (v *visit) pollUnder(p dispatch.Poll, what string, t *task) {
	page := v.urgentScreen(p)
	page.Under, page.Seen, page.Waited = what, int(t.n.Load()), max(int(v.Clock.Real().Sub(t.begun)/time.Second), 0)
	v.show(http.StatusOK, page)
}

// launchUrgent launches what was previewed. Pressed twice it is launched once.
func (v *visit) launchUrgent() {
	p := v.poll()
	c, o := v.console, dispatch.PollOrder{Poll: p, Actor: v.account.Login, Now: v.Clock.Now(), Rand: rand.Reader}
	t := v.workOnPoll(v.pollKey("launch", p), func(ctx context.Context, _ *atomic.Int64) (any, error) {
		return dispatch.LaunchPoll(ctx, c.Store, c.Keys, o)
	})
	if !t.soon(v.ctx, v.most(patience)) {
		v.pollUnder(p, "launch", t)
		return
	}
	done, _ := t.value.(dispatch.PollSent)
	switch {
	case t.err == nil && done.Launched:
		v.tell("launched")
		v.leadTo(campaignPath(done.Campaign))
	case t.err == nil:
		v.tell("asked")
		v.leadTo("/proposals/" + strconv.FormatInt(int64(done.Proposal), 10))
	case survey.KindOf(t.err) == survey.Invalid || survey.KindOf(t.err) == survey.Conflict:
		v.previewPoll(p, http.StatusUnprocessableEntity, t.err)
	default:
		v.fail(t.err)
	}
}

// leadTo goes to another screen; where the page itself asked, the browser is told to.
func (v *visit) leadTo(where string) {
	if v.r.Header.Get("HX-Request") == "" {
		v.goTo(where)
		return
	}
	v.w.Header().Set("HX-Redirect", where)
	v.w.WriteHeader(http.StatusNoContent)
}
