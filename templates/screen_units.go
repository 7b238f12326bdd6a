package templates

import "time"

// Units are the units of today as a tree, and the names on lists that mean none.
type Units struct {
	Shell
	Counting  bool // nobody has counted yet: the screen asks again
	Versions  []UnitVersion
	Lines     []UnitLine
	Untied    int
	Nowhere   int
	Unmatched []UnmatchedUnit
	MayImport bool
	Report    *UnitReport
	Wrong     string
	Text      string // what was typed
	Code      string
	Version   string
	From      string
}

func (Units) file() string { return "units" }

// UnitVersion is a stored version of the units; Before: as they were before the one of
// that name.
type UnitVersion struct {
	Name   string
	Before bool
	Since  time.Time
	Units  int
}

// UnitLine is a unit; Depth is a mark for each unit above it.
type UnitLine struct {
	Code, Name, Depth string
	People, All       int
	Aliases, Formerly string
}

// UnmatchedUnit is a unit as lists have it, of people who are tied to none.
type UnmatchedUnit struct {
	Text       string
	People     int
	Ambiguous  bool
	Candidates []UnitChoice
}

// UnitChoice is a unit that a text may mean.
type UnitChoice struct{ Code, Label string }

// UnitReport is what became of a list of units.
type UnitReport struct {
	Version             string
	Units, Ties         int
	Ended               string
	Stored, Tried       bool
	Tied, Moved, Untied int
}
