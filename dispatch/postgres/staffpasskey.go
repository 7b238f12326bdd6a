package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlDropChallenges = `DELETE FROM door.challenge WHERE until <= $1`
	sqlAddChallenge   = `INSERT INTO door.challenge (hash, staff_id, until) VALUES ($1, nullif($2::bigint, 0), $3)`
)

// AddChallenge keeps a challenge that may be answered once, and drops those whose time is
// over. id is 0 for somebody who signs in.
func (db *DB) AddChallenge(ctx context.Context, hash []byte, id staff.ID, now time.Time) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropChallenges, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlAddChallenge, hash, id, now.Add(staff.ChallengeTime))
		return err
	})
}

const sqlTakeChallenge = `DELETE FROM door.challenge WHERE hash = $1 AND coalesce(staff_id, 0) = $2 AND until > $3 RETURNING hash`

// TakeChallenge reports whether a challenge waits for this answer, which it does no more
// then.
func (db *DB) TakeChallenge(ctx context.Context, hash []byte, id staff.ID, now time.Time) (bool, error) {
	var took []byte
	err := one(db.x.SelectContext, ctx, &took, sqlTakeChallenge, hash, id, now)
	return len(took) > 0, err
}

type passkeyRow struct {
	ID         int64
	StaffID    staff.ID `db:"staff_id"`
	Credential []byte
	Key        []byte
	Count      int64
	Name       string
	MadeAt     time.Time    `db:"made_at"`
	UsedAt     sql.NullTime `db:"used_at"`
}

func (r passkeyRow) passkey() staff.Passkey {
	return staff.Passkey{ID: r.ID, Staff: r.StaffID, Credential: r.Credential, Key: r.Key, Count: uint32(r.Count), Name: r.Name, MadeAt: r.MadeAt, UsedAt: r.UsedAt.Time}
}

const sqlPasskeysOf = `SELECT id, staff_id, credential, key, count, name, made_at, used_at FROM door.passkey WHERE staff_id = $1 ORDER BY id LIMIT 100`

// PasskeysOf lists the passkeys of an account.
func (db *DB) PasskeysOf(ctx context.Context, id staff.ID) ([]staff.Passkey, error) {
	var rows []passkeyRow
	if err := db.x.SelectContext(ctx, &rows, sqlPasskeysOf, id); err != nil {
		return nil, told(err)
	}
	out := make([]staff.Passkey, len(rows))
	for i, r := range rows {
		out[i] = r.passkey()
	}
	return out, nil
}

const sqlPasskeyOwner = `
SELECT ` + sqlStaffColumns + ` FROM door.passkey p JOIN staff s ON s.id = p.staff_id WHERE p.credential = $1 AND s.disabled_at IS NULL`

const sqlPasskey = `SELECT id, staff_id, credential, key, count, name, made_at, used_at FROM door.passkey WHERE credential = $1`

// Passkey returns the passkey that a device names so, and whose it is; nobody's if there
// is none.
func (db *DB) Passkey(ctx context.Context, credential []byte) (staff.Passkey, staff.Account, error) {
	var r passkeyRow
	var owner staffRow
	if err := one(db.x.SelectContext, ctx, &r, sqlPasskey, credential); err != nil {
		return staff.Passkey{}, staff.Account{}, err
	}
	err := one(db.x.SelectContext, ctx, &owner, sqlPasskeyOwner, credential)
	return r.passkey(), owner.account(), err
}

const sqlUsePasskey = `UPDATE door.passkey SET count = $2, used_at = $3 WHERE id = $1 AND (count < $2 OR count = 0 AND $2 = 0) RETURNING id`

// UsePasskey keeps the count of a passkey; false if another use came first.
func (db *DB) UsePasskey(ctx context.Context, id int64, count uint32, now time.Time) (bool, error) {
	var done int64
	err := one(db.x.SelectContext, ctx, &done, sqlUsePasskey, id, int64(count), now)
	return done != 0, err
}

const sqlAddPasskey = `
INSERT INTO door.passkey (staff_id, credential, key, count, name, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (credential) DO NOTHING RETURNING id`

// AddPasskey keeps a new passkey, on record. Errors: passkey_wrong if somebody has it.
func (db *DB) AddPasskey(ctx context.Context, p staff.Passkey, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var id int64
		if err := one(tx.SelectContext, ctx, &id, sqlAddPasskey, p.Staff, p.Credential, p.Key, int64(p.Count), p.Name, p.MadeAt); err != nil {
			return err
		}
		if id == 0 {
			return &survey.Error{Kind: survey.Forbidden, Code: survey.CodePasskeyWrong}
		}
		by.Act, by.Detail = "staff", map[string]any{"passkey": id, "of": p.Staff, "on": true}
		return recordAudit(ctx, tx, by)
	})
}

const (
	sqlDropPasskey  = `DELETE FROM door.passkey WHERE staff_id = $1 AND id = $2 RETURNING id`
	sqlDropPasskeys = `DELETE FROM door.passkey WHERE staff_id = $1`
)

// DropPasskey takes a passkey of an account away, on record; one of another account is
// none of theirs.
func (db *DB) DropPasskey(ctx context.Context, owner staff.ID, id int64, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var done int64
		if err := one(tx.SelectContext, ctx, &done, sqlDropPasskey, owner, id); err != nil || done == 0 {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"passkey": id, "of": owner, "on": false}
		return recordAudit(ctx, tx, by)
	})
}
