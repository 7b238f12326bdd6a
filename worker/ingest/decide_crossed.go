package ingest

import (
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// People is the Glance of people: nobody reads a question and writes in less.
const People = 3 * time.Second

// partsSpan is how long, in business time, the next part of a long text may take.
const partsSpan = 90 * time.Second

// texted is a text as the conversation takes it.
func (d *decision) texted(s stored, v view.Conversation, state instrument.State) instrument.Input {
	return instrument.Input{Text: s.Text, GivenName: givenName(d.c.Name), Today: d.g.today(d.c, d.now),
		Early: d.early(v.Spoke), Soon: d.soon(state)}
}

// early reports whether a text came before what we said last could be read: that waits
// still, or left after the text came, or only seconds before. A clock that stands, as
// in a rehearsal, tells nothing.
func (d *decision) early(said view.Spoke) bool {
	switch said.State {
	case survey.AttemptQueued:
		return true
	case survey.AttemptSending, survey.AttemptUnknown:
		return d.received.Before(said.Left)
	case survey.AttemptSent, survey.AttemptDelivered:
		out := d.now.Sub(said.At)
		return d.received.Before(said.Left) || out > 0 && out < d.g.Glance && d.received.Sub(said.Left) < d.g.Glance
	}
	return false
}

// soon reports whether a text came shortly after the one that answered last.
func (d *decision) soon(state instrument.State) bool {
	if state.Last == nil {
		return false
	}
	at, ok := d.c.AnsweredAt[state.Last.Question]
	since := d.now.Sub(at)
	return ok && since > 0 && since < partsSpan
}

// afterwards takes what still belongs to a conversation by SMS that sent the response
// off: the rest of a long text goes to the last answer, and the last answer that comes
// again is nothing new. Of an anonymous response nobody knows any more which it is.
func (d *decision) afterwards(s stored, why survey.Reason) (view.Change, bool) {
	if why != survey.ReasonSubmitted || d.c.ResponseID == "" || d.c.Campaign.Confidentiality == survey.Anonymous {
		return view.Change{}, false
	}
	for _, v := range d.c.Conversations {
		if v.Mode != survey.TextMode || !v.Closed || v.Phone != survey.Phone(s.From) {
			continue
		}
		state := talkOf(v).State
		step := d.q.Step(state, d.c.Answers, survey.TextMode, d.texted(s, v, state))
		ch := view.Change{Human: true}
		switch step.Reason {
		case "joined":
			d.set(&ch, survey.TextMode, step.Set)
			return ch, true
		case "sent_again":
			ch.Outcome, ch.Reason = outcomeIgnored, survey.ReasonDuplicate
			return ch, true
		}
	}
	return view.Change{}, false
}
