package postgres_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (f *field) move(ev survey.CampaignEvent) {
	f.t.Helper()
	m := view.CampaignMove{ID: f.k.ID, Event: ev, Actor: "lan", Reason: survey.ReasonStaff, Words: "mất điện", Now: f.now}
	if err := f.MoveCampaign(f.t.Context(), m); err != nil {
		f.t.Fatal(err)
	}
}

// unlessPaused is the part of the worker's gate that knows a pause.
func unlessPaused(now time.Time) func(view.Candidate) view.Verdict {
	return func(k view.Candidate) view.Verdict {
		if k.CampaignState == survey.CampaignPaused {
			return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonPaused, DueAt: now.Add(10 * time.Minute)}
		}
		return let(k)
	}
}

// A pause stops claims from its commit on. What was claimed before is finished;
// what was in a chunk goes back, nothing comes into one, and a resume takes up
// all of it at once.
func TestNothingIsClaimedAfterAPause(t *testing.T) {
	t.Parallel()
	f := newField(t, 6)
	f.queue(survey.Mail)
	c := f.chunk()
	before := f.claim(c, 2, unlessPaused(f.now))
	f.move(survey.CampaignPause)
	if got := f.claim(c, 10, unlessPaused(f.now)); len(before) != 2 || len(got) != 0 {
		t.Fatalf("claimed %d before and %d after the pause, want 2 and 0", len(before), len(got))
	}
	f.want(4, "put back for the pause", `SELECT count(*) FROM attempt WHERE state = 'queued' AND reason = 'paused' AND chunk_id IS NULL AND due_at > $1`, f.now)
	f.record(view.AttemptOutcome{ID: before[0].AttemptID, Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver, ProviderID: "m1"},
		view.AttemptOutcome{ID: before[1].AttemptID, Event: survey.AttemptPutBack, Reason: survey.ReasonDeadline, DueAt: f.now})
	f.want(1, "finished", `SELECT count(*) FROM attempt WHERE state = 'sent'`)
	f.now = f.now.Add(time.Hour)
	if chunks, err := f.ChunkDue(t.Context(), f.now, 500, 4); err != nil || len(chunks) != 0 {
		t.Errorf("%d chunks of a paused campaign, %v", len(chunks), err)
	}
	if n, err := f.RefillChunk(t.Context(), c, f.now, 500); err != nil || n != 0 {
		t.Errorf("%d attempts put into the chunk of a paused campaign, %v", n, err)
	}
	f.nothingStranded()
	f.want(1, "who, what and what it was before", `SELECT count(*) FROM event WHERE kind = 'campaign_moved' AND actor = 'lan'
		AND args->>'event' = 'pause' AND args->>'from' = 'fielding' AND args->>'to' = 'paused'`)

	// Ten minutes have not passed when the campaign goes on.
	f.now = f.now.Add(-55 * time.Minute)
	f.move(survey.CampaignResume)
	f.want(5, "due at once", `SELECT count(*) FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id WHERE w.due_at <= $1 AND a.due_at <= $1`, f.now)
	if got := f.claim(f.chunk(), 10, unlessPaused(f.now)); len(got) != 5 {
		t.Errorf("claimed %d after the resume, want 5", len(got))
	}
	f.nothingStranded()
}

