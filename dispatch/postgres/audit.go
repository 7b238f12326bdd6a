package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey/view"
)

const sqlRecordAudit = `
INSERT INTO audit (at, actor, act, contact_id, reason, detail, campaign_id)
VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6, nullif($7::bigint, 0))`

// recordAudit writes down who did what to the list or to a campaign.
func recordAudit(ctx context.Context, x sqlx.ExecerContext, a view.Audit) error {
	if a.Detail == nil {
		a.Detail = map[string]any{}
	}
	detail, err := encoded(a.Detail)
	if err != nil {
		return err
	}
	_, err = x.ExecContext(ctx, sqlRecordAudit, a.At, a.Actor, a.Act, a.ContactID, a.Reason, detail, a.CampaignID)
	return err
}

// RecordAudit writes down who did what to the list, and why.
func (db *DB) RecordAudit(ctx context.Context, a view.Audit) error {
	return told(recordAudit(ctx, db.x, a))
}
