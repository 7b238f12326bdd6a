package view

import (
	"time"

	"canvass/dispatch/survey"
)

// CodeOrder is what a member of staff says of the case of one person.
type CodeOrder struct {
	Campaign  *survey.Campaign
	ContactID survey.ContactID
	Actor     string
	// Words say why; they stand in the record of acts, and go with the person's
	// erasure.
	Words string
	Now   time.Time // business time
}

// StaffCode is the last word of staff on a case; zero when there was none.
type StaffCode struct {
	// Code is what they set; "" when they took it back.
	Code survey.Disposition
	// Record is the code that the record alone gave then.
	Record survey.Disposition
}

// Coding is what becomes of a case that staff code.
type Coding struct {
	Code   survey.Disposition // what stands from now on
	Reason survey.Reason
	Said   StaffCode // their word, for the record
	// Bar puts the person on the do-not-contact list.
	Bar bool
}

// Coded is what coding a case did.
type Coded struct {
	InvitationID survey.InvitationID
	// From is the code before; "" when the case was open.
	From survey.Disposition
	Code survey.Disposition
}

// CaseRecord is all that the record has of the code of one closed case. Times are
// business time, zero when there is none.
type CaseRecord struct {
	ID          survey.InvitationID
	ContactID   survey.ContactID
	Contact     string // the office's code of the person, "" without one
	Disposition survey.Disposition

	HumanAt       time.Time
	LateAt        time.Time
	WrongPersonAt time.Time
	MessageLeftAt time.Time
	RefusedAt     time.Time
	ByOther       bool
	Progress      Progress // the latest
	Attempts      []survey.Attempt
	// Events are those that a code hangs on, in the order in which they were
	// recorded, which is that of the case's locks.
	Events []survey.Event
}
