package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// QuietStore is what taking up conversations needs of the database.
type QuietStore interface {
	SilentTalks(ctx context.Context, now time.Time, limit int) ([]view.QuietTalk, error)
	HeldTalks(ctx context.Context, now time.Time, limit int) ([]view.QuietTalk, error)
	TakeUp(ctx context.Context, orders []view.TakeUp) error
}

// lookAgain is when a conversation is looked at again whose prompt is on its way.
const lookAgain = 5 * time.Minute

// quiet takes up conversations by SMS in which it is our turn: where the person fell
// silent, once, and where one was held for another campaign's, which is over. What is
// found arrives as if somebody had said so, and is decided under the locks of its
// case: whoever answers meanwhile is not spoken to.
func (s *Scheduler) quiet(ctx context.Context) error {
	now := s.clock.Now()
	silent, err := s.store.SilentTalks(ctx, now, sweepLimit)
	if err != nil {
		return err
	}
	held, err := s.store.HeldTalks(ctx, now, sweepLimit)
	if err != nil {
		return err
	}
	own, err := s.store.OwnDays(ctx)
	if err != nil {
		return err
	}
	var orders []view.TakeUp
	var failed []error
	for why, talks := range map[view.AgainWhy][]view.QuietTalk{view.AgainSilent: silent, view.AgainHeld: held} {
		for _, t := range talks {
			t.Own = own
			o, err := takeUp(t, why, now)
			if err != nil {
				failed = append(failed, err)
				continue
			}
			if why == view.AgainSilent || len(o.Payload) > 0 {
				orders = append(orders, o)
			}
		}
	}
	if len(orders) == 0 {
		return errors.Join(failed...)
	}
	if err := s.store.TakeUp(ctx, orders); err != nil {
		return err
	}
	var tasks []queue.Task
	for _, o := range orders {
		if len(o.Payload) > 0 {
			tasks = append(tasks, queue.Task{Kind: queue.Ingest, ID: int64(o.InvitationID), Generation: int(o.ID)})
		}
	}
	return errors.Join(append(failed, s.queue.Enqueue(ctx, tasks...))...)
}

// takeUp decides on one conversation at now. Nobody is spoken to outside the hours of
// texts, and no silence begins before the prompt was really sent.
func takeUp(t view.QuietTalk, why view.AgainWhy, now time.Time) (view.TakeUp, error) {
	o := view.TakeUp{ID: t.ID, InvitationID: t.InvitationID, SpokenAt: t.SpokenAt}
	if why == view.AgainSilent {
		switch {
		case t.UnderWay:
			o.LookAt = now.Add(lookAgain)
			return o, nil
		case t.PromptedAt.IsZero():
			return o, nil // nothing was asked
		case now.Before(t.PromptedAt.Add(survey.IdleAfter)):
			o.LookAt = t.PromptedAt.Add(survey.IdleAfter)
			return o, nil
		}
	}
	l, err := protocol.Load(t.Protocol)
	if err != nil {
		return o, err
	}
	p := l.With(t.Own).Permit(protocol.Ask{Channel: survey.SMS, Zone: t.Zone, Hours: t.Hours, From: now})
	switch {
	case p.Never(), !p.At.Before(t.EndsAt):
		return o, nil
	case p.At.After(now):
		o.LookAt = p.At
		return o, nil
	}
	o.Payload, err = json.Marshal(map[string]any{"kind": channel.InboundAgain, "again": view.Again{Why: why, SpokenAt: t.SpokenAt}})
	o.Key = fmt.Sprintf("%s-%d-%d", why, t.ID, t.SpokenAt.UnixMicro())
	return o, err
}
