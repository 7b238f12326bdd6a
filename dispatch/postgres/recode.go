package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// recoding is a closed case that gets another code.
type recoding struct {
	now   time.Time
	inv   survey.Invitation // as it stands under lock
	code  survey.Disposition
	why   survey.Reason
	actor string
}

const sqlReclassify = `
UPDATE invitation i SET disposition = $2, disposition_reason = $3
FROM campaign k WHERE i.id = $1 AND i.state = 'closed' AND i.disposition = $4 AND k.id = i.campaign_id AND k.state <> 'archived'`

// reclassify gives a closed case another code, on record. It reports whether it
// did: of an archived campaign nothing is changed any more.
func reclassify(ctx context.Context, tx *sqlx.Tx, r recoding) (bool, error) {
	res, err := tx.ExecContext(ctx, sqlReclassify, r.inv.ID, r.code, r.why, r.inv.Disposition)
	if err != nil {
		return false, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return false, nil
	}
	return true, record(ctx, tx, survey.Event{Kind: survey.EventReclassified, At: r.now, CampaignID: r.inv.CampaignID,
		InvitationID: r.inv.ID, Actor: r.actor, Reason: r.why,
		Args: map[string]string{"from": string(r.inv.Disposition), "disposition": string(r.code)}})
}

// A case whose contact was taken in hand in the very moment in which it was
// closed as never contacted: planning did not see the claim, nor the claim the
// closing.
const sqlOutrun = `
SELECT i.id FROM invitation i JOIN campaign k ON k.id = i.campaign_id
WHERE i.disposition = '3.11' AND k.state <> 'archived' AND EXISTS (SELECT 1 FROM attempt a
	WHERE a.invitation_id = i.id AND (a.sent_at IS NOT NULL OR a.state IN ('sending', 'unknown')))
ORDER BY i.id LIMIT $1 FOR NO KEY UPDATE OF i SKIP LOCKED`

// A case of which a contact came back after the closing.
const sqlOvertaken = `
SELECT id FROM invitation WHERE state = 'closed' AND plan_at IS NOT NULL ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED`

const sqlLookedAgain = `UPDATE invitation SET plan_at = NULL WHERE id = ANY($1) AND state = 'closed'`

// ReconsiderClosed asks decide again about closed cases whose contacts turned out
// otherwise: up to limit that were contacted after all, and up to limit of which a
// contact came back. It gives them the code that decide returns, and returns how
// many got another.
func (db *DB) ReconsiderClosed(ctx context.Context, now time.Time, limit int,
	decide func(view.Case) (survey.Disposition, survey.Reason)) (int, error) {
	n := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		n = 0
		for _, query := range []string{sqlOutrun, sqlOvertaken} {
			var ids []survey.InvitationID
			if err := tx.SelectContext(ctx, &ids, query, limit); err != nil {
				return err
			}
			for _, id := range ids {
				did, err := recode(ctx, tx, id, now, decide)
				if err != nil {
					return err
				}
				n += did
			}
			if _, err := tx.ExecContext(ctx, sqlLookedAgain, ints(ids)); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// recode gives one closed case the code of decide, and returns 1 if that was
// another.
func recode(ctx context.Context, tx *sqlx.Tx, id survey.InvitationID, now time.Time,
	decide func(view.Case) (survey.Disposition, survey.Reason)) (int, error) {
	c, err := caseOf(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	code, why := decide(c)
	if code == c.Invitation.Disposition {
		return 0, nil
	}
	did, err := reclassify(ctx, tx, recoding{now: now, inv: c.Invitation, code: code, why: why, actor: "scheduler"})
	if err != nil || !did {
		return 0, err
	}
	return 1, nil
}
