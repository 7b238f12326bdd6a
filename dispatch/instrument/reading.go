package instrument

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

// Reading is what a reply was understood to be, and why.
type Reading struct {
	Outcome survey.ReadingOutcome
	Answer  survey.Answer     // of outcome answer
	Other   survey.AnswerText // the words beside the other choice
	// Reason is one snake_case word for people who ask why.
	Reason string
	Lang   survey.Lang // of outcome language
	// Choices are the codes that were recognised: those of the answer, 98 and
	// 99 included, or those between which the reply was in doubt.
	Choices []string
	// Code and Args say what was wrong with a reply that is asked again.
	Code survey.Code
	Args map[string]string
}

// Value is the answer as "explain" shows it: the codes, the number or the
// words; of a missing reason its code or, without one, its name.
func (r Reading) Value() string {
	switch {
	case r.Outcome != survey.ReadAnswer:
		return ""
	case r.Answer.Missing != "" && len(r.Choices) > 0:
		return r.Choices[0]
	case r.Answer.Missing != "":
		return string(r.Answer.Missing)
	default:
		return string(r.Answer.Value)
	}
}

// ReadContext is what is known beside the reply.
type ReadContext struct {
	Lang      survey.Lang
	GivenName survey.PersonName // "" if unknown
	Pending   Pending
	Offer     []string    // with PendingChoose: the codes, or numbers, that A and B stand for
	Today     survey.Date // where the person is; zero: unknown

	trail *[]Considered // what was looked at; nil: nobody asked
}

// ReadText reads an SMS that came while q was open. It follows the reading
// order of the homograph table: certain stops; our own question if one is
// pending; the question's labels, figures and number words; keywords; what is
// left is asked again.
func (q *Question) ReadText(text string, c ReadContext) Reading {
	m := newMessage(text)
	words := polite(m.words)
	if r, ok := c.note(LookedStop)(q.stops(words, c)); ok {
		return r
	}
	if c.Pending == PendingStop || c.Pending == PendingChoose {
		if r, ok := c.note(LookedOwn)(q.pendingReading(words, c)); ok {
			return r
		}
	}
	if q.Type == Text {
		return q.readOpen(text, m, words, c)
	}
	m.words = respelled(unglued(m))
	words = polite(m.words)
	r := q.readSubstance(m, words, c)
	if r.answers() {
		return r
	}
	if k, ok := c.note(LookedKeyword)(q.keywords(m, words)); ok {
		return k
	}
	// A signature is looked for last: "Nam" may be an option.
	if cut, ok := unsigned(words, c.GivenName); ok {
		silent := c
		silent.trail = nil
		if signed, ok := c.note(LookedSigned)(answerOnly(q.readSubstance(m, cut, silent))); ok {
			return signed
		}
	}
	hint := Reading{Outcome: survey.ReadDoubtfulStop, Reason: "stop_in_sentence"}
	if hint, ok := c.note(LookedHint)(hint, c.Pending != PendingStop && hintsAtStop(words)); ok {
		return hint
	}
	return r
}

// readOpen reads an SMS at a question of words, where nearly everything is an answer:
// our keywords alone are not, and a short sentence that speaks of no more messages.
func (q *Question) readOpen(text string, m message, words []word, c ReadContext) Reading {
	// Putting it off ("bận", "mai") may just as well be the answer.
	k, ok := q.keywords(m, words)
	if k, ok := c.note(LookedKeyword)(k, ok && k.Reason != "later"); ok {
		return k
	}
	if c.Pending == PendingStop { // any sentence may mean "stop"
		return again("unclear_stop", survey.CodeAnswerRequired)
	}
	hint := Reading{Outcome: survey.ReadDoubtfulStop, Reason: "stop_in_sentence"}
	if hint, ok := c.note(LookedHint)(hint, len(words) <= shortSentence && hintsAtStop(words)); ok {
		return hint
	}
	r, _ := c.note(LookedText)(q.readWords(text), true)
	return r
}

// shortSentence is how many words, at a question of words, may as well ask for no more
// messages: a longer text is an opinion about something.
const shortSentence = 7

// answerOnly passes an answer on, and nothing else.
func answerOnly(r Reading) (Reading, bool) { return r, r.answers() }

// stops reads the words that stop. Words that the question itself has are asked about.
func (q *Question) stops(words []word, c ReadContext) (Reading, bool) {
	r, ok := stopReading(words, c, true)
	if ok && r.Reason == "stop_word" && q.stopsButAsked(words) {
		r = Reading{Outcome: survey.ReadDoubtfulStop, Reason: "stop_or_answer"}
	}
	return r, ok
}

