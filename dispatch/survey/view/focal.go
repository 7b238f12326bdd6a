package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Focal is somebody who looks after the list of a unit by a personal link.
type Focal struct {
	ID      int64
	Name    string
	Unit    string // code
	Hash    []byte // SHA-256 of the secret in the link
	By      string
	At      time.Time
	Until   time.Time
	EndedAt time.Time
	SeenAt  time.Time
	Open    int // proposals that wait for staff
}

// UnitContact is what a focal person sees of somebody: never what they were asked or
// said, nor whether they took part.
type UnitContact struct {
	ID       survey.ContactID
	Name     survey.PersonName
	Phones   []string
	Mails    []string
	Position string
	Unit     string // as the list has it
	Dead     int    // addresses that no longer work
}

// FocalKind is what a focal person proposes.
type FocalKind string

// The kinds.
const (
	FocalCorrect FocalKind = "correct" // the list has something wrong of somebody
	FocalLeft    FocalKind = "left"    // somebody is no longer of the unit
	FocalNew     FocalKind = "new"     // somebody is missing
)

// FocalFields are what a focal person may write: several addresses parted by
// semicolons.
type FocalFields struct {
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Mail     string `json:"mail,omitempty"`
	Position string `json:"position,omitempty"`
}

// FocalChange is a proposal.
type FocalChange struct {
	ID            int64
	Focal         int64
	FocalName     string
	Unit          string // code, of the focal person
	Contact       survey.ContactID
	Kind          FocalKind
	Before, After FocalFields
	At            time.Time
}

// FocalDecision is what staff decide on a proposal.
type FocalDecision struct {
	ID     int64
	Accept bool
	Actor  string
	Now    time.Time
	// Random is the permanent random number of somebody new.
	Random survey.RandomNumber
}

// FocalWrite is what an accepted proposal does to the list.
type FocalWrite struct {
	Contact survey.Contact // of somebody new: whole; else what changes, empty fields stay
	// SearchKey is the name as it is searched for.
	SearchKey string
	Position  *string // nil: as it is
	Add       []survey.Endpoint
	Dead      []survey.Endpoint // addresses that the list has and that are wrong
	Left      bool
}
