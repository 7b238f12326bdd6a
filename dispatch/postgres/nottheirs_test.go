package postgres_test

import (
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A number that is not the person's dies for this contact alone: what waits for
// it is withdrawn, what waits for the mailbox stays, and the case is looked at.
func TestANumberThatIsNotTheirs(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	first := f.queue(survey.Mail)
	f.chunk()
	texts, calls := f.queue(survey.SMS), f.queue(survey.Call)
	f.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, rank, created_at) SELECT $1, kind, address, sms, 5, $3 FROM endpoint
		WHERE contact_id = $2 AND kind = 'phone'`, f.contacts[1], f.contacts[0], f.now) // hers is on the other's card too
	number := survey.Phone(f.Text(`SELECT address FROM endpoint WHERE contact_id = $1 AND kind = 'phone'`, f.contacts[0]))
	f.Exec(`INSERT INTO endpoint (contact_id, kind, address, rank, created_at) VALUES ($1, 'phone', '+84951112223', 9, $2)`, f.contacts[0], f.now)
	second := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Call, Step: "second", DueAt: f.now})
	f.Exec(`UPDATE attempt SET endpoint_id = (SELECT max(id) FROM endpoint) WHERE id = $1`, second)
	f.Exec(`UPDATE invitation SET plan_at = NULL`)
	_, elsewhere := f.campaign("khac") // whose texts go to the number too
	for i, inv := range elsewhere {
		f.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at) VALUES ('sms', $1, $2, $3, '{}', $4)`,
			f.senders[survey.SMS], []string{string(number), "+84919999999"}[i], inv, f.now)
	}
	change := view.Change{NotTheirs: number}
	f.change(f.people[0], change)
	for id, want := range map[survey.AttemptID]survey.AttemptState{first[0]: survey.AttemptQueued, texts[0]: survey.AttemptCancelled,
		calls[0]: survey.AttemptCancelled, second: survey.AttemptQueued, texts[1]: survey.AttemptQueued} {
		if got := f.state(id); got != want {
			t.Errorf("attempt %d is %s, want %s", id, got, want)
		}
	}
	f.nothingStranded()
	f.want(2, "withdrawn for that reason", `SELECT count(*) FROM attempt WHERE reason = 'wrong_person'`)
	f.want(1, "conversations still open", `SELECT count(*) FROM conversation WHERE closed_at IS NULL AND phone = '+84919999999'`)
	f.want(1, "conversations still open with anybody", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
	f.want(1, "dead addresses", `SELECT count(*) FROM endpoint WHERE status = 'dead' AND not_theirs_at = $1 AND contact_id = $2`, f.now, f.contacts[0])
	f.want(1, "dead addresses of anybody", `SELECT count(*) FROM endpoint WHERE status = 'dead'`)
	f.want(1, "looked at again", `SELECT count(*) FROM invitation WHERE id = $1 AND plan_at = $2 AND state = 'open' AND wrong_person_at = $2
		AND refusal IS NULL`, f.people[0], f.now)
	f.want(1, "events", `SELECT count(*) FROM event e JOIN endpoint d ON d.id = (e.args->>'endpoint')::bigint
		WHERE e.kind = 'endpoint_dead' AND e.reason = 'wrong_person' AND e.invitation_id = $1`, f.people[0])
	c, err := f.Case(t.Context(), f.people[0])
	if err != nil || !c.Facts.WrongPerson || c.Facts.Refused || len(c.Endpoints) != 3 {
		t.Errorf("facts %+v, %d addresses, %v", c.Facts, len(c.Endpoints), err)
	}
	// Said again it is the same; a case that is closed is not planned.
	f.change(f.people[0], change)
	f.want(1, "events", `SELECT count(*) FROM event WHERE kind = 'endpoint_dead'`)
	f.Exec(`UPDATE invitation SET plan_at = NULL WHERE campaign_id <> $1`, f.k.ID)
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if c.Reach[survey.SMS].Reason != survey.ReasonDeadEndpoint || c.Reach[survey.Mail].Endpoint == 0 || !c.Facts.WrongPerson {
			t.Errorf("planning sees reach %+v, facts %+v", c.Reach, c.Facts)
		}
		return view.Plan{Close: survey.WrongPerson, Reason: survey.ReasonEnded}
	})
	f.change(f.people[0], change)
	f.want(0, "closed and to be planned", `SELECT count(*) FROM invitation WHERE state = 'closed' AND plan_at IS NOT NULL`)
	// Whoever writes from there is the other one on whose card it is, or a stranger.
	who, err := f.WhoTexted(t.Context(), "+84900000001", string(number))
	if err != nil || who.InvitationID != elsewhere[1] || who.ContactID != f.contacts[1] {
		t.Errorf("a text from the number belongs to case %d of %d, %v", who.InvitationID, who.ContactID, err)
	}
	f.change(f.people[1], change)
	if who, err = f.WhoTexted(t.Context(), "+84900000001", string(number)); err != nil || who.InvitationID != 0 || who.ContactID != 0 {
		t.Errorf("a text from the number belongs to case %d of %d, %v; want a stranger", who.InvitationID, who.ContactID, err)
	}
}

// Signs of a person are kept with their first time.
func TestSignsAreKept(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	inv := f.people[0]
	f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Call, State: survey.AttemptUndelivered, Reason: survey.ReasonMachine, SentAt: pgtest.Day()})
	first := f.now
	f.change(inv, view.Change{Late: true, MessageLeft: true})
	f.now = f.k.EndsAt
	f.change(inv, view.Change{Late: true, MessageLeft: true})
	f.want(1, "first times", `SELECT count(*) FROM invitation WHERE late_at = $1 AND message_left_at = $1 AND human_at IS NULL`, first)
	c, err := f.Case(t.Context(), inv)
	if want := (survey.CaseFacts{Sent: 1, Unmet: 1, Machine: true, MessageLeft: true, Late: true}); err != nil || c.Facts != want {
		t.Errorf("facts %+v, %v; want %+v", c.Facts, err, want)
	}
	f.plan(f.now, func(c view.PlanCase) view.Plan {
		if !c.Facts.Late || !c.Facts.MessageLeft || !c.Facts.Machine {
			t.Errorf("planning sees %+v", c.Facts)
		}
		return view.Plan{Close: survey.NotReturnedInTime, Reason: survey.ReasonEnded}
	})
}
