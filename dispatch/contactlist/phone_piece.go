package contactlist

import (
	"regexp"
	"strings"

	"canvass/dispatch/survey"
)

// Words around a number, folded.
var (
	phoneLabel = regexp.MustCompile(`^(?:(?:so )?(?:dien thoai|d ?[/.] ?t|dt|dtdd|sdt|di dong|may)(?: (?:di dong|dd|co dinh|cd|ban|co quan|cq|nha rieng|nr|lien he|zalo|ca nhan|so|moi|chinh))*` +
		`|dd|d[/.]d|so moi|[mtp]:|telephone|tel|phone|mobile|mob|cell|zalo|viber|hotline|so|co quan|cq|nha rieng|nr|lien he|lh|co dinh|cd|may ban|ban|nha|no|call)(?:[ .:\-]|\b)[ .:\-]*`)
	gluedLabel = regexp.MustCompile(`^(?:dtdd|sdt|dd|dt|tel|zalo)([0-9+])`)
	faxLabel   = regexp.MustCompile(`^fax\b`)
	extension  = regexp.MustCompile(`^(?:so )?(?:may le|may nhanh|nhanh|ext|extension|x|#|le)[ .:]*\d{1,5}$`)
	// numbers that are said to belong to somebody else, or to be dead
	relatives = []string{"vo", "chong", "con trai", "con gai", "bo", "me", "chau", "hang xom", "nguoi nha", "nho"}
	deadWords = []string{"cu", "khong dung", "ko dung", "khong lien lac", "da mat", "mat may", "sai so", "nham"}
)

// readPiece reads text that should hold one number: a label, the number, a
// note. whole says that slashes and commas may stand inside the number, if
// they part groups of at least two digits (0912/345/678).
func readPiece(text string, whole bool) PhoneReading {
	text = strings.Trim(text, " .:-–—_'\"“”‘’`[]{}<>*")
	if faxLabel.MatchString(text) {
		return rejected(survey.CodePhoneInvalid)
	}
	for text != "" && isLetter(text[0]) {
		rest := gluedLabel.ReplaceAllString(phoneLabel.ReplaceAllString(text, ""), "$1")
		if rest == text {
			break
		}
		text = rest
	}
	end := bodyEnd(text, whole)
	body, note := text[:end], text[end:]
	r := readBody(body, whole)
	if i := strings.LastIndexByte(body, '('); !r.found() && i > 0 { // "(8h-17h)", "(105)" are notes
		if cut := readBody(body[:i], whole); cut.found() {
			r, end, note = cut, i, text[i:]
		}
	}
	if !r.found() {
		if plain := lookalikes.Replace(text); plain != text && readBody(plain[:bodyEnd(plain, whole)], whole).found() {
			return ambiguous()
		}
		return r
	}
	if note == "" {
		return r
	}
	if isLetter(note[0]) && end > 0 && isDigit(body[end-1]) && !extension.MatchString(note) {
		return ambiguous() // a letter glued to the digits
	}
	return withNote(r, strings.Trim(note, " .:-–—()[],"))
}

// withNote weighs what is written behind a number.
func withNote(r PhoneReading, note string) PhoneReading {
	if extension.MatchString(note) {
		return r
	}
	text := words(note)
	switch {
	case hasAnyWords(text, relatives):
		r.warn(survey.CodePhoneShared) // and a number inside the note is not theirs
		return r
	case hasAnyWords(text, deadWords):
		return ambiguous()
	}
	if len(digits(note)) >= 8 {
		start := strings.IndexAny(note, "0123456789+")
		return join(append([]PhoneReading{r}, readPieces(note[start:])...))
	}
	return r
}

// bodyEnd is where the characters that a number may be written with end.
func bodyEnd(text string, whole bool) int {
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
		case strings.ContainsRune(" .-–—()_+·\t'", r):
		case whole && (r == '/' || r == ','):
		default:
			// An opening bracket belongs to the note it opens.
			return len(strings.TrimRight(text[:i], "("))
		}
	}
	return len(text)
}

