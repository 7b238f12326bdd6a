package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlKeepStamp = `
INSERT INTO result_stamp (campaign_id, code, counted_at, figures, kept_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (campaign_id, code) DO NOTHING`

// KeepStamp keeps what is about to be printed or exported; the same figures are kept once.
func (db *DB) KeepStamp(ctx context.Context, id survey.CampaignID, s view.ResultStamp) error {
	figures, err := encoded(s.Figures)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlKeepStamp, id, s.Code, s.CountedAt, figures, s.KeptBy)
	return told(err)
}

type stampRow struct {
	Code      string
	CountedAt time.Time `db:"counted_at"`
	KeptBy    string    `db:"kept_by"`
	Figures   document[view.Figures]
}

const sqlStamp = `SELECT code, counted_at, kept_by, figures FROM result_stamp WHERE campaign_id = $1 AND code = $2`

// Stamp is what was printed under a code, or an error of kind NotFound.
func (db *DB) Stamp(ctx context.Context, id survey.CampaignID, code string) (view.ResultStamp, error) {
	var r stampRow
	if err := db.x.GetContext(ctx, &r, sqlStamp, id, code); err != nil {
		return view.ResultStamp{}, told(err)
	}
	return view.ResultStamp{Code: r.Code, CountedAt: r.CountedAt, KeptBy: r.KeptBy, Figures: r.Figures.V}, nil
}

const sqlStamps = `
SELECT code, counted_at, kept_by, '{}'::jsonb AS figures FROM result_stamp WHERE campaign_id = $1 ORDER BY counted_at DESC, code LIMIT $2`

// Stamps are the latest prints and files of a campaign, at most so many, without their
// figures.
func (db *DB) Stamps(ctx context.Context, id survey.CampaignID, most int) ([]view.ResultStamp, error) {
	var rows []stampRow
	if err := db.x.SelectContext(ctx, &rows, sqlStamps, id, most); err != nil {
		return nil, told(err)
	}
	out := make([]view.ResultStamp, len(rows))
	for i, r := range rows {
		out[i] = view.ResultStamp{Code: r.Code, CountedAt: r.CountedAt, KeptBy: r.KeptBy}
	}
	return out, nil
}

const sqlKeepCount = `
INSERT INTO result_count (campaign_id, counted_at, took, invited, submitted, partials, participation) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (campaign_id) DO UPDATE SET counted_at = excluded.counted_at, took = excluded.took, invited = excluded.invited,
	submitted = excluded.submitted, partials = excluded.partials, participation = excluded.participation
WHERE result_count.counted_at <= excluded.counted_at`

// KeepCount keeps the last count of a campaign, so that a listing counts nothing.
func (db *DB) KeepCount(ctx context.Context, c view.ResultCount) error {
	_, err := db.x.ExecContext(ctx, sqlKeepCount, c.CampaignID, c.CountedAt, c.Took.Milliseconds(), c.Invited, c.Submitted, c.Partials, c.Participation)
	return told(err)
}

const sqlKeptCounts = `
SELECT campaign_id, counted_at, took, invited, submitted, partials, participation FROM result_count WHERE campaign_id = ANY($1)`

// KeptCounts are the last counts of campaigns, of those that were ever counted.
func (db *DB) KeptCounts(ctx context.Context, ids []survey.CampaignID) (map[survey.CampaignID]view.ResultCount, error) {
	var rows []struct {
		CampaignID    survey.CampaignID `db:"campaign_id"`
		CountedAt     time.Time         `db:"counted_at"`
		Took          int64
		Invited       int
		Submitted     int
		Partials      int
		Participation *float64
	}
	of := make(pq.Int64Array, len(ids))
	for i, id := range ids {
		of[i] = int64(id)
	}
	if err := db.x.SelectContext(ctx, &rows, sqlKeptCounts, of); err != nil {
		return nil, told(err)
	}
	out := map[survey.CampaignID]view.ResultCount{}
	for _, r := range rows {
		out[r.CampaignID] = view.ResultCount{CampaignID: r.CampaignID, CountedAt: r.CountedAt, Took: time.Duration(r.Took) * time.Millisecond,
			Invited: r.Invited, Submitted: r.Submitted, Partials: r.Partials, Participation: r.Participation}
	}
	return out, nil
}

const sqlLaunchedCampaigns = sqlCampaignColumns + `
WHERE state IN ('fielding', 'paused', 'closed', 'archived') AND ($1 = 0 OR id < $1) ORDER BY id DESC LIMIT $2`

// LaunchedCampaigns are campaigns that were launched, the newest first, before a given one
// unless that is 0, at most so many.
func (db *DB) LaunchedCampaigns(ctx context.Context, before survey.CampaignID, most int) ([]*survey.Campaign, error) {
	var rows []campaignRow
	if err := db.x.SelectContext(ctx, &rows, sqlLaunchedCampaigns, before, most); err != nil {
		return nil, told(err)
	}
	out := make([]*survey.Campaign, len(rows))
	for i, r := range rows {
		out[i] = r.campaign()
	}
	return out, nil
}

const sqlWavesBeside = `
SELECT k.name FROM wave w JOIN wave u ON u.series_id = w.series_id AND u.date <= w.date JOIN campaign k ON k.id = u.campaign_id
WHERE w.campaign_id = $1 AND k.state IN ('fielding', 'paused', 'closed', 'archived') ORDER BY u.date DESC LIMIT $2`

// WavesUpTo are the campaigns of the series that a campaign is a wave of, up to it, the
// latest first, at most so many; none if it is of no series.
func (db *DB) WavesUpTo(ctx context.Context, id survey.CampaignID, most int) ([]string, error) {
	var out []string
	return out, told(db.x.SelectContext(ctx, &out, sqlWavesBeside, id, most))
}

// Who answered is known of every campaign, and what is not.
const sqlAnsweredBoth = `
SELECT count(*) FROM invitation a JOIN invitation b ON b.contact_id = a.contact_id AND b.campaign_id = $2
WHERE a.campaign_id = $1 AND a.disposition IN ('1.1', '1.2') AND b.disposition IN ('1.1', '1.2')`

// AnsweredBoth is how many people answered two campaigns.
func (db *DB) AnsweredBoth(ctx context.Context, first, second survey.CampaignID) (int, error) {
	var n int
	return n, told(db.x.GetContext(ctx, &n, sqlAnsweredBoth, first, second))
}
