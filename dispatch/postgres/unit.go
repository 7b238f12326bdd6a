package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// One change of the units at a time: what is decided on must be what is there.
const sqlLockUnits = `LOCK TABLE unit_set IN SHARE ROW EXCLUSIVE MODE`

const sqlInsertUnitSet = `
INSERT INTO unit_set (version, valid_from, source, stored_at, stored_by) VALUES ($1, $2, $3, $4, $5)`

// StoreUnits shows decide what is stored of the units and stores what it
// returns, in one transaction.
func (db *DB) StoreUnits(ctx context.Context, c view.UnitChange, decide func(survey.Territory) (view.UnitWrite, error)) error {
	return db.within(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlLockUnits); err != nil {
			return err
		}
		known, err := territory(ctx, tx)
		if err != nil {
			return err
		}
		w, err := decide(known)
		if err != nil {
			return err
		}
		for _, set := range w.Sets {
			if _, err := tx.ExecContext(ctx, sqlInsertUnitSet, set.Version, set.ValidFrom, c.Source, c.Now, c.Actor); err != nil {
				return err
			}
			if err := insertUnits(ctx, tx, set); err != nil {
				return err
			}
		}
		if err := insertSuccessions(ctx, tx, w.Successions); err != nil {
			return err
		}
		return addAliases(ctx, tx, w.Aliases)
	})
}

// Arrays of arrays are rectangular in Postgres: aliases come as rows of their own.
const sqlInsertUnits = `
INSERT INTO unit (version, code, name, parent, aliases)
SELECT $1, u.code, u.name, u.parent, coalesce(a.aliases, '{}')
FROM unnest($2::text[], $3::text[], $4::text[]) AS u (code, name, parent)
LEFT JOIN (SELECT code, array_agg(alias ORDER BY n) AS aliases
	FROM unnest($5::text[], $6::text[]) WITH ORDINALITY AS l (code, alias, n) GROUP BY code) a USING (code)`

func insertUnits(ctx context.Context, tx *sqlx.Tx, set survey.UnitSet) error {
	var code, name, parent, aliasOf, alias pq.StringArray
	for _, u := range set.Units {
		code, name, parent = append(code, u.Code), append(name, u.Name), append(parent, u.Parent)
		for _, a := range u.Aliases {
			aliasOf, alias = append(aliasOf, u.Code), append(alias, a)
		}
	}
	_, err := tx.ExecContext(ctx, sqlInsertUnits, set.Version, code, name, parent, aliasOf, alias)
	return err
}

const sqlInsertSuccessions = `
INSERT INTO unit_succession (from_version, from_code, to_version, to_code)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`

func insertSuccessions(ctx context.Context, tx *sqlx.Tx, list []survey.UnitSuccession) error {
	var fromVersion, fromCode, toVersion, toCode pq.StringArray
	for _, s := range list {
		fromVersion, fromCode = append(fromVersion, s.FromVersion), append(fromCode, s.FromCode)
		toVersion, toCode = append(toVersion, s.ToVersion), append(toCode, s.ToCode)
	}
	_, err := tx.ExecContext(ctx, sqlInsertSuccessions, fromVersion, fromCode, toVersion, toCode)
	return err
}

const sqlAddAlias = `UPDATE unit SET aliases = aliases || $3::text WHERE version = $1 AND code = $2 AND NOT $3 = ANY(aliases)`

func addAliases(ctx context.Context, tx *sqlx.Tx, list []view.UnitAlias) error {
	for _, a := range list {
		if _, err := tx.ExecContext(ctx, sqlAddAlias, a.Version, a.Code, a.Alias); err != nil {
			return err
		}
	}
	return nil
}

// Territory returns every version of the units, the oldest first.
func (db *DB) Territory(ctx context.Context) (survey.Territory, error) {
	var out survey.Territory
	err := db.within(ctx, func(tx *sqlx.Tx) (err error) {
		out, err = territory(ctx, tx)
		return err
	})
	return out, err
}

const sqlUnitSets = `SELECT version, valid_from FROM unit_set ORDER BY valid_from, version`

const sqlUnits = `SELECT version, code, name, parent, aliases FROM unit ORDER BY version, code`

const sqlSuccessions = `
SELECT from_version, from_code, to_version, to_code FROM unit_succession ORDER BY from_version, from_code, to_version, to_code`

