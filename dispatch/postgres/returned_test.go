package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// report applies a report that a mail came back.
func (f *field) report(inv survey.InvitationID, o view.AttemptOutcome) {
	f.t.Helper()
	o.Event = survey.AttemptUndeliver
	f.change(inv, view.Change{Attempt: &o, Returned: true})
}

// Reports come in any order and any number of times, and before or after our own
// word on the hand-over: the gravest one stands.
func TestReportsInAnyOrderEndInTheGravest(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	inv := f.people[0]
	soft := view.AttemptOutcome{Reason: survey.ReasonSoftBounce, Code: "452 4.2.2"}
	ours := view.AttemptOutcome{Reason: survey.ReasonFiltered, Code: "554 5.7.1"}
	hard := view.AttemptOutcome{Reason: survey.ReasonBounce, Code: "550 5.1.1", DeadEndpoint: true}
	accept := view.AttemptOutcome{Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver, ProviderID: "q1"}
	try := 0
	for _, c := range []struct {
		told []view.AttemptOutcome
		want view.AttemptOutcome
	}{
		{[]view.AttemptOutcome{accept, soft, soft, hard}, hard},
		{[]view.AttemptOutcome{accept, hard, hard, soft}, hard},
		{[]view.AttemptOutcome{accept, ours, soft}, ours},
		{[]view.AttemptOutcome{ours, hard, soft}, hard},
		{[]view.AttemptOutcome{accept, soft, soft}, soft},
	} {
		permutations(c.told, func(order []view.AttemptOutcome) {
			for _, from := range []survey.AttemptState{survey.AttemptSending, survey.AttemptSent, survey.AttemptUnknown} {
				try++
				f.Exec(`UPDATE endpoint SET status = 'unverified'`)
				id := f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, Try: try, State: from})
				f.Exec(`INSERT INTO attempt_doubt (attempt_id, since, look_at) SELECT id, now(), now() FROM attempt WHERE id = $1 AND state = 'unknown'`, id)
				for _, o := range order {
					if o.ID = id; o.Event == survey.AttemptAccept {
						f.record(o)
					} else {
						f.report(inv, o)
					}
				}
				got := f.Text(`SELECT concat_ws(' ', state, reason, provider_code) FROM attempt WHERE id = $1`, id)
				if want := fmt.Sprintf("undelivered %s %s", c.want.Reason, c.want.Code); got != want {
					t.Errorf("from %s by %v: %s, want %s", from, order, got, want)
				}
				dead := f.Int(`SELECT count(*) FROM endpoint WHERE status = 'dead' AND kind = 'email'`) == 1
				if dead != c.want.DeadEndpoint {
					t.Errorf("from %s by %v: dead is %t", from, order, dead)
				}
			}
		})
	}
	f.want(0, "dead telephones", `SELECT count(*) FROM endpoint WHERE status = 'dead' AND kind = 'phone'`)
	f.want(0, "two events for one death", `SELECT count(*) FROM (SELECT attempt_id FROM event WHERE kind = 'endpoint_dead' GROUP BY 1 HAVING count(*) > 1) AS twice`)
	f.nothingStranded()
}

// What comes back did leave, even if it waits to go once more: it does not go,
// and the balance counts it as handed over.
func TestAMailThatComesBackLeavesTheQueue(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	waiting, chunked := f.people[0], f.people[1]
	f.report(waiting, view.AttemptOutcome{ID: 1, Reason: survey.ReasonBounce, DeadEndpoint: true})
	c := f.chunk()
	f.report(chunked, view.AttemptOutcome{ID: 2, Reason: survey.ReasonSoftBounce})
	if left := f.claim(c, 10, let); len(left) != 1 || left[0].AttemptID != 3 {
		t.Errorf("claimed %v, want only the third", left)
	}
	for _, id := range []survey.AttemptID{1, 2} {
		if s := f.state(id); s != survey.AttemptUndelivered {
			t.Errorf("attempt %d is %s", id, s)
		}
	}
	f.want(2, "with a time of sending and an end", `SELECT count(*) FROM attempt WHERE state = 'undelivered' AND sent_at IS NOT NULL AND ended_at IS NOT NULL`)
	f.want(1, "dead endpoints", `SELECT count(*) FROM endpoint WHERE status = 'dead'`)
	f.record(view.AttemptOutcome{ID: 3, Event: survey.AttemptAccept})
	f.nothingStranded()
}

