package worker

import (
	"context"
	"errors"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// A listing that does not show a message for this long, in real time, proves
// that it was never created.
const provenAbsent = 15 * time.Minute

// resolve looks for attempts in doubt: a callback may settle them at any time,
// the provider's listing does so here. E-mail has no listing; only staff can
// say whether to send it again.
func (w *Worker) resolve(ctx context.Context, _ queue.Task) error {
	doubts, err := w.Store.TakeDoubts(ctx, 50)
	if err != nil {
		return err
	}
	var failed []error
	for _, d := range doubts {
		failed = append(failed, w.look(ctx, d))
	}
	return errors.Join(failed...)
}

func (w *Worker) look(ctx context.Context, d view.Doubt) error {
	sender := w.Channels[d.Channel]
	if sender == nil {
		return nil // another worker has the channel
	}
	finder, ok := sender.(channel.Finder)
	if !ok {
		return w.Store.LeaveDoubtToStaff(ctx, d.AttemptID)
	}
	body, firm, err := w.compose.again(ctx, d)
	if err != nil {
		return err
	}
	found, err := finder.Find(ctx, channel.Probe{Ref: attemptRef(d.AttemptID), Channel: d.Channel, From: d.Sender.Address, To: d.To,
		Body: body, At: d.Since})
	if err != nil {
		return err
	}
	o := view.AttemptOutcome{ID: d.AttemptID, Event: survey.AttemptAccept, Reason: survey.ReasonFound}
	switch {
	case found.Matches == 1:
		o.ProviderID, o.Code, o.DeadEndpoint = found.Status.ProviderID, found.Status.Code, found.Status.DeadEndpoint
		if found.Status.Event != "" {
			o.Event, o.Reason = found.Status.Event, found.Status.Reason
		}
	case found.Matches > 1:
		return w.Store.LeaveDoubtToStaff(ctx, d.AttemptID)
	case w.Clock.Real().Sub(d.Since) < provenAbsent:
		return nil
	case !firm:
		return w.Store.LeaveDoubtToStaff(ctx, d.AttemptID) // other words may have left
	default:
		o = view.AttemptOutcome{ID: d.AttemptID, Event: survey.AttemptAbsent, Reason: survey.ReasonAbsent, DueAt: w.Clock.Now()}
	}
	return w.Store.RecordOutcomes(ctx, w.Clock.Now(), []view.AttemptOutcome{o})
}
