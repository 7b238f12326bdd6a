package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlLockCampaign = `SELECT state FROM campaign WHERE id = $1 FOR UPDATE`

// lockReady takes the campaign's lock and refuses one that is not ready: only
// then may its frame and sample be made.
func lockReady(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID) error {
	var state survey.CampaignState
	if err := tx.GetContext(ctx, &state, sqlLockCampaign, id); err != nil {
		return err
	}
	if state != survey.CampaignReady {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{
			"machine": "campaign", "state": string(state), "want": string(survey.CampaignReady)}}
	}
	return nil
}

const sqlFrame = `
SELECT frozen_at, hash, size, (SELECT count(*) FROM frame_resting r WHERE r.campaign_id = f.campaign_id) AS resting
FROM frame f WHERE campaign_id = $1`

// Who left the network, or is not to be contacted on any channel, is in no new
// frame; who rests is noted apart. An address on the do-not-contact list is met
// by the last gate instead. One statement, so that everybody is judged by one
// snapshot. The builder of eligibility puts the condition, the stratum's name and
// the rest in.
const (
	sqlFreezeUnits = `
WITH units AS (
	SELECT c.id, c.random_number, `
	sqlFreezeFrom = ` AS resting FROM contact c
	WHERE c.left_at IS NULL AND NOT ` + sqlIsSuppressed + ` AND `
	sqlFreezeInto = `),
resting AS (
	INSERT INTO frame_resting (campaign_id, contact_id, stratum, random_number)
	SELECT $1, id, stratum, random_number FROM units WHERE resting)
INSERT INTO frame_unit (campaign_id, contact_id, stratum, random_number)
SELECT $1, id, stratum, random_number FROM units WHERE NOT resting`
	sqlExcludedFrom = `
SELECT count(*) FILTER (WHERE c.left_at IS NOT NULL) AS gone,
	count(*) FILTER (WHERE c.left_at IS NULL AND ` + sqlIsSuppressed + `) AS suppressed
FROM contact c WHERE `
	sqlIsSuppressed = `EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = c.id
	AND s.lifted_at IS NULL AND s.scope = 'all' AND s.channel IS NULL)`
	// A case counts as an invitation from when its replicate was released; a
	// campaign that was drawn and never launched invited nobody. Whoever was
	// merged into another was that person.
	sqlIsResting = `c.id IN (SELECT coalesce(m.merged_into, m.id) FROM replicate r
		JOIN campaign k ON k.id = r.campaign_id AND k.launched_at IS NOT NULL
		JOIN invitation i ON i.campaign_id = r.campaign_id AND i.replicate = r.number AND i.state NOT IN ('held', 'withdrawn')
		JOIN contact m ON m.id = i.contact_id
		WHERE r.released_at > `
)

// freezeQuery is the statement that freezes a frame, and its parameters.
func freezeQuery(f view.Freeze) (string, []any) {
	e := eligible{args: []any{f.CampaignID}}
	return sqlFreezeUnits + e.units(f) + sqlFreezeInto, e.args
}

// units are the columns and rows of a frame behind contact and random number:
// who is in it, in which stratum, and who of them rests.
func (e *eligible) units(f view.Freeze) string {
	stratum, resting := e.stratum(f.Strata), "false"
	if f.Rest > 0 {
		resting = sqlIsResting + e.arg(f.Now.Add(-f.Rest)) + "::timestamptz)"
	}
	return stratum + " AS stratum, " + resting + sqlFreezeFrom + e.where(f.Eligibility)
}

// excludedQuery counts who would be eligible and is left out all the same.
func excludedQuery(c survey.Condition) (string, []any) {
	e := eligible{}
	return sqlExcludedFrom + e.where(c), e.args
}

const sqlResting = `SELECT count(*) FROM frame_resting WHERE campaign_id = $1`

const sqlFrameUnits = `
SELECT contact_id, stratum, random_number FROM frame_unit WHERE campaign_id = $1 ORDER BY contact_id`

