package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// bounded asks for attempts of a chunk at 100 đồng each, or of a sender's day.
func (f *field) bounded(c view.OpenChunk, limit int, change func(*view.Claim)) []view.Candidate {
	f.t.Helper()
	claim := view.Claim{Chunk: c.ID, Limit: limit, Now: f.now, Gate: let, AddressKeys: noKeys, Price: 100,
		LookAgain: f.now.Add(15 * time.Minute), NextDay: f.now.Add(20 * time.Hour),
		Day: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	change(&claim)
	out, _, err := f.ClaimAttempts(context.Background(), claim)
	if err != nil {
		f.t.Error(err)
	}
	return out
}

// spentIsKept holds the counter to the ledger.
func (f *field) spentIsKept() {
	f.t.Helper()
	f.want(0, "campaigns whose counter is not the sum of their costs", `
		SELECT count(*) FROM campaign_spend s WHERE s.spent <> coalesce((SELECT sum(cost) FROM attempt a WHERE a.campaign_id = s.campaign_id), 0)
			+ coalesce((SELECT sum(cost) FROM notice n WHERE n.campaign_id = s.campaign_id), 0)`)
}

func (f *field) budget(n int64) {
	f.t.Helper()
	f.Exec(`UPDATE campaign SET budget = $1`, n)
	f.Exec(`INSERT INTO campaign_spend (campaign_id, spent) VALUES ($1, 0)`, f.k.ID)
}

func TestNoMoreIsClaimedThanTheBudgetHolds(t *testing.T) {
	t.Parallel()
	f := newField(t, 30)
	f.budget(1250)
	f.queue(survey.SMS)
	c := f.chunk()
	var mu sync.Mutex
	var claimed []view.Candidate
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			got := f.bounded(c, 4, func(k *view.Claim) { k.Budgeted = true })
			mu.Lock()
			claimed = append(claimed, got...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if len(claimed) != 12 {
		t.Errorf("%d claimed, want 12 at 100 of 1250", len(claimed))
	}
	f.want(12, "put back", `SELECT count(*) FROM attempt WHERE state = 'queued' AND reason = 'budget' AND chunk_id IS NULL`)
	f.spentIsKept()
	f.nothingStranded()
	// What cost less leaves room for others; what never left gives all of it back.
	f.record(view.AttemptOutcome{ID: claimed[0].AttemptID, Event: survey.AttemptAccept, Cost: 40, Priced: true},
		view.AttemptOutcome{ID: claimed[1].AttemptID, Event: survey.AttemptPutBack, Reason: survey.ReasonRate, DueAt: f.now},
		view.AttemptOutcome{ID: claimed[2].AttemptID, Event: survey.AttemptRefuse, Cost: 100, Priced: true},
		view.AttemptOutcome{ID: claimed[3].AttemptID, Event: survey.AttemptDoubt, Cost: 100, Priced: true})
	f.spentIsKept()
	f.want(1250-1200+60+200, "left of the budget", `SELECT k.budget - s.spent FROM campaign k JOIN campaign_spend s ON s.campaign_id = k.id`)
	// In doubt it counts as dear as it was claimed; once known, as what it cost.
	f.record(view.AttemptOutcome{ID: claimed[3].AttemptID, Event: survey.AttemptDeliver})
	f.spentIsKept()
	f.want(100, "cost of one that was found to have left", `SELECT cost FROM attempt WHERE id = $1`, claimed[3].AttemptID)
}

func TestWhatTheBudgetNeverHoldsIsWithdrawnAtTheEnd(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.budget(100)
	f.queue(survey.SMS)
	c := f.chunk()
	f.Exec(`UPDATE campaign SET ends_at = $1`, f.now.Add(time.Minute))
	if got := f.bounded(c, 10, func(k *view.Claim) { k.Budgeted = true }); len(got) != 1 {
		t.Errorf("%d claimed", len(got))
	}
	f.want(1, "withdrawn", `SELECT count(*) FROM attempt WHERE state = 'cancelled' AND reason = 'budget'`)
}

func TestASendersDayIsNeverOverrun(t *testing.T) {
	t.Parallel()
	f := newField(t, 20)
	f.queue(survey.Mail)
	c := f.chunk()
	capped := func(day int, most int) func(*view.Claim) {
		return func(k *view.Claim) {
			k.SenderCap, k.Day = most, time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC)
		}
	}
	var mu sync.Mutex
	var claimed []view.Candidate
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			got := f.bounded(c, 2, capped(1, 5))
			mu.Lock()
			claimed = append(claimed, got...)
			mu.Unlock()
		})
	}
	wg.Wait()
	if len(claimed) != 5 {
		t.Fatalf("%d claimed, want 5", len(claimed))
	}
	f.want(5, "wait for tomorrow", `SELECT count(*) FROM attempt_waiting WHERE due_at = $1`, f.now.Add(20*time.Hour))
	f.want(0, "others put back", `SELECT count(*) FROM attempt WHERE state = 'queued' AND chunk_id IS NULL AND reason <> 'sender_cap'`)
	// What was claimed and did not leave takes nothing of the day.
	f.record(view.AttemptOutcome{ID: claimed[0].AttemptID, Event: survey.AttemptPutBack, Reason: survey.ReasonRate, DueAt: f.now})
	if got := f.bounded(c, 3, capped(1, 5)); len(got) != 1 {
		t.Errorf("%d claimed after one was given back", len(got))
	}
	if got := f.bounded(c, 3, capped(2, 5)); len(got) != 3 {
		t.Errorf("%d claimed on the next day", len(got))
	}
}

func TestTheFirstDayOfARampIsRemembered(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.Exec(`UPDATE sender SET warmup = 2`)
	f.queue(survey.Mail)
	c := f.chunk()
	f.bounded(c, 1, func(k *view.Claim) { k.SenderCap = 2 })
	info, err := f.TakeChunk(t.Context(), c)
	if err != nil || info.Sender.Warmup != 2 || !info.Sender.FirstDay.Equal(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", info.Sender, err)
	}
}

// A chunk in hand is filled up with what is due, as long as it is in hand.
func TestAChunkIsFilledUp(t *testing.T) {
	t.Parallel()
	f := newField(t, 7)
	f.queue(survey.Mail)
	out, err := f.ChunkDue(t.Context(), f.now, 3, 1)
	if err != nil || len(out) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	c := out[0]
	for i, want := range []int{3, 1, 0} {
		if n, err := f.RefillChunk(t.Context(), c, f.now, 3); err != nil || n != want {
			t.Errorf("refill %d brought %d, %v; want %d", i, n, err, want)
		}
	}
	f.want(7, "in the chunk", `SELECT count(*) FROM attempt WHERE chunk_id = $1`, c.ID)
	f.nothingStranded()
	f.queueMore()
	if n, _ := f.RefillChunk(t.Context(), view.OpenChunk{ID: c.ID, Generation: 9}, f.now, 3); n != 0 {
		t.Errorf("a stale generation was filled up with %d", n)
	}
	f.Exec(`UPDATE campaign SET state = 'paused'`)
	if n, _ := f.RefillChunk(t.Context(), c, f.now, 3); n != 0 {
		t.Errorf("in a pause %d were filled in", n)
	}
}

// queueMore gives everybody a second try.
func (f *field) queueMore() {
	f.t.Helper()
	for _, inv := range f.people {
		f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Mail, Try: 2, DueAt: f.now})
	}
}
