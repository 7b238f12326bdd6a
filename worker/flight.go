package worker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// Bounds of what is on the wire.
const (
	inFlight   = 16               // messages of one chunk on the wire at once
	claimLasts = 5 * time.Second  // after this nothing of a claim is handed over any more
	haltLasts  = 10 * time.Second // how long a sender whose set-up is wrong is left alone
	slowDown   = time.Second      // how long one that is asked to slow down is, if it is not told
)

// flight is a claimed batch on its way out.
type flight struct {
	*batch
	deadline time.Time
	halt     atomic.Int64 // nanoseconds that the sender asks for; nothing more of this batch leaves
	mu       sync.Mutex
	checkup  checkup
	dearest  int64 // what a message costs that was not claimed for as much

	destinations destinations
}

// letter is one attempt with its message, once that is composed.
type letter struct {
	view.Candidate
	m        channel.Message
	err      error
	composed bool
}

// handOver sends what was claimed and records what became of it, even when the
// process is asked to end in between: then the rest goes back. It returns how
// long the sender is to be left alone, 0 if it is well.
func (b *batch) handOver(ctx context.Context, claimed []view.Candidate, s slots, now time.Time) (halt time.Duration, err error) {
	if len(claimed) == 0 {
		return 0, b.unprobed(ctx)
	}
	f := &flight{batch: b, deadline: b.sendBefore(now)}
	letters := make([]letter, len(claimed))
	for i, k := range claimed {
		letters[i].Candidate = k
	}
	if err := f.weigh(ctx, letters, &s); err != nil {
		f.deadline = b.Clock.Real() // nothing leaves without its place; all goes back
	}
	f.look(ctx, letters)
	outcomes := f.fly(ctx, letters, s)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	if err := b.Store.RecordOutcomes(ctx, b.Clock.Now(), outcomes); err != nil {
		return 0, err
	}
	if halt = time.Duration(f.halt.Load()); f.checkup.broken {
		halt = 0 // the circuit breaker holds up everybody, and for longer
	}
	return halt, f.report(ctx)
}

// weigh composes the messages of a batch whose pace or cost depends on what they
// say, and reserves what they take beyond one unit each.
func (f *flight) weigh(ctx context.Context, letters []letter, s *slots) error {
	if f.info.Channel != survey.SMS || s.spacing == 0 && f.campaign.Budget == 0 {
		return nil
	}
	units := 0
	for i := range letters {
		f.compose(ctx, &letters[i])
		units += letters[i].m.Units()
	}
	return f.extend(ctx, s, units)
}

func (f *flight) compose(ctx context.Context, l *letter) {
	if !l.composed {
		l.m, l.err = f.batch.compose.attempt(ctx, f.batch, l.Candidate)
		l.composed = true
	}
}

// fly hands the letters over, each in its slot, and waits for all of them.
func (f *flight) fly(ctx context.Context, letters []letter, s slots) []view.AttemptOutcome {
	outcomes := make([]view.AttemptOutcome, len(letters))
	lanes := make(chan struct{}, inFlight)
	var wg sync.WaitGroup
	unit := 0
	for i := range letters {
		lanes <- struct{}{}
		l, at := &letters[i], s.at(unit)
		if s.spacing > 0 {
			at = f.await(ctx, l, at)
			unit += l.m.Units()
		}
		wg.Go(func() {
			defer func() { <-lanes }()
			outcomes[i] = f.one(ctx, l, at)
		})
	}
	wg.Wait()
	return outcomes
}

// await waits for the slot of a paced message, or for another one if the slot
// was missed. A zero time says that it has none.
func (f *flight) await(ctx context.Context, l *letter, at time.Time) time.Time {
	for {
		_ = pause(ctx, time.Until(at)) // a context that has ended is seen by one
		if ctx.Err() != nil || time.Since(at) <= slotLate || f.halt.Load() > 0 {
			return at
		}
		other, ok, err := f.again(ctx, l.m.Units(), f.deadline)
		if err != nil || !ok {
			return time.Time{}
		}
		at = other
	}
}

