package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// stopped puts targets on the list, as staff do.
func (f *field) stopped(change func(*view.StopOrder), targets ...view.StopTarget) view.StopsPut {
	f.t.Helper()
	o := view.StopOrder{Targets: targets, Source: survey.StopByStaff, Words: "gọi lên xin thôi nhận", Actor: "lan", Now: f.now}
	if change != nil {
		change(&o)
	}
	out, err := f.PutStops(context.Background(), o)
	if err != nil {
		f.t.Error(err)
	}
	return out
}

func person(id survey.ContactID) view.StopTarget { return view.StopTarget{Person: id} }

func numberOf(address string) view.StopTarget {
	return view.StopTarget{Kind: survey.PhoneNumber, Address: address, Keys: twoKeys(survey.PhoneNumber, address)}
}

// claimAll asks the real claim for everything that is due, and lets whatever is
// not barred go.
func (f *field) claimAll() []survey.AttemptID {
	f.t.Helper()
	var out []survey.AttemptID
	chunks, err := f.ChunkDue(context.Background(), f.now, 500, 4)
	if err != nil {
		f.t.Error(err)
	}
	for _, c := range chunks {
		claimed, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 100, Now: f.now, AddressKeys: twoKeys, Gate: unlessBarred})
		if err != nil {
			f.t.Error(err)
		}
		for _, k := range claimed {
			out = append(out, k.AttemptID)
		}
	}
	slices.Sort(out)
	return out
}

func unlessBarred(k view.Candidate) view.Verdict {
	if k.Suppressed {
		return view.Verdict{Event: survey.AttemptCancel, Reason: survey.ReasonSuppressed}
	}
	return let(k)
}

// What waits for whoever is put on the list is withdrawn at once, on the channels
// and in the campaigns that are meant; what is planned later is stopped at the
// gate. Everybody else is left alone.
func TestAStopByStaffActsFromItsCommit(t *testing.T) {
	t.Parallel()
	const hers = "+84910000001"
	for name, c := range map[string]struct {
		target    view.StopTarget
		change    func(*field, *view.StopOrder)
		cancelled int
		left      string // attempts of hers that leave, then and later: channel and campaign
	}{
		"the person": {person(1), nil, 6, ""},
		"the person by SMS": {person(1), func(_ *field, o *view.StopOrder) { o.Channel = survey.SMS }, 2,
			"call khac, call vi-du, email khac, email vi-du"},
		"the person in one campaign": {person(1), func(f *field, o *view.StopOrder) { o.Campaign = &f.k }, 3, "call khac, email khac, sms khac"},
		"the number":                 {numberOf(hers), nil, 4, "email khac, email vi-du"},
		"the number by SMS": {numberOf(hers), func(_ *field, o *view.StopOrder) { o.Channel = survey.SMS }, 2,
			"call khac, call vi-du, email khac, email vi-du"},
		"the mailbox": {view.StopTarget{Kind: survey.EmailAddress, Address: "CTV00001@thu.example", Keys: twoKeys(survey.EmailAddress, "ctv00001@thu.example")},
			nil, 2, "call khac, call vi-du, sms khac, sms vi-du"},
		"somebody unknown": {numberOf("+84319999999"), nil, 0, "call khac, call vi-du, email khac, email vi-du, sms khac, sms vi-du"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newField(t, 2)
			other, more := f.campaign("khac")
			everybody := func(step string) {
				for _, inv := range append(slices.Clone(f.people), more...) {
					for _, ch := range survey.Channels() {
						f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: ch, Step: step, DueAt: f.now})
					}
				}
			}
			everybody("before")
			done := f.stopped(func(o *view.StopOrder) {
				if c.change != nil {
					c.change(f, o)
				}
			}, c.target)
			if len(done.IDs) != 1 || len(done.Standing) != 0 || done.Cancelled != c.cancelled || done.OnTheWire != 0 {
				t.Errorf("put %+v, want one entry and %d withdrawn", done, c.cancelled)
			}
			f.want(c.cancelled, "withdrawn", `SELECT count(*) FROM attempt WHERE state = 'cancelled' AND reason = 'suppressed' AND ended_at = $1`, f.now)
			f.want(c.cancelled, "told", `SELECT count(*) FROM event WHERE kind = 'attempt_cancelled' AND actor = 'lan' AND reason = 'suppressed'`)
			f.nothingStranded()
			before := f.Text(`SELECT coalesce(string_agg(a.channel || ' ' || k.name, ', ' ORDER BY a.channel, k.name), '') FROM attempt a
				JOIN invitation i ON i.id = a.invitation_id JOIN campaign k ON k.id = a.campaign_id WHERE i.contact_id = 1 AND a.state = 'queued'`)
			everybody("after")
			f.claimAll()
			for step, want := range map[string]string{"before": c.left, "after": c.left} {
				got := f.Text(`SELECT coalesce(string_agg(a.channel || ' ' || k.name, ', ' ORDER BY a.channel, k.name), '') FROM attempt a
					JOIN invitation i ON i.id = a.invitation_id JOIN campaign k ON k.id = a.campaign_id
					WHERE i.contact_id = 1 AND a.state = 'sending' AND a.step = $1`, step)
				if got != want {
					t.Errorf("%s: %q leave, want %q", step, got, want)
				}
			}
			if before != c.left {
				t.Errorf("%q were left in the queue, want %q", before, c.left)
			}
			f.want(12, "of the other person", `SELECT count(*) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
				WHERE i.contact_id = 2 AND a.state = 'sending'`)
			f.nothingStranded()
			_ = other
		})
	}
}

