package instrument

import (
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// A question with more choices than anybody reads is answered on the web by typing a
// name, with or without accents. A name that is one choice, whole, is the answer; of
// any other the form shows what it may be, to pick from. Nothing is guessed: even a
// single hit is shown before it is taken.

// Typed reports whether the web asks q by typing.
func (q *Question) Typed() bool {
	return (q.Type == Single || q.Type == Multiple) && q.substantive() > MostListed
}

// pickedMark stands before a code in what a form sends of a choice that was picked, so
// that a code is never mistaken for what was typed. No code begins so.
const pickedMark = "="

// MostHits is how many hits a form shows.
const MostHits = 20

// Find lists the places of the choices whose label has all the words of text, each
// whole or begun, accents optional, the nearest first: labels that are the text, then
// those that begin with it, then the others, each in their order. Missing reasons are
// not looked for. whole is how many are the text.
func (q *Question) Find(text string) (places []int, whole int) {
	words := newMessage(text).words
	if len(words) == 0 {
		return nil, 0
	}
	nearest := map[int]int{}
	for _, s := range q.words().labels {
		near := s.near(words)
		if near < 0 || q.Choices[s.choice].Missing != "" {
			continue
		}
		if have, ok := nearest[s.choice]; !ok || near < have {
			nearest[s.choice] = near
		}
	}
	for i, near := range nearest {
		places = append(places, i)
		if near == 0 {
			whole++
		}
	}
	slices.SortFunc(places, func(a, b int) int {
		if nearest[a] != nearest[b] {
			return nearest[a] - nearest[b]
		}
		return a - b
	})
	return places, whole
}

// near is how near a label is to what was typed: 0 it is that, 1 it begins so, 2 it has
// all the words, -1 it has not.
func (s spelled) near(words []word) int {
	switch {
	case s.words.is(words) || len(s.words) == len(words) && s.fits(words):
		return 0
	case phrase(words).begunBy(s.words):
		return 1
	}
	used := make([]bool, len(s.words))
	for _, w := range words {
		at := -1
		for i, known := range s.words {
			if !used[i] && (at < 0 && w.starts(known) || w.fits(known)) {
				at = i
			}
		}
		if at < 0 {
			return -1
		}
		used[at] = true
	}
	return 2
}

// begunBy reports whether a label begins with what was typed, its last word perhaps
// not typed to the end.
func (p phrase) begunBy(label phrase) bool {
	if len(p) > len(label) {
		return false
	}
	for i, w := range p {
		if !w.fits(label[i]) && (i < len(p)-1 || !w.starts(label[i])) {
			return false
		}
	}
	return true
}

// starts reports whether w, as typed, may be the beginning of the word known. Who has
// typed the tone has typed the whole word.
func (w word) starts(known word) bool {
	if w.fits(known) {
		return true
	}
	if w.tone != 0 || len(w.base) >= len(known.base) || !strings.HasPrefix(known.base, w.base) {
		return false
	}
	for i := range min(len(w.shape), len(known.shape)) {
		if w.shape[i] != ' ' && w.shape[i] != known.shape[i] {
			return false
		}
	}
	return true
}

// formTyped reads what a form sends of a typed question: choices that were picked, and
// words. Words that lead to a picked choice are answered by it.
func (q *Question) formTyped(values []string) (survey.Answer, *survey.Error) {
	var codes, said []string
	for _, v := range values {
		if code, picked := strings.CutPrefix(v, pickedMark); picked {
			codes = append(codes, code)
		} else {
			said = append(said, v)
		}
	}
	if len(said) > 1 {
		return survey.Answer{}, answerError(survey.CodeAnswerChoice) // no form of ours has two fields
	}
	for _, text := range said {
		found, err := q.named(text, codes)
		if err != nil {
			return survey.Answer{}, err
		}
		codes = found
	}
	if len(said) > 0 && q.Type == Single && len(codes) > 1 { // what was typed last is the answer
		codes = codes[len(codes)-1:]
	}
	return q.answerOf(codes)
}

// named adds the choices that a text names to those that were picked. Several may be
// named, between commas, where several may be chosen.
func (q *Question) named(text string, codes []string) ([]string, *survey.Error) {
	names := []string{text}
	if _, whole := q.Find(text); q.Type == Multiple && whole == 0 {
		names = strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n", r) })
	}
	if len(names) > max(q.MaxChoices, 1) {
		return nil, answerError(survey.CodeAnswerTooMany, "value", itoa(len(names)), "max", itoa(q.MaxChoices))
	}
	for _, name := range names {
		places, whole := q.Find(name)
		picked := slices.ContainsFunc(places, func(i int) bool { return contains(codes, q.Choices[i].Code) })
		switch {
		case picked:
		case whole == 1:
			codes = append(codes, q.Choices[places[0]].Code)
		case len(places) == 0:
			return nil, answerError(survey.CodeAnswerUnknown, "value", name)
		default:
			return nil, answerError(survey.CodeAnswerWhich, "value", name, "count", itoa(len(places)), "shown", itoa(min(len(places), MostHits)))
		}
	}
	return codes, nil
}

// Hits are the choices that a form shows of a typed question, by their places: those
// that were picked, what the words lead to, and what is no name: the other choice, the
// exclusive ones and missing reasons. text is what stands in the field.
func (q *Question) Hits(values []string) (places []int, text string) {
	seen := map[int]bool{}
	show := func(i int) {
		if i >= 0 && !seen[i] {
			seen[i] = true
			places = append(places, i)
		}
	}
	for _, v := range values {
		if code, picked := strings.CutPrefix(v, pickedMark); picked {
			show(q.placeOf(code))
		} else {
			text = v
		}
	}
	names := []string{text}
	if q.Type == Multiple {
		names = append(names, strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n", r) })...)
	}
	for _, name := range names[:min(len(names), MostHits)] {
		found, _ := q.Find(name)
		for _, i := range found[:min(len(found), MostHits)] {
			show(i)
		}
	}
	for i := range q.Choices {
		if c := &q.Choices[i]; c.Missing != "" || c.Exclusive || c.Other {
			show(i)
		}
	}
	return places, text
}
