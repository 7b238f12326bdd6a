package instrument

import (
	"strings"

	"canvass/dispatch/survey"
)

// Looked says as what a reply was looked at, in the order of reading.
type Looked string

// What a reply is looked at as.
const (
	LookedStop    Looked = "stop"     // words that stop everything, or may
	LookedOwn     Looked = "own"      // A or B, which we asked about
	LookedKeyword Looked = "keyword"  // our keywords
	LookedText    Looked = "text"     // words, at a question of words
	LookedMissing Looked = "missing"  // hard to say, prefer not to
	LookedFigures Looked = "figures"  // nothing but figures and number words
	LookedLabels  Looked = "labels"   // labels and figures among other words
	LookedVerb    Looked = "verb"     // yes or no, with words of the question
	LookedInitial Looked = "initials" // the first letter or letters of one label
	LookedPart    Looked = "part"     // the beginning of one label
	LookedNumber  Looked = "number"   // an amount
	LookedDay     Looked = "day"      // a day
	LookedSigned  Looked = "signed"   // the same without the person's own name at the end
	LookedHint    Looked = "hint"     // a sentence that speaks of no more messages
)

// Considered is one way in which a reply was looked at, and what came of it. Taken
// says that it decided; an outcome of none says that it was not that.
type Considered struct {
	As      Looked
	Reading Reading
	Taken   bool
}

// Explanation is a reading with everything that led to it.
type Explanation struct {
	Text    string // as it would be stored
	Folded  string // the words as they are compared where no accents were typed
	Words   string // what is left of it without politeness, and with short spellings written out
	Looked  []Considered
	Reading Reading
}

// Explain reads a reply as ReadText does, and tells each reading that was considered.
func (q *Question) Explain(text string, c ReadContext) Explanation {
	var looked []Considered
	c.trail = &looked
	r := q.ReadText(text, c)
	m := newMessage(text)
	e := Explanation{Text: cleanText(text), Folded: joined(m.words), Words: m.spelledOut(polite(respelled(unglued(m)))), Looked: looked, Reading: r}
	for i := range e.Looked {
		e.Looked[i].Taken = false
	}
	if n := len(e.Looked); n > 0 {
		e.Looked[e.decided()].Taken = true
	}
	return e
}

// decided is which of the readings is the one that was given: the last that is the
// same, since what comes later goes before.
func (e Explanation) decided() int {
	for i := len(e.Looked) - 1; i >= 0; i-- {
		if l := e.Looked[i].Reading; l.Outcome == e.Reading.Outcome && l.Reason == e.Reading.Reason {
			return i
		}
	}
	return len(e.Looked) - 1
}

// note adds a way of reading to the trail, if anybody asked for one, and gives the
// reading on.
func (c ReadContext) note(as Looked) func(Reading, bool) (Reading, bool) {
	return func(r Reading, ok bool) (Reading, bool) {
		if c.trail != nil {
			l := Considered{As: as, Reading: r}
			if !ok {
				l.Reading.Outcome = ""
			}
			*c.trail = append(*c.trail, l)
		}
		return r, ok
	}
}

// joined are the words without diacritics.
func joined(words []word) string {
	said := make([]string, len(words))
	for i, w := range words {
		said[i] = w.base
	}
	return strings.Join(said, " ")
}

// spelledOut are the words as they were typed; those that were written out, without
// diacritics.
func (m message) spelledOut(words []word) string {
	said := make([]string, len(words))
	for i, w := range words {
		said[i] = strings.ToLower(m.text[w.start:w.end])
		if newWord(said[i]).base != w.base {
			said[i] = w.base
		}
	}
	return strings.Join(said, " ")
}

// answers reports whether r is an answer.
func (r Reading) answers() bool { return r.Outcome == survey.ReadAnswer }
