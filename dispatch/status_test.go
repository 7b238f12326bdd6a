package dispatch

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What is planned has left when it is due and the pace allows; who waits for a
// person makes it unknown.
func TestFinishIsEstimatedOrUnknown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	wait := func(why survey.Reason, n int, last time.Duration) view.WaitCount {
		return view.WaitCount{Why: why, N: n, Next: at(last), Last: at(last)}
	}
	for name, c := range map[string]struct {
		recent int
		waits  []view.WaitCount
		want   time.Time
	}{
		"nothing waits":                  {100, nil, time.Time{}},
		"half an hour at ten a minute":   {100, []view.WaitCount{wait(survey.ReasonDue, 300, 0)}, at(30 * time.Minute)},
		"due, and nobody sends":          {0, []view.WaitCount{wait(survey.ReasonDue, 300, 0)}, time.Time{}},
		"later, and nobody sends yet":    {0, []view.WaitCount{wait(survey.ReasonWait, 300, time.Hour)}, at(time.Hour)},
		"not before the last is due":     {100, []view.WaitCount{wait(survey.ReasonDue, 10, 0), wait(survey.ReasonWindow, 10, 5*time.Hour)}, at(5 * time.Hour)},
		"the pace is what takes longer":  {10, []view.WaitCount{wait(survey.ReasonDue, 50, 0), wait(survey.ReasonWindow, 10, time.Minute)}, at(time.Hour)},
		"the budget waits for somebody":  {10, []view.WaitCount{wait(survey.ReasonDue, 50, 0), wait(survey.ReasonBudget, 1, 0)}, time.Time{}},
		"a pause waits for somebody":     {10, []view.WaitCount{wait(survey.ReasonPaused, 50, 0)}, time.Time{}},
		"a sender rests for who knows":   {10, []view.WaitCount{wait(survey.ReasonHalted, 50, 0)}, time.Time{}},
		"the provider asks for patience": {0, []view.WaitCount{wait(survey.ReasonTemporary, 5, time.Hour)}, time.Time{}},
		"as it did, and others leave":    {10, []view.WaitCount{wait(survey.ReasonTemporary, 5, time.Hour)}, at(time.Hour)},
	} {
		if got := finish(view.Status{Waits: c.waits, Recent: c.recent}, now); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAFilterThatCanMatchNothingIsRefused(t *testing.T) {
	t.Parallel()
	p := survey.Protocol{Steps: []survey.Step{{Name: "thu"}}}
	ref := func(s string) *string { return &s }
	channel, state, reason, none := survey.SMS, survey.AttemptUnknown, survey.ReasonBounce, survey.Reason("")
	bad, code, arrival, open := survey.Reason("bouncing"), survey.NonContact, view.ArrivalParked, survey.InvitationOpen
	wrongCode, wrongCase := survey.Disposition("9.9"), survey.InvitationState("opened")
	for name, c := range map[string]struct {
		f    view.PeopleFilter
		fits bool
	}{
		"nothing asked":             {view.PeopleFilter{Of: view.BehindCases}, true},
		"a case":                    {view.PeopleFilter{Of: view.BehindCases, Case: &open, Disposition: &code, Stratum: ref("x")}, true},
		"attempts":                  {view.PeopleFilter{Of: view.BehindAttempts, Case: &open, Channel: &channel, Step: ref("thu"), State: &state, Reason: &reason}, true},
		"no reason on record":       {view.PeopleFilter{Of: view.BehindAttempts, Reason: &none}, true},
		"arrivals":                  {view.PeopleFilter{Of: view.BehindArrivals, Arrival: &arrival}, true},
		"notices":                   {view.PeopleFilter{Of: view.BehindNotices, Channel: &channel, State: &state, Reason: &reason}, true},
		"no such code":              {view.PeopleFilter{Of: view.BehindCases, Disposition: &wrongCode}, false},
		"no such state of a case":   {view.PeopleFilter{Of: view.BehindCases, Case: &wrongCase}, false},
		"no such step":              {view.PeopleFilter{Of: view.BehindAttempts, Step: ref("tin")}, false},
		"no such reason":            {view.PeopleFilter{Of: view.BehindAttempts, Reason: &bad}, false},
		"waiting for nothing":       {view.PeopleFilter{Of: view.BehindAttempts, Why: &none}, false},
		"arrivals have no channel":  {view.PeopleFilter{Of: view.BehindArrivals, Channel: &channel}, false},
		"notices have no step":      {view.PeopleFilter{Of: view.BehindNotices, Step: ref("thu")}, false},
		"notices do not wait":       {view.PeopleFilter{Of: view.BehindNotices, Why: &reason}, false},
		"cases have no reason":      {view.PeopleFilter{Of: view.BehindCases, Reason: &reason}, false},
		"attempts are not arrivals": {view.PeopleFilter{Of: view.BehindAttempts, Arrival: &arrival}, false},
	} {
		err := filterFits(c.f, p)
		if (err == nil) != c.fits || err != nil && survey.CodeOf(err) != survey.CodeUnknownFilter {
			t.Errorf("%s: %v", name, err)
		}
	}
}
