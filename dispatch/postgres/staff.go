package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

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
	Second     bool
	Bound      bool
	Campaigns  pq.StringArray
}

func (r staffRow) account() staff.Account {
	return staff.Account{ID: r.ID, Login: r.Login, Name: r.Name, Role: r.Role, Lang: r.Language, Password: r.Password,
		Wrong: r.Wrong, RestsUntil: r.RestsUntil.Time, DisabledAt: r.DisabledAt.Time, CreatedAt: r.CreatedAt,
		Second: r.Second, Bound: r.Bound, Campaigns: r.Campaigns}
}

const sqlStaffColumns = `s.id, s.login, s.name, s.role, s.language, s.password, s.wrong, s.rests_until, s.disabled_at, s.created_at,
	EXISTS (SELECT FROM door.totp t WHERE t.staff_id = s.id AND t.confirmed_at IS NOT NULL) AS second, s.bound,
	ARRAY(SELECT k.name FROM staff_campaign b JOIN campaign k ON k.id = b.campaign_id WHERE b.staff_id = s.id ORDER BY k.name) AS campaigns`

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
INSERT INTO staff_invitation (hash, role, invited_by, invited_at, until, bound, campaigns)
VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, ARRAY(SELECT id FROM campaign WHERE name = ANY($7)))
RETURNING id`

const sqlDropInvitations = `DELETE FROM staff_invitation WHERE until <= $1`

// staleFor is how long an invitation whose time is over is still listed, to be made anew.
const staleFor = 7 * 24 * time.Hour

// InviteStaff keeps a link that makes an account, on record where a person made it, and
// drops those whose time has long been over.
func (db *DB) InviteStaff(ctx context.Context, i staff.Invitation) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlDropInvitations, i.At.Add(-staleFor)); err != nil {
			return err
		}
		var id int64
		err := tx.GetContext(ctx, &id, sqlInviteStaff, i.Hash, i.Role, i.By, i.At, i.Until, i.Bound, texts(i.Campaigns))
		if err != nil || i.Actor == "" {
			return err
		}
		detail := map[string]any{"invited": id, "role": i.Role}
		if i.Bound {
			detail["campaigns"] = i.Campaigns
		}
		return recordAudit(ctx, tx, view.Audit{At: i.At, Actor: i.Actor, Act: "staff", Detail: detail})
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

const sqlUseInvitation = `DELETE FROM staff_invitation WHERE hash = $1 AND until > $2 RETURNING role, bound, campaigns`

const sqlMakeStaff = `
INSERT INTO staff (login, name, role, language, password, created_at, bound) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (login) DO NOTHING RETURNING id`

const sqlBindNewStaff = `INSERT INTO staff_campaign (staff_id, campaign_id) SELECT $1, id FROM campaign WHERE id = ANY($2)`

// MakeStaff makes the account that an invitation is for, with the invitation's role;
// of two at once with one invitation, one does. Errors: staff_invitation_over,
// login_taken.
func (db *DB) MakeStaff(ctx context.Context, hash []byte, a staff.Account, now time.Time) (staff.ID, error) {
	var id staff.ID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var i struct {
			Role      staff.Role
			Bound     bool
			Campaigns pq.Int64Array
		}
		if err := one(tx.SelectContext, ctx, &i, sqlUseInvitation, hash, now); err != nil {
			return err
		}
		if i.Role == "" {
			return invitationOver()
		}
		id = 0
		if err := one(tx.SelectContext, ctx, &id, sqlMakeStaff, a.Login, a.Name, i.Role, a.Lang.Or(survey.Vietnamese), a.Password, now, i.Bound); err != nil {
			return err
		}
		if id == 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeLoginTaken}
		}
		if _, err := tx.ExecContext(ctx, sqlBindNewStaff, id, i.Campaigns); err != nil {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: now, Actor: a.Login, Act: "staff", Detail: map[string]any{"made": id, "role": i.Role}})
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

const sqlSpeakStaff = `UPDATE staff SET language = $2 WHERE id = $1`

// SpeakToStaff is the language in which an account is spoken to.
func (db *DB) SpeakToStaff(ctx context.Context, id staff.ID, lang survey.Lang) error {
	_, err := db.x.ExecContext(ctx, sqlSpeakStaff, id, lang.Or(survey.Vietnamese))
	return told(err)
}
