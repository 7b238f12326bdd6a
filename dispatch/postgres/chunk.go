package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

type dueGroup struct {
	CampaignID survey.CampaignID `db:"campaign_id"`
	Step       string            `db:"step"`
	Channel    survey.Channel    `db:"channel"`
	SenderID   survey.SenderID   `db:"sender_id"`
	Room       int               `db:"room"`
}

// Groups with something due and room for another chunk; a paused campaign is
// not fed.
const sqlDueGroups = `
SELECT w.campaign_id, w.step, w.channel, w.sender_id, $2 - (
	SELECT count(*) FROM chunk c WHERE c.state = 'open' AND c.sender_id = w.sender_id AND c.campaign_id = w.campaign_id) AS room
FROM attempt_waiting w JOIN campaign k ON k.id = w.campaign_id AND k.state = 'fielding'
WHERE w.due_at <= $1
GROUP BY w.campaign_id, w.step, w.channel, w.sender_id
ORDER BY min(w.due_at), w.campaign_id, w.step`

const sqlNewChunk = `
INSERT INTO chunk (campaign_id, step, channel, sender_id, due_at, lease_until)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + interval '30 seconds') RETURNING id`

// Both rows are locked at once and neither is waited for: whoever withdraws an
// attempt locks it before its waiting row.
const sqlFillChunk = `
WITH due AS MATERIALIZED (
	SELECT w.attempt_id FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id
	WHERE w.campaign_id = $2 AND w.step = $3 AND w.channel = $4 AND w.sender_id = $5 AND w.due_at <= $6
	ORDER BY w.attempt_id LIMIT $7 FOR UPDATE SKIP LOCKED),
taken AS (DELETE FROM attempt_waiting w USING due WHERE w.attempt_id = due.attempt_id)
UPDATE attempt a SET chunk_id = $1 FROM due WHERE a.id = due.attempt_id AND a.state = 'queued'`

// feedLock is the advisory lock under which chunks are made, so that two
// schedulers do not both fill the same room.
const feedLock = 0x63616e76_66656564 // "canvfeed"

const sqlFeedLock = `SELECT pg_advisory_xact_lock($1)`

// ChunkDue puts the waiting attempts that are due into chunks of up to size
// attempts, with at most open unfinished chunks per campaign and sender, and
// returns the chunks to enqueue. Their first lease covers the way through the
// queue.
func (db *DB) ChunkDue(ctx context.Context, now time.Time, size, open int) ([]view.OpenChunk, error) {
	var out []view.OpenChunk
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = nil
		if _, err := tx.ExecContext(ctx, sqlFeedLock, int64(feedLock)); err != nil {
			return err
		}
		var groups []dueGroup
		if err := tx.SelectContext(ctx, &groups, sqlDueGroups, now, open); err != nil {
			return err
		}
		fed := map[[2]int64]int{}
		for _, g := range groups {
			key := [2]int64{int64(g.CampaignID), int64(g.SenderID)}
			for ; g.Room-fed[key] > 0; fed[key]++ {
				id, n, err := fillChunk(ctx, tx, g, now, size)
				if err != nil {
					return err
				}
				if n == 0 {
					break
				}
				out = append(out, view.OpenChunk{ID: id, Generation: 1})
			}
		}
		return nil
	})
	return out, err
}

const sqlDropChunk = `DELETE FROM chunk WHERE id = $1`

func fillChunk(ctx context.Context, tx *sqlx.Tx, g dueGroup, now time.Time, size int) (survey.ChunkID, int64, error) {
	var id survey.ChunkID
	err := tx.GetContext(ctx, &id, sqlNewChunk, g.CampaignID, g.Step, g.Channel, g.SenderID, now)
	if err != nil {
		return 0, 0, err
	}
	res, err := tx.ExecContext(ctx, sqlFillChunk, id, g.CampaignID, g.Step, g.Channel, g.SenderID, now, size)
	if err != nil {
		return 0, 0, err
	}
	n, _ := res.RowsAffected()
	if n == 0 {
		_, err = tx.ExecContext(ctx, sqlDropChunk, id)
	}
	return id, n, err
}

const sqlSweepChunks = `
UPDATE chunk SET generation = generation + 1, lease_until = clock_timestamp() + interval '30 seconds'
WHERE id IN (SELECT id FROM chunk WHERE state = 'open' AND lease_until < clock_timestamp()
	ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, generation`

// SweepChunks gives every open chunk without a lease its next generation, to
// be enqueued again: its worker or its task is gone.
func (db *DB) SweepChunks(ctx context.Context, limit int) ([]view.OpenChunk, error) {
	var rows []struct {
		ID         survey.ChunkID `db:"id"`
		Generation int            `db:"generation"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSweepChunks, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.OpenChunk, len(rows))
	for i, r := range rows {
		out[i] = view.OpenChunk(r)
	}
	return out, nil
}

const sqlTakeChunk = `
UPDATE chunk c SET lease_until = clock_timestamp() + interval '10 seconds'
FROM sender s
WHERE c.id = $1 AND c.generation = $2 AND c.state = 'open' AND s.id = c.sender_id
RETURNING c.campaign_id, c.step, c.channel, s.id AS sender_id, s.address, s.provider, s.can_receive, s.rate, s.cost`

type chunkRow struct {
	CampaignID survey.CampaignID `db:"campaign_id"`
	Step       string            `db:"step"`
	Channel    survey.Channel    `db:"channel"`
	SenderID   survey.SenderID   `db:"sender_id"`
	Address    string            `db:"address"`
	Provider   string            `db:"provider"`
	CanReceive bool              `db:"can_receive"`
	Rate       float64           `db:"rate"`
	Cost       int64             `db:"cost"`
}

// TakeChunk takes or renews the lease of a chunk, 10 seconds by the clock of
// Postgres. A stale generation, or a chunk that is done, is NotFound: the task
// was only a hint.
func (db *DB) TakeChunk(ctx context.Context, c view.OpenChunk) (view.ChunkInfo, error) {
	var r chunkRow
	if err := db.x.GetContext(ctx, &r, sqlTakeChunk, c.ID, c.Generation); err != nil {
		return view.ChunkInfo{}, told(err)
	}
	return view.ChunkInfo{CampaignID: r.CampaignID, Step: r.Step, Channel: r.Channel,
		Sender: survey.Sender{ID: r.SenderID, Channel: r.Channel, Address: r.Address, Provider: r.Provider,
			CanReceive: r.CanReceive, Rate: r.Rate, Cost: r.Cost}}, nil
}

const sqlFinishChunk = `
UPDATE chunk SET state = 'done' WHERE id = $1 AND generation = $2 AND state = 'open'
	AND NOT EXISTS (SELECT 1 FROM attempt WHERE chunk_id = $1 AND state IN ('queued', 'sending'))`

// FinishChunk marks the chunk done if nothing in it is queued or on the wire.
func (db *DB) FinishChunk(ctx context.Context, c view.OpenChunk) error {
	_, err := db.x.ExecContext(ctx, sqlFinishChunk, c.ID, c.Generation)
	return told(err)
}

const sqlYieldChunk = `
UPDATE chunk SET lease_until = clock_timestamp() WHERE id = $1 AND generation = $2 AND state = 'open'`

// YieldChunk gives the lease back: the sweeper enqueues the next generation
// behind what waits already.
func (db *DB) YieldChunk(ctx context.Context, c view.OpenChunk) error {
	_, err := db.x.ExecContext(ctx, sqlYieldChunk, c.ID, c.Generation)
	return told(err)
}
