package postgres

import (
	"context"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Pairs of people of the list: of one name in one unit, as the list has it or as
// it was found to be; or with one live address and one given name, which is the
// last word. $1: those with a code each, too, and those that a merge was taken back of: they
// were told apart.
const sqlPairs = `
WITH who AS MATERIALIZED (
	SELECT c.id, c.code IS NOT NULL AS coded, c.name_folded, lower(c.unit) AS unit, c.unit_code,
		substring(c.name_folded from '[^ ]+$') AS given
	FROM contact c WHERE c.left_at IS NULL),
pair AS (
	SELECT a.id AS a, b.id AS b, true AS same_name, NULL::text AS kind
	FROM who a JOIN who b ON b.name_folded = a.name_folded AND b.unit = a.unit AND b.id > a.id
	WHERE a.unit <> '' AND ($1 OR NOT (a.coded AND b.coded))
	UNION ALL
	SELECT a.id, b.id, true, NULL
	FROM who a JOIN who b ON b.name_folded = a.name_folded AND b.unit_code = a.unit_code AND b.id > a.id
	WHERE a.unit_code <> '' AND ($1 OR NOT (a.coded AND b.coded))
	UNION ALL
	SELECT a.id, b.id, false, e.kind
	FROM endpoint e JOIN endpoint f ON f.kind = e.kind AND lower(f.address) = lower(e.address) AND f.contact_id > e.contact_id
	JOIN who a ON a.id = e.contact_id JOIN who b ON b.id = f.contact_id AND b.given = a.given
	WHERE e.status <> 'dead' AND f.status <> 'dead' AND ($1 OR NOT (a.coded AND b.coded)))
SELECT p.a, p.b, bool_or(p.same_name) AS same_name, coalesce(array_agg(DISTINCT p.kind) FILTER (WHERE p.kind IS NOT NULL), '{}') AS kinds,
	coalesce(x.code, '') AS a_code, x.name AS a_name, x.unit AS a_unit, x.unit_code AS a_unit_code,
	coalesce(y.code, '') AS b_code, y.name AS b_name, y.unit AS b_unit, y.unit_code AS b_unit_code
FROM pair p JOIN contact x ON x.id = p.a JOIN contact y ON y.id = p.b
WHERE (p.a, p.b) > ($2, $3)
	AND ($1 OR NOT EXISTS (SELECT 1 FROM contact_merge m WHERE m.undone_at IS NOT NULL AND m.gone IN (p.a, p.b) AND m.kept IN (p.a, p.b)))
GROUP BY p.a, p.b, x.id, y.id ORDER BY p.a, p.b LIMIT $4`

// Pairs lists the contacts that may be one person, two by two, in the order of
// their ids.
func (db *DB) Pairs(ctx context.Context, f view.PairFilter) ([]view.PeoplePair, error) {
	var rows []struct {
		A, B      survey.ContactID
		SameName  bool `db:"same_name"`
		Kinds     pq.StringArray
		ACode     string `db:"a_code"`
		AName     string `db:"a_name"`
		AUnit     string `db:"a_unit"`
		AUnitCode string `db:"a_unit_code"`
		BCode     string `db:"b_code"`
		BName     string `db:"b_name"`
		BUnit     string `db:"b_unit"`
		BUnitCode string `db:"b_unit_code"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlPairs, f.WithCodes, f.After[0], f.After[1], f.Limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.PeoplePair, len(rows))
	for i, r := range rows {
		out[i] = view.PeoplePair{SameName: r.SameName,
			A: view.PairedPerson{ID: r.A, Code: r.ACode, Name: survey.PersonName(r.AName), Unit: r.AUnit, UnitCode: r.AUnitCode},
			B: view.PairedPerson{ID: r.B, Code: r.BCode, Name: survey.PersonName(r.BName), Unit: r.BUnit, UnitCode: r.BUnitCode}}
		for _, k := range r.Kinds {
			out[i].Kinds = append(out[i].Kinds, survey.EndpointKind(k))
		}
	}
	return out, nil
}
