package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlWhoseStop = `SELECT coalesce(contact_id, 0) FROM suppression WHERE id = $1`
	sqlLockStop  = sqlStopColumns + ` WHERE s.id = $1 FOR UPDATE OF s`
	sqlLiftStop  = `
UPDATE suppression SET lifted_at = $2, lifted_by = $3, lifted_source = $4, lifted_words = $5 WHERE id = $1 AND lifted_at IS NULL`
	sqlStillBarred = `
SELECT id FROM suppression WHERE lifted_at IS NULL AND (contact_id = nullif($1::bigint, 0) OR address_key = nullif($2, ''::bytea)) ORDER BY id`
)

// LiftStop lifts one entry of the do-not-contact list, once, on record: only the
// person's own wish does that, and staff attest it. The protocol looks at the
// person's open cases again. Errors: not_found, stop_lifted.
func (db *DB) LiftStop(ctx context.Context, o view.LiftOrder) (view.StopLifted, error) {
	var out view.StopLifted
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = view.StopLifted{Still: []int64{}}
		cases, err := casesOfStop(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		r, err := lockStop(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlLiftStop, o.ID, o.Now, o.Actor, o.Source, o.Words); err != nil {
			return err
		}
		out.StopRow = r.row()
		out.LiftedAt, out.LiftedBy, out.LiftedSource, out.LiftedWords = o.Now, o.Actor, o.Source, o.Words
		if err := tx.SelectContext(ctx, &out.Still, sqlStillBarred, r.ContactID, r.Key); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlReplan, ints(cases), o.Now); err != nil {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "lift", ContactID: r.ContactID, Reason: o.Words,
			Detail: map[string]any{"entry": r.ID, "source": r.Source}})
	})
	return out, err
}

// casesOfStop takes the locks of the open cases of the person whom an entry names,
// before that of the entry: a person's own wish takes them in this order.
func casesOfStop(ctx context.Context, tx *sqlx.Tx, id int64) ([]survey.InvitationID, error) {
	var who survey.ContactID
	if err := one(tx.SelectContext, ctx, &who, sqlWhoseStop, id); err != nil || who == 0 {
		return nil, err
	}
	var cases []survey.InvitationID
	if err := tx.SelectContext(ctx, &cases, sqlOpenCasesOf, pq.Int64Array{int64(who)}, 0); err != nil {
		return nil, err
	}
	return cases, lockInvitations(ctx, tx, cases)
}

// lockStop reads an entry under its lock; one that is lifted is a Conflict.
func lockStop(ctx context.Context, tx *sqlx.Tx, id int64) (stopRow, error) {
	var r stopRow
	err := one(tx.SelectContext, ctx, &r, sqlLockStop, id)
	text := strconv.FormatInt(id, 10)
	switch {
	case err != nil:
		return r, err
	case r.ID == 0:
		return r, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": text}}
	case r.LiftedAt.Valid:
		return r, &survey.Error{Kind: survey.Conflict, Code: survey.CodeStopLifted,
			Args: map[string]string{"id": text, "time": r.LiftedAt.Time.Format(time.RFC3339)}}
	}
	return r, nil
}
