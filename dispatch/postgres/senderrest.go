package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// To rest is the breaker's word: whoever heeds that heeds staff, too. Its end is further
// than any campaign.
const sqlRestSender = `
INSERT INTO sender_health AS h (sender_id, state, reason, until) SELECT id, 'open', $2, clock_timestamp() + interval '100 years' FROM sender WHERE id = $1 AND active
ON CONFLICT (sender_id) DO UPDATE SET state = 'open', reason = excluded.reason, code = '', until = excluded.until, openings = 0, good = 0, bad = 0,
	since = CASE WHEN h.reason = excluded.reason THEN h.since ELSE clock_timestamp() END
RETURNING sender_id`

// RestSender has an active sender rest until it is woken. Errors: not_found.
func (db *DB) RestSender(ctx context.Context, id survey.SenderID, by view.Audit) error {
	return db.moveSender(ctx, sqlRestSender, survey.EventSenderHalted, id, by)
}

const sqlWakeSender = `
UPDATE sender_health SET state = 'closed', reason = '', code = '', since = clock_timestamp(), until = clock_timestamp()
WHERE sender_id = $1 AND state <> 'closed' AND reason = $2 RETURNING sender_id`

// WakeSender ends the rest that staff ordered. Errors: not_found where there is none.
func (db *DB) WakeSender(ctx context.Context, id survey.SenderID, by view.Audit) error {
	return db.moveSender(ctx, sqlWakeSender, survey.EventSenderResumed, id, by)
}

func (db *DB) moveSender(ctx context.Context, query string, kind survey.EventKind, id survey.SenderID, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var moved []survey.SenderID
		if err := tx.SelectContext(ctx, &moved, query, id, survey.ReasonStaff); err != nil {
			return err
		}
		if len(moved) == 0 {
			return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		}
		err := record(ctx, tx, survey.Event{Kind: kind, At: by.At, Actor: by.Actor, Reason: survey.ReasonStaff,
			Args: map[string]string{"sender": strconv.FormatInt(int64(id), 10)}})
		if err != nil {
			return err
		}
		return recordAudit(ctx, tx, by)
	})
}
