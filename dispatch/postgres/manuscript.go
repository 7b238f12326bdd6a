package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type manuscriptRow struct {
	ID        survey.ManuscriptID
	Name      string
	Source    string
	Before    string
	Revision  int
	MadeAt    time.Time     `db:"made_at"`
	MadeBy    string        `db:"made_by"`
	SavedAt   time.Time     `db:"saved_at"`
	SavedBy   string        `db:"saved_by"`
	DroppedAt sql.NullTime  `db:"dropped_at"`
	Published sql.NullInt64 `db:"questionnaire_id"`
	Note      string
}

func (r manuscriptRow) manuscript() view.Manuscript {
	return view.Manuscript{ID: r.ID, Name: r.Name, Source: r.Source, Before: r.Before, Revision: r.Revision, MadeAt: r.MadeAt, MadeBy: r.MadeBy, SavedAt: r.SavedAt,
		SavedBy: r.SavedBy, DroppedAt: r.DroppedAt.Time, Published: survey.QuestionnaireID(r.Published.Int64), Note: r.Note}
}

const sqlManuscript = `
SELECT id, name, source, before, revision, made_at, made_by, saved_at, saved_by, dropped_at, questionnaire_id, note
FROM manuscript WHERE id = $1`

// Manuscript returns a questionnaire that is being written. Errors: not_found.
func (db *DB) Manuscript(ctx context.Context, id survey.ManuscriptID) (view.Manuscript, error) {
	var r manuscriptRow
	err := db.x.GetContext(ctx, &r, sqlManuscript, id)
	return r.manuscript(), told(err)
}

const sqlManuscripts = `
SELECT id, name, '' AS source, '' AS before, revision, made_at, made_by, saved_at, saved_by, dropped_at, questionnaire_id, note
FROM manuscript WHERE questionnaire_id IS NULL ORDER BY saved_at DESC, id DESC LIMIT $1`

// Manuscripts lists the manuscripts that were not published, those put aside among them, without
// their texts, the one that was saved last first; most of them.
func (db *DB) Manuscripts(ctx context.Context, most int) ([]view.Manuscript, error) {
	var rows []manuscriptRow
	if err := db.x.SelectContext(ctx, &rows, sqlManuscripts, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.Manuscript, len(rows))
	for i, r := range rows {
		out[i] = r.manuscript()
	}
	return out, nil
}

const sqlMakeManuscript = `
INSERT INTO manuscript (name, source, made_at, made_by, saved_at, saved_by) VALUES ($1, $2, $3, $4, $3, $4) RETURNING id`

// MakeManuscript begins a manuscript.
func (db *DB) MakeManuscript(ctx context.Context, s view.ManuscriptSave) (survey.ManuscriptID, error) {
	var id survey.ManuscriptID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &id, sqlMakeManuscript, s.Name, s.Source, s.Now, s.Actor); err != nil {
			return err
		}
		return recordAudit(ctx, tx, manuscriptAudit(s.Now, s.Actor, map[string]any{"manuscript": id, "move": "make"}))
	})
	return id, err
}

const sqlLockManuscript = `SELECT revision, dropped_at, questionnaire_id FROM manuscript WHERE id = $1 FOR UPDATE`

const sqlSaveManuscript = `
UPDATE manuscript SET name = coalesce(nullif($2, ''), name), source = $3, before = source, revision = revision + 1, saved_at = $4, saved_by = $5
WHERE id = $1 RETURNING revision`

// SaveManuscript keeps a text as the next revision of a manuscript, and returns which. Errors:
// not_found, manuscript_closed, manuscript_changed if it was saved since s.Over.
func (db *DB) SaveManuscript(ctx context.Context, s view.ManuscriptSave) (revision int, err error) {
	err = db.retried(ctx, func(tx *sqlx.Tx) error {
		d, err := lockManuscript(ctx, tx, s.ID)
		switch {
		case err != nil:
			return err
		case !d.Open():
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeManuscriptClosed}
		case s.Over != 0 && s.Over != d.Revision:
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeManuscriptChanged}
		}
		if err := tx.GetContext(ctx, &revision, sqlSaveManuscript, s.ID, s.Name, s.Source, s.Now, s.Actor); err != nil {
			return err
		}
		return recordAudit(ctx, tx, manuscriptAudit(s.Now, s.Actor, map[string]any{"manuscript": s.ID, "move": "save", "revision": revision}))
	})
	return revision, err
}

