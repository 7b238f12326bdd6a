package channel

import (
	"context"
	"time"

	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
)

// Message is one outbound contact, ready for the wire.
type Message struct {
	// Ref is our own stable reference ("a17" for attempt 17, "n4" for notice
	// 4). It travels in callback addresses and in the Message-ID, so that an
	// outcome can be matched even when the provider's answer was lost.
	Ref     string
	Channel survey.Channel
	From    string // sender address: mail address or E.164 or sender name
	To      string // endpoint address: mail address or E.164

	// E-mail only.
	FromName       string
	ReplyTo        string
	Subject        string
	Text, HTML     string
	MessageID      string // without angle brackets; the same for every try
	EnvelopeFrom   string // bounce address; empty means From
	UnsubscribeURL string // one-click POST address (RFC 8058)
	Lang           survey.Lang
	// Mold, if given, stands for Subject, Text and HTML; Fill are the words for its
	// blanks.
	Mold *Mold
	Fill []string

	// SMS only: Body is the text as it shall arrive.
	Body string

	// Call only: the address that answers with the first document; empty, Say is said to
	// whoever answers, and the call ends.
	AnswerURL string
	Say       []string
	// RingSeconds is how long a call may ring; 0 means 30.
	RingSeconds int

	// StatusURL receives the provider's callbacks (SMS and calls).
	StatusURL string
	// SendBefore is the real time after which nothing may be handed over any
	// more; zero means no limit. It is checked before each wire command.
	SendBefore time.Time
}

// Expired reports whether SendBefore has passed at the real time now.
func (m Message) Expired(now time.Time) bool {
	return !m.SendBefore.IsZero() && !now.Before(m.SendBefore)
}

// Units is what a message costs of a rate or a price list: the segments of a
// text, one of anything else.
func (m Message) Units() int {
	if m.Channel != survey.SMS {
		return 1
	}
	return max(smstext.Count(m.Body).Segments, 1)
}

// Receipt is the provider's acceptance.
type Receipt struct {
	ProviderID string // Twilio SID, or the queue id of the mail server's answer
	Segments   int    // SMS segments, 0 otherwise
}

// Sender hands one message to a provider. It returns a *SendError for every
// failure. Implementations are safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Probe asks a provider whether a message of ours exists.
type Probe struct {
	Ref      string
	Channel  survey.Channel
	From, To string
	Body     string    // SMS: compared with the listing
	At       time.Time // real time of the doubtful hand-over
}

// Found is what a listing says of one probe.
type Found struct {
	// Matches counts messages that fit: 0 never created, 1 found, more: staff.
	Matches int
	// Status of the one match.
	Status Status
	// Exact says that it was looked for by an id of ours, whatever its words were.
	Exact bool
}

// Finder is a Sender that can list what it took, to resolve doubt.
type Finder interface {
	Find(ctx context.Context, p Probe) (Found, error)
}

// Status is what a provider says became of one outbound message.
type Status struct {
	Ref        string // our reference, when the callback address carried it
	ProviderID string
	// Event moves the attempt; empty: nothing new (queued, ringing).
	Event  survey.AttemptEvent
	Reason survey.Reason
	Code   string // the provider's own code, kept raw
	// DeadEndpoint says that the address itself is bad for good.
	DeadEndpoint bool
	// OptedOut says that the provider blocks the pair after a STOP.
	OptedOut bool
	// Call says that the message is a call.
	Call bool
}
