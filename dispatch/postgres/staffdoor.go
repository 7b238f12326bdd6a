package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// settingSecond lists the roles that need a second step.
const settingSecond = "second_step"

// SecondNeeded returns the roles whose accounts need one-time codes.
func (db *DB) SecondNeeded(ctx context.Context) ([]staff.Role, error) {
	roles, _, err := setting[[]staff.Role](ctx, db, settingSecond)
	return roles, err
}

// NeedSecond sets which roles need one-time codes from their next sign-in on, on record.
func (db *DB) NeedSecond(ctx context.Context, roles []staff.Role, by view.Audit) error {
	doc, err := encoded(append([]staff.Role{}, roles...))
	if err != nil {
		return err
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlPutSetting, settingSecond, doc, by.Actor); err != nil {
			return err
		}
		by.Act, by.Detail = "setting", map[string]any{settingSecond: roles}
		return recordAudit(ctx, tx, by)
	})
}

const sqlTOTP = `SELECT secret, confirmed_at IS NOT NULL AS confirmed, used_step AS used FROM door.totp WHERE staff_id = $1`

// TOTP returns what is kept of an account's one-time codes, with no secret if nothing is.
func (db *DB) TOTP(ctx context.Context, id staff.ID) (staff.TOTP, error) {
	var t staff.TOTP
	return t, one(db.x.SelectContext, ctx, &t, sqlTOTP, id)
}

const sqlBeginTOTP = `
INSERT INTO door.totp (staff_id, secret) VALUES ($1, $2)
ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, used_step = 0 WHERE door.totp.confirmed_at IS NULL`

// BeginTOTP keeps a sealed secret that is asked of nobody until a first code was right; one
// that is confirmed stays.
func (db *DB) BeginTOTP(ctx context.Context, id staff.ID, sealed []byte) error {
	_, err := db.x.ExecContext(ctx, sqlBeginTOTP, id, sealed)
	return told(err)
}

const (
	sqlConfirmTOTP = `UPDATE door.totp SET confirmed_at = $3, used_step = $2 WHERE staff_id = $1 AND confirmed_at IS NULL RETURNING staff_id`
	sqlAddRecovery = `INSERT INTO door.recovery (staff_id, hash) SELECT $1, unnest($2::bytea[])`
)

// ConfirmTOTP begins to ask for one-time codes: a first one, of the step, was right.
// Errors: state_conflict if it was confirmed before.
func (db *DB) ConfirmTOTP(ctx context.Context, id staff.ID, step int64, recovery [][]byte, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var done staff.ID
		if err := one(tx.SelectContext, ctx, &done, sqlConfirmTOTP, id, step, by.At); err != nil {
			return err
		}
		if done == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeCodeWrong}
		}
		if err := newRecovery(ctx, tx, id, recovery); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"second": id, "on": true}
		return recordAudit(ctx, tx, by)
	})
}

func newRecovery(ctx context.Context, tx *sqlx.Tx, id staff.ID, recovery [][]byte) error {
	if _, err := tx.ExecContext(ctx, sqlDropRecovery, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, sqlAddRecovery, id, pq.ByteaArray(recovery))
	return err
}

// NewRecovery puts other recovery codes in the place of all, on record.
func (db *DB) NewRecovery(ctx context.Context, id staff.ID, recovery [][]byte, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := newRecovery(ctx, tx, id, recovery); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"recovery_new": id}
		return recordAudit(ctx, tx, by)
	})
}

const sqlUseTOTP = `UPDATE door.totp SET used_step = $2 WHERE staff_id = $1 AND used_step < $2 AND confirmed_at IS NOT NULL RETURNING staff_id`

// UseTOTP takes the code of a step; false if it, or a later one, was taken before. Of two
// at once with one code, one comes in.
func (db *DB) UseTOTP(ctx context.Context, id staff.ID, step int64) (bool, error) {
	var done staff.ID
	err := one(db.x.SelectContext, ctx, &done, sqlUseTOTP, id, step)
	return done != 0, err
}

const (
	sqlUseRecovery  = `DELETE FROM door.recovery WHERE staff_id = $1 AND hash = $2 RETURNING staff_id`
	sqlRecoveryLeft = `SELECT count(*) FROM door.recovery WHERE staff_id = $1`
)

// UseRecovery takes a recovery code, on record; false if there is no such code.
func (db *DB) UseRecovery(ctx context.Context, id staff.ID, hash []byte, by view.Audit) (bool, error) {
	took := false
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var done staff.ID
		if err := one(tx.SelectContext, ctx, &done, sqlUseRecovery, id, hash); err != nil {
			return err
		}
		if took = done != 0; !took {
			return nil
		}
		var left int
		if err := tx.GetContext(ctx, &left, sqlRecoveryLeft, id); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"recovery_used": id, "left": left}
		return recordAudit(ctx, tx, by)
	})
	return took, err
}

// RecoveryLeft is how many recovery codes an account has.
func (db *DB) RecoveryLeft(ctx context.Context, id staff.ID) (int, error) {
	var left int
	return left, told(db.x.GetContext(ctx, &left, sqlRecoveryLeft, id))
}

// DropTOTP asks an account for no codes any more, on record.
func (db *DB) DropTOTP(ctx context.Context, id staff.ID, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		for _, query := range []string{sqlDropTOTP, sqlDropRecovery} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		by.Act, by.Detail = "staff", map[string]any{"second": id, "on": false}
		return recordAudit(ctx, tx, by)
	})
}
