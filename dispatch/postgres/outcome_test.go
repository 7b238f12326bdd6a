package postgres_test

import (
	"slices"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func attemptEvents() []survey.AttemptEvent {
	var out []survey.AttemptEvent
	seen := map[survey.AttemptEvent]bool{}
	for _, m := range survey.AttemptMachine().Moves {
		if !seen[m.On] {
			seen[m.On], out = true, append(out, m.On)
		}
	}
	return out
}

// What postgres moves and what the table of survey says are the same: an event
// leads to one state, from exactly the states that the table names.
func TestOutcomesMoveWhatTheTableSays(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	machine := survey.AttemptMachine()
	f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Mail, State: survey.AttemptSent})
	try := 1
	for _, from := range machine.States {
		for _, ev := range attemptEvents() {
			try++
			id := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.SMS, Try: try, State: from})
			f.Exec(`INSERT INTO attempt_doubt (attempt_id, since, look_at) SELECT id, now(), now() FROM attempt WHERE id = $1 AND state = 'unknown'`, id)
			f.record(view.AttemptOutcome{ID: id, Event: ev, Reason: survey.ReasonStaff, ProviderID: "p", Segments: 2, DueAt: f.now})
			to, err := machine.Next(from, ev)
			if got := f.state(id); got != to {
				t.Errorf("%s by %s is %s, want %s", from, ev, got, to)
			}
			if moved := f.Int(`SELECT count(*) FROM attempt WHERE id = $1 AND reason = 'staff'`, id) == 1; moved != (err == nil) {
				t.Errorf("%s by %s: written %t, the table says %v", from, ev, moved, err)
			}
		}
	}
	f.want(0, "ended without an end, or the other way round", `SELECT count(*) FROM attempt WHERE reason = 'staff'
		AND (state IN ('delivered', 'undelivered', 'failed', 'cancelled')) <> (ended_at IS NOT NULL)`)
	f.want(0, "handed over without a time", `SELECT count(*) FROM attempt WHERE reason = 'staff' AND state IN ('sent', 'delivered', 'undelivered') AND sent_at IS NULL`)
	f.want(0, "settled and still listed as doubt", `SELECT count(*) FROM attempt_doubt d JOIN attempt a ON a.id = d.attempt_id WHERE a.state <> 'unknown'`)
	f.want(0, "unknown and not listed", `SELECT count(*) FROM attempt a WHERE state = 'unknown' AND NOT EXISTS (SELECT 1 FROM attempt_doubt WHERE attempt_id = a.id)`)
	f.want(0, "queued and not waiting", `SELECT count(*) FROM attempt a WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM attempt_waiting WHERE attempt_id = a.id)`)
	f.want(0, "cancelled and waiting", `SELECT count(*) FROM attempt a WHERE state = 'cancelled' AND reason = 'staff' AND EXISTS (SELECT 1 FROM attempt_waiting WHERE attempt_id = a.id)`)
	err := f.RecordOutcomes(t.Context(), f.now, []view.AttemptOutcome{{ID: 1, Event: "no such event"}})
	if survey.KindOf(err) != survey.Conflict {
		t.Errorf("an event that there is not: %v", err)
	}
}

// permutations calls do with every order of list.
func permutations[T any](list []T, do func([]T)) {
	var walk func(int)
	walk = func(n int) {
		if n == len(list) {
			do(list)
			return
		}
		for i := n; i < len(list); i++ {
			list[n], list[i] = list[i], list[n]
			walk(n + 1)
			list[n], list[i] = list[i], list[n]
		}
	}
	walk(0)
}

// A provider repeats itself and overtakes itself, and the worker's own word may
// be the last to arrive.
func TestCallbacksInAnyOrderEndInTheSameState(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	try := 0
	for _, c := range []struct {
		events []survey.AttemptEvent
		want   survey.AttemptState
	}{
		{[]survey.AttemptEvent{survey.AttemptAccept, survey.AttemptAccept, survey.AttemptDeliver, survey.AttemptDeliver}, survey.AttemptDelivered},
		{[]survey.AttemptEvent{survey.AttemptAccept, survey.AttemptUndeliver, survey.AttemptUndeliver}, survey.AttemptUndelivered},
		{[]survey.AttemptEvent{survey.AttemptAccept, survey.AttemptRefuse, survey.AttemptRefuse}, survey.AttemptFailed},
		{[]survey.AttemptEvent{survey.AttemptDoubt, survey.AttemptAccept, survey.AttemptDeliver}, survey.AttemptDelivered},
		{[]survey.AttemptEvent{survey.AttemptDoubt, survey.AttemptAccept}, survey.AttemptSent},
	} {
		permutations(c.events, func(order []survey.AttemptEvent) {
			try++
			id := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.SMS, Try: try, State: survey.AttemptSending})
			for _, ev := range order {
				f.record(view.AttemptOutcome{ID: id, Event: ev, ProviderID: "SM0"})
			}
			if got := f.state(id); got != c.want {
				t.Errorf("%v: %s, want %s", order, got, c.want)
			}
		})
	}
	f.want(0, "doubts", `SELECT count(*) FROM attempt_doubt`)
	f.want(0, "without the provider's id", `SELECT count(*) FROM attempt WHERE provider_id IS DISTINCT FROM 'SM0'`)
}

