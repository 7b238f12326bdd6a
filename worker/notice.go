package worker

import (
	"context"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// A notice's lease lasts 20 seconds from its claim.
const (
	noticeWaits = 5 * time.Second  // most that the pace of its sender holds it up
	noticeLasts = 10 * time.Second // after that it may still leave this long
	noticeTries = 8                // some twenty minutes; later the answer would puzzle
)

// sendNotice sends one message that answers an inbound one. Windows and caps
// do not apply: the person wrote to us a moment ago.
func (w *Worker) sendNotice(ctx context.Context, t queue.Task) error {
	if !w.clear(ctx, noticeHolds) {
		return nil // it is swept up again
	}
	n, err := w.Store.ClaimNotice(ctx, view.OpenNotice{ID: survey.NoticeID(t.ID), Generation: t.Generation},
		w.Clock.Now(), w.Keys.AddressKey)
	if survey.KindOf(err) == survey.NotFound {
		return nil // another worker has it, it left, or the person opted out
	}
	if err != nil {
		return err
	}
	out := w.answer(ctx, n)
	if out.Event == survey.AttemptDefer && n.Tries >= noticeTries {
		out.Event, out.Reason = survey.AttemptRefuse, survey.ReasonTriesSpent
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	return w.Store.RecordNotice(ctx, w.Clock.Now(), out)
}

// answer hands the notice over and says what became of it. Replies go first:
// the pace counts them, and makes the next attempts wait instead.
func (w *Worker) answer(ctx context.Context, n view.ClaimedNotice) view.NoticeOutcome {
	m, err := w.compose.notice(ctx, n)
	sender := w.carrier(n.Sender)
	switch {
	case ctx.Err() != nil:
		return view.NoticeOutcome{ID: n.ID, Event: survey.AttemptPutBack, Reason: survey.ReasonDeadline}
	case err != nil, sender == nil:
		w.Logger.ErrorContext(ctx, "no words or no sender for a notice", "notice", n.ID, "err", err)
		return view.NoticeOutcome{ID: n.ID, Event: survey.AttemptDefer, Reason: survey.ReasonConfig}
	}
	wait, ok, err := w.Pace.Reserve(ctx, noticeWaits, w.limits(n.Sender, nil, m.Units())...)
	if err != nil || !ok { // later then, when there is room
		return view.NoticeOutcome{ID: n.ID, Event: survey.AttemptPutBack, Reason: survey.ReasonRate, Wait: wait}
	}
	_ = pause(ctx, wait) // a context that has ended is seen by the sender
	m.SendBefore = w.Clock.Real().Add(noticeLasts)
	receipt, err := sender.Send(ctx, m)
	o := channel.Interpret(err)
	return view.NoticeOutcome{ID: n.ID, Event: o.Event, Reason: o.Reason, Code: o.Code,
		ProviderID: receipt.ProviderID, Segments: receipt.Segments, Cost: int64(m.Units()) * n.Sender.CostAt(w.Clock.Now())}
}