func lockManuscript(ctx context.Context, tx *sqlx.Tx, id survey.ManuscriptID) (view.Manuscript, error) {
	var r manuscriptRow
	err := tx.GetContext(ctx, &r, sqlLockManuscript, id)
	return r.manuscript(), told(err)
}

const sqlDropManuscript = `UPDATE manuscript SET dropped_at = $2 WHERE id = $1`

const sqlCloseManuscript = `UPDATE manuscript SET questionnaire_id = $2, note = $3, dropped_at = NULL WHERE id = $1`

// EndManuscript puts a manuscript aside, takes it back, or closes it with the version that was
// published of it. Errors: not_found, manuscript_closed if it was published before.
func (db *DB) EndManuscript(ctx context.Context, e view.ManuscriptEnd) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		d, err := lockManuscript(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if d.Published != 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeManuscriptClosed}
		}
		detail := map[string]any{"manuscript": e.ID, "move": "drop"}
		for k, v := range e.Detail {
			detail[k] = v
		}
		if e.Published != 0 {
			detail["move"] = "publish"
			if _, err := tx.ExecContext(ctx, sqlCloseManuscript, e.ID, e.Published, e.Note); err != nil {
				return err
			}
		} else {
			at := e.Now
			if e.Back {
				at, detail["move"] = time.Time{}, "take back"
			}
			if _, err := tx.ExecContext(ctx, sqlDropManuscript, e.ID, nullTime(at)); err != nil {
				return err
			}
		}
		a := manuscriptAudit(e.Now, e.Actor, detail)
		a.Reason = e.Note
		return recordAudit(ctx, tx, a)
	})
}

func manuscriptAudit(at time.Time, actor string, detail map[string]any) view.Audit {
	return view.Audit{At: at, Actor: actor, Act: "questionnaire", Detail: detail}
}

const sqlVersionNotes = `
SELECT d.questionnaire_id, d.note FROM manuscript d JOIN questionnaire q ON q.id = d.questionnaire_id
WHERE q.name = $1 AND d.note <> '' ORDER BY d.id`

// VersionNotes are what was said of the versions of a questionnaire when they were
// published.
func (db *DB) VersionNotes(ctx context.Context, name string) (map[survey.QuestionnaireID]string, error) {
	var rows []struct {
		ID   survey.QuestionnaireID `db:"questionnaire_id"`
		Note string
	}
	if err := db.x.SelectContext(ctx, &rows, sqlVersionNotes, name); err != nil {
		return nil, told(err)
	}
	out := map[survey.QuestionnaireID]string{}
	for _, r := range rows {
		out[r.ID] = r.Note
	}
	return out, nil
}

const sqlCampaignsAsking = `
SELECT k.name, k.title, k.state, q.version FROM campaign k JOIN questionnaire q ON q.id = k.questionnaire_id
WHERE q.name = $1 ORDER BY k.id DESC LIMIT $2`

// CampaignsAsking lists the campaigns that ask by a version of a questionnaire, the
// newest first; most of them.
func (db *DB) CampaignsAsking(ctx context.Context, name string, most int) ([]view.CampaignAsking, error) {
	var rows []struct {
		Name    string
		Title   document[map[survey.Lang]string]
		State   survey.CampaignState
		Version int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlCampaignsAsking, name, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.CampaignAsking, len(rows))
	for i, r := range rows {
		out[i] = view.CampaignAsking{Name: r.Name, Title: r.Title.V, State: r.State, Version: r.Version}
	}
	return out, nil
}
