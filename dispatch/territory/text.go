package territory

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// form is a name as it is compared: lower case, single blanks, no signs, kind
// spelled out, and each word's tone mark moved to its end, so that hoà and hòa
// are one.
type form struct {
	kind string // phường, xã, … as above; empty if the name has none
	full string // with its kind
	bare string // without
	// folded and foldedBare have no diacritics at all; foldedBare has no kind
	// either. They find what to ask about, never what is meant.
	folded, foldedBare string
	// plain: it was written without a single accent, so accents do not decide.
	plain bool
}

// formOf reads a name.
func formOf(text string) form {
	words, plain := wordsOf(text)
	kind, rest := cutKind(words)
	f := form{kind: kind, bare: strings.Join(rest, " "), plain: plain}
	f.full = f.bare
	if kind != "" {
		f.full = kind + " " + f.bare
	}
	f.folded, f.foldedBare = unaccented(f.full), unaccented(f.bare)
	if kind == "" {
		_, rest = cutKindOf(strings.Fields(f.folded), foldedKinds)
		f.foldedBare = strings.Join(rest, " ")
	}
	return f
}

// blank reports whether there is nothing to compare.
func (f form) blank() bool { return f.full == "" }

// wordsOf cuts text into words of letters and digits, and says whether none of
// them has an accent.
func wordsOf(text string) (words []string, plain bool) {
	plain = true
	var word, tones strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String()+tones.String())
		}
		word.Reset()
		tones.Reset()
	}
	for _, r := range norm.NFD.String(text) {
		r = unicode.ToLower(r)
		switch {
		case isTone(r):
			plain = false
			tones.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
			plain = false
			word.WriteRune(r)
		case r == 'đ' || r == 'ð' || r == 'ɖ': // eth and African d look like đ and are typed for it
			plain = false
			word.WriteRune('đ')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word.WriteRune(r)
		case unicode.Is(unicode.Cf, r): // zero-width marks stand inside words
		default:
			end()
		}
	}
	end()
	return words, plain
}

// isTone reports whether r is one of the five tone marks.
func isTone(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
		return true
	}
	return false
}

// unaccented takes the marks off what wordsOf has made.
func unaccented(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, s)
}

// A kind of unit is the word or two before its name.
type kindWords struct {
	words []string
	kind  string
}

// kinds are the kinds as wordsOf gives them, with their abbreviations; two words
// before one, so that thị trấn is not cut short.
var kinds = append(
	spelled("thị trấn", "thị xã", "thành phố", "đặc khu", "phường", "xã", "huyện", "quận", "tỉnh"),
	kindWords{[]string{"tt"}, joined("thị trấn")}, kindWords{[]string{"tx"}, joined("thị xã")},
	kindWords{[]string{"tp"}, joined("thành phố")}, kindWords{[]string{"p"}, joined("phường")},
	kindWords{[]string{"x"}, joined("xã")}, kindWords{[]string{"h"}, joined("huyện")},
	kindWords{[]string{"q"}, joined("quận")})

var foldedKinds = foldKinds(kinds)

func joined(text string) string {
	words, _ := wordsOf(text)
	return strings.Join(words, " ")
}

func spelled(texts ...string) []kindWords {
	var out []kindWords
	for _, text := range texts {
		words, _ := wordsOf(text)
		out = append(out, kindWords{words, strings.Join(words, " ")})
	}
	return out
}

func foldKinds(list []kindWords) []kindWords {
	var out []kindWords
	for _, k := range list {
		words := strings.Fields(unaccented(strings.Join(k.words, " ")))
		out = append(out, kindWords{words, unaccented(k.kind)})
	}
	return out
}

// cutKind takes the kind off the front of a name, if anything is left then. P1
// and Q10 are phường 1 and quận 10.
func cutKind(words []string) (kind string, rest []string) {
	if kind, rest = cutKindOf(words, kinds); kind != "" || len(words) == 0 {
		return kind, rest
	}
	first := words[0]
	number := strings.TrimLeft(first, "pq")
	if len(number) != len(first)-1 || strings.Trim(number, "0123456789") != "" || number == "" {
		return "", words
	}
	kind, _ = cutKindOf([]string{first[:1], number}, kinds)
	return kind, append([]string{number}, words[1:]...)
}

func cutKindOf(words []string, list []kindWords) (kind string, rest []string) {
	for _, k := range list {
		if len(words) > len(k.words) && equal(words[:len(k.words)], k.words) {
			return k.kind, words[len(k.words):]
		}
	}
	return "", words
}

func equal(a, b []string) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// tidy is text in NFC with single blanks: how names are kept.
func tidy(text string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(visible), " ")
}

// codeKey is a code as it is compared: case and blanks around it aside.
func codeKey(code string) string { return strings.ToLower(strings.TrimSpace(norm.NFC.String(code))) }

// partsOf cuts a text such as "Xã Bãi Ngao - H. Lam Hải (cũ)" into what it
// names, the nearest first; old says that one of them is called former.
func partsOf(text string) (parts []string, old bool) {
	cut := strings.FieldsFunc(dashes.Replace(tidy(text)), func(r rune) bool { return strings.ContainsRune(",;/()[]|\x00", r) })
	for _, part := range cut {
		part, was := withoutAge(strings.TrimSpace(part))
		old = old || was
		if !formOf(part).blank() {
			parts = append(parts, part)
		}
	}
	return parts, old
}

// dashes parts at dashes that do not join words.
var dashes = strings.NewReplacer(" - ", "\x00", " -", "\x00", "- ", "\x00", "–", "\x00", "—", "\x00", " thuộc ", "\x00")

// withoutAge takes "cũ" off the end of a name and "nay là", "trước đây là" and
// their like off its front.
func withoutAge(part string) (name string, old bool) {
	words := strings.Fields(part)
	for len(words) > 0 && strings.EqualFold(words[len(words)-1], "cũ") {
		words, old = words[:len(words)-1], true
	}
	for _, lead := range leads {
		if len(words) >= len(lead) && strings.EqualFold(strings.Join(words[:len(lead)], " "), strings.Join(lead, " ")) {
			return strings.Join(words[len(lead):], " "), old
		}
	}
	return strings.Join(words, " "), old
}

// leads are words before a name that say how it stands to the other; the longer
// ones first.
var leads = [][]string{{"trước", "đây", "là"}, {"trước", "đây"}, {"nay", "thuộc"}, {"trước", "là"}, {"nay", "là"}, {"tên", "cũ"},
	{"nay"}, {"thuộc"}, {"cũ"}}
