package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlDoubts = `
UPDATE attempt_doubt d SET look_at = clock_timestamp() + interval '1 minute', looks = looks + 1
FROM attempt a JOIN sender s ON s.id = a.sender_id LEFT JOIN endpoint e ON e.id = a.endpoint_id
WHERE d.attempt_id = a.id AND NOT d.needs_staff AND d.look_at < clock_timestamp()
	AND d.attempt_id IN (SELECT attempt_id FROM attempt_doubt WHERE look_at < clock_timestamp() AND NOT needs_staff
		ORDER BY look_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING a.id, a.invitation_id, a.channel, s.id AS sender_id, s.address, s.provider, s.can_receive, coalesce(e.address, '') AS to_address,
	d.since, d.looks, NOT a.resent AND EXISTS (SELECT 1 FROM campaign k WHERE k.id = a.campaign_id
		AND k.state = 'fielding' AND k.protocol->>'in_doubt' = 'resend') AS resend`

// TakeDoubts returns attempts in doubt that are due for another look.
func (db *DB) TakeDoubts(ctx context.Context, limit int) ([]view.Doubt, error) {
	var rows []struct {
		ID           survey.AttemptID    `db:"id"`
		InvitationID survey.InvitationID `db:"invitation_id"`
		Channel      survey.Channel      `db:"channel"`
		SenderID     survey.SenderID     `db:"sender_id"`
		Address      string              `db:"address"`
		Provider     string              `db:"provider"`
		CanReceive   bool                `db:"can_receive"`
		To           string              `db:"to_address"`
		Since        time.Time           `db:"since"`
		Looks        int                 `db:"looks"`
		Resend       bool
	}
	if err := db.x.SelectContext(ctx, &rows, sqlDoubts, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.Doubt, len(rows))
	for i, r := range rows {
		out[i] = view.Doubt{AttemptID: r.ID, InvitationID: r.InvitationID, Channel: r.Channel, To: r.To,
			Sender: survey.Sender{ID: r.SenderID, Channel: r.Channel, Address: r.Address, Provider: r.Provider, CanReceive: r.CanReceive},
			Since:  r.Since, Looks: r.Looks, Resend: r.Resend}
	}
	return out, nil
}

const sqlDoubtForStaff = `UPDATE attempt_doubt SET needs_staff = true, finding = $2 WHERE attempt_id = $1`

// LeaveDoubtToStaff stops looking: only a person can settle this attempt.
func (db *DB) LeaveDoubtToStaff(ctx context.Context, id survey.AttemptID, why survey.Finding) error {
	_, err := db.x.ExecContext(ctx, sqlDoubtForStaff, id, why)
	return told(err)
}

// Whoever did something since the claim may have moved the words on.
const sqlNoticeDoubts = `
UPDATE notice n SET lease_until = clock_timestamp() + interval '1 minute', looks = looks + 1
WHERE n.id IN (SELECT id FROM notice WHERE state = 'unknown' AND NOT needs_staff AND lease_until < clock_timestamp()
	ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING n.id, coalesce(n.invitation_id, 0) AS invitation_id, coalesce(n.campaign_id, 0) AS campaign_id, n.channel, n.sender_id,
	n.address, n.prompts, n.pass_suppression, n.tries, coalesce(n.claimed_at, n.created_at) AS since,
	EXISTS (SELECT 1 FROM inbox x WHERE x.invitation_id = n.invitation_id AND x.applied_at > n.claimed_at) AS moved,
	EXISTS (SELECT 1 FROM notice o WHERE o.address = n.address AND o.sender_id = n.sender_id AND o.id > n.id) AS passed`

type noticeDoubtRow struct {
	noticeRow
	Since  time.Time
	Moved  bool
	Passed bool
}

// TakeNoticeDoubts returns notices in doubt that are due for another look.
func (db *DB) TakeNoticeDoubts(ctx context.Context, limit int) ([]view.NoticeDoubt, error) {
	var out []view.NoticeDoubt
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = nil
		var rows []noticeDoubtRow
		if err := tx.SelectContext(ctx, &rows, sqlNoticeDoubts, limit); err != nil {
			return err
		}
		for _, r := range rows {
			n, _, err := noticeOf(ctx, tx, r.noticeRow, nil)
			if err != nil {
				return err
			}
			out = append(out, view.NoticeDoubt{ClaimedNotice: n, Since: r.Since, Moved: r.Moved, Passed: r.Passed})
		}
		return nil
	})
	return out, err
}

const sqlNoticeForStaff = `UPDATE notice SET needs_staff = true, finding = $2 WHERE id = $1 AND state = 'unknown'`

// LeaveNoticeToStaff stops looking: only a person can settle this notice.
func (db *DB) LeaveNoticeToStaff(ctx context.Context, id survey.NoticeID, why survey.Finding) error {
	_, err := db.x.ExecContext(ctx, sqlNoticeForStaff, id, why)
	return told(err)
}
