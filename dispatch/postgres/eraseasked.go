package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// sqlErasureAsked are the arrivals by which people who are here still asked to be
// erased; c is who they are now.
const sqlErasureAsked = `inbox x JOIN invitation i ON i.id = x.invitation_id JOIN contact o ON o.id = i.contact_id
JOIN contact c ON c.id = coalesce(o.merged_into, o.id)
WHERE x.outcome = 'parked' AND x.reason = 'erase_asked'`

const sqlErasures = `
SELECT c.id, coalesce(c.code, '') AS code, min(x.applied_at) AS asked_at
FROM ` + sqlErasureAsked + ` GROUP BY c.id, c.code ORDER BY min(x.applied_at), c.id`

// Erasures lists who asked to be erased behind their own link and is not yet, by
// when they first did. An erasure settles it: whoever is erased is on no list.
func (db *DB) Erasures(ctx context.Context) ([]view.ErasureAsked, error) {
	var rows []struct {
		ID      survey.ContactID
		Code    string
		AskedAt time.Time `db:"asked_at"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlErasures); err != nil {
		return nil, told(err)
	}
	out := make([]view.ErasureAsked, len(rows))
	for i, r := range rows {
		out[i] = view.ErasureAsked(r)
	}
	return out, nil
}

const sqlCountErasures = `
SELECT count(DISTINCT c.id) AS n, min(x.applied_at) AS since FROM ` + sqlErasureAsked + ` AND i.campaign_id = $1`

// countErasures counts those who asked behind the link of this campaign.
func countErasures(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var row struct {
		N     int
		Since sql.NullTime
	}
	err := tx.GetContext(ctx, &row, sqlCountErasures, id)
	out.Erasures, out.ErasureSince = row.N, row.Since.Time
	return err
}

const sqlKeepPerson = `
UPDATE inbox x SET outcome = 'applied' FROM invitation i JOIN contact o ON o.id = i.contact_id
WHERE x.invitation_id = i.id AND coalesce(o.merged_into, o.id) = $1 AND x.outcome = 'parked' AND x.reason = 'erase_asked'`

// keepPerson takes the person off the list of those who asked to be erased.
func (w *changeWriter) keepPerson() error {
	if !w.ch.KeepPerson {
		return nil
	}
	return w.exec(sqlKeepPerson, w.c.ContactID)
}
