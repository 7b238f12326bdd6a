package territory

import (
	"slices"
	"strconv"

	"canvass/dispatch/survey"
)

// Crosswalk ties the units of a list to those of the former version that they
// say they were made of. The argument of an error says what: former (there is no
// such unit), unclear (there are several). Where is the line.
func Crosswalk(former survey.UnitSet, version string, list []Listed) ([]survey.UnitSuccession, error) {
	tree, err := Build(survey.Territory{Sets: []survey.UnitSet{former}})
	if err != nil {
		return nil, err
	}
	var out []survey.UnitSuccession
	var bad faults
	known := map[survey.UnitSuccession]bool{}
	for _, u := range list {
		for _, from := range u.Formerly {
			switch m := tree.Match(from); m.Outcome {
			case Matched:
				s := survey.UnitSuccession{FromVersion: former.Version, FromCode: m.Code, ToVersion: version, ToCode: u.Code}
				if !known[s] {
					out, known[s] = append(out, s), true
				}
			case Ambiguous:
				bad.add(strconv.Itoa(u.Line), "unclear", from)
			default:
				bad.add(strconv.Itoa(u.Line), "former", from)
			}
		}
	}
	return out, bad.joined()
}

// Formers makes a former version of what a list tells of it, for an office that
// has the new list only: a unit for every former name, and for what the name
// says it was a part of ("xã Bãi Triền, huyện Lam Hải"). Their codes are their
// names.
func Formers(version string, list []Listed) survey.UnitSet {
	g := gatherer{set: survey.UnitSet{Version: version}, at: map[string]string{}}
	for _, u := range list {
		for _, from := range u.Formerly {
			parts, _ := partsOf(from)
			g.add(parts)
		}
	}
	return g.set
}

// gatherer makes a version of names.
type gatherer struct {
	set survey.UnitSet
	at  map[string]string // codes by the forms of the name and all above it
}

// add adds a unit with what it is a part of and returns its code.
func (g *gatherer) add(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	parent := g.add(parts[1:])
	key := formOf(parts[0]).full + "\x00" + parent
	if code, ok := g.at[key]; ok {
		return code
	}
	u := survey.Unit{Code: parts[0], Name: parts[0], Parent: parent}
	if parent != "" {
		u.Code += ", " + parent
	}
	g.at[key] = u.Code
	g.set.Units = append(g.set.Units, u)
	return u.Code
}

// Holds reports whether a stored version says all that a new list says: the same
// units, where aliases may have been added since.
func Holds(stored, list survey.UnitSet) bool {
	if !stored.ValidFrom.Equal(list.ValidFrom) || len(stored.Units) != len(list.Units) {
		return false
	}
	at := map[string]survey.Unit{}
	for _, u := range stored.Units {
		at[u.Code] = u
	}
	for _, u := range list.Units {
		have, ok := at[u.Code]
		if !ok || have.Name != u.Name || have.Parent != u.Parent {
			return false
		}
		for _, alias := range u.Aliases {
			if !slices.Contains(have.Aliases, alias) {
				return false
			}
		}
	}
	return true
}
