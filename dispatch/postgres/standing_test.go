package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// dice fills a campaign with cases, contacts, answers and arrivals at random.
type dice struct {
	*field
	*rand.Rand
}

func oneOf[T any](d dice, all ...T) T { return all[d.IntN(len(all))] }

func (d dice) fill() {
	d.Exec(`INSERT INTO replicate (campaign_id, number, state) VALUES ($1, 1, 'held')`, d.k.ID)
	senders := []survey.SenderID{d.senders[survey.Mail], d.senders[survey.SMS], d.senders[survey.Call]}
	if d.IntN(2) == 0 {
		d.Exec(`INSERT INTO sender_health (sender_id, state, reason, code) VALUES ($1, 'open', 'config', '535')`, oneOf(d, senders...))
	}
	for _, inv := range d.people {
		state := oneOf(d, "open", "started", "held", "withdrawn")
		d.Exec(`UPDATE invitation SET state = $2, stratum = $3, replicate = $4 WHERE id = $1`, inv, state, oneOf(d, "C1", "C2"), d.IntN(2))
		if d.IntN(3) == 0 {
			d.Exec(`UPDATE invitation SET state = 'closed', disposition = $2, closed_at = $3 WHERE id = $1`, inv,
				oneOf(d, survey.Complete, survey.NonContact), d.now)
		}
		for try := range d.IntN(4) {
			a := survey.Attempt{InvitationID: inv, Channel: oneOf(d, survey.Channels()...), Step: oneOf(d, "thu", "tin"), Try: try + 1,
				State:  oneOf(d, survey.AttemptMachine().States...),
				Reason: oneOf(d, "", survey.ReasonDue, survey.ReasonWindow, survey.ReasonBounce, survey.ReasonBudget),
				DueAt:  d.now.Add(time.Duration(d.IntN(5)-2) * time.Hour)}
			if a.State == survey.AttemptSent {
				a.SentAt = d.now.Add(-time.Duration(d.IntN(20)) * time.Minute)
			}
			d.MakeAttempt(a)
		}
		for range d.IntN(3) {
			d.arrival(inv)
		}
	}
	d.notices()
	if d.IntN(4) == 0 {
		d.Exec(`UPDATE campaign SET state = 'paused' WHERE id = $1`, d.k.ID)
	}
}

// arrival stores something that is not applied, is parked, or was applied.
func (d dice) arrival(inv survey.InvitationID) {
	row := d.arrive(inv, fmt.Sprintf("%d-%d", inv, d.field.Int(`SELECT count(*) FROM inbox`)))
	if outcome := oneOf(d, "", "parked", "applied"); outcome != "" {
		d.Exec(`UPDATE inbox SET applied_at = now(), outcome = $2 WHERE id = $1`, row.ID, outcome)
	}
}

// notices answers what arrived, at times to somebody whom nobody knows.
func (d dice) notices() {
	d.Exec(`INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, state, reason, created_at, lease_until)
		SELECT x.id, 1, $1, CASE WHEN x.id % 5 > 0 THEN x.invitation_id END, CASE WHEN x.id % 2 = 0 THEN 'sms' ELSE 'email' END, $2, '', '[]',
			CASE WHEN x.id % 3 = 0 THEN 'sent' ELSE 'queued' END, CASE WHEN x.id % 4 = 0 THEN 'due' ELSE '' END, now(), now()
		FROM inbox x`, d.k.ID, d.senders[survey.SMS])
}

// behind counts the people and the lines behind a number.
func (f *field) behind(q view.PeopleFilter) (n, people int) {
	f.t.Helper()
	seen := map[survey.ContactID]bool{}
	for p, err := range f.Behind(f.t.Context(), f.k.ID, q, f.now) {
		if err != nil {
			f.t.Fatal(err)
		}
		if seen[p.ContactID] {
			f.t.Errorf("contact %d has two lines", p.ContactID)
		}
		seen[p.ContactID] = true
		n += p.N
		if p.ContactID != 0 {
			people++
		}
	}
	return n, people
}

