package postgres_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The first claimer holds its locks while the second claims: the second skips
// what the first has, and neither waits.
func TestTwoClaimersShareAChunk(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.queue(survey.Mail)
	c := f.chunk()
	var second []view.Candidate
	first := f.claim(c, 4, func(k view.Candidate) view.Verdict {
		if second == nil {
			second = f.claim(c, 100, let)
		}
		return let(k)
	})
	if len(first) != 4 || len(second) != 6 {
		t.Fatalf("claimed %d and %d, want 4 and 6", len(first), len(second))
	}
	seen := map[survey.AttemptID]bool{}
	for _, k := range append(first, second...) {
		if seen[k.AttemptID] {
			t.Errorf("attempt %d was claimed twice", k.AttemptID)
		}
		seen[k.AttemptID] = true
	}
	f.want(10, "sending at the first try", `SELECT count(*) FROM attempt WHERE state = 'sending' AND tries = 1 AND claimed_at IS NOT NULL`)
	if rest := f.claim(c, 100, let); len(rest) != 0 {
		t.Errorf("%d were left", len(rest))
	}
}

// An opt-out commits after the attempt was locked and before the gate's facts
// are read. A table that the second statement needs is locked, so that the claim
// stands still exactly there.
func TestAnOptOutBetweenLockAndGateIsSeen(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.Mail)
	c := f.chunk()
	tx, err := f.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	for _, query := range []string{`LOCK TABLE consent IN ACCESS EXCLUSIVE MODE`,
		`INSERT INTO suppression (contact_id, scope, source, at) SELECT contact_id, 'all', 'test', now() FROM invitation`} {
		if _, err := tx.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(chan view.Candidate, 1)
	failed := make(chan error, 1)
	go func() {
		_, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 1, Now: f.now, AddressKeys: noKeys,
			Gate: func(k view.Candidate) view.Verdict {
				seen <- k
				return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonSuppressed}
			}})
		failed <- err
	}()
	f.awaitLock()
	f.want(0, "attempts free", `SELECT count(*) FROM (SELECT 1 FROM attempt FOR UPDATE SKIP LOCKED) AS x`)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	if k := <-seen; !k.Suppressed {
		t.Error("the gate did not see the opt-out")
	}
}

