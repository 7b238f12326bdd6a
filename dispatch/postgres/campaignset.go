package postgres

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whoever has counted a cost, and has not committed yet, has this lock on the
// table: with it in hand, the sum of the ledger misses nobody, and whoever counts
// next finds the row.
const sqlHoldSpend = `LOCK TABLE campaign_spend IN SHARE ROW EXCLUSIVE MODE`

// What was spent before there was a budget counts.
const sqlCountSpend = `
INSERT INTO campaign_spend (campaign_id, spent)
SELECT $1, coalesce((SELECT sum(cost) FROM attempt WHERE campaign_id = $1), 0) + coalesce((SELECT sum(cost) FROM notice WHERE campaign_id = $1), 0)
ON CONFLICT (campaign_id) DO NOTHING`

const sqlSpent = `SELECT spent FROM campaign_spend WHERE campaign_id = $1`

const sqlSetCampaign = `UPDATE campaign SET rate = $2, budget = $3 WHERE id = $1`

// SetCampaign sets the rate and the budget of a campaign, on record. From its
// commit on, claims are held to the budget; what waited for a greater one is due.
// A worker follows the rate within seconds. Errors: campaign_state,
// settings_moved.
func (db *DB) SetCampaign(ctx context.Context, o view.SettingsOrder) (view.SettingsMoved, error) {
	var out view.SettingsMoved
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		k, err := standing(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		if k.State == survey.CampaignClosed || k.State == survey.CampaignArchived {
			return k.refuses()
		}
		was := view.Settings{Rate: k.Rate, Budget: k.Budget}
		if was != o.From {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeSettingsMoved, Args: map[string]string{"name": k.Name,
				"rate": rateText(was.Rate), "budget": strconv.FormatInt(was.Budget, 10)}}
		}
		out = view.SettingsMoved{Campaign: k.Name, From: was, To: o.To}
		if _, err := tx.ExecContext(ctx, sqlSetCampaign, o.ID, out.To.Rate, out.To.Budget); err != nil {
			return err
		}
		if out.Back, err = rebudget(ctx, tx, o, out); err != nil {
			return err
		}
		if err := one(tx.SelectContext, ctx, &out.Spent, sqlSpent, o.ID); err != nil {
			return err
		}
		return recordAct(ctx, tx, act{now: o.Now, campaign: o.ID, actor: o.Actor, reason: survey.ReasonStaff, words: o.Words,
			args: map[string]string{"event": "set",
				"rate_from": rateText(was.Rate), "rate_to": rateText(out.To.Rate),
				"budget_from": strconv.FormatInt(was.Budget, 10), "budget_to": strconv.FormatInt(out.To.Budget, 10)}})
	})
	return out, err
}

func rateText(r float64) string { return strconv.FormatFloat(r, 'g', -1, 64) }

// rebudget lets go what waits for a budget that has grown or is no more, and
// begins to count what is spent where there was no budget before.
func rebudget(ctx context.Context, tx *sqlx.Tx, o view.SettingsOrder, m view.SettingsMoved) (back int, err error) {
	if m.To.Budget == m.From.Budget {
		return 0, nil
	}
	if m.To.Budget == 0 || m.To.Budget > m.From.Budget && m.From.Budget > 0 {
		if back, err = wake(ctx, tx, o.ID, survey.ReasonBudget, o.Now); err != nil {
			return 0, err
		}
	}
	if _, err := tx.ExecContext(ctx, sqlHoldSpend); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, sqlCountSpend, o.ID)
	return back, err
}