// one sends one attempt and says what became of it.
func (f *flight) one(ctx context.Context, l *letter, at time.Time) view.AttemptOutcome {
	k := l.Candidate
	if halt := time.Duration(f.halt.Load()); halt > 0 {
		return f.unsent(k, survey.ReasonThrottled, f.Clock.BusinessFor(halt)) // else another lane would try it at once
	}
	if at.IsZero() {
		return f.unsent(k, survey.ReasonRate, 0)
	}
	if wait := f.arrive(ctx, k.Address); wait > 0 {
		return f.unsent(k, survey.ReasonDestination, f.Clock.BusinessFor(wait))
	}
	f.compose(ctx, l)
	cost := int64(l.m.Units()) * f.info.Sender.CostAt(f.Clock.Now())
	switch {
	case ctx.Err() != nil:
		return f.unsent(k, survey.ReasonDeadline, 0)
	case l.err != nil:
		// Our own words failed; nothing has left, and nobody loses a contact.
		f.Logger.ErrorContext(ctx, "no words for an attempt", "attempt", k.AttemptID, "campaign", k.CampaignID, "err", l.err)
		return view.AttemptOutcome{ID: k.AttemptID, Event: survey.AttemptDefer, Reason: survey.ReasonConfig,
			DueAt: f.Clock.Now().Add(backoff(k.Tries))}
	case f.campaign.Budget > 0 && cost > f.price:
		f.raise(cost)
		return f.unsent(k, survey.ReasonBudget, 0)
	}
	if !f.onLine(ctx, k.AttemptID) {
		return f.unsent(k, survey.ReasonRate, 0)
	}
	l.m.SendBefore = f.hoursEnd(k, f.Clock.Now(), f.deadline)
	receipt, err := f.sender.Send(ctx, l.m)
	o := channel.Interpret(err)
	f.meet(ctx, o)
	f.depart(ctx, k.Address, o)
	out := f.outcome(k, o)
	out.ProviderID, out.Segments, out.Priced, out.Cost = receipt.ProviderID, receipt.Segments, true, cost
	return out
}

// meet notes what an outcome says of the sender.
func (f *flight) meet(ctx context.Context, o channel.Outcome) {
	f.mu.Lock()
	f.checkup.add(o)
	f.mu.Unlock()
	if o.StopSender && f.halt.CompareAndSwap(0, int64(haltFor(o))) {
		f.Logger.ErrorContext(ctx, "a sender has trouble", "channel", f.info.Channel, "reason", o.Reason, "code", o.Code)
	}
}

// outcome is what a send did to its attempt.
func (f *flight) outcome(k view.Candidate, o channel.Outcome) view.AttemptOutcome {
	out := view.AttemptOutcome{ID: k.AttemptID, Event: o.Event, Reason: o.Reason, Code: o.Code, DeadEndpoint: o.DeadEndpoint,
		OptedOut: o.Reason == survey.ReasonOptedOut}
	switch {
	case o.Event == survey.AttemptPutBack:
		out.DueAt = f.Clock.Now()
	case o.Event == survey.AttemptDefer && o.Reason == survey.ReasonTemporary && k.Tries >= mostTries:
		out.Event, out.Reason = survey.AttemptRefuse, survey.ReasonTriesSpent
	case o.Event == survey.AttemptDefer && o.Reason == survey.ReasonFiltered && k.Tries >= blockedTries:
		out.Event = survey.AttemptRefuse
	case o.Event == survey.AttemptDefer:
		out.DueAt = f.Clock.Now().Add(max(backoff(k.Tries), f.Clock.BusinessFor(o.RetryAfter)))
	}
	return out
}

// raise remembers for the next claims that a message costs more than was claimed
// for it.
func (f *flight) raise(cost int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dearest = max(f.dearest, cost)
}

// report tells the circuit breaker what the batch says of the sender, if it says
// anything new.
func (f *flight) report(ctx context.Context) error {
	c := f.checkup
	f.price = max(f.price, f.dearest)
	switch {
	case c.good+c.bad == 0:
		return f.unprobed(ctx)
	case c.bad == 0 && !f.watched:
		return nil
	}
	return f.Store.ReportHealth(ctx, f.Clock.Now(), view.HealthReport{Sender: f.info.Sender.ID, Good: c.good, Bad: c.bad,
		Reason: c.reason, Code: c.code, Window: breakWindow}, func(h view.Health) view.Health { return judge(h, c.broken) })
}

// unprobed lets another message try whether the sender is well again, since none
// of this batch did.
func (b *batch) unprobed(ctx context.Context) error {
	if !b.probe {
		return nil
	}
	return b.Store.ReturnProbe(ctx, b.info.Sender.ID)
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

// blockedTries bounds how often a mail is brought to a server that does not want
// it: insisting makes it worse.
const blockedTries = 3

// backoff is how long, in business time, a refused attempt waits: 5, 10, 20, …
// minutes, at most 4 hours (RFC 5321 §4.5.4.1 asks for growing waits).
func backoff(tries int) time.Duration {
	return min(5*time.Minute<<min(tries, 10), 4*time.Hour)
}

// sendBefore is the real time after which nothing of this claim may leave: the
// claim is old, or the field period is over.
func (b *batch) sendBefore(now time.Time) time.Time {
	return b.Clock.Real().Add(min(claimLasts, b.Clock.RealFor(b.campaign.EndsAt.Sub(now))))
}

// hoursEnd is deadline, or the real time before it at which the hours of the
// channel, or those that the person asked for, end.
func (b *batch) hoursEnd(k view.Candidate, now, deadline time.Time) time.Time {
	p := b.rules.Permit(protocol.Ask{Channel: b.info.Channel, Zone: k.Zone, Hours: k.Hours, From: now})
	if p.Never() || p.At.After(now) {
		return b.Clock.Real() // they ended since it was claimed
	}
	if end := b.Clock.Real().Add(b.Clock.RealFor(p.Closes.Sub(now))); end.Before(deadline) {
		return end
	}
	return deadline
}
