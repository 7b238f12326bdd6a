package worker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/protocol"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/dispatch/wording"
	"canvass/templates"
	"canvass/worker/channel"
	"canvass/worker/ingest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// wire is a provider in memory: it keeps what it was given and answers as told.
type wire struct {
	mu   sync.Mutex
	got  []channel.Message
	fail func(n int, m channel.Message) error
}

func (w *wire) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		if err := w.fail(len(w.got), m); err != nil {
			return channel.Receipt{}, err
		}
	}
	w.got = append(w.got, m)
	return channel.Receipt{ProviderID: "p-" + m.Ref}, nil
}

func (w *wire) times() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{}
	for _, m := range w.got {
		out[m.Ref]++
	}
	return out
}

// free paces nothing.
type free struct{}

func (free) Reserve(context.Context, time.Duration, ...queue.Limit) (time.Duration, bool, error) {
	return 0, true, nil
}

func (free) Slow(context.Context, string) (time.Duration, error) { return 0, nil }

func (free) Recovered(context.Context, string) error { return nil }

func (free) Rests(context.Context, []string) (map[string]queue.Rest, error) { return nil, nil }

// silent enqueues nothing: these tests hand out the tasks themselves.
type silent struct{}

func (silent) Enqueue(context.Context, ...queue.Task) error { return nil }

type rig struct {
	*Worker
	db       *pgtest.DB
	wire     *wire
	campaign survey.Campaign
	people   []survey.InvitationID
	now      time.Time
}

// newRig has n people in a campaign in the field, each with a mail queued.
func newRig(t testing.TB, n int) *rig {
	t.Helper()
	r := &rig{db: pgtest.New(t), wire: &wire{}, now: pgtest.Day().Add(time.Hour)}
	r.db.MakeSenders()
	r.campaign = r.db.MakeCampaign(survey.Campaign{EndsAt: pgtest.Day().Add(7 * 24 * time.Hour)})
	r.db.Exec(`INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, $2, 'x', $3)`, r.campaign.ID, r.now, n)
	for i := range n {
		inv := r.db.MakeInvitation(survey.Invitation{CampaignID: r.campaign.ID, ContactID: r.db.MakeContact(pgtest.Reachable(i + 1))})
		hash := sha256.Sum256(fmt.Appendf(nil, "token %d", inv))
		r.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($1, $2, 'form', 1, 'k')`, hash[:], inv)
		r.db.MakeAttempt(survey.Attempt{CampaignID: r.campaign.ID, InvitationID: inv, Step: r.campaign.Protocol.Steps[0].Name,
			Channel: survey.Mail, Try: 1, State: survey.AttemptQueued, DueAt: r.now})
		r.people = append(r.people, inv)
	}
	keys, err := token.NewKeyring(token.Key{ID: "k", Secret: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	set, err := templates.New()
	if err != nil {
		t.Fatal(err)
	}
	clock := survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: r.now, Speed: 1})
	r.Worker = New(Config{Store: r.db.DB, Ingest: ingest.New(r.db.DB, silent{}, clock, keys), Pace: free{}, Keys: keys,
		Channels: map[survey.Channel]channel.Sender{survey.Mail: r.wire, survey.SMS: r.wire, survey.Call: r.wire},
		Words:    wording.New(set), Clock: clock, PublicURL: "https://ks.lamxuyen.example", Logger: slog.New(slog.DiscardHandler)})
	return r
}

// chunks puts what is due into chunks.
func (r *rig) chunks(t *testing.T) []queue.Task {
	t.Helper()
	open, err := r.db.ChunkDue(context.Background(), r.Clock.Now().Add(time.Minute), 500, 4)
	if err != nil {
		t.Fatal(err)
	}
	var out []queue.Task
	for _, c := range open {
		out = append(out, queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation})
	}
	return out
}

func (r *rig) states() map[string]int {
	out := map[string]int{}
	for _, s := range survey.AttemptMachine().States {
		if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = $1`, string(s)); n > 0 {
			out[string(s)] = n
		}
	}
	return out
}