// A claim that is under way when somebody pauses is the batch in flight: the pause
// waits until it is written, and nothing is claimed after that.
func TestAClaimUnderWayIsTheBatchInFlight(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	c := f.chunk()
	inside, release := make(chan struct{}), make(chan struct{})
	once := sync.Once{}
	got := make(chan int, 1)
	go func() {
		claimed, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 2, Now: f.now, AddressKeys: noKeys,
			Gate: func(k view.Candidate) view.Verdict {
				once.Do(func() { close(inside); <-release })
				return unlessPaused(f.now)(k)
			}})
		if err != nil {
			t.Error(err)
		}
		got <- len(claimed)
	}()
	<-inside
	paused := make(chan error, 1)
	go func() {
		paused <- f.MoveCampaign(context.Background(), view.CampaignMove{ID: f.k.ID, Event: survey.CampaignPause, Actor: "lan",
			Reason: survey.ReasonStaff, Words: "mất điện", Now: f.now})
	}()
	for f.Int(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) == 0 {
		select {
		case err := <-paused:
			t.Errorf("paused (%v) while a claim was under way", err)
			close(release)
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
	// A claim that comes now waits for the pause, and does not slip in before it.
	came := make(chan int, 1)
	go func() {
		claimed, _, err := f.ClaimAttempts(context.Background(), view.Claim{Chunk: c.ID, Limit: 10, Now: f.now, AddressKeys: noKeys, Gate: unlessPaused(f.now)})
		if err != nil {
			t.Error(err)
		}
		came <- len(claimed)
	}()
	for f.Int(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) < 2 {
		select {
		case n := <-came:
			t.Errorf("claimed %d while a pause waited", n)
			came <- n
			close(release)
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
	close(release)
	if n := <-came; n != 0 {
		t.Errorf("claimed %d after the pause", n)
	}
	if err := <-paused; err != nil {
		t.Error(err)
	}
	if n := <-got; n != 2 {
		t.Errorf("claimed %d, want the batch that was under way", n)
	}
	if after := f.claim(c, 10, unlessPaused(f.now)); len(after) != 0 {
		t.Errorf("claimed %d after it", len(after))
	}
}

// What is woken is what waited for that and nothing else.
func TestAResumeWakesOnlyWhatThePausePutBack(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	ids := f.queue(survey.Mail)
	later := f.now.Add(time.Hour)
	for i, why := range []survey.Reason{survey.ReasonPaused, survey.ReasonWindow, survey.ReasonBudget, survey.ReasonCap} {
		f.Exec(`UPDATE attempt SET reason = $2, due_at = $3 WHERE id = $1`, ids[i], why, later)
		f.Exec(`UPDATE attempt_waiting SET due_at = $2 WHERE attempt_id = $1`, ids[i], later)
	}
	f.move(survey.CampaignPause)
	f.move(survey.CampaignResume)
	f.want(1, "due", `SELECT count(*) FROM attempt WHERE due_at = $1 AND reason = 'paused'`, f.now)
	f.want(3, "waiting as before", `SELECT count(*) FROM attempt_waiting WHERE due_at = $1`, later)
	f.set(view.Settings{Budget: 1000})
	f.want(1, "due: a first budget lets nothing go", `SELECT count(*) FROM attempt WHERE due_at = $1`, f.now)
	f.set(view.Settings{Budget: 2000})
	f.want(1, "due: a greater one does", `SELECT count(*) FROM attempt WHERE due_at = $1 AND reason = 'budget'`, f.now)
}

func (f *field) set(to view.Settings) {
	f.t.Helper()
	k, err := f.Campaign(context.Background(), f.k.ID)
	if err == nil {
		_, err = f.SetCampaign(context.Background(), view.SettingsOrder{ID: f.k.ID, From: view.Settings{Rate: k.Rate, Budget: k.Budget}, To: to,
			Actor: "lan", Words: "x", Now: f.now})
	}
	if err != nil {
		f.t.Error(err)
	}
}

// While a budget is set, changed and taken away, claims and outcomes go on: what is
// counted as spent is the sum of the ledger all the same.
func TestABudgetSetInFlightIsCountedExactly(t *testing.T) {
	t.Parallel()
	f := newField(t, 120)
	f.queue(survey.SMS)
	c := f.chunk()
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(7, uint64(n)))
			for range 12 {
				got := f.bounded(c, 1+r.IntN(4), func(*view.Claim) {})
				var outcomes []view.AttemptOutcome
				for _, k := range got {
					o := view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptAccept, Cost: int64(r.IntN(300)), Priced: true}
					if r.IntN(3) == 0 {
						o = view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent}
					}
					outcomes = append(outcomes, o)
				}
				if err := f.RecordOutcomes(context.Background(), f.now, outcomes); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 10 {
			f.set(view.Settings{Rate: float64(i), Budget: int64(i%3) * 100_000})
		}
	})
	wg.Wait()
	f.spentIsKept()
	f.want(1, "counters", `SELECT count(*) FROM campaign_spend`)
	f.want(1, "money spent", `SELECT count(*) FROM campaign_spend WHERE spent > 0`)
	f.nothingStranded()
}

// A worker that looked before does not know of the budget yet: the claim does.
func TestAClaimIsHeldToTheBudgetOfNow(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.queue(survey.SMS)
	c := f.chunk()
	f.set(view.Settings{Budget: 300})
	if got := f.bounded(c, 10, func(k *view.Claim) { k.Budgeted = false }); len(got) != 3 {
		t.Errorf("claimed %d of 100 each, with a budget of 300", len(got))
	}
	f.spentIsKept()
	f.set(view.Settings{})
	if got := f.bounded(f.chunk(), 10, func(k *view.Claim) { k.Budgeted = true }); len(got) != 7 {
		t.Errorf("claimed %d without a budget, want the other 7", len(got))
	}
	f.spentIsKept()
}

// A replicate that is released, or an end that is moved, while a scheduler thinks
// that the campaign is finished: it is not closed.
func TestACampaignIsClosedOnlyIfItIsStillFinished(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.11', closed_at = $1, plan_at = NULL`, f.now)
	f.Exec(`INSERT INTO replicate (campaign_id, number) VALUES ($1, 1)`, f.k.ID)
	f.MakeInvitation(survey.Invitation{CampaignID: f.k.ID, ContactID: f.MakeContact(survey.Contact{}), Replicate: 1, State: survey.InvitationHeld})
	f.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start) VALUES ($1, '', 2, 2, 0)`, f.k.ID)
	for round := range 20 {
		f.Exec(`UPDATE campaign SET state = 'fielding', closed_at = NULL, ends_at = $1`, f.k.EndsAt)
		f.Exec(`UPDATE replicate SET state = 'held', released_at = NULL WHERE number = 1`)
		f.Exec(`UPDATE invitation SET state = 'held', disposition = NULL, closed_at = NULL, plan_at = NULL WHERE replicate = 1`)
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := f.CloseFinished(context.Background(), f.k.EndsAt); err != nil {
				t.Error(err)
			}
		})
		released := false
		wg.Go(func() {
			n, err := f.ReleaseHeld(context.Background(), view.ReleaseOrder{ID: f.k.ID, Number: 1, Actor: "lan", Words: "x", Now: f.k.EndsAt.Add(-time.Second)})
			released = n == 1
			if err != nil && survey.KindOf(err) != survey.Conflict {
				t.Error(err)
			}
		})
		wg.Wait()
		closed := f.Int(`SELECT count(*) FROM campaign WHERE state = 'closed'`) == 1
		open := f.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`)
		if closed == released || released != (open == 1) {
			t.Fatalf("round %d: closed %v, released %v, %d cases open", round, closed, released, open)
		}
	}
}
