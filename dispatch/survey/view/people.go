package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Audit is a line of the record of who did what to the contact list or to a
// campaign, and why. Detail has ids, counts and names of columns, never names or
// addresses.
type Audit struct {
	At         time.Time
	Actor      string
	Act        string // as the table's CHECK has it: export, consent, merge, …
	ContactID  survey.ContactID
	CampaignID survey.CampaignID
	Reason     string
	Detail     map[string]any
}

// ConsentRow is a row of the consent ledger.
type ConsentRow struct {
	ID          int64           `json:"id"`
	Purpose     survey.Purpose  `json:"purpose,omitempty"` // empty: every purpose
	Channel     survey.Channel  `json:"channel,omitempty"` // empty: every channel
	Basis       string          `json:"basis"`
	TextShown   string          `json:"text_shown,omitempty"`
	Source      string          `json:"source"`
	Evidence    string          `json:"evidence,omitempty"`
	Actor       string          `json:"actor,omitempty"`
	GivenAt     time.Time       `json:"given_at"`
	WithdrawnAt *time.Time      `json:"withdrawn_at,omitempty"`
	ImportID    survey.ImportID `json:"import_id,omitempty"`
}

// ConsentLedger is what is on record of one contact's consent.
type ConsentLedger struct {
	ContactID survey.ContactID  `json:"contact_id"`
	Code      string            `json:"code,omitempty"`
	Name      survey.PersonName `json:"name"`
	// ImportID and Basis are of the import that created the contact: its basis
	// holds where no row speaks.
	ImportID   survey.ImportID `json:"import_id,omitempty"`
	Basis      string          `json:"basis,omitempty"`
	Suppressed bool            `json:"suppressed"` // barred in person on every channel, which no consent lifts
	Rows       []ConsentRow    `json:"rows"`       // the oldest first
	States     []ConsentState  `json:"states"`     // per purpose and channel, as the gate sees it
}

// ConsentState is what the ledger comes to for one purpose and channel.
type ConsentState struct {
	Purpose survey.Purpose `json:"purpose"`
	Channel survey.Channel `json:"channel"`
	Given   bool           `json:"given"`
	// By is the row that decides; without one the import does (Given), or nothing.
	By int64 `json:"by,omitempty"`
}

// Withdrawn reports whether a row says no.
func (s ConsentState) Withdrawn() bool { return !s.Given && s.By != 0 }

// Twin is one of two contacts that turned out to be one person, under lock.
type Twin struct {
	Contact    survey.Contact // with its endpoints, by rank
	Left       bool
	MergedInto survey.ContactID
	OpenCases  int // cases that are open or started in a campaign that is fielding or paused
	Ledger     ConsentLedger
}

// MergeOrder asks for two contacts to become one.
type MergeOrder struct {
	Keep, Drop survey.ContactID
	Reason     string
	Actor      string
	Now        time.Time
	DryRun     bool // do everything, keep nothing
}

// PeopleMerge is what becomes of the two: decided by dispatch, written in one
// transaction.
type PeopleMerge struct {
	// Keep is the contact that stays, with what it gained; its endpoints are not
	// read.
	Keep survey.Contact
	// TakeCode says that it takes the other's code, which must be given up first.
	TakeCode bool
	// Columns and Attributes name what it gained.
	Columns, Attributes []string
	Moves               []EndpointMove
	// Consents are rows to append to its ledger.
	Consents []survey.Consent
}

// EndpointMove moves an endpoint to the contact that stays, or, when that one has
// the address already (Into), merges the two.
type EndpointMove struct {
	ID     survey.EndpointID
	Rank   int // with Into 0
	Into   survey.EndpointID
	Status survey.EndpointStatus // of the one that remains
}

// PeopleMerged says what a merge did, by ids.
type PeopleMerged struct {
	Kept         survey.ContactID    `json:"kept"`
	Dropped      survey.ContactID    `json:"dropped"`
	DryRun       bool                `json:"dry_run,omitempty"`
	Merge        int64               `json:"merge,omitempty"` // by which it is taken back
	Columns      []string            `json:"columns,omitempty"`
	Attributes   []string            `json:"attributes,omitempty"`
	Moved        []survey.EndpointID `json:"endpoints_moved,omitempty"`
	Joined       []survey.EndpointID `json:"endpoints_joined,omitempty"` // gone: the other had the address
	Withdrawn    int                 `json:"consents_withdrawn,omitempty"`
	Given        int                 `json:"consents_given,omitempty"`
	Suppressions int                 `json:"suppressions,omitempty"`
}

// PeoplePair is two contacts that may be one person, the older first.
type PeoplePair struct {
	A PairedPerson `json:"a"`
	B PairedPerson `json:"b"`
	// SameName: one name, accents aside, in one unit. Kinds: they share a phone or
	// a mailbox, and the given name.
	SameName bool                  `json:"same_name,omitempty"`
	Kinds    []survey.EndpointKind `json:"shared,omitempty"`
}

// PairedPerson is one of a pair.
type PairedPerson struct {
	ID       survey.ContactID  `json:"id"`
	Code     string            `json:"code,omitempty"`
	Name     survey.PersonName `json:"name"`
	Unit     string            `json:"unit,omitempty"`
	UnitCode string            `json:"unit_code,omitempty"`
}

// PairFilter says which pairs to list.
type PairFilter struct {
	// WithCodes lists pairs, too, that somebody told apart: both have a code, or a merge
	// of them was taken back.
	WithCodes bool
	After     [2]survey.ContactID // the last pair of the page before
	Limit     int
}