// pendingReading reads A and B while we asked about them.
func (q *Question) pendingReading(words []word, c ReadContext) (Reading, bool) {
	switch c.Pending {
	case PendingStop:
		if isOneOf(words, agreeStop) {
			return Reading{Outcome: survey.ReadOptOut, Reason: "stop_confirmed"}, true
		}
		if isOneOf(plainNo(words), goOn) {
			return Reading{Outcome: survey.ReadAskAgain, Reason: "go_on"}, true
		}
	case PendingChoose:
		if i := letterOf(words); i >= 0 && i < len(c.Offer) {
			return q.offeredAs(c.Offer[i]), true
		}
	}
	return Reading{}, false
}

// letterOf is 0 for A, 1 for B, else -1.
func letterOf(words []word) int {
	for i, letter := range [...]phrase{letterA, letterB} {
		if letter.is(words) {
			return i
		}
	}
	return -1
}

// offeredAs is the reading of somebody who takes what a letter stood for.
func (q *Question) offeredAs(value string) Reading {
	if !q.Numeric() {
		return q.chose([]string{value}, "offered")
	}
	n, ok := q.parseSteps(value)
	if !ok {
		return again("not_a_number", survey.CodeAnswerNumber, q.bounds()...)
	}
	return q.counted(n, "offered")
}

// keywords reads our keywords; BQ is an answer of the question.
func (q *Question) keywords(m message, words []word) (Reading, bool) {
	if isOneOf(words, keySkip) {
		return q.skipped(), true
	}
	return keywordReading(m, words)
}

// skipped is the reading of someone who passes q over.
func (q *Question) skipped() Reading {
	r := Reading{Outcome: survey.ReadAnswer, Answer: q.skip(), Reason: "skip"}
	if c, ok := q.missingChoice(r.Answer.Missing); ok {
		r.Choices = []string{c.Code}
	}
	return r
}

// readSubstance reads an answer to a question that is not one of words.
func (q *Question) readSubstance(m message, words []word, c ReadContext) Reading {
	switch {
	case q.Type == Note:
		return again("note", survey.CodeAnswerChoice)
	case q.Type == Attachment:
		return again("file", survey.CodeAttachmentAgain)
	case q.Numeric():
		return q.readNumber(m, words, c)
	case q.Type == Date:
		return q.readDay(m, words, c)
	default:
		return q.readChoices(m, words, c)
	}
}

// again is the reading of a reply that is asked again. Args are pairs.
func again(reason string, code survey.Code, args ...string) Reading {
	r := Reading{Outcome: survey.ReadAskAgain, Reason: reason, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}

// unsigned takes the person's own given name from the end of a reply.
func unsigned(words []word, given survey.PersonName) ([]word, bool) {
	name, ok := lastWord(given)
	n := len(words) - 1
	if !ok || n < 1 || !words[n].fits(name) {
		return nil, false
	}
	return polite(words[:n]), true
}

// readWords reads the answer to a text question: at least two letters or
// digits, since one sign is a slip.
func (q *Question) readWords(raw string) Reading {
	text := cleanText(raw)
	signs := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			signs++
		}
	}
	switch n := utf8.RuneCountInString(text); {
	case signs < 2:
		return again("empty", survey.CodeAnswerRequired)
	case n > q.MaxLength:
		return again("too_long", survey.CodeAnswerTooLong, "max", itoa(q.MaxLength), "value", itoa(n))
	}
	return Reading{Outcome: survey.ReadAnswer, Answer: survey.Answer{Value: survey.AnswerText(text)}, Reason: "text"}
}

// cleanText is text as it is stored: valid UTF-8 in NFC without control
// characters, line ends as \n, no blanks around.
func cleanText(raw string) string {
	raw = strings.ReplaceAll(strings.ToValidUTF8(raw, ""), "\r\n", "\n")
	raw = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, raw)
	return strings.TrimSpace(nfc(raw))
}

// ReadIdle reads an SMS that came while nothing was open. What is none of our
// keywords is an opinion of its own accord: ask_again, reason "opinion".
func ReadIdle(text string, c ReadContext) Reading {
	m := newMessage(text)
	words := polite(m.words)
	if r, ok := stopReading(words, c, false); ok {
		return r
	}
	if c.Pending == PendingStop && isOneOf(words, agreeStop) {
		return Reading{Outcome: survey.ReadOptOut, Reason: "stop_confirmed"}
	}
	if r, ok := keywordReading(m, words); ok {
		return r
	}
	if len(words) == 0 {
		return Reading{Outcome: survey.ReadAskAgain, Reason: "empty"}
	}
	return Reading{Outcome: survey.ReadAskAgain, Reason: "opinion"}
}
