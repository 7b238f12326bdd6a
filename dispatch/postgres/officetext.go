package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type officeTextRow struct {
	Occasion  survey.Occasion
	Channel   survey.Channel
	Lang      survey.Lang
	Version   int
	Own       bool
	Subject   string
	Body      string
	ChangedAt time.Time `db:"changed_at"`
	ChangedBy string    `db:"changed_by"`
}

func (r officeTextRow) text() view.OfficeText {
	return view.OfficeText{Name: survey.TextName{Occasion: r.Occasion, Channel: r.Channel, Lang: r.Lang}, Version: r.Version, Own: r.Own,
		Text: survey.OwnText{Subject: r.Subject, Body: r.Body}, ChangedAt: r.ChangedAt, ChangedBy: r.ChangedBy}
}

// The last version of each text, by the primary key.
const sqlOfficeTexts = `
SELECT DISTINCT ON (occasion, channel, lang) occasion, channel, lang, version, own, subject, body, changed_at, changed_by
FROM office_text ORDER BY occasion, channel, lang, version DESC`

// OfficeTexts returns how each text stands that was ever changed.
func (db *DB) OfficeTexts(ctx context.Context) ([]view.OfficeText, error) {
	var rows []officeTextRow
	if err := db.x.SelectContext(ctx, &rows, sqlOfficeTexts); err != nil {
		return nil, told(err)
	}
	out := make([]view.OfficeText, len(rows))
	for i, r := range rows {
		out[i] = r.text()
	}
	return out, nil
}

// OwnTexts returns the texts with which new campaigns begin; it is never nil.
func (db *DB) OwnTexts(ctx context.Context) (survey.OwnTexts, error) {
	all, err := db.OfficeTexts(ctx)
	out := survey.OwnTexts{}
	for _, t := range all {
		if t.Own {
			out[t.Name] = t.Text
		}
	}
	return out, err
}

const sqlOfficeTextVersions = `
SELECT occasion, channel, lang, version, own, subject, body, changed_at, changed_by
FROM office_text WHERE occasion = $1 AND channel = $2 AND lang = $3 ORDER BY version DESC LIMIT $4`

// OfficeTextVersions returns the latest versions of one text, the last one first.
func (db *DB) OfficeTextVersions(ctx context.Context, n survey.TextName, most int) ([]view.OfficeText, error) {
	var rows []officeTextRow
	if err := db.x.SelectContext(ctx, &rows, sqlOfficeTextVersions, n.Occasion, n.Channel, n.Lang, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.OfficeText, len(rows))
	for i, r := range rows {
		out[i] = r.text()
	}
	return out, nil
}

const sqlOfficeTextVersion = `
SELECT occasion, channel, lang, version, own, subject, body, changed_at, changed_by
FROM office_text WHERE occasion = $1 AND channel = $2 AND lang = $3 AND version = $4`

// OfficeTextVersion returns one version of a text. Errors: not_found.
func (db *DB) OfficeTextVersion(ctx context.Context, n survey.TextName, version int) (view.OfficeText, error) {
	var r officeTextRow
	if err := db.x.GetContext(ctx, &r, sqlOfficeTextVersion, n.Occasion, n.Channel, n.Lang, version); err != nil {
		return view.OfficeText{}, told(err)
	}
	return r.text(), nil
}

const sqlPutOfficeText = `
INSERT INTO office_text (occasion, channel, lang, version, own, subject, body, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// PutOfficeText keeps a new version of a text, on record. Errors: text_moved if there is
// one of that number.
func (db *DB) PutOfficeText(ctx context.Context, t view.OfficeText) error {
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlPutOfficeText, t.Name.Occasion, t.Name.Channel, t.Name.Lang, t.Version, t.Own,
			t.Text.Subject, t.Text.Body, t.ChangedAt, t.ChangedBy); err != nil {
			return err
		}
		did := "built_in"
		if t.Own {
			did = "own"
		}
		return recordAudit(ctx, tx, view.Audit{At: t.ChangedAt, Actor: t.ChangedBy, Act: "setting",
			Detail: map[string]any{"text": t.Name.String(), "did": did, "version": t.Version}})
	})
	if isState(err, "23505") {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeTextMoved, Err: err}
	}
	return err
}
