package postgres

import (
	"context"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlStrataContacts = `
SELECT i.stratum, a.channel, count(*) AS n, count(*) FILTER (WHERE a.state = 'delivered') AS delivered
FROM attempt a JOIN invitation i ON i.id = a.invitation_id WHERE a.campaign_id = $1 GROUP BY 1, 2 ORDER BY 1, 2`

	sqlStrataResponses = `
SELECT r.stratum, r.mode, count(*) AS n FROM response r JOIN campaign k ON k.id = r.campaign_id AND k.confidentiality <> 'anonymous'
WHERE r.campaign_id = $1 AND r.state = 'submitted' GROUP BY 1, 2 ORDER BY 1, 2`
)

// FieldStrata counts the contacts of a campaign by stratum and channel, and its responses
// by stratum and mode: each ledger is read once, and what is of a case is not asked beside
// what is of a response.
func (db *DB) FieldStrata(ctx context.Context, id survey.CampaignID) (view.FieldStrata, error) {
	var out view.FieldStrata
	if err := db.x.SelectContext(ctx, &out.Contacts, sqlStrataContacts, id); err != nil {
		return out, told(err)
	}
	return out, told(db.x.SelectContext(ctx, &out.Responses, sqlStrataResponses, id))
}
