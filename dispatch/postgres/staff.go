package postgres

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type staffRow struct {
	ID         staff.ID
	Login      string
	Name       string
	Role       staff.Role
	Language   survey.Lang
	Password   string
	Wrong      int
	RestsUntil sql.NullTime `db:"rests_until"`
	DisabledAt sql.NullTime `db:"disabled_at"`
	CreatedAt  time.Time    `db:"created_at"`
}

func (r staffRow) account() staff.Account {
	return staff.Account{ID: r.ID, Login: r.Login, Name: r.Name, Role: r.Role, Lang: r.Language, Password: r.Password,
		Wrong: r.Wrong, RestsUntil: r.RestsUntil.Time, DisabledAt: r.DisabledAt.Time, CreatedAt: r.CreatedAt}
}

const sqlStaffColumns = `s.id, s.login, s.name, s.role, s.language, s.password, s.wrong, s.rests_until, s.disabled_at, s.created_at`

const sqlStaffByLogin = `SELECT ` + sqlStaffColumns + ` FROM staff s WHERE s.login = $1`

// StaffByLogin returns the account with that login. Errors: not_found.
func (db *DB) StaffByLogin(ctx context.Context, login string) (staff.Account, error) {
	var row staffRow
	err := db.x.GetContext(ctx, &row, sqlStaffByLogin, login)
	return row.account(), told(err)
}

const sqlStaff = `SELECT ` + sqlStaffColumns + ` FROM staff s ORDER BY s.disabled_at IS NOT NULL, s.name, s.id`

// Staff lists all accounts, those that work first.
func (db *DB) Staff(ctx context.Context) ([]staff.Account, error) {
	var rows []staffRow
	if err := db.x.SelectContext(ctx, &rows, sqlStaff); err != nil {
		return nil, told(err)
	}
	out := make([]staff.Account, len(rows))
	for i, r := range rows {
		out[i] = r.account()
	}
	return out, nil
}

const sqlInviteStaff = `
INSERT INTO staff_invitation (hash, role, invited_by, invited_at, until) VALUES ($1, $2, nullif($3::bigint, 0), $4, $5)`

const sqlDropInvitations = `DELETE FROM staff_invitation WHERE until <= $1`

// InviteStaff keeps a link that makes an account, and drops those whose time is over.
func (db *DB) InviteStaff(ctx context.Context, i staff.Invitation) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropInvitations, i.At); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlInviteStaff, i.Hash, i.Role, i.By, i.At, i.Until)
		return err
	})
}

const sqlInvitation = `SELECT role, until FROM staff_invitation WHERE hash = $1 AND until > $2`

// Invited returns the role that an open invitation gives. Errors:
// staff_invitation_over.
func (db *DB) Invited(ctx context.Context, hash []byte, now time.Time) (staff.Invitation, error) {
	var row struct {
		Role  staff.Role
		Until time.Time
	}
	if err := one(db.x.SelectContext, ctx, &row, sqlInvitation, hash, now); err != nil {
		return staff.Invitation{}, err
	}
	if row.Role == "" {
		return staff.Invitation{}, invitationOver()
	}
	return staff.Invitation{Hash: hash, Role: row.Role, Until: row.Until}, nil
}

func invitationOver() error {
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeInvitationOver}
}

const sqlUseInvitation = `DELETE FROM staff_invitation WHERE hash = $1 AND until > $2 RETURNING role`

const sqlMakeStaff = `
INSERT INTO staff (login, name, role, language, password, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (login) DO NOTHING RETURNING id`

// MakeStaff makes the account that an invitation is for, with the invitation's role;
// of two at once with one invitation, one does. Errors: staff_invitation_over,
// login_taken.
func (db *DB) MakeStaff(ctx context.Context, hash []byte, a staff.Account, now time.Time) (staff.ID, error) {
	var id staff.ID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var role staff.Role
		if err := one(tx.SelectContext, ctx, &role, sqlUseInvitation, hash, now); err != nil {
			return err
		}
		if role == "" {
			return invitationOver()
		}
		id = 0
		if err := one(tx.SelectContext, ctx, &id, sqlMakeStaff, a.Login, a.Name, role, a.Lang.Or(survey.Vietnamese), a.Password, now); err != nil {
			return err
		}
		if id == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeLoginTaken}
		}
		return recordAudit(ctx, tx, view.Audit{At: now, Actor: a.Login, Act: "staff", Detail: map[string]any{"made": id, "role": role}})
	})
	return id, err
}

const sqlWrongPassword = `UPDATE staff SET wrong = wrong + 1 WHERE id = $1 RETURNING wrong`

const sqlRestStaff = `UPDATE staff SET rests_until = $2 WHERE id = $1`