// What is sent promptly was foreseen; what is sent late is looked at again.
func TestALateSendIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	f.claim(f.chunk(), 10, let)
	f.Exec(`UPDATE invitation SET plan_at = NULL`)
	f.Exec(`UPDATE attempt SET planned_at = $1 WHERE id = 1`, f.now.Add(-survey.Prompt))
	f.Exec(`UPDATE attempt SET planned_at = $1 WHERE id = 2`, f.now.Add(-survey.Prompt-time.Second))
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptAccept}, view.AttemptOutcome{ID: 2, Event: survey.AttemptAccept})
	f.want(0, "looks at the prompt one", `SELECT count(*) FROM invitation WHERE plan_at IS NOT NULL AND id = $1`, f.people[0])
	f.want(1, "looks at the late one", `SELECT count(*) FROM invitation WHERE plan_at = $1 AND id = $2`, f.now, f.people[1])
}

func TestWhatFollowsFromOutcomes(t *testing.T) {
	t.Parallel()
	f := newField(t, 6)
	f.queue(survey.Mail)
	c := f.chunk()
	f.claim(c, 10, let)
	f.Exec(`UPDATE invitation SET plan_at = NULL`)
	later := f.now.Add(20 * time.Minute)
	f.record(
		view.AttemptOutcome{ID: 1, Event: survey.AttemptDefer, Reason: survey.ReasonTemporary, Code: "450", DueAt: later},
		view.AttemptOutcome{ID: 2, Event: survey.AttemptPutBack, Reason: survey.ReasonDeadline, DueAt: f.now},
		view.AttemptOutcome{ID: 3, Event: survey.AttemptDoubt, Reason: survey.ReasonInDoubt},
		view.AttemptOutcome{ID: 4, Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent, DeadEndpoint: true},
		view.AttemptOutcome{ID: 5, Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver, ProviderID: "q1"},
		view.AttemptOutcome{ID: 6, Event: survey.AttemptDefer, Reason: survey.ReasonConfig}) // nobody said when
	f.want(1, "deferred", `SELECT count(*) FROM attempt a JOIN attempt_waiting w ON w.attempt_id = a.id
		WHERE a.id = 1 AND a.tries = 1 AND w.due_at = $1 AND a.provider_code = '450' AND a.chunk_id IS NULL`, later)
	f.want(1, "put back, which was no try", `SELECT count(*) FROM attempt a JOIN attempt_waiting w ON w.attempt_id = a.id WHERE a.id = 2 AND a.tries = 0`)
	f.want(1, "deferred to now", `SELECT count(*) FROM attempt_waiting WHERE attempt_id = 6 AND due_at = $1`, f.now)
	f.want(1, "in doubt", `SELECT count(*) FROM attempt_doubt d JOIN attempt a ON a.id = d.attempt_id WHERE a.id = 3 AND d.since = a.claimed_at`)
	f.want(1, "dead endpoints", `SELECT count(*) FROM endpoint e JOIN invitation i ON i.contact_id = e.contact_id
		WHERE e.status = 'dead' AND e.kind = 'email' AND i.id = $1`, f.people[3])
	f.want(1, "cases that the protocol looks at: what was sent was foreseen", `SELECT count(*) FROM invitation WHERE plan_at = $1 AND id = $2`, f.now, f.people[3])
	f.want(1, "cases to be planned", `SELECT count(*) FROM invitation WHERE plan_at IS NOT NULL`)
	f.want(6, "events beside the happy path", `SELECT count(*) FROM event`)
	f.want(1, "of them a dead endpoint", `SELECT count(*) FROM event WHERE kind = 'endpoint_dead' AND attempt_id = 4
		AND invitation_id = $1 AND args->>'endpoint' = (SELECT endpoint_id::text FROM attempt WHERE id = 4)`, f.people[3])
	f.nothingStranded()
	if err := f.FinishChunk(t.Context(), c); err != nil || f.open() != 0 {
		t.Errorf("the chunk is open: %v", err)
	}
}

