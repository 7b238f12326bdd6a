package contactlist

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// proof is the weight from which text that makes Vietnamese when it is read as
// that of a font is taken for it: one sign that Unicode never has at a letter,
// or two letters that Vietnamese lacks. One such letter may be a foreign name.
const proof = 2

// weights is what speaks for a font in a text, and against.
type weights struct {
	weight  int
	unicode bool // it has a letter or mark that no font text has (ễ, ư, đ)
	lost    bool // it has bytes or characters that cannot be brought back
	sign    bool // a sign stands at a letter
	inner   bool // a sign stands between two letters, as no text in Unicode has it
	sliced  bool // a letter of UTF-8 stands there byte by byte
}

// weigh looks at every character once.
func weigh(s string) weights {
	var w weights
	var before rune
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf:
		case r == utf8.RuneError:
			w.lost = true
		case isSliced(before, r):
			w.weight += proof
			w.sliced = w.sliced || r != '\u00a0' // a blank that does not break may follow any letter
		case r <= 0xff:
			w.latin1(before, r, nextRune(s[i:]))
		case letters.of(r).bare != 0 || unicode.Is(unicode.Mn, r):
			w.unicode = true
		}
		before = r
	}
	return w
}

// latin1 weighs a character that the fonts share with Unicode.
func (w *weights) latin1(before, r, after rune) {
	switch {
	case isFontSign(r):
		left, right := isWordRune(before), isWordRune(after)
		if !left && !right {
			return
		}
		// Some signs stand at letters in Unicode, too, and a few between them.
		if left && right || !strings.ContainsRune("¹ª®©«»·×\u00ad", r) {
			w.weight++
		}
		w.weight++
		w.sign = true
		w.inner = w.inner || left && right && !strings.ContainsRune("®·×\u00ad", r)
	case isNeutral(r):
	case letters.of(r).bare == 0:
		w.weight++ // ä, ñ, ß
	case unicode.IsUpper(r) && unicode.IsLower(before) && !unicode.IsUpper(after), isPair(before, r):
		w.weight += proof // NguyÔn, Leâ
	}
}

// isSliced reports whether a text whose letters seem to be sliced makes letters
// when they are put together.
func (w weights) isSliced(found []reading) bool {
	return w.sliced && slices.ContainsFunc(found, func(r reading) bool { return r.font == mojibake })
}

// nextRune is the second character of s, 0 if there is none.
func nextRune(s string) rune {
	_, n := utf8.DecodeRuneInString(s)
	return firstRune(s[n:])
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// isFontSign reports whether r is no letter and a font shows a letter for it,
// or is a control character, which only text that was read wrongly has.
func isFontSign(r rune) bool {
	return r >= 0x80 && r < 0xa0 && r != 0x85 || strings.ContainsRune("¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾×÷", r)
}

// isNeutral reports whether r is neither a letter nor a sign of a font, so that
// it means the same in all: a space, a dash, a quotation mark.
func isNeutral(r rune) bool {
	return r == 'º' || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsControl(r) && !isFontSign(r) && r != utf8.RuneError
}

// isSliced reports whether two characters are the first two bytes of a letter
// in UTF-8, read one by one.
func isSliced(before, r rune) bool {
	switch before {
	case 'Ã', 'Ä', 'Å', 'Æ':
		return r >= 0x80 && r < 0xc0 || r > 0xff && !unicode.IsLetter(r)
	case 'á':
		return r == 'º' || r == '»'
	}
	return false
}

// isPair reports whether two letters stand together that no word in Unicode
// has: a plain vowel and the letter that VNI writes for its accents, or a vowel
// and the letter that Windows-1252 has at the place of a tone of Windows-1258.
func isPair(vowel, sign rune) bool {
	if strings.ContainsRune("ÌÒÞìò", sign) && strings.ContainsRune("aăâeêoôơyAÂEÊOÔY", vowel) {
		return true
	}
	switch unicode.ToLower(vowel) {
	case 'a', 'e':
		return strings.ContainsRune("áàãâêéèùõúýÁÀÃÂÊÉÈÙÕÚÝ", sign)
	case 'o':
		return strings.ContainsRune("âùõÂÙÕ", sign)
	case 'u', 'ô', 'ö':
		return strings.ContainsRune("ùõÙÕ", sign)
	}
	return false
}