func TestAChunkIsSentOnceHoweverManyWorkersHaveIt(t *testing.T) {
	t.Parallel()
	r := newRig(t, 230)
	tasks := r.chunks(t)
	if len(tasks) != 1 {
		t.Fatalf("%d chunks, want 1", len(tasks))
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := r.sendChunk(context.Background(), tasks[0]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for ref, n := range r.wire.times() {
		if n != 1 {
			t.Errorf("%s was sent %d times", ref, n)
		}
	}
	if got := r.states(); got["sent"] != 230 || len(got) != 1 {
		t.Errorf("states %v, want 230 sent", got)
	}
	if n := r.db.Int(`SELECT count(*) FROM chunk WHERE state = 'open'`); n != 0 {
		t.Errorf("%d chunks are still open", n)
	}
}

func TestOutcomesFollowTheInterpreter(t *testing.T) {
	t.Parallel()
	r := newRig(t, 5)
	byRef := map[string]error{
		attemptRef(1): &channel.SendError{Class: channel.Temporary, Code: "450 4.7.1"},
		attemptRef(2): &channel.SendError{Class: channel.Permanent, Code: "550 5.1.1", DeadEndpoint: true},
		attemptRef(3): &channel.SendError{Class: channel.Unknown},
		attemptRef(4): &channel.SendError{Class: channel.OptedOut},
	}
	r.wire.fail = func(_ int, m channel.Message) error { return byRef[m.Ref] }
	for _, task := range r.chunks(t) {
		if err := r.sendChunk(context.Background(), task); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{"queued": 1, "failed": 2, "unknown": 1, "sent": 1}
	if got := r.states(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("states %v, want %v", got, want)
	}
	if n := r.db.Int(`SELECT count(*) FROM endpoint WHERE status = 'dead'`); n != 1 {
		t.Errorf("%d dead endpoints, want 1", n)
	}
	if n := r.db.Int(`SELECT count(*) FROM suppression WHERE channel = 'email' AND source = 'provider'`); n != 1 {
		t.Errorf("%d suppressions, want 1", n)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt_doubt`); n != 1 {
		t.Errorf("%d doubts, want 1", n)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id
		WHERE a.chunk_id IS NULL AND w.due_at > $1`, r.now.Add(4*time.Minute)); n != 1 {
		t.Errorf("%d attempts wait for another try, want 1", n)
	}
}

// A worker dies with a batch on the wire: what it had is in doubt, never sent
// again blindly, and the rest of the chunk goes on.
func TestAVanishedWorkerLeavesDoubtNotRepeats(t *testing.T) {
	t.Parallel()
	r := newRig(t, 10)
	task := r.chunks(t)[0]
	rules, err := protocol.Load(r.campaign.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	claimed, _, err := r.db.ClaimAttempts(context.Background(), view.Claim{Chunk: survey.ChunkID(task.ID), Limit: 4, Now: r.now,
		Gate:        gate{protocol: rules, step: r.campaign.Protocol.Steps[0], now: r.now}.verdict,
		AddressKeys: r.Keys.AddressKey})
	if err != nil || len(claimed) != 4 {
		t.Fatalf("claimed %d, %v", len(claimed), err)
	}
	r.db.Exec(`UPDATE chunk SET lease_until = clock_timestamp() - interval '1 second'`)
	swept, err := r.db.SweepChunks(context.Background(), 10)
	if err != nil || len(swept) != 1 || swept[0].Generation != 2 {
		t.Fatalf("swept %v, %v", swept, err)
	}
	if err := r.sendChunk(context.Background(), task); err != nil { // the old task is stale
		t.Fatal(err)
	}
	if len(r.wire.got) != 0 {
		t.Fatal("a stale task sent something")
	}
	if err := r.sendChunk(context.Background(), queue.Task{Kind: queue.SendChunk, ID: task.ID, Generation: 2}); err != nil {
		t.Fatal(err)
	}
	if got := r.states(); got["unknown"] != 4 || got["sent"] != 6 {
		t.Errorf("states %v, want 4 unknown and 6 sent", got)
	}
	// The dead worker's outcome arrives after all: it settles the doubt.
	err = r.db.RecordOutcomes(context.Background(), r.now, []view.AttemptOutcome{{ID: claimed[0].AttemptID,
		Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.states(); got["unknown"] != 3 || got["sent"] != 7 {
		t.Errorf("states %v, want 3 unknown and 7 sent", got)
	}
}

// Nothing is handed over after an opt-out was committed, beyond the batch that
// was already in flight.
func TestNothingLeavesAfterAnOptOut(t *testing.T) {
	t.Parallel()
	r := newRig(t, 60)
	tasks := r.chunks(t)
	ctx := context.Background()
	stopped := map[string]time.Time{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, inv := range r.people {
		wg.Go(func() {
			_, err := r.Ingest.Post(ctx, inv, fmt.Sprintf("nonce-%d", i), ingest.Form{Action: ingest.Stop})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			stopped[attemptRef(survey.AttemptID(i+1))] = time.Now()
			mu.Unlock()
		})
	}
	wg.Go(func() {
		if err := r.sendChunk(ctx, tasks[0]); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	got := r.states()
	if got["sent"]+got["cancelled"] != 60 || len(r.wire.got) != got["sent"] {
		t.Errorf("states %v and %d on the wire", got, len(r.wire.got))
	}
	// Whoever stopped and had nothing on the wire yet got nothing: a second
	// round finds nobody.
	before := len(r.wire.got)
	for i, inv := range r.people {
		r.db.MakeAttempt(survey.Attempt{CampaignID: r.campaign.ID, InvitationID: inv, Step: r.campaign.Protocol.Steps[0].Name,
			Channel: survey.Mail, Try: 2 + i%2, State: survey.AttemptQueued, DueAt: r.now})
	}
	for _, task := range r.chunks(t) {
		if err := r.sendChunk(ctx, task); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.wire.got) != before {
		t.Errorf("%d mails left after everybody had opted out", len(r.wire.got)-before)
	}
}

func TestPausedCampaignsPutBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, 3)
	tasks := r.chunks(t)
	r.db.Exec(`UPDATE campaign SET state = 'paused'`)
	if err := r.sendChunk(context.Background(), tasks[0]); err != nil {
		t.Fatal(err)
	}
	if got := r.states(); got["queued"] != 3 || len(r.wire.got) != 0 {
		t.Errorf("states %v, %d on the wire", got, len(r.wire.got))
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt_waiting`); n != 3 {
		t.Errorf("%d wait, want 3", n)
	}
}
