package contactlist

import (
	"strings"
	"unicode"
)

// legacyEncoding recognises Vietnamese that was typed for a TCVN3 (ABC) or VNI
// font, or UTF-8 that was read as Latin-1: it is stored as Latin letters and
// signs that no Vietnamese word has. It returns tcvn3, vni, mojibake or "".
// strict (for names and units) takes a sign at a word's edge as proof too.
func legacyEncoding(s string, strict bool) string {
	if isASCII(s) {
		return ""
	}
	if strings.ContainsRune(s, '\uFFFD') || strings.Contains(s, "á»") || strings.Contains(s, "áº") || strings.Contains(s, "Ã¡") || strings.Contains(s, "Ä‘") {
		return "mojibake"
	}
	var before rune
	for i, r := range s {
		after := firstRune(s[i+len(string(r)):])
		switch {
		case isVNIPair(before, r):
			return "vni"
		case isTCVN3Sign(r) && isLatin(before) && (strict || isLatin(after)):
			return "tcvn3"
		// a capital with an accent right after a small letter: NguyÔn
		case before >= 'a' && before <= 'z' && r >= 'À' && r <= 'Þ' && r != '×' && isVietnameseCapital(r) && !unicode.IsUpper(after):
			return "tcvn3"
		}
		before = r
	}
	return ""
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// isTCVN3Sign reports whether TCVN3 uses the code point of r, which is no
// Vietnamese letter in Unicode, for one.
func isTCVN3Sign(r rune) bool {
	return strings.ContainsRune("¡¢£¤¥¦§¨©ª«¬\u00ad®¯µ¶·¸¹»¼½¾ÆÇËÎÏÐÑÖ×ØÜÞßåæçëîïñöøüþðÿ", r)
}

// isVietnameseCapital reports whether r is a capital of Latin-1 that TCVN3 uses
// for a small letter and that Vietnamese has as well.
func isVietnameseCapital(r rune) bool { return strings.ContainsRune("ÈÉÊÌÍÒÓÔÕÙÚÝ", r) }

// isVNIPair reports whether a plain vowel and a sign that VNI writes behind it
// stand together; in Unicode the accent is part of the vowel.
func isVNIPair(vowel, sign rune) bool {
	switch unicode.ToLower(vowel) {
	case 'a', 'e':
		return strings.ContainsRune("áàãâêéèëäåùøûõïúüýÁÀÃÂÊÉÈËÄÅÙØÛÕÏ", sign)
	case 'o':
		return strings.ContainsRune("âäåùøûõïÂÄÅÙØÛÕÏ", sign)
	case 'u', 'ô', 'ö':
		return strings.ContainsRune("ùøûõïÙØÛÕÏ", sign)
	}
	return false
}
