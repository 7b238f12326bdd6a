package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

const sqlRecord = `
INSERT INTO event (at, kind, campaign_id, invitation_id, attempt_id, actor, reason, args)
SELECT at, kind, nullif(campaign_id, 0), nullif(invitation_id, 0), nullif(attempt_id, 0), actor, reason, args::jsonb
FROM unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[])
	AS u (at, kind, campaign_id, invitation_id, attempt_id, actor, reason, args)`

// record appends events in one statement, inside the caller's transaction.
func record(ctx context.Context, tx *sqlx.Tx, events ...survey.Event) error {
	if len(events) == 0 {
		return nil
	}
	var at, kind, actor, reason, args pq.StringArray
	var campaign, invitation, attempt pq.Int64Array
	for _, e := range events {
		doc := "{}"
		if len(e.Args) > 0 {
			var err error
			if doc, err = encoded(e.Args); err != nil {
				return err
			}
		}
		at = append(at, e.At.Format(time.RFC3339Nano))
		kind = append(kind, string(e.Kind))
		campaign = append(campaign, int64(e.CampaignID))
		invitation = append(invitation, int64(e.InvitationID))
		attempt = append(attempt, int64(e.AttemptID))
		actor = append(actor, e.Actor)
		reason = append(reason, string(e.Reason))
		args = append(args, doc)
	}
	_, err := tx.ExecContext(ctx, sqlRecord, at, kind, campaign, invitation, attempt, actor, reason, args)
	return err
}
