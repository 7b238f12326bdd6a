package dispatch

import (
	"context"
	"strings"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// DeskStore is what the help desk needs of the database.
type DeskStore interface {
	PersonStore
	StopsAbout(ctx context.Context, person survey.ContactID, keys [][]byte) ([]view.StopRow, error)
	ConsentLedger(ctx context.Context, id survey.ContactID) (view.ConsentLedger, error)
	PersonHistory(ctx context.Context, id survey.ContactID, since time.Time) (view.PersonHistory, error)
	QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error)
}

// Desk is one person as the help desk sees them: how they are reached, on what ground,
// what they got, when, and what they answered where names and answers go together.
type Desk struct {
	Card    view.ContactCard
	Stops   []ShownStop         // on the do-not-contact list, the lifted too
	Consent []view.ConsentState // by purpose and channel, as the gate sees it
	History view.PersonHistory
	// Answered are the answers in words, by case.
	Answered map[survey.InvitationID][]Answered
}

// Answered is a question and what was answered, in words.
type Answered struct {
	Question, Answer string
	Missing          survey.Missing // instead of an answer
	File             bool           // the answer is files
	By               string         // of staff who took it from the person's words
}

// BurdenSpan is how far the help desk looks back on what a person was burdened with.
const BurdenSpan = 365 * 24 * time.Hour

// OpenDesk looks at one person, named by ID or code; lang is that of the questions. Errors:
// not_found.
func OpenDesk(ctx context.Context, store DeskStore, keys view.AddressKeys, ref string, at DeskView) (Desk, error) {
	id, err := store.FindContact(ctx, ParseContactRef(ref))
	if err != nil {
		return Desk{}, err
	}
	out := Desk{Answered: map[survey.InvitationID][]Answered{}}
	if out.Card, err = store.ContactCard(ctx, id, keys); err != nil {
		return out, err
	}
	var hashes [][]byte
	addresses := map[string]string{}
	for _, e := range out.Card.Endpoints {
		for _, k := range keys(e.Kind, e.Address) {
			hashes, addresses[string(k)] = append(hashes, k), e.Address
		}
	}
	stops, err := store.StopsAbout(ctx, id, hashes)
	if err != nil {
		return out, err
	}
	for _, s := range stops {
		out.Stops = append(out.Stops, ShownStop{StopRow: s, Address: addresses[string(s.Key)]})
	}
	ledger, err := store.ConsentLedger(ctx, id)
	if err != nil {
		return out, err
	}
	out.Consent = consentStates(ledger)
	if out.History, err = store.PersonHistory(ctx, id, at.Now.Add(-BurdenSpan)); err != nil {
		return out, err
	}
	return out, out.answered(ctx, store, at.Lang)
}

// DeskView is who looks, and when.
type DeskView struct {
	Lang survey.Lang
	Now  time.Time // business time
}

// answered puts the answers of identified campaigns into words.
func (d *Desk) answered(ctx context.Context, store DeskStore, lang survey.Lang) error {
	for _, c := range d.History.Cases {
		if len(c.Answers) == 0 || c.Level != survey.Identified {
			continue
		}
		src, err := store.QuestionnaireByID(ctx, c.Questionnaire)
		if err != nil {
			return err
		}
		q, err := published(src)
		if err != nil { // the answers are there, whatever became of the questions
			q = &instrument.Questionnaire{}
		}
		for _, a := range c.Answers {
			d.Answered[c.ID] = append(d.Answered[c.ID], inWords(q, a, lang))
		}
	}
	return nil
}

// inWords is an answer as people read it: the choices by their labels.
func inWords(q *instrument.Questionnaire, a view.PersonAnswer, lang survey.Lang) Answered {
	out := Answered{Question: a.Question, Answer: string(a.Answer.Value), Missing: a.Answer.Missing, By: a.By}
	on, ok := q.Question(a.Question)
	if !ok {
		return out
	}
	if label := on.Label.In(lang); label != "" {
		out.Question = label
	}
	if on.Type == instrument.Attachment {
		out.File, out.Answer = true, ""
		return out
	}
	if len(on.Choices) == 0 || on.Numeric() {
		return out
	}
	var labels []string
	for _, code := range strings.Fields(out.Answer) {
		for _, c := range on.Choices {
			if c.Code == code {
				code = c.Label.In(lang)
				break
			}
		}
		labels = append(labels, code)
	}
	out.Answer = strings.Join(labels, "; ")
	return out
}

// LinkStore is what reading a link out needs of the database.
type LinkStore interface {
	FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error)
	PersonHistory(ctx context.Context, id survey.ContactID, since time.Time) (view.PersonHistory, error)
	RecordAudit(ctx context.Context, a view.Audit) error
}

// ReadOutLink is the path of a person's own link to a campaign, for staff who read it to
// them on the telephone; that somebody saw it is on record first. Whoever has it sees the
// answers, so that there is none where these are kept apart from names. Errors:
// reason_missing, not_found, link_apart, link_none.
func ReadOutLink(ctx context.Context, store LinkStore, keys *token.Keyring, campaign string, r PersonRequest) (string, error) {
	if err := reasoned(r.Reason); err != nil {
		return "", err
	}
	id, err := store.FindContact(ctx, ParseContactRef(r.Ref))
	if err != nil {
		return "", err
	}
	h, err := store.PersonHistory(ctx, id, r.Now)
	if err != nil {
		return "", err
	}
	for _, c := range h.Cases {
		if c.Campaign != campaign {
			continue
		}
		if c.Level != survey.Identified {
			return "", &survey.Error{Kind: survey.Conflict, Code: survey.CodeLinkApart}
		}
		if c.State != survey.InvitationOpen && c.State != survey.InvitationStarted || c.CampaignState != survey.CampaignFielding {
			break
		}
		t, ok := keys.Make(c.TokenKey, token.Form, c.ID, c.TokenVersion)
		if !ok {
			break
		}
		return "/r/" + string(t), store.RecordAudit(ctx, view.Audit{At: r.Now, Actor: r.Actor, Act: "contact", ContactID: id, CampaignID: c.CampaignID,
			Reason: r.Reason, Detail: map[string]any{"did": "link"}})
	}
	return "", &survey.Error{Kind: survey.Conflict, Code: survey.CodeLinkNone}
}
