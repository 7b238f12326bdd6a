package instrument

import "slices"

// spokenUnits, spokenTens and spokenRest are the words of which numbers below a
// thousand are made. Only those that stand where they belong count.
var (
	unitTails  = phrases("mốt", "lăm", "nhăm") // one and five behind tens
	tenWord    = phrases("mười")
	tensWord   = phrases("mươi")
	dozens     = phrases("chục")
	twenties   = phrases("hăm")
	hundreds   = phrases("trăm")
	oddWords   = phrases("lẻ", "linh")
	teens      = phrases("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
	englishTen = phrases("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
	hundred    = phrases("hundred")
	dozen      = phrases("dozen")
	article    = phrases("a", "an")
)

// tensOrUnit reports whether a word can go on with a number in words.
func tensOrUnit(w word) bool {
	one := []word{w}
	for _, list := range [...][]phrase{unitTails, tensWord, dozens, hundreds, oddWords, teens, englishTen, hundred} {
		if isOneOf(one, list) {
			return true
		}
	}
	return numberWord(w) >= 0
}

// spokenNumber reads words that spell one number below a thousand and nothing else:
// "mười hai", "hai mươi mốt", "hăm ba", "hai lăm", "một trăm linh năm", "twenty one".
// "hai ba" is none, and "hai mươi năm" is twenty years.
func spokenNumber(words []word) (int, bool) {
	if n, rest := spokenPart(words); n >= 0 && len(rest) == 0 {
		return n, true
	}
	return 0, false
}

// spokenPart reads a number below a thousand from the front, -1 without one.
func spokenPart(words []word) (n int, rest []word) {
	n, rest = spokenBelow(words)
	switch {
	case n >= 1 && n <= 9 && starts(rest, hundreds):
		n, rest = n*100, rest[1:]
		if starts(rest, oddWords) && len(rest) > 1 && unitOf(rest[1]) > 0 {
			return n + unitOf(rest[1]), rest[2:]
		}
		if more, after := spokenBelow(rest); more >= 10 {
			return n + more, after
		}
	case n >= 1 && n <= 9 && starts(rest, hundred):
		n, rest = n*100, rest[1:]
		if starts(rest, joinWords) {
			rest = rest[1:]
		}
		if more, after := spokenBelow(rest); more > 0 {
			return n + more, after
		}
	}
	return n, rest
}

// spokenBelow reads a number below a hundred from the front, -1 without one.
func spokenBelow(words []word) (int, []word) {
	switch {
	case len(words) == 0:
		return -1, words
	case starts(words, article) && starts(words[1:], dozen):
		return 12, words[2:]
	case starts(words, article) && starts(words[1:], hundred):
		return 1, words[1:]
	case starts(words, twenties) && len(words) > 1 && tailOf(words[1]) > 0:
		return 20 + tailOf(words[1]), words[2:]
	}
	if i := slices.IndexFunc(teens, func(p phrase) bool { return p.is(words[:1]) }); i >= 0 {
		return 11 + i, words[1:]
	}
	if i := slices.IndexFunc(englishTen, func(p phrase) bool { return p.is(words[:1]) }); i >= 0 {
		n := 20 + 10*i
		if len(words) > 1 && unitOf(words[1]) > 0 {
			return n + unitOf(words[1]), words[2:]
		}
		return n, words[1:]
	}
	n, after := numberWord(words[0]), words[1:]
	switch {
	case n == 10 && isOneOf(words[:1], tenWord):
		if len(after) > 0 && tailOf(after[0]) > 0 {
			return 10 + tailOf(after[0]), after[1:]
		}
	case n < 1 || n > 9:
	case starts(after, tensWord):
		if len(after) > 1 && tailOf(after[1]) > 0 {
			return 10*n + tailOf(after[1]), after[2:]
		}
		return 10 * n, after[1:]
	case starts(after, dozens):
		return 10 * n, after[1:]
	case starts(after, dozen):
		return 12 * n, after[1:]
	case n > 1 && len(after) > 0 && isOneOf(after[:1], unitTails) && !isOneOf(after[:1], phrasesOfOne):
		return 10*n + tailOf(after[0]), after[1:]
	}
	return n, after
}

// phrasesOfOne keep "ba mot" from being thirty-one where a list may be meant: "mốt"
// needs its mark there.
var phrasesOfOne = phrases("một", "năm")

// starts reports whether words begin with one of some single words.
func starts(words []word, list []phrase) bool { return len(words) > 0 && isOneOf(words[:1], list) }

// unitOf is the value of a word for 1 to 9, else 0.
func unitOf(w word) int {
	if n := numberWord(w); n >= 1 && n <= 9 {
		return n
	}
	return 0
}

// tailOf is the value of a word behind tens. "năm" there is a year.
func tailOf(w word) int {
	one := []word{w}
	switch {
	case isOneOf(one, unitTails[:1]) && !isOneOf(one, phrasesOfOne):
		return 1
	case isOneOf(one, unitTails[1:]):
		return 5
	case unitOf(w) == 5 && !isOneOf(one, phrases("five")):
		return 0
	}
	return unitOf(w)
}
