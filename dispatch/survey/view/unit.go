package view

import (
	"time"

	"canvass/dispatch/survey"
)

// UnitChange is who changes the units, and when.
type UnitChange struct {
	Source string // name of the file or system; empty for a change by hand
	Actor  string
	Now    time.Time
}

// UnitWrite is what is to be stored of the units. Versions are only added; all
// that changes of a stored one is that a unit gets another alias.
type UnitWrite struct {
	Sets        []survey.UnitSet
	Successions []survey.UnitSuccession
	Aliases     []UnitAlias
}

// UnitAlias is another name of a unit.
type UnitAlias struct{ Version, Code, Alias string }

// UnitTie is the unit of a contact: as the list has it, and the code of the one
// that it is taken for, empty for none.
type UnitTie struct{ Unit, Code string }

// Rematch counts the people whose unit was told anew.
type Rematch struct {
	Tied   int `json:"tied"`   // they had none
	Moved  int `json:"moved"`  // to another code
	Untied int `json:"untied"` // nobody knows any more which one it is
}

// UnitPeople counts the people of the living list who are tied to a unit; with
// an empty code, those who are tied to none.
type UnitPeople struct {
	Code   string
	Named  bool // the list names a unit
	People int
}

// UnitText is a unit as the list has it, and how many people have it.
type UnitText struct {
	Text   string
	People int
}

// Add counts one person whose unit had the code was and now has another.
func (r *Rematch) Add(was, now string) {
	switch {
	case was == "":
		r.Tied++
	case now == "":
		r.Untied++
	default:
		r.Moved++
	}
}
