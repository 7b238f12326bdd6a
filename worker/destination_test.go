package worker

import (
	"context"
	"strings"
	"testing"

	"canvass/dispatch/queue"
	"canvass/dispatch/queue/embedded"
	"canvass/worker/channel"
)

// paced gives the rig a real pace over a Redis of its own.
func (r *rig) paced(t *testing.T) *rig {
	t.Helper()
	s, err := embedded.Start(embedded.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p, err := queue.NewPace(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	r.Pace = p
	return r
}

// One mail server asks to slow down: its mails wait, the others leave; when it
// takes mails again, it is as before.
func TestASlowDestinationSlowsItselfAlone(t *testing.T) {
	t.Parallel()
	const people = 60
	p := &provider{}
	r := newRig(t, people).through(p).paced(t)
	r.db.Exec(`UPDATE endpoint SET address = 'p' || id || '@cham.example' WHERE kind = 'email' AND contact_id % 3 = 0`)
	met := 0
	slow := true
	p.send = func(_ context.Context, _ int, m channel.Message) (channel.Receipt, error) {
		if slow && strings.HasSuffix(m.To, "@cham.example") {
			met++
			return channel.Receipt{}, &channel.SendError{Class: channel.Temporary, Code: "421 4.7.0", SlowDestination: true}
		}
		return channel.Receipt{}, nil
	}
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"queued": people / 3, "sent": people / 3 * 2})
	before := met
	r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
	r.sendAll(t, t.Context())
	if met != before {
		t.Errorf("%d more mails met a server that asked to slow down", met-before)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND reason = 'destination'`); n != people/3 {
		t.Errorf("%d wait for their destination, want %d", n, people/3)
	}
	if n := r.db.Int(`SELECT count(*) FROM sender_health WHERE state <> 'closed'`); n != 0 {
		t.Error("the sender was halted for one destination")
	}
	slow = false
	if err := r.Pace.Recovered(t.Context(), "cham.example"); err != nil { // half a minute later
		t.Fatal(err)
	}
	r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"sent": people})
}

// A domain with a pace of its own takes no more than that in hand.
func TestADomainHasAPaceOfItsOwn(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 20).through(p).paced(t)
	r.Rates = map[string]float64{"@thu.example": 0.5}
	r.sendAll(t, t.Context())
	if len(p.taken) != 1 {
		t.Errorf("%d mails left at once, want 1 every two seconds", len(p.taken))
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND reason = 'destination'`); n != 19 {
		t.Errorf("%d wait", n)
	}
}