func TestGateFacts(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	other, _ := f.campaign("another")
	f.queue(survey.SMS)
	c := f.chunk()
	key := []byte("key of the number")
	touches := func(k view.Candidate) any {
		var all []string
		for _, touch := range k.Touches {
			by := "other"
			if touch.Own {
				by = "own"
			}
			all = append(all, fmt.Sprint(touch.At.UTC(), " ", touch.Channel, " ", by))
		}
		return strings.Join(all, ", ")
	}
	for _, step := range []struct {
		what   string
		query  string
		args   []any
		fact   func(view.Candidate) any
		before any
		after  any
	}{
		{"suppressed in another campaign", `INSERT INTO suppression (contact_id, scope, campaign_id, source, at) VALUES (1, 'campaign', $1, 't', now())`,
			[]any{other.ID}, func(k view.Candidate) any { return k.Suppressed }, false, false},
		{"suppressed on another channel", `INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES (1, 'email', 'all', 't', now())`,
			nil, func(k view.Candidate) any { return k.Suppressed }, false, false},
		{"the number suppressed and lifted", `INSERT INTO suppression (address_key, scope, source, at, lifted_at) VALUES ($1, 'all', 't', now(), now())`,
			[]any{key}, func(k view.Candidate) any { return k.Suppressed }, false, false},
		{"the number suppressed", `INSERT INTO suppression (address_key, scope, source, at) VALUES ($1, 'all', 't', now())`,
			[]any{key}, func(k view.Candidate) any { return k.Suppressed }, false, true},
		{"suppressed in this campaign", `INSERT INTO suppression (contact_id, scope, campaign_id, source, at) VALUES (1, 'campaign', $1, 't', now())`,
			[]any{f.k.ID}, func(k view.Candidate) any { return k.Suppressed }, true, true},
		{"consent withdrawn for SMS", `INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at) VALUES (1, 'sms', 'b', 's', now(), now())`,
			nil, func(k view.Candidate) any { return k.Consented }, true, false},
		{"an SMS of another campaign yesterday", `INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, state, due_at, planned_at, sent_at)
			SELECT campaign_id, id, 'sms', 'sms', 1, 2, 'sent', $2, $2, $2 FROM invitation WHERE campaign_id = $1`,
			[]any{other.ID, f.now.Add(-23 * time.Hour)}, touches, "", f.now.Add(-23*time.Hour).UTC().String() + " sms other"},
		{"it was last month", `UPDATE attempt SET sent_at = $1 WHERE state = 'sent'`,
			[]any{f.now.Add(-31 * 24 * time.Hour)}, touches, f.now.Add(-23*time.Hour).UTC().String() + " sms other", ""},
		{"an e-mail of this campaign last month", `INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, state, due_at, planned_at, sent_at)
			SELECT campaign_id, id, 'thu', 'email', 1, 1, 'sent', $2, $2, $2 FROM invitation WHERE campaign_id = $1`,
			[]any{f.k.ID, f.now.Add(-31 * 24 * time.Hour)}, touches, "", f.now.Add(-31*24*time.Hour).UTC().String() + " email own"},
		{"a time zone", `UPDATE contact SET zone = 'Asia/Tokyo'`, nil, func(k view.Candidate) any { return k.Zone }, "", "Asia/Tokyo"},
		{"hours", `UPDATE contact SET hours = 'office', hours_at = now(), hours_source = 'staff'`, nil, func(k view.Candidate) any { return k.Hours }, survey.Hours(""), survey.HoursOffice},
		{"another wording", `UPDATE attempt SET text = 'last' WHERE state = 'queued'`, nil, func(k view.Candidate) any { return k.Text }, "", "last"},
		{"another campaign talked with the person long ago", `INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at, spoken_at)
			SELECT 'sms', 2, '+84910000001', id, '{}', $2, $2 FROM invitation WHERE campaign_id = $1`,
			[]any{other.ID, f.now.Add(-survey.TalkRests)}, func(k view.Candidate) any { return k.Talking }, false, false},
		{"another campaign talks with the person", `UPDATE conversation SET spoken_at = $1`,
			[]any{f.now.Add(time.Second - survey.TalkRests)}, func(k view.Candidate) any { return k.Talking }, false, true},
		{"somebody else has the phone", `WITH long AS (UPDATE conversation SET spoken_at = $2) UPDATE invitation SET contact_id = 99 WHERE campaign_id = $1`,
			[]any{other.ID, f.now.Add(-24 * time.Hour)}, func(k view.Candidate) any { return k.Talking }, true, true},
		{"refused", `UPDATE invitation SET refusal = 'person'`, nil, func(k view.Candidate) any { return k.Refused }, false, true},
		{"address dead", `UPDATE endpoint SET status = 'dead'`, nil, func(k view.Candidate) any { return k.Endpoint }, survey.EndpointUnverified, survey.EndpointDead},
		{"person erased", `DELETE FROM endpoint; DELETE FROM contact`, nil, func(k view.Candidate) any { return k.Address }, "+84910000001", ""},
	} {
		look := func() (out any) {
			_, _, err := f.ClaimAttempts(t.Context(), view.Claim{Chunk: c.ID, Limit: 1, Now: f.now,
				AddressKeys: func(kind survey.EndpointKind, address string) [][]byte {
					if kind != survey.PhoneNumber {
						t.Errorf("asked for the key of %s", kind)
					}
					if address != "+84910000001" {
						return nil
					}
					return [][]byte{[]byte("an older key"), bytes.Clone(key)}
				},
				Gate: func(k view.Candidate) view.Verdict { out = step.fact(k); return let(k) }})
			if err != nil {
				t.Fatal(err)
			}
			f.Exec(`UPDATE attempt SET state = 'queued' WHERE state = 'sending'`)
			return out
		}
		if got := look(); got != step.before {
			t.Errorf("before %q: %v, want %v", step.what, got, step.before)
		}
		f.Exec(step.query, step.args...)
		if got := look(); got != step.after {
			t.Errorf("%s: %v, want %v", step.what, got, step.after)
		}
	}
}

func talk(k view.Candidate) view.Verdict {
	v := let(k)
	v.Conversation, v.DueAt = json.RawMessage(`{"lang": "vi"}`), k.DueAt.Add(30*time.Minute)
	return v
}

