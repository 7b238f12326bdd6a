package dispatch

import (
	"context"
	"strings"

	"canvass/dispatch/instrument"
	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
)

// The inbox as several of staff read it on their screens: who has which item in hand,
// and all that is known around one.

// ItemStore is what reading an item with all around it needs of the database.
type ItemStore interface {
	AssignStore
	InboxCounts(ctx context.Context, most int) (view.InboxCounts, error)
	InboxWaits(ctx context.Context, most int) (int, error)
	TakeMatter(ctx context.Context, t view.MatterTake) (bool, error)
	NextMatter(ctx context.Context, q view.NextMatter) (survey.MatterID, error)
	MatterTalk(ctx context.Context, id survey.MatterID, most int) ([]view.TalkLine, error)
	PersonsCases(ctx context.Context, who survey.ContactID, most int) ([]view.PersonsCase, error)
	Office(ctx context.Context) (survey.Office, bool, error)
	StaffedTalk(ctx context.Context, inv survey.InvitationID) (by string, open bool, err error)
	StaffTalk(ctx context.Context, o view.MatterOrder, by string) error
	MarkMatter(ctx context.Context, o view.MatterOrder, complaint bool) error
}

// The most lines around an item, and the most campaigns whose questions it may answer.
const (
	mostTalk  = 30
	mostCases = 10
)

// InboxDesk is one item with all that helps to settle it.
type InboxDesk struct {
	InboxItem
	CampaignID survey.CampaignID
	InvolvedID survey.InvitationID
	// Campaign is the one whose questions may be answered: that of the item, or the one
	// that was asked for; nil without one.
	Campaign      *survey.Campaign
	Questionnaire *instrument.Questionnaire
	// Question is the one that was asked for, else the one that stood open; nil: none.
	Question *instrument.Question
	// Reading is how the words are read as an answer to Question; nil without words or
	// question.
	Reading *instrument.Explanation
	Cases   []view.PersonsCase
	Talk    []view.TalkLine // the latest first
	Lang    survey.Lang     // of the conversation
	Mail    bool            // the words came by mail
	// Talking says that a conversation by SMS is open, StaffedBy who of staff talks in it.
	Talking   bool
	StaffedBy string
}

// MarkComplaint keeps an item as a complaint about the survey, or as what it was before;
// whether it is settled is left alone. Errors: not_found, inbox_moved.
func MarkComplaint(ctx context.Context, store ItemStore, o InboxOrder, is bool) error {
	m, err := store.Matter(ctx, o.ID)
	if err != nil {
		return missingMatter(err, o.ID)
	}
	return store.MarkMatter(ctx, o.move(m, ""), is)
}

// DeskQuery says which item is looked at, and which answer it might be.
type DeskQuery struct {
	ID                 survey.MatterID
	Campaign, Question string // empty: those of the item
}

// OpenInboxItem reads one item with all around it. Errors: not_found.
func OpenInboxItem(ctx context.Context, store ItemStore, q DeskQuery) (InboxDesk, error) {
	m, err := store.Matter(ctx, q.ID)
	if err != nil {
		return InboxDesk{}, missingMatter(err, q.ID)
	}
	out := InboxDesk{CampaignID: m.CampaignID, InvolvedID: m.InvitationID, Lang: m.Language.Or(survey.Vietnamese)}
	if out.InboxItem, err = ReadInboxItem(ctx, store, q.ID); err != nil {
		return out, err
	}
	out.Mail = strings.Contains(saidIn(m).From, "@")
	if out.Talk, err = store.MatterTalk(ctx, q.ID, mostTalk); err != nil {
		return out, err
	}
	if m.InvitationID != 0 {
		if out.StaffedBy, out.Talking, err = store.StaffedTalk(ctx, m.InvitationID); err != nil {
			return out, err
		}
	}
	if m.ContactID != 0 {
		if out.Cases, err = store.PersonsCases(ctx, m.ContactID, mostCases); err != nil {
			return out, err
		}
	}
	return out, out.asked(ctx, store, q)
}

// asked finds the question that the words may answer, and reads them so.
func (d *InboxDesk) asked(ctx context.Context, store ItemStore, q DeskQuery) (err error) {
	switch {
	case q.Campaign != "" && q.Campaign != d.InboxItem.Campaign:
		d.Campaign, err = store.CampaignByName(ctx, q.Campaign)
	case d.CampaignID != 0:
		d.Campaign, err = store.Campaign(ctx, d.CampaignID)
	}
	if err != nil || d.Campaign == nil {
		return err
	}
	src, err := store.QuestionnaireByID(ctx, d.Campaign.QuestionnaireID)
	if err != nil {
		return err
	}
	if d.Questionnaire, err = published(src); err != nil {
		return err
	}
	name := q.Question
	if name == "" && d.Campaign.ID == d.CampaignID {
		name = d.InboxItem.Question
	}
	question, ok := d.Questionnaire.Question(name)
	if !ok {
		return nil
	}
	d.Question = question
	if words := strings.TrimSpace(d.Text); words != "" {
		if wish, rest := instrument.ReadWish(words); wish == instrument.WishOpinion {
			words = rest
		}
		e := question.Explain(words, instrument.ReadContext{Lang: d.Lang})
		d.Reading = &e
	}
	return nil
}

// Weight is what an answer by staff comes to before it is sent.
type Weight struct {
	Characters, Most int
	Segments         int // of a text; 0 of a mail
	Body             string
	Findings         []smstext.Finding // words that read as others without accents
}

// WeighInboxAnswer says what an answer to an item would come to, by the way that it
// would go.
func WeighInboxAnswer(ctx context.Context, store ItemStore, words *wording.Wording, o InboxAnswer) (Weight, error) {
	d, err := OpenInboxItem(ctx, store, DeskQuery{ID: o.ID})
	if err != nil {
		return Weight{}, err
	}
	text := strings.TrimSpace(o.Words)
	w := Weight{Characters: len([]rune(text)), Most: mostTextWords}
	if o.Channel == survey.Mail || o.Channel == "" && d.Mail {
		w.Most = mostMailWords
		return w, nil
	}
	if text == "" {
		return w, nil
	}
	c := wording.Context{Lang: d.Lang}
	if d.CampaignID != 0 && d.Campaign != nil {
		c.Campaign = *d.Campaign
	} else if c.Campaign.Office, _, err = store.Office(ctx); err != nil {
		return w, err
	}
	if w.Body, err = words.SMSByStaff(c, text); err != nil {
		return w, err
	}
	w.Segments, w.Findings = smstext.Count(w.Body).Segments, wording.Check(d.Lang, w.Body)
	return w, nil
}

// TakeOverTalk has a member of staff talk in the conversation of an item in the place of
// the survey: what the person writes is read by staff, and nothing is asked. Stop and the
// like act all the same. Errors: not_found, if no conversation by SMS is open.
func TakeOverTalk(ctx context.Context, store ItemStore, o InboxOrder) error {
	return store.StaffTalk(ctx, view.MatterOrder{ID: o.ID, Actor: o.Actor, Now: o.Now}, o.Actor)
}

// GiveBackTalk has the survey talk again: it takes up what the person writes next, and
// asks its question once more after the usual silence. Errors as of TakeOverTalk.
func GiveBackTalk(ctx context.Context, store ItemStore, o InboxOrder) error {
	return store.StaffTalk(ctx, view.MatterOrder{ID: o.ID, Actor: o.Actor, Now: o.Now}, "")
}
