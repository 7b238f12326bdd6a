package postgres

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// snapshot runs do on one state of the database, for figures that must agree.
func (db *DB) snapshot(ctx context.Context, do func(tx *sqlx.Tx) error) error {
	tx, err := db.x.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return told(err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return told(do(tx))
}

const sqlStatus = `
SELECT k.name, k.title, k.state, k.purpose, k.confidentiality AS level, k.launched_at, k.ends_at, k.closed_at, coalesce(f.size, 0) AS frame,
	k.rate, k.budget, coalesce((SELECT spent FROM campaign_spend WHERE campaign_id = k.id),
		coalesce((SELECT sum(cost) FROM attempt WHERE campaign_id = k.id), 0)
		+ coalesce((SELECT sum(cost) FROM notice WHERE campaign_id = k.id), 0)) AS spent,
	(SELECT count(*) FROM attempt_doubt d JOIN attempt a ON a.id = d.attempt_id
		WHERE a.campaign_id = k.id AND d.needs_staff AND a.state = 'unknown')
	+ (SELECT count(*) FROM notice WHERE campaign_id = k.id AND needs_staff AND state = 'unknown') AS for_staff,
	least((SELECT min(due_at) FROM attempt_waiting WHERE campaign_id = k.id),
		(SELECT min(plan_at) FROM invitation WHERE campaign_id = k.id AND state IN ('open', 'started'))) AS next_due
FROM campaign k LEFT JOIN frame f ON f.campaign_id = k.id WHERE k.id = $1`

type statusRow struct {
	Name       string
	Title      document[map[survey.Lang]string]
	State      survey.CampaignState
	Purpose    survey.Purpose
	Level      survey.Confidentiality
	LaunchedAt sql.NullTime `db:"launched_at"`
	EndsAt     sql.NullTime `db:"ends_at"`
	ClosedAt   sql.NullTime `db:"closed_at"`
	Frame      int
	Rate       float64
	Budget     int64
	Spent      int64
	ForStaff   int          `db:"for_staff"`
	NextDue    sql.NullTime `db:"next_due"`
}

// Status counts how a campaign stands, in one snapshot. Who is behind a number is
// for People.
func (db *DB) Status(ctx context.Context, q view.StatusAsk) (view.Status, error) {
	var out view.Status
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		var r statusRow
		if err := tx.GetContext(ctx, &r, sqlStatus, q.ID); err != nil {
			return err
		}
		out = view.Status{Name: r.Name, Title: r.Title.V, State: r.State, Purpose: r.Purpose, Level: r.Level,
			LaunchedAt: r.LaunchedAt.Time, EndsAt: r.EndsAt.Time, ClosedAt: r.ClosedAt.Time, Frame: r.Frame,
			Rate: r.Rate, Budget: r.Budget, Spent: r.Spent, ForStaff: r.ForStaff, NextDue: r.NextDue.Time}
		for _, count := range []func(context.Context, *sqlx.Tx, survey.CampaignID, *view.Status) error{
			countInvitations, countStrata, countReplicates, countNotices, countArrivals, countMatters, countErasures, countResponses, countSealed, countCases} {
			if err := count(ctx, tx, q.ID, &out); err != nil {
				return err
			}
		}
		for _, count := range []func(context.Context, *sqlx.Tx, view.StatusAsk, *view.Status) error{
			countAttempts, countWaits, countSenders} {
			if err := count(ctx, tx, q, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

const sqlCountInvitations = `
SELECT stratum, state, coalesce(disposition, '') AS disposition, count(*) AS n
FROM invitation WHERE campaign_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

func countInvitations(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		Stratum     string
		State       survey.InvitationState
		Disposition survey.Disposition
		N           int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountInvitations, id); err != nil {
		return err
	}
	out.Invitations, out.Closed = map[survey.InvitationState]int{}, map[survey.Disposition]int{}
	for _, r := range rows {
		out.Cells = append(out.Cells, view.CaseCell(r))
		out.Invitations[r.State] += r.N
		if r.Disposition != "" {
			out.Closed[r.Disposition] += r.N
		}
	}
	return nil
}

const sqlCountStrata = `
SELECT d.stratum AS name, d.frame_size AS frame, d.sample_size AS sample,
	count(i.id) FILTER (WHERE i.state = 'held') AS held, count(i.id) FILTER (WHERE i.state = 'open') AS open,
	count(i.id) FILTER (WHERE i.state = 'started') AS started, count(i.id) FILTER (WHERE i.state = 'closed') AS closed,
	(SELECT count(*) FROM response r WHERE r.campaign_id = $1 AND r.stratum = d.stratum AND r.state = 'submitted') AS submitted
FROM stratum_draw d LEFT JOIN invitation i ON i.campaign_id = d.campaign_id AND i.stratum = d.stratum
WHERE d.campaign_id = $1 GROUP BY d.stratum, d.frame_size, d.sample_size ORDER BY d.stratum`

func countStrata(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		Name                                                  string
		Frame, Sample, Held, Open, Started, Closed, Submitted int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountStrata, id); err != nil {
		return err
	}
	for _, r := range rows {
		out.Strata = append(out.Strata, view.StratumStatus(r))
	}
	return nil
}

func stateCounts(ctx context.Context, tx *sqlx.Tx, query string, id survey.CampaignID) (map[survey.AttemptState]int, error) {
	var rows []struct {
		State survey.AttemptState
		N     int
	}
	if err := tx.SelectContext(ctx, &rows, query, id); err != nil {
		return nil, err
	}
	out := map[survey.AttemptState]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}

const sqlCountSealed = `
SELECT sealed AS state, count(*) AS n FROM invitation WHERE campaign_id = $1 AND sealed IS NOT NULL GROUP BY 1
UNION ALL SELECT '', count(*) FROM pool WHERE campaign_id = $1`

// countSealed counts, of an anonymous campaign, what became of answers that belong to no
// response of their own.
func countSealed(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	if out.Level != survey.Anonymous {
		return nil
	}
	var rows []struct {
		State survey.ResponseState
		N     int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountSealed, id); err != nil {
		return err
	}
	out.Sealed = map[survey.ResponseState]int{}
	for _, r := range rows {
		if r.State == "" {
			out.Pooled = r.N
		} else {
			out.Sealed[r.State] = r.N
		}
	}
	return nil
}

const sqlCountResponses = `
SELECT state, mode, count(*) AS n FROM response WHERE campaign_id = $1 GROUP BY 1, 2 ORDER BY 1, 2`

func countResponses(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		State survey.ResponseState
		Mode  survey.Mode
		N     int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountResponses, id); err != nil {
		return err
	}
	for _, r := range rows {
		out.Responses = append(out.Responses, view.ResponseCount(r))
	}
	return nil
}
