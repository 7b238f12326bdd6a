package postgres

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// TakeTurn asks whether a campaign may claim up to t.Want attempts of a sender
// now, and how many. Nothing is granted while the sender rests, or while a
// campaign that wants it too was served less: the campaigns of a sender share it
// by start-time fair queueing [Goyal, Vin, Cheng 1996], with the attempts claimed
// as virtual time. It is fairness, not exactness: whatever is lost in it, nothing
// leaves twice or not at all.
func (db *DB) TakeTurn(ctx context.Context, t view.SendTurn) (view.Granted, error) {
	var out view.Granted
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = view.Granted{}
		h, err := healthOf(ctx, tx, t.Sender)
		if err != nil {
			return err
		}
		out.Watched = h.Watched || h.probes()
		if out.Resting = h.resting(); out.Resting {
			return nil
		}
		if out.N, err = fairShare(ctx, tx, t); err != nil || out.N == 0 || !h.probes() {
			return err
		}
		mine, err := takeProbe(ctx, tx, t.Sender)
		out.N, out.Probe, out.Resting = 1, mine, !mine
		if !mine {
			out.N = 0
		}
		return err
	})
	return out, err
}

// Whoever claimed within the last three seconds is under way: on a machine in
// trouble a batch of 25 takes more than one, and its campaign must not lose its
// place meanwhile; a worker that died holds up the others no longer than that.
const sqlMoving = `claimed_at > clock_timestamp() - interval '3 seconds'`

// What is fair is not worth a wait for the disk.
const sqlOwnShare = `
SELECT set_config('synchronous_commit', 'off', true) AS unsynced, served, ` + sqlMoving + ` AS moving FROM share
WHERE sender_id = $1 AND campaign_id = $2 FOR UPDATE`

const sqlNewShare = `
INSERT INTO share (sender_id, campaign_id, served) VALUES ($1, $2, $3) ON CONFLICT (sender_id, campaign_id) DO NOTHING`

// Rivals are the campaigns that want the sender now: those that are under way and
// have a chunk, and those just launched that have something
// due. Who is held to a pace of its own holds up nobody.
const sqlRivals = `
SELECT k.id AS campaign_id, s.served
FROM campaign k LEFT JOIN share s ON s.sender_id = $1 AND s.campaign_id = k.id
WHERE k.state = 'fielding' AND k.id <> $2 AND k.rate = 0 AND (
	(s.` + sqlMoving + `
		AND EXISTS (SELECT 1 FROM chunk c WHERE c.state = 'open' AND c.sender_id = $1 AND c.campaign_id = k.id))
	OR (k.launched_at > $3 AND (
		EXISTS (SELECT 1 FROM chunk c WHERE c.state = 'open' AND c.sender_id = $1 AND c.campaign_id = k.id)
		OR EXISTS (SELECT 1 FROM attempt_waiting w WHERE w.campaign_id = k.id AND w.sender_id = $1 AND w.due_at <= $4)
		OR EXISTS (SELECT 1 FROM invitation i WHERE i.campaign_id = k.id AND i.plan_at <= $4 AND i.state = 'open'))))
ORDER BY k.id`

const sqlServe = `
UPDATE share SET served = $3, claimed_at = clock_timestamp() WHERE sender_id = $1 AND campaign_id = $2`

type ownShare struct {
	Unsynced string
	Served   int64
	Moving   bool
}

type rivalRow struct {
	CampaignID survey.CampaignID `db:"campaign_id"`
	Served     sql.NullInt64
}

// fairShare says how many attempts the campaign may claim now, and counts them.
// Who comes anew, or comes back, begins level with the others.
func fairShare(ctx context.Context, tx *sqlx.Tx, t view.SendTurn) (int, error) {
	mine, err := shareOf(ctx, tx, t)
	if err != nil {
		return 0, err
	}
	var rivals []rivalRow
	if err := tx.SelectContext(ctx, &rivals, sqlRivals, t.Sender, t.Campaign, t.Newcomers, t.Now); err != nil {
		return 0, err
	}
	n := t.Want
	for i, r := range rivals {
		if !r.Served.Valid {
			if _, err := tx.ExecContext(ctx, sqlNewShare, t.Sender, r.CampaignID, mine.Served); err != nil {
				return 0, err
			}
			rivals[i].Served = sql.NullInt64{Int64: mine.Served, Valid: true}
		}
		n = min(n, view.FairBatch)
	}
	if least, any := leastServed(rivals); any {
		if !mine.Moving {
			mine.Served = max(mine.Served, least)
		}
		if mine.Served-least > int64(t.Ahead) {
			return 0, nil
		}
	}
	_, err = tx.ExecContext(ctx, sqlServe, t.Sender, t.Campaign, mine.Served+int64(n))
	return n, err
}

func leastServed(rivals []rivalRow) (least int64, any bool) {
	for i, r := range rivals {
		if i == 0 || r.Served.Int64 < least {
			least = r.Served.Int64
		}
	}
	return least, len(rivals) > 0
}

// shareOf locks the campaign's own share, made if there is none.
func shareOf(ctx context.Context, tx *sqlx.Tx, t view.SendTurn) (ownShare, error) {
	for {
		var rows []ownShare
		if err := tx.SelectContext(ctx, &rows, sqlOwnShare, t.Sender, t.Campaign); err != nil {
			return ownShare{}, err
		}
		if len(rows) == 1 {
			return rows[0], nil
		}
		if _, err := tx.ExecContext(ctx, sqlNewShare, t.Sender, t.Campaign, 0); err != nil {
			return ownShare{}, err
		}
	}
}
