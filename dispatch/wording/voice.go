package wording

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// voiceKeys are the prompts that are one text of the script.
var voiceKeys = map[instrument.PromptKind]string{
	instrument.PromptIntro: "V01", instrument.PromptIntroAgain: "V02", instrument.PromptGuide: "V06",
	instrument.PromptAskAgain: "V12", instrument.PromptAskAgainLast: "V12", instrument.PromptNoKey: "V12",
	instrument.PromptSkipped: "V13", instrument.PromptResume: "V16", instrument.PromptAlreadyDone: "V17",
	instrument.PromptConfirm: "V18", instrument.PromptDoubtfulStop: "V18", instrument.PromptOptedOut: "V19",
	instrument.PromptLater: "V20", instrument.PromptLink: "V21", instrument.PromptThanks: "V22",
	instrument.PromptLanguage: "V24", instrument.PromptWrongPerson: "V25", instrument.PromptDeclined: "V26",
	instrument.PromptHelp: "V06", instrument.PromptRecord: "V11.begin",
}

// Bye names what a call says when it must end for a reason of ours.
type Bye string

// The goodbyes.
const (
	ByeEnded   Bye = "V23" // the round has just ended
	ByeTrouble Bye = "V27" // something of ours is away
)

// VoiceBye returns the sentences of a goodbye.
func (w *Wording) VoiceBye(c Context, b Bye) ([]string, error) {
	return w.spoken(c, string(b), c.Fields())
}

// VoicePrompt returns the sentences of one prompt of a call, with figures as
// words and without the person's name.
func (w *Wording) VoicePrompt(c Context, p instrument.Prompt) ([]string, error) {
	f := c.Fields()
	question, err := c.question(p)
	if err != nil {
		return nil, err
	}
	f.Left = templates.Spoken(c.lang(), p.Left)
	switch p.Kind {
	case instrument.PromptQuestion:
		return w.voiceQuestion(c, p, question)
	case instrument.PromptRecord:
		if question != nil {
			f.Max = templates.Spoken(c.lang(), question.Record)
		}
	case instrument.PromptConsent:
		return w.consent(c, p, f)
	case instrument.PromptOptedIn:
		return w.spoken(c, "V14.door", f)
	case instrument.PromptByeSilence:
		return w.spoken(c, bye(question != nil, p.Reason), f)
	case instrument.PromptSilence:
		return w.spoken(c, either(question != nil, "V14", "V14.door"), f)
	case instrument.PromptNoKey:
		if question != nil && p.Code == survey.CodeAnswerConstraint {
			if said := question.ConstraintMessage.In(c.Lang); said != "" {
				return []string{said}, nil
			}
		}
		if question != nil && p.Code == survey.CodeAnswerRange {
			f.From, f.To = spokenNumber(c, question.Min), spokenNumber(c, question.Max)
			return w.spoken(c, "V12.range", f)
		}
	}
	if lines, own, err := w.ownSaid(c, p.Kind, f); own {
		return lines, err
	}
	key, ok := voiceKeys[p.Kind]
	if !ok {
		return nil, fmt.Errorf("wording: no call says %q", p.Kind)
	}
	return w.spoken(c, key, f)
}

// bye is the goodbye to silence. Only where a text can be sent is one promised.
func bye(asked bool, reason string) string {
	switch {
	case !asked:
		return "V03"
	case reason == instrument.NoLink:
		return "V15.nolink"
	}
	return "V15"
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// spokenNumber says a bound of a question; far ones are read digit by digit.
func spokenNumber(c Context, n int64) string {
	if n < 0 || n > 9999 {
		return templates.SpokenDigits(c.lang(), strconv.FormatInt(n, 10))
	}
	return templates.Spoken(c.lang(), int(n))
}

// voiceQuestion says a question with its number and its choices.
func (w *Wording) voiceQuestion(c Context, p instrument.Prompt, q *instrument.Question) ([]string, error) {
	if q == nil {
		return nil, fmt.Errorf("wording: prompt %q without its question", p.Kind)
	}
	// A text composed from the label has the written form of address.
	said := strings.ReplaceAll(instrument.Pipe(q.Voice.In(c.Lang), p.Fill), "Ông/Bà", "Ông, Bà")
	if p.Number == 0 { // a note
		return sentences(said), nil
	}
	lines, err := w.spoken(c, "V07", templates.Fields{Number: templates.Spoken(c.lang(), p.Number), Asked: said})
	if err != nil || q.Record == 0 {
		return lines, err
	}
	spoken, err := w.VoiceRecorded(c)
	return append(lines, spoken...), err
}

// VoiceRecorded says, behind a question that is answered by speaking, what becomes of it
// and which key agrees.
func (w *Wording) VoiceRecorded(c Context) ([]string, error) { return w.spoken(c, "V11", c.Fields()) }

// consent says whom the call is for, how long it takes, how answers are kept,
// and the ways out.
func (w *Wording) consent(c Context, p instrument.Prompt, f templates.Fields) ([]string, error) {
	person, err := w.spoken(c, "V04", f)
	if err != nil {
		return nil, err
	}
	if f.Keep, err = w.keep(c, "call"); err != nil {
		return nil, fmt.Errorf("wording: voice: %w", err)
	}
	minutes, of := 1, p.Of
	if q := c.Questionnaire; q != nil {
		of = carried(q, survey.Voice)
		minutes = share(max(q.Minutes, 1), of, carried(q, survey.Web))
	}
	f.Questions, f.Minutes = templates.Spoken(c.lang(), of), templates.Spoken(c.lang(), minutes)
	keys := []string{"V05", "V05.link", "V05.out"}
	if p.Reason == instrument.NoLink {
		keys = []string{"V05", "V05.out"}
	}
	for _, key := range keys {
		agree, err := w.spoken(c, key, f)
		if err != nil {
			return nil, err
		}
		person = append(person, agree...)
	}
	return person, nil
}

func (w *Wording) spoken(c Context, key string, f templates.Fields) ([]string, error) {
	text, err := w.set.Text(c.tongue(), key, f)
	if err != nil {
		return nil, fmt.Errorf("wording: voice: %w", err)
	}
	return sentences(text), nil
}

// sentenceEnd is where the voice breathes.
var sentenceEnd = regexp.MustCompile(`([.?!])\s+`)

// sentences splits text into the sentences that are said one by one.
func sentences(text string) []string {
	var out []string
	for s := range strings.SplitSeq(sentenceEnd.ReplaceAllString(strings.TrimSpace(text), "$1\n"), "\n") {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			out = append(out, s)
		}
	}
	return out
}