const sqlKeepFrame = `INSERT INTO frame (campaign_id, frozen_at, hash, size) VALUES ($1, $2, $3, $4)`

// FreezeFrame makes the frame of a ready campaign: the eligible contacts as
// they are now, with stratum and permanent random number, and the hash that
// identifies them. seal gives the hash, or refuses the frame: then nothing is
// frozen. A frame that is frozen already stays, and is returned.
func (db *DB) FreezeFrame(ctx context.Context, f view.Freeze, seal func([]survey.FrameUnit) (string, error)) (view.Frame, error) {
	var out view.Frame
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		if err := lockReady(ctx, tx, f.CampaignID); err != nil {
			return err
		}
		if frozen, err := frameOf(ctx, tx, f.CampaignID); err != nil || frozen != nil {
			if frozen != nil {
				out = *frozen
			}
			return err
		}
		query, args := freezeQuery(f)
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
		units, err := frameUnits(ctx, tx, f.CampaignID)
		if err != nil {
			return err
		}
		out = view.Frame{FrozenAt: f.Now, Size: len(units)}
		if out.Hash, err = seal(units); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlKeepFrame, f.CampaignID, f.Now, out.Hash, out.Size); err != nil {
			return err
		}
		if err := excluded(ctx, tx, f, &out); err != nil {
			return err
		}
		return record(ctx, tx, survey.Event{Kind: survey.EventFrameFrozen, At: f.Now, CampaignID: f.CampaignID,
			Actor: f.Actor, Args: map[string]string{"size": strconv.Itoa(out.Size), "hash": out.Hash,
				"left": strconv.Itoa(out.Left), "suppressed": strconv.Itoa(out.Suppressed),
				string(survey.ReasonResting): strconv.Itoa(out.Resting)}})
	})
	return out, err
}

// frameOf returns the frozen frame of a campaign, nil before it is frozen.
func frameOf(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID) (*view.Frame, error) {
	var rows []struct {
		FrozenAt time.Time `db:"frozen_at"`
		Hash     string
		Size     int
		Resting  int
	}
	if err := tx.SelectContext(ctx, &rows, sqlFrame, id); err != nil || len(rows) == 0 {
		return nil, err
	}
	r := rows[0]
	return &view.Frame{FrozenAt: r.FrozenAt, Hash: r.Hash, Size: r.Size, Resting: r.Resting}, nil
}

func excluded(ctx context.Context, tx *sqlx.Tx, f view.Freeze, out *view.Frame) error {
	query, args := excludedQuery(f.Eligibility)
	var row struct {
		Gone       int `db:"gone"`
		Suppressed int `db:"suppressed"`
	}
	if err := tx.GetContext(ctx, &row, query, args...); err != nil {
		return err
	}
	out.Left, out.Suppressed = row.Gone, row.Suppressed
	return tx.GetContext(ctx, &out.Resting, sqlResting, f.CampaignID)
}

// Resting is how many people were left out of the frozen frame of a campaign
// because they had been invited too short a time before.
func (db *DB) Resting(ctx context.Context, id survey.CampaignID) (int, error) {
	var n int
	return n, told(db.x.GetContext(ctx, &n, sqlResting, id))
}

type frameUnitRow struct {
	ContactID survey.ContactID `db:"contact_id"`
	Stratum   string
	Random    survey.RandomNumber `db:"random_number"`
}

func frameUnits(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID) ([]survey.FrameUnit, error) {
	rows, err := tx.QueryxContext(ctx, sqlFrameUnits, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []survey.FrameUnit
	names := map[string]string{} // one copy of each name, however large the frame
	for rows.Next() {
		var r frameUnitRow
		if err := rows.StructScan(&r); err != nil {
			return nil, err
		}
		name, ok := names[r.Stratum]
		if !ok {
			name = r.Stratum
			names[name] = name
		}
		out = append(out, survey.FrameUnit{ContactID: r.ContactID, Stratum: name, Random: r.Random})
	}
	return out, rows.Err()
}
