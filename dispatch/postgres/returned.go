package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A mail that comes back is told of in any order and any number of times: by the
// server that could not deliver it, by the one before that, days apart, before
// our own hand-over is on record or long after. What stands in the end is the
// gravest of what was told.

// recordReturned records that a mail came back, inside a transaction that holds
// the lock of its case. An attempt that waits to go once more is taken out of
// the queue: it did leave.
func recordReturned(ctx context.Context, tx *sqlx.Tx, now time.Time, o view.AttemptOutcome) error {
	queued := o
	queued.Event = survey.AttemptReturn
	for _, o := range []view.AttemptOutcome{queued, o} {
		if err := recordOutcomes(ctx, tx, now, []view.AttemptOutcome{o}); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, sqlNoLongerWaiting, o.ID); err != nil {
		return err
	}
	if err := worsen(ctx, tx, o); err != nil {
		return err
	}
	return buryReturned(ctx, tx, now, o)
}

// The waiting row goes after its attempt, as everywhere.
const sqlNoLongerWaiting = `
DELETE FROM attempt_waiting w USING attempt a WHERE w.attempt_id = $1 AND a.id = w.attempt_id AND a.state <> 'queued'`

const sqlWorsen = `
UPDATE attempt SET reason = $2, provider_code = coalesce(nullif($3, ''), provider_code)
WHERE id = $1 AND state = 'undelivered' AND reason = ANY($4)`

// worsen gives an attempt that came back before a graver reason.
func worsen(ctx context.Context, tx *sqlx.Tx, o view.AttemptOutcome) error {
	milder := milderThan(o.Reason)
	if len(milder) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlWorsen, o.ID, o.Reason, o.Code, milder)
	return err
}

// milderThan are the reasons that a report of this one overrules.
func milderThan(why survey.Reason) pq.StringArray {
	switch why {
	case survey.ReasonBounce:
		return pq.StringArray{string(survey.ReasonSoftBounce), string(survey.ReasonFiltered)}
	case survey.ReasonFiltered:
		return pq.StringArray{string(survey.ReasonSoftBounce)}
	}
	return nil
}

const sqlReturnedFrom = `
SELECT id, campaign_id, invitation_id, coalesce(endpoint_id, 0) AS endpoint_id, state, reason FROM attempt
WHERE id = $1 AND state IN ('undelivered', 'failed') AND endpoint_id IS NOT NULL`

// buryReturned marks the mailbox dead that does not exist, also when the attempt
// had come back for something milder before, and has the protocol look again.
func buryReturned(ctx context.Context, tx *sqlx.Tx, now time.Time, o view.AttemptOutcome) error {
	if !o.DeadEndpoint {
		return nil
	}
	f := following{now: now}
	if err := tx.SelectContext(ctx, &f.rows, sqlReturnedFrom, o.ID); err != nil || len(f.rows) == 0 {
		return err
	}
	f.dead = []survey.EndpointID{f.rows[0].EndpointID}
	if err := f.bury(ctx, tx); err != nil || len(f.events) == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlReplan, ints([]survey.InvitationID{f.rows[0].InvitationID}), now); err != nil {
		return err
	}
	return record(ctx, tx, f.events...)
}
