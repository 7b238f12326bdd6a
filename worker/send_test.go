package worker

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/protocol"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// provider answers as its function says and remembers what it took.
type provider struct {
	mu    sync.Mutex
	calls int
	// lastBody is what was last asked to be sent, taken or not.
	lastBody string
	taken    []channel.Message
	at       []time.Time
	send     func(ctx context.Context, n int, m channel.Message) (channel.Receipt, error)
	find     func(channel.Probe) (channel.Found, error)
}

func (p *provider) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls++
	p.lastBody = m.Body
	var r channel.Receipt
	var err error
	if p.send != nil {
		r, err = p.send(ctx, p.calls, m)
	}
	if err == nil {
		p.taken, p.at = append(p.taken, m), append(p.at, time.Now())
	}
	return r, err
}

func (p *provider) Find(_ context.Context, q channel.Probe) (channel.Found, error) { return p.find(q) }

// tally is a pace that never holds up and counts what was reserved.
type tally struct {
	free
	mu    sync.Mutex
	costs []int
	wait  time.Duration
}

func (y *tally) Reserve(_ context.Context, _ time.Duration, limits ...queue.Limit) (time.Duration, bool, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.costs = append(y.costs, int(limits[0].Cost))
	return y.wait, true, nil
}

// through has the rig send by p.
func (r *rig) through(p *provider) *rig {
	r.Channels = map[survey.Channel]channel.Sender{survey.Mail: p, survey.SMS: p}
	return r
}

