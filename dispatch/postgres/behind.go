package postgres

import (
	"context"
	"iter"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Each statement has the conditions of the case first, and those of what is
// counted behind them; one that is null is not asked.

const sqlBehindCase = `($2::text IS NULL OR i.state = $2) AND ($3::text IS NULL OR i.disposition = $3)
	AND ($4::text IS NULL OR i.stratum = $4) AND ($5::int IS NULL OR i.replicate = $5)`

const sqlBehindColumns = `
SELECT coalesce(i.contact_id, 0) AS contact_id, coalesce(c.code, '') AS contact, coalesce(i.state, '') AS "case",
	coalesce(i.disposition, '') AS disposition, coalesce(i.stratum, '') AS stratum, count(*) AS n `

const sqlBehindOrder = `
GROUP BY i.id, c.code ORDER BY c.code, i.contact_id`

const sqlBehindCases = sqlBehindColumns + `FROM invitation i LEFT JOIN contact c ON c.id = i.contact_id
WHERE i.campaign_id = $1 AND ` + sqlBehindCase + sqlBehindOrder

const sqlBehindAttempts = sqlBehindColumns + `FROM attempt a JOIN invitation i ON i.id = a.invitation_id
JOIN campaign k ON k.id = a.campaign_id LEFT JOIN sender_health h ON h.sender_id = a.sender_id
CROSS JOIN (SELECT $10::timestamptz AS now) t LEFT JOIN contact c ON c.id = i.contact_id
WHERE a.campaign_id = $1 AND ` + sqlBehindCase + `
	AND ($6::text IS NULL OR a.channel = $6) AND ($7::text IS NULL OR a.step = $7)
	AND ($8::text IS NULL OR a.state = $8) AND ($9::text IS NULL OR a.reason = $9)
	AND ($11::text IS NULL OR a.state = 'queued' AND ` + sqlWhyWaiting + ` = $11)` + sqlBehindOrder

// A notice may be for somebody whom nobody knows: asked for by the case, it is not
// among them.
const sqlBehindNotices = sqlBehindColumns + `FROM notice a LEFT JOIN invitation i ON i.id = a.invitation_id
LEFT JOIN contact c ON c.id = i.contact_id
WHERE a.campaign_id = $1 AND ` + sqlBehindCase + `
	AND ($6::text IS NULL OR a.channel = $6) AND ($7::text IS NULL OR a.state = $7)
	AND ($8::text IS NULL OR a.reason = $8)` + sqlBehindOrder

const sqlBehindArrivals = sqlBehindColumns + `FROM inbox x JOIN invitation i ON i.id = x.invitation_id
LEFT JOIN contact c ON c.id = i.contact_id
WHERE i.campaign_id = $1 AND ` + sqlBehindCase + ` AND (x.applied_at IS NULL OR x.outcome = 'parked')
	AND ($6::text IS NULL OR ($6 = 'unapplied') = (x.applied_at IS NULL))` + sqlBehindOrder

// behind is the statement for a filter, and its arguments.
func behind(id survey.CampaignID, f view.PeopleFilter, now time.Time) (string, []any) {
	args := []any{id, f.Case, f.Disposition, f.Stratum, f.Replicate}
	switch f.Of {
	case view.BehindAttempts:
		return sqlBehindAttempts, append(args, f.Channel, f.Step, f.State, f.Reason, now, f.Why)
	case view.BehindNotices:
		return sqlBehindNotices, append(args, f.Channel, f.State, f.Reason)
	case view.BehindArrivals:
		return sqlBehindArrivals, append(args, f.Arrival)
	}
	return sqlBehindCases, args
}

type personBehindRow struct {
	ContactID   survey.ContactID `db:"contact_id"`
	Contact     string
	Case        survey.InvitationState
	Disposition survey.Disposition
	Stratum     string
	N           int
}

// Behind lists the people behind a number of a campaign's status at now (business
// time), by their codes.
func (db *DB) Behind(ctx context.Context, id survey.CampaignID, f view.PeopleFilter, now time.Time) iter.Seq2[view.PersonBehind, error] {
	return func(yield func(view.PersonBehind, error) bool) {
		query, args := behind(id, f, now)
		rows, err := db.x.QueryxContext(ctx, query, args...)
		if err != nil {
			yield(view.PersonBehind{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r personBehindRow
			if err := rows.StructScan(&r); err != nil {
				yield(view.PersonBehind{}, told(err))
				return
			}
			if !yield(view.PersonBehind(r), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.PersonBehind{}, told(err))
		}
	}
}
