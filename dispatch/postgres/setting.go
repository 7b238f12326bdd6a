package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The keys of the settings that all processes share.
const (
	settingRehearsal = "rehearsal"
	settingOffice    = "office"
	settingApproval  = "approval" // {"second": true}: a second person approves campaigns
)

const sqlSetting = `SELECT value FROM setting WHERE key = $1`

// setting reads one setting; false when it was never set.
func setting[T any](ctx context.Context, db *DB, key string) (T, bool, error) {
	var rows []document[T]
	if err := db.x.SelectContext(ctx, &rows, sqlSetting, key); err != nil || len(rows) == 0 {
		var none T
		return none, false, told(err)
	}
	return rows[0].V, true, nil
}

// Rehearsal returns the rehearsal clock that all processes follow; false when
// business time is real time.
func (db *DB) Rehearsal(ctx context.Context) (survey.Rehearsal, bool, error) {
	return setting[survey.Rehearsal](ctx, db, settingRehearsal)
}

const sqlBeginRehearsal = `
INSERT INTO setting (key, value, changed_by) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING`

// BeginRehearsal starts the rehearsal clock unless it runs already, and returns
// the one that runs: a second process, or the same one after a crash, follows
// the first.
func (db *DB) BeginRehearsal(ctx context.Context, r survey.Rehearsal, actor string) (survey.Rehearsal, error) {
	doc, err := encoded(r)
	if err != nil {
		return r, err
	}
	if _, err := db.x.ExecContext(ctx, sqlBeginRehearsal, settingRehearsal, doc, actor); err != nil {
		return r, told(err)
	}
	r, _, err = db.Rehearsal(ctx)
	return r, err
}

const sqlDropSetting = `DELETE FROM setting WHERE key = $1`

// EndRehearsal makes business time real time again, for processes that start
// from now on.
func (db *DB) EndRehearsal(ctx context.Context) error {
	_, err := db.x.ExecContext(ctx, sqlDropSetting, settingRehearsal)
	return told(err)
}

// Office returns the office that new campaigns take for theirs; false when none
// was set.
func (db *DB) Office(ctx context.Context) (survey.Office, bool, error) {
	return setting[survey.Office](ctx, db, settingOffice)
}

const sqlPutSetting = `
INSERT INTO setting (key, value, changed_by) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, changed_at = now(), changed_by = excluded.changed_by
WHERE setting.value <> excluded.value`

// SetOffice sets the office of new campaigns; those that exist keep theirs.
func (db *DB) SetOffice(ctx context.Context, o survey.Office, actor string) error {
	doc, err := encoded(o)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlPutSetting, settingOffice, doc, actor)
	return told(err)
}

// PutOffice is SetOffice on record.
func (db *DB) PutOffice(ctx context.Context, o survey.Office, by view.Audit) error {
	doc, err := encoded(o)
	if err != nil {
		return err
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlPutSetting, settingOffice, doc, by.Actor); err != nil {
			return err
		}
		by.Act, by.Detail = "setting", map[string]any{settingOffice: "set"}
		return recordAudit(ctx, tx, by)
	})
}
