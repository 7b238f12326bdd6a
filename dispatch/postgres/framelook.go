package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlFrameUnreachable = `
SELECT count(*) FROM frame_unit f WHERE f.campaign_id = $1
	AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = f.contact_id AND e.status <> 'dead')`

const sqlFrameBy = `
SELECT coalesce(CASE $2::text WHEN 'unit' THEN c.unit WHEN 'sex' THEN c.sex WHEN 'language' THEN c.language ELSE c.attributes ->> $2::text END, '') AS value,
	count(*) AS n
FROM frame_unit f JOIN contact c ON c.id = f.contact_id WHERE f.campaign_id = $1 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 30`

// LookAtFrame says what freezing and drawing would make now, by the statements that do
// it, in a transaction that cannot write. Why the draw would be refused is no error of
// its own.
func (db *DB) LookAtFrame(ctx context.Context, o view.FrameOrder) (view.FrameLook, error) {
	var out view.FrameLook
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		in := imagined(o.Freeze)
		turn, err := turnIn(ctx, tx, o.Draw, nil, in)
		if err != nil {
			return err
		}
		if out.Frame, err = imagineFrame(ctx, tx, o.Freeze, turn); err != nil {
			return err
		}
		query, args := in(sqlFrameUnreachable, o.Freeze.CampaignID)
		if err := tx.GetContext(ctx, &out.Unreachable, query, args...); err != nil {
			return err
		}
		for _, field := range o.By {
			count := view.FrameCount{Field: field}
			query, args := in(sqlFrameBy, o.Freeze.CampaignID, field)
			if err := tx.SelectContext(ctx, &count.Values, query, args...); err != nil {
				return err
			}
			out.By = append(out.By, count)
		}
		for _, s := range turn.Strata {
			out.Strata = append(out.Strata, view.StratumLook{Name: s.Name, Size: s.Size})
		}
		if o.Draw.Plan == nil {
			return nil
		}
		return lookAtDraw(ctx, tx, o, turn, &out)
	})
	return out, err
}

const sqlFrameOrder = `SELECT contact_id, stratum FROM frame_unit f WHERE f.campaign_id = $1 ORDER BY contact_id`

// lookAtDraw says how many of each stratum would be drawn, and who, of a small frame.
func lookAtDraw(ctx context.Context, tx *sqlx.Tx, o view.FrameOrder, turn view.Turn, out *view.FrameLook) error {
	draws, err := o.Draw.Plan(turn)
	if err != nil {
		out.Refused = err
		return nil
	}
	at := map[string]int{}
	for i, d := range draws {
		at[d.Stratum], out.Strata[i].Draw = i, d.Size
	}
	if out.Frame.Size > o.Most {
		return nil
	}
	o.Draw.Replicates = 1
	in := imagined(o.Freeze)
	_, people, err := imagineDraw(ctx, tx, imaginedDraw{DrawOrder: o.Draw, draws: draws, in: in})
	if err != nil {
		return err
	}
	drawn := map[survey.ContactID]bool{}
	for _, id := range people {
		drawn[id] = true
	}
	var units []struct {
		ContactID survey.ContactID `db:"contact_id"`
		Stratum   string
	}
	query, args := in(sqlFrameOrder, o.Freeze.CampaignID)
	if err := tx.SelectContext(ctx, &units, query, args...); err != nil {
		return err
	}
	for _, u := range units {
		s := &out.Strata[at[u.Stratum]]
		s.Drawn = append(s.Drawn, drawn[u.ContactID])
	}
	return nil
}

// The newest five thousand people: what may be filtered by is known at once, however
// long the list.
const sqlListFields = `
WITH newest AS MATERIALIZED (SELECT unit, sex, attributes FROM contact WHERE left_at IS NULL ORDER BY id DESC LIMIT 5000),
v AS (
	SELECT 'unit' AS field, unit AS value FROM newest WHERE unit <> ''
	UNION ALL SELECT 'sex', sex FROM newest WHERE sex <> ''
	UNION ALL SELECT a.key, a.value FROM newest, jsonb_each_text(attributes) a WHERE a.value <> ''),
counted AS (SELECT field, value, count(*) AS n, row_number() OVER (PARTITION BY field ORDER BY count(*) DESC, value) AS nth FROM v GROUP BY 1, 2)
SELECT field, value, n FROM counted WHERE nth <= 60 ORDER BY field = 'unit' DESC, field = 'sex' DESC, field, value`

// ListFields are the fields that people on the list have, each with its values.
func (db *DB) ListFields(ctx context.Context) ([]view.FrameCount, error) {
	var rows []struct {
		Field, Value string
		N            int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlListFields); err != nil {
		return nil, told(err)
	}
	var out []view.FrameCount
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Field != r.Field {
			out = append(out, view.FrameCount{Field: r.Field})
		}
		last := &out[len(out)-1]
		last.Values = append(last.Values, view.ValueCount{Value: r.Value, N: r.N})
	}
	return out, nil
}
