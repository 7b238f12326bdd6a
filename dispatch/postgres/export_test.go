package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Eligible is the SQL of a condition over contact c, with its parameters.
func Eligible(c survey.Condition) (string, []any) {
	e := eligible{}
	return e.where(c), e.args
}

// FreezeQuery is what freezing a frame runs.
func FreezeQuery(f view.Freeze) (string, []any) { return freezeQuery(f) }

// ExcludedQuery is what counts who is left out of a frame.
func ExcludedQuery(c survey.Condition) (string, []any) { return excludedQuery(c) }

// ListQuery is what lists contacts.
func ListQuery(f view.ContactFilter) (string, []any) { return listQuery(f, nil) }

// NamesQuery is what names contacts.
func NamesQuery(f view.ContactFilter) (string, []any) { return namesQuery(f, nil) }

// CoverageQuery is what counts who can be reached.
func CoverageQuery(q view.CoverageQuery) (string, []any) { return coverageQuery(q, nil) }

// FillQuery is what puts attempts into a chunk.
func FillQuery() string { return sqlFillChunk }

// TouchesQuery is what finds other campaigns' contacts of some people.
func TouchesQuery() string { return sqlTouchesOf }

// Suppress records do-not-contact facts outside any reply.
func (db *DB) Suppress(ctx context.Context, now time.Time, facts ...survey.Suppression) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error { return suppress(ctx, tx, now, 0, facts) })
}

// Bounds of what a connection remembers.
const (
	OftenRun  = oftenRun
	MostKept  = mostKept
	MostHeard = mostHeard
)

// Pool is the pool of connections.
func (db *DB) Pool() *sqlx.DB { return db.x }

// Memory is what a connection of the pool remembers.
type Memory struct {
	Heard, Kept int
	Keeps       func(query string) bool
}

// Memory asks a connection of the pool.
func (db *DB) Memory(ctx context.Context) (out Memory) {
	conn, err := db.x.Conn(ctx)
	if err != nil {
		return out
	}
	defer conn.Close() //nolint:errcheck // it goes back to the pool
	_ = conn.Raw(func(raw any) error {
		c := raw.(*rememberingConn)
		out = Memory{Heard: len(c.heard), Kept: len(c.kept), Keeps: func(query string) bool { return c.kept[query] != nil }}
		return nil
	})
	return out
}
