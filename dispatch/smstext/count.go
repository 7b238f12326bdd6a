package smstext

// The two alphabets of a text message [3GPP TS 23.038].
const (
	GSM7 = "GSM-7"
	UCS2 = "UCS-2"
)

// Units that fit one message, and one part of a message in parts, whose header
// takes six octets [3GPP TS 23.040 §9.2.3.24].
const (
	gsmWhole  = 160
	gsmPart   = 153
	ucs2Whole = 70
	ucs2Part  = 67
)

// Size is what a text costs to send.
type Size struct {
	// Encoding is GSM7 or UCS2; one character outside GSM-7 makes it UCS2.
	Encoding string `json:"encoding"`
	// Units are septets in GSM-7 (two for an extension character) and UTF-16
	// code units in UCS-2.
	Units int `json:"units"`
	// Segments are the messages billed: 0 for an empty text.
	Segments int `json:"segments"`
}

// Count measures text exactly as it stands: it does not normalise, so
// decomposed accents count as the characters they are. An invalid byte counts
// as U+FFFD. A pair (extension or surrogate) is never split across parts.
func Count(text string) Size {
	gsm, ucs2 := packer{part: gsmPart}, packer{part: ucs2Part}
	isGSM := true
	for _, r := range text {
		septets := gsmWidth(r)
		if septets == 0 {
			isGSM = false
		}
		gsm.add(septets)
		ucs2.add(utf16Width(r))
	}
	if isGSM {
		return Size{GSM7, gsm.units, gsm.segments(gsmWhole)}
	}
	return Size{UCS2, ucs2.units, ucs2.segments(ucs2Whole)}
}

// packer fills parts of a fixed number of units, in order.
type packer struct {
	part  int // units a part holds
	units int // all units so far
	full  int // parts closed
	used  int // units in the open part
}

func (p *packer) add(width int) {
	if p.used+width > p.part {
		p.full++
		p.used = 0
	}
	p.used += width
	p.units += width
}

// segments is the number of messages, when whole units fit one without header.
func (p *packer) segments(whole int) int {
	switch {
	case p.units == 0:
		return 0
	case p.units <= whole:
		return 1
	default:
		return p.full + 1
	}
}

// gsmWidth is the septets of r in the default alphabet and its extension table
// [3GPP TS 23.038 §6.2.1], 0 if it is in neither. ESC is the way into the
// extension table, not a character.
func gsmWidth(r rune) int {
	switch r {
	case '^', '{', '}', '\\', '[', '~', ']', '|', '€', '\f':
		return 2
	case '`':
		return 0
	case '\n', '\r',
		'£', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', 'Ø', 'ø', 'Å', 'å',
		'Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ',
		'Æ', 'æ', 'ß', 'É', '¤', '¡', 'Ä', 'Ö', 'Ñ', 'Ü', '§', '¿', 'ä', 'ö', 'ñ', 'ü', 'à':
		return 1
	}
	if r >= ' ' && r <= '~' {
		return 1
	}
	return 0
}

func utf16Width(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
