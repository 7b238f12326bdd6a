package postgres

import (
	"context"
	"database/sql"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlPastCampaigns = `
SELECT k.id, k.protocol, k.listed, EXISTS (SELECT FROM wave w WHERE w.campaign_id = k.id) AS wave, r.campaign_id IS NOT NULL AS counted,
	coalesce(r.invited, 0) AS invited, r.rr1
FROM campaign k LEFT JOIN campaign_rate r ON r.campaign_id = k.id
WHERE k.state IN ('closed', 'archived') AND k.launched_at IS NOT NULL AND k.purpose = $1 ORDER BY k.ends_at DESC, k.id DESC LIMIT $2`

// PastCampaigns returns the campaigns of a purpose that are over, the latest first.
func (db *DB) PastCampaigns(ctx context.Context, purpose survey.Purpose, most int) ([]view.PastCampaign, error) {
	var rows []struct {
		ID       survey.CampaignID
		Protocol document[survey.Protocol]
		Listed   survey.Eligibility
		Wave     bool
		Counted  bool
		Invited  int
		RR1      sql.NullFloat64 `db:"rr1"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlPastCampaigns, purpose, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.PastCampaign, len(rows))
	for i, r := range rows {
		out[i] = view.PastCampaign{PastRate: view.PastRate{ID: r.ID, Invited: r.Invited}, Protocol: r.Protocol.V, Listed: r.Listed, Wave: r.Wave, Counted: r.Counted}
		if r.RR1.Valid {
			out[i].RR1 = &rows[i].RR1.Float64
		}
	}
	return out, nil
}

// Nobody's contacts are counted: a response rate is made of codes alone.
const sqlPastCases = `
SELECT coalesce(i.disposition, '') AS disposition, count(*) AS n FROM invitation i
JOIN replicate r ON r.campaign_id = i.campaign_id AND r.number = i.replicate AND r.state <> 'held'
WHERE i.campaign_id = $1 AND i.state IN ('open', 'started', 'closed') GROUP BY 1 ORDER BY 1`

// PastCases counts the cases of a campaign that is over, by their code.
func (db *DB) PastCases(ctx context.Context, id survey.CampaignID) ([]view.CaseCount, error) {
	var rows []struct {
		Disposition survey.Disposition
		N           int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlPastCases, id); err != nil {
		return nil, told(err)
	}
	out := make([]view.CaseCount, len(rows))
	for i, r := range rows {
		out[i] = view.CaseCount{Disposition: r.Disposition, N: r.N, Weight: 1}
	}
	return out, nil
}

const sqlKeepRate = `
INSERT INTO campaign_rate (campaign_id, counted_at, invited, rr1) VALUES ($1, $2, $3, $4) ON CONFLICT (campaign_id) DO NOTHING`

// KeepRate keeps the rate of a campaign that is over.
func (db *DB) KeepRate(ctx context.Context, r view.PastRate) error {
	_, err := db.x.ExecContext(ctx, sqlKeepRate, r.ID, r.At, r.Invited, r.RR1)
	return told(err)
}
