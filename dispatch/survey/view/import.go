package view

import (
	"iter"
	"time"

	"canvass/dispatch/survey"
)

// ImportRun is one import of a contact list.
type ImportRun struct {
	Source string // name of the file or system
	SHA256 []byte // of the file
	// Options is a JSON document that says how the file is read. An import that
	// was cut off goes on only with the same file and the same options.
	Options string
	// Basis, ConsentSource and ConsentText say on what ground its new people may
	// be contacted.
	Basis         string
	ConsentSource string
	ConsentText   string
	Actor         string
	Now           time.Time
	// DryRun does everything and keeps nothing.
	DryRun bool
}

// ImportWork is what an import brings along: its rows, and who decides.
type ImportWork struct {
	// Lines are the rows that may be merged, in order. They are read once.
	Lines iter.Seq2[ImportLine, error]
	// Merge decides on those that share a code or an address with each other or
	// with the list, with all that is known of their people, in order.
	Merge func(ImportStep) ([]Merge, error)
	// Rejected is how many rows were rejected for what they say; asked when
	// Lines has ended.
	Rejected func() int
	// Report is a JSON document of counts by code, nothing personal; asked last.
	Report func() (string, error)
	// Progress hears of the work as it goes on, from one goroutine at a time.
	Progress func(ImportProgress)
}

// ImportPhase is what an import is doing.
type ImportPhase string

// The phases, in order.
const (
	ImportReading  ImportPhase = "reading"  // rows are read and merged
	ImportChecking ImportPhase = "checking" // who shares an address or a name
)

// ImportProgress says how far an import is.
type ImportProgress struct {
	Phase ImportPhase
	Done  int // rows that may be merged
}

// ImportLine is one row on its way in.
type ImportLine struct {
	Person
	Place string // as a person finds it: Sheet!12
	// Held rows are decided by Merge even if they share nothing with anybody.
	Held bool
}

// Person is one row that may be merged into the list. Contact has its permanent
// random number, and in a step the identifier it gets if it is new.
type Person struct {
	Contact survey.Contact
	// SearchKey is the name as it is searched for.
	SearchKey string
	Consents  []survey.ConsentMark
	OptedOut  bool // the remarks say: no contact
	Left      bool // the remarks speak of someone who left
}

// Known is a contact on the list that shares the code or an address with
// somebody of the step.
type Known struct {
	Contact survey.Contact
	// Former are the names and codes of contacts that were merged into it: old
	// lists still have them.
	Former []survey.Contact
	// Ours says that this very import made the contact, and Place from which row,
	// empty if it has no address.
	Ours  bool
	Place string
	Left  bool
	// Corrected is what lists say that staff know better, by field.
	Corrected map[string]string
	// Suppressed says that an import suppressed the contact once, whatever
	// became of it since.
	Suppressed bool
	// Consents are the last words of the ledger by channel, those for every
	// purpose.
	Consents []survey.ConsentMark
}

// ImportStep is what merging sees of some rows.
type ImportStep struct {
	Lines []ImportLine
	Known []Known
}

// Merge is what one person's row does to the list.
type Merge struct {
	// Contact is the whole new state of the contact, save its endpoints.
	Contact   survey.Contact
	SearchKey string
	Place     string // of the row
	Outcome   MergeOutcome
	// Write says that columns of a known contact change.
	Write bool
	// Endpoints are to be added, Rank included.
	Endpoints []survey.Endpoint
	Consents  []survey.ConsentMark // to be added to the ledger
	Leave     bool                 // the contact left the network
	Suppress  bool                 // a do-not-contact fact is due
}

// MergeOutcome is how a row that came to merging ended.
type MergeOutcome string

// The outcomes of a row that came to merging.
const (
	MergeCreated   MergeOutcome = "created"
	MergeUpdated   MergeOutcome = "updated"
	MergeUnchanged MergeOutcome = "unchanged"
	MergeRejected  MergeOutcome = "rejected" // it contradicts the list
)

// Imported is how an import ended.
type Imported struct {
	Import survey.ImportID
	ImportCounts
	// Shared are addresses that people of the file share, at most 1,000.
	Shared []ImportShared
	// Twins are new people of the name and unit of somebody else, at most 1,000.
	Twins []ImportTwin
	// Resumed says that the work of an earlier, cut off run was taken over.
	Resumed bool
}

// ImportShared is an address that several people have, without the address.
type ImportShared struct {
	Kind   survey.EndpointKind
	People int
	Codes  []string // of those who have one
	Places []string // the rows of the file that brought it
}

// ImportTwin is a new contact and an other one of the same name and unit.
type ImportTwin struct {
	Contact, Other survey.ContactID
	Place          string // of the new one, empty when it is not known
}

// ImportCounts says how the rows of a list ended; they add up to its rows.
type ImportCounts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Rejected  int `json:"rejected"`
}

// Add counts one row that came to merging.
func (c *ImportCounts) Add(o MergeOutcome) {
	switch o {
	case MergeCreated:
		c.Created++
	case MergeUpdated:
		c.Updated++
	case MergeRejected:
		c.Rejected++
	default:
		c.Unchanged++
	}
}

// PastImport is one import in a listing.
type PastImport struct {
	ID         survey.ImportID `json:"id"`
	Source     string          `json:"source"`
	State      string          `json:"state"` // running, merged, undone, abandoned
	Basis      string          `json:"basis"`
	Actor      string          `json:"actor"`
	StartedAt  time.Time       `json:"started_at"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	ImportCounts
}

// ImportUndo asks for an import to be taken back.
type ImportUndo struct {
	Import survey.ImportID
	Actor  string
	Reason string
	Now    time.Time
}

// ImportUndone says what taking an import back did.
type ImportUndone struct {
	Removed  int `json:"removed"`  // people it had made
	Restored int `json:"restored"` // people it had changed
}
