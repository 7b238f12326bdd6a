package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

// A status that names none of our messages is parked with the provider's id of
// the message it is about. It is matched twice: when that id becomes ours, and
// once when it is parked, because the id may have been ours already.

// What is matched is applied anew, as what it always was: a word on that attempt.
const sqlUnpark = `
UPDATE inbox x SET applied_at = NULL, outcome = '', reason = '', about = '', invitation_id = a.invitation_id,
	payload = x.payload || jsonb_build_object('ref', 'a' || a.id)
FROM attempt a WHERE a.id = ANY($1) AND x.outcome = 'parked' AND x.about <> '' AND x.about = a.provider_id
RETURNING x.invitation_id`

// unpark brings back what was parked about the messages of these attempts.
func unpark(ctx context.Context, tx *sqlx.Tx, ids pq.Int64Array) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlUnpark, ids)
	return err
}

// One look at the ledger for all that was parked since the last one: the ids of
// providers have no index, because every attempt would pay for it.
const sqlMatchParked = `
WITH looked AS (
	UPDATE inbox SET reason = $1 WHERE outcome = 'parked' AND about <> '' AND reason <> $1 RETURNING id, about)
SELECT a.id FROM looked l JOIN attempt a ON a.provider_id = l.about`

// MatchParked looks for the messages that parked statuses are about, and returns
// the cases of those that were found: there is something to apply.
func (db *DB) MatchParked(ctx context.Context) ([]survey.InvitationID, error) {
	var out []survey.InvitationID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = nil
		var found pq.Int64Array
		if err := tx.SelectContext(ctx, &found, sqlMatchParked, survey.ReasonUnmatched); err != nil || len(found) == 0 {
			return err
		}
		return tx.SelectContext(ctx, &out, sqlUnpark, found)
	})
	return out, err
}
