package smstext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalize returns text in NFC, the form everything of ours is stored and
// sent in.
func Normalize(text string) string { return norm.NFC.String(text) }

// Fold returns text without diacritics ("không dấu") and without typesetter's
// marks, so that Vietnamese fits GSM-7. It is total and idempotent; what has
// no plain form (an emoji, another script) stays, and Count then says UCS-2.
// Line breaks stay.
func Fold(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if s, ok := plain(r); ok {
			b.WriteString(s)
		} else {
			b.WriteRune(r)
		}
	}
	// Composing again keeps other scripts (Hangul) as they were.
	return norm.NFC.String(b.String())
}

// isPlain reports whether text is ASCII that Fold would not change.
func isPlain(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || c == '`' || c == 0x7f || (c < ' ' && c != '\n' && c != '\r') {
			return false
		}
	}
	return true
}

// plain replaces a letter that does not decompose, or a typographic mark, by
// its plain form.
func plain(r rune) (string, bool) {
	switch r {
	case 'đ', 'ð', 'ɖ', '₫':
		return "d", true
	case 'Đ', 'Ð', 'Ɖ': // Eth and African D look like Đ and are typed for it
		return "D", true
	case 'ı':
		return "i", true
	case '‐', '‑', '‒', '–', '—', '―', '−', '⁃', '•', '·', '∙', '‧', '▪', '●', '◦':
		return "-", true
	case '“', '”', '„', '‟', '«', '»', '″', '‶', '〝', '〞':
		return `"`, true
	case '‘', '’', '‚', '‛', '′', '‵', '`', '´', 'ʻ', 'ʼ', 'ʹ', '‹', '›':
		return "'", true
	case '⁄', '∕', '÷':
		return "/", true
	case '×':
		return "x", true
	case '…':
		return "...", true
	case '→':
		return "->", true
	case '\u2028', '\u2029', '\v', '\f', '\u0085':
		return "\n", true
	case '\t':
		return " ", true
	case '\n', '\r':
		return "", false
	case utf8.RuneError:
		return "?", true
	}
	switch {
	case unicode.Is(unicode.Zs, r):
		return " ", true
	case unicode.Is(unicode.Cf, r), unicode.IsControl(r):
		return "", true // zero-width marks, direction marks, soft hyphens
	}
	return "", false
}

// Match returns the form in which a reply is compared with keywords and
// labels: folded, upper-case, without punctuation, single blanks. "Dừng." and
// "dung" both become "DUNG"; full-width digits become digits. Numbers with a
// sign or a fraction must be read from the original.
func Match(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for _, r := range Fold(strings.ToUpper(Fold(text))) {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
