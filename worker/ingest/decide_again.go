package ingest

import (
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// again takes up a conversation by SMS of our own accord: the person fell silent, or
// another campaign's conversation is over. A timer that is stale does nothing: if
// somebody has spoken since, or the case or the campaign is over, there is nothing to
// be asked. Nobody acted, so nothing of it counts as an act of the person.
func (d *decision) again(s stored) view.Change {
	stale := view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonStale}
	if s.Again == nil {
		return stale
	}
	conv, ok := ownTalk(d.c, s.Again.SpokenAt)
	if !ok || conv.HeldAt.IsZero() == (s.Again.Why == view.AgainHeld) {
		return stale
	}
	if _, taking := d.taking(); !taking || d.c.Campaign.State != survey.CampaignFielding || d.c.Facts.Refused {
		return stale
	}
	ch := view.Change{}
	d.takeUp(&ch, conv, s.Again.Why == view.AgainHeld)
	ch.Conversation.Nudged = conv.Nudged || s.Again.Why == view.AgainSilent
	return ch
}

// ownTalk is the open conversation by SMS in which the last turn was at that time.
func ownTalk(c view.Case, spoken time.Time) (view.Conversation, bool) {
	for _, v := range c.Conversations {
		if v.Mode == survey.TextMode && !v.Closed && v.SpokenAt.Equal(spoken) {
			return v, true
		}
	}
	return view.Conversation{}, false
}

// switched brings to the front the conversation that was held, because the person
// asks for it, and asks its question again. Without one it is a text like any other.
func (d *decision) switched(s stored) (view.Change, bool) {
	for _, v := range d.c.Conversations {
		if !s.Switch || v.Mode != survey.TextMode || v.Closed || v.HeldAt.IsZero() || v.Phone != survey.Phone(s.From) {
			continue
		}
		ch := view.Change{Human: true}
		d.takeUp(&ch, v, true)
		ch.Conversation.Nudged = v.Nudged
		return ch, true
	}
	return view.Change{}, false
}

// takeUp asks once more what stood open, in the words of a conversation that goes
// on; named says that the survey is named, because another one was just spoken of.
func (d *decision) takeUp(ch *view.Change, conv view.Conversation, named bool) {
	state := d.spoken(talkOf(conv).State)
	if state.Stage == instrument.StageNew {
		state = d.q.Step(state, d.c.Answers, survey.TextMode, instrument.Input{Begin: true}).State
	}
	step := d.q.Step(state, d.c.Answers, survey.TextMode, instrument.Input{Begin: true})
	from := stored{SenderID: conv.SenderID, Inbound: channel.Inbound{From: string(conv.Phone)}}
	d.follow(ch, step, survey.TextMode, from)
	for i := range step.Prompts {
		if named && step.Prompts[i].Kind == instrument.PromptResume {
			step.Prompts[i].Named = true
		}
	}
	ch.Conversation = &view.ConversationChange{Mode: survey.TextMode, SenderID: conv.SenderID, Phone: conv.Phone,
		State: encode(talk{State: step.State}), Close: over(step.State.Stage)}
	d.notice(ch, from, step.Prompts)
}
