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
	// HeldAt is since when another campaign of the person is in front; zero: this
	// one is. SpokenAt is the last turn. Business time.
	HeldAt, SpokenAt time.Time
	Nudged           bool   // the person was reminded of the open question
	StaffedBy        string // who of staff talks in the place of the survey; empty: the survey does
	// Closed says that it is over. Of those that are, only the last by SMS is here: the
	// rest of a long text may still come.
	Closed bool
	// Spoke is what became of the text that we last wrote in it, zero without one.
	Spoke Spoke
}

// Spoke is a text of ours in a conversation.
type Spoke struct {
	State survey.AttemptState
	Left  time.Time // real time, when it was handed over; zero: it was not
	At    time.Time // business time of the same
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
	// Gone says that the person was erased: nothing is kept any more.
	Gone bool
	// Files are those of the person in this case, with the question of each: also
	// those that wait for an answer to name them.
	Files map[survey.AttachmentID]string
	// Sealed is what the person of an anonymous campaign has answered and not sent. It
	// opens for whoever has the link; until then there are no Answers.
	Sealed []byte
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
	Void bool
	// Sealed is, of an anonymous campaign, what becomes of the answers in the place of
	// Items and Drop, which are not written then.
	Sealed   *SealedChange
	Late     bool // it came after the end
	Progress *Progress
	Human    bool // a person acted, before the end
	Language survey.Lang
	Speaks   bool // Language holds for whatever else is written to the person
	// Hours are those in which the person wants to be contacted from now on; empty:
	// nothing was said.
	Hours survey.Hours
	// KeepPerson takes back that the person asked to be erased.
	KeepPerson bool
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
	// Matter has a person of the office read what arrived.
	Matter *NewMatter
}

// SealedChange is what is kept of anonymous answers: what is not sent yet, or what was,
// for the pool. Without either nothing is kept.
type SealedChange struct{ Partial, Pool []byte }

// SealedAnswers are what the pool has of one person: by question, value and missing
// reason, and nothing else.
type SealedAnswers map[string][2]string

// SealedOrder asks for a post of an anonymous form to be applied. Day is the day where
// the campaign is, At its first instant: whatever is written has no other time.
type SealedOrder struct {
	Invitation survey.InvitationID
	Day        survey.Date
	At         time.Time
}

// ConversationChange opens, moves or closes a conversation.
type ConversationChange struct {
	Mode     survey.Mode
	SenderID survey.SenderID
	Phone    survey.Phone
	State    json.RawMessage
	Nudged   bool
	Close    bool
}

// NewNotice is a message to be sent because of an inbound one.
type NewNotice struct {
	Channel         survey.Channel
	SenderID        survey.SenderID
	Address         string
	Prompts         json.RawMessage
	PassSuppression bool
	// Once holds it back if the same sender said the same to the same address in the
	// same campaign before, however long ago.
	Once bool
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
	// HeldID is the case whose conversation is held for the one in front; 0: none.
	HeldID survey.InvitationID
}

// QuietTalk is an open conversation by SMS in which it may be our turn to speak. Times
// are business time.
type QuietTalk struct {
	ID           int64
	InvitationID survey.InvitationID
	SpokenAt     time.Time // the last turn
	// PromptedAt is when the prompt of that turn was really sent, zero if it never
	// was; UnderWay says that it may be still.
	PromptedAt time.Time
	UnderWay   bool
	Protocol   survey.Protocol
	EndsAt     time.Time
	Zone       string
	Hours      survey.Hours
	Own        survey.OwnDays // by which the calendar of holidays differs
}

// TakeUp has a conversation taken up by us, or looked at again.
type TakeUp struct {
	ID           int64
	InvitationID survey.InvitationID
	SpokenAt     time.Time // as it was seen
	LookAt       time.Time // zero: never again
	// Payload is what arrives of it, and Key its name for ever; empty: nothing.
	Payload json.RawMessage
	Key     string
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
	// Left are the people whose rows take their case, each with the last of these rows.
	Left []LeftRow
	// Last is the last row that was looked at, 0 when there was none.
	Last survey.InboxID
}

// Again is what arrives when we take up a conversation by SMS.
type Again struct {
	Why AgainWhy `json:"why"`
	// SpokenAt is the last turn that was seen: whoever has spoken since is not spoken
	// to.
	SpokenAt time.Time `json:"spoken_at"`
}

// AgainWhy is why a conversation is taken up.
type AgainWhy string

// The reasons.
const (
	AgainSilent AgainWhy = "silent" // the person has been silent for a while
	AgainHeld   AgainWhy = "held"   // another campaign's conversation is over
)

// LeftRow is somebody whose rows were left, and the last of them.
type LeftRow struct {
	Invitation survey.InvitationID
	Row        survey.InboxID
}
