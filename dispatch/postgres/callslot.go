package postgres

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A free place, or one whose lease has run out, whoever held it.
const sqlLeaseCall = `
INSERT INTO call_slot (sender_id, slot, holder, lease_until)
SELECT $1, n, nextval('call_slot_holder'), clock_timestamp() + $3 * interval '1 second'
FROM generate_series(1, $2::int) n WHERE NOT EXISTS (
	SELECT 1 FROM call_slot c WHERE c.sender_id = $1 AND c.slot = n AND c.lease_until > clock_timestamp())
ORDER BY random() LIMIT 1
ON CONFLICT (sender_id, slot) DO UPDATE SET holder = excluded.holder, attempt_id = NULL, lease_until = excluded.lease_until
WHERE call_slot.lease_until <= clock_timestamp()
RETURNING sender_id, slot, holder`

// leaseTries is how often another free place is looked for, when somebody was faster.
const leaseTries = 5

// LeaseCall leases a place for one call from a number of ours that has so many; ok is
// false if none is free. The lease ends by the clock of Postgres.
func (db *DB) LeaseCall(ctx context.Context, id survey.SenderID, places int, lasts time.Duration) (out view.CallSlot, ok bool, err error) {
	for range leaseTries {
		var r struct {
			SenderID survey.SenderID `db:"sender_id"`
			Slot     int
			Holder   int64
		}
		err := db.x.GetContext(ctx, &r, sqlLeaseCall, id, places, lasts.Seconds())
		if err == nil {
			return view.CallSlot(r), true, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return out, false, told(err)
		}
	}
	return out, false, nil
}

const sqlPlaceCall = `
UPDATE call_slot SET attempt_id = $4, lease_until = clock_timestamp() + $5 * interval '1 second'
WHERE sender_id = $1 AND slot = $2 AND holder = $3`

// PlaceCall gives a leased place to the call of an attempt, for as long as it may last.
// It is false if the lease ran out and somebody else has the place.
func (db *DB) PlaceCall(ctx context.Context, s view.CallSlot, a survey.AttemptID, lasts time.Duration) (bool, error) {
	res, err := db.x.ExecContext(ctx, sqlPlaceCall, s.SenderID, s.Slot, s.Holder, a, lasts.Seconds())
	if err != nil {
		return false, told(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

const sqlFreeCall = `DELETE FROM call_slot WHERE sender_id = $1 AND slot = $2 AND holder = $3 AND attempt_id IS NULL`

// FreeCall gives a place back that no call was placed in.
func (db *DB) FreeCall(ctx context.Context, s view.CallSlot) error {
	_, err := db.x.ExecContext(ctx, sqlFreeCall, s.SenderID, s.Slot, s.Holder)
	return told(err)
}

const sqlEndCalls = `DELETE FROM call_slot WHERE attempt_id = ANY($1)`

// endCalls frees the places of calls that have ended, or were never made. A call in doubt
// may be on the line.
func endCalls(ctx context.Context, tx *sqlx.Tx, rows []outcomeRow) error {
	var ended []survey.AttemptID
	for _, r := range rows {
		if r.Channel == survey.Call && r.State != survey.AttemptSent && r.State != survey.AttemptUnknown {
			ended = append(ended, r.ID)
		}
	}
	if len(ended) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlEndCalls, ints(ended))
	return err
}
