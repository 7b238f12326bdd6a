package dispatch

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestCountReturned(t *testing.T) {
	t.Parallel()
	mail := func(s survey.AttemptState, why survey.Reason, n int) view.AttemptCount {
		return view.AttemptCount{Channel: survey.Mail, State: s, Reason: why, N: n}
	}
	got := CountReturned([]view.AttemptCount{
		mail(survey.AttemptSent, survey.ReasonHandedOver, 50), mail(survey.AttemptDelivered, survey.ReasonHandedOver, 20),
		mail(survey.AttemptUnknown, survey.ReasonInDoubt, 1), mail(survey.AttemptQueued, "", 9), mail(survey.AttemptCancelled, survey.ReasonAnswered, 9),
		mail(survey.AttemptUndelivered, survey.ReasonBounce, 3), mail(survey.AttemptFailed, survey.ReasonPermanent, 2),
		mail(survey.AttemptUndelivered, survey.ReasonSoftBounce, 4), mail(survey.AttemptFailed, survey.ReasonSoftBounce, 1),
		mail(survey.AttemptUndelivered, survey.ReasonFiltered, 6), mail(survey.AttemptFailed, survey.ReasonTriesSpent, 1),
		{Channel: survey.SMS, State: survey.AttemptUndelivered, Reason: survey.ReasonFiltered, N: 100},
	})
	if want := (ReturnedMail{Handed: 88, Dead: 5, Full: 5, Blocked: 6}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAlarmsOnReturnedMail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r                 ReturnedMail
		distrusted, stale bool
	}{
		{ReturnedMail{}, false, false},
		{ReturnedMail{Handed: 3, Blocked: 2, Dead: 1}, false, false},
		{ReturnedMail{Handed: 3, Blocked: 3}, true, false},
		{ReturnedMail{Handed: 150, Blocked: 3}, true, false},
		{ReturnedMail{Handed: 151, Blocked: 3}, false, false},
		{ReturnedMail{Handed: 4, Dead: 4}, false, false},
		{ReturnedMail{Handed: 100, Dead: 5}, false, true},
		{ReturnedMail{Handed: 101, Dead: 5}, false, false},
		{ReturnedMail{Handed: 10, Full: 10}, false, false},
	} {
		if c.r.Distrusted() != c.distrusted || c.r.Stale() != c.stale {
			t.Errorf("%+v: %t %t, want %t %t", c.r, c.r.Distrusted(), c.r.Stale(), c.distrusted, c.stale)
		}
	}
}
