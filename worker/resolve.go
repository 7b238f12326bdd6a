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

// ProvenAbsent is the usual Config.ProvenAbsent.
const ProvenAbsent = 15 * time.Minute

// A mail in doubt is sent once more, if that is the policy, when its worker has
// surely nothing to say any more.
const resendAfter = time.Minute

// resolve looks for messages in doubt: a callback may settle them at any time,
// the provider's listing does so here. E-mail has no listing; only staff, or the
// campaign's policy, can say whether to send it again.
func (w *Worker) resolve(ctx context.Context, _ queue.Task) error {
	_, parked := w.Store.MatchParked(ctx) // what is found is swept up
	failed := []error{parked}
	doubts, err := w.Store.TakeDoubts(ctx, 50)
	failed = append(failed, err)
	for _, d := range doubts {
		failed = append(failed, w.look(ctx, d))
	}
	notices, err := w.Store.TakeNoticeDoubts(ctx, 50)
	failed = append(failed, err)
	for _, d := range notices {
		failed = append(failed, w.lookForNotice(ctx, d))
	}
	return errors.Join(failed...)
}

// finding is how a look ended.
type finding int

const (
	unsettled finding = iota // look again later
	found                    // it left, and this is what became of it
	absent                   // it never left
	staffs                   // only a person can tell
)

// A sighting is what a look came to: what the provider says of one that was found,
// and why only a person can settle it.
type sighting struct {
	finding
	status channel.Status
	why    survey.Finding
}

// find asks the provider's listing for one message. firm says that the words are
// surely those that may have left.
func (w *Worker) find(ctx context.Context, finder channel.Finder, p channel.Probe, firm bool) (sighting, error) {
	got, err := finder.Find(ctx, p)
	switch {
	case err != nil:
		return sighting{}, err
	case got.Matches == 1:
		if got.Status.Event == "" {
			got.Status.Event, got.Status.Reason = survey.AttemptAccept, survey.ReasonFound
		}
		return sighting{finding: found, status: got.Status}, nil
	case got.Matches > 1:
		return sighting{finding: staffs, why: survey.FindingSeveral}, nil
	case w.Clock.Real().Sub(p.At) < w.ProvenAbsent:
		return sighting{}, nil
	case !firm && !got.Exact:
		return sighting{finding: staffs, why: survey.FindingWordsMoved}, nil
	}
	return sighting{finding: absent}, nil
}

func (w *Worker) look(ctx context.Context, d view.Doubt) error {
	sender := w.carrier(d.Sender)
	if sender == nil {
		return nil // another worker has the channel
	}
	finder, ok := sender.(channel.Finder)
	switch {
	case !ok && !d.Resend:
		return w.Store.LeaveDoubtToStaff(ctx, d.AttemptID, survey.FindingNoListing)
	case !ok && w.Clock.Real().Sub(d.Since) < resendAfter:
		return nil
	case !ok:
		return w.settle(ctx, view.AttemptOutcome{ID: d.AttemptID, Event: survey.AttemptAbsent, Reason: survey.ReasonResend})
	}
	body, firm, err := w.compose.again(ctx, d)
	if err != nil {
		return err
	}
	l, err := w.find(ctx, finder, channel.Probe{Ref: attemptRef(d.AttemptID), Channel: d.Channel, From: d.Sender.Address,
		To: d.To, Body: body, At: d.Since}, firm)
	switch {
	case err != nil || l.finding == unsettled:
		return err
	case l.finding == staffs:
		return w.Store.LeaveDoubtToStaff(ctx, d.AttemptID, l.why)
	case l.finding == absent:
		return w.settle(ctx, view.AttemptOutcome{ID: d.AttemptID, Event: survey.AttemptAbsent, Reason: survey.ReasonAbsent})
	}
	s := l.status
	return w.settle(ctx, view.AttemptOutcome{ID: d.AttemptID, Event: s.Event, Reason: s.Reason, Code: s.Code,
		ProviderID: s.ProviderID, DeadEndpoint: s.DeadEndpoint})
}

// settle writes what became of an attempt in doubt; one that never left is due
// now.
func (w *Worker) settle(ctx context.Context, o view.AttemptOutcome) error {
	now := w.Clock.Now()
	o.DueAt = now
	return w.Store.RecordOutcomes(ctx, now, []view.AttemptOutcome{o})
}

// lookForNotice looks for one answer of ours. If it never left, it leaves now,
// unless the person has had a later one.
func (w *Worker) lookForNotice(ctx context.Context, d view.NoticeDoubt) error {
	sender := w.carrier(d.Sender)
	if sender == nil {
		return nil
	}
	finder, ok := sender.(channel.Finder)
	if !ok {
		return w.Store.LeaveNoticeToStaff(ctx, d.ID, survey.FindingNoListing)
	}
	m, err := w.compose.notice(ctx, d.ClaimedNotice)
	if err != nil {
		return err
	}
	l, err := w.find(ctx, finder, channel.Probe{Ref: m.Ref, Channel: d.Channel, From: m.From, To: m.To, Body: m.Body,
		At: d.Since}, !d.Moved)
	o := view.NoticeOutcome{ID: d.ID, Event: l.status.Event, Reason: l.status.Reason, Code: l.status.Code, ProviderID: l.status.ProviderID}
	switch {
	case err != nil || l.finding == unsettled:
		return err
	case l.finding == staffs:
		return w.Store.LeaveNoticeToStaff(ctx, d.ID, l.why)
	case l.finding == absent && d.Passed:
		o.Event, o.Reason = survey.AttemptRefuse, survey.ReasonAbsent
	case l.finding == absent:
		o.Event, o.Reason = survey.AttemptAbsent, survey.ReasonAbsent
	}
	return w.Store.RecordNotice(ctx, w.Clock.Now(), o)
}
