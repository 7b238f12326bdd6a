package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Of who is only halfway, wrong guesses go on counting: else each right password would
// give a few more guesses at the code.
const (
	sqlRightPassword = `UPDATE staff SET wrong = 0, rests_until = NULL WHERE id = $1 AND disabled_at IS NULL RETURNING id`
	sqlHalfway       = `SELECT id FROM staff WHERE id = $1 AND disabled_at IS NULL`
	sqlBeginSession  = `INSERT INTO staff_session (hash, staff_id, began_at, seen_at, waits) VALUES ($1, $2, $3, $3, $4)`
	sqlDropSessions  = `DELETE FROM staff_session WHERE seen_at <= $1 OR began_at <= $2 OR (waits <> '' AND began_at <= $3)`
)

// BeginSession signs somebody in, all the way or halfway, and drops the sessions whose
// time is over and the one it takes the place of. Errors: sign_in_wrong if the account was
// disabled meanwhile.
func (db *DB) BeginSession(ctx context.Context, b staff.Begun) error {
	check := sqlRightPassword
	if b.Waits == staff.WaitsCode {
		check = sqlHalfway
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var works staff.ID
		if err := one(tx.SelectContext, ctx, &works, check, b.Account); err != nil {
			return err
		}
		if works == 0 {
			return &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInWrong}
		}
		if _, err := tx.ExecContext(ctx, sqlDropSessions, b.Now.Add(-staff.Idle), b.Now.Add(-staff.Whole), b.Now.Add(-staff.Halfway)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlEndSession, b.Instead); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlBeginSession, b.Hash, b.Account, b.Now, b.Waits)
		return err
	})
}

const sqlSession = `
SELECT ` + sqlStaffColumns + `, x.id AS session, x.waits, x.began_at, x.seen_at FROM staff_session x JOIN staff s ON s.id = x.staff_id
WHERE x.hash = $1 AND x.seen_at > $2 AND x.began_at > $3 AND (x.waits = '' OR x.began_at > $4) AND s.disabled_at IS NULL`

const sqlSeenSession = `UPDATE staff_session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2`

// seenEvery is how exactly it is known when a session was last used: a write a minute
// and not one a request.
const seenEvery = time.Minute

// Session returns who a session is of, false if it is over or nobody's.
func (db *DB) Session(ctx context.Context, hash []byte, now time.Time) (staff.Session, bool, error) {
	var row struct {
		staffRow
		Session int64
		Waits   staff.Waits
		BeganAt time.Time `db:"began_at"`
		SeenAt  time.Time `db:"seen_at"`
	}
	if err := one(db.x.SelectContext, ctx, &row, sqlSession, hash, now.Add(-staff.Idle), now.Add(-staff.Whole), now.Add(-staff.Halfway)); err != nil {
		return staff.Session{}, false, err
	}
	if row.ID == 0 {
		return staff.Session{}, false, nil
	}
	if now.Sub(row.SeenAt) >= seenEvery {
		if _, err := db.x.ExecContext(ctx, sqlSeenSession, hash, now); err != nil {
			return staff.Session{}, false, told(err)
		}
	}
	return staff.Session{ID: row.Session, Account: row.account(), Waits: row.Waits, BeganAt: row.BeganAt, SeenAt: row.SeenAt}, true, nil
}

const sqlEndSession = `DELETE FROM staff_session WHERE hash = $1`

// EndSession signs out.
func (db *DB) EndSession(ctx context.Context, hash []byte) error {
	_, err := db.x.ExecContext(ctx, sqlEndSession, hash)
	return told(err)
}

const sqlSessionsOf = `
SELECT id, began_at, seen_at FROM staff_session WHERE staff_id = $1 AND waits = '' AND seen_at > $2 AND began_at > $3 ORDER BY seen_at DESC, id DESC LIMIT 100`

// SessionsOf lists where an account is signed in.
func (db *DB) SessionsOf(ctx context.Context, id staff.ID, now time.Time) ([]staff.Session, error) {
	var rows []struct {
		ID      int64
		BeganAt time.Time `db:"began_at"`
		SeenAt  time.Time `db:"seen_at"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSessionsOf, id, now.Add(-staff.Idle), now.Add(-staff.Whole)); err != nil {
		return nil, told(err)
	}
	out := make([]staff.Session, len(rows))
	for i, r := range rows {
		out[i] = staff.Session{ID: r.ID, BeganAt: r.BeganAt, SeenAt: r.SeenAt}
	}
	return out, nil
}

const (
	sqlEndOne    = `DELETE FROM staff_session WHERE staff_id = $1 AND id = $2`
	sqlEndOthers = `DELETE FROM staff_session WHERE staff_id = $1 AND id <> $2`
)

// EndSessionOf ends one session of an account; one of another account is none of theirs.
func (db *DB) EndSessionOf(ctx context.Context, id staff.ID, session int64) error {
	_, err := db.x.ExecContext(ctx, sqlEndOne, id, session)
	return told(err)
}

// EndSessions ends every session of an account by another's hand, on record, and says how
// many there were.
func (db *DB) EndSessions(ctx context.Context, id staff.ID, by view.Audit) (int, error) {
	ended := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.ExecContext(ctx, sqlEndSessions, id)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		ended = int(n)
		by.Act, by.Detail = "staff", map[string]any{"signed_out": id, "sessions": ended}
		return recordAudit(ctx, tx, by)
	})
	return ended, err
}

// EndOtherSessions ends all sessions of an account but one.
func (db *DB) EndOtherSessions(ctx context.Context, id staff.ID, but int64) error {
	_, err := db.x.ExecContext(ctx, sqlEndOthers, id, but)
	return told(err)
}
