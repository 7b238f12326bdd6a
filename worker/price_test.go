package worker

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// A price that changes in the middle of a campaign is what is booked from then on; what
// was booked stays.
func TestWhatLeavesCostsThePriceOfItsDay(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 2).through(p)
	today := survey.HomeDay(r.Clock.Now())
	r.db.Exec(`INSERT INTO campaign_spend (campaign_id, spent) VALUES ($1, 0) ON CONFLICT DO NOTHING`, r.campaign.ID)
	r.db.Exec(`UPDATE sender SET cost = 7`)
	r.db.Exec(`INSERT INTO price (channel, from_day, dong, set_by, set_at) VALUES ('email', $1, 40, 'mai', now()), ('email', $2, 90, 'mai', now())`, today.Add(-3).String(), today.Add(1).String())
	r.db.Exec(`UPDATE attempt SET due_at = due_at + interval '1 day' WHERE id = (SELECT max(id) FROM attempt)`)
	r.db.Exec(`UPDATE attempt_waiting SET due_at = due_at + interval '1 day' WHERE attempt_id = (SELECT max(id) FROM attempt)`)
	r.sendAll(t, t.Context())
	if got := r.db.Text(`SELECT string_agg(cost::text, ' ' ORDER BY id) FROM attempt`); got != "40 0" {
		t.Fatalf("the first day: %s", got)
	}
	r.Clock = survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: r.now.AddDate(0, 0, 1), Speed: 1})
	r.sendAll(t, t.Context())
	if got := r.db.Text(`SELECT string_agg(cost::text, ' ' ORDER BY id) FROM attempt`); got != "40 90" {
		t.Errorf("the second day: %s", got)
	}
	if n := r.db.Int(`SELECT spent FROM campaign_spend`); n != 130 {
		t.Errorf("%d booked", n)
	}
}
