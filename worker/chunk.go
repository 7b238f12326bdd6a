package worker

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// Bounds of one claim and of what is on the wire at once.
const (
	claimMost   = 100              // attempts in hand per transaction
	inFlight    = 16               // messages of one chunk on the wire at once
	claimLasts  = 5 * time.Second  // after this nothing of a claim is handed over any more
	leaseBeat   = 3 * time.Second  // the lease lasts 10
	turnLasts   = 10 * time.Second // then other chunks have theirs, before this one goes on
	haltLasts   = 10 * time.Second // how long a sender whose set-up is wrong is left alone
	slowDown    = time.Second      // how long one that is asked to slow down is, if it is not told
	recordGrace = 30 * time.Second
)

// batch is one chunk in this worker's hands.
type batch struct {
	*Worker
	chunk    view.OpenChunk
	info     view.ChunkInfo
	campaign *survey.Campaign
	step     survey.Step
	sender   channel.Sender
	common   wording.Context // what the words for everybody in it depend on
}

// sendChunk sends what is queued in a chunk. The task is only a hint: a chunk
// that is done, or whose next generation is under way, is left alone.
func (w *Worker) sendChunk(ctx context.Context, t queue.Task) error {
	c := view.OpenChunk{ID: survey.ChunkID(t.ID), Generation: t.Generation}
	info, err := w.Store.TakeChunk(ctx, c)
	if survey.KindOf(err) == survey.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	b := batch{Worker: w, chunk: c, info: info, sender: w.Channels[info.Channel]}
	if b.sender == nil {
		// Nobody here can send it; if nothing is left in it, it need not be swept for ever.
		return errors.Join(w.Store.FinishChunk(ctx, c), &survey.Error{Kind: survey.Invalid, Code: survey.CodeSenderMissing,
			Args: map[string]string{"channel": string(info.Channel)}})
	}
	if b.campaign, err = w.Store.Campaign(ctx, info.CampaignID); err != nil {
		return err
	}
	for _, s := range b.campaign.Protocol.Steps {
		if s.Name == info.Step {
			b.step = s
		}
	}
	if b.common, err = w.compose.common(ctx, b.campaign); err != nil {
		return err
	}
	ctx, release := b.hold(ctx)
	defer release()
	if c.Generation > 1 {
		// Its former worker is gone; what that one had on the wire is in doubt.
		n, err := w.Store.LoseClaims(ctx, c.ID, w.Clock.Now())
		if err != nil {
			return err
		}
		if n > 0 {
			w.Logger.WarnContext(ctx, "a worker vanished with messages on the wire", "chunk", c.ID, "unknown", n)
		}
	}
	return b.send(ctx)
}

// hold renews the lease as long as the chunk is worked on. If it cannot, the
// context ends: somebody else may have the chunk now.
func (b *batch) hold(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for pause(ctx, leaseBeat) == nil {
			if _, err := b.Store.TakeChunk(ctx, b.chunk); err != nil {
				cancel()
			}
		}
	})
	return ctx, func() { cancel(); wg.Wait() }
}