// territory reads the sets before their units: a version that is stored in
// between is not seen in part.
func territory(ctx context.Context, tx *sqlx.Tx) (survey.Territory, error) {
	var out survey.Territory
	var sets []struct {
		Version   string
		ValidFrom time.Time `db:"valid_from"`
	}
	var units []struct {
		Version, Code, Name, Parent string
		Aliases                     pq.StringArray
	}
	var successions []struct {
		FromVersion string `db:"from_version"`
		FromCode    string `db:"from_code"`
		ToVersion   string `db:"to_version"`
		ToCode      string `db:"to_code"`
	}
	if err := tx.SelectContext(ctx, &sets, sqlUnitSets); err != nil {
		return out, err
	}
	if err := tx.SelectContext(ctx, &units, sqlUnits); err != nil {
		return out, err
	}
	if err := tx.SelectContext(ctx, &successions, sqlSuccessions); err != nil {
		return out, err
	}
	at := map[string]int{}
	for i, s := range sets {
		at[s.Version] = i
		out.Sets = append(out.Sets, survey.UnitSet{Version: s.Version, ValidFrom: s.ValidFrom.UTC()})
	}
	for _, u := range units {
		if i, ok := at[u.Version]; ok {
			out.Sets[i].Units = append(out.Sets[i].Units, survey.Unit{Code: u.Code, Name: u.Name, Parent: u.Parent, Aliases: u.Aliases})
		}
	}
	for _, s := range successions {
		_, from := at[s.FromVersion]
		if _, to := at[s.ToVersion]; from && to {
			out.Successions = append(out.Successions, survey.UnitSuccession(s))
		}
	}
	return out, nil
}

const sqlContactUnits = `
SELECT id, unit, unit_code FROM contact WHERE id > $1 AND (unit <> '' OR unit_code <> '') ORDER BY id LIMIT $2`

// A contact whose unit was written anew meanwhile is left alone: whoever wrote it
// has matched it. The order of locking is that of the house: ascending.
const sqlTieUnits = `
UPDATE contact c SET unit_code = t.now FROM (
	SELECT k.id, u.now FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS u (id, unit, was, now)
	JOIN contact k ON k.id = u.id AND k.unit = u.unit AND k.unit_code = u.was ORDER BY k.id FOR NO KEY UPDATE OF k) t
WHERE c.id = t.id`

// rematchBatch is how many contacts one transaction of a rematch looks at.
const rematchBatch = 5000

// RematchContacts asks decide for the unit code of every contact who has a unit,
// and stores what is new, some thousand people a transaction. updated_at stays:
// what the list says of a person has not changed.
func (db *DB) RematchContacts(ctx context.Context, decide func(view.UnitTie) string) (view.Rematch, error) {
	var out view.Rematch
	for after := (survey.ContactID)(0); ; {
		var rows []struct {
			ID       survey.ContactID `db:"id"`
			Unit     string
			UnitCode string `db:"unit_code"`
		}
		if err := db.x.SelectContext(ctx, &rows, sqlContactUnits, after, rematchBatch); err != nil {
			return out, told(err)
		}
		if len(rows) == 0 {
			return out, nil
		}
		var ids []survey.ContactID
		var unit, was, now []string
		for _, r := range rows {
			if code := decide(view.UnitTie{Unit: r.Unit, Code: r.UnitCode}); code != r.UnitCode {
				ids, unit, was, now = append(ids, r.ID), append(unit, r.Unit), append(was, r.UnitCode), append(now, code)
				out.Add(r.UnitCode, code)
			}
		}
		if len(ids) > 0 {
			err := db.retried(ctx, func(tx *sqlx.Tx) error {
				_, err := tx.ExecContext(ctx, sqlTieUnits, ints(ids), texts(unit), texts(was), texts(now))
				return err
			})
			if err != nil {
				return out, err
			}
		}
		after = rows[len(rows)-1].ID
	}
}

const sqlUnitPeople = `
SELECT unit_code AS code, unit <> '' AS named, count(*) AS people FROM contact WHERE left_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2`

// UnitPeople counts the people of the living list by unit.
func (db *DB) UnitPeople(ctx context.Context) ([]view.UnitPeople, error) {
	var rows []struct {
		Code   string
		Named  bool
		People int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlUnitPeople); err != nil {
		return nil, told(err)
	}
	out := make([]view.UnitPeople, len(rows))
	for i, r := range rows {
		out[i] = view.UnitPeople(r)
	}
	return out, nil
}

const sqlUntiedUnits = `
SELECT unit AS text, count(*) AS people FROM contact
WHERE left_at IS NULL AND unit_code = '' AND unit <> '' GROUP BY unit ORDER BY count(*) DESC, unit LIMIT $1`

// UntiedUnits lists the units as lists have them of people who are tied to none,
// the most frequent first, at most limit.
func (db *DB) UntiedUnits(ctx context.Context, limit int) ([]view.UnitText, error) {
	var rows []struct {
		Text   string
		People int
	}
	if err := db.x.SelectContext(ctx, &rows, sqlUntiedUnits, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.UnitText, len(rows))
	for i, r := range rows {
		out[i] = view.UnitText(r)
	}
	return out, nil
}
