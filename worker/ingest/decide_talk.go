package ingest

import (
	"encoding/json"
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// text decides on an SMS.
func (d *decision) text(s stored) view.Change {
	t, conv, open := conversation(d.c, survey.TextMode, survey.Phone(s.From))
	if why, ok := d.taking(); !ok || !open {
		if ch, joined := d.afterwards(s, why); joined {
			return ch
		}
		return d.idle(s, why)
	}
	if ch, ok := d.switched(s); ok {
		return ch
	}
	if ch, ok := d.staffed(s, t.State, conv); ok {
		return ch
	}
	if ch, ok := d.wished(s, t.State, conv); ok {
		return ch
	}
	step := d.step(t.State, survey.TextMode, d.texted(s, conv, t.State))
	ch := view.Change{Human: true}
	d.follow(&ch, step, survey.TextMode, s)
	if step.Reason == "sent_again" {
		ch.Outcome, ch.Reason = outcomeIgnored, survey.ReasonDuplicate
	} else {
		unread(&ch, t.State, step)
	}
	// A conversation that has come to its end is closed: as long as it is open,
	// no other campaign may talk with this phone.
	ch.Conversation = &view.ConversationChange{Mode: survey.TextMode, SenderID: conv.SenderID, Phone: conv.Phone,
		State: encode(talk{State: step.State}), Nudged: conv.Nudged, Close: over(step.State.Stage)}
	d.notice(&ch, s, step.Prompts)
	return ch
}

// over reports whether nothing can be asked any more.
func over(s instrument.Stage) bool {
	return s == instrument.StageDone || s == instrument.StageDeclined || s == instrument.StageStopped
}

// idle decides on an SMS while no question is open: keywords act, a late
// answer is kept and thanked, anything else is an opinion for staff. What is no
// keyword is answered once a day: it may be a machine that answers ours.
func (d *decision) idle(s stored, why survey.Reason) view.Change {
	r := instrument.ReadIdle(s.Text, instrument.ReadContext{Lang: d.c.Invitation.Language, GivenName: givenName(d.c.Name)})
	ch := view.Change{Human: true}
	effect, kind := idleEffect(r)
	daily := kind == instrument.PromptWrongPerson // and it was the last they hear of us
	switch {
	case kind == "":
		daily = true
		ch.Outcome, ch.Reason = outcomeParked, why
		if ch.Matter, kind = d.idleMatter(s, why); ch.Matter == nil {
			ch.Outcome = outcomeIgnored
		}
	case kind == instrument.PromptOptedOut && slices.Contains(d.c.Suppressed, ""):
		kind = "" // it was confirmed before, and that is the last they hear of us
	}
	d.follow(&ch, instrument.Step{Effect: effect, State: instrument.State{Lang: r.Lang}}, survey.TextMode, s)
	if kind != "" {
		d.notice(&ch, s, []instrument.Prompt{{Kind: kind}})
	}
	for i := range ch.Notices {
		ch.Notices[i].Daily, ch.Notices[i].Once = daily, kind == instrument.PromptLate
	}
	return ch
}

// idleEffect says what a keyword does while no question is open, and what is
// answered; no words: it is no keyword.
func idleEffect(r instrument.Reading) (instrument.Effect, instrument.PromptKind) {
	switch r.Outcome {
	case survey.ReadOptOut:
		return instrument.EffectOptOut, instrument.PromptOptedOut
	case survey.ReadOptIn:
		return instrument.EffectOptIn, instrument.PromptOptedIn
	case survey.ReadLanguage:
		return instrument.EffectLanguage, instrument.PromptLanguage
	case survey.ReadHelp:
		switch r.Reason {
		case "link":
			return instrument.EffectLink, instrument.PromptLink
		case "decline":
			return instrument.EffectRefuse, instrument.PromptDeclined
		case "wrong_person":
			return instrument.EffectWrongPerson, instrument.PromptWrongPerson
		}
		return instrument.EffectNone, instrument.PromptHelp
	}
	return instrument.EffectNone, ""
}

// unheard notes on the conversation that a step of this call was lost to us. A
// call of which no step reached us has none; how it ends tells the same.
func (d *decision) unheard(s stored) view.Change {
	t, v, open := conversation(d.c, survey.Voice, survey.Phone(s.From))
	ch := view.Change{Human: s.Text != "", Reason: survey.ReasonOurSide}
	if !open {
		ch.Outcome = outcomeIgnored
		return ch
	}
	t.Unheard, t.Pressed = s.CallID, t.Pressed || s.Text != ""
	ch.Conversation = &view.ConversationChange{Mode: survey.Voice, SenderID: v.SenderID, Phone: v.Phone, State: encode(t)}
	return ch
}

// keys decides on one step of a call.
func (d *decision) keys(s stored) view.Change {
	if s.Unheard {
		return d.unheard(s)
	}
	t, _, _ := conversation(d.c, survey.Voice, survey.Phone(s.From))
	ch := view.Change{Human: s.pressed()} // a line that is answered may be a machine
	if why, ok := d.taking(); !ok {
		if d.out != nil {
			d.out.talk, d.out.refused = lastSaid(view.Case{}), why
		}
		ch.Outcome, ch.Reason = outcomeIgnored, why
		d.spokenFor(&ch, s, "")
		return ch
	}
	in := instrument.Input{Keys: s.Text, Recording: s.recorded(), Silence: !s.pressed() && !s.First, Begin: s.First, Today: d.g.today(d.c, d.now), NoLink: !s.textable()}
	step := d.q.Step(d.spoken(t.State), d.c.Answers, survey.Voice, in)
	d.follow(&ch, step, survey.Voice, s)
	d.spokenFor(&ch, s, spokenTo(step.Set, s.recorded()))
	if step.Effect == instrument.EffectLink {
		by := stored{Inbound: s.Inbound, SenderID: s.TextSenderID}
		d.notice(&ch, by, []instrument.Prompt{{Kind: instrument.PromptLink}})
	}
	// It stays open after its end, to say the same again when the provider asks
	// again; unlike a text's, it keeps no other call waiting.
	said := talk{State: step.State, Said: step.Prompts, HangUp: step.HangUp, Pressed: s.pressed() || t.Pressed && !s.First, CallID: s.CallID}
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
	state = d.spoken(state)
	if state.Stage == instrument.StageNew {
		state = d.q.Step(state, d.c.Answers, m, instrument.Input{Begin: true}).State
	}
	return d.q.Step(state, d.c.Answers, m, in)
}

// spoken gives a conversation that is new the person's language.
func (d *decision) spoken(s instrument.State) instrument.State {
	if s.Lang == "" {
		s.Lang = d.c.Invitation.Language
	}
	return s
}

// follow turns a step of the conversation into a change.
func (d *decision) follow(ch *view.Change, step instrument.Step, m survey.Mode, s stored) {
	d.set(ch, m, step.Set)
	source := "sms"
	if m == survey.Voice {
		source = "call"
	}
	switch step.Effect {
	case instrument.EffectLanguage:
		ch.Language = step.State.Lang
	case instrument.EffectSubmit:
		d.submit(ch)
	case instrument.EffectOptOut:
		d.stop(ch, source, s.From)
		d.refuse(ch)
	case instrument.EffectOptIn:
		ch.Lift, ch.AddressKeys = true, d.g.keys.AddressKey(survey.PhoneNumber, s.From)
		ch.Events = append(ch.Events, d.event(survey.EventOptedIn, survey.ReasonDue))
	case instrument.EffectRefuse:
		d.refuse(ch)
	case instrument.EffectWithdraw:
		d.unwilling(ch)
	case instrument.EffectStaff:
		ch.Outcome, ch.Reason = outcomeParked, survey.ReasonNotUnderstood
	case instrument.EffectWrongPerson:
		d.wrongPerson(ch, source, s.From)
	}
}

// notice answers a text with a text. Only the confirmation of an opt-out, and
// of a wrong number, reaches somebody who may not be contacted any more.
func (d *decision) notice(ch *view.Change, s stored, prompts []instrument.Prompt) {
	if len(prompts) == 0 || s.SenderID == 0 || !answerable(s.From) {
		return
	}
	pass := slices.ContainsFunc(prompts, func(p instrument.Prompt) bool {
		return p.Kind == instrument.PromptOptedOut || p.Kind == instrument.PromptWrongPerson
	})
	ch.Notices = append(ch.Notices, view.NewNotice{Channel: survey.SMS, SenderID: s.SenderID, Address: s.From,
		Prompts: encode(prompts), PassSuppression: pass})
}

// answerable reports whether a text can be answered: operators and shops write from
// names and short codes, and what is sent there may cost money.
func answerable(from string) bool {
	digits, plus := strings.CutPrefix(from, "+")
	return plus && len(digits) >= 8 && strings.Trim(digits, "0123456789") == ""
}

// stray decides on what belongs to no case. A stranger's STOP counts all the
// same, for the number.
func (g *Ingest) stray(r view.InboxRow) (view.Change, error) {
	ch := view.Change{Outcome: outcomeParked, Reason: survey.ReasonUnknownSender}
	var s stored
	if err := json.Unmarshal(r.Payload, &s); err != nil {
		return ch, nil
	}
	switch s.Kind {
	case channel.InboundStatus:
		return strayStatus(s), nil
	case channel.InboundBounce, channel.InboundMail:
		return g.strayMail(s), nil
	case channel.InboundSpoken, channel.InboundKeys:
		(&decision{}).spokenFor(&ch, s, "")
		return ch, nil
	}
	if s.Kind != channel.InboundText {
		return ch, nil
	}
	matter, prompt := strayMatter(s)
	pass, said := false, true
	switch instrument.ReadIdle(s.Text, instrument.ReadContext{Lang: survey.Vietnamese}).Outcome {
	case survey.ReadOptOut:
		ch.Outcome, prompt, pass, said = outcomeApplied, instrument.PromptOptedOut, true, false
		ch.AddressKeys = g.keys.AddressKey(survey.PhoneNumber, s.From)
		ch.Suppress = []survey.Suppression{{Scope: survey.SuppressAll, Source: "sms", AddressKey: ch.AddressKeys[0]}}
	case survey.ReadOptIn:
		ch.Outcome, prompt, said = outcomeApplied, instrument.PromptOptedIn, false
		ch.Lift, ch.AddressKeys = true, g.keys.AddressKey(survey.PhoneNumber, s.From)
	}
	if said {
		ch.Matter = matter
	}
	if s.SenderID != 0 && answerable(s.From) {
		ch.Notices = []view.NewNotice{{Channel: survey.SMS, SenderID: s.SenderID, Address: s.From,
			Prompts: encode([]instrument.Prompt{{Kind: prompt}}), PassSuppression: pass,
			Daily: said}}
	}
	return ch, nil
}

// strayStatus is a provider's word about an answer of ours to a stranger.
func strayStatus(s stored) view.Change {
	if st := s.Status; st != nil && st.Event == "" {
		return view.Change{Outcome: outcomeIgnored}
	} else if st != nil {
		if kind, id, ok := parseRef(st.Ref); ok && kind == 'n' {
			return view.Change{Outcome: outcomeApplied, Notice: &view.NoticeOutcome{ID: survey.NoticeID(id),
				Event: st.Event, Reason: st.Reason, Code: st.Code, ProviderID: st.ProviderID}}
		}
	}
	return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
}

// encode renders our own words as JSON; structs of words always encode.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