// A claim and a report of the same attempt at the same instant: whoever is first,
// it ends undelivered and nothing is stranded.
func TestReportsRaceClaims(t *testing.T) {
	t.Parallel()
	const people = 20
	f := newField(t, people)
	f.queue(survey.Mail)
	c := f.chunk()
	var both sync.WaitGroup
	both.Go(func() {
		for range people {
			out, _, err := f.ClaimAttempts(context.WithoutCancel(t.Context()), view.Claim{Chunk: c.ID, Limit: 1, Now: f.now, Gate: let, AddressKeys: noKeys})
			if err != nil {
				t.Error(err)
			}
			for _, k := range out {
				if err := f.RecordOutcomes(context.WithoutCancel(t.Context()), f.now, []view.AttemptOutcome{{ID: k.AttemptID, Event: survey.AttemptAccept}}); err != nil {
					t.Error(err)
				}
			}
		}
	})
	both.Go(func() {
		for i := range people {
			inv := f.people[people-1-i]
			f.arrive(inv, fmt.Sprint("dsn", i))
			_, err := f.ApplyInbox(context.WithoutCancel(t.Context()), inv, f.now, func(c view.Case, _ view.InboxRow) (view.Change, error) {
				return view.Change{Returned: true, Attempt: &view.AttemptOutcome{ID: c.Attempts[0].ID, Event: survey.AttemptUndeliver,
					Reason: survey.ReasonSoftBounce}}, nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	both.Wait()
	f.want(people, "undelivered", `SELECT count(*) FROM attempt WHERE state = 'undelivered'`)
	f.nothingStranded()
}

// What was delivered, withdrawn or refused is not moved by a report, and only a
// mailbox of which something came back dies of it.
func TestWhatAReportDoesNotMove(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	for i, c := range []struct {
		state survey.AttemptState
		dead  int
	}{{survey.AttemptDelivered, 0}, {survey.AttemptCancelled, 0}, {survey.AttemptFailed, 1}} {
		f.Exec(`UPDATE endpoint SET status = 'ok'`)
		id := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Mail, Try: i + 1, State: c.state})
		f.report(f.people[0], view.AttemptOutcome{ID: id, Reason: survey.ReasonBounce, DeadEndpoint: true})
		if s := f.state(id); s != c.state {
			t.Errorf("%s became %s", c.state, s)
		}
		f.want(c.dead, "dead after "+string(c.state), `SELECT count(*) FROM endpoint WHERE status = 'dead'`)
	}
}

// A row keeps what its change says, unless the person was erased meanwhile.
func TestWhatARowKeeps(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	keep := view.Change{Keep: json.RawMessage(`{"kind": "mail", "text": "đã đọc"}`)}
	for _, inv := range f.people {
		f.arrive(inv, fmt.Sprint("mail", inv))
	}
	f.Exec(`UPDATE inbox SET payload = '{"raw": "/r/secret"}'`)
	f.Exec(`DELETE FROM contact WHERE id = $1`, f.contacts[1])
	for _, inv := range f.people {
		if _, err := f.ApplyInbox(t.Context(), inv, f.now, func(view.Case, view.InboxRow) (view.Change, error) { return keep, nil }); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{`{"kind": "mail", "text": "đã đọc"}`, `{}`} {
		if got := f.Text(`SELECT payload::text FROM inbox WHERE invitation_id = $1`, f.people[i]); got != want {
			t.Errorf("person %d: %s, want %s", i, got, want)
		}
	}
	stray, err := f.Store(t.Context(), view.Arrival{Kind: "mail", Provider: "smtp", ProviderID: "x", ReceivedAt: f.now, Payload: json.RawMessage(`{"raw": "/r/secret"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ApplyStray(t.Context(), stray.ID, f.now, func(view.InboxRow) (view.Change, error) { return keep, nil }); err != nil {
		t.Fatal(err)
	}
	f.change(f.people[0], view.Change{})
	f.want(1, "left as it came", `SELECT count(*) FROM inbox WHERE payload = '{}' AND invitation_id = $1`, f.people[0])
	if held := f.Text(`SELECT string_agg(payload::text, ' ') FROM inbox`); strings.Contains(held, "secret") {
		t.Errorf("the inbox still has %s", held)
	}
}

// Mails about the person go with the person: those of a case, those that were
// parked, one that waits, and one that only names the mailbox somewhere.
func TestErasureEmptiesMailsAboutThePerson(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	address := f.Text(`SELECT address FROM endpoint WHERE contact_id = $1 AND kind = 'email'`, f.contacts[0])
	other := f.Text(`SELECT address FROM endpoint WHERE contact_id = $1 AND kind = 'email'`, f.contacts[1])
	for i, m := range []struct {
		inv     survey.InvitationID
		applied string
		payload string
	}{
		{f.people[0], "applied", `{"letter": {"text": "về A"}}`},
		{0, "parked", `{"from": "` + strings.ToUpper(address) + `", "letter": {"text": "của A"}}`},
		{0, "", `{"from": "` + address + `", "raw": "QQ=="}`},
		{0, "parked", `{"from": "to@xa.example", "letter": {"reports": [{"recipient": "` + address + `"}]}}`},
		{0, "parked", `{"from": "to@xa.example", "letter": {"text": "gửi tới ` + address + ` không được"}}`},
		{0, "parked", `{"from": "` + other + `", "letter": {"text": "của B"}}`},
		{f.people[1], "applied", `{"letter": {"text": "` + address + ` là của A, nhưng đây là hồ sơ B"}}`},
	} {
		f.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
			VALUES ('mail', 'smtp', $1, now(), nullif($2::bigint, 0), $3, CASE WHEN $4 <> '' THEN now() END, $4)`, fmt.Sprint(i), m.inv, m.payload, m.applied)
	}
	f.erase(f.contacts[0])
	f.want(5, "emptied", `SELECT count(*) FROM inbox WHERE payload = '{}' AND applied_at IS NOT NULL`)
	f.want(2, "of somebody else", `SELECT count(*) FROM inbox WHERE payload <> '{}'`)
}