// logged has the rig log into a buffer.
func (r *rig) logged() *lockedBuffer {
	var b lockedBuffer
	r.Logger = slog.New(slog.NewTextHandler(&b, nil))
	return &b
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (r *rig) sendAll(t *testing.T, ctx context.Context) { //nolint:revive // t leads in tests
	t.Helper()
	for _, task := range r.chunks(t) {
		if err := r.sendChunk(ctx, task); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *rig) want(t *testing.T, states map[string]int) {
	t.Helper()
	if got := r.states(); fmt.Sprint(got) != fmt.Sprint(states) {
		t.Errorf("states %v, want %v", got, states)
	}
}

func TestABatchIsSpacedByTheRate(t *testing.T) {
	t.Parallel()
	const rate, people = 40, 8 // one claim
	p, y := &provider{}, &tally{}
	r := newRig(t, people).through(p)
	r.Pace = y
	r.db.Exec(`UPDATE sender SET rate = $1`, rate)
	begun := time.Now()
	r.sendAll(t, t.Context())
	if len(p.at) != people {
		t.Fatalf("%d left, want %d", len(p.at), people)
	}
	for i, at := range p.at {
		if least := time.Duration(i) * time.Second / rate; at.Sub(begun) < least {
			t.Errorf("message %d left after %v, before its turn at %v", i, at.Sub(begun), least)
		}
	}
	// A fifth of a second's worth at once, and the claim that found nothing more;
	// between them, one by one, whose turn went by because the machine was slow.
	first, last := y.costs[0], y.costs[len(y.costs)-1]
	between := y.costs[1 : len(y.costs)-1]
	if first != rate/5 || last != rate/5 || len(between) > people || slices.ContainsFunc(between, func(n int) bool { return n != 1 }) {
		t.Errorf("reserved %v, want %d, %d", y.costs, rate/5, rate/5)
	}
}

// A text of several segments takes the place of several.
func TestSegmentsTakeTheirPlace(t *testing.T) {
	t.Parallel()
	const rate, people = 40, 4
	p, y := &provider{}, &tally{}
	r := newRig(t, people).through(p)
	r.Pace = y
	r.db.Exec(`UPDATE sender SET rate = $1`, rate)
	r.db.Exec(`UPDATE attempt SET channel = 'sms', step = 'sms', sender_id = (SELECT id FROM sender WHERE channel = 'sms'),
		endpoint_id = (SELECT e.id FROM endpoint e JOIN invitation i ON i.contact_id = e.contact_id
			WHERE i.id = attempt.invitation_id AND e.kind = 'phone')`)
	r.db.Exec(`UPDATE attempt_waiting w SET channel = 'sms', step = 'sms', sender_id = a.sender_id FROM attempt a WHERE a.id = w.attempt_id`)
	r.compose.public = "https://" + strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + "." + strings.Repeat("c", 60) + ".example"
	begun := time.Now()
	r.sendAll(t, t.Context())
	units := 0
	for i, m := range p.taken {
		// Beyond what was reserved at first, this pace has room at once.
		if least := time.Duration(units) * time.Second / rate; units < rate/5 && p.at[i].Sub(begun) < least {
			t.Errorf("text %d left after %v, before its turn at %v", i, p.at[i].Sub(begun), least)
		}
		units += m.Units()
	}
	if len(p.taken) != people || units == people {
		t.Fatalf("%d texts of %d segments", len(p.taken), units)
	}
	if y.costs[0] != rate/5 || y.costs[1] != units-rate/5 {
		t.Errorf("reserved %v for %d segments", y.costs, units)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		channel survey.Channel
		rate    float64
		want    int
	}{
		{survey.Mail, 0, 100}, {survey.Mail, 0.2, 1}, {survey.Mail, 1.9, 1}, {survey.SMS, 30, 6}, {survey.Mail, 5000, 100},
		{survey.Call, 0, 1}, {survey.Call, 10, 1},
	} {
		b := batch{Worker: &Worker{}, campaign: &survey.Campaign{}, info: view.ChunkInfo{Channel: c.channel, Sender: survey.Sender{Rate: c.rate}}}
		if got := b.limit(); got != c.want {
			t.Errorf("%s at %v a second: %d, want %d", c.channel, c.rate, got, c.want)
		}
	}
}

func TestBackoffGrowsToFourHours(t *testing.T) {
	t.Parallel()
	want := []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 4 * time.Hour, 4 * time.Hour}
	for tries, w := range want {
		if got := backoff(tries); got != w {
			t.Errorf("after %d tries %v, want %v", tries, got, w)
		}
	}
	for tries := range 1000 {
		if got := backoff(tries); got <= 0 || got > 4*time.Hour {
			t.Fatalf("after %d tries %v", tries, got)
		}
	}
}

func TestTemporaryRefusalsAreBounded(t *testing.T) {
	t.Parallel()
	p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{}, &channel.SendError{Class: channel.Temporary, Code: "450"}
	}}
	r := newRig(t, 1).through(p)
	for range mostTries {
		r.sendAll(t, t.Context())
		r.want(t, map[string]int{"queued": 1})
		r.db.Exec(`UPDATE attempt_waiting SET due_at = $1`, r.now)
	}
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"failed": 1})
	if why := r.db.Text(`SELECT reason FROM attempt`); why != "tries_spent" {
		t.Errorf("reason %s", why)
	}
	if p.calls != mostTries+1 {
		t.Errorf("%d hand-overs", p.calls)
	}
}

// The provider asks for real time; the ledger is in business time.
func TestRetryAfterIsRealTime(t *testing.T) {
	t.Parallel()
	p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{}, &channel.SendError{Class: channel.Temporary, RetryAfter: time.Minute}
	}}
	r := newRig(t, 1).through(p)
	r.Clock = survey.Rehearse(time.Now, survey.Rehearsal{Real: time.Now(), Business: r.now, Speed: 100})
	r.sendAll(t, t.Context())
	if n := r.db.Int(`SELECT count(*) FROM attempt_waiting WHERE due_at > $1`, r.now.Add(100*time.Minute)); n != 1 {
		t.Errorf("due at %s, want 100 minutes of business time later", r.db.Text(`SELECT due_at FROM attempt_waiting`))
	}
}

