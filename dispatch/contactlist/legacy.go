package contactlist

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"canvass/dispatch/survey"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// font is a way in which Vietnamese stands in a cell as other characters.
type font int

// The fonts. The last two are slips of programs, not fonts: UTF-8 and
// Windows-1258 that were read as Windows-1252.
const (
	tcvn3Font font = iota
	vniFont
	mojibake
	windows1258
	fontCount
)

// String returns the name people know, which messages show.
func (f font) String() string { return [...]string{"TCVN3", "VNI", "UTF-8/Latin-1", "Windows-1258"}[f] }

const unknownFont = "unknown"

// read reads text as that of a font; ok says whether it can be.
func (f font) read(s string) (text string, ok bool) {
	switch f {
	case tcvn3Font:
		text, ok = readTCVN3(s)
	case vniFont:
		text, ok = readVNI(s)
	case mojibake:
		text, ok = readMojibake(s)
	case windows1258:
		text, ok = readWindows1258(s)
	}
	return norm.NFC.String(text), ok
}

// readWindows1258 reads text as Windows-1258 that was taken for Windows-1252.
func readWindows1258(s string) (string, bool) {
	ok := true
	text := strings.Map(func(r rune) rune {
		if b, encoded := octet(r); encoded {
			r = charmap.Windows1258.DecodeByte(b)
			ok = ok && r != utf8.RuneError
			return r
		}
		ok = ok && isNeutral(r)
		return r
	}, s)
	return text, ok
}

// readMojibake reads text as UTF-8 that was taken for Windows-1252, once or
// several times.
func readMojibake(s string) (string, bool) {
	found := false
	for !isASCII(s) {
		var raw []byte
		for _, r := range s {
			b, ok := octet(r)
			if !ok {
				return s, found
			}
			raw = append(raw, b)
		}
		if !utf8.Valid(raw) {
			return s, found
		}
		s, found = string(raw), true
	}
	return s, found
}

// reading is a text that makes Vietnamese as text of a font.
type reading struct {
	font font
	text string
}

// readings returns the readings of s that differ from it and make Vietnamese.
// UTF-8 that was read as Latin-1 may make any name: turned back it is valid, which
// nothing else is by chance.
func readings(s string) []reading {
	var found []reading
	for f := range fontCount {
		text, ok := f.read(s)
		if ok && text != s && (isVietnamese(text) || f == mojibake && isForeign(text)) {
			found = append(found, reading{f, text})
		}
	}
	return found
}

