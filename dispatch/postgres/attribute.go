package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// settingAttributes is what the office has said of its own columns.
const settingAttributes = "attributes"

// Attributes returns what was said of the office's own columns.
func (db *DB) Attributes(ctx context.Context) (survey.Attributes, error) {
	all, _, err := setting[survey.Attributes](ctx, db, settingAttributes)
	return all, err
}

// Who changes it at once take turns: the lock is there before the row is.
const sqlSettingTurn = `SELECT pg_advisory_xact_lock(hashtext('setting ' || $1::text))`

// PutAttributes changes what is said of the columns, on record.
func (db *DB) PutAttributes(ctx context.Context, by view.Audit, decide func(survey.Attributes) (survey.Attributes, error)) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlSettingTurn, settingAttributes); err != nil {
			return err
		}
		var rows []document[survey.Attributes]
		if err := tx.SelectContext(ctx, &rows, sqlSetting, settingAttributes); err != nil {
			return err
		}
		var all survey.Attributes
		if len(rows) > 0 {
			all = rows[0].V
		}
		all, err := decide(all)
		if err != nil {
			return err
		}
		doc, err := encoded(all)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlPutSetting, settingAttributes, doc, by.Actor); err != nil {
			return err
		}
		return recordAudit(ctx, tx, by)
	})
}

// What staff corrected is a spelling of lists, too: it follows, so that a list that says the
// same again still changes nothing.
const (
	sqlJoinValues = `
WITH picked AS (SELECT id FROM contact WHERE id > $1 AND (attributes ->> $2::text = $3::text OR corrected ->> $2::text = $3::text) ORDER BY id LIMIT $4 FOR NO KEY UPDATE)
UPDATE contact c SET updated_at = now(),
	attributes = CASE WHEN c.attributes ->> $2::text = $3::text THEN jsonb_set(c.attributes, ARRAY[$2::text], to_jsonb($5::text)) ELSE c.attributes END,
	corrected = CASE WHEN c.corrected ->> $2::text = $3::text THEN jsonb_set(c.corrected, ARRAY[$2::text], to_jsonb($5::text)) ELSE c.corrected END
FROM picked WHERE c.id = picked.id RETURNING c.id`
	sqlDropAttribute = `
WITH picked AS (SELECT id FROM contact WHERE id > $1 AND (attributes ? $2::text OR corrected ? $2::text) ORDER BY id LIMIT $3 FOR NO KEY UPDATE)
UPDATE contact c SET updated_at = now(), attributes = c.attributes - $2::text, corrected = nullif(c.corrected - $2::text, '{}')
FROM picked WHERE c.id = picked.id RETURNING c.id`
)

// RewriteAttribute changes a column of every contact, some thousand people a transaction,
// and returns how many it changed. Cut short, the same again goes on.
func (db *DB) RewriteAttribute(ctx context.Context, r view.AttributeRewrite) (int, error) {
	n := 0
	for after := int64(0); ; {
		var ids []int64
		err := db.retried(ctx, func(tx *sqlx.Tx) error {
			ids = nil
			if r.Drop {
				return tx.SelectContext(ctx, &ids, sqlDropAttribute, after, r.Key, rematchBatch)
			}
			return tx.SelectContext(ctx, &ids, sqlJoinValues, after, r.Key, r.From, rematchBatch, r.To)
		})
		if err != nil {
			return n, err
		}
		for _, id := range ids {
			after = max(after, id)
		}
		if n += len(ids); len(ids) < rematchBatch {
			return n, nil
		}
	}
}

const sqlAttributeUse = `
SELECT key, value, n, people, kinds FROM (
	SELECT key, value, n, sum(n) OVER (PARTITION BY key) AS people, count(*) OVER (PARTITION BY key) AS kinds,
		row_number() OVER (PARTITION BY key ORDER BY n DESC, value) AS place
	FROM (SELECT e.key, e.value, count(*) AS n FROM contact c CROSS JOIN LATERAL jsonb_each_text(c.attributes) AS e WHERE c.left_at IS NULL GROUP BY 1, 2) AS v) AS r
WHERE place <= $1 ORDER BY key, place`

// AttributeUse counts the living list by the office's own columns, with the most frequent
// values of each, at most so many. It reads every contact.
func (db *DB) AttributeUse(ctx context.Context, most int) ([]view.AttributeUse, error) {
	var rows []struct {
		Key, Value       string
		N, People, Kinds int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlAttributeUse, most); err != nil {
		return nil, told(err)
	}
	var out []view.AttributeUse
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Key != r.Key {
			out = append(out, view.AttributeUse{Key: r.Key, People: r.People, Kinds: r.Kinds})
		}
		last := &out[len(out)-1]
		last.Values = append(last.Values, view.AttributeValue{Value: r.Value, People: r.N})
	}
	return out, nil
}
