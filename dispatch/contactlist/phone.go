package contactlist

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"canvass/dispatch/survey"

	"golang.org/x/text/unicode/norm"
)

// Outcome says how a cell with a phone was understood.
type Outcome string

// The outcomes.
const (
	PhoneOK        Outcome = "ok"        // one Vietnamese number
	PhoneAmbiguous Outcome = "ambiguous" // two readings: asked, not guessed
	PhoneSeveral   Outcome = "several"   // more than one number, the first preferred
	PhoneForeign   Outcome = "foreign"   // one number of another country
	PhoneRejected  Outcome = "rejected"  // no number
)

// NumberType is the kind of a line.
type NumberType string

// The types.
const (
	Mobile     NumberType = "mobile"
	Landline   NumberType = "landline"
	TollFree   NumberType = "tollfree"    // 1800
	SharedCost NumberType = "shared_cost" // 1900
	Other      NumberType = "other"
)

// Number is one telephone number.
type Number struct {
	E164 string     `json:"e164"`
	Type NumberType `json:"type"`
	// SMS says that texts may be queued for it: a Vietnamese mobile.
	SMS bool `json:"sms"`
}

// PhoneReading is what was made of a cell, and why.
type PhoneReading struct {
	Outcome Outcome `json:"outcome"`
	// Numbers in the order written; empty when ambiguous or rejected.
	Numbers []Number `json:"numbers"`
	// Reason is the code behind every outcome but ok.
	Reason survey.Code `json:"reason"`
	// Warnings are codes of what was mended or should be looked at.
	Warnings []survey.Code `json:"warnings"`
	// Converted are the old prefixes behind the warning phone_converted, in the
	// order written.
	Converted []Conversion `json:"converted,omitempty"`
}

// Conversion is a prefix of an old numbering plan and what it became.
type Conversion struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Told are the reason and the warnings as errors with their arguments: one
// phone_converted for each prefix.
func (r PhoneReading) Told() []*survey.Error {
	var told []*survey.Error
	for _, code := range append([]survey.Code{r.Reason}, r.Warnings...) {
		switch code {
		case "":
		case survey.CodePhoneConverted:
			for _, c := range r.Converted {
				told = append(told, &survey.Error{Kind: survey.Invalid, Code: code, Args: map[string]string{"from": c.From, "to": c.To}})
			}
		default:
			told = append(told, invalid(code, "", ""))
		}
	}
	return told
}

// longest cell that may hold phones, in bytes; a longer one is prose.
const maxPhoneCell = 300

// ParsePhone reads a cell as people type phones: separators, labels, notes,
// several numbers, old prefixes, the damage that spreadsheets do. The library
// is asked only after the character set was checked, because it is too
// lenient alone.
func ParsePhone(s string) PhoneReading {
	r := parsePhone(s)
	if r.Numbers == nil {
		r.Numbers = []Number{}
	}
	if r.Warnings == nil {
		r.Warnings = []survey.Code{}
	}
	return r
}

func parsePhone(s string) PhoneReading {
	if d, restored := plainMobile(s); d != "" {
		return domestic(d, restored)
	}
	if len(s) > maxPhoneCell {
		return rejected(survey.CodePhoneInvalid)
	}
	text := strings.TrimSpace(fold(unescape(strings.TrimSpace(norm.NFKC.String(visible(s))))))
	if mended, lost := unfloat(text); lost {
		return rejected(survey.CodePhoneDigitsLost)
	} else if mended != "" {
		text = mended
	}
	whole := readPiece(text, true)
	if whole.found() {
		return whole
	}
	var pieces []PhoneReading
	for piece := range strings.FieldsFuncSeq(severalWords.ReplaceAllString(text, ";"), isHardSeparator) {
		if digits(piece) == "" && !mayBeDigits(piece) || len(pieces) > 0 && extension.MatchString(strings.TrimSpace(piece)) {
			continue // a note between separators
		}
		if n := len(pieces); n > 0 && pieces[n-1].isLandline() && isExtension(piece) {
			continue
		}
		pieces = append(pieces, readPieces(piece)...)
	}
	if len(pieces) == 0 {
		return whole
	}
	return join(pieces)
}

// plainMobile returns the ten digits of a mobile written with digits and the
// usual separators only, and whether its zero had to be restored; most cells of
// a list are one. It returns "" for everything else.
func plainMobile(s string) (d string, restored bool) {
	var buf [11]byte // the zero, if it is missing, and ten digits
	n := 1
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c) && n < len(buf):
			buf[n] = c
			n++
		case n == 3 && buf[2] == '8':
			return "", false // "08.": see isOldLandline
		case c == ' ', (c == '.' || c == '-') && i > 0:
		default:
			return "", false
		}
	}
	switch n {
	case 11:
		d = string(buf[1:])
	case 10:
		buf[0] = '0'
		d, restored = string(buf[:10]), true
	}
	if !isCanonicalMobile(d) {
		return "", false
	}
	return d, restored
}