// A doubt that is proven absent is queued again; one that is settled, or left to
// staff, is not looked at any more.
func TestDoubts(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	f.queue(survey.SMS)
	f.claim(f.chunk(), 10, let)
	for id := range survey.AttemptID(4) {
		f.record(view.AttemptOutcome{ID: id + 1, Event: survey.AttemptDoubt})
	}
	take := func() []view.Doubt {
		t.Helper()
		f.Exec(`UPDATE attempt_doubt SET look_at = clock_timestamp() - interval '1 second'`)
		out, err := f.TakeDoubts(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got := take()
	if len(got) != 4 || got[0].Looks != 1 || got[0].To == "" || got[0].Sender.Address != "+84900000001" || time.Since(got[0].Since) > time.Minute {
		t.Fatalf("doubts %+v", got)
	}
	if again, err := f.TakeDoubts(t.Context(), 10); err != nil || len(again) != 0 {
		t.Errorf("looked at twice: %v, %v", again, err)
	}
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptDeliver}, view.AttemptOutcome{ID: 2, Event: survey.AttemptAbsent, DueAt: f.now})
	if err := f.LeaveDoubtToStaff(t.Context(), 3, survey.FindingNoListing); err != nil {
		t.Fatal(err)
	}
	if got := take(); len(got) != 1 || got[0].AttemptID != 4 {
		t.Errorf("doubts %+v, want the fourth", got)
	}
	f.want(2, "resolved", `SELECT count(*) FROM event WHERE kind = 'attempt_resolved'
		AND (attempt_id, args->>'state') IN ((1, 'delivered'), (2, 'queued'))`)
	f.want(2, "resolved in all", `SELECT count(*) FROM event WHERE kind = 'attempt_resolved'`)
	f.nothingStranded()
	// The callback comes after all.
	f.change(f.people[2], view.Change{Attempt: &view.AttemptOutcome{ID: 3, Event: survey.AttemptDeliver}})
	if s := f.state(3); s != survey.AttemptDelivered {
		t.Errorf("the third is %s", s)
	}
	// Proven absent after its case was closed: it is not sent any more.
	f.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.19', closed_at = $1`, f.now)
	f.record(view.AttemptOutcome{ID: 4, Event: survey.AttemptAbsent, DueAt: f.now})
	if s := f.state(4); s != survey.AttemptCancelled {
		t.Errorf("the fourth is %s", s)
	}
	f.nothingStranded()
}

func TestAnOutcomeWithoutAnEndpointIsWritten(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	inv := f.MakeInvitation(survey.Invitation{CampaignID: f.k.ID, ContactID: f.MakeContact(survey.Contact{})})
	id := f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, State: survey.AttemptSending, DueAt: pgtest.Day()})
	f.record(view.AttemptOutcome{ID: id, Event: survey.AttemptRefuse, DeadEndpoint: true})
	if s := f.state(id); s != survey.AttemptFailed {
		t.Errorf("the attempt is %s", s)
	}
}

// Whom the provider takes no messages for any more is remembered with the
// outcome, even one that comes too late to change its attempt.
func TestWhomTheProviderRefusesIsBarredWithTheOutcome(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.SMS)
	f.claim(f.chunk(), 10, let)
	f.record(view.AttemptOutcome{ID: 2, Event: survey.AttemptDeliver})
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptRefuse, Reason: survey.ReasonOptedOut, OptedOut: true},
		view.AttemptOutcome{ID: 2, Event: survey.AttemptRefuse, Reason: survey.ReasonOptedOut, OptedOut: true},
		view.AttemptOutcome{ID: 3, Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent})
	f.want(2, "suppressions", `SELECT count(*) FROM suppression WHERE contact_id IN ($1, $2) AND channel = 'sms' AND scope = 'all'
		AND source = 'provider' AND at = $3`, f.contacts[0], f.contacts[1], f.now)
	f.want(2, "suppressions of anybody", `SELECT count(*) FROM suppression`)
}