// The process is asked to end with a batch on the wire: what was handed over is
// recorded, what may have left is in doubt, the rest goes back untouched, and
// another worker goes on at once.
func TestTheEndOfTheProcessLosesNothing(t *testing.T) {
	t.Parallel()
	const people = 40
	ctx, end := context.WithCancel(t.Context())
	defer end()
	p := &provider{send: func(ctx context.Context, n int, _ channel.Message) (channel.Receipt, error) {
		switch {
		case n == 5:
			end()
			return channel.Receipt{}, &channel.SendError{Class: channel.Unknown}
		case ctx.Err() != nil:
			return channel.Receipt{}, &channel.SendError{Class: channel.Late}
		}
		return channel.Receipt{ProviderID: "p"}, nil
	}}
	r := newRig(t, people).through(p)
	log := r.logged()
	r.sendAll(t, ctx)
	r.want(t, map[string]int{"sent": 4, "unknown": 1, "queued": people - 5})
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND tries = 0 AND reason IN ('', 'send_before')`); n != people-5 {
		t.Errorf("%d went back untouched, want %d", n, people-5)
	}
	if strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("an end is no error:\n%s", log)
	}
	swept, err := r.db.SweepChunks(t.Context(), 10)
	if err != nil || len(swept) != 1 {
		t.Fatalf("swept %v, %v; want the chunk at once", swept, err)
	}
	p.send = nil
	for _, c := range swept {
		if err := r.sendChunk(t.Context(), queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}); err != nil {
			t.Fatal(err)
		}
	}
	r.sendAll(t, t.Context())
	r.want(t, map[string]int{"sent": people - 1, "unknown": 1})
	refs := map[string]bool{}
	for _, m := range p.taken {
		if refs[m.Ref] {
			t.Errorf("%s left twice", m.Ref)
		}
		refs[m.Ref] = true
	}
	if n := r.db.Int(`SELECT count(*) FROM chunk WHERE state = 'open'`); n != 0 {
		t.Errorf("%d chunks are open", n)
	}
}

// A sender in trouble is left alone: what was not yet handed over of the batch
// goes back for as long, the log says it once, and nobody loses a contact.
func TestASenderInTroubleHaltsItsBatch(t *testing.T) {
	t.Parallel()
	const people = 120
	p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{}, &channel.SendError{Class: channel.Config, Code: "535 5.7.8"}
	}}
	r := newRig(t, people).through(p)
	log := r.logged()
	ctx, end := context.WithTimeout(t.Context(), 30*time.Second)
	defer end()
	r.Store = recordedStore{Store: r.Store, recorded: end}
	r.sendAll(t, ctx)
	r.want(t, map[string]int{"queued": people})
	if p.calls > inFlight {
		t.Errorf("%d were handed to a sender in trouble, want at most %d", p.calls, inFlight)
	}
	if n := strings.Count(log.String(), "a sender has trouble"); n != 1 {
		t.Errorf("%d lines in the log, want one", n)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt_waiting WHERE due_at >= $1`, r.now.Add(haltLasts)); n != claimMost {
		t.Errorf("%d wait at least as long as the sender is left alone, want the batch of %d", n, claimMost)
	}
	if n := r.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued' AND tries = 0`); n != people-p.calls {
		t.Errorf("%d were never tried, want %d", n, people-p.calls)
	}
}

// recordedStore tells when a batch was recorded.
type recordedStore struct {
	Store
	recorded func()
}

func (s recordedStore) RecordOutcomes(ctx context.Context, now time.Time, outcomes []view.AttemptOutcome) error {
	defer s.recorded()
	return s.Store.RecordOutcomes(ctx, now, outcomes)
}

func TestHaltFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		reason survey.Reason
		after  time.Duration
		want   time.Duration
	}{
		{survey.ReasonConfig, 0, haltLasts}, {survey.ReasonThrottled, 0, slowDown}, {survey.ReasonThrottled, 3 * time.Second, 3 * time.Second},
		{survey.ReasonThrottled, time.Hour, haltLasts},
	} {
		if got := haltFor(channel.Outcome{Reason: c.reason, RetryAfter: c.after}); got != c.want {
			t.Errorf("%s, %v: %v, want %v", c.reason, c.after, got, c.want)
		}
	}
}

