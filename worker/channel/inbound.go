package channel

import (
	"context"
	"net/http"
	"time"

	"canvass/dispatch/survey"
)

// Query parameters of the addresses that we give to providers. Whoever builds
// such an address sets them, and Receivers read them back, so that a callback is
// matched even when the answer to the call that sent the message was lost.
const (
	// RefParam carries Message.Ref.
	RefParam = "ref"
	// TurnParam numbers the steps of one call: 1, 2, 3, … A repeated delivery of
	// a step is the same inbound thing, so every prompt needs a number of its own,
	// a repeated prompt too. Without it the step is 0, the beginning of the call.
	TurnParam = "turn"
	// QuestionParam names the question that a recording answers.
	QuestionParam = "question"
)

// InboundKind is what kind of thing came in.
type InboundKind string

// The inbound kinds.
const (
	InboundText   InboundKind = "text"   // an SMS from a person
	InboundKeys   InboundKind = "keys"   // a step of a call: keys pressed, silence, or its beginning
	InboundSpoken InboundKind = "spoken" // a provider's word that a recording is ready
	InboundStatus InboundKind = "status" // a provider's word on an outbound message
	InboundForm   InboundKind = "form"   // a page of the web form
	InboundStop   InboundKind = "stop"   // an opt-out by link or one-click
	InboundBounce InboundKind = "bounce" // a report on a mail of ours, or a complaint about one
	InboundMail   InboundKind = "mail"   // any other mail to our bounce addresses
	InboundAgain  InboundKind = "again"  // nobody's: it is our turn in a conversation by SMS
)

// Inbound is one inbound thing, decoded from its provider's dialect. It is
// stored whole before anything is done about it.
type Inbound struct {
	Kind     InboundKind `json:"kind"`
	Provider string      `json:"provider"` // twilio, android, web, smtp
	// ProviderID is unique for ever within Provider; a repeat is the same thing.
	ProviderID string `json:"provider_id"`
	// From and To are as on the wire: of a text and of keys From is the person,
	// of a status To is. Of a mail From is the mailbox that it speaks of, and To
	// our own address.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Text is the SMS body, or the keys pressed.
	Text string `json:"text,omitempty"`
	// First says that Keys is the beginning of a call: nothing was asked yet.
	First bool `json:"first,omitempty"`
	// Unheard says that this step of a call could not be answered but by our
	// apology: it is told for the record, and no step is taken.
	Unheard bool `json:"unheard,omitempty"`
	// Recording is what the person said after the tone, in the place of keys.
	Recording *Recording `json:"recording,omitempty"`
	// CallID is the provider's id of the call that Keys belong to.
	CallID string `json:"call_id,omitempty"`
	// Ref is our reference from the callback address.
	Ref    string  `json:"ref,omitempty"`
	Status *Status `json:"status,omitempty"`
	// Envelope is the envelope sender of a mail, and Raw the mail as it came.
	// Both go when it is applied: Letter is what was understood of them.
	Envelope string    `json:"envelope,omitempty"`
	Raw      []byte    `json:"raw,omitempty"`
	Letter   *Letter   `json:"letter,omitempty"`
	At       time.Time `json:"at"` // real time of receipt
}

// Receiver decodes and authenticates a provider's requests. A request that
// fails authentication yields *survey.Error of kind Forbidden.
type Receiver interface {
	// Text decodes an inbound SMS webhook.
	Text(r *http.Request) (Inbound, error)
	// Status decodes a status callback of a message or a call.
	Status(r *http.Request) (Inbound, error)
	// Keys decodes a step of a call.
	Keys(r *http.Request) (Inbound, error)
	// Spoken decodes the word that a recording is ready.
	Spoken(r *http.Request) (Inbound, error)
}

// Recording is what a person said in a call, as its provider has it.
type Recording struct {
	ProviderID string `json:"provider_id"`
	Seconds    int    `json:"seconds,omitempty"`
	Question   string `json:"question,omitempty"` // that it answers, if the address said so
	// Failed says that the provider has none after all.
	Failed bool `json:"failed,omitempty"`
}

// Recorder has recordings until we do. Both are asked by the provider's own id, never
// by an address that came in.
type Recorder interface {
	// Recording fetches one, of at most survey.MaxRecording bytes; *survey.Error of kind
	// NotFound if it is not there, or not yet.
	Recording(ctx context.Context, providerID string) ([]byte, error)
	// RemoveRecording deletes it there. It is nil when it is gone, also if it was before.
	RemoveRecording(ctx context.Context, providerID string) error
}

// A Hook decodes the requests of a provider that tells everything at one address.
// What does not concern us (a ping, a message that is not ours) is an Inbound
// without a Kind: it is acknowledged, and nothing is kept. A request that fails
// authentication yields *survey.Error of kind Forbidden.
type Hook interface {
	Hook(r *http.Request) (Inbound, error)
}

// Spoken is one prompt of a call, to be rendered in the provider's language.
type Spoken struct {
	Lang  survey.Lang
	Lines []Line
	// Gather waits for keys after the text; nil hangs up, unless Record is set: then what
	// the person says after a tone is recorded.
	Gather *Gather
	Record *Record
}

// Record says how a person is recorded.
type Record struct {
	// ActionURL takes the recording, or silence; SpokenURL hears, apart from the call,
	// that it is ready.
	ActionURL, SpokenURL string
	Seconds              int // at most
}

// Line is one thing that a call hears: words that are said, which the renderer splits
// if they are long, or the address of a recording that is played.
type Line struct{ Text, Play string }

// Said are lines that are said.
func Said(texts ...string) []Line {
	out := make([]Line, len(texts))
	for i, text := range texts {
		out[i].Text = text
	}
	return out
}

// Gather says which keys are awaited.
type Gather struct {
	// ActionURL takes the keys, or silence.
	ActionURL string
	// Digits ends the input at once when reached; 0 waits for #.
	Digits int
	// Seconds of silence before the action is called with nothing; 0 means 6.
	Seconds int
}
