package worker

import (
	"encoding/json"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// How long an attempt waits, in business time, before it is looked at again.
const (
	waitPaused  = 10 * time.Minute
	waitTalking = protocol.RecheckTalk // as survey.TalkRests
	waitBudget  = protocol.Recheck
)

// gate is the last look before the wire: may this attempt leave now? It is
// asked under the attempt's lock, on facts read after the lock was taken.
type gate struct {
	protocol protocol.Loaded
	step     survey.Step
	now      time.Time
}

// verdict decides on one candidate, always with a reason.
func (g gate) verdict(k view.Candidate) view.Verdict {
	if why := g.never(k); why != "" {
		return view.Verdict{Event: survey.AttemptCancel, Reason: why}
	}
	permit := g.protocol.Permit(protocol.Ask{Channel: k.Channel, Zone: k.Zone, Hours: k.Hours, From: g.now, Touches: k.Touches})
	if permit.Never() {
		return view.Verdict{Event: survey.AttemptCancel, Reason: permit.Reason}
	}
	if why, at := g.notNow(k, permit); why != "" {
		if !at.Before(k.EndsAt) {
			if why != survey.ReasonHours { // it was not the end that held it up
				why = survey.ReasonEnded
			}
			return view.Verdict{Event: survey.AttemptCancel, Reason: why}
		}
		return view.Verdict{Event: survey.AttemptPutBack, Reason: why, DueAt: at}
	}
	v := view.Verdict{Event: survey.AttemptClaim, Reason: survey.ReasonDue}
	if g.step.Conversation {
		v.Conversation = firstTurn(k.Language)
		v.DueAt = g.now.Add(waitTalking)
	}
	return v
}

// never says why the attempt may not leave at all, "" if it may.
func (g gate) never(k view.Candidate) survey.Reason {
	switch {
	case k.CampaignState != survey.CampaignFielding && k.CampaignState != survey.CampaignPaused,
		!g.now.Before(k.EndsAt):
		return survey.ReasonEnded
	case k.Refused:
		return survey.ReasonRefused
	case k.Left:
		return survey.ReasonLeft
	case k.InvitationState != survey.InvitationOpen && k.InvitationState != survey.InvitationStarted:
		return survey.ReasonClosed
	case k.Suppressed:
		return survey.ReasonSuppressed
	case !k.Consented:
		return survey.ReasonNoConsent
	case k.Endpoint == "" || k.Address == "":
		return survey.ReasonNoEndpoint
	case k.Endpoint == survey.EndpointDead:
		return survey.ReasonDeadEndpoint
	}
	return ""
}

// notNow says why the attempt has to wait, and until when; "" if it may go.
func (g gate) notNow(k view.Candidate, permit protocol.Permit) (survey.Reason, time.Time) {
	if k.CampaignState == survey.CampaignPaused {
		return survey.ReasonPaused, g.now.Add(waitPaused)
	}
	if permit.At.After(g.now) {
		return permit.Reason, permit.At
	}
	if g.step.Conversation && k.Talking {
		return survey.ReasonConversation, g.now.Add(waitTalking)
	}
	return "", time.Time{}
}

// firstTurn is the state of a conversation that we open.
func firstTurn(l survey.Lang) json.RawMessage {
	b, err := json.Marshal(instrument.State{Lang: l.Or(survey.Vietnamese)})
	if err != nil {
		return nil // a struct of words always encodes
	}
	return b
}
