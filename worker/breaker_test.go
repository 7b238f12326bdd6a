package worker

import (
	"context"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	closed, open, half := survey.HealthClosed, survey.HealthOpen, survey.HealthHalfOpen
	for name, c := range map[string]struct {
		h      view.Health
		broken bool
		want   view.Health
	}{
		"too few":             {view.Health{State: closed, Bad: 19}, false, view.Health{State: closed, Bad: 19}},
		"less than half":      {view.Health{State: closed, Good: 11, Bad: 10}, false, view.Health{State: closed, Good: 11, Bad: 10}},
		"half":                {view.Health{State: closed, Good: 10, Bad: 10}, false, view.Health{State: open, Openings: 1, Rest: 30 * time.Second}},
		"set up wrongly":      {view.Health{State: closed, Good: 900, Bad: 1}, true, view.Health{State: open, Openings: 1, Rest: 30 * time.Second}},
		"tried in vain":       {view.Health{State: half, Bad: 1, Openings: 1}, false, view.Health{State: open, Openings: 2, Rest: time.Minute}},
		"in vain for long":    {view.Health{State: half, Bad: 1, Openings: 50}, false, view.Health{State: open, Openings: 51, Rest: 10 * time.Minute}},
		"well again":          {view.Health{State: half, Good: 1, Openings: 7}, false, view.Health{State: closed}},
		"late word, it rests": {view.Health{State: open, Bad: 90, Openings: 1}, true, view.Health{State: open, Bad: 90, Openings: 1}},
	} {
		if got := judge(c.h, c.broken); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// What is the recipient's fault, or never left, says nothing of the sender.
func TestCheckup(t *testing.T) {
	t.Parallel()
	var c checkup
	for _, err := range []error{nil, &channel.SendError{Class: channel.Permanent, Code: "550 5.1.1"},
		&channel.SendError{Class: channel.Temporary, Code: "450 4.2.2"}, &channel.SendError{Class: channel.Throttled, Code: "429"},
		&channel.SendError{Class: channel.OptedOut}, &channel.SendError{Class: channel.Late}} {
		c.add(channel.Interpret(err))
	}
	if c.good != 5 || c.bad != 0 {
		t.Errorf("%+v", c)
	}
	c.add(channel.Interpret(&channel.SendError{Class: channel.Temporary}))
	c.add(channel.Interpret(&channel.SendError{Class: channel.Unknown}))
	if c.bad != 2 || c.broken {
		t.Errorf("%+v", c)
	}
	c.add(channel.Interpret(&channel.SendError{Class: channel.Config, Code: "535"}))
	if c.bad != 3 || !c.broken || c.code != "535" || c.reason != survey.ReasonConfig {
		t.Errorf("%+v", c)
	}
}

// A mail server that refuses our password is left alone by everybody, and one
// message tries when it is time.
func TestTheBreakerHoldsTheWholeSender(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 60).through(p)
	p.send = func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{}, &channel.SendError{Class: channel.Config, Code: "535"}
	}
	r.logged()
	r.sendAll(t, t.Context())
	if p.calls > 2*inFlight {
		t.Errorf("%d messages met a server that refuses us", p.calls)
	}
	r.want(t, map[string]int{"queued": 60})
	before := p.calls
	r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
	r.sendAll(t, t.Context())
	if p.calls != before {
		t.Errorf("%d more while the sender rests", p.calls-before)
	}
	p.send = nil
	r.db.Exec(`UPDATE sender_health SET until = clock_timestamp()`)
	r.db.Exec(`UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'`)
	for range 8 {
		swept, err := r.db.SweepChunks(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range swept {
			task := queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}
			if err := r.sendChunk(t.Context(), task); err != nil {
				t.Fatal(err)
			}
		}
		r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
		r.sendAll(t, t.Context())
	}
	r.want(t, map[string]int{"sent": 60})
}