// WrongPassword counts a wrong guess at an account, and lets it rest if there were
// many.
func (db *DB) WrongPassword(ctx context.Context, id staff.ID, now time.Time) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var wrong int
		if err := tx.GetContext(ctx, &wrong, sqlWrongPassword, id); err != nil {
			return err
		}
		rest := staff.Rest(wrong)
		if rest == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, sqlRestStaff, id, now.Add(rest))
		return err
	})
}

const sqlRightPassword = `UPDATE staff SET wrong = 0, rests_until = NULL WHERE id = $1 AND disabled_at IS NULL RETURNING id`

const sqlBeginSession = `INSERT INTO staff_session (hash, staff_id, began_at, seen_at) VALUES ($1, $2, $3, $3)`

const sqlDropSessions = `DELETE FROM staff_session WHERE seen_at <= $1 OR began_at <= $2`

// BeginSession signs somebody in, and drops the sessions whose time is over. Errors:
// sign_in_wrong if the account was disabled meanwhile.
func (db *DB) BeginSession(ctx context.Context, hash []byte, id staff.ID, now time.Time) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var works staff.ID
		if err := one(tx.SelectContext, ctx, &works, sqlRightPassword, id); err != nil {
			return err
		}
		if works == 0 {
			return &survey.Error{Kind: survey.Forbidden, Code: survey.CodeSignInWrong}
		}
		if _, err := tx.ExecContext(ctx, sqlDropSessions, now.Add(-staff.Idle), now.Add(-staff.Whole)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, sqlBeginSession, hash, id, now)
		return err
	})
}

const sqlSession = `
SELECT ` + sqlStaffColumns + `, x.seen_at FROM staff_session x JOIN staff s ON s.id = x.staff_id
WHERE x.hash = $1 AND x.seen_at > $2 AND x.began_at > $3 AND s.disabled_at IS NULL`

const sqlSeenSession = `UPDATE staff_session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2`

// seenEvery is how exactly it is known when a session was last used: a write a minute
// and not one a request.
const seenEvery = time.Minute

// Session returns who a session is of, false if it is over or nobody's.
func (db *DB) Session(ctx context.Context, hash []byte, now time.Time) (staff.Account, bool, error) {
	var row struct {
		staffRow
		SeenAt time.Time `db:"seen_at"`
	}
	if err := one(db.x.SelectContext, ctx, &row, sqlSession, hash, now.Add(-staff.Idle), now.Add(-staff.Whole)); err != nil {
		return staff.Account{}, false, err
	}
	if row.ID == 0 {
		return staff.Account{}, false, nil
	}
	if now.Sub(row.SeenAt) >= seenEvery {
		if _, err := db.x.ExecContext(ctx, sqlSeenSession, hash, now); err != nil {
			return staff.Account{}, false, told(err)
		}
	}
	return row.account(), true, nil
}

const sqlEndSession = `DELETE FROM staff_session WHERE hash = $1`

// EndSession signs out.
func (db *DB) EndSession(ctx context.Context, hash []byte) error {
	_, err := db.x.ExecContext(ctx, sqlEndSession, hash)
	return told(err)
}

const sqlSpeakStaff = `UPDATE staff SET language = $2 WHERE id = $1`

// SpeakToStaff is the language in which an account is spoken to.
func (db *DB) SpeakToStaff(ctx context.Context, id staff.ID, lang survey.Lang) error {
	_, err := db.x.ExecContext(ctx, sqlSpeakStaff, id, lang.Or(survey.Vietnamese))
	return told(err)
}

const sqlLockAdministrators = `SELECT id FROM staff WHERE role = 'administrator' AND disabled_at IS NULL ORDER BY id FOR UPDATE`

const sqlSetStaff = `
UPDATE staff SET role = $2, password = coalesce(nullif($3, ''), password), disabled_at = $4, wrong = 0, rests_until = NULL WHERE id = $1 RETURNING login`

const sqlEndSessions = `DELETE FROM staff_session WHERE staff_id = $1`

// SetStaff gives an account another role, or another password if there is one, or
// ends it or lets it work again, on record; whoever is signed in with it is signed
// out. Errors: not_found, last_administrator.
func (db *DB) SetStaff(ctx context.Context, a staff.Account, by view.Audit) error {
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
		ends := sql.NullTime{Time: a.DisabledAt, Valid: !a.DisabledAt.IsZero()}
		if err := one(tx.SelectContext, ctx, &login, sqlSetStaff, a.ID, a.Role, a.Password, ends); err != nil {
			return err
		}
		if login == "" {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(int64(a.ID), 10)}}
		}
		if _, err := tx.ExecContext(ctx, sqlEndSessions, a.ID); err != nil {
			return err
		}
		by.Act, by.Detail = "staff", map[string]any{"set": a.ID, "role": a.Role, "works": a.DisabledAt.IsZero(), "password": a.Password != ""}
		return recordAudit(ctx, tx, by)
	})
}
