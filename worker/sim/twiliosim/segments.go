package twiliosim

import (
	"strings"
	"unicode/utf16"
)

// The GSM 7-bit default alphabet and its extension (3GPP TS 23.038), as far as a
// simulator must count.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// segmentsOf counts a text as an operator does: 160 septets in one segment or 153
// in several; 70 and 67 UTF-16 units if any character lies outside GSM-7. An
// escaped character or a surrogate pair is not kept together at a boundary, so very
// rarely a segment more is billed in reality. The empty text is one segment.
func segmentsOf(body string) (units, segments int) {
	single, several := 160, 153
	for _, r := range body {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			units++
		case strings.ContainsRune(gsmExtended, r):
			units += 2
		default:
			single, several = 70, 67
		}
	}
	if single == 70 {
		units = len(utf16.Encode([]rune(body)))
	}
	if units <= single {
		return units, 1
	}
	return units, (units + several - 1) / several
}