// Every number of a status that has people behind it is the length of their list,
// whatever the ledgers hold.
func TestEveryNumberOfAStatusHasItsPeople(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(6) {
		f := newField(t, 40)
		dice{f, rand.New(rand.NewPCG(seed, 11))}.fill()
		s, err := f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now, Day: f.now.Truncate(24 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		want := func(what string, n, people int, q view.PeopleFilter) {
			t.Helper()
			seen[what] = true
			if gotN, gotPeople := f.behind(q); gotN != n || gotPeople != people {
				t.Errorf("seed %d, %s: the list has %d of %d people, the status %d of %d", seed, what, gotN, gotPeople, n, people)
			}
		}
		for state, n := range s.Invitations {
			want("cases "+string(state), n, n, view.PeopleFilter{Of: view.BehindCases, Case: &state})
		}
		for code, n := range s.Closed {
			want("code "+string(code), n, n, view.PeopleFilter{Of: view.BehindCases, Disposition: &code})
		}
		for _, r := range s.Replicates {
			want("replicate "+string(r.State), r.N, r.N, view.PeopleFilter{Of: view.BehindCases, Replicate: &r.Number})
		}
		total := 0
		for _, c := range s.Attempts {
			total += c.N
			want("attempts "+string(c.State), c.N, c.People,
				view.PeopleFilter{Of: view.BehindAttempts, Channel: &c.Channel, Step: &c.Step, State: &c.State, Reason: &c.Reason})
		}
		for _, w := range s.Waits {
			want("waits "+string(w.Why), w.N, w.People, view.PeopleFilter{Of: view.BehindAttempts, Why: &w.Why})
		}
		for _, c := range s.Notices {
			want("notices "+string(c.State), c.N, c.People,
				view.PeopleFilter{Of: view.BehindNotices, Channel: &c.Channel, State: &c.State, Reason: &c.Reason})
		}
		for _, x := range s.Arrivals {
			want("arrivals "+string(x.State), x.N, x.People, view.PeopleFilter{Of: view.BehindArrivals, Arrival: &x.State})
		}
		f.want(total, "attempts in the ledger", `SELECT count(*) FROM attempt`)
		f.want(s.Recent, "that left in the last ten minutes", `SELECT count(*) FROM attempt WHERE sent_at > $1 AND sent_at <= $2`,
			f.now.Add(-10*time.Minute), f.now)
	}
	for _, what := range []string{"cases closed", "code 1.1", "replicate held", "attempts unknown", "waits due", "waits window", "waits wait",
		"waits halted", "waits paused", "notices queued", "arrivals unapplied", "arrivals parked"} {
		if !seen[what] {
			t.Errorf("no ledger had %s", what)
		}
	}
}

// The numbers of a stratum are the lengths of their lists, too; and what waits for
// its turn is due, while what is planned for later is not.
func TestEveryNumberOfAStratumHasItsPeople(t *testing.T) {
	t.Parallel()
	seen := map[survey.InvitationState]bool{}
	later := false
	for seed := range uint64(4) {
		f := newField(t, 40)
		dice{f, rand.New(rand.NewPCG(seed, 12))}.fill()
		f.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start)
			SELECT $1, stratum, count(*), count(*), 0 FROM invitation GROUP BY stratum`, f.k.ID)
		s, err := f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now, Day: f.now.Truncate(24 * time.Hour)})
		if err != nil || len(s.Strata) != 2 {
			t.Fatalf("strata %+v, %v", s.Strata, err)
		}
		for _, x := range s.Strata {
			for state, n := range map[survey.InvitationState]int{survey.InvitationHeld: x.Held, survey.InvitationOpen: x.Open,
				survey.InvitationStarted: x.Started, survey.InvitationClosed: x.Closed} {
				seen[state] = seen[state] || n > 0
				if got, people := f.behind(view.PeopleFilter{Of: view.BehindCases, Stratum: &x.Name, Case: &state}); got != n || people != n {
					t.Errorf("seed %d, %s in %s: the list has %d of %d people, the status %d", seed, state, x.Name, got, people, n)
				}
			}
		}
		for _, w := range s.Waits {
			later = later || w.Why == survey.ReasonWait
			if w.Why == survey.ReasonDue && w.Last.After(f.now) || w.Why == survey.ReasonWait && !w.Next.After(f.now) {
				t.Errorf("seed %d: %s from %s to %s, at %s", seed, w.Why, w.Next, w.Last, f.now)
			}
		}
	}
	if len(seen) != 4 || !seen[survey.InvitationHeld] || !seen[survey.InvitationOpen] || !seen[survey.InvitationStarted] ||
		!seen[survey.InvitationClosed] || !later {
		t.Errorf("too little was seen: %v, later %v", seen, later)
	}
}

// A filter of the case goes with every number.
func TestPeopleAreAskedForByCaseAndContactAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	f.Exec(`UPDATE invitation SET stratum = 'C2' WHERE id = $1`, f.people[1])
	stratum, why := "C2", survey.ReasonDue
	for p, err := range f.Behind(t.Context(), f.k.ID, view.PeopleFilter{Of: view.BehindAttempts, Stratum: &stratum, Why: &why}, f.now) {
		if err != nil || p != (view.PersonBehind{ContactID: f.contacts[1], Contact: "CTV00002", Case: survey.InvitationOpen, Stratum: "C2", N: 1}) {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if n, people := f.behind(view.PeopleFilter{Of: view.BehindAttempts, Stratum: &stratum, Why: &why}); n != 1 || people != 1 {
		t.Errorf("%d of %d people, want one", n, people)
	}
}

func TestAStatusTellsOfSendersMoneyAndDoubts(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	ids := append(f.queue(survey.SMS), f.queue(survey.Mail)...)
	f.Exec(`UPDATE attempt SET cost = 350 WHERE id = ANY(ARRAY[$1::bigint, $2::bigint])`, ids[0], ids[1])
	f.Exec(`UPDATE sender SET day_cap = 100, warmup = 10, first_day = '2026-11-30' WHERE channel = 'sms'`)
	f.Exec(`INSERT INTO sender_day VALUES ($1, '2026-12-01', 7)`, f.senders[survey.SMS])
	f.Exec(`INSERT INTO sender_health (sender_id, state, reason, code) VALUES ($1, 'open', 'config', '535')`, f.senders[survey.Mail])
	row := f.arrive(f.people[0], "SM1")
	f.Exec(`INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, state, needs_staff, finding, created_at, lease_until, cost)
		VALUES ($1, 1, $2, $3, 'sms', $4, '', '[]', 'unknown', true, 'several', now(), now(), 100)`, row.ID, f.k.ID, f.people[0], f.senders[survey.SMS])
	s, err := f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now, Day: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	if s.Spent != 800 || s.ForStaff != 1 || s.Unapplied != 1 || !s.NextContact.Equal(f.now) {
		t.Errorf("spent %d, for staff %d, unapplied %d, next %v", s.Spent, s.ForStaff, s.Unapplied, s.NextContact)
	}
	if len(s.Senders) != 2 {
		t.Fatalf("senders %+v", s.Senders)
	}
	mail, sms := s.Senders[0], s.Senders[1]
	if mail.State != survey.HealthOpen || mail.Reason != survey.ReasonConfig || mail.Code != "535" || mail.Since.IsZero() || mail.DayCap != 0 {
		t.Errorf("mail %+v", mail)
	}
	if sms.State != survey.HealthClosed || !sms.Since.IsZero() || sms.DayCap != 20 || sms.Taken != 7 || !sms.Warming {
		t.Errorf("sms %+v", sms)
	}
	f.set(view.Settings{Rate: 2, Budget: 5000})
	s, err = f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now})
	if err != nil || s.Budget != 5000 || s.Spent != 800 || s.Rate != 2 {
		t.Errorf("budget %d, spent %d, rate %v, %v", s.Budget, s.Spent, s.Rate, err)
	}
}

func TestACampaignIsMadeWithABudget(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	like := db.MakeCampaign(survey.Campaign{Name: "mau"})
	like.Name, like.Budget = "co-han-muc", 2_000_000
	if _, err := db.CreateCampaign(t.Context(), like, "lan", pgtest.Day()); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM campaign_spend WHERE spent = 0`); n != 1 {
		t.Errorf("%d campaigns are counted, want 1", n)
	}
}
