package contactlist

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tcvn3 is the code table of the fonts .Vn… (ABC), by the characters that
// Windows-1252 has at their places [TCVN 5712:1993, table VN3]. Capitals with a
// tone have no place: the fonts .VnTimeH show small letters as capitals.
var tcvn3 = pairs(
	"¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ¨ă©âªê«ô¬ơ\u00adư®đ" +
		"µà¶ả·ã¸á¹ạ" + "»ằ¼ẳ½ẵ¾ắÆặ" + "ÇầÈẩÉẫÊấËậ" +
		"ÌèÎẻÏẽÐéÑẹ" + "ÒềÓểÔễÕếÖệ" + "×ìØỉÜĩÝíÞị" +
		"ßòáỏâõãóäọ" + "åồæổçỗèốéộ" + "êờëởìỡíớîợ" +
		"ïùñủòũóúôụ" + "õừöử÷ữøứùự" + "úỳûỷüỹýýþỵ")

// pairs makes a table of a list "from to from to …" of characters.
func pairs(list string) map[rune]rune {
	table := map[rune]rune{}
	from := rune(0)
	for _, r := range list {
		if from == 0 {
			from = r
			continue
		}
		table[from], from = r, 0
	}
	return table
}

// readTCVN3 reads text as TCVN3. It is none if it has a letter that the fonts
// lack. Case is mended word by word: the fonts' capitals are small letters.
func readTCVN3(s string) (string, bool) {
	var out strings.Builder
	out.Grow(2 * len(s))
	for _, r := range s {
		v, ok := tcvn3[r]
		switch {
		case ok:
			r = v
		case r >= utf8.RuneSelf && !isNeutral(r):
			return "", false
		}
		out.WriteRune(r)
	}
	return norm.NFC.String(mendCase(out.String(), s)), true
}

// mendCase gives the letters that TCVN3 has in small only the case of their
// word, or that of the whole text: NGUYễN is NGUYỄN, Thị ánh is Thị Ánh. from
// is the text before conversion, rune by rune.
func mendCase(text, from string) string {
	shouts := isShouted(from)
	titled := !shouts && isTitled(text)
	var out strings.Builder
	out.Grow(len(text))
	rest, start := from, 0 // rest is what of from stands beside text[start:]
	for start < len(text) {
		end := start
		source := rest
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			_, m := utf8.DecodeRuneInString(rest)
			if !isWordRune(r) {
				break
			}
			end, rest = end+n, rest[m:]
		}
		word := text[start:end]
		switch {
		case shouts || isShouted(source[:len(source)-len(rest)]):
			word = strings.ToUpper(word)
		case titled && word != "":
			first, n := utf8.DecodeRuneInString(word)
			word = string(unicode.ToUpper(first)) + word[n:]
		}
		out.WriteString(word)
		if end < len(text) {
			_, n := utf8.DecodeRuneInString(text[end:])
			_, m := utf8.DecodeRuneInString(rest)
			out.WriteString(text[end : end+n])
			end, rest = end+n, rest[m:]
		}
		start = end
	}
	return out.String()
}

// isShouted reports whether the ASCII letters of s are capitals, and two of
// them stand together or around one letter of the font.
func isShouted(s string) bool {
	capitals, most := 0, 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z':
			return false
		case r >= 'A' && r <= 'Z':
			capitals++
		case r < utf8.RuneSelf:
			capitals = 0
		}
		most = max(most, capitals)
	}
	return most > 1
}

// isTitled reports whether every word of s begins with a capital, but for those
// that begin with a small letter with a tone, which has no capital in TCVN3;
// and whether there are both kinds.
func isTitled(s string) bool {
	capital, toned := false, false
	for word := range letterRuns(s) {
		r := firstRune(word)
		switch {
		case unicode.IsUpper(r):
			capital = true
		case letters[r].tone != level:
			toned = true
		default:
			return false
		}
	}
	return capital && toned
}
