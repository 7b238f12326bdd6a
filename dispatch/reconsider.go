package dispatch

import (
	"context"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// OutrunStore is what looking again at closed cases needs of the database.
type OutrunStore interface {
	ReconsiderOutrun(ctx context.Context, now time.Time, limit int,
		decide func(view.Case) (survey.Disposition, survey.Reason)) (int, error)
}

// reconsider mends, once a slot, the codes of cases that were closed as never
// contacted while a worker was handing their contact over.
func (s *Scheduler) reconsider(ctx context.Context) error {
	slot := int(s.clock.Real().Unix() / hintEvery)
	if slot == s.reconsidered {
		return nil
	}
	if _, err := s.store.ReconsiderOutrun(ctx, s.clock.Now(), sweepLimit, better); err != nil {
		return err
	}
	s.reconsidered = slot
	return nil
}

// better is the code of a closed case by what is known now, if that is higher
// than the one it has.
func better(c view.Case) (survey.Disposition, survey.Reason) {
	code, why := disposition.Code(c.Facts, c.Campaign.Listed)
	code, _ = disposition.Reclassify(c.Invitation.Disposition, code)
	return code, why
}
