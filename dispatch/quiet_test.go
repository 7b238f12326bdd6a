package dispatch

import (
	"testing"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestWhenASilentConversationIsTakenUp(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 12, 15, 12, 0, 0, 0, zone)
	spoken := noon.Add(-5 * time.Hour)
	quiet := view.QuietTalk{ID: 1, InvitationID: 2, SpokenAt: spoken, PromptedAt: spoken, Protocol: protocol.Monthly(), EndsAt: noon.Add(48 * time.Hour)}
	for what, tc := range map[string]struct {
		now    time.Time
		upset  func(*view.QuietTalk)
		why    view.AgainWhy
		speaks bool
		look   time.Time
	}{
		"five hours of silence":       {noon, func(*view.QuietTalk) {}, view.AgainSilent, true, time.Time{}},
		"the prompt waits":            {noon, func(q *view.QuietTalk) { q.UnderWay, q.PromptedAt = true, time.Time{} }, view.AgainSilent, false, noon.Add(lookAgain)},
		"the prompt never left":       {noon, func(q *view.QuietTalk) { q.PromptedAt = time.Time{} }, view.AgainSilent, false, time.Time{}},
		"the prompt left an hour ago": {noon, func(q *view.QuietTalk) { q.PromptedAt = noon.Add(-time.Hour) }, view.AgainSilent, false, noon.Add(3 * time.Hour)},
		"at night":                    {noon.Add(11 * time.Hour), func(*view.QuietTalk) {}, view.AgainSilent, false, time.Date(2026, 12, 16, 7, 0, 0, 0, zone)},
		"at night before the end":     {noon.Add(11 * time.Hour), func(q *view.QuietTalk) { q.EndsAt = noon.Add(12 * time.Hour) }, view.AgainSilent, false, time.Time{}},
		"evenings only":               {noon, func(q *view.QuietTalk) { q.Hours = survey.HoursEvening }, view.AgainSilent, false, noon.Add(5 * time.Hour)},
		"held":                        {noon, func(q *view.QuietTalk) { q.PromptedAt = time.Time{} }, view.AgainHeld, true, time.Time{}},
		"held, at night":              {noon.Add(11 * time.Hour), func(*view.QuietTalk) {}, view.AgainHeld, false, time.Date(2026, 12, 16, 7, 0, 0, 0, zone)},
	} {
		q := quiet
		tc.upset(&q)
		o, err := takeUp(q, tc.why, tc.now)
		if err != nil || (len(o.Payload) > 0) != tc.speaks || !o.LookAt.Equal(tc.look) {
			t.Errorf("%s: speaks %v, looks at %v, %v", what, len(o.Payload) > 0, o.LookAt, err)
		}
	}
}
