package view

import (
	"time"

	"canvass/dispatch/survey"
)

// MergedFields are what a merge may change of a contact, as they are kept for its undoing.
type MergedFields struct {
	Code        string            `json:"code"`
	Title       string            `json:"title"`
	Sex         string            `json:"sex"`
	Birth       int               `json:"birth"` // 0: not known
	Zone        string            `json:"zone"`
	Unit        string            `json:"unit"`
	UnitCode    string            `json:"unit_code"`
	Attributes  map[string]string `json:"attributes"`
	Hours       string            `json:"hours"`
	HoursAt     *time.Time        `json:"hours_at"`
	HoursSource string            `json:"hours_source"`
	LeftAt      *time.Time        `json:"left_at"`
	UpdatedAt   *time.Time        `json:"updated_at"`
}

// AddressState is how an address of one of the two stood.
type AddressState struct {
	ID        survey.EndpointID     `json:"id"`
	Into      survey.EndpointID     `json:"into,omitempty"` // the same address of the one kept
	Status    survey.EndpointStatus `json:"status"`
	NotTheirs *time.Time            `json:"not_theirs_at"`
}

// UnmergeOrder asks for a merge to be taken back.
type UnmergeOrder struct {
	Person survey.ContactID // one of those that are one person now
	Merge  int64            // 0: that in which Person went, else the last one that Person was kept in
	Reason string
	Actor  string
	Now    time.Time
}

// MergeKept is a merge as it was kept, and what stands now, under lock.
type MergeKept struct {
	ID         int64
	Kept, Gone survey.ContactID
	Undone     bool
	Erased     bool             // one of the two was, and nothing is kept any more
	Later      survey.ContactID // the other one of a later merge of one of the two that stands; 0: none
	// Before and After are the one kept as the merge found and left it, Now as it is.
	Before, After, Now MergedFields
	Other              MergedFields // the one that went, as the merge found it
	CodeTaken          bool         // somebody else has its code
	// Addresses that both had: of the one that went as they were (Theirs), of the one kept
	// as the merge found, left and left them until now. One that is not in Present is gone.
	Theirs, Found, Left, Present []AddressState
}

// PeopleUnmerge is what taking a merge back does: decided by dispatch, written in one
// transaction.
type PeopleUnmerge struct {
	Keep MergedFields
	// Touched says that somebody changed it after the merge: its UpdatedAt is not read.
	Touched bool
	// Since names the fields that somebody changed after the merge: they stay with Keep.
	Since []string
	Other MergedFields // LeftAt, UpdatedAt and Code of the one that comes back
	// Kept and Theirs are the addresses that both have, as they are to be.
	Kept, Theirs []AddressState
}

// PeopleUnmerged says what taking a merge back did.
type PeopleUnmerged struct {
	Merge  int64            `json:"merge"`
	Kept   survey.ContactID `json:"kept"`
	Back   survey.ContactID `json:"back"`
	Since  []string         `json:"kept_since,omitempty"`         // fields that were changed after the merge
	Moved  int              `json:"endpoints_moved,omitempty"`    // addresses that went back
	Stops  int              `json:"suppressions,omitempty"`       // stops since the merge, which hold for both
	No     int              `json:"consents_withdrawn,omitempty"` // withdrawals since, which hold for both
	Left   bool             `json:"left,omitempty"`               // the one person left since, so both did
	Queued int              `json:"attempts_cancelled,omitempty"` // that waited for an address of the other
}
