package contactlist

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tidy returns s in NFC, without invisible marks, with single blanks. Line
// breaks become blanks.
func tidy(s string) string {
	if isTidy(s) {
		return s
	}
	return strings.Join(strings.Fields(visible(norm.NFC.String(s))), " ")
}

// isTidy reports whether s is text that tidy would not change, of ASCII and of
// letters that NFC has no other form of.
func isTidy(s string) bool {
	gap := true
	for _, r := range s {
		if r >= utf8.RuneSelf && (r >= lastFolded || folded[r] == 0) || r < ' ' || r == 0x7f || r == ' ' && gap {
			return false
		}
		gap = r == ' '
	}
	return !gap || s == ""
}

// visible drops zero-width and direction marks and control characters other
// than line breaks and tabs.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return r
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// fold returns s in lower case without Vietnamese diacritics. It is for
// matching words of ours, never for storing.
func fold(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b = append(b, lowerASCII(byte(r)))
		case r < lastFolded && folded[r] != 0:
			b = append(b, folded[r])
		default:
			return foldAny(s)
		}
	}
	return string(b)
}

// foldAny is fold for any text.
func foldAny(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case r == 'đ' || r == 'Đ' || r == 'Ð' || r == 'ð':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// foldRune is fold for one letter in NFC.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return rune(lowerASCII(byte(r)))
	case r < lastFolded && folded[r] != 0:
		return rune(folded[r])
	}
	return firstRune(foldAny(string(r)))
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// lastFolded ends the letters that Vietnamese is written with.
const lastFolded = 0x1F00

// folded has the letter of ASCII that a letter folds to, for the accented
// letters of Vietnamese and their like; 0 for what foldAny must look at. Nearly
// every cell of a list is read with it.
var folded = foldedLetters()

func foldedLetters() [lastFolded]byte {
	var table [lastFolded]byte
	for r := rune(0xC0); r < lastFolded; r++ {
		if to := foldAny(string(r)); unicode.IsLetter(r) && len(to) == 1 && norm.NFC.IsNormalString(string(r)) {
			table[r] = to[0]
		}
	}
	return table
}

// words folds s and keeps letters and digits only, words parted by one blank.
func words(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
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

// hasWords reports whether the words of phrase stand in text, in order and
// whole; both are as words returns them.
func hasWords(text, phrase string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(phrase)
		if (start == 0 || text[start-1] == ' ') && (end == len(text) || text[end] == ' ') {
			return true
		}
		from = end
	}
}

func hasAnyWords(text string, phrases []string) bool {
	for _, p := range phrases {
		if hasWords(text, p) {
			return true
		}
	}
	return false
}

// digits returns the ASCII digits of s.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// isBlank reports whether a cell for an address says "nothing": empty, a dash,
// "không có", or an error value of a spreadsheet.
func isBlank(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" {
		return true
	}
	if len(s) > 24 {
		return false
	}
	if s[0] == '#' {
		switch strings.ToUpper(s) {
		case "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!":
			return true
		}
	}
	if strings.IndexByte(s, '@') > 0 || strings.ContainsAny(s, "0123456789") {
		return false // nearly every cell that is asked about
	}
	switch words(s) {
	case "", "khong", "khong co", "ko", "ko co", "k co", "kh co", "chua", "chua co", "trong", "n a", "na", "none", "null", "nil":
		return true
	}
	return false
}

// unescape takes off what keeps a spreadsheet from computing a cell: the
// leading apostrophe, and the ="…" that some exports write around numbers.
func unescape(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(rest, `"`) {
		return strings.TrimSuffix(rest, `"`)
	}
	if len(s) > 1 && s[0] == '\'' && (isDigit(s[1]) || undefuse(s) != s) {
		return s[1:]
	}
	return s
}
