package postgres

import (
	"context"
	"database/sql"
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
// not fed. Each group is two looks into the index, however much waits in it.
const sqlDueGroups = `
WITH RECURSIVE waiting AS (
	(SELECT campaign_id, sender_id, step FROM attempt_waiting ORDER BY campaign_id, sender_id, step LIMIT 1)
	UNION ALL
	SELECT n.campaign_id, n.sender_id, n.step FROM waiting g CROSS JOIN LATERAL (
		SELECT w.campaign_id, w.sender_id, w.step FROM attempt_waiting w
		WHERE (w.campaign_id, w.sender_id, w.step) > (g.campaign_id, g.sender_id, g.step)
		ORDER BY w.campaign_id, w.sender_id, w.step LIMIT 1) AS n)
SELECT g.campaign_id, g.step, s.channel, g.sender_id, $2 - (
	SELECT count(*) FROM chunk c WHERE c.state = 'open' AND c.sender_id = g.sender_id AND c.campaign_id = g.campaign_id) AS room
FROM waiting g JOIN campaign k ON k.id = g.campaign_id AND k.state = 'fielding' JOIN sender s ON s.id = g.sender_id
CROSS JOIN LATERAL (
	SELECT w.due_at FROM attempt_waiting w
	WHERE w.campaign_id = g.campaign_id AND w.sender_id = g.sender_id AND w.step = g.step AND w.due_at <= $1
	ORDER BY w.due_at LIMIT 1) AS first
ORDER BY first.due_at, g.campaign_id, g.step`

const sqlNewChunk = `
INSERT INTO chunk (campaign_id, step, channel, sender_id, due_at, lease_until)
VALUES ($1, $2, $3, $4, $5, clock_timestamp() + interval '30 seconds') RETURNING id`

// Both rows are locked at once and neither is waited for: whoever withdraws an
// attempt locks it before its waiting row. What is taken is looked up by arrays of
// ids: of a table that was empty when it was last counted Postgres thinks that it has
// one row, and joins every due attempt with all that wait.
const sqlFillChunk = `
WITH due AS MATERIALIZED (
	SELECT w.attempt_id FROM attempt_waiting w JOIN attempt a ON a.id = w.attempt_id
	WHERE w.campaign_id = $2 AND w.step = $3 AND w.channel = $4 AND w.sender_id = $5 AND w.due_at <= $6
	ORDER BY w.due_at, w.attempt_id LIMIT $7 FOR UPDATE SKIP LOCKED),
taken AS (DELETE FROM attempt_waiting WHERE attempt_id = ANY (ARRAY(SELECT attempt_id FROM due)))
UPDATE attempt SET chunk_id = $1 WHERE id = ANY (ARRAY(SELECT attempt_id FROM due)) AND state = 'queued'`

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
	n, err := g.fill(ctx, tx, id, now, size)
	if err == nil && n == 0 {
		_, err = tx.ExecContext(ctx, sqlDropChunk, id)
	}
	return id, n, err
}

// fill puts up to size due attempts of the group into a chunk.
func (g dueGroup) fill(ctx context.Context, tx *sqlx.Tx, id survey.ChunkID, now time.Time, size int) (int64, error) {
	res, err := tx.ExecContext(ctx, sqlFillChunk, id, g.CampaignID, g.Step, g.Channel, g.SenderID, now, size)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

const sqlGroupOfChunk = `
SELECT c.campaign_id, c.step, c.channel, c.sender_id, 0 AS room FROM chunk c JOIN campaign k ON k.id = c.campaign_id
WHERE c.id = $1 AND c.generation = $2 AND c.state = 'open' AND k.state = 'fielding' FOR UPDATE OF c`

// RefillChunk puts up to size more due attempts into the chunk that the caller
// has in hand, and returns how many. Nothing is added to a stale generation, or
// while its campaign is paused.
func (db *DB) RefillChunk(ctx context.Context, c view.OpenChunk, now time.Time, size int) (int, error) {
	n := int64(0)
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var groups []dueGroup
		err := tx.SelectContext(ctx, &groups, sqlGroupOfChunk, c.ID, c.Generation)
		if err != nil || len(groups) == 0 {
			n = 0
			return err
		}
		n, err = groups[0].fill(ctx, tx, c.ID, now, size)
		return err
	})
	return int(n), err
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
RETURNING c.campaign_id, c.step, c.channel, s.id AS sender_id, s.address, s.provider, s.can_receive, s.rate, s.cost,
	s.day_cap, s.warmup, s.first_day, s.calls, prices_of(s) AS prices`

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
	DayCap     int               `db:"day_cap"`
	Warmup     int               `db:"warmup"`
	FirstDay   sql.NullTime      `db:"first_day"`
	Calls      int               `db:"calls"`
	Prices     document[[]survey.Price]
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
			CanReceive: r.CanReceive, Rate: r.Rate, Cost: r.Cost, Prices: r.Prices.V, DayCap: r.DayCap, Warmup: r.Warmup, FirstDay: r.FirstDay.Time, Calls: r.Calls}}, nil
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