// On a shared number, whoever shares it is meant; at their own mailbox they are
// still reached.
func TestAStopOfASharedNumberMeansBoth(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.Exec(`UPDATE endpoint SET address = '+84910000001' WHERE kind = 'phone'`)
	f.queue(survey.SMS)
	f.queue(survey.Mail)
	if done := f.stopped(nil, numberOf("+84910000001")); done.Cancelled != 2 || len(done.Contacts) != 2 {
		t.Errorf("%+v", done)
	}
	if got := f.claimAll(); len(got) != 2 {
		t.Errorf("%d leave, want the mails", len(got))
	}
}

// What says the same already is not said twice: not by another member of staff,
// not at the same time, not under an older key. Something else is another entry.
func TestAStopIsSaidOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	const rounds = 15
	for round := range rounds {
		number := fmt.Sprintf("+84310000%03d", round)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if done := f.stopped(nil, numberOf(number)); len(done.IDs)+len(done.Standing) != 1 {
					t.Errorf("%+v", done)
				}
			})
		}
		wg.Wait()
	}
	f.want(rounds, "entries about a number", `SELECT count(*) FROM suppression`)
	f.stopped(nil, person(1))
	if done := f.stopped(nil, person(1)); len(done.IDs) != 0 || len(done.Standing) != 1 {
		t.Errorf("again: %+v", done)
	}
	f.want(rounds+1, "acts on record: none of what changed nothing", `SELECT count(*) FROM audit WHERE act = 'suppress' AND actor = 'lan' AND reason <> ''`)
	f.Exec(`DELETE FROM suppression WHERE contact_id IS NULL AND id > 1`)
	f.Exec(`UPDATE suppression SET address_key = $1 WHERE address_key IS NOT NULL`, twoKeys(survey.PhoneNumber, "+84310000000")[1])
	if done := f.stopped(nil, numberOf("+84310000000")); len(done.Standing) != 1 {
		t.Errorf("under an older key: %+v", done)
	}
	sms := func(o *view.StopOrder) { o.Channel = survey.SMS }
	here := func(o *view.StopOrder) { o.Campaign = &f.k }
	for _, change := range []func(*view.StopOrder){sms, here} {
		if done := f.stopped(change, person(1)); len(done.IDs) != 1 {
			t.Errorf("another entry: %+v", done)
		}
	}
	f.Exec(`UPDATE suppression SET lifted_at = now()`)
	if done := f.stopped(nil, person(1)); len(done.IDs) != 1 {
		t.Errorf("after it was lifted: %+v", done)
	}
	f.want(4, "acts that go with the person", `SELECT count(*) FROM audit WHERE act = 'suppress' AND contact_id = 1`)
}

func TestAStopOfManyIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	o := view.StopOrder{Targets: []view.StopTarget{person(1), person(99)}, Source: survey.StopByImport, Words: "x", Actor: "lan", Now: f.now}
	if _, err := f.PutStops(t.Context(), o); survey.KindOf(err) != survey.NotFound {
		t.Errorf("somebody who is gone: %v", err)
	}
	f.queue(survey.SMS)
	if done := f.stopped(func(o *view.StopOrder) { o.DryRun = true }, person(1), person(2)); len(done.IDs) != 2 || done.Cancelled != 2 || !done.DryRun {
		t.Errorf("a dry run: %+v", done)
	}
	f.want(0, "entries", `SELECT count(*) FROM suppression`)
	f.want(2, "queued", `SELECT count(*) FROM attempt WHERE state = 'queued'`)
	f.want(0, "traces", `SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM event)`)
}

// Whoever was merged is barred as who they are now, also when the merge is under
// way.
func TestAStopFollowsAMerge(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	tx, err := f.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`SELECT id FROM contact WHERE id IN (1, 2) FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`UPDATE contact SET merged_into = 2, left_at = now() WHERE id = 1`); err != nil {
		t.Fatal(err)
	}
	done := make(chan view.StopsPut, 1)
	go func() { done <- f.stopped(nil, person(1)) }()
	f.awaitLock()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := <-done; !slices.Contains(got.Contacts, 2) {
		t.Errorf("%+v", got)
	}
	f.want(1, "barred", `SELECT count(*) FROM suppression WHERE contact_id = 2`)
	f.want(0, "barred as who is gone", `SELECT count(*) FROM suppression WHERE contact_id = 1`)
}

// Two hundred are put on the list while workers claim as fast as they can: of
// nobody is anything taken in hand after the commit.
func TestNothingIsClaimedAfterAStopByStaff(t *testing.T) {
	t.Parallel()
	const people = 60
	f := newField(t, people)
	for _, ch := range []survey.Channel{survey.Mail, survey.SMS} {
		f.queue(ch)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var workers, staff sync.WaitGroup
	for range 3 {
		workers.Go(func() {
			for ctx.Err() == nil {
				chunks, err := f.ChunkDue(ctx, f.now, 20, 10)
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				for _, c := range chunks {
					for range 20 {
						_, seen, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 3, Now: f.now, AddressKeys: twoKeys, Gate: unlessBarred})
						if err != nil {
							t.Error(err)
						}
						if seen == 0 {
							break
						}
					}
				}
			}
		})
	}
	stops := make([]time.Time, people)
	for n := range 2 {
		staff.Go(func() {
			r := rand.New(rand.NewPCG(3, uint64(n)))
			for i := n; i < people; i += 2 {
				target := person(f.contacts[i])
				if r.IntN(2) == 0 {
					target = numberOf(f.Text(`SELECT address FROM endpoint WHERE contact_id = $1 AND kind = 'phone'`, f.contacts[i]))
				}
				f.stopped(nil, target)
				if err := f.SQL().QueryRow(`SELECT clock_timestamp()`).Scan(&stops[i]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	staff.Wait()
	cancel()
	workers.Wait()
	for i, at := range stops {
		f.want(0, "claimed after the stop", `SELECT count(*) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
			WHERE i.contact_id = $1 AND a.claimed_at > $2 AND (a.channel = 'sms' OR EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = $1))`,
			f.contacts[i], at)
	}
	f.want(people, "entries", `SELECT count(*) FROM suppression`)
}
