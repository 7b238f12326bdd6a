package postgres

import (
	"context"
	"iter"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// shapeQuery is the statement that says how wide the list of a filter is.
func shapeQuery(f view.ContactFilter, barred []survey.EndpointID) (string, []any) {
	e := eligible{}
	return `WITH who AS MATERIALIZED (SELECT c.id, c.attributes FROM contact c WHERE ` + e.selected(f, barred) + `),
has AS (
	SELECT count(*) FILTER (WHERE p.kind = 'email') AS mails, count(*) FILTER (WHERE p.kind = 'phone') AS phones
	FROM endpoint p JOIN who w ON w.id = p.contact_id GROUP BY p.contact_id)
SELECT (SELECT count(*) FROM who) AS people, (SELECT coalesce(max(mails), 0) FROM has) AS mails,
	(SELECT coalesce(max(phones), 0) FROM has) AS phones,
	ARRAY(SELECT DISTINCT k FROM who, jsonb_object_keys(who.attributes) AS k) AS attributes`, e.args
}

// wholeQuery is the statement that reads the contacts of a filter whole, by id.
func wholeQuery(f view.ContactFilter, barred []survey.EndpointID) (string, []any) {
	e := eligible{}
	return `SELECT ` + sqlContactColumns + `,
	ARRAY(SELECT e.address FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'email' ORDER BY e.rank, e.id) AS mails,
	ARRAY(SELECT e.address FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'phone' ORDER BY e.rank, e.id) AS phones
FROM contact c WHERE ` + e.selected(f, barred) + ` ORDER BY c.id`, e.args
}

type wholeRow struct {
	contactRow
	Mails  pq.StringArray
	Phones pq.StringArray
}

// contact is the contact with its addresses.
func (r wholeRow) contact() survey.Contact {
	c := r.contactRow.contact()
	for i, a := range r.Mails {
		c.Endpoints = append(c.Endpoints, survey.Endpoint{ContactID: r.ID, Kind: survey.EmailAddress, Address: a, Rank: i})
	}
	for i, a := range r.Phones {
		c.Endpoints = append(c.Endpoints, survey.Endpoint{ContactID: r.ID, Kind: survey.PhoneNumber, Address: a, Rank: i})
	}
	return c
}

// WholeContacts hands the contacts of a filter to take, by id and one at a time,
// and before them how wide the list is. Both are of one moment.
func (db *DB) WholeContacts(ctx context.Context, f view.ContactFilter, keys view.AddressKeys,
	take func(view.ListShape, iter.Seq2[survey.Contact, error]) error) error {
	return db.snapshot(ctx, func(tx *sqlx.Tx) error {
		var barred []survey.EndpointID
		if f.Suppressed {
			var err error
			if barred, err = barredEndpoints(ctx, tx, 0, keys); err != nil {
				return err
			}
		}
		var shape struct {
			People, Mails, Phones int
			Attributes            pq.StringArray
		}
		query, args := shapeQuery(f, barred)
		if err := tx.GetContext(ctx, &shape, query, args...); err != nil {
			return err
		}
		query, args = wholeQuery(f, barred)
		return take(view.ListShape{People: shape.People, Mails: shape.Mails, Phones: shape.Phones,
			Attributes: slices.Sorted(slices.Values(shape.Attributes))}, wholeRows(ctx, tx, query, args))
	})
}

func wholeRows(ctx context.Context, tx *sqlx.Tx, query string, args []any) iter.Seq2[survey.Contact, error] {
	return func(yield func(survey.Contact, error) bool) {
		rows, err := tx.QueryxContext(ctx, query, args...)
		if err != nil {
			yield(survey.Contact{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r wholeRow
			if err := rows.StructScan(&r); err != nil {
				yield(survey.Contact{}, told(err))
				return
			}
			if !yield(r.contact(), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(survey.Contact{}, told(err))
		}
	}
}
