package staff

import "slices"

// Role is what somebody at the office is there for.
type Role string

// The roles. An analyst sees answers and never whose they are; a viewer sees how
// campaigns stand, and nothing of persons.
const (
	Administrator Role = "administrator"
	Manager       Role = "manager"
	Analyst       Role = "analyst"
	Viewer        Role = "viewer"
)

// Roles lists the roles, the one with the most rights first.
func Roles() []Role { return []Role{Administrator, Manager, Analyst, Viewer} }

// Valid reports whether there is such a role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Right is something that not everybody may do.
type Right string

// The rights. Nobody has one by having another.
const (
	See        Right = "see"        // how campaigns stand, in numbers
	Conduct    Right = "conduct"    // create, launch, pause and end campaigns
	Persons    Right = "persons"    // names, numbers, addresses, and what was sent to whom
	Answers    Right = "answers"    // results, and answers without whose they are
	Administer Right = "administer" // accounts, senders, settings
)

// Rights lists the rights.
func Rights() []Right { return []Right{See, Conduct, Persons, Answers, Administer} }

// May reports whether the role has the right. An unknown role has none.
func (r Role) May(right Right) bool {
	switch r {
	case Administrator:
		return slices.Contains(Rights(), right)
	case Manager:
		return right == See || right == Conduct || right == Persons || right == Answers
	case Analyst:
		return right == See || right == Answers
	case Viewer:
		return right == See
	}
	return false
}
