package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

// closing is a batch of invitations to be closed in one transaction.
type closing struct {
	now   time.Time
	ids   []survey.InvitationID
	codes []survey.Disposition
	why   []survey.Reason
	actor string
}

const sqlCloseInvitations = `
UPDATE invitation i SET state = 'closed', disposition = u.code, disposition_reason = u.why, closed_at = $4, plan_at = NULL
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS u (id, code, why)
WHERE i.id = u.id AND i.state = ANY($5)
RETURNING i.id, i.campaign_id, u.code, u.why`

type closedRow struct {
	ID         survey.InvitationID `db:"id"`
	CampaignID survey.CampaignID   `db:"campaign_id"`
	Code       survey.Disposition  `db:"code"`
	Why        survey.Reason       `db:"why"`
}

// closeInvitations gives the invitations their disposition, withdraws what is
// still queued for them, ends their conversations, and records it. The caller
// holds their locks.
func closeInvitations(ctx context.Context, tx *sqlx.Tx, c closing) error {
	if len(c.ids) == 0 {
		return nil
	}
	var rows []closedRow
	err := tx.SelectContext(ctx, &rows, sqlCloseInvitations, ints(c.ids), texts(c.codes), texts(c.why), c.now,
		texts(survey.InvitationMachine().From(survey.InvitationClose)))
	if err != nil {
		return err
	}
	var events []survey.Event
	why := map[survey.Reason][]survey.InvitationID{}
	for _, r := range rows {
		events = append(events, survey.Event{Kind: survey.EventInvitationClosed, At: c.now, CampaignID: r.CampaignID,
			InvitationID: r.ID, Actor: c.actor, Reason: r.Why, Args: map[string]string{"disposition": string(r.Code)}})
		why[r.Why] = append(why[r.Why], r.ID)
	}
	for reason, ids := range why {
		if err := cancelQueued(ctx, tx, ids, reason, c.now); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, sqlEndConversations, ints(c.ids), c.now); err != nil {
		return err
	}
	return record(ctx, tx, events...)
}

const sqlEndConversations = `
UPDATE conversation SET closed_at = $2 WHERE invitation_id = ANY($1) AND closed_at IS NULL`

const sqlLockQueuedOf = `
SELECT id FROM attempt WHERE invitation_id = ANY($1) AND state = 'queued' ORDER BY id FOR UPDATE`

const sqlCancelQueued = `
WITH gone AS (DELETE FROM attempt_waiting WHERE attempt_id = ANY($1))
UPDATE attempt SET state = 'cancelled', reason = $2, ended_at = $3, chunk_id = NULL WHERE id = ANY($1)`

// cancelQueued withdraws every queued attempt of the invitations, ids
// ascending. What is already on the wire stays. It withdraws in a second
// statement, so that it sees what was put back while it waited for the locks.
func cancelQueued(ctx context.Context, tx *sqlx.Tx, ids []survey.InvitationID, why survey.Reason, now time.Time) error {
	var queued pq.Int64Array
	err := tx.SelectContext(ctx, &queued, sqlLockQueuedOf, ints(ids))
	if err != nil || len(queued) == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlCancelQueued, queued, why, now)
	return err
}

// The key stays free: whoever writes a row that refers to the invitation (a
// claim that opens a conversation holds attempts already) must not wait here.
const sqlLockInvitations = `SELECT id FROM invitation WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`

// lockInvitations takes the first lock of the house's order.
func lockInvitations(ctx context.Context, tx *sqlx.Tx, ids []survey.InvitationID) error {
	var got pq.Int64Array
	return tx.SelectContext(ctx, &got, sqlLockInvitations, ints(ids))
}
