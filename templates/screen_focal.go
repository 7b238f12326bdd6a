package templates

import "time"

// Focal are the focal persons of units, and their links.
type Focal struct {
	Shell
	Days     int // a link works
	Waiting  int // proposals
	People   []FocalAccount
	Units    []UnitChoice
	Link     string // that was just made
	LinkName string
	Wrong    string
	Typed    string // name
	Unit     string // code
}

func (Focal) file() string { return "focal" }

// FocalAccount is one focal person.
type FocalAccount struct {
	ID               int64
	Name, Unit, Code string
	Until, Seen      time.Time
	Waiting          int
	Ended            bool
}

// FocalChanges are what focal persons propose.
type FocalChanges struct {
	Shell
	Changes     []FocalChange
	After, Next int64
	Wrong       string
}

func (FocalChanges) file() string { return "focal-changes" }

// FocalChange is one proposal. Kind: "correct", "left", "new".
type FocalChange struct {
	ID                   int64
	Kind, Name, Unit, By string
	At                   time.Time
	Fields               []ImportChange // Field: "name", "phone", "mail", "position"
}

// FocalDoubtful is the list of people of a unit who cannot be reached as they stand, to
// be printed.
type FocalDoubtful struct {
	Shell
	Unit   string
	People []FocalLine
	More   bool
}

func (FocalDoubtful) file() string { return "focal-doubtful" }

// FocalLine is one person of a unit.
type FocalLine struct {
	ID                          int64
	Name, Phone, Mail, Position string
	Dead                        bool   // an address no longer works
	Waits                       string // kind of a proposal that waits
}

// FocalList is what the focal person of a unit sees: the unit's own list.
type FocalList struct {
	Shell
	Self, Name, Unit string
	Until            time.Time
	People           []FocalLine
	New              []string // names of proposals
	Waiting          int
	After, Next      int64
}

func (FocalList) file() string { return "unit-list" }

// FocalPerson is one person to be corrected, or (ID 0) somebody new. Wrong is by field:
// "name", "phone", "mail", and "all".
type FocalPerson struct {
	Shell
	Self, Unit                  string
	ID                          int64
	Name, Phone, Mail, Position string
	Wrong                       map[string]string
}

func (FocalPerson) file() string { return "unit-person" }

// FocalGone says that there is no such page, or that it cannot be shown now.
type FocalGone struct {
	Shell
	None bool
}

func (FocalGone) file() string { return "unit-gone" }
