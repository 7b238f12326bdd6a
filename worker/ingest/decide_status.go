package ingest

import (
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// status decides on a provider's word about a message of ours.
func (d *decision) status(s stored) view.Change {
	st := s.Status
	if st == nil || st.Event == "" {
		return view.Change{Outcome: outcomeIgnored}
	}
	kind, id, ok := parseRef(st.Ref)
	if !ok {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
	}
	if kind == 'n' {
		return view.Change{Notice: &view.NoticeOutcome{ID: survey.NoticeID(id), Event: st.Event, Reason: st.Reason,
			Code: st.Code, ProviderID: st.ProviderID}}
	}
	o := view.AttemptOutcome{ID: survey.AttemptID(id), Event: st.Event, Reason: st.Reason, Code: st.Code,
		ProviderID: st.ProviderID, DeadEndpoint: st.DeadEndpoint, OptedOut: st.OptedOut}
	ch := view.Change{Attempt: &o}
	ch.MessageLeft = d.judgeCall(&o)
	if st.OptedOut {
		ch.Suppress = []survey.Suppression{{ContactID: d.c.ContactID, Channel: survey.SMS,
			Scope: survey.SuppressAll, Source: "provider"}}
	}
	return ch
}

// judgeCall looks behind "completed": the line was answered, which is not yet a
// person. Nobody pressed a key: a machine, or silence. Keys were pressed and
// the end was not reached: the call broke off, and may be taken up again. It
// reports whether a machine, or silence, heard all that we had to say.
func (d *decision) judgeCall(o *view.AttemptOutcome) (messageLeft bool) {
	i := slices.IndexFunc(d.c.Attempts, func(a survey.Attempt) bool { return a.ID == o.ID })
	answered := o.Event == survey.AttemptDeliver || o.Reason == survey.ReasonMachine
	if i < 0 || d.c.Attempts[i].Channel != survey.Call || !answered || d.c.Invitation.State == survey.InvitationClosed {
		return false
	}
	t, _, open := conversation(d.c, survey.Voice, "")
	switch {
	case !open || !t.Pressed:
		o.Event, o.Reason = survey.AttemptUndeliver, survey.ReasonMachine
		return open && t.HangUp
	case o.Event == survey.AttemptDeliver && t.Stage != instrument.StageDone:
		o.Event, o.Reason = survey.AttemptUndeliver, survey.ReasonHungUp
	}
	return false
}
