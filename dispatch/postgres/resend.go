package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// resendBatch bounds what a resend holds in memory.
const resendBatch = 500

// Cases that are open, and those that were closed in silence.
const sqlSilentCases = `
WITH silent AS MATERIALIZED (
	SELECT i.id, i.campaign_id, i.contact_id, i.stratum, i.state, i.language, ` + sqlFactColumns + `
	FROM invitation i
	WHERE i.campaign_id = $1 AND i.id > $2 AND (i.state IN ('open', 'started') OR i.state = 'closed' AND i.disposition = ANY($3))
		AND ($5::bigint = 0 OR i.contact_id = $5)
	ORDER BY i.id LIMIT $4 FOR NO KEY UPDATE)
SELECT silent.*, (c.id IS NULL OR c.left_at IS NOT NULL) AS gone, coalesce(c.zone, '') AS zone,
	coalesce(c.hours, '') AS hours
FROM silent LEFT JOIN contact c ON c.id = silent.contact_id ORDER BY silent.id`

// Resend asks decide about every case that is open or closed in silence, and plans
// what it answers; ok is false for a case that is none of the order's. It is one
// transaction: all of it happens, or nothing does. Planning stands still
// meanwhile, so that caps over campaigns hold. Errors: campaign_state, end_passed.
func (db *DB) Resend(ctx context.Context, o view.ResendOrder, decide func(view.PlanCase) (p view.Plan, ok bool)) (view.Resent, error) {
	var out view.Resent
	err := db.tried(ctx, o.Dry, func(tx *sqlx.Tx) error {
		out = view.Resent{Group: o.Group, Dry: o.Dry, Planned: map[survey.Channel]int{}, Left: map[survey.Reason]int{}}
		if _, err := tx.ExecContext(ctx, sqlLockPlanning, int64(planLock)); err != nil {
			return err
		}
		k, err := standing(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		out.Campaign = k.Name
		if err := k.runs(o.Now); err != nil {
			return err
		}
		r := resending{o: o, decide: decide, out: &out}
		if err := r.all(ctx, tx); err != nil {
			return err
		}
		planned := 0
		for _, n := range out.Planned {
			planned += n
		}
		if o.Only != 0 && planned == 0 { // nothing was done
			return nil
		}
		return recordAct(ctx, tx, act{now: o.Now, campaign: o.ID, actor: o.Actor, reason: survey.ReasonStaff, words: o.Words,
			args: map[string]string{"event": "resend", "to": o.Group, "cases": strconv.Itoa(out.People), "planned": strconv.Itoa(planned)}})
	})
	return out, err
}

// resending is a resend under way.
type resending struct {
	o      view.ResendOrder
	decide func(view.PlanCase) (view.Plan, bool)
	out    *view.Resent
}

// all goes through the cases, a batch at a time.
func (r *resending) all(ctx context.Context, tx *sqlx.Tx) error {
	for last := survey.InvitationID(0); ; {
		var rows []planRow
		err := tx.SelectContext(ctx, &rows, sqlSilentCases, r.o.ID, last, texts(r.o.Silent), resendBatch, r.o.Only)
		if err != nil || len(rows) == 0 {
			return err
		}
		last = rows[len(rows)-1].ID
		cases, err := planCases(ctx, tx, rows, r.o.Now)
		if err != nil {
			return err
		}
		if err := r.batch(ctx, tx, cases); err != nil {
			return err
		}
	}
}

// batch plans the contacts of some cases, and opens the closed ones among them.
func (r *resending) batch(ctx context.Context, tx *sqlx.Tx, cases []view.PlanCase) error {
	w := planWriter{now: r.o.Now}
	var closed []survey.InvitationID
	for _, c := range cases {
		p, ok := r.decide(c)
		if !ok {
			continue
		}
		r.out.People++
		if p.Contact == nil {
			r.out.Left[p.Reason]++
			continue
		}
		r.out.Planned[p.Contact.Channel]++
		w.add(c.Invitation, p)
		if c.Invitation.State == survey.InvitationClosed {
			closed = append(closed, c.Invitation.ID)
		}
	}
	r.out.Reopened += len(closed)
	if err := reopen(ctx, tx, r.o, closed); err != nil {
		return err
	}
	return w.write(ctx, tx)
}

const sqlReopen = `
WITH was AS MATERIALIZED (SELECT id, disposition FROM invitation WHERE id = ANY($1) AND state = ANY($2))
UPDATE invitation i SET state = 'open', disposition = NULL, disposition_reason = '', closed_at = NULL
FROM was WHERE i.id = was.id RETURNING i.id, was.disposition`

// reopen takes the code of closed cases away, on record. The caller holds their
// locks.
func reopen(ctx context.Context, tx *sqlx.Tx, o view.ResendOrder, ids []survey.InvitationID) error {
	if len(ids) == 0 {
		return nil
	}
	var rows []struct {
		ID          survey.InvitationID
		Disposition survey.Disposition
	}
	err := tx.SelectContext(ctx, &rows, sqlReopen, ints(ids), texts(survey.InvitationMachine().From(survey.InvitationReopen)))
	if err != nil {
		return err
	}
	var events []survey.Event
	for _, r := range rows {
		events = append(events, survey.Event{Kind: survey.EventReopened, At: o.Now, CampaignID: o.ID, InvitationID: r.ID,
			Actor: o.Actor, Reason: survey.ReasonStaff, Args: map[string]string{"from": string(r.Disposition)}})
	}
	return record(ctx, tx, events...)
}
