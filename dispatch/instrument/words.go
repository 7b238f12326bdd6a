package instrument

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/survey"
)

// word is a word as typed, with its letters and its diacritics apart, so that
// a word typed without some of them can be compared with one that has them.
type word struct {
	base  string // lower case, without diacritics
	shape string // per letter of base: '-' (đ), '^', '(' or '+' (ơ, ư), else ' '
	tone  rune   // the combining tone mark, 0 without; its place does not matter (hoà, hòa)
	start int    // where it stands in the message
	end   int
}

// The combining marks of Vietnamese.
const (
	markGrave, markAcute, markTilde = '\u0300', '\u0301', '\u0303'
	markHook, markDot               = '\u0309', '\u0323'
	markCircumflex, markBreve       = '\u0302', '\u0306'
	markHorn                        = '\u031b'
)

// fits reports whether w, as typed, may be the word known: the same letters,
// and no diacritic that known does not have. Accents that were typed decide;
// those that were not may be anything.
func (w word) fits(known word) bool {
	if w.base != known.base || w.tone != 0 && w.tone != known.tone {
		return false
	}
	for i := range len(w.shape) {
		if w.shape[i] != ' ' && w.shape[i] != known.shape[i] {
			return false
		}
	}
	return true
}

// same reports whether w was typed with exactly the diacritics of known.
func (w word) same(known word) bool {
	return w.base == known.base && w.shape == known.shape && w.tone == known.tone
}

// plain reports whether w was typed without any diacritic.
func (w word) plain() bool { return w.tone == 0 && strings.Trim(w.shape, " ") == "" }

// message is a reply taken apart.
type message struct {
	text  string // cleaned, as it may be stored
	words []word
}

const maxReply = 8000 // bytes read of a reply that should be a choice or a number

// newMessage splits text into words: runs of letters and digits, with a break
// between a letter and a following digit ("so1"), not between a digit and a
// following letter ("2k").
func newMessage(raw string) message {
	if len(raw) > maxReply {
		raw = raw[:maxReply]
	}
	m := message{text: clean(narrow(strings.ToValidUTF8(raw, "")))}
	start, digits := -1, false
	flush := func(end int) {
		if start >= 0 {
			w := newWord(m.text[start:end])
			w.start, w.end = start, end
			m.words = append(m.words, w)
			start = -1
		}
	}
	for i, r := range m.text {
		d := unicode.IsDigit(r)
		switch {
		case !d && !unicode.IsLetter(r) && (start < 0 || !unicode.Is(unicode.Mn, r)):
			flush(i)
			continue
		case start >= 0 && d && !digits:
			flush(i)
		}
		if start < 0 {
			start, digits = i, d
		}
	}
	flush(len(m.text))
	return m
}

// narrow turns full-width letters, digits and signs into ASCII, and takes away
// the marks that make a digit a keycap.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\uff01' && r <= '\uff5e':
			return r - 0xfee0
		case r == '\u20e3' || r >= '\ufe00' && r <= '\ufe0f' || r >= '\u200b' && r <= '\u200f' || r == '\u2060':
			return -1
		case r == 0:
			return -1
		}
		return r
	}, s)
}

func newWord(s string) word {
	var w word
	var base, shape strings.Builder
	last := byte(' ')
	write := func() {
		if base.Len() > 0 {
			shape.WriteByte(last)
		}
		last = ' '
	}
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch r {
		case markGrave, markAcute, markTilde, markHook, markDot:
			w.tone = r
		case markCircumflex:
			last = '^'
		case markBreve:
			last = '('
		case markHorn:
			last = '+'
		case 'đ':
			write()
			base.WriteByte('d')
			last = '-'
		default:
			if unicode.Is(unicode.Mn, r) {
				continue
			}
			write()
			base.WriteRune(r)
		}
	}
	write()
	w.base, w.shape = base.String(), shape.String()
	return w
}

// phrase is some words in a row, without their places.
type phrase []word

func newPhrase(s string) phrase { return newMessage(s).words }

func phrases(list ...string) []phrase {
	all := make([]phrase, len(list))
	for i, s := range list {
		all[i] = newPhrase(s)
	}
	return all
}

// begins reports whether words begin with p.
func (p phrase) begins(words []word) bool {
	if len(p) == 0 || len(p) > len(words) {
		return false
	}
	for i := range p {
		if !words[i].fits(p[i]) {
			return false
		}
	}
	return true
}

// is reports whether words are p and nothing else.
func (p phrase) is(words []word) bool { return len(p) == len(words) && p.begins(words) }

func isOneOf(words []word, list []phrase) bool {
	for _, p := range list {
		if p.is(words) {
			return true
		}
	}
	return false
}

// Politeness at either end of a reply says nothing about its meaning. Thanks
// and vocatives are longer than one word, so they come first.
var (
	politeFirst = phrases("dạ", "vâng", "thưa ông bà", "thưa ông", "thưa bà", "thưa anh chị", "thưa anh", "thưa chị",
		"thưa cô", "thưa chú", "thưa bác", "thưa em", "thưa các anh", "thưa", "kính thưa", "xin", "xin chào", "chào", "please", "pls")
	politeLast = phrases("ạ", "à", "ah", "nhé em", "nha em", "nhé", "nha", "nhá", "hen", "nghen", "nghe", "rồi", "rồi em", "rùi", "đấy", "đó", "đó em", "em ạ", "anh ạ", "chị ạ",
		"nhé cháu", "nha cháu", "nhé con", "nha con", "cảm ơn", "cám ơn", "pls",
		"cảm ơn anh", "cảm ơn chị", "cảm ơn em", "cảm ơn ông bà", "xin cảm ơn", "please", "thanks", "thank you")
)

// polite takes politeness away from both ends, but never everything.
func polite(words []word) []word {
	for changed := true; changed; {
		changed = false
		if n := longest(words, politeFirst, false); n > 0 && n < len(words) {
			words, changed = words[n:], true
		}
		if n := longest(words, politeLast, true); n > 0 && n < len(words) {
			words, changed = words[:len(words)-n], true
		}
	}
	return words
}

// longest is the length of the longest phrase at the beginning or the end.
func longest(words []word, list []phrase, last bool) int {
	best := 0
	for _, p := range list {
		part := words
		if last && len(p) <= len(words) {
			part = words[len(words)-len(p):]
		}
		if len(p) > best && p.begins(part) {
			best = len(p)
		}
	}
	return best
}

// lastWord is the last word of a person's name: the given name, as it is
// signed.
func lastWord(name survey.PersonName) (word, bool) {
	words := newMessage(string(name)).words
	if len(words) == 0 {
		return word{}, false
	}
	return words[len(words)-1], true
}

// digit reports whether a word begins with a figure. A mark without a letter has no
// letters at all.
func (w word) digit() bool { return w.base != "" && isDigit(w.base[0]) }
