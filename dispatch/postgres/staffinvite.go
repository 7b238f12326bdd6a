package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlInvitations = `
SELECT i.id, i.role, coalesce(s.name, '') AS name, i.invited_at, i.until, i.bound,
	ARRAY(SELECT k.name FROM campaign k WHERE k.id = ANY(i.campaigns) ORDER BY k.name) AS campaigns
FROM staff_invitation i LEFT JOIN staff s ON s.id = i.invited_by ORDER BY i.id DESC LIMIT $1`

// Invitations lists those that nobody has used yet, the newest first, at most so many.
func (db *DB) Invitations(ctx context.Context, most int) ([]staff.Invitation, error) {
	var rows []struct {
		ID        int64
		Role      staff.Role
		Name      string
		InvitedAt time.Time `db:"invited_at"`
		Until     time.Time
		Bound     bool
		Campaigns pq.StringArray
	}
	if err := db.x.SelectContext(ctx, &rows, sqlInvitations, most); err != nil {
		return nil, told(err)
	}
	out := make([]staff.Invitation, len(rows))
	for i, r := range rows {
		out[i] = staff.Invitation{ID: r.ID, Role: r.Role, Inviter: r.Name, At: r.InvitedAt, Until: r.Until, Bound: r.Bound, Campaigns: r.Campaigns}
	}
	return out, nil
}

// noInvitation is told of one that was used or withdrawn meanwhile.
func noInvitation(id int64) error {
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeInvitationOver, Args: map[string]string{"name": strconv.FormatInt(id, 10)}}
}

const sqlWithdrawInvitation = `DELETE FROM staff_invitation WHERE id = $1 RETURNING role`

// WithdrawInvitation has a link make no account, on record. Errors: staff_invitation_over.
func (db *DB) WithdrawInvitation(ctx context.Context, id int64, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var role staff.Role
		if err := one(tx.SelectContext, ctx, &role, sqlWithdrawInvitation, id); err != nil {
			return err
		}
		if role == "" {
			return noInvitation(id)
		}
		by.Act, by.Detail = "staff", map[string]any{"withdrawn": id, "role": role}
		return recordAudit(ctx, tx, by)
	})
}

const sqlRenewInvitation = `UPDATE staff_invitation SET hash = $2, invited_by = nullif($3::bigint, 0), invited_at = $4, until = $5 WHERE id = $1 RETURNING role`

// RenewInvitation puts another link in the place of one, which works no more, on record.
// Errors: staff_invitation_over.
func (db *DB) RenewInvitation(ctx context.Context, i staff.Invitation) (staff.Role, error) {
	var role staff.Role
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		role = ""
		if err := one(tx.SelectContext, ctx, &role, sqlRenewInvitation, i.ID, i.Hash, i.By, i.At, i.Until); err != nil {
			return err
		}
		if role == "" {
			return noInvitation(i.ID)
		}
		return recordAudit(ctx, tx, view.Audit{At: i.At, Actor: i.Actor, Act: "staff", Detail: map[string]any{"renewed": i.ID, "role": role}})
	})
	return role, err
}
