package ingest

import (
	"context"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
	"canvass/worker/channel"
)

// Action is what a person did on a page of the form.
type Action string

// The actions.
const (
	Begin      Action = "begin"    // pressed Begin or Go on
	AnswerPage Action = "answer"   // pressed Continue or Send
	Back       Action = "back"     // pressed Back: what is valid is kept, nothing is sent off
	Save       Action = "save"     // answered, and no button pressed yet
	Decline    Action = "decline"  // not this time, confirmed
	Withdraw   Action = "withdraw" // do not send what I did: the answers are deleted
	Stop       Action = "stop"     // no more invitations, on the ticked channels
	Again      Action = "again"    // invitations again
	SetLang    Action = "language" // switched the language
	Speak      Action = "speak"    // wants to be written to in this language from now on
	Reach      Action = "reach"    // wants to be contacted on Channels, and on no other
	Hours      Action = "hours"    // wants to be contacted in these hours, in every survey
	Keep       Action = "keep"     // takes back that they asked to be erased
	Erase      Action = "erase"    // asks to be erased, which staff do; nothing is sent from now on
)

// Form is one post of the form.
type Form struct {
	Action Action `json:"action"`
	// Fields are the answers of the page by question name.
	Fields map[string]Field `json:"fields,omitempty"`
	// Given is when a Save was answered, in business time: it may have waited for
	// a connection since.
	Given time.Time `json:"given,omitzero"`
	// Channels to stop, or to reach on; none means all.
	Channels []survey.Channel `json:"channels,omitempty"`
	Lang     survey.Lang      `json:"lang,omitempty"`
	Hours    survey.Hours     `json:"hours,omitempty"`
	// OneClick says that a mail program sent it (RFC 8058).
	OneClick bool `json:"one_click,omitempty"`
	// Seal is that of the person's link, in an anonymous campaign: without it nothing is
	// taken but what is no answer. It is stored nowhere.
	Seal token.Seal `json:"-"`
}

// Field is what was entered for one question.
type Field struct {
	Values []string `json:"values,omitempty"`
	Other  string   `json:"other,omitempty"`
}

// FormResult is what became of a post. Nothing of a page is stored if any of
// its fields is wrong.
type FormResult struct {
	Errors map[string]*survey.Error // by question name
	// Refused says why nothing was taken: paused, ended, closed.
	Refused survey.Reason
	// Waits says that a Save left something to the page's own button: an answer
	// that is not whole yet, or one that takes others away.
	Waits bool
	// Repeat says that the same post was applied before.
	Repeat bool
	// After is the case as it is now, with its versions, where that is known without
	// reading it; else nil.
	After *view.Page
}

// wanted receives what one row decided, for an answer in the same request.
type wanted struct {
	row     survey.InboxID
	decided bool // false: somebody else applied the row
	form    FormResult
	talk    talk
	refused survey.Reason
}

// Post stores and applies one post of the form in the request. nonce is the
// page's own, so that a double press is one post.
func (g *Ingest) Post(ctx context.Context, inv survey.InvitationID, nonce string, f Form) (FormResult, error) {
	if f.sealable() {
		return g.postSealed(ctx, inv, f)
	}
	kind := channel.InboundForm
	switch f.Action {
	case Stop, Again, Reach, Erase, Keep:
		kind = channel.InboundStop
	}
	row, err := g.keep(ctx, owner{invitation: inv}, stored{Form: &f, Inbound: channel.Inbound{Kind: kind, Provider: "web",
		ProviderID: nonce, At: g.clock.Real()}})
	if err != nil {
		return FormResult{}, err
	}
	if row.Applied {
		return FormResult{Repeat: true}, nil
	}
	want := &wanted{row: row.ID}
	if err = g.apply(ctx, inv, want); err != nil {
		return FormResult{}, err
	}
	want.form.Repeat = !want.decided
	return want.form, nil
}

// Case reads a person's case for a page; it changes nothing.
func (g *Ingest) Case(ctx context.Context, inv survey.InvitationID) (view.Case, error) {
	return g.store.Case(ctx, inv)
}
