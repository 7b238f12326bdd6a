package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// One publication at a time, so that versions have no gaps and no doubles.
const sqlLockQuestionnaires = `LOCK TABLE questionnaire IN SHARE ROW EXCLUSIVE MODE`

const sqlQuestionnaireByHash = `SELECT id, name, version, hash, source FROM questionnaire WHERE hash = $1`

const sqlPublish = `
INSERT INTO questionnaire (name, version, hash, title, source, published_at, published_by)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 FROM questionnaire WHERE name = $1
RETURNING id, name, version, hash, source`

// PublishQuestionnaire stores a questionnaire as the next version of its name,
// for ever. The same hash gives the version that exists; fresh is false then.
func (db *DB) PublishQuestionnaire(ctx context.Context, p view.Publication) (out view.QuestionnaireSource, fresh bool, err error) {
	title, err := encoded(p.Title)
	if err != nil {
		return out, false, err
	}
	err = db.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockQuestionnaires); err != nil {
			return err
		}
		var rows []questionnaireRow
		if err := tx.SelectContext(ctx, &rows, sqlQuestionnaireByHash, p.Hash); err != nil {
			return err
		}
		if fresh = len(rows) == 0; fresh {
			rows = make([]questionnaireRow, 1)
			if err := tx.GetContext(ctx, &rows[0], sqlPublish, p.Name, p.Hash, title, p.Source, p.Now, p.Actor); err != nil {
				return err
			}
		}
		out = view.QuestionnaireSource(rows[0])
		return keepSounds(ctx, tx, out.ID, p.Sounds)
	})
	return out, fresh, err
}

const sqlQuestionnaireByName = `
SELECT id, name, version, hash, source FROM questionnaire
WHERE name = $1 AND ($2 = 0 OR version = $2) ORDER BY version DESC LIMIT 1`

// Questionnaire returns a version of a questionnaire, the latest when version
// is 0.
func (db *DB) Questionnaire(ctx context.Context, name string, version int) (view.QuestionnaireSource, error) {
	var r questionnaireRow
	if err := db.x.GetContext(ctx, &r, sqlQuestionnaireByName, name, version); err != nil {
		return view.QuestionnaireSource{}, notFound(told(err), "questionnaire", name)
	}
	return view.QuestionnaireSource(r), nil
}

// QuestionnaireByID returns a published version as written.
func (db *DB) QuestionnaireByID(ctx context.Context, id survey.QuestionnaireID) (view.QuestionnaireSource, error) {
	var r questionnaireRow
	if err := db.x.GetContext(ctx, &r, sqlQuestionnaireOf, id); err != nil {
		return view.QuestionnaireSource{}, told(err)
	}
	return view.QuestionnaireSource(r), nil
}

const sqlQuestionnaires = `
SELECT id, name, version, hash, title, published_at, published_by,
	(SELECT count(*) FROM campaign k WHERE k.questionnaire_id = q.id) AS campaigns
FROM questionnaire q ORDER BY name, version DESC`

// Questionnaires lists what is published, newest version first.
func (db *DB) Questionnaires(ctx context.Context) ([]view.PublishedQuestionnaire, error) {
	var rows []struct {
		ID          survey.QuestionnaireID `db:"id"`
		Name        string                 `db:"name"`
		Version     int                    `db:"version"`
		Hash        string                 `db:"hash"`
		Title       document[map[survey.Lang]string]
		PublishedAt time.Time `db:"published_at"`
		PublishedBy string    `db:"published_by"`
		Campaigns   int       `db:"campaigns"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlQuestionnaires); err != nil {
		return nil, told(err)
	}
	out := make([]view.PublishedQuestionnaire, len(rows))
	for i, r := range rows {
		out[i] = view.PublishedQuestionnaire{ID: r.ID, Name: r.Name, Version: r.Version, Hash: r.Hash,
			Title: r.Title.V, PublishedAt: r.PublishedAt, PublishedBy: r.PublishedBy, Campaigns: r.Campaigns}
	}
	return out, nil
}

// notFound says what was not found, by which name.
func notFound(err error, what, name string) error {
	if survey.KindOf(err) != survey.NotFound {
		return err
	}
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound,
		Args: map[string]string{"what": what, "name": name}, Err: err}
}
