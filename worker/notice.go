package worker

import (
	"context"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// noticeLasts is how long after its claim a notice may still leave; its lease
// lasts 20 seconds.
const noticeLasts = 10 * time.Second

// sendNotice sends one message that answers an inbound one. Windows and caps
// do not apply: the person wrote to us a moment ago.
func (w *Worker) sendNotice(ctx context.Context, t queue.Task) error {
	n, err := w.Store.ClaimNotice(ctx, view.OpenNotice{ID: survey.NoticeID(t.ID), Generation: t.Generation},
		w.Clock.Now(), w.Keys.AddressKey)
	if survey.KindOf(err) == survey.NotFound {
		return nil // another worker has it, it left, or the person opted out
	}
	if err != nil {
		return err
	}
	out := view.NoticeOutcome{ID: n.ID}
	m, err := w.compose.notice(ctx, n)
	sender := w.Channels[n.Channel]
	if err != nil || sender == nil {
		w.Logger.ErrorContext(ctx, "no words or no sender for a notice", "notice", n.ID, "err", err)
		out.Event, out.Reason = survey.AttemptRefuse, survey.ReasonConfig
		return w.Store.RecordNotice(ctx, w.Clock.Now(), out)
	}
	m.SendBefore = w.Clock.Real().Add(noticeLasts)
	if wait, err := w.Pace.Reserve(ctx, n.Sender.ID, n.Sender.Rate, 1); err == nil {
		_ = pause(ctx, wait)
	}
	receipt, err := sender.Send(ctx, m)
	o := channel.Interpret(err)
	out.Event, out.Reason, out.Code = o.Event, o.Reason, o.Code
	out.ProviderID, out.Segments = receipt.ProviderID, receipt.Segments
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordGrace)
	defer cancel()
	return w.Store.RecordNotice(ctx, w.Clock.Now(), out)
}
