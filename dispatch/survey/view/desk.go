package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// InboxCounts says what is in the inbox. No count goes beyond the bound that was asked
// for.
type InboxCounts struct {
	Waits  map[survey.MatterKind]int  // to be read, by kind
	States map[survey.MatterState]int // of every kind
}

// MatterTake asks for a matter to be had in hand by one of staff, or with Leave for it to
// be let go. Over takes it also from a colleague who has it.
type MatterTake struct {
	ID          survey.MatterID
	Actor       string
	Leave, Over bool
}

// NextMatter asks for the oldest matter that waits and that nobody has in hand.
type NextMatter struct {
	Kind  survey.MatterKind // empty: any
	After survey.MatterID   // the one before; when none comes after it, the oldest of all
	Actor string
}

// TalkKind is what happened in a conversation.
type TalkKind string

// The kinds of what happened.
const (
	TalkCame   TalkKind = "came"   // the person wrote, pressed or said something
	TalkSent   TalkKind = "sent"   // a contact of the protocol
	TalkNotice TalkKind = "notice" // we answered
)

// TalkLine is one thing that happened around a matter. At is real time of what came,
// business time of what we sent.
type TalkLine struct {
	Kind    TalkKind
	At      time.Time
	Channel survey.Channel
	State   survey.AttemptState // of what we sent
	Step    string              // of a contact, in the protocol
	Words   string              // as they were written, by the person or by staff
	Prompts json.RawMessage     // of an answer that the system gave
	Apart   bool                // there are words, which the level of the campaign keeps apart
}

// PersonsCase is a campaign in which a person has a case.
type PersonsCase struct {
	Campaign string
	Title    map[survey.Lang]string
}
