package view

import (
	"time"

	"canvass/dispatch/survey"
)

// StopTarget is whom a do-not-contact fact is about: a person, or an address
// whoever has it.
type StopTarget struct {
	Person  survey.ContactID // 0: the address is meant
	Kind    survey.EndpointKind
	Address string
	Keys    [][]byte // keyed hashes of the address, the active key's first
}

// StopOrder asks for people and addresses to be put on the do-not-contact list by
// staff.
type StopOrder struct {
	Targets  []StopTarget
	Channel  survey.Channel   // empty: every channel
	Campaign *survey.Campaign // nil: everything
	Source   string           // one of survey.StopSources
	Words    string           // why, or what the person said
	Actor    string
	Detail   map[string]any // of the act: counts and the name of a file
	DryRun   bool           // do everything, keep nothing
	Now      time.Time      // business time
}

// StopsPut says what putting them on the list did.
type StopsPut struct {
	IDs      []int64 `json:"ids"`      // of the new entries, in the order of the targets
	Standing []int64 `json:"standing"` // entries that said the same before
	// Contacts are the people that it concerns: those named, and those who have one
	// of the addresses.
	Contacts  []survey.ContactID `json:"contacts"`
	Cancelled int                `json:"cancelled"`   // contacts that had not left
	OnTheWire int                `json:"on_the_wire"` // contacts that may be leaving this second
	DryRun    bool               `json:"dry_run,omitempty"`
}

// StopFilter says which entries to list; what is empty leaves none out.
type StopFilter struct {
	Channel  survey.Channel    // that bar this channel
	Campaign survey.CampaignID // of this campaign alone
	Source   string
	Lifted   bool // those that were lifted, too
}

// StopRow is one entry of the do-not-contact list.
type StopRow struct {
	ID int64 `json:"id"`
	// ContactID and Contact are the person, if a person is meant.
	ContactID survey.ContactID `json:"contact_id,omitempty"`
	Contact   string           `json:"contact,omitempty"` // the office's code
	// ByAddress says that an address is meant, of which the list has a keyed hash
	// only; Holders are the contacts who have it today.
	ByAddress bool        `json:"by_address,omitempty"`
	Holders   []Housemate `json:"holders,omitempty"`

	Channel  survey.Channel          `json:"channel,omitempty"` // empty: every channel
	Scope    survey.SuppressionScope `json:"scope"`
	Campaign string                  `json:"campaign,omitempty"` // with scope campaign
	Source   string                  `json:"source"`
	Words    string                  `json:"words,omitempty"`
	Actor    string                  `json:"actor,omitempty"`
	At       time.Time               `json:"at"`

	LiftedAt     time.Time `json:"lifted_at,omitzero"`
	LiftedBy     string    `json:"lifted_by,omitempty"`
	LiftedSource string    `json:"lifted_source,omitempty"`
	LiftedWords  string    `json:"lifted_words,omitempty"`

	// Key is the keyed hash of the address.
	Key []byte `json:"-"`
}

// LiftOrder asks for one entry to be lifted, by the wish of the person that staff
// attest.
type LiftOrder struct {
	ID     int64
	Source string // what proves the wish
	Words  string // what the person said
	Actor  string
	Now    time.Time // business time
}

// StopLifted is an entry that was lifted, and what still bars the same person or
// address.
type StopLifted struct {
	StopRow
	Still []int64 `json:"still"`
}