// A chunk on a channel that this process does not have is not swept for ever
// once nothing is left in it.
func TestAChunkWithoutASenderIsFinishedWhenEmpty(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Channels = nil
	task := r.chunks(t)[0]
	for _, open := range []int{1, 0} {
		if err := r.sendChunk(t.Context(), task); survey.KindOf(err) != survey.Invalid {
			t.Errorf("error %v", err)
		}
		if n := r.db.Int(`SELECT count(*) FROM chunk WHERE state = 'open'`); n != open {
			t.Errorf("%d chunks are open, want %d", n, open)
		}
		r.db.Exec(`UPDATE attempt SET state = 'cancelled'`)
	}
}

func TestSendBefore(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("ICT", 7*3600)
	day := func(hour, minute, second int) time.Time { return time.Date(2026, 12, 3, hour, minute, second, 0, zone) }
	for name, c := range map[string]struct {
		channel survey.Channel
		now     time.Time
		ends    time.Time
		speed   float64
		want    time.Duration
	}{
		"at noon":                           {survey.SMS, day(12, 0, 0), day(22, 0, 0), 1, claimLasts},
		"hours nearly over":                 {survey.SMS, day(21, 59, 58), day(23, 0, 0), 1, 2 * time.Second},
		"mail has no hours":                 {survey.Mail, day(21, 59, 58), day(23, 0, 0), 1, claimLasts},
		"field period nearly over":          {survey.Mail, day(17, 59, 59), day(18, 0, 0), 1, time.Second},
		"a minute before, in a rehearsal":   {survey.SMS, day(21, 59, 0), day(23, 0, 0), 240, 250 * time.Millisecond},
		"half an hour before, in rehearsal": {survey.SMS, day(21, 30, 0), day(23, 0, 0), 240, claimLasts},
		"over":                              {survey.Mail, day(18, 0, 1), day(18, 0, 0), 1, -time.Second},
	} {
		real := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		clock := survey.Rehearse(func() time.Time { return real }, survey.Rehearsal{Real: real, Business: c.now, Speed: c.speed})
		b := batch{Worker: &Worker{Config: Config{Clock: clock}}, info: view.ChunkInfo{Channel: c.channel},
			campaign: &survey.Campaign{Protocol: pgtest.Protocol(), EndsAt: c.ends}}
		b.rules, _ = protocol.Load(b.campaign.Protocol)
		if got := b.hoursEnd(view.Candidate{}, c.now, b.sendBefore(c.now)).Sub(real); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if got := b.hoursEnd(view.Candidate{Zone: "Asia/Tokyo"}, c.now, b.sendBefore(c.now)).Sub(real); c.now.Hour() == 21 && c.channel == survey.SMS && got > 0 {
			t.Errorf("%s: it may leave for %v where it is past eleven", name, got)
		}
	}
}

// A conversation opens with its first question; for who has begun elsewhere,
// with what is left.
func TestAConversationOpensWhereThePersonIs(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 2).through(p)
	r.db.Exec(`UPDATE campaign SET protocol = jsonb_set(protocol, '{steps,1,conversation}', 'true')`)
	r.db.Exec(`DELETE FROM attempt_waiting`)
	for _, inv := range r.people {
		r.db.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, DueAt: r.now})
	}
	r.db.MakeResponse(r.people[1], survey.ResponseStarted, survey.Web, survey.Answers{"huong": {Value: "1"}})
	r.db.Exec(`UPDATE invitation SET state = 'started', progress = '{"applicable": 2, "answered": 1, "left": 1}' WHERE id = $1`, r.people[1])
	r.sendAll(t, t.Context())
	if len(p.taken) != 2 {
		t.Fatalf("%d left, want 2", len(p.taken))
	}
	slices.SortFunc(p.taken, func(a, b channel.Message) int { return strings.Compare(a.To, b.To) })
	first, second := p.taken[0].Body, p.taken[1].Body
	if !strings.Contains(first, "Tinh hinh chung") || strings.Contains(second, "Tinh hinh chung") || !strings.Contains(second, "gia ca") {
		t.Errorf("opened with %q and %q", first, second)
	}
	if n := r.db.Int(`SELECT count(*) FROM conversation WHERE closed_at IS NULL`); n != 2 {
		t.Errorf("%d conversations are open, want 2", n)
	}
}
