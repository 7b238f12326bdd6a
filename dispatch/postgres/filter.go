package postgres

import (
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// filter remembers codes and addresses in a fixed amount of memory [Bloom 1970].
// What it has not met is new for certain; what it says it has met is so but for
// a few in a million while it holds as many as a list of a million people has,
// and one in a hundred at ten times that: those cost a look in the database.
type filter struct{ bits []uint64 }

const (
	filterBits   = 1 << 28 // 32 MiB
	filterProbes = 4
)

func newFilter() *filter { return &filter{make([]uint64, filterBits/64)} }

// meet remembers a code or an address and reports whether it was met before.
func (f *filter) meet(kind, value string) bool {
	sum := hashFolded(hashFolded(offset64, kind)*prime64, value)
	at, step := sum*0x9e3779b97f4a7c15, sum|1
	before := true
	for range filterProbes {
		bit := at >> 36 // the upper 28 bits
		before = before && f.bits[bit/64]&(1<<(bit%64)) != 0
		f.bits[bit/64] |= 1 << (bit % 64)
		at += step * 0xbf58476d1ce4e5b9
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
