package contactlist

import (
	"strings"
	"unicode"
)

// Vietnamese is written syllable by syllable: an onset, a rime (nucleus and
// coda) and one of six tones, each from a short list. Text that was converted
// from a font encoding by the wrong table almost never makes syllables, which
// is how a conversion is proved here [Thompson, A Vietnamese Reference Grammar,
// 1965, ch. 2; the spelling of Decision 240/QĐ of 1984, both ways to place the
// tone].

// vowels are the twelve vowel letters, each bare and with the tones in the
// order of toneMarks.
const vowels = "aàảãáạ" + "ăằẳẵắặ" + "âầẩẫấậ" + "eèẻẽéẹ" + "êềểễếệ" + "iìỉĩíị" +
	"oòỏõóọ" + "ôồổỗốộ" + "ơờởỡớợ" + "uùủũúụ" + "ưừửữứự" + "yỳỷỹýỵ"

// tones are numbered as in vowels; level is the tone without a mark.
const (
	level = iota
	falling
	asking
	tumbling
	rising
	heavy
	tonesPerVowel
)

// letter is one letter of a syllable: its bare letter and its tone.
type letter struct {
	bare rune
	tone int
}

var letters = readLetters()

func readLetters() map[rune]letter {
	table := map[rune]letter{}
	for _, r := range "bcdđghklmnpqrstvx" {
		table[r] = letter{bare: r}
	}
	var bare rune
	i := 0
	for _, r := range vowels {
		if i%tonesPerVowel == 0 {
			bare = r
		}
		table[r] = letter{bare: bare, tone: i % tonesPerVowel}
		i++
	}
	return table
}

// onsets are all beginnings of a syllable, longest first; the empty one last.
var onsets = [...]string{"ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr",
	"b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""}

// rimes are all nuclei with their codas, without tones. "ăk" and "ak" are those
// of Đắk Lắk, "oong" that of Moong.
var rimes = wordSet(`a ac ach ai ak am an ang anh ao ap at au ay
	ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
	e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
	i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
	o oc oi om on ong ooc oong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
	oăc oăm oăn oăng oăt oe oem oen oeo oet
	ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
	u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uân uâng uât uây uê uêch uênh uêu uơ
	uy uya uych uyn uynh uyp uyt uyu uyên uyêt
	ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
	y ych yn ynh yt yêm yên yêng yêt yêu`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// longest syllable, in letters: nghiêng
const longestSyllable = 7

// isSyllable reports whether a word in NFC is a syllable of Vietnamese, in any
// case.
func isSyllable(word string) bool {
	var bare strings.Builder
	bare.Grow(3 * longestSyllable)
	tone, n := level, 0
	for _, r := range word {
		l, ok := letters[unicode.ToLower(r)]
		if n++; !ok || n > longestSyllable || l.tone != level && tone != level {
			return false
		}
		tone = max(tone, l.tone)
		bare.WriteRune(l.bare)
	}
	for _, onset := range onsets {
		if rime, ok := strings.CutPrefix(bare.String(), onset); ok && rimes[rime] && joins(onset, rime) && carries(rime, tone) {
			return true
		}
	}
	return false
}

// joins reports whether an onset is written before a rime: c, g and ng become
// k, gh and ngh before front vowels. K stands before others in old names (Bắc
// Kạn).
func joins(onset, rime string) bool {
	first := firstRune(rime)
	front := first == 'e' || first == 'ê' || first == 'i' || first == 'y'
	switch onset {
	case "c", "ng":
		return !front
	case "g":
		return !front || first == 'i' // gì, giếng
	case "gh", "ngh":
		return front && first != 'y'
	}
	return true
}

// carries reports whether a rime can have a tone: one that is stopped has only
// two.
func carries(rime string, tone int) bool {
	switch rime[len(rime)-1] {
	case 'c', 'p', 't', 'k':
		return tone == rising || tone == heavy
	case 'h':
		return !strings.HasSuffix(rime, "ch") || tone == rising || tone == heavy
	case 'g':
		return rime != "oong" || tone == level || tone == falling || tone == rising // of French words
	}
	return true
}

// isVietnamese reports whether every word of text in NFC that has a letter
// beyond ASCII could be Vietnamese: a syllable, a single letter (the initial of
// Đ. Hải, 5.000 đ) or an abbreviation (HĐND). Words of ASCII letters may be
// anything. Signs of a font that stand at a letter are no Vietnamese, but for
// the micro sign of a unit of measure.
func isVietnamese(text string) bool {
	for word := range letterRuns(text) {
		if isASCII(strings.TrimPrefix(word, "µ")) || isSyllable(word) || isAbbreviation(word) || !strings.ContainsFunc(word, isNoSign) {
			continue
		}
		if _, one := letters[unicode.ToLower(firstRune(word))]; !one || len(word) > len(string(firstRune(word))) {
			return false
		}
	}
	return true
}

// letterRuns yields the runs of letters, marks and signs of fonts in s.
func letterRuns(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start := -1
		for i, r := range s {
			if isWordRune(r) {
				if start < 0 {
					start = i
				}
				continue
			}
			if start >= 0 && !yield(s[start:i]) {
				return
			}
			start = -1
		}
		if start >= 0 {
			yield(s[start:])
		}
	}
}

func isNoSign(r rune) bool { return !isFontSign(r) }

func isWordRune(r rune) bool {
	if r < 0x80 {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || isFontSign(r)
}

// isAbbreviation reports whether a word is written in capitals of which only Đ
// is beyond ASCII.
func isAbbreviation(word string) bool {
	const longest = 8 // letters
	n := 0
	for _, r := range word {
		if n++; n > longest || r != 'Đ' && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return n > 1
}
