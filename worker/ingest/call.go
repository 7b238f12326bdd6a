package ingest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// talk is what a conversation row remembers: the turn, and what was last said,
// so that a repeated request hears the same again.
type talk struct {
	instrument.State
	Said   []instrument.Prompt `json:"said,omitempty"`
	HangUp bool                `json:"hang_up,omitempty"`
	// Pressed says that a key came in this call: no machine does that.
	Pressed bool `json:"pressed,omitempty"`
	// CallID is the provider's id of the call that was last spoken with, Unheard of
	// the last one in which we could not go on.
	CallID  string `json:"call_id,omitempty"`
	Unheard string `json:"unheard,omitempty"`
}

// CallStep is what a call hears next.
type CallStep struct {
	Case          view.Case
	Questionnaire *instrument.Questionnaire
	Prompts       []instrument.Prompt
	Lang          survey.Lang
	HangUp        bool
	// Digits is how many keys end the input; 0 waits for #.
	Digits int
	// Record is how many seconds of what the person says are recorded now, in the place
	// of keys, for Question; 0: keys are awaited.
	Record   int
	Question string
	// Refused says why nothing was taken: ended, submitted. The call is over.
	Refused survey.Reason
}

// Keys stores and applies one step of a call in the request, and says what the
// person hears next.
func (g *Ingest) Keys(ctx context.Context, in channel.Inbound) (CallStep, error) {
	ctx, cancel := context.WithTimeout(ctx, stepPatience)
	defer cancel()
	s := stored{Inbound: in}
	o, err := g.owner(ctx, &s)
	if err != nil {
		return CallStep{}, err
	}
	if s.SenderID, err = g.store.SenderAt(ctx, survey.Call, in.To); err != nil {
		return CallStep{}, err
	}
	if s.TextSenderID, err = g.textSender(ctx, in.To); err != nil {
		return CallStep{}, err
	}
	row, err := g.keep(ctx, o, s)
	if err != nil {
		return CallStep{}, err
	}
	inv := row.InvitationID
	if inv == 0 { // a call that nobody here made; the row is parked for staff
		return CallStep{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	want := &wanted{row: row.ID}
	if !row.Applied {
		if err := g.apply(ctx, inv, want); err != nil {
			return CallStep{}, err
		}
	}
	c, err := g.store.Case(ctx, inv)
	if err != nil {
		return CallStep{}, err
	}
	q, err := g.asked(c)
	if err != nil {
		return CallStep{}, err
	}
	t := want.talk
	if !want.decided {
		t = lastSaid(c)
	}
	return CallStep{Case: c, Questionnaire: q, Prompts: t.Said, HangUp: t.HangUp, Digits: digits(q, t.State), Record: q.Records(t.State), Question: t.Current,
		Lang: t.Lang.Or(c.Invitation.Language), Refused: want.refused}, nil
}

// textSender is who can send a text from the number of the call, else our first
// sender of texts.
func (g *Ingest) textSender(ctx context.Context, ours string) (survey.SenderID, error) {
	id, err := g.store.SenderAt(ctx, survey.SMS, ours)
	if err != nil || id != 0 {
		return id, err
	}
	all, err := g.store.Senders(ctx)
	for _, s := range all {
		if s.Channel == survey.SMS {
			return s.ID, err
		}
	}
	return 0, err
}

// landlines are the numbers of Viet Nam that no text reaches.
const landlines = "+842"

// textable reports whether the link can be texted to the phone of this call.
func (s *stored) textable() bool {
	return s.TextSenderID != 0 && !strings.HasPrefix(s.From, landlines) && answerable(s.From)
}

// lastSaid is what the open call heard last; a call whose case has closed
// meanwhile is told so.
func lastSaid(c view.Case) talk {
	if t, _, ok := conversation(c, survey.Voice, ""); ok {
		return t
	}
	return talk{Said: []instrument.Prompt{{Kind: instrument.PromptAlreadyDone}}, HangUp: true}
}

// digits says how many keys the open turn takes.
func digits(q *instrument.Questionnaire, s instrument.State) int {
	if s.Stage != instrument.StageQuestions || s.Pending != instrument.PendingNone {
		return 1
	}
	if question, ok := q.Question(s.Current); ok && question.Closed() {
		return 0
	}
	return 1
}

// conversation finds the open conversation of a mode; phone "" takes the latest.
func conversation(c view.Case, m survey.Mode, phone survey.Phone) (talk, view.Conversation, bool) {
	for _, v := range slices.Backward(c.Conversations) {
		if v.Mode != m || v.Closed || (phone != "" && v.Phone != phone) {
			continue
		}
		return talkOf(v), v, true
	}
	return talk{}, view.Conversation{}, false
}

func talkOf(v view.Conversation) talk {
	var t talk
	if err := json.Unmarshal(v.State, &t); err != nil {
		return talk{} // begin anew rather than not at all
	}
	return t
}
