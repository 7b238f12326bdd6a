package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
)

type touchRow struct {
	ContactID    survey.ContactID    `db:"contact_id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
	Channel      survey.Channel
	State        survey.AttemptState
	Reason       survey.Reason
	At           time.Time
}

func (r touchRow) touch() survey.Touch {
	a := survey.Attempt{State: r.State, Reason: r.Reason}
	return survey.Touch{Channel: r.Channel, At: r.At, Arrived: a.MayHaveArrived()}
}

// Whoever was merged into a contact is the same person. Only campaigns that were
// in the field within the span are looked into, with a day to spare for what left
// in their last seconds: a network of years has many cases a person, and few of
// them are of this month. The cases are looked up person by person (OFFSET 0):
// left alone, Postgres reads all there are for a batch of 500. What is leaving this
// second has no time yet.
const sqlTouchesOf = `
WITH who AS (
	SELECT id, id AS person FROM unnest($1::bigint[]) AS u (id)
	UNION SELECT id, merged_into FROM contact WHERE merged_into = ANY($1) AND merged_into IS NOT NULL),
lately AS MATERIALIZED (
	SELECT id FROM campaign WHERE ends_at > $3::timestamptz - interval '1 day')
SELECT w.person AS contact_id, a.invitation_id, a.channel, a.state, a.reason,
	CASE WHEN a.state = 'sending' THEN $2::timestamptz ELSE coalesce(a.sent_at, a.ended_at, a.due_at) END AS at
FROM who w
CROSS JOIN LATERAL (SELECT id, campaign_id FROM invitation WHERE contact_id = w.id OFFSET 0) AS i
JOIN lately k ON k.id = i.campaign_id
JOIN attempt a ON a.invitation_id = i.id
WHERE (a.state IN ('sending', 'sent', 'delivered', 'undelivered', 'unknown') OR a.sent_at IS NOT NULL)
	AND (a.state = 'sending' OR a.invitation_id = ANY($4) OR coalesce(a.sent_at, a.ended_at, a.due_at) > $3)`

// touchesOf lists what was handed over to some people in the days before now that
// a cap may look back, by whichever campaign, as survey.Attempt.Touch counts it;
// and whatever was for the cases whole.
func touchesOf(ctx context.Context, tx *sqlx.Tx, contacts []survey.ContactID, whole []survey.InvitationID, now time.Time) (map[survey.ContactID][]touchRow, error) {
	var rows []touchRow
	err := tx.SelectContext(ctx, &rows, sqlTouchesOf, ints(contacts), now, now.Add(-survey.MonthSpan.Duration()), ints(whole))
	out := map[survey.ContactID][]touchRow{}
	for _, r := range rows {
		out[r.ContactID] = append(out[r.ContactID], r)
	}
	return out, err
}
