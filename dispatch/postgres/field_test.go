package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// field is a campaign in the field with some people, number n the n-th.
type field struct {
	*pgtest.DB
	t        testing.TB
	k        survey.Campaign
	senders  map[survey.Channel]survey.SenderID
	contacts []survey.ContactID
	people   []survey.InvitationID
	now      time.Time
}

func newField(t testing.TB, n int) *field {
	t.Helper()
	f := &field{DB: pgtest.New(t), t: t, now: pgtest.Day().Add(time.Hour)}
	f.senders = f.MakeSenders()
	for i := range n {
		f.contacts = append(f.contacts, f.MakeContact(pgtest.Reachable(i+1)))
	}
	f.k, f.people = f.campaign("vi-du")
	return f
}

// campaign puts everybody into another campaign.
func (f *field) campaign(name string) (survey.Campaign, []survey.InvitationID) {
	f.t.Helper()
	k := f.MakeCampaign(survey.Campaign{Name: name})
	var out []survey.InvitationID
	for _, c := range f.contacts {
		out = append(out, f.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: c}))
	}
	return k, out
}

// queue gives everybody a queued attempt.
func (f *field) queue(ch survey.Channel) []survey.AttemptID {
	f.t.Helper()
	var out []survey.AttemptID
	for _, inv := range f.people {
		out = append(out, f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: ch, DueAt: f.now}))
	}
	return out
}

// chunk puts everything due into one chunk.
func (f *field) chunk() view.OpenChunk {
	f.t.Helper()
	out, err := f.ChunkDue(f.t.Context(), f.now, 500, 4)
	if err != nil || len(out) != 1 {
		f.t.Fatalf("chunks %v, %v; want one", out, err)
	}
	return out[0]
}

func let(view.Candidate) view.Verdict {
	return view.Verdict{Event: survey.AttemptClaim, Reason: survey.ReasonDue}
}

func noKeys(survey.EndpointKind, string) [][]byte { return nil }

// claim takes up to limit attempts of c by gate.
func (f *field) claim(c view.OpenChunk, limit int, gate func(view.Candidate) view.Verdict) []view.Candidate {
	f.t.Helper()
	out, _, err := f.ClaimAttempts(f.t.Context(), view.Claim{Chunk: c.ID, Limit: limit, Now: f.now, Gate: gate, AddressKeys: noKeys})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func (f *field) record(outcomes ...view.AttemptOutcome) {
	f.t.Helper()
	if err := f.RecordOutcomes(f.t.Context(), f.now, outcomes); err != nil {
		f.t.Fatal(err)
	}
}

// arrive stores something inbound of a person.
func (f *field) arrive(inv survey.InvitationID, id string) view.Stored {
	f.t.Helper()
	out, err := f.Store(f.t.Context(), view.Arrival{Kind: "text", Provider: "twilio", ProviderID: id, ReceivedAt: time.Now(),
		InvitationID: inv, Payload: json.RawMessage(`{}`)})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// change stores something inbound of a person that does ch, and applies it.
func (f *field) change(inv survey.InvitationID, ch view.Change) view.Applied {
	f.t.Helper()
	row := f.arrive(inv, fmt.Sprintf("%d-%d", inv, f.Int(`SELECT count(*) FROM inbox`)))
	done, err := f.ApplyInbox(f.t.Context(), inv, f.now, func(view.Case, view.InboxRow) (view.Change, error) { return ch, nil })
	if err != nil || len(done) != 1 || done[0].InboxID != row.ID {
		f.t.Fatalf("applied %v, %v; want row %d", done, err, row.ID)
	}
	return done[0]
}

func (f *field) state(id survey.AttemptID) survey.AttemptState {
	f.t.Helper()
	return survey.AttemptState(f.Text(`SELECT state FROM attempt WHERE id = $1`, id))
}

// want fails the test unless query counts n.
func (f *field) want(n int, what, query string, args ...any) {
	f.t.Helper()
	if got := f.Int(query, args...); got != n {
		f.t.Errorf("%s: %d, want %d", what, got, n)
	}
}

// nothingStranded holds what must be true at any moment when nobody is at work:
// what is queued is in an open chunk or waits to be.
func (f *field) nothingStranded() {
	f.t.Helper()
	f.want(0, "queued in no open chunk and not waiting", `
		SELECT count(*) FROM attempt a LEFT JOIN chunk c ON c.id = a.chunk_id
		WHERE a.state = 'queued' AND coalesce(c.state, 'done') = 'done'
			AND NOT EXISTS (SELECT 1 FROM attempt_waiting w WHERE w.attempt_id = a.id)`)
	f.want(0, "waiting, but in a chunk or not queued", `
		SELECT count(*) FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id WHERE a.state <> 'queued' OR a.chunk_id IS NOT NULL`)
	f.want(0, "in doubt without being listed, or the other way round", `
		SELECT count(*) FROM attempt a FULL JOIN attempt_doubt d ON d.attempt_id = a.id
		WHERE (coalesce(a.state, '') = 'unknown') <> (d.attempt_id IS NOT NULL)`)
}

// awaitLock waits until somebody in this database waits for a lock.
func (f *field) awaitLock() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	for f.Int(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
		select {
		case <-ctx.Done():
			f.t.Fatal("nobody waits for a lock")
		case <-time.After(2 * time.Millisecond):
		}
	}
}
