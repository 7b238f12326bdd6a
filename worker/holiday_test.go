package worker

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// An urgent day off stops what was to leave on it, in a campaign that runs: it waits for
// the next day. A campaign that does not keep to the calendar goes on.
func TestAnUrgentDayOffStopsSending(t *testing.T) {
	t.Parallel()
	r := newRig(t, 3)
	today := survey.HomeDay(r.Clock.Now())
	r.db.Exec(`INSERT INTO holiday (day, off, name, set_by, set_at) VALUES ($1, true, 'bão', 'mai', now())`, today.String())
	r.db.Exec(`UPDATE campaign SET protocol = protocol - 'holidays'`)
	r.db.Exec(`UPDATE attempt SET due_at = due_at + interval '1 hour' WHERE id <> (SELECT min(id) FROM attempt)`)
	r.db.Exec(`UPDATE attempt_waiting SET due_at = due_at + interval '1 hour' WHERE attempt_id <> (SELECT min(id) FROM attempt)`)
	r.sendAll(t, t.Context())
	if len(r.wire.times()) != 1 {
		t.Fatalf("%d sent by a protocol without the calendar", len(r.wire.times()))
	}
	r.db.Exec(`UPDATE campaign SET protocol = protocol || '{"holidays": ["vn"]}'`)
	at := func(later time.Duration) {
		r.Clock = survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: r.now.Add(later), Speed: 1})
	}
	at(time.Hour)
	r.sendAll(t, t.Context())
	if len(r.wire.times()) != 1 {
		t.Errorf("%d sent on a day off", len(r.wire.times())-1)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND (due_at AT TIME ZONE 'UTC' + interval '7 hours')::date > $1`, today.String()); n != 2 {
		t.Errorf("%d wait for another day", n)
	}
	at(24 * time.Hour)
	r.sendAll(t, t.Context())
	if len(r.wire.times()) != 3 {
		t.Errorf("%d sent on the day after", len(r.wire.times())-1)
	}
}
