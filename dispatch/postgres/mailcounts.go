package postgres

import (
	"context"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlMailCounts = `
SELECT a.channel, a.state, a.reason, count(*) AS n FROM attempt a JOIN campaign k ON k.id = a.campaign_id
WHERE a.channel = 'email' AND (k.state IN ('fielding', 'paused') OR k.closed_at > $1)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

// MailCounts counts the e-mails of campaigns that are in the field, or were closed
// in the week before now (business time).
func (db *DB) MailCounts(ctx context.Context, now time.Time) ([]view.AttemptCount, error) {
	var rows []struct {
		Channel survey.Channel
		State   survey.AttemptState
		Reason  survey.Reason
		N       int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlMailCounts, now.AddDate(0, 0, -7)); err != nil {
		return nil, told(err)
	}
	out := make([]view.AttemptCount, len(rows))
	for i, r := range rows {
		out[i] = view.AttemptCount{Channel: r.Channel, State: r.State, Reason: r.Reason, N: r.N}
	}
	return out, nil
}
