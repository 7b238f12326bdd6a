package postgres_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func (f *field) open() int {
	f.t.Helper()
	return f.Int(`SELECT count(*) FROM chunk WHERE state = 'open'`)
}

func TestChunksAreLimitedPerCampaignAndSender(t *testing.T) {
	t.Parallel()
	f := newField(t, 10)
	f.queue(survey.Mail)
	f.queue(survey.SMS)
	f.k, f.people = f.campaign("another")
	f.queue(survey.Mail)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := f.ChunkDue(context.Background(), f.now, 2, 3); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.want(9, "open chunks", `SELECT count(*) FROM chunk WHERE state = 'open'`)
	f.want(3, "pairs of campaign and sender", `SELECT count(DISTINCT (campaign_id, sender_id)) FROM chunk`)
	f.want(0, "pairs with more than three", `SELECT count(*) FROM (SELECT 1 FROM chunk GROUP BY campaign_id, sender_id HAVING count(*) > 3) AS x`)
	f.want(0, "chunks of other than two", `SELECT count(*) FROM (SELECT 1 FROM attempt WHERE chunk_id IS NOT NULL GROUP BY chunk_id HAVING count(*) <> 2) AS x`)
	f.nothingStranded()
	// One is done: there is room for one more.
	f.Exec(`UPDATE attempt SET state = 'sent' WHERE chunk_id = 1`)
	f.Exec(`UPDATE chunk SET state = 'done' WHERE id = 1`)
	if more, err := f.ChunkDue(t.Context(), f.now, 2, 3); err != nil || len(more) != 1 {
		t.Errorf("%d more chunks, %v; want 1", len(more), err)
	}
}

// A chunk is filled by looks into indexes, also when Postgres last counted what waits
// while nothing did, and so takes it for one row: a campaign begins like that.
func TestAChunkIsFilledByIndex(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	f.Exec(`VACUUM ANALYZE attempt_waiting`)
	f.Exec(`INSERT INTO contact (name, name_folded, random_number) SELECT 'Ví Dụ', 'vi du', n FROM generate_series(1, 3000) AS n`)
	f.Exec(`INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, state)
		SELECT $1, id, '', 0, 1, 1, 'open' FROM contact`, f.k.ID)
	f.Exec(`INSERT INTO attempt (campaign_id, invitation_id, step, channel, try, sender_id, state, due_at, planned_at)
		SELECT i.campaign_id, i.id, 'mail', 'email', 1, $1, 'queued', $2, $2 FROM invitation i`, f.senders[survey.Mail], f.now)
	f.Exec(`INSERT INTO attempt_waiting (attempt_id, campaign_id, step, channel, sender_id, due_at)
		SELECT id, campaign_id, step, channel, sender_id, due_at FROM attempt`)
	plan := f.explained(strings.NewReplacer("$1", "1", "$2", f.Text(`SELECT max(id)::text FROM campaign`), "$3", "'mail'", "$4", "'email'",
		"$5", f.Text(`SELECT max(sender_id)::text FROM attempt`), "$6", "'"+f.now.Format(time.RFC3339)+"'", "$7", "500").Replace(postgres.FillQuery()))
	f.want(500, "in the chunk", `SELECT count(*) FROM attempt WHERE chunk_id = 1`)
	f.want(2500, "still waiting", `SELECT count(*) FROM attempt_waiting`)
	if strings.Contains(plan, "Join Filter") || !strings.Contains(plan, "Index Cond: (attempt_id = ANY") {
		t.Errorf("what waits is read for each that is due:\n%s", plan)
	}
}

func TestNothingIsFedBeforeItIsDueOrInAPause(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	none := func(at time.Time) {
		t.Helper()
		if out, err := f.ChunkDue(t.Context(), at, 500, 4); err != nil || len(out) != 0 {
			t.Errorf("chunks %v, %v; want none", out, err)
		}
	}
	none(f.now.Add(-time.Second))
	f.Exec(`UPDATE campaign SET state = 'paused'`)
	none(f.now)
	f.want(0, "chunks", `SELECT count(*) FROM chunk`)
}

