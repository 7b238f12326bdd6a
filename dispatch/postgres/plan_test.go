package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// contact plans the first mail, to be looked at again at the end.
func (f *field) contact(c view.PlanCase) view.Plan {
	return view.Plan{Reason: survey.ReasonDue, LookAt: c.Campaign.EndsAt, Contact: &view.PlannedAttempt{Step: "mail",
		Channel: survey.Mail, Try: 1, Sender: f.senders[survey.Mail], Endpoint: c.Reach[survey.Mail].Endpoint, DueAt: f.now}}
}

func (f *field) plan(at time.Time, decide func(view.PlanCase) view.Plan) int {
	f.t.Helper()
	n, err := f.PlanDue(f.t.Context(), view.PlanOrder{CampaignID: f.k.ID, Now: at, Limit: 500}, decide)
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

func TestPlanContactsOnceAndLooksAgainWhenItSaid(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	if n := f.plan(f.now, f.contact); n != 3 {
		t.Fatalf("%d looked at, want 3", n)
	}
	f.want(3, "queued and waiting", `SELECT count(*) FROM attempt a JOIN attempt_waiting w ON w.attempt_id = a.id
		WHERE a.state = 'queued' AND a.chunk_id IS NULL AND w.due_at = a.due_at AND a.endpoint_id IS NOT NULL`)
	if n := f.plan(f.k.EndsAt.Add(-time.Second), f.contact); n != 0 {
		t.Errorf("%d looked at before LookAt", n)
	}
	// The same contact planned again is the same line of the ledger.
	if n := f.plan(f.k.EndsAt, f.contact); n != 3 {
		t.Errorf("%d looked at at LookAt, want 3", n)
	}
	f.want(3, "attempts", `SELECT count(*) FROM attempt`)
	// No LookAt: not before something happens; an outcome does.
	f.plan(f.k.EndsAt, func(view.PlanCase) view.Plan { return view.Plan{Reason: survey.ReasonInFlight} })
	if n := f.plan(f.k.EndsAt.Add(time.Hour), f.contact); n != 0 {
		t.Errorf("%d looked at though nothing happened", n)
	}
	f.Exec(`UPDATE attempt SET state = 'sending'`)
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptAccept}, view.AttemptOutcome{ID: 2, Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent})
	if n := f.plan(f.now, f.contact); n != 1 {
		t.Errorf("%d looked at after one outcome that was not foreseen, want 1", n)
	}
}

func TestPlanClosesWithDispositionAndWithdraws(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	f.queue(survey.SMS)
	f.chunkAll()
	f.Exec(`UPDATE attempt SET state = 'sending' WHERE id = 1`)
	f.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at) VALUES ('sms', $1, '+84910000001', $2, '{}', $3)`,
		f.senders[survey.SMS], f.people[0], f.now)
	f.plan(f.now, func(view.PlanCase) view.Plan {
		return view.Plan{Close: survey.NothingReturned, Reason: survey.ReasonEnded}
	})
	f.want(2, "closed", `SELECT count(*) FROM invitation WHERE state = 'closed' AND disposition = '3.19' AND disposition_reason = 'ended'
		AND closed_at = $1 AND plan_at IS NULL`, f.now)
	f.want(3, "withdrawn", `SELECT count(*) FROM attempt WHERE state = 'cancelled' AND reason = 'ended' AND ended_at = $1 AND chunk_id IS NULL`, f.now)
	f.want(2, "events", `SELECT count(*) FROM event WHERE kind = 'invitation_closed' AND args->>'disposition' = '3.19' AND actor = 'scheduler'`)
	f.want(0, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
	f.nothingStranded()
	// What was on the wire comes back for another try: not to a closed case.
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptDefer, Reason: survey.ReasonTemporary, DueAt: f.now})
	if s := f.state(1); s != survey.AttemptCancelled {
		t.Errorf("an attempt that came back to a closed case is %s", s)
	}
	f.nothingStranded()
}

func (f *field) chunkAll() {
	f.t.Helper()
	if _, err := f.ChunkDue(f.t.Context(), f.now, 500, 10); err != nil {
		f.t.Fatal(err)
	}
}

func TestPlanLeavesPausedCampaignsUntilTheirEnd(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`UPDATE campaign SET state = 'paused'`)
	if n := f.plan(f.now, f.contact); n != 0 {
		t.Errorf("%d planned in a pause", n)
	}
	if n := f.plan(f.k.EndsAt, f.contact); n != 1 {
		t.Errorf("%d looked at at the end of a paused campaign, want 1", n)
	}
	f.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	f.Exec(`UPDATE invitation SET plan_at = $1`, f.now)
	if n := f.plan(f.k.EndsAt, f.contact); n != 0 {
		t.Errorf("%d planned after the end", n)
	}
}

func TestTwoPlannersAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 40)
	var mu sync.Mutex
	decided := map[survey.InvitationID]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				_, err := f.PlanDue(context.Background(), view.PlanOrder{CampaignID: f.k.ID, Now: f.now, Limit: 7}, func(c view.PlanCase) view.Plan {
					mu.Lock()
					defer mu.Unlock()
					decided[c.Invitation.ID]++
					return f.contact(c)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for f.plan(f.now, f.contact) > 0 { // whoever found the lock taken each time
		t.Log("some were left")
	}
	for inv, n := range decided {
		if n != 1 {
			t.Errorf("invitation %d was decided %d times", inv, n)
		}
	}
	f.want(40, "attempts", `SELECT count(*) FROM attempt`)
}

// While one planner decides, another goes away empty instead of waiting.
func TestAPlannerAtWorkKeepsOthersOut(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if n := f.plan(f.now, f.contact); n != 0 {
			t.Errorf("a second planner looked at %d", n)
		}
		return f.contact(c)
	})
	f.want(1, "attempts", `SELECT count(*) FROM attempt`)
}

func TestPlanSeesReachAndFacts(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	suppress := func(c survey.ContactID, ch survey.Channel) {
		if err := f.Suppress(t.Context(), f.now, survey.Suppression{ContactID: c, Channel: ch, Scope: survey.SuppressAll, Source: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	suppress(f.contacts[1], survey.SMS)
	suppress(f.contacts[2], "")
	f.Exec(`UPDATE contact SET left_at = $1 WHERE id = $2`, f.now, f.contacts[3])
	f.Exec(`UPDATE endpoint SET status = 'dead' WHERE kind = 'email' AND contact_id = $1`, f.contacts[1])
	f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Mail, State: survey.AttemptSent})
	want := map[survey.InvitationID][3]survey.Reason{
		f.people[0]: {},
		f.people[1]: {survey.ReasonDeadEndpoint, survey.ReasonSuppressed, ""},
		f.people[2]: {survey.ReasonSuppressed, survey.ReasonSuppressed, survey.ReasonSuppressed},
		f.people[3]: {survey.ReasonNoEndpoint, survey.ReasonNoEndpoint, survey.ReasonNoEndpoint},
	}
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		for i, ch := range survey.Channels() {
			r := c.Reach[ch]
			if r.Reason != want[c.Invitation.ID][i] || (r.Endpoint != 0) != (r.Reason == "") {
				t.Errorf("person %d by %s: %+v, want %q", c.Invitation.ID, ch, r, want[c.Invitation.ID][i])
			}
		}
		if c.Invitation.ID == f.people[0] && (c.Facts.Sent != 1 || len(c.Attempts) != 1) {
			t.Errorf("facts %+v of %d attempts", c.Facts, len(c.Attempts))
		}
		return view.Plan{LookAt: c.Campaign.EndsAt}
	})
}
