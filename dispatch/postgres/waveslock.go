package postgres

import (
	"context"
	"database/sql/driver"
	"time"
)

// wavesLock is the advisory lock of whoever works on waves. It is a connection's:
// it is gone the moment its holder is, and another goes on. It spares work and
// confusion, and is not what keeps waves from being held twice.
const wavesLock = 0x63616e76_77617665 // "canvwave"

const sqlTryWavesLock = `SELECT pg_try_advisory_lock($1)`

const sqlWavesLock = `SELECT true FROM pg_advisory_lock($1)`

const sqlFreeWavesLock = `SELECT pg_advisory_unlock($1)`

const sqlWavesDue = `
SELECT EXISTS (SELECT 1 FROM series WHERE state = 'active' AND next_at <= $1)
	OR EXISTS (SELECT 1 FROM wave WHERE state IN ('due', 'prepared') AND retry_at <= $1)`

// WithWaves runs do if a series or a wave is due and nobody else is at work on
// them.
func (db *DB) WithWaves(ctx context.Context, now time.Time, do func(context.Context) error) error {
	var due bool
	if err := db.x.GetContext(ctx, &due, sqlWavesDue, now); err != nil || !due {
		return told(err)
	}
	return db.lockedWaves(ctx, sqlTryWavesLock, do)
}

// AloneWithWaves runs do when nobody else is at work on waves any more.
func (db *DB) AloneWithWaves(ctx context.Context, do func(context.Context) error) error {
	return db.lockedWaves(ctx, sqlWavesLock, do)
}

func (db *DB) lockedWaves(ctx context.Context, lock string, do func(context.Context) error) error {
	conn, err := db.x.Connx(ctx)
	if err != nil {
		return told(err)
	}
	defer conn.Close()
	var mine bool
	if err := conn.GetContext(ctx, &mine, lock, int64(wavesLock)); err != nil || !mine {
		return told(err)
	}
	defer func() {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), sqlFreeWavesLock, int64(wavesLock))
		if err != nil { // a connection that still holds it must not go back to the pool
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
	}()
	return do(ctx)
}
