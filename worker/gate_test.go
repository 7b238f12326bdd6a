package worker

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestGate(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 12, 14, 5, 0, 0, 0, time.UTC) // 12:00 in Viet Nam
	night := time.Date(2026, 12, 14, 16, 0, 0, 0, time.UTC)
	protocol := survey.Protocol{Name: "thu", Zone: "Asia/Ho_Chi_Minh", Length: survey.Span(7 * 24 * time.Hour),
		Steps:   []survey.Step{{Name: "tin", Channel: survey.SMS, Text: "invitation"}},
		Windows: map[survey.Channel]survey.Window{survey.SMS: {From: "07:00", To: "22:00"}},
		DayCaps: map[survey.Channel]int{survey.SMS: 3}}
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
		"cap":             {change: func(k *view.Candidate) { k.Today = 3 }, now: noon, event: survey.AttemptPutBack, reason: survey.ReasonCap, due: noon.Add(waitCap)},
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
		step := protocol.Steps[0]
		step.Conversation = c.talk
		v := gate{protocol: protocol, step: step, now: c.now}.verdict(k)
		if v.Event != c.event || v.Reason != c.reason || !v.DueAt.Equal(c.due) {
			t.Errorf("%s: %s %s %v, want %s %s %v", name, v.Event, v.Reason, v.DueAt, c.event, c.reason, c.due)
		}
		if (v.Conversation != nil) != (c.talk && c.event == survey.AttemptClaim) {
			t.Errorf("%s: conversation %s", name, v.Conversation)
		}
	}
}
