package wording

import (
	"fmt"
	"net/url"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// The texts that a protocol step can name.
const (
	TextInvitation = "invitation"
	TextReminder   = "reminder"
	TextPartial    = "partial" // for who began
	TextLast       = "last"
	TextThanks     = "thanks"
)

// Texts lists every text.
func Texts() []string {
	return []string{TextInvitation, TextReminder, TextPartial, TextLast, TextThanks}
}

// FieldPick is the query field of the mail's answer links: a GET that only
// marks a choice.
const FieldPick = "c"

// fitting is the text that fits the person: who began is never invited afresh,
// and who did not begin has nothing to go on with.
func fitting(text string, p instrument.Progress) string {
	began := p.Answered > 0
	switch {
	case began && (text == TextInvitation || text == TextReminder):
		return TextPartial
	case !began && text == TextPartial:
		return TextReminder
	}
	return text
}

// Mail returns the mail of a step. Text is one of Texts; for another the error
// is a *survey.Error with code protocol_invalid.
func (w *Wording) Mail(c Context, text string) (templates.Mail, error) {
	if m, own, err := w.ownMail(c, fitting(text, c.Progress)); own {
		return m, err
	}
	e := templates.Envelope{Tongue: c.tongue(), Fields: c.Fields()}
	switch fitting(text, c.Progress) {
	case TextInvitation:
		letter, err := w.invitation(c, e)
		if err != nil {
			return templates.Mail{}, err
		}
		return w.set.Mail(letter)
	case TextReminder:
		return w.set.Mail(templates.Reminder{Envelope: e})
	case TextPartial:
		return w.set.Mail(templates.Begun{Envelope: e})
	case TextLast:
		return w.set.Mail(templates.Last{Envelope: e})
	case TextThanks:
		return w.set.Mail(templates.Received{Envelope: e, CanChange: c.CanChange && c.Campaign.Confidentiality != survey.Anonymous})
	}
	return templates.Mail{}, unknownText(text)
}

func unknownText(text string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeProtocolInvalid, Args: map[string]string{"name": text}}
}

func (w *Wording) invitation(c Context, e templates.Envelope) (templates.Invitation, error) {
	var err error
	if e.Keep, err = w.keep(c, "mail"); err != nil {
		return templates.Invitation{}, fmt.Errorf("wording: invitation: %w", err)
	}
	if e.Why, err = w.why(c, "why", e.Fields); err != nil {
		return templates.Invitation{}, fmt.Errorf("wording: invitation: %w", err)
	}
	letter := templates.Invitation{Envelope: e, Monthly: c.Monthly(), First: c.first()}
	letter.Keep = c.personal(letter.Keep)
	return letter, nil
}

// personal addresses a text that is written for everybody to this person.
func (c Context) personal(text string) string {
	return strings.ReplaceAll(text, "Ông/Bà", c.address())
}

// mostPresses is how many answers of a first question a mail shows.
const mostPresses = 8

// FirstPressed is the first question that a person is asked on the web, if one
// press can answer it: a choice of one, or a scale whose steps are choices. What
// is only to be read before it does not count. It is nil for any other first
// question, and then a mail shows only the link.
func FirstPressed(q *instrument.Questionnaire) *instrument.Question {
	for _, first := range q.Path(nil, survey.Web) {
		switch {
		case first.Type == instrument.Note:
			continue
		case first.Numeric() || first.Matrix != "" || first.Type != instrument.Single && first.Type != instrument.Scale:
			return nil
		}
		return first
	}
	return nil
}

// Pressable reports whether the links of a mail may name an answer: only where
// the form knows the person anyway, since a press tells the mail's provider what
// was chosen.
func Pressable(level survey.Confidentiality) bool { return level == survey.Identified || level == "" }

// Lot is what of the first question in a mail was drawn by lot for the person: which
// question it is, and in which order its choices stand. It is empty where everybody
// has the same mail.
func (c Context) Lot() string {
	if c.Questionnaire == nil || !Pressable(c.Campaign.Confidentiality) || !c.Questionnaire.HasLot() {
		return ""
	}
	q := FirstPressed(c.Questionnaire)
	if q == nil {
		return ""
	}
	return fmt.Sprint(q.Name, q.Order(c.Seed))
}

// first is the first question for the inside of a mail; nil if it has no place
// there.
func (c Context) first() *templates.First {
	if c.Questionnaire == nil || c.Link == "" || !Pressable(c.Campaign.Confidentiality) {
		return nil
	}
	q := FirstPressed(c.Questionnaire)
	if q == nil {
		return nil
	}
	first := &templates.First{Question: c.personal(instrument.Pipe(q.Label.In(c.Lang), nil))}
	for _, i := range q.Order(c.Seed) {
		choice := &q.Choices[i]
		if choice.Missing == survey.MissingRefused {
			continue // who would not answer does not press
		}
		first.Choices = append(first.Choices, templates.Press{
			Label: choice.Label.In(c.Lang),
			Link:  c.Link + "?" + FieldPick + "=" + url.QueryEscape(choice.Code),
		})
	}
	if len(first.Choices) == 0 || len(first.Choices) > mostPresses {
		return nil
	}
	return first
}