// Two people share one phone: one is asked, the other is put back, and may be
// asked when the first conversation is over.
func TestOneConversationPerPhone(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.Exec(`UPDATE endpoint SET address = '+84919999999' WHERE kind = 'phone' AND contact_id < 3`)
	f.queue(survey.SMS)
	c := f.chunk()
	claimed := f.claim(c, 10, talk)
	if len(claimed) != 2 || claimed[0].AttemptID != 1 || claimed[1].AttemptID != 3 {
		t.Fatalf("claimed %+v, want the first and the third", claimed)
	}
	f.want(2, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL AND mode = 'sms'`)
	f.want(1, "put back for the conversation", `SELECT count(*) FROM attempt WHERE id = 2 AND state = 'queued' AND reason = 'conversation'
		AND chunk_id IS NULL AND tries = 0 AND due_at = $1`, f.now.Add(30*time.Minute))
	f.nothingStranded()
	// A reminder in one's own conversation is no obstacle.
	f.Exec(`UPDATE attempt SET state = 'queued' WHERE id = 1`)
	if again := f.claim(c, 10, talk); len(again) != 1 {
		t.Errorf("claimed %d in the own conversation, want 1", len(again))
	}
	f.now = f.now.Add(time.Hour)
	f.Exec(`UPDATE conversation SET closed_at = now()`)
	if next := f.claim(f.chunk(), 10, talk); len(next) != 1 || next[0].AttemptID != 2 {
		t.Errorf("claimed %+v after the end of the conversation, want the second", next)
	}
}

func TestVerdictsAreWritten(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	f.Exec(`UPDATE invitation SET plan_at = NULL`)
	c := f.chunk()
	later := f.now.Add(3 * time.Hour)
	claimed := f.claim(c, 10, func(k view.Candidate) view.Verdict {
		switch k.AttemptID {
		case 1:
			return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonWindow, DueAt: later}
		case 2:
			return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonNoConsent}
		}
		return let(k)
	})
	if len(claimed) != 1 || claimed[0].AttemptID != 3 {
		t.Fatalf("claimed %+v", claimed)
	}
	f.want(1, "put back", `SELECT count(*) FROM attempt a JOIN attempt_waiting w ON w.attempt_id = a.id WHERE a.id = 1 AND a.state = 'queued'
		AND a.chunk_id IS NULL AND a.reason = 'window' AND a.tries = 0 AND a.due_at = $1 AND w.due_at = $1`, later)
	f.want(1, "cancelled", `SELECT count(*) FROM attempt WHERE id = 2 AND state = 'cancelled' AND reason = 'no_consent' AND ended_at = $1`, f.now)
	f.want(1, "cases to be planned: the cancelled one's", `SELECT count(*) FROM invitation WHERE plan_at = $1 AND id = $2`, f.now, f.people[1])
	f.want(2, "events", `SELECT count(*) FROM event WHERE kind IN ('attempt_put_back', 'attempt_cancelled')`)
	f.record(view.AttemptOutcome{ID: 3, Event: survey.AttemptAccept})
	if err := f.FinishChunk(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if n := f.open(); n != 0 {
		t.Errorf("the chunk is open, though what was put back has left it")
	}
	f.nothingStranded()
}

// A put back commits while an opt-out waits for the same attempt: the opt-out
// withdraws it all the same, with its place among the waiting.
func TestAnOptOutWithdrawsWhatWasPutBackMeanwhile(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.Mail)
	c := f.chunk()
	f.arrive(f.people[0], "stop")
	failed := make(chan error, 1)
	f.claim(c, 1, func(view.Candidate) view.Verdict {
		go func() {
			_, err := f.ApplyInbox(context.Background(), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) {
				return view.Change{Cancel: survey.ReasonOptedOut}, nil
			})
			failed <- err
		}()
		f.awaitLock()
		return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonWindow, DueAt: f.now}
	})
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	if s := f.state(1); s != survey.AttemptCancelled {
		t.Errorf("the attempt is %s", s)
	}
	f.nothingStranded()
}

func TestLoseClaimsDoubtsOnlyWhatWasOnTheWire(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	f.queue(survey.Mail)
	c := f.chunk()
	f.claim(c, 2, let)
	if n, err := f.LoseClaims(t.Context(), c.ID, f.now); err != nil || n != 2 {
		t.Fatalf("%d in doubt, %v; want 2", n, err)
	}
	f.want(2, "unknown, for the lease", `SELECT count(*) FROM attempt WHERE state = 'unknown' AND reason = 'lease_lost'`)
	f.want(2, "queued", `SELECT count(*) FROM attempt WHERE state = 'queued'`)
	f.nothingStranded()
	if n, err := f.LoseClaims(t.Context(), c.ID, f.now); err != nil || n != 0 {
		t.Errorf("%d in doubt again, %v", n, err)
	}
}

// Two campaigns claim the same people at the same instant, in opposite orders:
// whoever comes second sees what the first has in hand.
func TestTwoCampaignsDoNotBothTakeTheLastContactOfADay(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	_, others := f.campaign("second")
	f.queue(survey.SMS)
	for _, inv := range []survey.InvitationID{others[2], others[1], others[0]} {
		// What is overdue counts all the same while it is on the wire.
		f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, DueAt: f.now.Add(-48 * time.Hour)})
	}
	chunks, err := f.ChunkDue(t.Context(), f.now, 500, 4)
	if err != nil || len(chunks) != 2 {
		t.Fatalf("chunks %v, %v; want two", chunks, err)
	}
	capped := func(k view.Candidate) view.Verdict {
		if len(k.Touches) > 0 {
			return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonCap, DueAt: f.now.Add(time.Hour)}
		}
		return let(k)
	}
	second := make(chan int, 1)
	var once sync.Once
	first := f.claim(chunks[0], 10, func(k view.Candidate) view.Verdict {
		once.Do(func() {
			go func() {
				got, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: chunks[1].ID, Limit: 10, Now: f.now,
					Gate: capped, AddressKeys: noKeys})
				if err != nil {
					t.Error(err)
				}
				second <- len(got)
			}()
			f.awaitLock()
		})
		return capped(k)
	})
	if n := <-second; len(first) != 3 || n != 0 {
		t.Errorf("claimed %d and %d, want 3 and 0", len(first), n)
	}
}
