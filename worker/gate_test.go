package worker

import (
	"testing"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestGate(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 12, 14, 5, 0, 0, 0, time.UTC) // 12:00 in Viet Nam
	night := time.Date(2026, 12, 14, 16, 0, 0, 0, time.UTC)
	rules := survey.Protocol{Name: "thu", Zone: "Asia/Ho_Chi_Minh", Length: survey.Span(7 * 24 * time.Hour),
		Steps:   []survey.Step{{Name: "tin", Channel: survey.SMS, Text: "invitation"}},
		Windows: map[survey.Channel]survey.Window{survey.SMS: {From: "07:00", To: "22:00"}},
		DayCaps: map[survey.Channel]int{survey.SMS: 3}, Gap: survey.Span(time.Hour), WaveCap: 4, MonthCap: 9}
	loaded, err := protocol.Load(rules)
	if err != nil {
		t.Fatal(err)
	}
	// touched is so many contacts, the last of them some time before noon.
	touched := func(n int, channel survey.Channel, own bool, last time.Duration) func(*view.Candidate) {
		return func(k *view.Candidate) {
			for i := range n {
				k.Touches = append(k.Touches, survey.Touch{Channel: channel, Own: own, Arrived: true,
					At: noon.Add(-last - time.Duration(i)*time.Hour)})
			}
		}
	}
	fit := view.Candidate{Channel: survey.SMS, CampaignState: survey.CampaignFielding, InvitationState: survey.InvitationOpen,
		EndsAt: noon.Add(48 * time.Hour), Consented: true, Endpoint: survey.EndpointOK, Address: "+84310000001"}
	for name, c := range map[string]struct {
		change func(*view.Candidate)
		talk   bool
		now    time.Time
		event  survey.AttemptEvent
		reason survey.Reason
		due    time.Time
	}{
		"fit":             {now: noon, event: survey.AttemptClaim, reason: survey.ReasonDue},
		"night":           {now: night, event: survey.AttemptPutBack, reason: survey.ReasonWindow, due: time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)},
		"night, then end": {change: func(k *view.Candidate) { k.EndsAt = night.Add(time.Hour) }, now: night, event: survey.AttemptCancel, reason: survey.ReasonEnded},
		"day cap": {change: touched(3, survey.SMS, false, 2*time.Hour), now: noon, event: survey.AttemptPutBack, reason: survey.ReasonCap,
			due: noon.Add(20 * time.Hour)}, // the third last was four hours ago
		"gap":       {change: touched(1, survey.Call, false, 20*time.Minute), now: noon, event: survey.AttemptPutBack, reason: survey.ReasonWait, due: noon.Add(40 * time.Minute)},
		"wave cap":  {change: touched(4, survey.Mail, true, 2*time.Hour), now: noon, event: survey.AttemptCancel, reason: survey.ReasonCap},
		"month cap": {change: touched(9, survey.Mail, false, 2*time.Hour), now: noon, event: survey.AttemptCancel, reason: survey.ReasonEnded},
		"in Tokyo, where it is later": {change: func(k *view.Candidate) { k.Zone = "Asia/Tokyo" }, now: time.Date(2026, 12, 14, 14, 0, 0, 0, time.UTC),
			event: survey.AttemptPutBack, reason: survey.ReasonWindow, due: time.Date(2026, 12, 14, 22, 0, 0, 0, time.UTC)},
		"she wants it in the evening": {change: func(k *view.Candidate) { k.Hours = survey.HoursEvening }, now: noon,
			event: survey.AttemptPutBack, reason: survey.ReasonHours, due: time.Date(2026, 12, 14, 10, 0, 0, 0, time.UTC)},
		"the evening is after the end": {change: func(k *view.Candidate) { k.Hours, k.EndsAt = survey.HoursEvening, noon.Add(3*time.Hour) }, now: noon,
			event: survey.AttemptCancel, reason: survey.ReasonHours},
		"paused":          {change: func(k *view.Candidate) { k.CampaignState = survey.CampaignPaused }, now: noon, event: survey.AttemptPutBack, reason: survey.ReasonPaused, due: noon.Add(waitPaused)},
		"closed campaign": {change: func(k *view.Candidate) { k.CampaignState = survey.CampaignClosed }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonEnded},
		"ended":           {change: func(k *view.Candidate) { k.EndsAt = noon }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonEnded},
		"answered":        {change: func(k *view.Candidate) { k.InvitationState = survey.InvitationClosed }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonClosed},
		"refused":         {change: func(k *view.Candidate) { k.Refused = true }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonRefused},
		"suppressed":      {change: func(k *view.Candidate) { k.Suppressed = true }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonSuppressed},
		"suppressed, at night": {change: func(k *view.Candidate) { k.Suppressed = true }, now: night,
			event: survey.AttemptCancel, reason: survey.ReasonSuppressed},
		"no consent":    {change: func(k *view.Candidate) { k.Consented = false }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonNoConsent},
		"no endpoint":   {change: func(k *view.Candidate) { k.Endpoint = "" }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonNoEndpoint},
		"dead endpoint": {change: func(k *view.Candidate) { k.Endpoint = survey.EndpointDead }, now: noon, event: survey.AttemptCancel, reason: survey.ReasonDeadEndpoint},
		"another talk":  {change: func(k *view.Candidate) { k.Talking = true }, talk: true, now: noon, event: survey.AttemptPutBack, reason: survey.ReasonConversation, due: noon.Add(waitTalking)},
		"own talk":      {talk: true, now: noon, event: survey.AttemptClaim, reason: survey.ReasonDue, due: noon.Add(waitTalking)},
	} {
		k := fit
		if c.change != nil {
			c.change(&k)
		}
		step := rules.Steps[0]
		step.Conversation = c.talk
		v := gate{protocol: loaded, step: step, now: c.now}.verdict(k)
		if v.Event != c.event || v.Reason != c.reason || !v.DueAt.Equal(c.due) {
			t.Errorf("%s: %s %s %v, want %s %s %v", name, v.Event, v.Reason, v.DueAt, c.event, c.reason, c.due)
		}
		if (v.Conversation != nil) != (c.talk && c.event == survey.AttemptClaim) {
			t.Errorf("%s: conversation %s", name, v.Conversation)
		}
	}
}
