package postgres

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlStratumDraws = `
SELECT stratum, frame_size, sample_size, start, coalesce(circle, frame_size) AS circle, place, advance, turn
FROM stratum_draw WHERE campaign_id = $1 ORDER BY stratum`

type drawRow struct {
	Stratum                      string
	Frame                        int                 `db:"frame_size"`
	Size                         int                 `db:"sample_size"`
	Start                        survey.RandomNumber `db:"start"`
	Circle, Place, Advance, Turn int
}

// A person's rotation group is sampling.Group. A stored random number has its
// sign bit flipped; the bytes that are hashed have it as it was.
const sqlInTurn = `($2::int = 0 OR (((('x' || encode(substr(sha256(int8send($5::bigint) ||
	int8send(f.random_number # (-9223372036854775808))), 1, 4), 'hex'))::bit(32)::bigint * $2) >> 32)
	- $3::int + $2) % nullif($2, 0) < $4::int)`

const sqlStrata = `
SELECT f.stratum AS name, count(*) AS size, count(*) FILTER (WHERE ` + sqlInTurn + `) AS active,
	count(*) + (SELECT count(*) FROM frame_resting r WHERE r.campaign_id = $1 AND r.stratum = f.stratum) AS circle
FROM frame_unit f WHERE f.campaign_id = $1 GROUP BY f.stratum ORDER BY f.stratum`

// inTurn are the parameters of sqlInTurn: how many groups there are (0 for none,
// and everybody has the turn), the first that has the turn, how many have it, and
// what the groups are made with.
func inTurn(o view.DrawOrder, turn int) []any {
	if o.Groups == nil || o.Groups.Groups == 0 {
		return []any{o.CampaignID, 0, 0, 0, int64(0)}
	}
	return []any{o.CampaignID, o.Groups.Groups, turn % o.Groups.Groups, o.Groups.Stay, int64(o.Seed)}
}

// DrawSample draws from the frozen frame of a ready campaign: plan decides, and
// every drawn unit becomes a held invitation. A sample that is drawn already
// stays, and is returned.
func (db *DB) DrawSample(ctx context.Context, o view.DrawOrder) (view.Sample, error) {
	var out view.Sample
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		if err := lockReady(ctx, tx, o.CampaignID); err != nil {
			return err
		}
		var err error
		if out, err = sampleOf(ctx, tx, o.CampaignID); err != nil || len(out.Strata) > 0 {
			return err
		}
		turn, err := turnOf(ctx, tx, o)
		if err != nil {
			return err
		}
		if out.Strata, err = o.Plan(turn); err != nil {
			return err
		}
		if err := locate(ctx, tx, o.CampaignID, out.Strata, frozen); err != nil {
			return err
		}
		if err := keepDraws(ctx, tx, o, out.Strata); err != nil {
			return err
		}
		if out.Size, err = draw(ctx, tx, o, turn.Number); err != nil {
			return err
		}
		if err := span(ctx, tx, o.CampaignID, &out); err != nil {
			return err
		}
		return record(ctx, tx, survey.Event{Kind: survey.EventSampleDrawn, At: o.Now, CampaignID: o.CampaignID,
			Actor: o.Actor, Args: map[string]string{"size": strconv.Itoa(out.Size), "strata": strconv.Itoa(len(out.Strata)),
				"replicates": strconv.Itoa(o.Replicates)}})
	})
	return out, err
}

func sampleOf(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID) (view.Sample, error) {
	var rows []drawRow
	if err := tx.SelectContext(ctx, &rows, sqlStratumDraws, id); err != nil {
		return view.Sample{}, err
	}
	var out view.Sample
	for _, r := range rows {
		out.Strata = append(out.Strata, survey.Draw(r))
		out.Size += r.Size
	}
	return out, nil
}

const sqlKeepDraws = `
INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start, circle, place, advance, turn, kept)
SELECT $1, stratum, frame_size, sample_size, start, circle, place, advance, turn, kept
FROM unnest($2::text[], $3::int[], $4::int[], $5::bigint[], $6::int[], $7::int[], $8::int[], $9::int[], $10::text[])
	AS u (stratum, frame_size, sample_size, start, circle, place, advance, turn, kept)`

const sqlKeepKept = `UPDATE campaign SET keep = $2 WHERE id = $1`

const sqlKeepReplicates = `INSERT INTO replicate (campaign_id, number) SELECT $1, generate_series(0, $2::int - 1)`

