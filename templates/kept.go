package templates

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Most pages of questions are the same but for whose they are: the address, the
// nonce, and two times. Such a page is drawn once with marks in the places of these
// four, cut at the marks, and kept; the next person's is put together from the parts.
// What is put in is of letters that no place of a page escapes, or the page is drawn
// like any other. So is a page with words that somebody wrote: nothing of a person is
// kept. A drawn page is kept only if its parts give it back to the byte.

// mostKept is how many bytes of pages and of what tells them apart are young at most;
// there are as many old ones.
const mostKept = 4 << 20

// keptPages are pages by everything that tells them apart. When the young ones are
// too many they become the old ones, of which those that are asked for stay.
type keptPages struct {
	mu         sync.Mutex
	young, old map[string]keptPage
	size       int // of the young, in bytes
}

// find returns the page of a key.
func (k *keptPages) find(key []byte) (keptPage, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if p, ok := k.young[string(key)]; ok {
		return p, true
	}
	p, ok := k.old[string(key)]
	if ok {
		k.add(string(key), p)
	}
	return p, ok
}

func (k *keptPages) keep(key string, p keptPage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.add(key, p)
}

func (k *keptPages) add(key string, p keptPage) {
	if k.young == nil || k.size > mostKept {
		k.young, k.old, k.size = map[string]keptPage{}, k.young, 0
	}
	k.young[key] = p
	k.size += len(key) + p.size
}

// keptPage is a drawn page, cut at its marks: a part, what fills a hole, a part, and
// so on.
type keptPage struct {
	parts []string
	holes []hole
	size  int
}

// hole is a place that differs from person to person.
type hole int

// The holes of a page.
const (
	holeSelf  hole = iota // the address of the link
	holeNonce             // of the page
	holeShown             // when it was written
	holeSaved             // when the last answer was saved; may be empty
	holeCount
)

// filling is what goes into the holes.
type filling [holeCount]string

// filling is what fills p, and whether that and the rest allow p to be put together.
func (p *Question) filling() (filling, bool) {
	f := filling{p.Self, p.Nonce, strconv.FormatInt(p.Shown, 10), p.SavedAt}
	if !plain(p.Self) || !plain(p.Nonce) || p.Shown <= 0 || p.SavedAt != "" && !isClock(p.SavedAt) ||
		p.FromMail != "" || p.Files != "" || p.Name != "" {
		return f, false
	}
	for i := range p.Asked {
		a := &p.Asked[i]
		if a.Value != "" || a.Error != "" || a.Kind == KindAttachment {
			return f, false
		}
		for j := range a.Options {
			if a.Options[j].Said != "" || a.Options[j].Href != "" {
				return f, false
			}
		}
	}
	return f, true
}

// with is p filled with something else. Addresses under the link go along with it.
func (p Question) with(f filling) Question {
	for _, at := range []*string{&p.Other, &p.About, &p.Decline, &p.Withdraw, &p.Stop, &p.Mine} {
		if rest, under := strings.CutPrefix(*at, p.Self); under && *at != "" {
			*at = f[holeSelf] + rest
		}
	}
	p.Self, p.Nonce = f[holeSelf], f[holeNonce]
	p.Shown, _ = strconv.ParseInt(f[holeShown], 10, 64)
	if p.SavedAt != "" {
		p.SavedAt = f[holeSaved]
	}
	return p
}

// plain reports whether s reads the same everywhere on a page: in a text, in an
// attribute and in an address.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '/':
		default:
			return false
		}
	}
	return s != ""
}

// isClock reports whether s is of the form of Clock.
func isClock(s string) bool {
	digit := func(i int) bool { return '0' <= s[i] && s[i] <= '9' }
	return len(s) == 5 && digit(0) && digit(1) && s[2] == ':' && digit(3) && digit(4)
}

// marks are fillings that stand nowhere in what a page is drawn from; none if all do.
func marks(from []byte) filling {
	const clocks = 40 // that no day has, by hours and by minutes
	for n := range clocks * clocks {
		f := filling{fmt.Sprintf("/zqself%dz", n), fmt.Sprintf("zqnonce%dz", n), strconv.Itoa(7007007100 + n),
			fmt.Sprintf("%d:%d", 60+n%clocks, 60+n/clocks)}
		if !slices.ContainsFunc(f[:], func(mark string) bool { return bytes.Contains(from, []byte(mark)) }) {
			return f
		}
	}
	return filling{}
}

// cut takes a page that was drawn with marks apart.
func cut(drawn string, f filling, saved bool) keptPage {
	p := keptPage{size: len(drawn)}
	if !saved {
		f[holeSaved] = ""
	}
	for {
		at, next := len(drawn), holeCount
		for h, mark := range f {
			if i := strings.Index(drawn, mark); mark != "" && i >= 0 && i < at {
				at, next = i, hole(h)
			}
		}
		p.parts = append(p.parts, drawn[:at])
		if next == holeCount {
			return p
		}
		p.holes = append(p.holes, next)
		drawn = drawn[at+len(f[next]):]
	}
}

// filled is the page of one person.
func (k keptPage) filled(f filling) []byte {
	out := make([]byte, 0, k.size+len(k.holes)*len(f[holeSelf]))
	for i, part := range k.parts {
		out = append(out, part...)
		if i < len(k.holes) {
			out = append(out, f[k.holes[i]]...)
		}
	}
	return out
}

// question draws a page of questions, or puts it together if its like was drawn before.
func (s *Set) question(p Question) ([]byte, error) {
	f, ok := p.filling()
	if !ok {
		return s.draw(p)
	}
	key := spelt(make([]byte, 0, 2048), reflect.ValueOf(p.with(filling{"\x00", "", "0", "\x00"})))
	if kept, found := s.kept.find(key); found {
		return kept.filled(f), nil
	}
	drawn, err := s.draw(p)
	if err != nil {
		return nil, err
	}
	m := marks(key)
	marked, err := s.draw(p.with(m))
	if err != nil {
		return nil, err
	}
	if kept := cut(string(marked), m, p.SavedAt != ""); bytes.Equal(kept.filled(f), drawn) {
		s.kept.keep(string(key), kept)
	}
	return drawn, nil
}

// spelt appends a value to b so that no two values read the same.
func spelt(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		return append(b, v.String()...)
	case reflect.Int, reflect.Int64:
		return binary.AppendVarint(b, v.Int())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = spelt(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		for i := range v.NumField() {
			b = spelt(b, v.Field(i))
		}
		return b
	}
	panic("templates: a page of questions holds a " + v.Kind().String())
}
