package dispatch

import (
	"context"
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ReconsiderStore is what looking again at closed cases needs of the database.
type ReconsiderStore interface {
	ReconsiderClosed(ctx context.Context, now time.Time, limit int,
		decide func(view.Case) (survey.Disposition, survey.Reason)) (int, error)
}

// reconsider mends, once a slot, the codes of cases that were closed while a
// contact of theirs was under way that ended otherwise than it seemed.
func (s *Scheduler) reconsider(ctx context.Context) error {
	slot := int(s.clock.Real().Unix() / hintEvery)
	if slot == s.reconsidered {
		return nil
	}
	if _, err := s.store.ReconsiderClosed(ctx, s.clock.Now(), sweepLimit, known); err != nil {
		return err
	}
	s.reconsidered = slot
	return nil
}

// known is the code of a closed case by what is known now, if that may change the
// one it has.
func known(c view.Case) (survey.Disposition, survey.Reason) {
	code, why := disposition.Code(c.Facts, c.Campaign.Listed)
	code, _ = disposition.Reclassify(c.Invitation.Disposition, code)
	return code, why
}
