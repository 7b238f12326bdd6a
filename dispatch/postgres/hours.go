package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlSetHours = `
UPDATE contact SET hours = $2, hours_at = $3, hours_source = $4, updated_at = $3 WHERE id = $1`

// What waits for the hours of before is looked at again. What is queued meets the
// new ones at the last gate.
const sqlReplanPerson = `
UPDATE invitation SET plan_at = $2 WHERE contact_id = $1 AND state IN ('open', 'started')`

func setHours(ctx context.Context, tx *sqlx.Tx, h survey.SaidHours) error {
	if _, err := tx.ExecContext(ctx, sqlReplanPerson, h.ContactID, h.At); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, sqlSetHours, h.ContactID, h.Hours, h.At, h.Source)
	return err
}

// hours are those in which the person wants to be contacted from now on.
func (w *changeWriter) hours() error {
	if w.ch.Hours == "" {
		return nil
	}
	return setHours(w.ctx, w.tx, survey.SaidHours{ContactID: w.c.ContactID, Hours: w.ch.Hours, At: w.now, Source: survey.HoursFromWeb})
}

const sqlOpenCasesOfPerson = `
SELECT id FROM invitation WHERE contact_id = $1 AND state IN ('open', 'started')`

// SetHours writes down in which hours a person wants to be contacted, or the one
// that they were merged into, on record. Every campaign keeps to it from the commit
// on. Errors: not_found.
func (db *DB) SetHours(ctx context.Context, h survey.SaidHours, a view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var at survey.ContactID
		if err := one(tx.SelectContext, ctx, &at, sqlMergedInto, h.ContactID); err != nil {
			return err
		}
		if at == 0 {
			return noContact(h.ContactID)
		}
		h.ContactID, a.ContactID = at, at
		var cases []survey.InvitationID
		if err := tx.SelectContext(ctx, &cases, sqlOpenCasesOfPerson, at); err != nil {
			return err
		}
		if err := lockInvitations(ctx, tx, cases); err != nil {
			return err
		}
		if err := setHours(ctx, tx, h); err != nil {
			return err
		}
		return recordAudit(ctx, tx, a)
	})
}
