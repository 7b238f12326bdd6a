package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey/view"
)

// One statement: while it is not committed, the row of before speaks for the
// process, and grows silent.
const sqlBeat = `
WITH gone AS (DELETE FROM spooler WHERE id = ANY($4) AND id <> $1)
INSERT INTO spooler (id, host, seen_at, waiting) VALUES ($1, $2, clock_timestamp(), $3)
ON CONFLICT (id) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at, waiting = excluded.waiting`

// BeatSpooler notes that a process with a spool lives, and how much waits in it.
func (db *DB) BeatSpooler(ctx context.Context, b view.Beat) error {
	_, err := db.x.ExecContext(ctx, sqlBeat, b.ID, b.Host, b.Waiting, pq.StringArray(b.Gone))
	return told(err)
}

const sqlEndSpooler = `DELETE FROM spooler WHERE id = $1`

// EndSpooler forgets a process that ends in order and has nothing in its spool.
func (db *DB) EndSpooler(ctx context.Context, id string) error {
	_, err := db.x.ExecContext(ctx, sqlEndSpooler, id)
	return told(err)
}

// Silent is who has not beaten for five seconds, or not since the server was
// started: in an outage of less than that, too, something may have come.
const sqlSpoolers = `
SELECT id, host, seen_at, waiting, silent FROM (
	SELECT id, host, seen_at, waiting,
		seen_at < clock_timestamp() - interval '5 seconds' OR seen_at < pg_postmaster_start_time() AS silent
	FROM spooler OFFSET 0) AS s
WHERE waiting > 0 OR silent ORDER BY id`

// Spoolers lists the processes that may hold arrivals which are not stored yet;
// those that beat and hold nothing are left out.
func (db *DB) Spoolers(ctx context.Context) ([]view.Spooler, error) {
	var rows []struct {
		ID      string
		Host    string
		SeenAt  time.Time `db:"seen_at"`
		Waiting int
		Silent  bool
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSpoolers); err != nil {
		return nil, told(err)
	}
	out := make([]view.Spooler, len(rows))
	for i, r := range rows {
		out[i] = view.Spooler{ID: r.ID, Host: r.Host, SeenAt: r.SeenAt, Waiting: r.Waiting, Silent: r.Silent}
	}
	return out, nil
}

// Of one that held something staff should know for a while: its disk may be lost.
const sqlForgetSpoolers = `
DELETE FROM spooler WHERE seen_at < clock_timestamp() - CASE WHEN waiting = 0 THEN interval '1 day' ELSE interval '30 days' END`

// ForgetSpoolers forgets processes that have been silent for a day, or, of those
// that held something, for thirty days.
func (db *DB) ForgetSpoolers(ctx context.Context) error {
	_, err := db.x.ExecContext(ctx, sqlForgetSpoolers)
	return told(err)
}

const sqlForgetAllSpoolers = `DELETE FROM spooler`

// forgetAllSpoolers forgets all processes: those of the original of a copy beat
// there, and those of the copy will beat here.
func forgetAllSpoolers(ctx context.Context, tx *sqlx.Tx) error {
	_, err := tx.ExecContext(ctx, sqlForgetAllSpoolers)
	return err
}

// StoreAll keeps arrivals raw, each once for ever, all of them or none: their
// ids grow in the order in which they are given.
func (db *DB) StoreAll(ctx context.Context, arrivals []view.Arrival) ([]view.Stored, error) {
	group := make([]*storing, len(arrivals))
	for i, a := range arrivals {
		group[i] = &storing{arrival: a}
	}
	if err := db.storeAll(ctx, group); err != nil {
		return nil, told(err)
	}
	out := make([]view.Stored, len(group))
	for i, r := range group {
		out[i] = r.stored
	}
	return out, nil
}

// RefusesContent reports whether the server refused what it was given for what it
// is, so that it will never take it, and not because of the state that it is in.
func (db *DB) RefusesContent(err error) bool {
	var pe *pq.Error
	if !errors.As(err, &pe) {
		return false
	}
	switch pe.Code.Class() {
	case "22", "23", "54": // data, integrity, limits of the program
		return true
	}
	return false
}