var (
	severalWords = regexp.MustCompile(`\b(hoac|or|va|and)\b`)
	scientific   = regexp.MustCompile(`^(\d)(?:[.,](\d+))?\s*e\s*\+?\s*(\d{1,2})$`)
	float        = regexp.MustCompile(`^(\d{9,12})[.,]0{1,2}$`)
)

func isHardSeparator(r rune) bool { return strings.ContainsRune("/;,\n\r|&\\", r) }

// unfloat undoes what happens when a phone is kept as a number: 912345678.0,
// or 9.12345678E+08 if all digits are there. Lost digits cannot be restored.
func unfloat(text string) (mended string, lost bool) {
	if m := float.FindStringSubmatch(text); m != nil {
		return m[1], false
	}
	m := scientific.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	exponent := int(m[3][0] - '0')
	if len(m[3]) == 2 {
		exponent = exponent*10 + int(m[3][1]-'0')
	}
	if len(m[2]) != exponent {
		return "", true
	}
	return m[1] + m[2], false
}

func (r PhoneReading) found() bool { return len(r.Numbers) > 0 }

func rejected(code survey.Code) PhoneReading {
	return PhoneReading{Outcome: PhoneRejected, Reason: code}
}

func ambiguous() PhoneReading {
	return PhoneReading{Outcome: PhoneAmbiguous, Reason: survey.CodePhoneAmbiguous}
}

// readPieces reads a piece between separators; when it is no number, it may be
// two with only a blank or a dash between them.
func readPieces(piece string) []PhoneReading {
	one := readPiece(piece, false)
	if one.found() {
		return []PhoneReading{one}
	}
	if r, ok := withExtension(piece); ok {
		return []PhoneReading{r}
	}
	tokens := strings.FieldsFunc(piece, func(r rune) bool { return r == ' ' || r == '-' || r == '–' || r == '—' })
	if len(tokens) > 1 && len(tokens) <= 20 {
		for i := 1; i < len(tokens); i++ {
			first := readPiece(strings.Join(tokens[:i], " "), false)
			if !first.found() {
				continue
			}
			if rest := readPieces(strings.Join(tokens[i:], " ")); rest[0].found() {
				return append([]PhoneReading{first}, rest...)
			}
		}
	}
	return []PhoneReading{one}
}

// withExtension reads a landline with an extension behind a dash.
func withExtension(piece string) (PhoneReading, bool) {
	i := strings.LastIndexAny(piece, "-–—")
	if i < 0 || !isExtension(piece[i:]) {
		return PhoneReading{}, false
	}
	r := readPiece(piece[:i], false)
	return r, r.isLandline()
}

// isExtension reports whether text is one to five digits and no letters.
func isExtension(text string) bool {
	d := digits(text)
	return len(d) > 0 && len(d) <= 5 && !strings.ContainsFunc(text, unicode.IsLetter)
}

func (r PhoneReading) isLandline() bool { return len(r.Numbers) == 1 && r.Numbers[0].Type == Landline }

// join makes one reading of several pieces: numbers once each, and the reasons
// of pieces that could not be read as warnings.
func join(pieces []PhoneReading) PhoneReading {
	var out PhoneReading
	var failed PhoneReading
	for _, p := range pieces {
		if !p.found() {
			if failed.Outcome != PhoneAmbiguous {
				failed = p
			}
			out.warn(p.Reason)
			continue
		}
		for _, n := range p.Numbers {
			if !slices.Contains(out.Numbers, n) {
				out.Numbers = append(out.Numbers, n)
			}
		}
		for _, c := range p.Converted {
			if !slices.Contains(out.Converted, c) {
				out.Converted = append(out.Converted, c)
			}
		}
		if len(out.Numbers) == 1 {
			out.Outcome, out.Reason = p.Outcome, p.Reason
		}
		out.warn(p.Warnings...)
	}
	switch {
	case len(out.Numbers) == 0:
		return failed
	case len(out.Numbers) > 1:
		out.Outcome, out.Reason = PhoneSeveral, survey.CodePhoneSeveral
	}
	return out
}

func (r *PhoneReading) warn(codes ...survey.Code) {
	for _, c := range codes {
		if c != "" && !slices.Contains(r.Warnings, c) {
			r.Warnings = append(r.Warnings, c)
		}
	}
}
