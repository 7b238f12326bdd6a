package smstext

import (
	"strings"
	"unicode"
)

// Level says how serious a finding is.
type Level string

// The levels.
const (
	Forbid Level = "forbid" // the text may not be sent folded
	Avoid  Level = "avoid"  // the text may be sent, but better words exist
)

// Finding is a word or phrase of a folded text that is easily read as
// something else. Hint says in Vietnamese what to write instead.
type Finding struct {
	Word  string `json:"word"`
	Level Level  `json:"level"`
	Hint  string `json:"hint"`
}

// Lint looks for homograph traps in a folded Vietnamese text: whole words, in
// any case, the longest phrase first, each finding once and in the order of
// the text. It is meant for Vietnamese only ("may" is a good English word).
func Lint(folded string) []Finding {
	words := split(folded)
	var found []Finding
	seen := map[string]bool{}
	for i := 0; i < len(words); {
		t, n := trapAt(words, i)
		if t == nil {
			i += max(n, 1)
			continue
		}
		if w := phrase(words[i : i+n]); !seen[w] {
			seen[w] = true
			found = append(found, Finding{w, t.level, t.hint})
		}
		i += n
	}
	return found
}

// word is one word of a text and whether a sentence begins with it.
type word struct {
	text  string
	first bool
}

func split(text string) []word {
	var words []word
	first, start := true, -1
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			words = append(words, word{strings.ToLower(text[start:i]), first})
			first, start = false, -1
		}
		if strings.ContainsRune(".!?:;\n", r) {
			first = true
		}
	}
	if start >= 0 {
		words = append(words, word{strings.ToLower(text[start:]), first})
	}
	return words
}

// trapAt returns the longest trap that begins at word i and its length in
// words. A good phrase that begins there and is at least as long is passed
// over: the trap is nil and the length is the phrase's.
func trapAt(words []word, i int) (*trap, int) {
	var best *trap
	length := 0
	for _, g := range safe {
		if n := matchAt(words, i, g); n > length {
			length = n
		}
	}
	for _, t := range traps {
		if t.firstOnly && !words[i].first {
			continue
		}
		if n := matchAt(words, i, t.phrase); n > length {
			best, length = &t, n
		}
	}
	return best, length
}

// matchAt returns the number of words that pattern covers at i, 0 if it does
// not match. A "#" in a pattern stands for a word that begins with a digit.
func matchAt(words []word, i int, pattern string) int {
	n := 0
	for p := range strings.SplitSeq(pattern, " ") {
		if i+n >= len(words) {
			return 0
		}
		w := words[i+n].text
		if w != p && (p != "#" || w[0] < '0' || w[0] > '9') {
			return 0
		}
		n++
	}
	return n
}

func phrase(words []word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}
