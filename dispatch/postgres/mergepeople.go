package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// MergePeople makes one contact of two, as decide says on what it reads under
// lock, and puts it on record. No import merges meanwhile. A dry run does the same
// and keeps nothing. Errors: not_found, and what decide returns.
func (db *DB) MergePeople(ctx context.Context, o view.MergeOrder, decide func(keep, drop view.Twin) (view.PeopleMerge, error)) (view.PeopleMerged, error) {
	var out view.PeopleMerged
	err := db.tried(ctx, o.DryRun, func(tx *sqlx.Tx) error {
		out = view.PeopleMerged{Kept: o.Keep, Dropped: o.Drop, DryRun: o.DryRun}
		w := peopleMerger{ctx: ctx, tx: tx, order: o, out: &out}
		keep, drop, err := w.read()
		if err != nil {
			return err
		}
		if w.m, err = decide(keep, drop); err != nil {
			return err
		}
		for _, write := range []func() error{w.keep, w.contacts, w.join, w.move, w.consents, w.suppressions, w.kept, w.record} {
			if err := write(); err != nil {
				return err
			}
		}
		return nil
	})
	if o.DryRun {
		out.Merge = 0 // it is not kept
	}
	return out, err
}

// peopleMerger writes one merge.
type peopleMerger struct {
	ctx   context.Context
	tx    *sqlx.Tx
	order view.MergeOrder
	m     view.PeopleMerge
	out   *view.PeopleMerged
	// of what was added
	consentIDs, suppressionIDs pq.Int64Array
}

const sqlTwinCases = `SELECT id FROM invitation WHERE contact_id = $1`

const sqlLockTwins = `
SELECT ` + sqlContactColumns + `, c.left_at IS NOT NULL AS gone, coalesce(c.merged_into, 0) AS merged_into,
	(SELECT count(*) FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.contact_id = c.id
		AND i.state IN ('open', 'started') AND k.state IN ('fielding', 'paused')) AS open_cases
FROM contact c WHERE c.id = ANY($1) ORDER BY c.id FOR UPDATE OF c`

// read locks the two, the cases of the one that goes first, and reads them.
func (w *peopleMerger) read() (keep, drop view.Twin, err error) {
	if _, err = w.tx.ExecContext(w.ctx, sqlImportLock, int64(importLock)); err != nil {
		return keep, drop, err
	}
	var cases []survey.InvitationID
	if err = w.tx.SelectContext(w.ctx, &cases, sqlTwinCases, w.order.Drop); err != nil {
		return keep, drop, err
	}
	if err = lockInvitations(w.ctx, w.tx, cases); err != nil {
		return keep, drop, err
	}
	var rows []struct {
		contactRow
		Left       bool             `db:"gone"`
		MergedInto survey.ContactID `db:"merged_into"`
		OpenCases  int              `db:"open_cases"`
	}
	if err = w.tx.SelectContext(w.ctx, &rows, sqlLockTwins, pq.Int64Array{int64(w.order.Keep), int64(w.order.Drop)}); err != nil {
		return keep, drop, err
	}
	twins := map[survey.ContactID]view.Twin{}
	for _, r := range rows {
		t := view.Twin{Left: r.Left, MergedInto: r.MergedInto, OpenCases: r.OpenCases, Contact: r.contact()}
		if t.Contact.Endpoints, err = endpointsOf(w.ctx, w.tx, r.ID); err != nil {
			return keep, drop, err
		}
		if t.Ledger, err = ledgerOf(w.ctx, w.tx, r.ID); err != nil {
			return keep, drop, err
		}
		twins[r.ID] = t
	}
	for _, id := range []survey.ContactID{w.order.Keep, w.order.Drop} {
		if _, ok := twins[id]; !ok {
			return keep, drop, noContact(id)
		}
	}
	return twins[w.order.Keep], twins[w.order.Drop], nil
}

// The code is given up before the other takes it. Whoever was merged into the one
// that goes is one step from the one that stays, too.
const (
	sqlDropTwin = `
UPDATE contact SET merged_into = $2, left_at = coalesce(left_at, $3), updated_at = $3, code = CASE WHEN $4 THEN NULL ELSE code END
WHERE id = $1`
	sqlFollowTwin = `UPDATE contact SET merged_into = $2 WHERE merged_into = $1`
	sqlKeepTwin   = `
UPDATE contact SET code = nullif($2, ''), title = $3, sex = $4, birth = nullif($5::int, 0), unit = $6, unit_code = $7,
	attributes = $8, updated_at = $9, zone = $10
WHERE id = $1`
	// Of two wishes the later one holds.
	sqlKeepHours = `
UPDATE contact k SET hours = d.hours, hours_at = d.hours_at, hours_source = d.hours_source
FROM contact d WHERE k.id = $1 AND d.id = $2 AND d.hours <> '' AND (k.hours = '' OR k.hours_at < d.hours_at)`
)

