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

// TouchesQuery is what finds other campaigns' contacts of some people.
func TouchesQuery() string { return sqlTouchesOf }

// Suppress records do-not-contact facts outside any reply.
func (db *DB) Suppress(ctx context.Context, now time.Time, facts ...survey.Suppression) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error { return suppress(ctx, tx, now, 0, facts) })
}
