package dispatch

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// QuestionnaireStore is what publishing needs of the database.
type QuestionnaireStore interface {
	Questionnaire(ctx context.Context, name string, version int) (view.QuestionnaireSource, error)
	PublishQuestionnaire(ctx context.Context, p view.Publication) (out view.QuestionnaireSource, fresh bool, err error)
}

// Published is what became of a questionnaire.
type Published struct {
	Source view.QuestionnaireSource
	// Fresh is false when the very same text was published before.
	Fresh bool
	// Sounds are the recordings that were given.
	Sounds int
	// Warnings say what it would do badly, and which translations did not follow
	// the version before.
	Warnings []*survey.Error
}

// QuestionnaireRequest asks for a questionnaire to be published.
type QuestionnaireRequest struct {
	File   string // for the errors
	Source []byte
	Audio  fs.FS // where the recordings are that it names; nil: none are given
	Actor  string
	Now    time.Time
}

// PublishQuestionnaire reads a questionnaire and stores it for ever as the next
// version of its name. All errors of the text come at once, joined, each a
// *survey.Error with Where "file:line"; what the appraisal of a text without
// errors cannot let pass, likewise. The same text again gives the version
// that exists.
func PublishQuestionnaire(ctx context.Context, store QuestionnaireStore, r QuestionnaireRequest) (Published, error) {
	q, bad := instrument.Parse(r.File, r.Source)
	if len(bad) > 0 {
		return Published{}, joined(bad)
	}
	found := appraisal.Of(q)
	heard := appraisal.Recordings(q, r.Audio)
	if bad := append(found.Errors, heard.Errors...); len(bad) > 0 {
		return Published{}, joined(bad)
	}
	found.Warnings = append(found.Warnings, heard.Warnings...)
	before, err := latest(ctx, store, q.Name)
	if err != nil {
		return Published{}, err
	}
	if before != nil {
		found.Warnings = append(found.Warnings, appraisal.Stale(before, q)...)
	}
	src, fresh, err := store.PublishQuestionnaire(ctx, view.Publication{Name: q.Name, Hash: q.Hash, Title: q.Title,
		Source: string(r.Source), Sounds: heard.Sounds, Actor: r.Actor, Now: r.Now})
	return Published{Source: src, Fresh: fresh, Sounds: len(heard.Sounds), Warnings: found.Warnings}, err
}

// latest reads the version that was published last; nil when there is none.
func latest(ctx context.Context, store QuestionnaireStore, name string) (*instrument.Questionnaire, error) {
	src, err := store.Questionnaire(ctx, name, 0)
	if survey.KindOf(err) == survey.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return published(src)
}

// joined makes one error of many.
func joined(list []*survey.Error) error {
	errs := make([]error, len(list))
	for i, e := range list {
		errs[i] = e
	}
	return errors.Join(errs...)
}
