package postgres

import "context"

// settingKeys lists the ids of the keys that tokens of this database were made
// with. The keys themselves are never in the database.
const settingKeys = "token_keys"

// KeyIDs lists the ids of the keys that processes have used with this database,
// none before the first.
func (db *DB) KeyIDs(ctx context.Context) ([]string, error) {
	ids, _, err := setting[[]string](ctx, db, settingKeys)
	return ids, err
}

const sqlAddKeyIDs = `
INSERT INTO setting (key, value) SELECT $1, to_jsonb($2::text[]) WHERE cardinality($2::text[]) > 0
ON CONFLICT (key) DO UPDATE SET changed_at = now(),
	value = (SELECT jsonb_agg(DISTINCT id) FROM jsonb_array_elements(setting.value || excluded.value) AS u (id))
WHERE NOT setting.value @> excluded.value`

// AddKeyIDs notes that tokens may be made with these keys. Ids are never taken
// away: a link made years ago still names its key.
func (db *DB) AddKeyIDs(ctx context.Context, ids []string) error {
	_, err := db.x.ExecContext(ctx, sqlAddKeyIDs, settingKeys, texts(ids))
	return told(err)
}
