package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlStaffedTalk = `
SELECT staffed_by FROM conversation t WHERE t.invitation_id = $1 AND t.mode = 'sms' AND t.closed_at IS NULL ORDER BY t.id DESC LIMIT 1`

// StaffedTalk reports whether a case has an open conversation by SMS, and who of staff
// talks in it.
func (db *DB) StaffedTalk(ctx context.Context, inv survey.InvitationID) (by string, open bool, err error) {
	var rows []string
	err = db.x.SelectContext(ctx, &rows, sqlStaffedTalk, inv)
	if err != nil || len(rows) == 0 {
		return "", false, told(err)
	}
	return rows[0], true, nil
}

const (
	sqlMattersTalk = `SELECT coalesce(invitation_id, 0) FROM matter WHERE id = $1`
	// Nobody is reminded of a question while staff talk; once it is given back, silence is
	// looked at again.
	sqlStaffTalk = `
UPDATE conversation SET staffed_by = $2, nudged = $2 <> '', look_at = CASE WHEN $2 = '' THEN $3::timestamptz END
WHERE invitation_id = $1 AND mode = 'sms' AND closed_at IS NULL`
)

// StaffTalk has one of staff talk in the conversation of a matter in the place of the
// survey, or with an empty name gives it back; on record. Errors: not_found, if no
// conversation by SMS is open.
func (db *DB) StaffTalk(ctx context.Context, o view.MatterOrder, by string) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var inv survey.InvitationID
		if err := tx.GetContext(ctx, &inv, sqlMattersTalk, o.ID); err != nil {
			return err
		}
		if err := lockInvitations(ctx, tx, []survey.InvitationID{inv}); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, sqlStaffTalk, inv, by, o.Now.Add(survey.IdleAfter))
		if err != nil {
			return err
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		}
		return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "inbox",
			Detail: map[string]any{"matter": o.ID, "event": map[bool]string{true: "give_back", false: "take_over"}[by == ""]}})
	})
}