// send claims and sends batch after batch until nothing is queued, its turn is
// over, or the process is asked to end. What is left is swept up at once.
func (b *batch) send(ctx context.Context) error {
	for begun := time.Now(); time.Since(begun) < turnLasts; {
		limit := b.limit()
		wait, err := b.Pace.Reserve(ctx, b.info.Sender.ID, b.info.Sender.Rate, limit)
		if err != nil {
			return err
		}
		if pause(ctx, wait) != nil {
			break
		}
		now := b.Clock.Now()
		g := gate{protocol: b.campaign.Protocol, step: b.step, now: now}
		claimed, seen, err := b.Store.ClaimAttempts(ctx, view.Claim{Chunk: b.chunk.ID, Limit: limit, Now: now,
			Gate: g.verdict, AddressKeys: b.Keys.AddressKey})
		if err != nil {
			return err
		}
		if seen == 0 {
			return b.Store.FinishChunk(ctx, b.chunk)
		}
		halt, err := b.handOver(ctx, claimed, now)
		if err != nil {
			return err
		}
		if pause(ctx, halt) != nil {
			break
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	return b.Store.YieldChunk(ctx, b.chunk)
}

// limit is how many attempts a claim may take: what may leave within a fifth of
// a second, one call at a time. What a claim reserves, an answer to somebody
// who just wrote has to wait for.
func (b *batch) limit() int {
	if b.info.Channel == survey.Call {
		return 1
	}
	if b.info.Sender.Rate <= 0 {
		return claimMost
	}
	return min(max(int(b.info.Sender.Rate/5), 1), claimMost)
}

// handOver sends what was claimed and records what became of it, even when the
// process is asked to end in between: then the rest goes back. It returns how
// long the sender is to be left alone, 0 if it is well.
func (b *batch) handOver(ctx context.Context, claimed []view.Candidate, now time.Time) (halt time.Duration, err error) {
	if len(claimed) == 0 {
		return 0, nil
	}
	f := flight{deadline: b.sendBefore(now)}
	outcomes := make([]view.AttemptOutcome, len(claimed))
	lanes := make(chan struct{}, inFlight)
	var wg sync.WaitGroup
	begun := time.Now()
	for i, k := range claimed {
		_ = pause(ctx, time.Until(begun.Add(b.slot(i)))) // a context that has ended is seen by one
		lanes <- struct{}{}
		wg.Go(func() {
			defer func() { <-lanes }()
			outcomes[i] = b.one(ctx, k, &f)
		})
	}
	wg.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	if err := b.Store.RecordOutcomes(ctx, b.Clock.Now(), outcomes); err != nil {
		return 0, err
	}
	halt = time.Duration(f.halt.Load())
	b.settle(ctx, outcomes, halt)
	return halt, nil
}

// flight is what the messages of one batch share.
type flight struct {
	deadline time.Time
	halt     atomic.Int64 // nanoseconds that the sender asks for; nothing more of this batch leaves
}

// settle has the pace count what only the hand-over told: the segments beyond
// the first of each text, and the rest for a sender in trouble. If it is lost,
// the sender goes a little too fast for a moment.
func (b *batch) settle(ctx context.Context, outcomes []view.AttemptOutcome, halt time.Duration) {
	more := 0
	for _, o := range outcomes {
		more += max(o.Segments-1, 0)
	}
	more += int(math.Ceil(b.info.Sender.Rate * halt.Seconds()))
	if more > 0 {
		_, _ = b.Pace.Reserve(ctx, b.info.Sender.ID, b.info.Sender.Rate, more)
	}
}

// slot is when the i-th message of a batch may leave, after its first.
func (b *batch) slot(i int) time.Duration {
	if b.info.Sender.Rate <= 0 {
		return 0
	}
	return time.Duration(float64(i) / b.info.Sender.Rate * float64(time.Second))
}

// one sends one attempt and says what became of it.
func (b *batch) one(ctx context.Context, k view.Candidate, f *flight) view.AttemptOutcome {
	if halt := time.Duration(f.halt.Load()); halt > 0 {
		return b.unsent(k, survey.ReasonThrottled, b.Clock.BusinessFor(halt)) // else another lane would try it at once
	}
	m, err := b.compose.attempt(ctx, b, k)
	switch {
	case ctx.Err() != nil:
		return b.unsent(k, survey.ReasonDeadline, 0)
	case err != nil:
		// Our own words failed; nothing has left, and nobody loses a contact.
		b.Logger.ErrorContext(ctx, "no words for an attempt", "attempt", k.AttemptID, "campaign", k.CampaignID, "err", err)
		return view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptDefer, Reason: survey.ReasonConfig,
			DueAt: b.Clock.Now().Add(backoff(k.Tries))}
	}
	m.SendBefore = f.deadline
	receipt, err := b.sender.Send(ctx, m)
	o := channel.Interpret(err)
	if o.StopSender && f.halt.CompareAndSwap(0, int64(haltFor(o))) {
		b.Logger.ErrorContext(ctx, "a sender has trouble", "channel", b.info.Channel, "reason", o.Reason, "code", o.Code)
	}
	out := view.AttemptOutcome{ID: k.AttemptID, Event: o.Event, Reason: o.Reason, Code: o.Code,
		ProviderID: receipt.ProviderID, Segments: receipt.Segments, DeadEndpoint: o.DeadEndpoint,
		OptedOut: o.Reason == survey.ReasonOptedOut}
	switch {
	case o.Event == survey.AttemptPutBack:
		out.DueAt = b.Clock.Now()
	case o.Event == survey.AttemptDefer && o.Reason == survey.ReasonTemporary && k.Tries >= mostTries:
		out.Event, out.Reason = survey.AttemptRefuse, survey.ReasonTriesSpent
	case o.Event == survey.AttemptDefer:
		out.DueAt = b.Clock.Now().Add(max(backoff(k.Tries), b.Clock.BusinessFor(o.RetryAfter)))
	}
	return out
}

// haltFor is how long a sender is left alone after an outcome that asks for it.
// A longer wish holds up the message that met it, not this lane.
func haltFor(o channel.Outcome) time.Duration {
	if o.Reason == survey.ReasonThrottled {
		return min(max(o.RetryAfter, slowDown), haltLasts)
	}
	return haltLasts
}

// unsent puts an attempt back that nothing was done for.
func (b *batch) unsent(k view.Candidate, why survey.Reason, wait time.Duration) view.AttemptOutcome {
	return view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptPutBack, Reason: why, DueAt: b.Clock.Now().Add(wait)}
}

// mostTries bounds how often a temporary refusal brings the same attempt back.
const mostTries = 6

// backoff is how long, in business time, a refused attempt waits: 5, 10, 20, …
// minutes, at most 4 hours (RFC 5321 §4.5.4.1 asks for growing waits).
func backoff(tries int) time.Duration {
	return min(5*time.Minute<<min(tries, 10), 4*time.Hour)
}

// sendBefore is the real time after which nothing of this claim may leave: the
// claim is old, the hours of the channel are over, or the field period is.
func (b *batch) sendBefore(now time.Time) time.Time {
	last := claimLasts
	if left := b.Clock.RealFor(b.campaign.EndsAt.Sub(now)); left < last {
		last = left
	}
	if open, _, closes := protocol.Window(b.campaign.Protocol, b.info.Channel, now); open && !closes.IsZero() {
		if left := b.Clock.RealFor(closes.Sub(now)); left < last {
			last = left
		}
	}
	return b.Clock.Real().Add(last)
}
