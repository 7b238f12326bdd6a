package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A frame that is not frozen, and a sample that is not drawn, are imagined: the
// statements of freezing and drawing run as they stand, and where they name
// frame_unit, frame_resting and stratum_draw they find queries of those names.
// Nothing is written, and nobody is locked.

// onFrame puts a statement over a frame: the query, and its parameters.
type onFrame func(query string, args ...any) (string, []any)

// frozen is the frame of the tables.
func frozen(query string, args ...any) (string, []any) { return query, args }

const (
	sqlImagineUnits = `
WITH units AS MATERIALIZED (
	SELECT c.id, c.random_number, `
	sqlImagineInto = `),
frame_resting AS (SELECT $1::bigint AS campaign_id, id AS contact_id, stratum, random_number FROM units WHERE resting),
frame_unit AS (SELECT $1::bigint AS campaign_id, id AS contact_id, stratum, random_number FROM units WHERE NOT resting)`
)

// imagined is the frame that freezing by f would make now. The first parameter of
// a statement over it is the campaign.
func imagined(f view.Freeze) onFrame {
	return func(query string, args ...any) (string, []any) {
		e := eligible{args: slices.Clone(args)}
		return sqlImagineUnits + e.units(f) + sqlImagineInto + query, e.args
	}
}

// sampled is a campaign as a launch would make it: who is in its frame and its
// sample. Of a campaign whose sample is drawn, or that is in the field, cases has
// the invitations; else contacts has the people drawn.
type sampled struct {
	frame    view.Frame
	size     int
	cases    []survey.InvitationID
	contacts []survey.ContactID
}

const sqlHeldCases = `
SELECT id FROM invitation WHERE campaign_id = $1 AND replicate = 0 AND state = 'held' ORDER BY id`

const sqlOpenCases = `
SELECT id FROM invitation WHERE campaign_id = $1 AND state IN ('open', 'started') ORDER BY plan_at, id`

const sqlCountCases = `SELECT count(*) FROM invitation WHERE campaign_id = $1`

// sample freezes and draws in imagination, as far as that is not done: of the
// sample whoever the first replicate has. An error is the one that a launch would
// meet.
func imagineSample(ctx context.Context, tx *sqlx.Tx, o view.ForecastOrder) (sampled, error) {
	var out sampled
	id, in := o.Campaign.ID, imagined(o.Freeze)
	kept, err := frameOf(ctx, tx, id)
	if err != nil {
		return out, err
	}
	if kept != nil {
		out.frame, in = *kept, frozen
	}
	drawn, err := sampleOf(ctx, tx, id)
	if err != nil {
		return out, err
	}
	if len(drawn.Strata) > 0 {
		query := sqlHeldCases
		if o.Campaign.State != survey.CampaignDraft && o.Campaign.State != survey.CampaignReady {
			query = sqlOpenCases
		}
		if err := tx.GetContext(ctx, &out.size, sqlCountCases, id); err != nil {
			return out, err
		}
		return out, tx.SelectContext(ctx, &out.cases, query, id)
	}
	var series []survey.SeriesID
	if err := tx.SelectContext(ctx, &series, sqlSeriesOf, id); err != nil {
		return out, err
	}
	turn, err := turnIn(ctx, tx, o.Draw, series, in)
	if err != nil {
		return out, err
	}
	if kept == nil {
		if out.frame, err = imagineFrame(ctx, tx, o.Freeze, turn); err != nil {
			return out, err
		}
	}
	draws, err := o.Draw.Plan(turn)
	if err != nil {
		return out, err
	}
	if err := locate(ctx, tx, id, draws, in); err != nil {
		return out, err
	}
	out.size, out.contacts, err = imagineDraw(ctx, tx, imaginedDraw{DrawOrder: o.Draw, turn: turn.Number, draws: draws, in: in})
	return out, err
}

// imagineFrame counts the frame that a launch would freeze. It has no hash.
func imagineFrame(ctx context.Context, tx *sqlx.Tx, f view.Freeze, turn view.Turn) (view.Frame, error) {
	out := view.Frame{FrozenAt: f.Now}
	for _, s := range turn.Strata {
		out.Size += s.Size
	}
	query, args := excludedQuery(f.Eligibility)
	var row struct {
		Gone       int
		Suppressed int
	}
	if err := tx.GetContext(ctx, &row, query, args...); err != nil {
		return out, err
	}
	out.Left, out.Suppressed = row.Gone, row.Suppressed
	query, args = imagined(f)(sqlResting, f.CampaignID)
	return out, tx.GetContext(ctx, &out.Resting, query, args...)
}

const sqlCountUnits = `SELECT count(*) FROM frame_unit WHERE campaign_id = $1`

// CountFrame is how many people a frame of condition c would have at now, without those
// who were invited less than rest before.
func (db *DB) CountFrame(ctx context.Context, c survey.Condition, rest time.Duration, now time.Time) (int, error) {
	query, args := imagined(view.Freeze{Eligibility: c, Rest: rest, Now: now})(sqlCountUnits, 0)
	var n int
	return n, told(db.x.GetContext(ctx, &n, query, args...))
}

const sqlImaginedDraw = `
SELECT x.contact_id, x.stratum FROM (
WITH stratum_draw AS (
	SELECT $1::bigint AS campaign_id, u.* FROM unnest($6::text[], $7::int[], $8::int[], $9::bigint[])
		AS u (stratum, frame_size, sample_size, start))` + sqlDrawn + `) AS x (campaign_id, contact_id, stratum, replicate, inclusion, weight, language)`

// imaginedDraw is a draw that is not kept.
type imaginedDraw struct {
	view.DrawOrder
	turn  int
	draws []survey.Draw
	in    onFrame
}

// imagineDraw returns how many people the draw takes, and those of the first
// replicate.
func imagineDraw(ctx context.Context, tx *sqlx.Tx, o imaginedDraw) (int, []survey.ContactID, error) {
	var names pq.StringArray
	var frame, size, start pq.Int64Array
	for _, d := range o.draws {
		names, frame, size = append(names, d.Stratum), append(frame, int64(d.Frame)), append(size, int64(d.Size))
		start = append(start, int64(d.Start^1<<63)) // as RandomNumber.Value stores it
	}
	query, args := o.in(sqlImaginedDraw, append(inTurn(o.DrawOrder, o.turn), names, frame, size, start)...)
	var rows []struct {
		ContactID survey.ContactID `db:"contact_id"`
		Stratum   string
	}
	if err := tx.SelectContext(ctx, &rows, query, args...); err != nil {
		return 0, nil, err
	}
	out := make([]survey.ContactID, 0, len(rows))
	if o.Replicates <= 1 {
		for _, r := range rows {
			out = append(out, r.ContactID)
		}
		return len(rows), out, nil
	}
	units := make([]survey.FrameUnit, len(rows))
	for i, r := range rows {
		units[i] = survey.FrameUnit{ContactID: r.ContactID, Stratum: r.Stratum}
	}
	replicate := o.Split(units)
	for _, r := range rows {
		if replicate[r.ContactID] == 0 {
			out = append(out, r.ContactID)
		}
	}
	return len(rows), out, nil
}