func (w *peopleMerger) contacts() error {
	o, k := w.order, w.m.Keep
	attributes, err := encoded(k.Attributes)
	if err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlDropTwin, o.Drop, o.Keep, o.Now, w.m.TakeCode); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlFollowTwin, o.Drop, o.Keep); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlKeepHours, o.Keep, o.Drop); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlKeepTwin, o.Keep, k.Code, k.Title, k.Sex, k.Birth, k.Unit, k.UnitCode, attributes, o.Now, k.Zone)
	w.out.Columns, w.out.Attributes = w.m.Columns, w.m.Attributes
	return err
}

const (
	sqlJoinStatus = `
UPDATE endpoint e SET status = u.status, not_theirs_at = coalesce(e.not_theirs_at, d.not_theirs_at)
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u (id, status, dropped) JOIN endpoint d ON d.id = u.dropped WHERE e.id = u.id`
	// What was sent to the address was sent to the one that remains.
	sqlJoinAttempts = `
UPDATE attempt a SET endpoint_id = u.into_id
FROM unnest($1::bigint[], $2::bigint[]) AS u (id, into_id), invitation i
WHERE i.contact_id = $3 AND a.invitation_id = i.id AND a.endpoint_id = u.id`
	sqlJoinEndpoints = `DELETE FROM endpoint WHERE id = ANY($1)`
)

// join merges the addresses that both have.
func (w *peopleMerger) join() error {
	ids, into := w.shared()
	var status []survey.EndpointStatus
	for _, m := range w.m.Moves {
		if m.Into != 0 {
			status = append(status, m.Status)
			w.out.Joined = append(w.out.Joined, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlJoinStatus, into, texts(status), ids); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlJoinAttempts, ids, into, w.order.Drop); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(w.ctx, sqlJoinEndpoints, ids)
	return err
}

// The list and the column that an address came from are kept.
const sqlMoveEndpoints = `
UPDATE endpoint e SET contact_id = $3, rank = u.rank, source = 'merge'
FROM unnest($1::bigint[], $2::int[]) AS u (id, rank) WHERE e.id = u.id`

func (w *peopleMerger) move() error {
	var ids, ranks pq.Int64Array
	for _, m := range w.m.Moves {
		if m.Into == 0 {
			ids, ranks = append(ids, int64(m.ID)), append(ranks, int64(m.Rank))
			w.out.Moved = append(w.out.Moved, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlMoveEndpoints, ids, ranks, w.order.Keep)
	return err
}

func (w *peopleMerger) consents() error {
	for _, c := range w.m.Consents {
		if c.GivenAt.IsZero() {
			c.GivenAt = w.order.Now
		}
		if c.Actor == "" {
			c.Actor = w.order.Actor
		}
		id, err := appendConsent(w.ctx, w.tx, c, w.out.Merge)
		if err != nil {
			return err
		}
		w.consentIDs = append(w.consentIDs, id)
		if c.WithdrawnAt.IsZero() {
			w.out.Given++
		} else {
			w.out.Withdrawn++
		}
	}
	return nil
}

const sqlShareSuppressions = `
INSERT INTO suppression (contact_id, address_key, channel, scope, campaign_id, source, words, actor, inbox_id, at, import_id, merge_id)
SELECT $1, s.address_key, s.channel, s.scope, s.campaign_id, s.source, s.words, s.actor, s.inbox_id, s.at, s.import_id, $3
FROM suppression s WHERE s.contact_id = $2 AND s.lifted_at IS NULL AND NOT EXISTS (
	SELECT 1 FROM suppression k WHERE k.contact_id = $1 AND k.lifted_at IS NULL AND k.scope = s.scope
		AND k.channel IS NOT DISTINCT FROM s.channel AND k.campaign_id IS NOT DISTINCT FROM s.campaign_id
		AND k.address_key IS NOT DISTINCT FROM s.address_key)
ORDER BY s.id RETURNING id`

func (w *peopleMerger) suppressions() error {
	err := w.tx.SelectContext(w.ctx, &w.suppressionIDs, sqlShareSuppressions, w.order.Keep, w.order.Drop, w.out.Merge)
	w.out.Suppressions = len(w.suppressionIDs)
	return err
}

func (w *peopleMerger) record() error {
	return recordAudit(w.ctx, w.tx, view.Audit{At: w.order.Now, Actor: w.order.Actor, Act: "merge", ContactID: w.order.Keep,
		Reason: w.order.Reason, Detail: map[string]any{"merge": w.out.Merge, "dropped": w.order.Drop, "columns": w.out.Columns, "attributes": w.out.Attributes,
			"endpoints_moved": w.out.Moved, "endpoints_joined": w.out.Joined, "consents": w.consentIDs,
			"suppressions": w.suppressionIDs}})
}
