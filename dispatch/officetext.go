package dispatch

import (
	"context"
	"errors"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/wording"
)

// TextStore is what the office's own texts need of the database.
type TextStore interface {
	OfficeTexts(ctx context.Context) ([]view.OfficeText, error)
	OfficeTextVersions(ctx context.Context, n survey.TextName, most int) ([]view.OfficeText, error)
	OfficeTextVersion(ctx context.Context, n survey.TextName, version int) (view.OfficeText, error)
	PutOfficeText(ctx context.Context, t view.OfficeText) error
}

// TextEdit changes one text of the office. Seen is the version that was looked at; 0:
// none was there.
type TextEdit struct {
	Name  survey.TextName
	Text  survey.OwnText
	Seen  int
	Actor string
	Now   time.Time
}

// SetText keeps a text in the office's own words, on record: campaigns that are made from
// now on begin with it, those that exist keep theirs. It reports whether anything changed.
// Errors, joined: text_field, text_brace, text_lacks, text_keys, text_length; text_moved.
func SetText(ctx context.Context, store TextStore, e TextEdit) (bool, error) {
	e.Text = wording.TidyText(e.Name, e.Text)
	var bad []error
	for _, err := range wording.CheckText(e.Name, e.Text) {
		bad = append(bad, err)
	}
	if len(bad) > 0 {
		return false, errors.Join(bad...)
	}
	return putText(ctx, store, e, true)
}

// ResetText has the built-in words of a text hold again, on record; the office's own stay
// among its versions. Errors: text_moved.
func ResetText(ctx context.Context, store TextStore, e TextEdit) (bool, error) {
	e.Text = survey.OwnText{}
	return putText(ctx, store, e, false)
}

func putText(ctx context.Context, store TextStore, e TextEdit, own bool) (bool, error) {
	last, err := store.OfficeTextVersions(ctx, e.Name, 1)
	if err != nil {
		return false, err
	}
	var now view.OfficeText
	if len(last) > 0 {
		now = last[0]
	}
	switch {
	case now.Own == own && now.Text == e.Text:
		return false, nil
	case now.Version != e.Seen:
		return false, &survey.Error{Kind: survey.Conflict, Code: survey.CodeTextMoved}
	}
	return true, store.PutOfficeText(ctx, view.OfficeText{Name: e.Name, Version: e.Seen + 1, Own: own, Text: e.Text, ChangedAt: e.Now, ChangedBy: e.Actor})
}

// texts gives a campaign the texts of its spec, or those of the office now.
func (c *specCheck) texts(ctx context.Context, store DraftStore, k *survey.Campaign) error {
	k.Texts = c.spec.Texts
	if k.Texts != nil {
		return nil
	}
	var err error
	k.Texts, err = store.OwnTexts(ctx)
	return err
}
