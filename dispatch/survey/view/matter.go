package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// NewMatter has the arrival that brought it read by a person of the office.
type NewMatter struct {
	Kind     survey.MatterKind
	Question string // that stood open; empty: none
	// Contact is whose it is where no case says so; 0: nobody on the list.
	Contact survey.ContactID
}

// MatterQuery asks for a page of matters, the oldest first. What is empty is not
// asked.
type MatterQuery struct {
	State    survey.MatterState
	Kind     survey.MatterKind
	Campaign survey.CampaignID
	Contact  survey.ContactID
	After    survey.MatterID // the last one of the page before
	Limit    int             // 1 to 1000
}

// MatterLine is one matter in a list: no name, no address. CameAt is real time,
// HandledAt business time.
type MatterLine struct {
	ID        survey.MatterID    `json:"id"`
	Kind      survey.MatterKind  `json:"kind"`
	State     survey.MatterState `json:"state"`
	CameAt    time.Time          `json:"came_at"`
	ContactID survey.ContactID   `json:"contact_id,omitempty"`
	Contact   string             `json:"contact,omitempty"` // the office's code of the person
	// Veiled says that it is not told whose it is: a reply to a campaign that keeps
	// names apart from answers.
	Veiled    bool      `json:"veiled,omitempty"`
	Campaign  string    `json:"campaign,omitempty"`
	Question  string    `json:"question,omitempty"`
	HandledBy string    `json:"handled_by,omitempty"`
	HandledAt time.Time `json:"handled_at,omitzero"`
	Note      string    `json:"note,omitempty"`
	// TakenBy is who of staff has it in hand, since TakenAt (real time); empty: nobody,
	// or for too long.
	TakenBy string    `json:"taken_by,omitempty"`
	TakenAt time.Time `json:"taken_at,omitzero"`
	// Words are the beginning of what was written; empty when its time is over.
	Words string `json:"words,omitempty"`
}

// Matter is one matter with all that is needed to settle it.
type Matter struct {
	MatterLine
	InboxID      survey.InboxID
	InvitationID survey.InvitationID
	CampaignID   survey.CampaignID
	Name         survey.PersonName
	Language     survey.Lang // of the case, else of the person
	Moves        int
	Payload      json.RawMessage // what arrived; {} when its time is over
	Answers      []MatterAnswer
	Assigned     *Assigned
	AssignedTo   survey.InvitationID // whose answer it became
}

// MatterAnswer is one message that staff wrote in answer.
type MatterAnswer struct {
	Notice  survey.NoticeID     `json:"notice"`
	At      time.Time           `json:"at"` // business time
	Channel survey.Channel      `json:"channel"`
	State   survey.AttemptState `json:"state"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	Words   string              `json:"words"`
}

// MatterOrder asks for a matter to be moved, as somebody saw it: Moves is how
// often it had been moved then.
type MatterOrder struct {
	ID    survey.MatterID
	Moves int
	Event survey.MatterEvent
	Actor string
	Note  string // empty leaves that of before
	Now   time.Time
}

// MatterReply asks for a matter to be answered.
type MatterReply struct {
	MatterOrder
	Channel  survey.Channel
	Address  string // as it is written to
	SenderID survey.SenderID
	Words    string
	// Most is how many messages the person may get on the channel in a day: those
	// of campaigns and those of staff. Keys are those of Address.
	Most int
	Keys [][]byte
}

// Assigned is what an arrival carries by which staff took somebody's words as an
// answer.
type Assigned struct {
	Matter   survey.MatterID `json:"matter"`
	Question string          `json:"question"`
	Answer   survey.Answer   `json:"answer"`
	// Before is what was there, which an undoing brings back.
	Before survey.Answer `json:"before"`
	Actor  string        `json:"actor"`
	Undo   bool          `json:"undo,omitempty"`
}

// Assignment asks for somebody's words to be taken as an answer in a case of
// theirs, or with Undo for that to be taken back.
type Assignment struct {
	MatterOrder
	Invitation survey.InvitationID
	// InTime says that the words were not late.
	InTime bool
	Assigned
}

// MatterCount counts the matters of a kind that wait to be read.
type MatterCount struct {
	Kind  survey.MatterKind `json:"kind"`
	N     int               `json:"n"`
	Since time.Time         `json:"since"` // the oldest came then, in real time
}

// NobodysCount counts arrivals that are kept for staff and belong to nobody.
type NobodysCount struct {
	Reason survey.Reason `json:"reason"`
	N      int           `json:"n"`
}
