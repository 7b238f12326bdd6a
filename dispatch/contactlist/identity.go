package contactlist

import (
	"hash/fnv"
	"strings"

	"canvass/dispatch/survey"
)

// Prints are short hashes of what may tell a contact apart or tie it to
// somebody: its code, and each of its addresses, without regard to case. Two
// contacts that share none have nothing to do with each other; two that share
// one must be looked at (see Keys). Hashes may meet by chance: that costs a
// look and no more.
func Prints(c survey.Contact) []uint64 {
	prints := make([]uint64, 0, len(c.Endpoints)+1)
	if c.Code != "" {
		prints = append(prints, print64("code", c.Code))
	}
	for _, e := range c.Endpoints {
		prints = append(prints, print64(string(e.Kind), e.Address))
	}
	return prints
}

func print64(kind, value string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind)) // a hash never fails
	_, _ = h.Write([]byte{0})
	_, _ = h.Write([]byte(strings.ToLower(value)))
	return h.Sum64()
}

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
