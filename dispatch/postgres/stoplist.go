package postgres

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlStopColumns = `
SELECT s.id, coalesce(s.contact_id, 0) AS contact_id, coalesce(c.code, '') AS contact, coalesce(s.address_key, '') AS address_key,
	coalesce(s.channel, '') AS channel, s.scope, coalesce(k.name, '') AS campaign, s.source, s.words, s.actor, s.at,
	s.lifted_at, s.lifted_by, s.lifted_source, s.lifted_words
FROM suppression s LEFT JOIN contact c ON c.id = s.contact_id LEFT JOIN campaign k ON k.id = s.campaign_id`

type stopRow struct {
	ID           int64
	ContactID    survey.ContactID `db:"contact_id"`
	Contact      string
	Key          []byte `db:"address_key"`
	Channel      survey.Channel
	Scope        survey.SuppressionScope
	Campaign     string
	Source       string
	Words        string
	Actor        string
	At           time.Time
	LiftedAt     sql.NullTime `db:"lifted_at"`
	LiftedBy     string       `db:"lifted_by"`
	LiftedSource string       `db:"lifted_source"`
	LiftedWords  string       `db:"lifted_words"`
}

func (r stopRow) row() view.StopRow {
	return view.StopRow{ID: r.ID, ContactID: r.ContactID, Contact: r.Contact, ByAddress: len(r.Key) > 0, Key: r.Key, Channel: r.Channel,
		Scope: r.Scope, Campaign: r.Campaign, Source: r.Source, Words: r.Words, Actor: r.Actor, At: r.At, LiftedAt: r.LiftedAt.Time,
		LiftedBy: r.LiftedBy, LiftedSource: r.LiftedSource, LiftedWords: r.LiftedWords}
}

const sqlStops = sqlStopColumns + `
WHERE ($1 = '' OR s.channel IS NULL OR s.channel = $1) AND ($2::bigint = 0 OR s.campaign_id = $2) AND ($3 = '' OR s.source = $3)
	AND ($4 OR s.lifted_at IS NULL)
ORDER BY s.id`

// Stops lists the do-not-contact list, the oldest entry first.
func (db *DB) Stops(ctx context.Context, f view.StopFilter) iter.Seq2[view.StopRow, error] {
	return func(yield func(view.StopRow, error) bool) {
		rows, err := db.x.QueryxContext(ctx, sqlStops, f.Channel, f.Campaign, f.Source, f.Lifted)
		if err != nil {
			yield(view.StopRow{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r stopRow
			if err := rows.StructScan(&r); err != nil {
				yield(view.StopRow{}, told(err))
				return
			}
			if !yield(r.row(), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.StopRow{}, told(err))
		}
	}
}

const sqlStopsAbout = sqlStopColumns + ` WHERE s.contact_id = ANY($1) OR s.address_key = ANY($2) ORDER BY s.id`

// StopsAbout lists the entries about a person (all contacts that are the same) and
// about addresses, by their keyed hashes, the lifted ones too. Person 0 is nobody.
func (db *DB) StopsAbout(ctx context.Context, person survey.ContactID, keys [][]byte) ([]view.StopRow, error) {
	var out []view.StopRow
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		var people []survey.ContactID
		if person != 0 {
			var err error
			if people, err = samePerson(ctx, tx, person); err != nil {
				return err
			}
		}
		var rows []stopRow
		if err := tx.SelectContext(ctx, &rows, sqlStopsAbout, ints(people), pq.ByteaArray(keys)); err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, r.row())
		}
		return nil
	})
	return out, err
}

const sqlStopKeys = `SELECT DISTINCT address_key FROM suppression WHERE address_key IS NOT NULL`

const sqlHeldAddresses = `
SELECT e.kind, e.address, c.id, coalesce(c.code, '') AS code, c.name FROM endpoint e JOIN contact c ON c.id = e.contact_id AND c.left_at IS NULL`

// StopHolders finds the contacts who have an address that stands on the list, by
// its keyed hash. The database has no keys: the addresses are hashed here, row by
// row.
func (db *DB) StopHolders(ctx context.Context, keys view.AddressKeys) (map[string][]view.Housemate, error) {
	var hashes pq.ByteaArray
	if err := db.x.SelectContext(ctx, &hashes, sqlStopKeys); err != nil || len(hashes) == 0 {
		return nil, told(err)
	}
	listed := make(map[string]bool, len(hashes))
	for _, h := range hashes {
		listed[string(h)] = true
	}
	rows, err := db.x.QueryxContext(ctx, sqlHeldAddresses)
	if err != nil {
		return nil, told(err)
	}
	defer rows.Close()
	out := map[string][]view.Housemate{}
	for rows.Next() {
		var r struct {
			Kind    survey.EndpointKind
			Address string
			ID      survey.ContactID
			Code    string
			Name    string
		}
		if err := rows.StructScan(&r); err != nil {
			return nil, told(err)
		}
		for _, k := range keys(r.Kind, r.Address) {
			if listed[string(k)] {
				out[string(k)] = append(out[string(k)], view.Housemate{ID: r.ID, Code: r.Code, Name: survey.PersonName(r.Name)})
			}
		}
	}
	return out, told(rows.Err())
}

const sqlFindCodes = `
SELECT lower(code) AS code, coalesce(merged_into, id) AS id FROM contact WHERE lower(code) = ANY($1)`

// FindCodes returns the contacts that have these codes, by the code in lower case;
// one that was merged is who it was merged into.
func (db *DB) FindCodes(ctx context.Context, codes []string) (map[string]survey.ContactID, error) {
	var rows []struct {
		Code string
		ID   survey.ContactID
	}
	if err := db.x.SelectContext(ctx, &rows, sqlFindCodes, pq.StringArray(codes)); err != nil {
		return nil, told(err)
	}
	out := make(map[string]survey.ContactID, len(rows))
	for _, r := range rows {
		out[r.Code] = r.ID
	}
	return out, nil
}
