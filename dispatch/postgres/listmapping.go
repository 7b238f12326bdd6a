package postgres

import (
	"context"
	"time"
)

const sqlListMapping = `SELECT columns FROM list_mapping WHERE source = $1`

// ListMapping returns what somebody said of the columns of a source's lists,
// label → field; nil when nobody did.
func (db *DB) ListMapping(ctx context.Context, source string) (map[string]string, error) {
	var rows []document[map[string]string]
	if err := db.x.SelectContext(ctx, &rows, sqlListMapping, source); err != nil || len(rows) == 0 {
		return nil, told(err)
	}
	return rows[0].V, nil
}

const sqlSaveListMapping = `
INSERT INTO list_mapping (source, columns, changed_at, changed_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (source) DO UPDATE SET columns = EXCLUDED.columns, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by`

// SaveListMapping remembers what the columns of a source's lists are, in place
// of what was said before.
func (db *DB) SaveListMapping(ctx context.Context, source string, columns map[string]string, now time.Time, actor string) error {
	doc, err := encoded(columns)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlSaveListMapping, source, doc, now, actor)
	return told(err)
}
