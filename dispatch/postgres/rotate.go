package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlSeriesOf = `
SELECT s.id FROM series s JOIN wave w ON w.series_id = s.id WHERE w.campaign_id = $1`

// The series of a campaign is locked before its waves' draws are read: of two
// waves that are drawn at once, one sees the other.
const sqlLockSeriesOf = sqlSeriesOf + ` FOR NO KEY UPDATE OF s`

// The waves that were drawn before; one that is not held asked nobody.
const sqlDrawnBefore = `
SELECT w.campaign_id FROM wave w JOIN frame f ON f.campaign_id = w.campaign_id
WHERE w.series_id = $1 AND w.campaign_id <> $2 AND w.state <> 'skipped'
	AND EXISTS (SELECT 1 FROM stratum_draw d WHERE d.campaign_id = w.campaign_id)
ORDER BY f.frozen_at, w.date`

const sqlLatestDraws = `
SELECT DISTINCT ON (d.stratum) d.stratum, d.frame_size, d.sample_size, d.start, coalesce(d.circle, d.frame_size) AS circle,
	d.place, d.advance, d.turn
FROM unnest($1::bigint[]) WITH ORDINALITY AS u (campaign_id, nth) JOIN stratum_draw d ON d.campaign_id = u.campaign_id
ORDER BY d.stratum, u.nth DESC`

// turnOf gathers what a draw is planned on: the strata of the frozen frame, and
// the earlier draws of the campaign's series.
func turnOf(ctx context.Context, tx *sqlx.Tx, o view.DrawOrder) (view.Turn, error) {
	var series []survey.SeriesID
	if err := tx.SelectContext(ctx, &series, sqlLockSeriesOf, o.CampaignID); err != nil {
		return view.Turn{}, err
	}
	return turnIn(ctx, tx, o, series, frozen)
}

// turnIn is turnOf for a campaign of a series, or of none, and a frame.
func turnIn(ctx context.Context, tx *sqlx.Tx, o view.DrawOrder, series []survey.SeriesID, in onFrame) (view.Turn, error) {
	var out view.Turn
	before := map[string]*survey.Draw{}
	if len(series) > 0 {
		var drawn pq.Int64Array
		if err := tx.SelectContext(ctx, &drawn, sqlDrawnBefore, series[0], o.CampaignID); err != nil {
			return out, err
		}
		var rows []drawRow
		if err := tx.SelectContext(ctx, &rows, sqlLatestDraws, drawn); err != nil {
			return out, err
		}
		for _, r := range rows {
			d := survey.Draw(r)
			before[d.Stratum] = &d
		}
		out.Number = len(drawn)
	}
	var strata []struct {
		Name                 string
		Size, Active, Circle int
	}
	query, args := in(sqlStrata, inTurn(o, out.Number)...)
	if err := tx.SelectContext(ctx, &strata, query, args...); err != nil {
		return out, err
	}
	for _, s := range strata {
		out.Strata = append(out.Strata, view.StratumSize{Name: s.Name, Size: s.Size, Circle: s.Circle, Active: s.Active,
			Before: before[s.Name]})
	}
	return out, nil
}

// sampling.Locate is its oracle.
const sqlLocate = `
SELECT u.stratum, c.random_number AS start FROM unnest($2::text[], $3::bigint[], $4::int[]) AS u (stratum, start, place)
CROSS JOIN LATERAL (
	SELECT random_number FROM (
		SELECT contact_id, random_number FROM frame_unit f WHERE f.campaign_id = $1 AND f.stratum = u.stratum
		UNION ALL
		SELECT contact_id, random_number FROM frame_resting r WHERE r.campaign_id = $1 AND r.stratum = u.stratum) circle
	ORDER BY random_number < u.start, random_number, contact_id OFFSET u.place LIMIT 1) c`

// locate gives the draws that start further on in the circle the number that
// stands there.
func locate(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, draws []survey.Draw, in onFrame) error {
	var names pq.StringArray
	var start, place pq.Int64Array
	for _, d := range draws {
		if d.Place > 0 {
			names, start = append(names, d.Stratum), append(start, int64(d.Start^1<<63))
			place = append(place, int64(d.Place))
		}
	}
	if len(names) == 0 {
		return nil
	}
	var rows []struct {
		Stratum string
		Start   survey.RandomNumber
	}
	query, args := in(sqlLocate, id, names, start, place)
	if err := tx.SelectContext(ctx, &rows, query, args...); err != nil {
		return err
	}
	at := map[string]survey.RandomNumber{}
	for _, r := range rows {
		at[r.Stratum] = r.Start
	}
	for i, d := range draws {
		if n, ok := at[d.Stratum]; ok {
			draws[i].Start = n
		}
	}
	return nil
}

// The places that the first people of a sample take, with those who rest between
// them. sampling.Span is its oracle.
const sqlSpan = `
UPDATE stratum_draw d SET advance = p.place
FROM (SELECT stratum, resting, place, count(*) FILTER (WHERE NOT resting)
		OVER (PARTITION BY stratum ORDER BY place) AS taken
	FROM (SELECT c.stratum, c.resting,
			row_number() OVER (PARTITION BY c.stratum ORDER BY c.random_number < e.start, c.random_number, c.contact_id) AS place
		FROM (SELECT stratum, contact_id, random_number, false AS resting FROM frame_unit WHERE campaign_id = $1
			UNION ALL
			SELECT stratum, contact_id, random_number, true FROM frame_resting WHERE campaign_id = $1) c
		JOIN stratum_draw e ON e.campaign_id = $1 AND e.stratum = c.stratum AND e.advance > 0) placed) p
WHERE d.campaign_id = $1 AND d.stratum = p.stratum AND NOT p.resting AND p.taken = d.advance
RETURNING d.stratum, d.advance`

// span widens the advance of the draws by those who rest between the people that
// the next wave starts behind.
func span(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, s *view.Sample) error {
	rests, moves := false, false
	for _, d := range s.Strata {
		rests, moves = rests || d.Circle > d.Frame, moves || d.Advance > 0
	}
	if !rests || !moves {
		return nil
	}
	var rows []struct {
		Stratum string
		Advance int
	}
	if err := tx.SelectContext(ctx, &rows, sqlSpan, id); err != nil {
		return err
	}
	at := map[string]int{}
	for _, r := range rows {
		at[r.Stratum] = r.Advance
	}
	for i, d := range s.Strata {
		if n, ok := at[d.Stratum]; ok {
			s.Strata[i].Advance = n
		}
	}
	return nil
}
