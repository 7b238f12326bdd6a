package console_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"canvass/dispatch/console"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// BenchmarkInTheField measures the server's time for the screens of a campaign in the
// field, by how many people it has. The clock is real: what takes long is counted in the
// background, as in the office.
func BenchmarkInTheField(b *testing.B) {
	for _, people := range []int{1000, 200000} {
		d := newDesk(b)
		d.crowd(people)
		set, err := templates.New()
		if err != nil {
			b.Fatal(err)
		}
		ending := make(chan struct{})
		h, err := console.New(console.Config{Store: d.db, Templates: set, Clock: survey.NewClock(time.Now), URL: "http://127.0.0.1", Zone: time.UTC, Logger: slog.New(slog.DiscardHandler), Ending: ending,
			Patience: 300 * time.Millisecond})
		if err != nil {
			b.Fatal(err)
		}
		d.srv = httptest.NewServer(h)
		d.now = time.Now()
		w := d.signedIn("mai", staff.Manager)
		begun := time.Now()
		w.get("/campaigns/dong")
		b.Logf("%d people: the first look takes %v", people, time.Since(begun).Round(time.Millisecond))
		for _, path := range []string{"/", "/campaigns/dong", "/campaigns/dong/people?of=cases&part=waits", "/campaigns/dong/people?of=cases&part=refused", "/campaigns/dong/people?of=attempts&state=sent&channel=sms",
			"/campaigns/dong/people?of=attempts&state=failed", fmt.Sprintf("/campaigns/dong/people?of=attempts&state=sent&after=%d", people/2), "/campaigns/dong/people?of=arrivals&arrival=kept", "/campaigns/dong/doubts", "/campaigns/dong/resend"} {
			b.Run(fmt.Sprintf("%d%s", people, path), func(b *testing.B) {
				for b.Loop() {
					if got := w.do(http.MethodGet, path, nil); got.status != 200 {
						b.Fatal(path, got.status)
					}
				}
			})
		}
		d.srv.Close()
		close(ending)
	}
}

// crowd is a campaign of many people, most of whom wait, with two contacts each.
func (d *desk) crowd(people int) {
	d.Helper()
	k := d.db.MakeCampaign(survey.Campaign{Name: "dong"})
	d.db.MakeSenders()
	d.db.Exec(`INSERT INTO contact (name, name_folded, random_number, code, unit) SELECT 'Người ' || n, 'nguoi ' || n, n, 'C' || n, 'Xã ' || n % 50 FROM generate_series(1, $1::int) n`, people)
	d.db.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start) SELECT $1, 'T' || n, $2::int / 5, $2::int / 5, 0 FROM generate_series(0, 4) n`, k.ID, people)
	d.db.Exec(`INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state, disposition, closed_at)
		SELECT $1, id, 'T' || id % 5, 0, 1, 1, CASE WHEN id % 5 < 2 OR id % 1000 = 7 THEN 'closed' WHEN id % 50 = 3 THEN 'started' ELSE 'open' END,
			CASE WHEN id % 1000 = 7 THEN '2.112' WHEN id % 5 < 2 THEN '1.1' END, CASE WHEN id % 5 < 2 OR id % 1000 = 7 THEN now() END FROM contact`, k.ID)
	d.db.Exec(`INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, state, reason, due_at, planned_at, sent_at)
		SELECT $1, i.id, s.step, s.channel, 1, (SELECT min(id) FROM sender WHERE channel = s.channel), CASE WHEN i.id % 997 = 0 THEN 'failed' WHEN s.step = 'sms' AND i.id % 3 = 0 THEN 'queued' ELSE 'sent' END,
			CASE WHEN i.id % 997 = 0 THEN 'config' ELSE '' END, now(), now(), now()
		FROM invitation i, (VALUES ('mail', 'email'), ('sms', 'sms')) s (step, channel)`, k.ID)
	d.db.Exec(`INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
		SELECT $1, $2, i.stratum, 1, 'vi', 'submitted', CASE WHEN i.id % 3 = 0 THEN 'sms' ELSE 'web' END, now(), now() - (i.id % 5) * interval '1 day'
		FROM invitation i WHERE disposition = '1.1'`, k.ID, k.QuestionnaireID)
	for _, table := range []string{"contact", "invitation", "attempt", "response"} {
		d.db.Exec(`VACUUM ANALYZE ` + table)
	}
}
