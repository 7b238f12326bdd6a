package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// Candidate is a queued attempt under lock, with the gate facts read by a fresh
// snapshot after the lock was taken.
type Candidate struct {
	AttemptID    survey.AttemptID
	InvitationID survey.InvitationID
	ContactID    survey.ContactID
	CampaignID   survey.CampaignID
	SenderID     survey.SenderID
	Step         string
	Channel      survey.Channel
	Try          int
	Tries        int
	DueAt        time.Time

	CampaignState   survey.CampaignState
	EndsAt          time.Time
	Budgeted        bool // the campaign has a budget
	InvitationState survey.InvitationState
	Refused         bool
	Left            bool // the network
	Suppressed      bool // the person or the address
	Consented       bool
	Endpoint        survey.EndpointStatus // "" when the endpoint is gone
	Address         string
	Talking         bool         // another invitation holds the open conversation with this phone
	Zone            string       // the person's own, IANA name; "" if they have none
	Hours           survey.Hours // in which the person wants to be contacted
	// Touches are the person's contacts of the last 30 days, by whichever campaign,
	// and all of this one.
	Touches []survey.Touch

	Text         string // the wording that was planned; "": the step's
	Name         survey.PersonName
	Title        string
	Language     survey.Lang
	TokenVersion int
	TokenKey     string // id of the key the tokens were issued with
	Progress     Progress
}

// Verdict is the gate's decision on one candidate.
type Verdict struct {
	Event  survey.AttemptEvent // claim, put_back or cancel
	Reason survey.Reason
	DueAt  time.Time // with put_back
	// Conversation is the first state of the SMS conversation that a claim
	// opens; if another case holds the phone, the attempt is put back to DueAt.
	Conversation json.RawMessage
}

// AttemptOutcome is what became of one attempt or notice.
type AttemptOutcome struct {
	ID           survey.AttemptID
	Event        survey.AttemptEvent
	Reason       survey.Reason
	Code         string
	ProviderID   string
	Segments     int
	DeadEndpoint bool
	OptedOut     bool
	DueAt        time.Time // business time, with put_back and defer
	// Cost is what it costs in đồng, if Priced; else it stays as it was claimed.
	Cost   int64
	Priced bool
	Actor  string // who says so; empty: a worker. All of one batch have the same
}

// ClaimedNotice is a notice in hand.
type ClaimedNotice struct {
	ID           survey.NoticeID
	InvitationID survey.InvitationID // 0 when nobody is known
	CampaignID   survey.CampaignID
	Channel      survey.Channel
	Sender       survey.Sender
	Address      string
	Prompts      json.RawMessage
	Words        string // of staff; empty: the prompts say it
	Tries        int    // this one included
	Language     survey.Lang
	Name         survey.PersonName
	Title        string
	TokenVersion int
	TokenKey     string
	Progress     Progress
}

// Doubt is an attempt in state unknown, to be looked for.
type Doubt struct {
	AttemptID    survey.AttemptID
	InvitationID survey.InvitationID
	Channel      survey.Channel
	Sender       survey.Sender
	To           string
	Since        time.Time // real time of the claim
	Looks        int
	// Resend says that the campaign's policy is to send a mail in doubt once more,
	// and that this one was not yet.
	Resend bool
}

// NoticeDoubt is a notice in state unknown, to be looked for.
type NoticeDoubt struct {
	ClaimedNotice
	Since time.Time // real time of the claim
	// Moved says that the person did something since: other words may have left.
	Moved bool
	// Passed says that a later message answered the same person.
	Passed bool
}

// Progress is how far a person is in the questionnaire.
type Progress struct {
	Applicable int  `json:"applicable,omitempty"`
	Answered   int  `json:"answered,omitempty"`
	Left       int  `json:"left,omitempty"`
	Keys       bool `json:"keys,omitempty"`
}

// ChunkInfo is what a worker needs to know of the chunk in its hands.
type ChunkInfo struct {
	CampaignID survey.CampaignID
	Step       string
	Channel    survey.Channel
	Sender     survey.Sender
}

// Claim asks for attempts of one chunk.
type Claim struct {
	Chunk survey.ChunkID
	// After is an attempt below which nothing of the chunk is looked for: the last
	// one that was claimed of it. 0 looks at all.
	After survey.AttemptID
	Limit int       // at most 100, and at most what may leave within a second
	Now   time.Time // business time
	// Gate decides on each candidate.
	Gate func(Candidate) Verdict
	// AddressKeys are the keyed hashes under which an address may be suppressed.
	AddressKeys func(survey.EndpointKind, string) [][]byte

	// Price is the most that one message may cost, in đồng. Of a campaign that is
	// Budgeted no more is claimed than its budget holds; the rest waits until
	// LookAgain. Whether it is, the claim sees for itself.
	Price     int64
	Budgeted  bool
	LookAgain time.Time
	// SenderCap is the most that the sender may claim on Day, a midnight in UTC;
	// 0 is no limit. The rest waits until NextDay.
	SenderCap int
	Day       time.Time
	NextDay   time.Time
}
