package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
	"canvass/worker/channel"
)

// Bounds of one chunk in a worker's hands.
const (
	claimMost   = 100              // attempts in hand per transaction
	chunkFill   = 500              // attempts that a chunk is filled up to
	leaseBeat   = 3 * time.Second  // the lease lasts 10
	turnLasts   = 10 * time.Second // then other chunks have theirs, before this one goes on
	newcomer    = 5 * time.Second  // for which a launched campaign is one
	fairWait    = 10 * time.Millisecond
	fairWaits   = 50          // then whoever is in front may need this very place to go on
	restWait    = time.Second // a look at a sender that rests, or whose line is busy
	recordGrace = 30 * time.Second
)

// batch is one chunk in this worker's hands.
type batch struct {
	*Worker
	chunk    view.OpenChunk
	info     view.ChunkInfo
	campaign *survey.Campaign
	step     survey.Step
	rules    protocol.Loaded
	sender   channel.Sender
	common   wording.Context // what the words for everybody in it depend on
	molds    molds
	after    survey.AttemptID // the last one that was claimed, until the chunk is looked through anew
	price    int64            // the most that a message may cost, as far as is known, in đồng
	waited   int              // times in a row that another campaign was in front
	watched  bool             // the sender's circuit breaker counts good outcomes, too
	probe    bool             // the next message tries whether the sender is well again
	line     line             // where the next call has a place
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
	b := &batch{Worker: w, chunk: c, info: info, sender: w.carrier(info.Sender), price: firstPrice(info, w.Clock.Now())}
	if b.sender == nil {
		// Nobody here can send it; if nothing is left in it, it need not be swept for ever.
		return errors.Join(w.Store.FinishChunk(ctx, c), &survey.Error{Kind: survey.Invalid, Code: survey.CodeSenderMissing,
			Args: map[string]string{"channel": string(info.Channel)}})
	}
	if b.campaign, err = w.Store.Campaign(ctx, info.CampaignID); err != nil {
		return err
	}
	if b.rules, err = protocol.Load(b.campaign.Protocol); err != nil {
		return err
	}
	own, err := w.Store.OwnDays(ctx)
	if err != nil {
		return err
	}
	b.rules = b.rules.With(own)
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

// send claims and sends batch after batch until nothing is due, its turn is
// over, or the process is asked to end. What is left is swept up at once.
func (b *batch) send(ctx context.Context) error {
	for begun := time.Now(); time.Since(begun) < turnLasts && b.clear(ctx, turnLasts); {
		step, err := b.round(ctx)
		if err != nil {
			return err
		}
		switch step {
		case finished:
			return b.Store.FinishChunk(ctx, b.chunk)
		case leave:
			return b.yield(ctx)
		}
	}
	return b.yield(ctx)
}

// yield gives the chunk back, also when the process is asked to end.
func (b *batch) yield(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	return b.Store.YieldChunk(ctx, b.chunk)
}

// next is what follows a round.
type next int

const (
	goOn     next = iota // another round
	finished             // nothing is due any more
	leave                // others have their turn
)

// round asks for a turn, reserves the rates, claims, and hands over.
func (b *batch) round(ctx context.Context) (next, error) {
	free, err := b.takeLine(ctx)
	if err != nil || !free {
		_ = pause(ctx, restWait)
		return leave, err
	}
	defer b.leaveLine(ctx)
	now := b.Clock.Now()
	turn, err := b.Store.TakeTurn(ctx, view.SendTurn{Sender: b.info.Sender.ID, Campaign: b.info.CampaignID, Want: b.limit(),
		Ahead: b.ahead(), Now: now, Newcomers: now.Add(-b.Clock.BusinessFor(newcomer))})
	switch {
	case err != nil:
		return leave, err
	case turn.N == 0:
		return b.stand(ctx, turn), nil
	}
	b.waited, b.watched, b.probe = 0, turn.Watched, turn.Probe
	slots, err := b.reserve(ctx, turn.N)
	if ctx.Err() != nil {
		return leave, nil
	}
	if err != nil || pause(ctx, time.Until(slots.begin.Add(-claimLead))) != nil {
		return leave, err
	}
	return b.claimed(ctx, turn.N, slots)
}

// claimed takes up to n attempts in hand and hands them over.
func (b *batch) claimed(ctx context.Context, n int, s slots) (next, error) {
	if b.held(ctx) { // since the turn was asked for, which may be long ago
		return goOn, b.unprobed(ctx)
	}
	now := b.Clock.Now()
	claimed, seen, err := b.take(ctx, n, now)
	if err != nil {
		return leave, err
	}
	if seen == 0 {
		return finished, b.unprobed(ctx)
	}
	halt, err := b.handOver(ctx, claimed, s, now)
	if err != nil || pause(ctx, halt) != nil {
		return leave, err
	}
	return goOn, nil
}

// take claims up to n attempts: from where the last claim ended; at the end of the
// chunk from its beginning, because something may have come back to it; and when it
// is empty of what fills it anew, so that the turn is not for nothing. seen is 0
// when nothing is due any more.
func (b *batch) take(ctx context.Context, n int, now time.Time) (claimed []view.Candidate, seen int, err error) {
	for {
		claimed, seen, err = b.Store.ClaimAttempts(ctx, b.claim(n, now))
		if err != nil || seen > 0 {
			break
		}
		if b.after > 0 {
			b.after = 0
			continue
		}
		filled, err := b.Store.RefillChunk(ctx, b.chunk, now, chunkFill)
		if err != nil || filled == 0 {
			return nil, 0, err
		}
	}
	if len(claimed) > 0 {
		b.after = claimed[len(claimed)-1].AttemptID
	}
	return claimed, seen, err
}

// stand waits a little when no turn is granted: for a campaign that is served
// just now, but not for one that may need this worker's place.
func (b *batch) stand(ctx context.Context, t view.Granted) next {
	if t.Resting {
		_ = pause(ctx, restWait)
		return leave
	}
	b.waited++
	if b.waited > fairWaits || pause(ctx, fairWait) != nil {
		return leave
	}
	return goOn
}

// claim asks for up to n attempts, by the gate.
func (b *batch) claim(n int, now time.Time) view.Claim {
	g := gate{protocol: b.rules, step: b.step, now: now}
	c := view.Claim{Chunk: b.chunk.ID, After: b.after, Limit: n, Now: now, Gate: g.verdict, AddressKeys: b.Keys.AddressKey,
		Price: b.price, Budgeted: b.campaign.Budget > 0, LookAgain: now.Add(waitBudget)}
	local := now.In(b.common.Zone)
	year, month, day := local.Date()
	c.Day = time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	c.SenderCap = b.info.Sender.CapOn(c.Day)
	c.NextDay = time.Date(year, month, day+1, 0, 0, 0, 0, b.common.Zone)
	return c
}
