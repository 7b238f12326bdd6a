package dispatch_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// heard is a queue that remembers.
type heard struct {
	mu    sync.Mutex
	tasks []queue.Task
	away  error
}

func (h *heard) Enqueue(_ context.Context, tasks ...queue.Task) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away != nil {
		return h.away
	}
	h.tasks = append(h.tasks, tasks...)
	return nil
}

func (h *heard) count(k queue.Kind) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, t := range h.tasks {
		if t.Kind == k {
			n++
		}
	}
	return n
}

// at is a business clock that stands still.
func at(t time.Time) survey.Clock { return survey.NewClock(func() time.Time { return t }) }

func fielding(t *testing.T, people int) (*pgtest.DB, survey.Campaign) {
	t.Helper()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{})
	for i := range people {
		db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(i + 1))})
	}
	return db, k
}

func tick(t *testing.T, db *pgtest.DB, q queue.Enqueuer, now time.Time) {
	t.Helper()
	s := dispatch.NewScheduler(db.DB, q, at(now), slog.New(slog.DiscardHandler))
	if err := s.Tick(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestATickPlansChunksAndTells(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 7)
	var q heard
	tick(t, db, &q, k.LaunchedAt.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND chunk_id IS NOT NULL`); n != 7 {
		t.Errorf("%d attempts in chunks, want 7", n)
	}
	if n := q.count(queue.SendChunk); n != 1 {
		t.Errorf("%d chunks enqueued, want 1", n)
	}
	tick(t, db, &q, k.LaunchedAt.Add(2*time.Minute))
	if n := db.Int(`SELECT count(*) FROM attempt`); n != 7 {
		t.Errorf("a second tick planned again: %d attempts", n)
	}
}

func TestTwoSchedulersPlanEverybodyOnce(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 300)
	var q heard
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				s := dispatch.NewScheduler(db.DB, &q, at(k.LaunchedAt.Add(time.Minute)), slog.New(slog.DiscardHandler))
				if err := s.Tick(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := db.Int(`SELECT count(*) FROM attempt`); n != 300 {
		t.Errorf("%d attempts, want 300", n)
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE chunk_id IS NULL`); n != 0 {
		t.Errorf("%d attempts in no chunk", n)
	}
}

// Redis is wiped, or the hint never arrived: the sweeper says it again.
func TestALostHintIsSaidAgain(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 3)
	var q heard
	q.away = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway}
	s := dispatch.NewScheduler(db.DB, &q, at(k.LaunchedAt.Add(time.Minute)), slog.New(slog.DiscardHandler))
	if err := s.Tick(context.Background()); survey.KindOf(err) != survey.Unavailable {
		t.Fatalf("Tick with the queue away: %v", err)
	}
	q.away = nil
	db.Exec(`UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'`)
	tick(t, db, &q, k.LaunchedAt.Add(2*time.Minute))
	if n := q.count(queue.SendChunk); n != 1 {
		t.Errorf("%d chunks enqueued, want 1", n)
	}
}

func TestTheEndGivesEveryCaseADispositionAndClosesTheCampaign(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 5)
	var q heard
	tick(t, db, &q, k.LaunchedAt.Add(time.Minute))
	tick(t, db, &q, k.EndsAt.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'closed' AND disposition <> ''`); n != 5 {
		t.Errorf("%d cases closed, want 5", n)
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE state = 'cancelled'`); n != 5 {
		t.Errorf("%d queued attempts withdrawn, want 5", n)
	}
	if s := db.Text(`SELECT state FROM campaign`); s != "closed" {
		t.Errorf("campaign is %s", s)
	}
}

