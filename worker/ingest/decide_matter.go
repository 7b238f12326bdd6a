package ingest

import (
	"strings"
	"unicode"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whatever somebody writes that no program settles is a matter: a person of the
// office reads it. Nothing that people say is lost because it fits nowhere.

// wished takes what is said to the office rather than to the survey while a question
// stands open; false if it is neither. The question stays open. An open question
// takes any words, as does what stands beside its other choice.
func (d *decision) wished(s stored, t instrument.State, conv view.Conversation) (view.Change, bool) {
	open := openOf(d, t)
	wish, _ := instrument.ReadWish(s.Text)
	if wish == instrument.WishNone || takesWords(d.q, open) || t.Pending != instrument.PendingNone {
		return view.Change{}, false
	}
	ch := view.Change{Human: true, Outcome: outcomeParked, Reason: survey.ReasonForStaff}
	ch.Matter = &view.NewMatter{Kind: kindOf(wish), Question: open}
	ch.Conversation = &view.ConversationChange{Mode: survey.TextMode, SenderID: conv.SenderID, Phone: conv.Phone, State: conv.State, Nudged: conv.Nudged}
	d.notice(&ch, s, []instrument.Prompt{{Kind: promptOf(wish)}})
	for i := range ch.Notices {
		ch.Notices[i].Daily = true
	}
	return ch, true
}

// staffed has staff read what comes in a conversation that one of them has in hand: the
// survey says nothing. What changes what we may do with the person is no talk, and acts.
func (d *decision) staffed(s stored, t instrument.State, conv view.Conversation) (view.Change, bool) {
	r := instrument.ReadIdle(s.Text, instrument.ReadContext{Lang: d.c.Invitation.Language, GivenName: givenName(d.c.Name)})
	if effect, _ := idleEffect(r); conv.StaffedBy == "" || effect != instrument.EffectNone || r.Outcome == survey.ReadDoubtfulStop {
		return view.Change{}, false
	}
	ch := view.Change{Human: true, Outcome: outcomeParked, Reason: survey.ReasonForStaff, Matter: &view.NewMatter{Kind: survey.MatterUnread, Question: openOf(d, t)}}
	ch.Conversation = &view.ConversationChange{Mode: survey.TextMode, SenderID: conv.SenderID, Phone: conv.Phone, State: conv.State, Nudged: true}
	return ch, true
}

// openOf is the question that stands open in a conversation: of one that has not
// begun, the one that the opening asked.
func openOf(d *decision, t instrument.State) string {
	if t.Stage == instrument.StageNew {
		t = d.q.Step(d.spoken(t), d.c.Answers, survey.TextMode, instrument.Input{Begin: true}).State
	}
	return t.Current
}

// takesWords reports whether any words are an answer to what stands open.
func takesWords(q *instrument.Questionnaire, open string) bool {
	question, ok := q.Question(open)
	return open != "" && (!ok || question.Type == instrument.Text)
}

func kindOf(w instrument.Wish) survey.MatterKind {
	switch w {
	case instrument.WishCallback:
		return survey.MatterCallback
	case instrument.WishWho:
		return survey.MatterWho
	}
	return survey.MatterOpinion
}

// promptOf is what somebody with a wish hears. Who asks who we are is told how to
// ask, and what we are for.
func promptOf(w instrument.Wish) instrument.PromptKind {
	switch w {
	case instrument.WishCallback:
		return instrument.PromptHuman
	case instrument.WishWho:
		return instrument.PromptHelp
	}
	return instrument.PromptOpinion
}

// unread hands over a reply that a conversation could do nothing with: it was
// misread as often as we ask, nothing came of it at all, or the author wants a person.
func unread(ch *view.Change, before instrument.State, step instrument.Step) {
	given, nothing := step.Effect == instrument.EffectStaff, len(step.Set) == 0 && len(step.Prompts) == 0 && step.Effect == instrument.EffectNone
	for _, p := range step.Prompts {
		given = given || p.Kind == instrument.PromptSkipped && step.Reason != "skip"
	}
	if given || nothing && step.State.Stage != instrument.StageStopped {
		ch.Matter = &view.NewMatter{Kind: survey.MatterUnread, Question: before.Current}
	}
}

// idleMatter has a person read what came while no question stood open, and says what
// is answered. What comes late is thanked once.
func (d *decision) idleMatter(s stored, why survey.Reason) (m *view.NewMatter, said instrument.PromptKind) {
	wish, _ := instrument.ReadWish(s.Text)
	kind := kindOf(wish)
	switch {
	case wish == instrument.WishCallback, wish == instrument.WishWho:
		return &view.NewMatter{Kind: kind}, promptOf(wish)
	case why == survey.ReasonEnded:
		return &view.NewMatter{Kind: survey.MatterLate}, instrument.PromptLate
	case why == survey.ReasonSubmitted && !strings.ContainsFunc(s.Text, unicode.IsLetter):
		return nil, instrument.PromptAlreadyDone // figures that crossed with the end: an answer to what is answered
	case why == survey.ReasonSubmitted:
		return &view.NewMatter{Kind: kind}, instrument.PromptAlreadyDone
	case d.c.Invitation.State == survey.InvitationClosed:
		return &view.NewMatter{Kind: survey.MatterLate}, instrument.PromptOpinion
	case d.paused():
		return &view.NewMatter{Kind: kind}, instrument.PromptPaused
	}
	return &view.NewMatter{Kind: kind}, instrument.PromptOpinion
}

// strayMatter has a person read what nobody's case takes, and says what is answered.
// Who is on the list and was asked nothing yet is no stranger.
func strayMatter(s stored) (m *view.NewMatter, said instrument.PromptKind) {
	m = &view.NewMatter{Kind: survey.MatterStranger, Contact: s.ContactID}
	wish, _ := instrument.ReadWish(s.Text)
	switch {
	case !answerable(s.From):
		m.Kind = survey.MatterNetwork
		return m, instrument.PromptStranger
	case s.ContactID != 0:
		m.Kind = kindOf(wish)
		return m, promptOf(wish)
	}
	return m, instrument.PromptStranger
}
