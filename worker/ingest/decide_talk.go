package ingest

import (
	"encoding/json"
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// text decides on an SMS.
func (d *decision) text(s stored) view.Change {
	t, conv, open := conversation(d.c, survey.TextMode, survey.Phone(s.From))
	if why, ok := d.taking(); !ok || !open {
		return d.idle(s, why)
	}
	step := d.step(t.State, survey.TextMode, instrument.Input{Text: s.Text, GivenName: givenName(d.c.Name)})
	var ch view.Change
	d.follow(&ch, step, survey.TextMode, s)
	ch.Conversation = &view.ConversationChange{Mode: survey.TextMode, SenderID: conv.SenderID, Phone: conv.Phone,
		State: encode(talk{State: step.State})}
	d.notice(&ch, s, step.Prompts)
	return ch
}

// idle decides on an SMS while no question is open: keywords act, a late
// answer is kept and thanked, anything else is an opinion for staff.
func (d *decision) idle(s stored, why survey.Reason) view.Change {
	r := instrument.ReadIdle(s.Text, instrument.ReadContext{Lang: d.c.Invitation.Language, GivenName: givenName(d.c.Name)})
	ch := view.Change{Human: true}
	switch r.Outcome {
	case survey.ReadOptOut:
		d.follow(&ch, instrument.Step{Effect: instrument.EffectOptOut}, survey.TextMode, s)
		d.notice(&ch, s, []instrument.Prompt{{Kind: instrument.PromptOptedOut}})
	case survey.ReadOptIn:
		d.follow(&ch, instrument.Step{Effect: instrument.EffectOptIn}, survey.TextMode, s)
		d.notice(&ch, s, []instrument.Prompt{{Kind: instrument.PromptOptedIn}})
	case survey.ReadHelp:
		d.notice(&ch, s, []instrument.Prompt{{Kind: instrument.PromptHelp}})
	case survey.ReadLanguage:
		ch.Language = r.Lang
		d.notice(&ch, s, []instrument.Prompt{{Kind: instrument.PromptLanguage}})
	default:
		kind := instrument.PromptOpinion
		switch why {
		case survey.ReasonSubmitted:
			kind = instrument.PromptAlreadyDone
		case survey.ReasonEnded:
			kind, ch.Late = instrument.PromptLate, true
		case survey.ReasonPaused:
			kind = instrument.PromptPaused
		}
		ch.Outcome, ch.Reason = outcomeParked, why
		d.notice(&ch, s, []instrument.Prompt{{Kind: kind}})
	}
	return ch
}

// keys decides on one step of a call.
func (d *decision) keys(s stored) view.Change {
	t, _, _ := conversation(d.c, survey.Voice, survey.Phone(s.From))
	var ch view.Change
	if _, ok := d.taking(); !ok {
		if d.out != nil {
			d.out.talk = lastSaid(view.Case{})
		}
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonSubmitted, Human: s.Text != ""}
	}
	in := instrument.Input{Keys: s.Text, Silence: s.Text == "" && !s.First, Begin: s.First}
	step := d.q.Step(t.State, d.c.Answers, survey.Voice, in)
	d.follow(&ch, step, survey.Voice, s)
	ch.Human = s.Text != ""
	said := talk{State: step.State, Said: step.Prompts, HangUp: step.HangUp}
	ch.Conversation = &view.ConversationChange{Mode: survey.Voice, SenderID: s.SenderID, Phone: survey.Phone(s.From),
		State: encode(said)}
	if d.out != nil {
		d.out.talk = said
	}
	return ch
}

// step takes a turn. A conversation that we opened has not begun on our side
// until the first reply arrives: its first question went out in the invitation.
func (d *decision) step(state instrument.State, m survey.Mode, in instrument.Input) instrument.Step {
	if state.Stage == instrument.StageNew {
		state = d.q.Step(state, d.c.Answers, m, instrument.Input{Begin: true}).State
	}
	return d.q.Step(state, d.c.Answers, m, in)
}

// follow turns a step of the conversation into a change.
func (d *decision) follow(ch *view.Change, step instrument.Step, m survey.Mode, s stored) {
	d.set(ch, m, step.Set)
	if step.State.Lang != "" {
		ch.Language = step.State.Lang
	}
	source := "sms"
	if m == survey.Voice {
		source = "call"
	}
	switch step.Effect {
	case instrument.EffectSubmit:
		d.submit(ch)
	case instrument.EffectOptOut:
		d.stop(ch, source, s.From)
		d.refuse(ch, "person")
	case instrument.EffectOptIn:
		ch.Lift, ch.AddressKeys = true, d.g.keys.AddressKey(survey.PhoneNumber, s.From)
		ch.Events = append(ch.Events, d.event(survey.EventOptedIn, survey.ReasonDue))
	case instrument.EffectRefuse:
		d.refuse(ch, "person")
	case instrument.EffectWrongPerson:
		ch.Suppress = append(ch.Suppress, survey.Suppression{Scope: survey.SuppressAll, Source: source,
			AddressKey: d.g.keys.AddressKey(survey.PhoneNumber, s.From)[0]})
		d.refuse(ch, "wrong_person")
	}
}

// notice answers a text with a text. Only the confirmation of an opt-out, and
// of a wrong number, reaches somebody who may not be contacted any more.
func (d *decision) notice(ch *view.Change, s stored, prompts []instrument.Prompt) {
	if len(prompts) == 0 || s.SenderID == 0 {
		return
	}
	pass := slices.ContainsFunc(prompts, func(p instrument.Prompt) bool {
		return p.Kind == instrument.PromptOptedOut || p.Kind == instrument.PromptWrongPerson
	})
	ch.Notices = append(ch.Notices, view.NewNotice{Channel: survey.SMS, SenderID: s.SenderID, Address: s.From,
		Prompts: encode(prompts), PassSuppression: pass})
}

// stray decides on what belongs to no case. A stranger's STOP counts all the
// same, for the number.
func (g *Ingest) stray(r view.InboxRow) (view.Change, error) {
	var s stored
	if err := json.Unmarshal(r.Payload, &s); err != nil || s.Kind != channel.InboundText {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonUnknownSender}, nil
	}
	ch := view.Change{Outcome: outcomeParked, Reason: survey.ReasonUnknownSender}
	prompt, pass := instrument.PromptStranger, false
	switch instrument.ReadIdle(s.Text, instrument.ReadContext{Lang: survey.Vietnamese}).Outcome {
	case survey.ReadOptOut:
		ch.Outcome, prompt, pass = outcomeApplied, instrument.PromptOptedOut, true
		ch.Suppress = []survey.Suppression{{Scope: survey.SuppressAll, Source: "sms",
			AddressKey: g.keys.AddressKey(survey.PhoneNumber, s.From)[0]}}
	case survey.ReadOptIn:
		ch.Outcome, prompt = outcomeApplied, instrument.PromptOptedIn
		ch.Lift, ch.AddressKeys = true, g.keys.AddressKey(survey.PhoneNumber, s.From)
	}
	if s.SenderID != 0 {
		ch.Notices = []view.NewNotice{{Channel: survey.SMS, SenderID: s.SenderID, Address: s.From,
			Prompts: encode([]instrument.Prompt{{Kind: prompt}}), PassSuppression: pass}}
	}
	return ch, nil
}

// encode renders our own words as JSON; structs of words always encode.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
