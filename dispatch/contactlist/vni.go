package contactlist

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The fonts VNI-… write a vowel and behind it a sign for circumflex, breve and
// tone, as characters of Windows-1252; a few letters have a place of their own
// [VNI Software, VNI for Windows character set].
var (
	vniPairs   = vniTable()
	vniSingles = pairs("ñđöưôơæỉóĩòịîỵííìì")
)

// vniTable lists every vowel with the signs behind it. The signs ù ø û õ ï are
// the five tones, in the order á à ả ã ạ.
func vniTable() map[[2]rune]rune {
	table := map[[2]rune]rune{}
	for _, row := range [...]struct {
		vowel          rune
		signs, letters string
	}{
		{'a', "ùøûõïâáàåãäêéèúüë", "áàảãạâấầẩẫậăắằẳẵặ"},
		{'e', "ùøûõïâáàåãä", "éèẻẽẹêếềểễệ"},
		{'o', "ùøûõïâáàåãä", "óòỏõọôốồổỗộ"},
		{'ô', "ùøûõï", "ớờởỡợ"},
		{'u', "ùøûõï", "úùủũụ"},
		{'ö', "ùøûõï", "ứừửữự"},
		{'y', "ùøûõ", "ýỳỷỹ"},
	} {
		made := []rune(row.letters)
		for i, sign := range []rune(row.signs) {
			table[[2]rune{row.vowel, sign}] = made[i]
		}
	}
	return table
}

// readVNI reads text as VNI, a vowel with its sign before a letter alone. It is
// none if a letter is left that the fonts lack or that stands behind no vowel.
func readVNI(s string) (string, bool) {
	var out strings.Builder
	out.Grow(2 * len(s))
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		next, m := utf8.DecodeRuneInString(s[n:])
		small := unicode.ToLower(r)
		v, ok := vniPairs[[2]rune{small, unicode.ToLower(next)}]
		switch {
		case ok:
			n += m
		case r < utf8.RuneSelf || isNeutral(r):
			v = small
		default:
			if v, ok = vniSingles[small]; !ok {
				return "", false
			}
		}
		if small != r {
			v = unicode.ToUpper(v)
		}
		out.WriteRune(v)
		s = s[n:]
	}
	return out.String(), true
}