// A callback may be the first to tell that a message was created, and that it
// failed: it was handed over all the same. One that was refused never was.
func TestWhatFailedAtTheProviderWasHandedOver(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.SMS)
	f.claim(f.chunk(), 10, let)
	f.record(view.AttemptOutcome{ID: 1, Event: survey.AttemptDoubt}, view.AttemptOutcome{ID: 3, Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent})
	for _, id := range []survey.AttemptID{1, 2} {
		f.record(view.AttemptOutcome{ID: id, Event: survey.AttemptRefuse, Reason: survey.ReasonFiltered, ProviderID: "SM1"})
	}
	f.want(2, "handed over", `SELECT count(*) FROM attempt WHERE state = 'failed' AND sent_at = $1 AND id IN (1, 2)`, f.now)
	f.want(1, "refused", `SELECT count(*) FROM attempt WHERE state = 'failed' AND sent_at IS NULL AND id = 3`)
}

// A phone is not kept for a conversation whose opening never left; it is, once
// the opening may have reached somebody, or somebody wrote.
func TestAConversationThatNeverOpenedFreesItsPhone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		events []survey.AttemptEvent
		state  string // of the conversation; "" as it was reserved
		open   int
	}{
		{"put back", []survey.AttemptEvent{survey.AttemptPutBack}, "", 0},
		{"deferred", []survey.AttemptEvent{survey.AttemptDefer}, "", 0},
		{"refused", []survey.AttemptEvent{survey.AttemptRefuse}, "", 0},
		{"proven absent", []survey.AttemptEvent{survey.AttemptDoubt, survey.AttemptAbsent}, "", 0},
		{"in doubt", []survey.AttemptEvent{survey.AttemptDoubt}, "", 1},
		{"sent", []survey.AttemptEvent{survey.AttemptAccept}, "", 1},
		{"sent, refused later", []survey.AttemptEvent{survey.AttemptAccept, survey.AttemptRefuse}, "", 1},
		{"refused, but she wrote", []survey.AttemptEvent{survey.AttemptRefuse}, `{"stage": "questions"}`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newField(t, 1)
			f.queue(survey.SMS)
			f.claim(f.chunk(), 1, talk)
			if c.state != "" {
				f.Exec(`UPDATE conversation SET state = $1`, c.state)
			}
			for _, ev := range c.events {
				f.record(view.AttemptOutcome{ID: 1, Event: ev, DueAt: f.now})
			}
			f.want(c.open, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
			if c.state == "" && f.state(1) == survey.AttemptQueued {
				f.claim(f.chunk(), 1, talk)
				f.want(1, "reserved again", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
			}
		})
	}
}

// A contact that turns out otherwise after its case was closed has the case looked
// at again, once: an answered person's and an open case's are left alone.
func TestWhatComesBackAfterTheEndIsLookedAt(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	var sent []survey.AttemptID
	for i, inv := range f.people {
		sent = append(sent, f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, State: survey.AttemptSent, SentAt: f.now}))
		if i < 3 {
			f.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.19', closed_at = $2, plan_at = NULL WHERE id = $1`, inv, f.now)
		}
	}
	f.record(view.AttemptOutcome{ID: sent[0], Event: survey.AttemptUndeliver, Reason: survey.ReasonUnreachable},
		view.AttemptOutcome{ID: sent[1], Event: survey.AttemptDeliver},
		view.AttemptOutcome{ID: sent[2], Event: survey.AttemptUndeliver, Reason: survey.ReasonUnreachable},
		view.AttemptOutcome{ID: sent[3], Event: survey.AttemptUndeliver, Reason: survey.ReasonUnreachable})
	var asked []survey.InvitationID
	look := func() int {
		t.Helper()
		n, err := f.ReconsiderClosed(t.Context(), f.now, 10, func(c view.Case) (survey.Disposition, survey.Reason) {
			asked = append(asked, c.Invitation.ID)
			if c.Invitation.ID == f.people[2] {
				return c.Invitation.Disposition, "" // no other code
			}
			return survey.Undelivered, survey.ReasonDeadEndpoint
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := look(); n != 1 || !slices.Equal(asked, []survey.InvitationID{f.people[0], f.people[2]}) {
		t.Errorf("%d recoded; asked about %v of %v", n, asked, f.people)
	}
	if n := look(); n != 0 || len(asked) != 2 {
		t.Errorf("looked twice: %d recoded, asked about %v", n, asked)
	}
	f.want(1, "recoded, on record", `SELECT count(*) FROM event e JOIN invitation i ON i.id = e.invitation_id
		WHERE e.kind = 'invitation_reclassified' AND i.id = $1 AND i.disposition = '3.30' AND i.state = 'closed'`, f.people[0])
	f.want(1, "still open", `SELECT count(*) FROM invitation WHERE id = $1 AND state <> 'closed' AND plan_at IS NOT NULL`, f.people[3])
}
