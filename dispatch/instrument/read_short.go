package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// unled is a reply without the words before it that say nothing.
func unled(words []word) []word {
	for n := longest(words, fillerWords, false); n > 0 && n < len(words); n = longest(words, fillerWords, false) {
		words = words[n:]
	}
	return words
}

// declines reads "không đồng ý" where the question asks for consent: it is no doubtful
// "đồng ý", but what 99 is for.
func (s *scan) declines(words []word) (Reading, bool) {
	if !s.q.Consent || !isOneOf(plainNo(unled(words)), declineWords) {
		return Reading{}, false
	}
	return s.q.chose([]string{codeRefused}, "declined"), true
}

// yesOrNo reads yes or no with the question's own words behind it, as people answer
// here: "có nghe", "chưa nghe", "không nghe tin nào".
func (s *scan) yesOrNo(words []word) (Reading, bool) {
	yes, no := s.v.yesAndNo()
	none := Reading{Reason: "no_verb"}
	if yes < 0 || no < 0 || s.q.substantive() != 2 {
		return none, false
	}
	words = unled(words)
	choices, n := s.v.labelAt(words)
	if n == 0 || n == len(words) || len(choices) != 1 || s.q.Choices[choices[0]].Missing != "" {
		return none, false
	}
	for _, w := range words[n:] {
		one := []word{w}
		against := isOneOf(one, negations) && (choices[0] == yes || !isOneOf(one, emphatic))
		if against || numberWord(w) >= 0 || w.digit() || !s.q.mentions(w) && !isOneOf(one, fillerWords) && !isOneOf(one, emphatic) {
			return none, false
		}
	}
	return s.q.chose(s.codes(choices), "verb"), true
}

// emphatic words make a no firmer, and turn a yes into its opposite.
var emphatic = phrases("gì", "nào", "đâu", "cả", "hết")

// beginning reads the beginning of exactly one label: "xấu" of "Xấu đi". At least half
// of it must be there, and no other label may begin so.
func (s *scan) beginning(words []word) (Reading, bool) {
	none := Reading{Reason: "no_beginning"}
	words = unled(words)
	if len(words) == 0 || isOneOf(words[:1], negations) || len(words[0].base) < 3 || words[0].digit() || numberWord(words[0]) >= 0 || isOneOf(words, fillerWords) {
		return none, false
	}
	at, size := -1, 0
	for _, l := range s.v.labels {
		if len(l.words) <= len(words) || l.part && len(words) < 2 || !phrase(l.words[:len(words)]).is(words) {
			continue
		}
		if at >= 0 && at != l.choice {
			return none, false
		}
		at, size = l.choice, max(size, 2*len(words)/len(l.words))
	}
	if at < 0 || size < 1 {
		return none, false
	}
	return s.q.chose(s.codes([]int{at}), "beginning"), true
}

// initials reads the first letter of the one label that begins with it, or the first
// letters of all words of one label. A and B are the letters of our own questions, and
// letters that make a word are that word.
func (s *scan) initials(words []word, c ReadContext) (Reading, bool) {
	none := Reading{Reason: "no_initials"}
	if len(words) != 1 || len(words[0].base) > 4 || !words[0].plain() || s.q.Type == Multiple || s.q.Type == Ranking {
		return none, false
	}
	letters := words[0].base
	_, keyword := s.q.keywords(s.m, words)
	if keyword || isDigit(letters[0]) || letterOf(words) >= 0 || isOneOf(words, negations) || len(letters) > 1 && strings.ContainsAny(letters, "aeiouy") {
		return none, false
	}
	at := -1
	for i := range s.q.Choices {
		if !s.q.Choices[i].begins(letters, c.Lang) {
			continue
		}
		if at >= 0 {
			return none, false
		}
		at = i
	}
	if at < 0 {
		return none, false
	}
	return s.q.chose(s.codes([]int{at}), "initials"), true
}

// begins reports whether letters are the first of the label that is read in l, or its
// initials.
func (c *Choice) begins(letters string, l survey.Lang) bool {
	return slices.ContainsFunc([]string{c.short(l), c.Label.In(l)}, func(label string) bool {
		first := ""
		for _, w := range newPhrase(label) {
			if r := []rune(w.base); len(r) > 0 {
				first += string(r[0])
			}
		}
		return len(letters) == 1 && strings.HasPrefix(first, letters) || first == letters
	})
}
