package contactlist

import (
	"strings"
	"unicode"
	"unicode/utf8"
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
	return mendCase(out.String()), true
}

// mendCase gives the letters that TCVN3 has in small only the case of their
// word, or that of the whole text: NGUYễN is NGUYỄN, Thị ánh is Thị Ánh.
func mendCase(text string) string {
	shouts := isShouted(text)
	titled := !shouts && isTitled(text)
	var out strings.Builder
	out.Grow(len(text))
	rest := text
	for word := range letterRuns(text) {
		before, after, _ := strings.Cut(rest, word)
		out.WriteString(before)
		rest = after
		first, n := utf8.DecodeRuneInString(word)
		switch {
		case shouts || isShouted(word):
			out.WriteString(strings.ToUpper(word))
		case titled:
			out.WriteRune(unicode.ToUpper(first))
			out.WriteString(word[n:])
		default:
			out.WriteString(word)
		}
	}
	out.WriteString(rest)
	return out.String()
}

// isShouted reports whether a word of s has a capital behind its first letter,
// and no letter is small that would be a capital then, too.
func isShouted(s string) bool {
	found, inside := false, false
	for _, r := range s {
		if r >= 'a' && r <= 'z' {
			return false
		}
		found = found || inside && unicode.IsUpper(r)
		inside = isWordRune(r)
	}
	return found
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
		case letters.of(r).tone != level:
			toned = true
		default:
			return false
		}
	}
	return capital && toned
}
