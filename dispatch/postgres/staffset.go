package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlLockAdministrators = `SELECT id FROM staff WHERE role = 'administrator' AND disabled_at IS NULL ORDER BY id FOR UPDATE`

const sqlSetStaff = `
UPDATE staff SET role = $2, password = coalesce(nullif($3, ''), password), disabled_at = $4, wrong = 0, rests_until = NULL, bound = $5
WHERE id = $1 RETURNING login`

const (
	sqlEndSessions  = `DELETE FROM staff_session WHERE staff_id = $1`
	sqlUnbindStaff  = `DELETE FROM staff_campaign WHERE staff_id = $1`
	sqlBindStaff    = `INSERT INTO staff_campaign (staff_id, campaign_id) SELECT $1, id FROM campaign WHERE name = ANY($2)`
	sqlDropTOTP     = `DELETE FROM door.totp WHERE staff_id = $1`
	sqlDropRecovery = `DELETE FROM door.recovery WHERE staff_id = $1`
)

// SetStaff gives an account another role, or binds it to campaigns, or another password
// if there is one, or ends it or lets it work again, on record; whoever is signed in with
// it is signed out. With a password that somebody else sets, one-time codes and passkeys go:
// who lost the one may have lost the other. Errors: not_found, last_administrator,
// bound_administrator.
func (db *DB) SetStaff(ctx context.Context, a staff.Account, by view.Audit) error {
	if a.Bound && a.Role == staff.Administrator {
		return &survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignUnbound}
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var admins []staff.ID
		if err := tx.SelectContext(ctx, &admins, sqlLockAdministrators); err != nil {
			return err
		}
		works := a.Role == staff.Administrator && a.DisabledAt.IsZero()
		if len(admins) == 1 && admins[0] == a.ID && !works {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeLastAdmin}
		}
		var login string
		if err := one(tx.SelectContext, ctx, &login, sqlSetStaff, a.ID, a.Role, a.Password, nullTime(a.DisabledAt), a.Bound); err != nil {
			return err
		}
		if login == "" {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(int64(a.ID), 10)}}
		}
		if err := afterSet(ctx, tx, a); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"set": a.ID, "role": a.Role, "works": a.DisabledAt.IsZero(), "password": a.Password != "", "second_off": a.Password != "" && a.Second}
		if a.Bound {
			by.Detail["campaigns"] = a.Campaigns
		}
		return recordAudit(ctx, tx, by)
	})
}

// afterSet signs the account out, binds it, and takes its one-time codes off where the
// password is new.
func afterSet(ctx context.Context, tx *sqlx.Tx, a staff.Account) error {
	queries := []string{sqlEndSessions, sqlUnbindStaff}
	if a.Password != "" {
		queries = append(queries, sqlDropTOTP, sqlDropRecovery, sqlDropPasskeys)
	}
	for _, query := range queries {
		if _, err := tx.ExecContext(ctx, query, a.ID); err != nil {
			return err
		}
	}
	if !a.Bound {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlBindStaff, a.ID, texts(a.Campaigns))
	return err
}

const sqlOwnPassword = `UPDATE staff SET password = $2, wrong = 0, rests_until = NULL WHERE id = $1 AND disabled_at IS NULL RETURNING id`

// SetOwnPassword changes the password of an account by its own hand, on record, and ends
// its other sessions.
func (db *DB) SetOwnPassword(ctx context.Context, a staff.Account, but int64, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var works staff.ID
		if err := one(tx.SelectContext, ctx, &works, sqlOwnPassword, a.ID, a.Password); err != nil {
			return err
		}
		if works == 0 {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		}
		if _, err := tx.ExecContext(ctx, sqlEndOthers, a.ID, but); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"own_password": a.ID}
		return recordAudit(ctx, tx, by)
	})
}