// A waiting row that outlived its attempt is cleared away, and makes no chunk.
func TestAWaitingRowWithoutAQueuedAttemptIsCleared(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.queue(survey.Mail)
	f.Exec(`UPDATE attempt SET state = 'cancelled'`)
	if out, err := f.ChunkDue(t.Context(), f.now, 500, 4); err != nil || len(out) != 0 {
		t.Errorf("chunks %v, %v; want none", out, err)
	}
	f.want(0, "waiting", `SELECT count(*) FROM attempt_waiting`)
	f.want(0, "chunks", `SELECT count(*) FROM chunk`)
}

func TestAStaleGenerationIsNothing(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.Mail)
	c := f.chunk()
	info, err := f.TakeChunk(t.Context(), c)
	if err != nil || info.CampaignID != f.k.ID || info.Step != "email" || info.Sender.ID != f.senders[survey.Mail] {
		t.Fatalf("took %+v, %v", info, err)
	}
	if swept, err := f.SweepChunks(t.Context(), 10); err != nil || len(swept) != 0 {
		t.Fatalf("swept %v, %v though its lease holds", swept, err)
	}
	f.Exec(`UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'`)
	swept, err := f.SweepChunks(t.Context(), 10)
	if err != nil || len(swept) != 1 || swept[0] != (view.OpenChunk{ID: c.ID, Generation: 2}) {
		t.Fatalf("swept %v, %v", swept, err)
	}
	if again, err := f.SweepChunks(t.Context(), 10); err != nil || len(again) != 0 {
		t.Errorf("swept twice: %v, %v", again, err)
	}
	if _, err := f.TakeChunk(t.Context(), c); survey.KindOf(err) != survey.NotFound {
		t.Errorf("a stale generation was taken: %v", err)
	}
	f.Exec(`UPDATE attempt SET state = 'sent'`)
	for _, stale := range []func(context.Context, view.OpenChunk) error{f.FinishChunk, f.YieldChunk} {
		if err := stale(t.Context(), c); err != nil {
			t.Error(err)
		}
	}
	f.want(1, "open with a lease", `SELECT count(*) FROM chunk WHERE state = 'open' AND lease_until > clock_timestamp()`)
	if err := f.FinishChunk(t.Context(), swept[0]); err != nil {
		t.Error(err)
	}
	if _, err := f.TakeChunk(t.Context(), swept[0]); survey.KindOf(err) != survey.NotFound {
		t.Errorf("a chunk that is done was taken: %v", err)
	}
}

func TestAYieldedChunkIsSweptAtOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.Mail)
	if err := f.YieldChunk(t.Context(), f.chunk()); err != nil {
		t.Fatal(err)
	}
	if swept, err := f.SweepChunks(t.Context(), 10); err != nil || len(swept) != 1 {
		t.Errorf("swept %v, %v; want the chunk", swept, err)
	}
}

func TestAChunkIsFinishedOnlyWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.queue(survey.Mail)
	c := f.chunk()
	for _, s := range survey.AttemptMachine().States {
		f.Exec(`UPDATE chunk SET state = 'open'`)
		f.Exec(`UPDATE attempt SET state = $1`, s)
		if err := f.FinishChunk(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		under := s == survey.AttemptQueued || s == survey.AttemptSending
		if open := f.open() == 1; open != under {
			t.Errorf("with an attempt that is %s the chunk is open: %t", s, open)
		}
	}
}

// All of a chunk is withdrawn while nobody has it. It must not stay open: it
// would take the room of others for ever.
func TestAChunkWhoseAttemptsAreAllWithdrawnComesToItsEnd(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	f.queue(survey.Mail)
	f.chunk()
	for _, inv := range f.people {
		f.change(inv, view.Change{Cancel: survey.ReasonRefused})
	}
	f.Exec(`UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'`)
	swept, err := f.SweepChunks(t.Context(), 10)
	if err != nil || len(swept) != 1 {
		t.Fatalf("swept %v, %v", swept, err)
	}
	if _, err := f.TakeChunk(t.Context(), swept[0]); err != nil {
		t.Fatal(err)
	}
	_, seen, err := f.ClaimAttempts(t.Context(), view.Claim{Chunk: swept[0].ID, Limit: 10, Now: f.now, Gate: let, AddressKeys: noKeys})
	if err != nil || seen != 0 {
		t.Fatalf("%d seen, %v", seen, err)
	}
	if err := f.FinishChunk(t.Context(), swept[0]); err != nil {
		t.Fatal(err)
	}
	if n := f.open(); n != 0 {
		t.Errorf("%d chunks are open", n)
	}
}