func keepDraws(ctx context.Context, tx *sqlx.Tx, o view.DrawOrder, draws []survey.Draw) error {
	labels, err := keptLabels(ctx, tx, o, draws)
	if err != nil {
		return err
	}
	var names pq.StringArray
	var frame, size, start, circle, place, advance, turn pq.Int64Array
	for _, d := range draws {
		names, frame, size = append(names, d.Stratum), append(frame, int64(d.Frame)), append(size, int64(d.Size))
		start = append(start, int64(d.Start^1<<63)) // as RandomNumber.Value stores it
		circle, place = append(circle, int64(max(d.Circle, d.Frame))), append(place, int64(d.Place))
		advance, turn = append(advance, int64(d.Advance)), append(turn, int64(d.Turn))
	}
	if _, err := tx.ExecContext(ctx, sqlKeepDraws, o.CampaignID, names, frame, size, start, circle, place, advance, turn, pq.Array(labels)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlKeepReplicates, o.CampaignID, o.Replicates)
	return err
}

// keptLabels are the strata under which answers will stand, NULL under their own.
func keptLabels(ctx context.Context, tx *sqlx.Tx, o view.DrawOrder, draws []survey.Draw) ([]sql.NullString, error) {
	out := make([]sql.NullString, len(draws))
	if o.Keep == nil {
		return out, nil
	}
	labels, keep, err := o.Keep(draws)
	if err != nil {
		return nil, err
	}
	for i, d := range draws {
		out[i] = sql.NullString{String: labels[d.Stratum], Valid: true}
	}
	doc, err := encoded(keep)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, sqlKeepKept, o.CampaignID, doc)
	return out, err
}

// The draw: per stratum the first n_h units at or after the start, wrapping
// once, equal numbers by contact id, of those who have their turn. sampling.Select
// is its oracle. The weights
// are those of the whole sample; a release mends them.
const (
	sqlDraw = `
INSERT INTO invitation (campaign_id, contact_id, stratum, replicate, inclusion, weight, language)` + sqlDrawn + `
RETURNING contact_id, stratum`
	sqlDrawn = `
SELECT d.campaign_id, u.contact_id, d.stratum, 0, d.sample_size::float8 / d.frame_size,
	d.frame_size::float8 / d.sample_size, coalesce(c.language, 'vi')
FROM stratum_draw d
CROSS JOIN LATERAL (
	SELECT contact_id FROM (
		(SELECT f.contact_id, f.random_number, 0 AS lap FROM frame_unit f
			WHERE f.campaign_id = d.campaign_id AND f.stratum = d.stratum AND f.random_number >= d.start
				AND ` + sqlInTurn + `
			ORDER BY f.random_number, f.contact_id LIMIT d.sample_size)
		UNION ALL
		(SELECT f.contact_id, f.random_number, 1 FROM frame_unit f
			WHERE f.campaign_id = d.campaign_id AND f.stratum = d.stratum AND f.random_number < d.start
				AND ` + sqlInTurn + `
			ORDER BY f.random_number, f.contact_id LIMIT d.sample_size)) circle
	ORDER BY lap, random_number, contact_id LIMIT d.sample_size) u
LEFT JOIN contact c ON c.id = u.contact_id
WHERE d.campaign_id = $1 AND d.sample_size > 0`
)

const sqlSplit = `
UPDATE invitation i SET replicate = u.number FROM unnest($2::bigint[], $3::int[]) AS u (contact_id, number)
WHERE i.campaign_id = $1 AND i.contact_id = u.contact_id`

// draw makes the invitations and gives them their replicates.
func draw(ctx context.Context, tx *sqlx.Tx, o view.DrawOrder, turn int) (int, error) {
	var rows []struct {
		ContactID survey.ContactID `db:"contact_id"`
		Stratum   string
	}
	if err := tx.SelectContext(ctx, &rows, sqlDraw, inTurn(o, turn)...); err != nil {
		return 0, err
	}
	if o.Replicates <= 1 {
		return len(rows), nil
	}
	units := make([]survey.FrameUnit, len(rows))
	for i, r := range rows {
		units[i] = survey.FrameUnit{ContactID: r.ContactID, Stratum: r.Stratum}
	}
	var ids, numbers pq.Int64Array
	for id, n := range o.Split(units) {
		ids, numbers = append(ids, int64(id)), append(numbers, int64(n))
	}
	_, err := tx.ExecContext(ctx, sqlSplit, o.CampaignID, ids, numbers)
	return len(rows), err
}
