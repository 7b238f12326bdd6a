package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/staff"
)

type actRow struct {
	Place        sql.NullInt64
	ID           int64
	At           time.Time
	Actor        string
	Act          string
	ContactID    int64  `db:"contact_id"`
	ImportID     int64  `db:"import_id"`
	CampaignID   int64  `db:"campaign_id"`
	CampaignName string `db:"campaign_name"`
	Reason       string
	Detail       string
	ReasonSalt   []byte `db:"reason_salt"`
	ReasonDigest []byte `db:"reason_digest"`
	DetailSalt   []byte `db:"detail_salt"`
	DetailDigest []byte `db:"detail_digest"`
	Hash         []byte
}

func (r actRow) act() staff.Act {
	return staff.Act{Place: r.Place.Int64, ID: r.ID, At: r.At, Actor: r.Actor, Act: r.Act, Contact: r.ContactID, Import: r.ImportID,
		Campaign: r.CampaignID, CampaignName: r.CampaignName, Reason: r.Reason, Detail: r.Detail, ReasonSalt: r.ReasonSalt,
		ReasonDigest: r.ReasonDigest, DetailSalt: r.DetailSalt, DetailDigest: r.DetailDigest, Hash: r.Hash}
}

const sqlActColumns = `a.place, a.id, a.at, a.actor, a.act, coalesce(a.contact_id, 0) AS contact_id, coalesce(a.import_id, 0) AS import_id,
	coalesce(a.campaign_id, 0) AS campaign_id, a.reason, a.detail::text AS detail, a.reason_salt, a.reason_digest, a.detail_salt, a.detail_digest, a.hash`

const sqlChainAfter = `SELECT ` + sqlActColumns + `, '' AS campaign_name FROM audit a WHERE a.place > $1 ORDER BY a.place LIMIT $2`

// AuditChain returns at most so many lines of the record behind a place, in the order of
// the chain.
func (db *DB) AuditChain(ctx context.Context, after int64, most int) ([]staff.Act, error) {
	return acts(ctx, db.x, sqlChainAfter, after, most)
}

func acts(ctx context.Context, x sqlx.QueryerContext, query string, args ...any) ([]staff.Act, error) {
	var rows []actRow
	if err := sqlx.SelectContext(ctx, x, &rows, query, args...); err != nil {
		return nil, told(err)
	}
	out := make([]staff.Act, len(rows))
	for i, r := range rows {
		out[i] = r.act()
	}
	return out, nil
}

const sqlAuditHead = `SELECT place, hash FROM audit_head`

// AuditHead returns where the record ends by its own account.
func (db *DB) AuditHead(ctx context.Context) (staff.Head, error) {
	var h staff.Head
	return h, told(db.x.GetContext(ctx, &h, sqlAuditHead))
}

const sqlOutsideChain = `SELECT coalesce(min(id), 0) FROM audit WHERE place IS NULL`

// OutsideChain returns a line of the record that has no place in the chain, 0 if there is
// none.
func (db *DB) OutsideChain(ctx context.Context) (int64, error) {
	var id int64
	return id, told(db.x.GetContext(ctx, &id, sqlOutsideChain))
}

const sqlActTime = `SELECT at FROM audit WHERE place = $1`

const sqlActs = `
SELECT ` + sqlActColumns + `, coalesce(k.name, '') AS campaign_name FROM audit a LEFT JOIN campaign k ON k.id = a.campaign_id
WHERE a.at <= coalesce($1::timestamptz, 'infinity') AND ($2::timestamptz IS NULL OR a.at < $2 OR a.place < $3)
	AND ($4 = '' OR a.actor = $4) AND ($5 = '' OR a.act = $5) AND ($6::timestamptz IS NULL OR a.at >= $6)
ORDER BY a.at DESC, a.place DESC LIMIT $7`

// What is asked for decides by which index the record is read: one plan for all would read
// all of it for a name that is rare.
const sqlPlanEach = `SET LOCAL plan_cache_mode = force_custom_plan`

// Acts returns a page of the record, the latest line first: by when it was done, and what
// was done at the same moment by its place.
func (db *DB) Acts(ctx context.Context, f staff.ActFilter) ([]staff.Act, error) {
	var out []staff.Act
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlPlanEach); err != nil {
			return err
		}
		var before time.Time
		if err := one(tx.SelectContext, ctx, &before, sqlActTime, f.Before); err != nil {
			return err
		}
		last := before // the latest moment of the page
		if end := f.Until.Add(-time.Microsecond); !f.Until.IsZero() && (last.IsZero() || end.Before(last)) {
			last = end
		}
		var err error
		out, err = acts(ctx, tx, sqlActs, nullTime(last), nullTime(before), f.Before, f.Actor, f.Act, nullTime(f.From), f.Most)
		return err
	})
	return out, err
}

// Of each actor one look at the index, however many lines there are.
const sqlActors = `
WITH RECURSIVE who AS (
	(SELECT actor FROM audit ORDER BY actor LIMIT 1)
	UNION ALL SELECT (SELECT a.actor FROM audit a WHERE a.actor > who.actor ORDER BY a.actor LIMIT 1) FROM who WHERE who.actor IS NOT NULL
) SELECT actor FROM who WHERE actor IS NOT NULL LIMIT 200`

// Actors lists who has acts on record.
func (db *DB) Actors(ctx context.Context) ([]string, error) {
	var out []string
	return out, told(db.x.SelectContext(ctx, &out, sqlActors))
}
