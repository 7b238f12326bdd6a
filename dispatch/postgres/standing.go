package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The numbers of a status that have people behind them are counted here; People
// lists who they are, by the same conditions.

const sqlCountReplicates = `
SELECT r.number, r.state, count(i.id) AS n
FROM replicate r LEFT JOIN invitation i ON i.campaign_id = r.campaign_id AND i.replicate = r.number
WHERE r.campaign_id = $1 GROUP BY 1, 2 ORDER BY 1`

func countReplicates(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		Number int
		State  survey.ReplicateState
		N      int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountReplicates, id); err != nil {
		return err
	}
	for _, r := range rows {
		out.Replicates = append(out.Replicates, view.ReplicateCount(r))
	}
	return nil
}

const sqlCountAttempts = `
SELECT channel, step, state, reason, count(*) AS n, count(DISTINCT invitation_id) AS people,
	count(*) FILTER (WHERE sent_at > $2 AND sent_at <= $3) AS recent, sum(cost)::bigint AS cost, count(*) FILTER (WHERE cost > 0) AS priced
FROM attempt WHERE campaign_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`

func countAttempts(ctx context.Context, tx *sqlx.Tx, q view.StatusAsk, out *view.Status) error {
	var rows []struct {
		Channel   survey.Channel
		Step      string
		State     survey.AttemptState
		Reason    survey.Reason
		N, People int
		Recent    int
		Cost      int64
		Priced    int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountAttempts, q.ID, q.Now.Add(-view.PaceSpan), q.Now); err != nil {
		return err
	}
	for _, r := range rows {
		out.Recent += r.Recent
		out.Attempts = append(out.Attempts, view.AttemptCount{Channel: r.Channel, Step: r.Step, State: r.State, Reason: r.Reason,
			N: r.N, People: r.People, Cost: r.Cost, Priced: r.Priced})
	}
	return nil
}

const sqlCountNotices = `
SELECT channel, state, reason, count(*) AS n, count(DISTINCT invitation_id) AS people, count(invitation_id) AS known
FROM notice WHERE campaign_id = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

func countNotices(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		Channel   survey.Channel
		State     survey.AttemptState
		Reason    survey.Reason
		N, People int
		Known     int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountNotices, id); err != nil {
		return err
	}
	for _, r := range rows {
		out.Notices = append(out.Notices, view.NoticeCount(r))
	}
	return nil
}

const sqlCountArrivals = `
SELECT CASE WHEN x.applied_at IS NULL THEN 'unapplied' ELSE 'parked' END AS state, count(*) AS n, count(DISTINCT i.id) AS people,
	count(*) FILTER (WHERE ` + sqlArrivalKept + `) AS kept
FROM inbox x JOIN invitation i ON i.id = x.invitation_id
WHERE i.campaign_id = $1 AND (x.applied_at IS NULL OR x.outcome = 'parked') GROUP BY 1 ORDER BY 1`

func countArrivals(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var rows []struct {
		State           view.ArrivalState
		N, People, Kept int
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountArrivals, id); err != nil {
		return err
	}
	for _, r := range rows {
		out.Arrivals = append(out.Arrivals, view.ArrivalCount{State: r.State, N: r.N, People: r.People})
		out.Kept += r.Kept
		if r.State == view.ArrivalUnapplied {
			out.Unapplied = r.N
		}
	}
	return nil
}

// Why a queued attempt a of campaign k, by a sender of health h, does not leave at
// the moment t. A sender that is being tried leaves all but one waiting.
const sqlWhyWaiting = `CASE WHEN k.state = 'paused' THEN 'paused' WHEN h.state <> 'closed' THEN 'halted' WHEN a.due_at <= t.now THEN 'due'
	WHEN a.reason IN ('', 'due') THEN 'wait' ELSE a.reason END`

const sqlCountWaits = `
SELECT ` + sqlWhyWaiting + ` AS why, count(*) AS n, count(DISTINCT a.invitation_id) AS people, min(a.due_at) AS next, max(a.due_at) AS last
FROM attempt a JOIN campaign k ON k.id = a.campaign_id LEFT JOIN sender_health h ON h.sender_id = a.sender_id
CROSS JOIN (SELECT $2::timestamptz AS now) t
WHERE a.campaign_id = $1 AND a.state = 'queued' GROUP BY 1 ORDER BY 1`

func countWaits(ctx context.Context, tx *sqlx.Tx, q view.StatusAsk, out *view.Status) error {
	var rows []struct {
		Why        survey.Reason
		N, People  int
		Next, Last time.Time
	}
	if err := tx.SelectContext(ctx, &rows, sqlCountWaits, q.ID, q.Now); err != nil {
		return err
	}
	for _, r := range rows {
		out.Waits = append(out.Waits, view.WaitCount(r))
		if r.Why != survey.ReasonPaused && r.Why != survey.ReasonHalted && (out.NextContact.IsZero() || r.Next.Before(out.NextContact)) {
			out.NextContact = r.Next
		}
	}
	return nil
}

const sqlCampaignSenders = `
SELECT s.id, s.channel, s.address, s.day_cap, s.warmup, s.first_day, coalesce(h.state, 'closed') AS state, coalesce(h.reason, '') AS reason,
	coalesce(h.code, '') AS code, h.since, h.until, coalesce(d.taken, 0) AS taken, u.last, u.waiting
