package view

import (
	"time"

	"canvass/dispatch/survey"
)

// ImportRun is one import of a contact list.
type ImportRun struct {
	Source string // name of the file or system
	SHA256 []byte // of the file
	// Basis, ConsentSource and ConsentText become the consent of new contacts.
	Basis         string
	ConsentSource string
	ConsentText   string
	Actor         string
	Now           time.Time
	// DryRun does everything and keeps nothing.
	DryRun bool
}

// ImportBatch is some of the rows of a list: who may be merged, and how many
// were rejected on the way.
type ImportBatch struct {
	People   []Person
	Rejected int
}

// Person is one row that may be merged into the list.
type Person struct {
	Contact survey.Contact
	// SearchKey is the name as it is searched for.
	SearchKey string
	OptedOut  bool // the remarks say: no contact
	Left      bool // the remarks speak of someone who left
}

// Known is a contact on the list that shares the code or an address with
// somebody of the batch.
type Known struct {
	Contact survey.Contact
	Left    bool
	// Suppressed says that an import suppressed the contact once, whatever
	// became of it since.
	Suppressed bool
}

// ImportStep is what merging sees of one batch.
type ImportStep struct {
	People []Person
	Known  []Known
	// Fresh has an identifier for every person of the batch, to be used for
	// those that are new.
	Fresh []survey.ContactID
}

// Merge is what one person's row does to the list.
type Merge struct {
	// Contact is the whole new state of the contact, save its endpoints.
	Contact   survey.Contact
	SearchKey string
	Outcome   MergeOutcome
	// Write says that columns of a known contact change.
	Write bool
	// Endpoints are to be added, Rank included.
	Endpoints []survey.Endpoint
	Leave     bool // the contact left the network
	Suppress  bool // a do-not-contact fact is due
}

// MergeOutcome is how a row that was taken ended.
type MergeOutcome string

// The outcomes of a row that was taken.
const (
	MergeCreated   MergeOutcome = "created"
	MergeUpdated   MergeOutcome = "updated"
	MergeUnchanged MergeOutcome = "unchanged"
)

// ImportCounts says how the rows of a list ended; they add up to its rows.
type ImportCounts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Rejected  int `json:"rejected"`
}

// Add counts one row that was taken.
func (c *ImportCounts) Add(o MergeOutcome) {
	switch o {
	case MergeCreated:
		c.Created++
	case MergeUpdated:
		c.Updated++
	default:
		c.Unchanged++
	}
}