// isForeign reports whether text of Latin letters is none of a font.
func isForeign(text string) bool {
	for _, r := range text {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	return weigh(text).weight < proof
}

// isUnicode reports whether s is Vietnamese as it stands, apart from hyphens
// between syllables that only show at the end of a line; TCVN3 has ư in their
// place.
func isUnicode(s string) bool {
	const soft = "\u00ad"
	if strings.Contains(s, soft) {
		for word := range letterRuns(s) {
			for part := range strings.SplitSeq(word, soft) {
				if part != word && !isSyllable(part) {
					return false
				}
			}
		}
		s = strings.ReplaceAll(s, soft, " ")
	}
	return isVietnamese(norm.NFC.String(s))
}

// ruling is what becomes of a cell: it is kept if code is empty, converted to
// text, or refused (encoding_unclear, legacy_encoding).
type ruling struct {
	code survey.Code
	font string
	text string
}

// rule decides on a cell by what its column has shown.
func (e *evidence) rule(s string) ruling {
	w := weigh(s)
	switch {
	case w.lost:
		return ruling{code: survey.CodeLegacyEncoding, font: unknownFont}
	case w.unicode && w.weight < proof:
		return ruling{}
	case w.weight == 0 && e.isUnicode():
		return ruling{}
	}
	found := readings(s)
	if !w.isSliced(found) && isUnicode(s) {
		return e.settle(s, found)
	}
	if len(found) == 0 {
		if guess, ok := e.guess(s, w); ok {
			return ruling{code: survey.CodeLegacyEncoding, font: guess}
		}
		return ruling{} // a name of another language
	}
	r, ok := e.choose(found)
	if ok && (w.weight >= proof || r.font == mojibake || e.seen[r.font] > 0 && (w.weight > 0 || e.other[r.font] == 0)) {
		return ruling{survey.CodeEncodingConverted, r.font.String(), r.text}
	}
	return ruling{code: survey.CodeEncodingUnclear}
}

// settle decides on a cell that is Vietnamese as it stands. Where the column is
// of one font it is of that font, if that makes Vietnamese, too. In a mixed
// column it is asked, but for usual words.
func (e *evidence) settle(s string, found []reading) ruling {
	found = slices.DeleteFunc(found, func(r reading) bool { return e.seen[r.font] == 0 })
	switch {
	case len(found) == 0:
		return ruling{}
	case len(found) == 1 && e.other[found[0].font] == 0:
		return ruling{survey.CodeEncodingConverted, found[0].font.String(), found[0].text}
	case isUsual(s) && !slices.ContainsFunc(found, func(r reading) bool { return isUsual(r.text) }):
		return ruling{}
	}
	return ruling{code: survey.CodeEncodingUnclear}
}

// choose picks the reading of a font that the column has.
func (e *evidence) choose(found []reading) (reading, bool) {
	if len(found) == 1 {
		return found[0], true
	}
	found = slices.DeleteFunc(slices.Clone(found), func(r reading) bool { return e.seen[r.font] == 0 })
	if len(found) != 1 {
		return reading{}, false
	}
	return found[0], true
}

// guess reports whether a cell that no font makes Vietnamese is of a font all
// the same, and of which: a sign stands inside a word, or one word of it is
// proved, or the column has such text and this has signs.
func (e *evidence) guess(s string, w weights) (string, bool) {
	var counts [fontCount]int
	garbled := w.inner || w.sliced || w.sign && e.isLegacy()
	for word := range strings.FieldsSeq(s) {
		found := readings(word)
		garbled = garbled || len(found) > 0 && weigh(word).weight >= proof && !isUnicode(word)
		for _, r := range found {
			counts[r.font]++
		}
	}
	best := tcvn3Font
	for f := range fontCount {
		if counts[f] > counts[best] {
			best = f
		}
	}
	if counts[best] == 0 {
		return unknownFont, garbled
	}
	return best.String(), garbled
}

// legacyEncoding names the font of a text that is proved not to be Unicode
// without looking at others, or returns "". Foreign names are none.
func legacyEncoding(s string) string {
	if isASCII(s) {
		return ""
	}
	switch r := new(evidence).rule(s); r.code {
	case survey.CodeEncodingConverted, survey.CodeLegacyEncoding:
		return r.font
	}
	return ""
}

// usual are words that lists are full of: family names, words of names and of
// units. Only those are of use that another font makes other Vietnamese of.
var usual = wordSet(`lê võ ngô hồ tô lý hà tôn âu ông lò lô cù mã lã lữ vũ từ lục tòng tạ đỗ bùi
	văn thị đình đức hữu bá sỹ ngọc quốc công hoàng tuấn nhật hùng dũng sơn bình thành hải thắng hòa hoà tâm lợi cừ lớn tư ngự
	cường hiếu tùng quân đạt phúc việt hương hồng thủy liên vân hạnh tuyết hằng thảo hiền yến huyền quỳnh uyên ngân lâm kiều
	xã phường thôn xóm tổ bản ấp khối phố huyện tỉnh sở ban phòng hội đoàn trường trạm ủy uỷ và của có không`)

func isUsual(s string) bool {
	for word := range letterRuns(strings.ToLower(norm.NFC.String(s))) {
		if !isASCII(word) && usual[word] {
			return true
		}
	}
	return false
}