// Whoever has no address at all is closed at once, not kept waiting.
func TestWhoCannotBeReachedIsClosed(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 0)
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(survey.Contact{Name: "Lê Hà"})})
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM invitation WHERE id = $1 AND state = 'closed'`, inv); n != 1 {
		t.Error("the case is still open")
	}
}

// What cannot be applied is hinted at once a slot, not at every tick.
func TestHintsAreGivenOncePerSlot(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 1)
	db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload)
		SELECT 'text', 't', n::text, clock_timestamp() - interval '1 minute', CASE WHEN n < 3 THEN (SELECT id FROM invitation) END, '{}'
		FROM generate_series(1, 3) AS n`)
	var q heard
	now := k.LaunchedAt.Truncate(time.Minute)
	s := dispatch.NewScheduler(db.DB, &q, survey.NewClock(func() time.Time { return now }), slog.New(slog.DiscardHandler))
	for n, second := range []int{0, 1, 4, 5, 9} {
		now = k.LaunchedAt.Truncate(time.Minute).Add(time.Duration(second) * time.Second)
		if err := s.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := 1
		if n >= 3 {
			want = 2
		}
		for _, kind := range []queue.Kind{queue.Resolve, queue.Ingest, queue.IngestStray} {
			if got := q.count(kind); got != want {
				t.Errorf("after %d s: %d hints to %s, want %d", second, got, kind, want)
			}
		}
	}
}

// More than one slot has room for, none of which can be applied: everybody is
// hinted at in turn.
func TestHintsGoRoundTheInbox(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 0)
	db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, payload)
		SELECT 'text', 't', n::text, clock_timestamp() - interval '1 minute', '{}' FROM generate_series(1, 201) AS n`)
	var q heard
	now := k.LaunchedAt.Truncate(time.Minute)
	s := dispatch.NewScheduler(db.DB, &q, survey.NewClock(func() time.Time { return now }), slog.New(slog.DiscardHandler))
	for i, want := range []int{200, 201, 401} {
		if err := s.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := q.count(queue.IngestStray); got != want {
			t.Errorf("after %d slots: %d hints, want %d", i+1, got, want)
		}
		now = now.Add(5 * time.Second)
	}
}

// A hint that the queue did not take is given again.
func TestAHintThatWasNotTakenIsGivenAgain(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 0)
	q := heard{away: &survey.Error{Kind: survey.Unavailable, Code: survey.CodeQueueAway}}
	s := dispatch.NewScheduler(db.DB, &q, at(k.LaunchedAt), slog.New(slog.DiscardHandler))
	if err := s.Tick(t.Context()); err == nil {
		t.Error("nobody said that the queue is away")
	}
	q.away = nil
	if err := s.Tick(t.Context()); err != nil || q.count(queue.Resolve) != 1 {
		t.Errorf("%d hints, %v", q.count(queue.Resolve), err)
	}
}

// The only sender that can hold a conversation is taken out of use: its cases
// wait, and everybody else is planned.
func TestAMissingSenderHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 3)
	talk := k.Protocol
	talk.Steps = []survey.Step{{Name: "talk", Channel: survey.SMS, Text: "invitation", Conversation: true}}
	other := db.MakeCampaign(survey.Campaign{Name: "talk", Protocol: talk})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: other.ID, ContactID: 1})
	db.Exec(`UPDATE sender SET can_receive = false WHERE channel = 'sms'`)
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute))
	if n := db.Int(`SELECT count(*) FROM attempt WHERE invitation_id <> $1`, inv); n != 3 {
		t.Errorf("%d of the others have an attempt, want 3", n)
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE id = $1 AND state = 'open' AND plan_at > $2 AND plan_at < $3`, inv,
		k.LaunchedAt.Add(time.Minute), k.LaunchedAt.Add(time.Hour)); n != 1 {
		t.Error("the case does not wait for a sender")
	}
	db.Exec(`UPDATE sender SET can_receive = true`)
	tick(t, db, &heard{}, k.LaunchedAt.Add(30*time.Minute))
	if n := db.Int(`SELECT count(*) FROM attempt WHERE invitation_id = $1`, inv); n != 1 {
		t.Errorf("%d attempts once there is a sender, want 1", n)
	}
}

// A protocol that this build cannot read contacts nobody, and still comes to its
// end: the scheduler must not look at such cases for ever.
func TestAnUnreadableProtocolComesToItsEnd(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 600) // more than are planned at once
	db.Exec(`UPDATE campaign SET protocol = jsonb_set(protocol, '{zone}', '"Nowhere/None"')`)
	tick(t, db, &heard{}, k.LaunchedAt.Add(time.Minute))
	tick(t, db, &heard{}, k.EndsAt)
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'closed' AND disposition_reason = 'ended'`); n != 600 {
		t.Errorf("%d cases closed, want 600", n)
	}
	if n := db.Int(`SELECT count(*) FROM attempt`); n != 0 {
		t.Errorf("%d attempts", n)
	}
}
