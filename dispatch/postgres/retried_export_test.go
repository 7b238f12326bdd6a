package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Retried runs do in a transaction as every writer of the house does.
func Retried(ctx context.Context, db *DB, do func() error) error {
	return db.retried(ctx, func(*sqlx.Tx) error { return do() })
}
