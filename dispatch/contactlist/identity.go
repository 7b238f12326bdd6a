package contactlist

import (
	"strings"

	"canvass/dispatch/survey"
)

// SomebodyElse reports whether c, which has the code of known, is quite another
// person: another given name, and no address in common. An office that numbers
// its list anew gives people each other's codes, and a code alone would then
// write one person over the other.
func SomebodyElse(c, known survey.Contact) bool {
	if givenName(c) == givenName(known) {
		return false
	}
	for _, e := range c.Endpoints {
		for _, k := range known.Endpoints {
			if e.Kind == k.Kind && strings.EqualFold(e.Address, k.Address) {
				return false
			}
		}
	}
	return true
}

// givenName is the last word of a name, folded: Vietnamese names end with it.
func givenName(c survey.Contact) string {
	name := words(string(c.Name))
	return name[strings.LastIndexByte(name, ' ')+1:]
}
