package view

import "canvass/dispatch/survey"

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
