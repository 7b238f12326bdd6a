package postgres

import (
	"github.com/lib/pq"
)

// sqlMergedFields is what a merge may change of a contact c.
const sqlMergedFields = `jsonb_build_object('code', coalesce(c.code, ''), 'title', c.title, 'sex', c.sex, 'birth', coalesce(c.birth, 0), 'zone', c.zone,
	'unit', c.unit, 'unit_code', c.unit_code, 'attributes', c.attributes, 'hours', c.hours, 'hours_at', c.hours_at, 'hours_source', c.hours_source,
	'left_at', c.left_at, 'updated_at', c.updated_at)`

// sqlAddressStates are addresses e, as they stand.
const sqlAddressStates = `coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'status', e.status, 'not_theirs_at', e.not_theirs_at)), '[]')`

const (
	sqlKeepTwins = `
INSERT INTO contact_merge (kept, gone, at, actor, before, after, followers, consents, stops)
SELECT $3, $4, $5, $6, jsonb_build_object(
		'kept', (SELECT ` + sqlMergedFields + ` FROM contact c WHERE c.id = $3), 'gone', (SELECT ` + sqlMergedFields + ` FROM contact c WHERE c.id = $4),
		'shared', (SELECT ` + sqlAddressStates + ` FROM endpoint e WHERE e.id = ANY($2::bigint[])),
		'endpoints', (SELECT coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('into', u.into_id)), '[]')
			FROM endpoint e LEFT JOIN unnest($1::bigint[], $2::bigint[]) AS u (id, into_id) ON u.id = e.id WHERE e.contact_id = $4)), '{}',
	ARRAY(SELECT id FROM contact WHERE merged_into = $4 ORDER BY id),
	ARRAY(SELECT id FROM consent WHERE contact_id IN ($3, $4) ORDER BY id),
	ARRAY(SELECT id FROM suppression WHERE contact_id IN ($3, $4) ORDER BY id)
RETURNING id`
	sqlKeepMerged = `
UPDATE contact_merge SET after = jsonb_build_object('kept', (SELECT ` + sqlMergedFields + ` FROM contact c WHERE c.id = kept), 'shared', (SELECT ` + sqlAddressStates + ` FROM endpoint e WHERE e.id = ANY($2::bigint[])))
WHERE id = $1`
)

// keep writes down what the two are, for the undoing; whatever takes over from one to the
// other is marked with this merge.
func (w *peopleMerger) keep() error {
	o := w.order
	ids, into := w.shared()
	return w.tx.GetContext(w.ctx, &w.out.Merge, sqlKeepTwins, ids, into, o.Keep, o.Drop, o.Now, o.Actor)
}

// kept writes down what the merge made of the one that stays.
func (w *peopleMerger) kept() error {
	_, into := w.shared()
	_, err := w.tx.ExecContext(w.ctx, sqlKeepMerged, w.out.Merge, into)
	return err
}

// shared are the addresses that both have, and which of the one kept each is.
func (w *peopleMerger) shared() (ids, into pq.Int64Array) {
	ids, into = pq.Int64Array{}, pq.Int64Array{}
	for _, m := range w.m.Moves {
		if m.Into != 0 {
			ids, into = append(ids, int64(m.ID)), append(into, int64(m.Into))
		}
	}
	return ids, into
}
