package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Budgets and the days of senders are counted here, in the transactions of the
// claims and of their outcomes: what is counted is what the ledger holds, under
// any kill.

const sqlLockSpend = `
SELECT k.budget - s.spent FROM campaign_spend s JOIN campaign k ON k.id = s.campaign_id WHERE s.campaign_id = $1 FOR UPDATE OF s`

const sqlLockDay = `
INSERT INTO sender_day AS d (sender_id, day, taken) VALUES ($1, $2, 0)
ON CONFLICT (sender_id, day) DO UPDATE SET taken = d.taken RETURNING taken`

// holdToLimits turns the claims beyond a budget or a sender's day into put backs.
// The rows that count are locked until the claim is committed.
func holdToLimits(ctx context.Context, tx *sqlx.Tx, c view.Claim, ks []view.Candidate, vs []view.Verdict) error {
	if len(ks) == 0 {
		return nil
	}
	if c.Budgeted && c.Price > 0 {
		var left int64
		if err := tx.GetContext(ctx, &left, sqlLockSpend, ks[0].CampaignID); err != nil {
			return err
		}
		beyond(ks, vs, int(max(left, 0)/c.Price), view.Verdict{Reason: survey.ReasonBudget, DueAt: c.LookAgain})
	}
	if c.SenderCap > 0 {
		var taken int
		if err := tx.GetContext(ctx, &taken, sqlLockDay, ks[0].SenderID, c.Day); err != nil {
			return err
		}
		beyond(ks, vs, c.SenderCap-taken, view.Verdict{Reason: survey.ReasonSenderCap, DueAt: c.NextDay})
	}
	return nil
}

// beyond puts back every claim but the first room ones until back.DueAt; what
// could not leave before the end is withdrawn.
func beyond(ks []view.Candidate, vs []view.Verdict, room int, back view.Verdict) {
	for i, v := range vs {
		if v.Event != survey.AttemptClaim {
			continue
		}
		if room--; room >= 0 {
			continue
		}
		vs[i] = view.Verdict{Event: survey.AttemptPutBack, Reason: back.Reason, DueAt: back.DueAt}
		if !back.DueAt.Before(ks[i].EndsAt) {
			vs[i] = view.Verdict{Event: survey.AttemptCancel, Reason: back.Reason}
		}
	}
}

const sqlSpend = `UPDATE campaign_spend SET spent = spent + $2 WHERE campaign_id = $1`

const sqlTakeDay = `UPDATE sender_day SET taken = taken + $3 WHERE sender_id = $1 AND day = $2`

const sqlFirstDay = `UPDATE sender SET first_day = $2 WHERE id = $1 AND first_day IS NULL AND warmup > 0`

// take counts what is claimed.
func take(ctx context.Context, tx *sqlx.Tx, c view.Claim, ks []view.Candidate, vs []view.Verdict) error {
	n := 0
	for _, v := range vs {
		if v.Event == survey.AttemptClaim {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	// Also without a budget: staff may be setting one this second.
	if c.Price > 0 {
		if _, err := tx.ExecContext(ctx, sqlSpend, ks[0].CampaignID, int64(n)*c.Price); err != nil {
			return err
		}
	}
	if c.SenderCap == 0 {
		return nil
	}
	for _, query := range []string{sqlTakeDay, sqlFirstDay} {
		args := []any{ks[0].SenderID, c.Day}
		if query == sqlTakeDay {
			args = append(args, n)
		}
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

const sqlSpendOf = `
UPDATE campaign_spend s SET spent = s.spent + u.cost
FROM unnest($1::bigint[], $2::bigint[]) AS u (campaign_id, cost) WHERE s.campaign_id = u.campaign_id`

// spend adds what outcomes cost more, or less, than they were claimed for.
func spend(ctx context.Context, tx *sqlx.Tx, cost map[survey.CampaignID]int64) error {
	var ids, costs pq.Int64Array
	for id, n := range cost {
		if n != 0 {
			ids, costs = append(ids, int64(id)), append(costs, n)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlSpendOf, ids, costs)
	return err
}

// What was claimed and never handed over takes nothing of the sender's day.
const sqlGiveDayBack = `
UPDATE sender_day d SET taken = greatest(d.taken - u.n, 0)
FROM (SELECT sender_id, count(*)::int AS n FROM attempt WHERE id = ANY($1) GROUP BY sender_id) AS u
WHERE d.sender_id = u.sender_id AND d.day = (SELECT max(x.day) FROM sender_day x WHERE x.sender_id = d.sender_id)`
