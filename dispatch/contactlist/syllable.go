package contactlist

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
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

// letter is one letter of a syllable: its bare letter, in small, and its tone.
// The zero letter is none of Vietnamese.
type letter struct {
	bare rune
	tone uint8
}

// alphabet holds the letters of both cases. The characters stand in two
// stretches of Unicode.
type alphabet struct {
	low  [0x1b1]letter
	high [0x1efa - extended]letter
}

const extended = 0x1ea0 // Ạ, the first of the letters with two marks

var letters = readLetters()

func readLetters() *alphabet {
	var a alphabet
	for _, r := range "bcdđghklmnpqrstvx" {
		a.put(r, letter{bare: r})
	}
	var bare rune
	i := 0
	for _, r := range vowels {
		if i%tonesPerVowel == 0 {
			bare = r
		}
		a.put(r, letter{bare, uint8(i % tonesPerVowel)})
		i++
	}
	return &a
}

func (a *alphabet) put(small rune, l letter) {
	for _, r := range [...]rune{small, unicode.ToUpper(small)} {
		if r < extended {
			a.low[r] = l
		} else {
			a.high[r-extended] = l
		}
	}
}

// of returns the letter that r is.
func (a *alphabet) of(r rune) letter {
	switch {
	case r < rune(len(a.low)):
		return a.low[max(r, 0)]
	case r >= extended && r < extended+rune(len(a.high)):
		return a.high[r-extended]
	}
	return letter{}
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
	var buffer [longestSyllable * utf8.UTFMax]byte
	bare, tone, n := buffer[:0], uint8(level), 0
	for _, r := range word {
		l := letters.of(r)
		if n++; l.bare == 0 || n > longestSyllable || l.tone != level && tone != level {
			return false
		}
		tone = max(tone, l.tone)
		bare = utf8.AppendRune(bare, l.bare)
	}
	for _, onset := range onsets {
		if rime, ok := bytes.CutPrefix(bare, []byte(onset)); ok && rimes[string(rime)] {
			if rime := string(rime); joins(onset, rime) && carries(rime, tone) {
				return true
			}
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
func carries(rime string, tone uint8) bool {
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
		if r, n := utf8.DecodeRuneInString(word); letters.of(r).bare == 0 || n < len(word) {
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
	return letters.of(r).bare != 0 || unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || isFontSign(r)
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