FROM (SELECT sender_id, max(sent_at) AS last, count(*) FILTER (WHERE state = 'queued') AS waiting
	FROM attempt WHERE campaign_id = $1 GROUP BY 1) u JOIN sender s ON s.id = u.sender_id LEFT JOIN sender_health h ON h.sender_id = s.id LEFT JOIN sender_day d ON d.sender_id = s.id AND d.day = $2
ORDER BY s.channel, s.id`

type senderStandingRow struct {
	ID       survey.SenderID
	Channel  survey.Channel
	Address  string
	DayCap   int `db:"day_cap"`
	Warmup   int
	FirstDay sql.NullTime `db:"first_day"`
	State    survey.HealthState
	Reason   survey.Reason
	Code     string
	Since    sql.NullTime
	Until    sql.NullTime
	Taken    int
	Last     sql.NullTime
	Waiting  int
}

func countSenders(ctx context.Context, tx *sqlx.Tx, q view.StatusAsk, out *view.Status) error {
	var rows []senderStandingRow
	if err := tx.SelectContext(ctx, &rows, sqlCampaignSenders, q.ID, q.Day); err != nil {
		return err
	}
	for _, r := range rows {
		out.Senders = append(out.Senders, r.health(q.Day))
	}
	return nil
}

// health is how the sender stands on a day.
func (r senderStandingRow) health(day time.Time) view.SenderHealth {
	today := survey.Sender{DayCap: r.DayCap, Warmup: r.Warmup, FirstDay: r.FirstDay.Time}.CapOn(day)
	h := view.SenderHealth{Sender: r.ID, Channel: r.Channel, Address: r.Address, State: r.State, DayCap: today,
		Warming: today != r.DayCap, LastSent: r.Last.Time, Waiting: r.Waiting}
	if today > 0 {
		h.Taken = r.Taken
	}
	if r.State != survey.HealthClosed {
		h.Reason, h.Code, h.Since = r.Reason, r.Code, r.Since.Time
		if r.Reason != survey.ReasonStaff { // they say when
			h.Until = r.Until.Time
		}
	}
	return h
}

const sqlHouseSenders = `
SELECT s.id, s.channel, s.address, s.day_cap, s.warmup, s.first_day, coalesce(h.state, 'closed') AS state, coalesce(h.reason, '') AS reason,
	coalesce(h.code, '') AS code, h.since, h.until, coalesce(d.taken, 0) AS taken, s.provider, s.can_receive, s.rate, s.cost, s.calls, prices_of(s) AS prices
FROM sender s LEFT JOIN sender_health h ON h.sender_id = s.id LEFT JOIN sender_day d ON d.sender_id = s.id AND d.day = $1
WHERE s.active ORDER BY s.channel, s.id`

// HouseSenders lists our active addresses, and how they stand on the day, given as its
// midnight in UTC.
func (db *DB) HouseSenders(ctx context.Context, day time.Time) ([]view.HouseSender, error) {
	var rows []struct {
		senderStandingRow
		Provider   string
		CanReceive bool `db:"can_receive"`
		Rate       float64
		Cost       int64
		Calls      int
		Prices     document[[]survey.Price]
	}
	if err := db.x.SelectContext(ctx, &rows, sqlHouseSenders, day); err != nil {
		return nil, told(err)
	}
	out := make([]view.HouseSender, len(rows))
	for i, r := range rows {
		out[i] = view.HouseSender{Health: r.health(day), Sender: survey.Sender{ID: r.ID, Channel: r.Channel, Address: r.Address, Provider: r.Provider,
			CanReceive: r.CanReceive, Rate: r.Rate, Cost: r.Cost, Prices: r.Prices.V, DayCap: r.DayCap, Calls: r.Calls, Warmup: r.Warmup, FirstDay: r.FirstDay.Time}}
	}
	return out, nil
}
