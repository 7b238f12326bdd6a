package postgres

import (
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// filter remembers codes and addresses in a fixed amount of memory [Bloom 1970],
// each in one line of the processor's cache [Putze, Sanders, Singler 2009]. What
// it has not met is new for certain; what it says it has met is so but for a few
// in a hundred thousand while it holds as many as a list of a million people
// has, and a few in a hundred at ten times that: those cost a look in the
// database.
type filter struct{ lines [][8]uint64 }

const (
	filterLines  = 1 << 19 // of 64 bytes: 32 MiB
	filterProbes = 4
)

func newFilter() *filter { return &filter{make([][8]uint64, filterLines)} }

// meet remembers a code or an address and reports whether it was met before.
func (f *filter) meet(kind, value string) bool {
	sum := hashFolded(hashFolded(offset64, kind)*prime64, value)
	sum ^= sum >> 32 // FNV leaves its upper bits poor
	sum *= 0x9e3779b97f4a7c15
	line, probes := &f.lines[sum>>45], sum
	before := true
	for range filterProbes {
		word, bit := probes>>6&7, uint64(1)<<(probes&63)
		before = before && line[word]&bit != 0
		line[word] |= bit
		probes >>= 9
	}
	return before
}

// meetContact remembers the code and the addresses of c and reports whether one
// of them was met before.
func (f *filter) meetContact(c survey.Contact) bool {
	before := c.Code != "" && f.meet("code", c.Code)
	for _, e := range c.Endpoints {
		before = f.meet(string(e.Kind), e.Address) || before
	}
	return before
}

// The constants of FNV-1a, 64 bits [Fowler, Noll, Vo 1991].
const (
	offset64 = 14695981039346656037
	prime64  = 1099511628211
)

// hashFolded goes on with a hash by a text without regard to case.
func hashFolded(sum uint64, text string) uint64 {
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			for _, b := range []byte(strings.ToLower(text[i:])) {
				sum = (sum ^ uint64(b)) * prime64
			}
			return sum
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		sum = (sum ^ uint64(c)) * prime64
	}
	return sum
}
