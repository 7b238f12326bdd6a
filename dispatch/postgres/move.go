package postgres

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What staff do to a running campaign. Every act takes the campaign's row first,
// so that of two at once the second sees what the first did, and says so.

const sqlHoldCampaign = `SELECT pg_advisory_xact_lock($2, hashint8($1))`

const sqlStanding = `SELECT name, state, ends_at, rate, budget FROM campaign WHERE id = $1 FOR NO KEY UPDATE`

// standingRow is how a campaign stands under its lock.
type standingRow struct {
	Name   string
	State  survey.CampaignState
	EndsAt sql.NullTime `db:"ends_at"`
	Rate   float64
	Budget int64
}

func standing(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID) (standingRow, error) {
	var k standingRow
	if _, err := tx.ExecContext(ctx, sqlHoldCampaign, id, campaignLock); err != nil {
		return k, err
	}
	return k, tx.GetContext(ctx, &k, sqlStanding, id)
}

// refuses says in which state the campaign is, and what may be done in it.
func (k standingRow) refuses() error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeCampaignState, Args: map[string]string{"name": k.Name,
		"machine": "campaign", "state": string(k.State), "may": strings.Join(survey.StaffActs(k.State), ", ")}}
}

// runs refuses a campaign that is not in its field period at now.
func (k standingRow) runs(now time.Time) error {
	switch {
	case k.State != survey.CampaignFielding && k.State != survey.CampaignPaused:
		return k.refuses()
	case !now.Before(k.EndsAt.Time):
		return k.over()
	}
	return nil
}

func (k standingRow) over() error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeEndPassed,
		Args: map[string]string{"name": k.Name, "time": k.EndsAt.Time.Format(time.RFC3339)}}
}

// act is what a member of staff did to a campaign.
type act struct {
	now      time.Time
	campaign survey.CampaignID
	actor    string
	reason   survey.Reason
	words    string
	args     map[string]string // of the event: before and after
}

// recordAct puts it on record: an event says what was done, and an act why, in
// words that may name somebody.
func recordAct(ctx context.Context, tx *sqlx.Tx, a act) error {
	err := record(ctx, tx, survey.Event{Kind: survey.EventCampaignMoved, At: a.now, CampaignID: a.campaign, Actor: a.actor,
		Reason: a.reason, Args: a.args})
	if err != nil || a.words == "" {
		return err
	}
	detail := map[string]any{}
	for name, value := range a.args {
		detail[name] = value
	}
	return recordAudit(ctx, tx, view.Audit{At: a.now, Actor: a.actor, Act: "move", CampaignID: a.campaign, Reason: a.words, Detail: detail})
}

const sqlLockWaiting = `
SELECT a.id FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id
WHERE w.campaign_id = $1 AND w.due_at > $3 AND a.state = 'queued' AND a.reason = $2 ORDER BY a.id FOR UPDATE OF a`

const sqlWake = `
WITH due AS (UPDATE attempt SET due_at = $2 WHERE id = ANY($1))
UPDATE attempt_waiting SET due_at = $2 WHERE attempt_id = ANY($1)`

// wake makes due what the gate put back for a reason that does not hold any more.
func wake(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, why survey.Reason, now time.Time) (int, error) {
	var ids pq.Int64Array
	if err := tx.SelectContext(ctx, &ids, sqlLockWaiting, id, why, now); err != nil || len(ids) == 0 {
		return 0, err
	}
	_, err := tx.ExecContext(ctx, sqlWake, ids, now)
	return len(ids), err
}

const sqlLockPlanning = `SELECT pg_advisory_xact_lock($1)`

// A case that was closed at or after the end was closed by it.
const sqlEnding = `
SELECT EXISTS (SELECT 1 FROM invitation i JOIN campaign k ON k.id = i.campaign_id
	WHERE k.id = $1 AND i.state = 'closed' AND i.closed_at >= k.ends_at)`

const sqlMoveEnd = `UPDATE campaign SET ends_at = $2 WHERE id = $1 AND ends_at = $3 AND state IN ('fielding', 'paused')`

