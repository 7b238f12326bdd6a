package dispatch

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"canvass/dispatch/drafting"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ManuscriptStore is what writing questionnaires needs of the database.
type ManuscriptStore interface {
	QuestionnaireStore
	Manuscript(ctx context.Context, id survey.ManuscriptID) (view.Manuscript, error)
	Manuscripts(ctx context.Context, most int) ([]view.Manuscript, error)
	MakeManuscript(ctx context.Context, s view.ManuscriptSave) (survey.ManuscriptID, error)
	SaveManuscript(ctx context.Context, s view.ManuscriptSave) (revision int, err error)
	EndManuscript(ctx context.Context, e view.ManuscriptEnd) error
}

// Bounds of a manuscript.
const (
	maxScript     = 4 << 20 // bytes
	maxScriptName = 120     // runes
	maxScriptNote = 300     // runes
)

// BeginManuscript keeps a text to be written on; name is what lists call it as long as its
// title cannot be read. Errors: manuscript_long.
func BeginManuscript(ctx context.Context, store ManuscriptStore, s view.ManuscriptSave) (survey.ManuscriptID, error) {
	s, err := revised(s)
	if err != nil {
		return 0, err
	}
	return store.MakeManuscript(ctx, s)
}

// SaveManuscript keeps a text, whatever errors it has, as the next revision of a manuscript. Errors:
// manuscript_long, manuscript_closed, manuscript_changed if somebody saved it since s.Over.
func SaveManuscript(ctx context.Context, store ManuscriptStore, s view.ManuscriptSave) (revision int, err error) {
	if s, err = revised(s); err != nil {
		return 0, err
	}
	return store.SaveManuscript(ctx, s)
}

// revised is a text as it is kept: with the ends of lines that its hash counts, in valid
// UTF-8, and its title as the name.
func revised(s view.ManuscriptSave) (view.ManuscriptSave, error) {
	if len(s.Source) > maxScript {
		return s, &survey.Error{Kind: survey.Invalid, Code: survey.CodeManuscriptLong}
	}
	s.Source = SettledSource(s.Source)
	if o, err := drafting.Read([]byte(s.Source)); err == nil {
		if title := cmp.Or(o.Title[survey.Vietnamese], o.Title[survey.English], o.Name); title != "" {
			s.Name = title
		}
	}
	if r := []rune(s.Name); len(r) > maxScriptName {
		s.Name = string(r[:maxScriptName])
	}
	return s, nil
}

// SettledSource is a text with the ends of lines that we keep, in valid UTF-8.
func SettledSource(src string) string {
	src = strings.TrimPrefix(strings.ReplaceAll(src, "\r\n", "\n"), "\ufeff")
	return strings.ReplaceAll(strings.ToValidUTF8(src, "�"), "\x00", "�")
}

// ManuscriptOrder asks for something to be done with a manuscript.
type ManuscriptOrder struct {
	ID    survey.ManuscriptID
	Over  int    // the revision that was looked at
	Note  string // of a publication: what is new, for colleagues; up to 300 characters
	Actor string
	Now   time.Time
}

// PublishManuscript publishes the text of a manuscript and closes it. What refuses publishing
// refuses it here, as PublishQuestionnaire tells it, with Where ":line". Errors beside
// those: manuscript_closed, manuscript_changed, note_long.
//
// A process that ends between the two leaves an open manuscript whose text is published:
// published again, it gives the same version and is closed.
func PublishManuscript(ctx context.Context, store ManuscriptStore, o ManuscriptOrder) (Published, error) {
	if utf8.RuneCountInString(o.Note) > maxScriptNote {
		return Published{}, &survey.Error{Kind: survey.Invalid, Code: survey.CodeNoteLong, Args: map[string]string{"max": strconv.Itoa(maxScriptNote)}}
	}
	d, err := store.Manuscript(ctx, o.ID)
	switch {
	case err != nil:
		return Published{}, err
	case !d.Open():
		return Published{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeManuscriptClosed}
	case d.Revision != o.Over:
		return Published{}, &survey.Error{Kind: survey.Conflict, Code: survey.CodeManuscriptChanged}
	}
	p, err := PublishQuestionnaire(ctx, store, QuestionnaireRequest{Source: []byte(d.Source), Actor: o.Actor, Now: o.Now})
	if err != nil {
		return p, err
	}
	return p, store.EndManuscript(ctx, view.ManuscriptEnd{ID: o.ID, Published: p.Source.ID, Note: strings.TrimSpace(o.Note), Actor: o.Actor, Now: o.Now,
		Detail: map[string]any{"name": p.Source.Name, "version": p.Source.Version, "fresh": p.Fresh}})
}

// DropManuscript puts a manuscript aside, or takes it back. Errors: manuscript_closed if it was
// published.
func DropManuscript(ctx context.Context, store ManuscriptStore, o ManuscriptOrder, back bool) error {
	return store.EndManuscript(ctx, view.ManuscriptEnd{ID: o.ID, Back: back, Actor: o.Actor, Now: o.Now})
}
