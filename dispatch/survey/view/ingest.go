package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// Arrival is an inbound thing to be stored raw.
type Arrival struct {
	Kind         string
	Provider     string
	ProviderID   string
	ReceivedAt   time.Time // real time
	InvitationID survey.InvitationID
	// AttemptID or NoticeID say whose case it is, if InvitationID does not.
	AttemptID survey.AttemptID
	NoticeID  survey.NoticeID
	// About is the provider's id of the message that a status is about, if it does
	// not name ours.
	About   string
	Payload json.RawMessage
	// Loose says that it is all the same whether it is stored before others or after.
	Loose bool
}

// Stored says where an arrival stands in the inbox.
type Stored struct {
	ID survey.InboxID
	// Fresh is false when the same thing was stored before.
	Fresh bool
	// Applied says that it was applied before.
	Applied bool
	// InvitationID is whose case it is, 0 if nobody's.
	InvitationID survey.InvitationID
}

// InboxRow is one stored arrival.
type InboxRow struct {
	ID         survey.InboxID
	Kind       string
	ReceivedAt time.Time
	Payload    json.RawMessage
}

// Conversation is the turn a person is at by SMS or in a call.
type Conversation struct {
	ID       int64
	Mode     survey.Mode
	SenderID survey.SenderID
	Phone    survey.Phone
	State    json.RawMessage
}

// Case is one person's case under lock, as ingest sees it.
type Case struct {
	Invitation      survey.Invitation
	Campaign        *survey.Campaign
	Questionnaire   QuestionnaireSource
	ContactID       survey.ContactID
	Name            survey.PersonName
	Title           string
	Facts           survey.CaseFacts
	ResponseID      survey.ResponseID // "" before the first answer
	ResponseState   survey.ResponseState
	Answers         survey.Answers
	AnsweredAt      map[string]time.Time // when each of Answers was given, in business time
	Endpoints       []survey.Endpoint    // of the person, the dead ones too
	Conversations   []Conversation
	Suppressed      []survey.Channel // channels on which the person asked for no more
	Attempts        []survey.Attempt
	TokenKey        string
	SubmittedAt     time.Time
	SubmittedByMode survey.Mode
	// Files are those of the person in this case, with the question of each: also
	// those that wait for an answer to name them.
	Files map[survey.AttachmentID]string
}

// File is one that a person attaches to an answer, as it is kept.
type File struct {
	ID       survey.AttachmentID
	Question string
	Sum      [32]byte // SHA-256 of Content
	Content  []byte
}

// QuestionnaireSource is a published questionnaire as written.
type QuestionnaireSource struct {
	ID      survey.QuestionnaireID
	Name    string
	Version int
	Hash    string
	Source  string
}

// Change is what one inbound thing does to a case. Everything in it is written
// by the transaction that marks the inbox row applied.
type Change struct {
	Outcome string // applied, duplicate, parked, ignored
	Reason  survey.Reason
	// Keep is what the inbox row has from now on in the place of what arrived; nil
	// leaves it as it is.
	Keep json.RawMessage

	Mode   survey.Mode
	Items  []survey.Item
	Drop   []string // questions whose answers became irrelevant
	Submit bool
	// Void takes the response out and deletes its answers, by the person's wish.
	Void     bool
	Late     bool // it came after the end
	Progress *Progress
	Human    bool // a person acted, before the end
	Language survey.Lang
	Speaks   bool // Language holds for whatever else is written to the person
	// Hours are those in which the person wants to be contacted from now on; empty:
	// nothing was said.
	Hours survey.Hours
	// MessageLeft says that a call which met a machine was spoken to its end.
	MessageLeft bool

	// Refusal: person, other; "" none.
	Refusal string
	// NotTheirs is a number that whoever has it says is not this person's: it
	// dies, what is queued for it is withdrawn, and the protocol looks at the
	// case again.
	NotTheirs survey.Phone
	Suppress  []survey.Suppression
	// Lift ends the suppressions of the person and the address, by their own wish,
	// before those of Suppress begin.
	Lift bool
	// AddressKeys are the keyed hashes of the address that wrote: what Lift looks
	// for, and how a stranger's opt-out is found to be a repeated one.
	AddressKeys [][]byte

	Close       survey.Disposition
	CloseReason survey.Reason
	// Cancel withdraws every queued attempt of the case, with this reason.
	Cancel survey.Reason

	// Recordings are what was said in the call, as the provider has it.
	Recordings   []NewRecording
	Conversation *ConversationChange
	Notices      []NewNotice
	Attempt      *AttemptOutcome
	// Returned says that Attempt is a mail that came back: it did leave, and a
	// graver reason holds whichever report comes first.
	Returned bool
	Notice   *NoticeOutcome
	Events   []survey.Event
}

// ConversationChange opens, moves or closes a conversation.
type ConversationChange struct {
	Mode     survey.Mode
	SenderID survey.SenderID
	Phone    survey.Phone
	State    json.RawMessage
	Close    bool
}

// NewNotice is a message to be sent because of an inbound one.
type NewNotice struct {
	Channel         survey.Channel
	SenderID        survey.SenderID
	Address         string
	Prompts         json.RawMessage
	PassSuppression bool
	// Daily holds it back if the same sender said the same to the same address
	// within the last 24 hours of real time: two machines that answer each other
	// come to an end.
	Daily bool
}

// NoticeOutcome is what became of one notice.
type NoticeOutcome struct {
	ID         survey.NoticeID
	Event      survey.AttemptEvent
	Reason     survey.Reason
	Code       string
	ProviderID string
	Segments   int
	Cost       int64         // of a message that was handed over, in đồng
	Wait       time.Duration // real time, with put_back: until the pace has room
}

// Applied is what became of one inbox row.
type Applied struct {
	InboxID survey.InboxID
	Change  Change
	Notices []OpenNotice
}

// Texter is who a phone number may be.
type Texter struct {
	InvitationID survey.InvitationID // the open conversation, or the latest case; 0 none
	ContactID    survey.ContactID    // 0: nobody on the list
	SenderID     survey.SenderID     // our sender that was texted; 0: not ours
}

// StatusOrder asks for statuses to be applied, from the row after After on.
type StatusOrder struct {
	Now   time.Time // business time
	After survey.InboxID
	Limit int // rows to look at
}

// StatusesApplied says what became of them.
type StatusesApplied struct {
	Applied int
	// Left are the people whose rows take their case.
	Left []survey.InvitationID
	// Last is the last row that was looked at, 0 when there was none.
	Last survey.InboxID
}