const sqlPlanAll = `
WITH open AS MATERIALIZED (
	SELECT id FROM invitation WHERE campaign_id = $1 AND state IN ('open', 'started') ORDER BY id FOR NO KEY UPDATE)
UPDATE invitation i SET plan_at = $2 FROM open WHERE i.id = open.id AND i.state IN ('open', 'started')`

// MoveEnd moves the end of a field period, on record, and has the protocol look
// at every open case again: contacts that were passed over for the end may come
// back. Planning stands still meanwhile, so that no case is closed by the old end
// once it is moved. Errors: campaign_state, end_passed, end_moved.
func (db *DB) MoveEnd(ctx context.Context, m view.EndMove) (view.EndMoved, error) {
	out := view.EndMoved{From: m.From, To: m.To}
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockPlanning, int64(planLock)); err != nil {
			return err
		}
		k, err := standing(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		out.Campaign = k.Name
		if err := k.mayMoveEnd(ctx, tx, m); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlMoveEnd, m.ID, m.To, m.From); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, sqlPlanAll, m.ID, m.Now)
		if err != nil {
			return err
		}
		n, _ := res.RowsAffected()
		out.Cases, out.Back = int(n), 0
		if m.Event == survey.EndExtend {
			if out.Back, err = comeBack(ctx, tx, m.ID, m.Now); err != nil {
				return err
			}
		}
		return recordAct(ctx, tx, act{now: m.Now, campaign: m.ID, actor: m.Actor, reason: survey.ReasonStaff, words: m.Words,
			args: map[string]string{"event": string(m.Event), "from": m.From.Format(time.RFC3339), "to": m.To.Format(time.RFC3339)}})
	})
	return out, err
}

// mayMoveEnd refuses an end that has come, or that somebody else has moved.
func (k standingRow) mayMoveEnd(ctx context.Context, tx *sqlx.Tx, m view.EndMove) error {
	if err := k.runs(m.Now); err != nil {
		return err
	}
	if !k.EndsAt.Time.Equal(m.From) {
		return &survey.Error{Kind: survey.Conflict, Code: survey.CodeEndMoved,
			Args: map[string]string{"name": k.Name, "time": k.EndsAt.Time.Format(time.RFC3339)}}
	}
	var ending bool
	if err := tx.GetContext(ctx, &ending, sqlEnding, m.ID); err != nil {
		return err
	}
	if ending { // by the clock of another machine it has come
		return k.over()
	}
	return nil
}

// What the gate withdrew because it could not leave before the old end, if nothing
// was planned for the case since: a further try of the same step, with the gate
// still before it. A line of the ledger never comes back from cancelled.
const sqlComeBack = `
WITH latest AS (
	SELECT DISTINCT ON (a.invitation_id) a.*
	FROM attempt a JOIN invitation i ON i.id = a.invitation_id
	WHERE i.campaign_id = $1 AND i.state IN ('open', 'started')
	ORDER BY a.invitation_id, a.id DESC),
again AS (
	INSERT INTO attempt (campaign_id, invitation_id, step, channel, text, try, sender_id, endpoint_id, due_at, planned_at)
	SELECT campaign_id, invitation_id, step, channel, text, try + 1, sender_id, endpoint_id, $2, $2 FROM latest
	WHERE state = 'cancelled' AND reason IN ('ended', 'budget', 'sender_cap') AND sent_at IS NULL
	ORDER BY invitation_id
	ON CONFLICT (invitation_id, step, channel, try) DO NOTHING
	RETURNING id, campaign_id, step, channel, sender_id, due_at)
INSERT INTO attempt_waiting (attempt_id, campaign_id, step, channel, sender_id, due_at)
SELECT id, campaign_id, step, channel, sender_id, due_at FROM again`

func comeBack(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, now time.Time) (int, error) {
	res, err := tx.ExecContext(ctx, sqlComeBack, id, now)
	if err != nil {
		return 0, err
	}
	n, _ := res.RowsAffected()
	return int(n), nil
}