func readBody(body string, whole bool) PhoneReading {
	trimmed := strings.TrimLeft(body, " (.-")
	plus := strings.HasPrefix(trimmed, "+")
	if strings.Contains(strings.TrimPrefix(trimmed, "+"), "+") {
		return rejected(survey.CodePhoneInvalid)
	}
	if whole {
		for group := range strings.FieldsFuncSeq(body, func(r rune) bool { return r == '/' || r == ',' }) {
			if len(digits(group)) < 2 && strings.ContainsAny(body, "/,") {
				return rejected(survey.CodePhoneInvalid)
			}
		}
	}
	r := readDigits(digits(body), plus)
	if r.Outcome == PhoneOK && r.Numbers[0].Type == Mobile && len(r.Converted) == 0 && isOldLandline(trimmed) {
		return ambiguous()
	}
	return r
}

// isOldLandline reports whether the groups that a mobile of today is written in
// are those of a landline of before 2017: "(08) 3825 1234" is no 083.825.1234.
func isOldLandline(body string) bool {
	area, rest, ok := strings.Cut(body, ")")
	if !ok {
		area, rest = body, ""
	}
	groups := strings.FieldsFunc(body, func(r rune) bool { return r > 0x7f || !isDigit(byte(r)) })
	if strings.HasPrefix(body, "+") && len(groups) > 1 && groups[0] == "84" {
		groups = groups[1:]
		groups[0] = "0" + strings.TrimPrefix(groups[0], "0")
	}
	if len(groups) < 2 {
		return false
	}
	if groups[0] == "08" && len(groups[1]) >= 4 {
		return true
	}
	_, old := movedAreas[strings.TrimPrefix(groups[0], "0")]
	return old && digits(rest) != "" && digits(area) == groups[0]
}

// readDigits reads bare digits; plus says that an international prefix stood
// before them.
func readDigits(d string, plus bool) PhoneReading {
	if rest, ok := strings.CutPrefix(d, "00"); ok {
		d, plus = rest, true
	}
	switch {
	case d == "" || len(d) > 15:
		return rejected(survey.CodePhoneInvalid)
	case plus && strings.HasPrefix(d, "84"), len(d) >= 11 && strings.HasPrefix(d, "84"):
		rest := strings.TrimPrefix(d[2:], "0")
		if strings.HasPrefix(rest, "1800") || strings.HasPrefix(rest, "1900") {
			return domestic(rest, false) // service numbers have no trunk zero
		}
		return domestic("0"+rest, false)
	case plus && d[0] != '0':
		n, ok := abroad(d)
		if !ok {
			return rejected(survey.CodePhoneInvalid)
		}
		return PhoneReading{Outcome: PhoneForeign, Numbers: []Number{n}, Reason: survey.CodePhoneForeign}
	case d[0] == '0' && len(d) == 12 && d[:3] == "084":
		return ambiguous() // 084 912 345 678: country code, or two digits too many
	case d[0] == '0', strings.HasPrefix(d, "1800"), strings.HasPrefix(d, "1900"):
		return domestic(d, false)
	case len(d) == 9 || len(d) == 10:
		return domestic("0"+d, true)
	}
	return rejected(survey.CodePhoneInvalid)
}

func domestic(d string, restored bool) PhoneReading {
	n, moved, ok := vietnamese(d)
	if !ok {
		if strings.HasPrefix(d, "0182") && len(d) == 11 {
			return ambiguous() // some lists say 052, the published ones do not
		}
		return rejected(survey.CodePhoneInvalid)
	}
	r := PhoneReading{Outcome: PhoneOK, Numbers: []Number{n}}
	if restored {
		r.warn(survey.CodePhoneZero)
	}
	if moved != (Conversion{}) {
		r.Converted = []Conversion{moved}
		r.warn(survey.CodePhoneConverted)
	}
	if !n.SMS {
		r.warn(survey.CodePhoneNoSMS)
	}
	return r
}

// lookalikes are letters typed for digits, in lower case: Latin, and the
// Cyrillic o.
var lookalikes = strings.NewReplacer("o", "0", "о", "0", "l", "1", "i", "1", "!", "1", "s", "5", "b", "8", "z", "2", "q", "9", "g", "9")

// mayBeDigits reports whether a piece without digits could be a number typed
// in letters.
func mayBeDigits(piece string) bool { return len(digits(lookalikes.Replace(piece))) >= 9 }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 0x80 }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
