package contactlist

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// longest name, in characters
const maxName = 100

// ParseName reads a person's name: NFC, single blanks, a name in capitals (or
// without any) put in title case, a form of address split off and returned as
// people write it (Ông, Bà, Anh, Chị, Cô, Chú, Bác, Thầy, Đ/c, or an academic
// title). Errors are name_missing and legacy_encoding: text typed in a TCVN3
// or VNI font is refused, never stored as it looks.
func ParseName(s string) (survey.PersonName, string, *survey.Error) {
	text := strings.Trim(tidy(unescape(s)), " ,;:-–.*")
	if enc := legacyEncoding(text); enc != "" {
		return "", "", invalid(survey.CodeLegacyEncoding, "encoding", enc)
	}
	text, title := splitTitle(strings.ReplaceAll(text, "Ð", "Đ")) // Eth looks the same and is typed for it
	if !isName(text) {
		return "", "", invalid(survey.CodeNameMissing, "", "")
	}
	if upper, lower := letterCases(text); (upper == 0 || lower == 0) && upper+lower > 1 {
		text = titleCase(text)
	}
	return survey.PersonName(text), title, nil
}

// isName reports whether s could be a person's name rather than a number, a
// formula or an address.
func isName(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case strings.ContainsRune("@=<>|{}\\", r):
			return false
		}
	}
	return letters > 0 && len(digits(s)) < 7 && utf8.RuneCountInString(s) <= maxName
}

func letterCases(s string) (upper, lower int) {
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper, lower
}

// titleCase writes every word with a capital, also after an apostrophe, a
// hyphen or the dot of an initial (H'Hen, Y-Bhăm, N.V.).
func titleCase(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := true
	for _, r := range s {
		if start {
			b.WriteRune(unicode.ToUpper(r))
		} else {
			b.WriteRune(unicode.ToLower(r))
		}
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	}
	return b.String()
}

// forms of address and titles by their folded spelling, longest first where
// one begins another.
var titles = [...]struct{ folded, title string }{
	{"dong chi", "Đ/c"}, {"d/c", "Đ/c"}, {"d.c", "Đ/c"}, {"dc", "Đ/c"},
	{"bac si", "BS"}, {"thac si", "ThS"}, {"tien si", "TS"},
	{"ong/ba", ""}, {"ong", "Ông"}, {"ba", "Bà"}, {"anh", "Anh"}, {"chi", "Chị"}, {"co", "Cô"},
	{"chu", "Chú"}, {"bac", "Bác"}, {"thay", "Thầy"},
	{"pgs", "PGS"}, {"gs", "GS"}, {"ths", "ThS"}, {"ts", "TS"}, {"bs", "BS"}, {"ks", "KS"}, {"ls", "LS"},
	{"mrs", "Bà"}, {"mr", "Ông"}, {"ms", "Bà"}, {"dr", "TS"},
}

// splitTitle takes titles off the front of a name; the first one is returned.
func splitTitle(text string) (name, title string) {
	name = text
	for range 3 { // Đ/c PGS.TS Nguyễn …
		rest, t, ok := cutTitle(name, title != "")
		if !ok {
			break
		}
		name = rest
		if title == "" {
			title = t
		}
	}
	return name, title
}

// cutTitle takes one title off. "Ông" is a family name too, and most others
// are given names: they are titles only when a whole name follows.
func cutTitle(name string, again bool) (rest, title string, ok bool) {
	first := byte(foldRune(firstRune(name)))
	for _, t := range titles {
		if t.folded[0] != first { // true of nearly every name
			continue
		}
		head, tail, found := cutFolded(name, t.folded)
		if !found {
			continue
		}
		count := len(strings.Fields(tail))
		switch t.title {
		case "Ông":
			if first, _, _ := strings.Cut(fold(tail), " "); again || count == 0 || isMiddleName(first) && !strings.ContainsAny(head, ".:") {
				return "", "", false
			}
		case "Anh", "Chị", "Cô", "Chú", "Bác", "Thầy":
			if !isSpelled(head, t.title) || again || count < 2 && !strings.ContainsAny(head, ".:") {
				return "", "", false
			}
		case "Bà":
			if !isSpelled(head, t.title) && !strings.ContainsAny(fold(head), "rs") || count == 0 {
				return "", "", false
			}
		default:
			if count == 0 {
				return "", "", false
			}
		}
		return tail, t.title, true
	}
	return "", "", false
}

// cutFolded cuts a folded prefix that ends at a word's end; head holds what was
// cut, with its dots and colons.
func cutFolded(name, prefix string) (head, tail string, ok bool) {
	end := 0
	for _, want := range prefix {
		r, n := utf8.DecodeRuneInString(name[end:])
		if n == 0 || foldRune(r) != want {
			return "", "", false
		}
		end += n
	}
	tail = strings.TrimLeft(name[end:], " .:")
	if tail == name[end:] && tail != "" {
		return "", "", false
	}
	return name[:len(name)-len(tail)], tail, true
}

// isSpelled reports whether head is the title as it is spelt, in any case, or
// without accents: "Bá" and "Cơ" begin names, "Bà" and "Cô" do not.
func isSpelled(head, title string) bool {
	word := strings.ToLower(strings.Trim(head, " .:"))
	return word == strings.ToLower(title) || word == fold(title) && title != "Chú" // Chu is a family name
}

// isMiddleName reports whether a folded word is one that usually stands in the
// middle: "Ông Văn Bình" is Mr Ông, "Ông Nguyễn Bình" is Mr Nguyễn.
func isMiddleName(folded string) bool {
	switch folded {
	case "van", "thi", "dinh", "huu", "duc", "xuan", "quang", "ngoc", "thanh", "minh", "quoc", "cong", "ba", "gia", "the", "ich", "sy", "si", "trong", "viet", "kim", "hoai":
		return true
	}
	return false
}

// honorific is the form of address that our messages use for a title.
func honorific(title string) string {
	switch title {
	case "Ông", "Anh", "Chú", "Thầy":
		return "Ông"
	case "Bà", "Chị", "Cô":
		return "Bà"
	}
	return ""
}
