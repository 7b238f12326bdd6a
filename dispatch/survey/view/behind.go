package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Behind names which numbers of a status somebody asks about.
type Behind string

// What a status counts, with people behind it.
const (
	BehindCases    Behind = "cases"    // invitations, by state, disposition, stratum and replicate
	BehindAttempts Behind = "attempts" // the ledger of planned contacts
	BehindNotices  Behind = "notices"  // the ledger of answers
	BehindArrivals Behind = "arrivals" // what arrived and is not applied
)

// PeopleFilter says which people of a campaign are asked for. What is nil is not
// asked; a reason may be asked for as empty.
type PeopleFilter struct {
	Of Behind

	Case        *survey.InvitationState
	Disposition *survey.Disposition
	Stratum     *string
	Replicate   *int

	Channel *survey.Channel // of attempts and notices
	Step    *string         // of attempts
	State   *survey.AttemptState
	Reason  *survey.Reason
	Why     *survey.Reason // of queued attempts: why they do not leave now
	Arrival *ArrivalState
}

// PersonBehind is one of the people behind a number, by the office's code: no name
// and no address. A line without a contact counts what is for nobody we know.
type PersonBehind struct {
	ContactID   survey.ContactID       `json:"contact_id,omitempty"`
	Contact     string                 `json:"contact,omitempty"`
	Case        survey.InvitationState `json:"case,omitempty"`
	Disposition survey.Disposition     `json:"disposition,omitempty"`
	Stratum     string                 `json:"stratum,omitempty"`
	N           int                    `json:"n"` // of what is asked for
}

// What is counted of arrivals that are parked, apart: who asked to be erased behind
// their own link, and what waits for something that is missing, but for no reader.
const (
	ArrivalErasure ArrivalState = "erasure"
	ArrivalKept    ArrivalState = "kept"
)

// CasePart is where a case stands as screens count it. Every released case is in one
// of done, begun, waits, refused and over, and in invited.
type CasePart string

// The parts.
const (
	PartInvited CasePart = "invited"
	PartDone    CasePart = "done"    // with a usable response: 1.1, 1.2
	PartBegun   CasePart = "begun"   // answering
	PartWaits   CasePart = "waits"   // open, and not begun
	PartRefused CasePart = "refused" // somebody said no: 2.111, 2.112
	PartOver    CasePart = "over"    // closed otherwise
)

// CaseCell counts cases of one stratum that stand alike.
type CaseCell struct {
	Stratum     string
	State       survey.InvitationState
	Disposition survey.Disposition // "" while it is not closed
	N           int
}

// BehindAsk asks for a page of the lines behind a number, by the number of the contact.
type BehindAsk struct {
	Campaign survey.CampaignID
	Filter   PeopleFilter
	// States and Codes are those of the cases; nil is any. They stand in the place of
	// the filter's own.
	States []survey.InvitationState
	Codes  []survey.Disposition
	After  survey.ContactID // the last one of the page before
	Lines  int              // about so many: a person's lines stay together
	Look   int              // at so many cases, at most
	Now    time.Time        // business time
}

// LineBehind is one of what a number counts: a case, a contact, an arrival.
type LineBehind struct {
	ContactID   survey.ContactID
	Contact     string // the office's code
	Name        survey.PersonName
	Unit        string
	Case        survey.InvitationState
	Disposition survey.Disposition
	Stratum     string

	Channel survey.Channel // of a contact
	Step    string
	Try     int
	State   survey.AttemptState
	Reason  survey.Reason
	At      time.Time // when it left, or is due, in business time; of an arrival, when it came, in real time
}

// BehindPage is a page of lines.
type BehindPage struct {
	Lines []LineBehind
	// Last is how far the cases were looked at, and More that there are others beyond.
	// A page may be short, or empty, with more beyond: see BehindAsk.Look.
	Last survey.ContactID
	More bool
}

// DayCount counts the responses that were sent off on one day where the campaign is.
type DayCount struct {
	Day  survey.Date
	Mode survey.Mode // of the last answer; empty where nobody keeps it
	N    int
}

// FieldDays are how the responses of a campaign came in.
type FieldDays struct {
	Campaign survey.CampaignID
	Launched time.Time
	Cases    int        // that were released
	Days     []DayCount // by day
}

// FieldStrata are the contacts and the responses of a campaign by stratum.
type FieldStrata struct {
	Contacts  []StratumContacts  // by stratum and channel
	Responses []StratumResponses // by stratum and mode; none of an anonymous campaign
}

// StratumContacts counts the contacts of a stratum by a channel.
type StratumContacts struct {
	Stratum   string
	Channel   survey.Channel
	N         int // whatever became of them
	Delivered int
}

// StratumResponses counts the responses of a stratum that were sent off by a mode.
type StratumResponses struct {
	Stratum string
	Mode    survey.Mode
	N       int
}
