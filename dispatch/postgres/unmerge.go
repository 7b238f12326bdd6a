package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// UnmergePeople takes a merge back as decide says on what it reads under lock, and puts it
// on record of both. No import and no other merge is under way meanwhile. Errors: not_found,
// and what decide returns: then nothing is changed.
func (db *DB) UnmergePeople(ctx context.Context, o view.UnmergeOrder, decide func(view.MergeKept) (view.PeopleUnmerge, error)) (view.PeopleUnmerged, error) {
	var out view.PeopleUnmerged
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		out = view.PeopleUnmerged{}
		if _, err := tx.ExecContext(ctx, sqlImportLock, int64(importLock)); err != nil {
			return err
		}
		w := unmerger{ctx: ctx, tx: tx, order: o, out: &out}
		kept, err := w.read()
		if err != nil {
			return err
		}
		if w.u, err = decide(kept); err != nil {
			return err
		}
		out.Merge, out.Kept, out.Back, out.Since = kept.ID, kept.Kept, kept.Gone, w.u.Since
		out.Left = w.u.Other.LeftAt != kept.Other.LeftAt
		for _, write := range []func() error{w.contacts, w.addresses, w.queued, w.stops, w.consents, w.look, w.record} {
			if err := write(); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// unmerger takes one merge back.
type unmerger struct {
	ctx   context.Context
	tx    *sqlx.Tx
	order view.UnmergeOrder
	u     view.PeopleUnmerge
	out   *view.PeopleUnmerged
	open  []survey.InvitationID // of the one kept
}

const (
	// Of merges that stand the latest in which the person went, else in which it was kept.
	sqlMergeToUndo = `
SELECT m.id, m.kept, m.gone, m.undone_at IS NOT NULL AS undone, m.undone_at IS NULL AND m.before = '{}' AS erased,
	coalesce(m.before -> 'kept', '{}') AS found, coalesce(m.before -> 'gone', '{}') AS other, coalesce(m.after -> 'kept', '{}') AS made,
	coalesce(m.before -> 'shared', '[]') AS shared, coalesce(m.after -> 'shared', '[]') AS shared_made,
	coalesce((SELECT jsonb_agg(e) FROM jsonb_array_elements(m.before -> 'endpoints') AS e WHERE e ->> 'into' IS NOT NULL), '[]') AS theirs
FROM contact_merge m WHERE CASE WHEN $2::bigint = 0 THEN $1::bigint IN (m.kept, m.gone) AND m.undone_at IS NULL
	ELSE m.id = $2::bigint AND (m.kept = ANY($3) OR m.gone = ANY($3)) END
ORDER BY (m.gone = $1::bigint) DESC, m.id DESC LIMIT 1 FOR UPDATE OF m`
	sqlMergeUnkept = `SELECT coalesce(min(c.id), 0) FROM contact c WHERE c.id = $1 AND c.merged_into IS NOT NULL OR c.merged_into = $1`
	sqlMergeLater  = `
SELECT CASE WHEN m.kept = ANY($2) THEN m.gone ELSE m.kept END FROM contact_merge m
WHERE m.id > $1 AND m.undone_at IS NULL AND (m.kept = ANY($2) OR m.gone = ANY($2)) ORDER BY m.id DESC LIMIT 1`
	sqlLockUnmerged = `
SELECT c.id, ` + sqlMergedFields + ` AS fields FROM contact c
WHERE c.id IN ($1, $2) AND (c.id = $1 OR c.merged_into = $1) ORDER BY c.id FOR UPDATE OF c`
	sqlCodeElsewhere = `SELECT count(*) FROM contact c WHERE lower(c.code) = lower($1) AND c.id NOT IN ($2, $3)`
	sqlSharedNow     = `SELECT ` + sqlAddressStates + ` FROM endpoint e WHERE e.id = ANY($1) AND e.contact_id = $2`
	sqlCasesOfTwins  = `
SELECT id FROM invitation WHERE contact_id = $2 OR contact_id = $1 AND state IN ('open', 'started')`
)

// read finds the merge and locks it, the cases and the two.
func (w *unmerger) read() (view.MergeKept, error) {
	people, err := samePerson(w.ctx, w.tx, w.order.Person)
	if err != nil && survey.KindOf(err) != survey.NotFound {
		return view.MergeKept{}, err
	}
	var rows []struct {
		ID          int64
		Kept, Gone  survey.ContactID
		Undone      bool
		Erased      bool
		Found, Made document[view.MergedFields]
		Other       document[view.MergedFields]
		Shared      document[[]view.AddressState]
		SharedMade  document[[]view.AddressState] `db:"shared_made"`
		Theirs      document[[]view.AddressState]
	}
	if err := w.tx.SelectContext(w.ctx, &rows, sqlMergeToUndo, w.order.Person, w.order.Merge, ints(people)); err != nil {
		return view.MergeKept{}, err
	}
	if len(rows) == 0 {
		return w.unknown(len(people) > 0)
	}
	r := rows[0]
	m := view.MergeKept{ID: r.ID, Kept: r.Kept, Gone: r.Gone, Undone: r.Undone, Erased: r.Erased, Before: r.Found.V, After: r.Made.V, Other: r.Other.V,
		Theirs: r.Theirs.V, Found: r.Shared.V, Left: r.SharedMade.V}
	if m.Undone || m.Erased {
		return m, nil
	}
	if err := one(w.tx.SelectContext, w.ctx, &m.Later, sqlMergeLater, m.ID, ints([]survey.ContactID{m.Kept, m.Gone})); err != nil || m.Later != 0 {
		return m, err
	}
	return w.now(m)
}

// unknown is a merge that nothing is kept of: one of before it was, or none.
func (w *unmerger) unknown(listed bool) (m view.MergeKept, err error) {
	if !listed {
		return m, noContact(w.order.Person)
	}
	err = w.tx.GetContext(w.ctx, &m.Kept, sqlMergeUnkept, w.order.Person)
	return m, err
}

// now reads what stands, under lock.
func (w *unmerger) now(m view.MergeKept) (view.MergeKept, error) {
	if err := w.tx.SelectContext(w.ctx, &w.open, sqlOpenCasesOfPerson, m.Kept); err != nil {
		return m, err
	}
	var cases []survey.InvitationID
	if err := w.tx.SelectContext(w.ctx, &cases, sqlCasesOfTwins, m.Kept, m.Gone); err != nil {
		return m, err
	}
	if err := lockInvitations(w.ctx, w.tx, cases); err != nil {
		return m, err
	}
	var two []struct {
		ID     survey.ContactID
		Fields document[view.MergedFields]
	}
	if err := w.tx.SelectContext(w.ctx, &two, sqlLockUnmerged, m.Kept, m.Gone); err != nil {
		return m, err
	}
	if len(two) < 2 {
		m.Erased = true
		return m, nil
	}
	for _, c := range two {
		if c.ID == m.Kept {
			m.Now = c.Fields.V
		}
	}
	var taken int
	if err := w.tx.GetContext(w.ctx, &taken, sqlCodeElsewhere, m.Other.Code, m.Kept, m.Gone); err != nil {
		return m, err
	}
	m.CodeTaken = taken > 0
	var into []survey.EndpointID
	for _, a := range m.Theirs {
		into = append(into, a.Into)
	}
	var present document[[]view.AddressState]
	err := w.tx.GetContext(w.ctx, &present, sqlSharedNow, ints(into), m.Kept)
	m.Present = present.V
	return m, err
}

// The one kept gives the code up before the other takes it, and no list means it by that.
const (
	sqlUnmergeKept = `
UPDATE contact SET code = nullif($2, ''), title = $3, sex = $4, birth = nullif($5::int, 0), zone = $6, unit = $7, unit_code = $8, attributes = $9,
	hours = $10, hours_at = $11, hours_source = $12, updated_at = $13,
	corrected = CASE WHEN lower(corrected ->> 'code') = lower($14) THEN nullif(corrected - 'code', '{}') ELSE corrected END WHERE id = $1`
	sqlUnmergeGone = `
UPDATE contact SET merged_into = NULL, code = nullif($2, ''), left_at = $3, updated_at = $4 WHERE id = $1`
	sqlUnfollow = `
UPDATE contact c SET merged_into = m.gone FROM contact_merge m WHERE m.id = $1 AND c.merged_into = m.kept AND c.id = ANY(m.followers)`
)

func (w *unmerger) contacts() error {
	k, o := w.u.Keep, w.u.Other
	attributes, err := encoded(k.Attributes)
	if err != nil {
		return err
	}
	if w.u.Touched { // a form that was opened before this is not written over it
		k.UpdatedAt = &w.order.Now
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlUnmergeKept, w.out.Kept, k.Code, k.Title, k.Sex, k.Birth, k.Zone, k.Unit, k.UnitCode, attributes,
		k.Hours, k.HoursAt, k.HoursSource, k.UpdatedAt, o.Code); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlUnmergeGone, w.out.Back, o.Code, o.LeftAt, o.UpdatedAt); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlUnfollow, w.out.Merge)
	return err
}

const (
	sqlMoveBack = `
UPDATE endpoint e SET contact_id = m.gone, rank = u.rank, source = u.source
FROM contact_merge m CROSS JOIN LATERAL jsonb_to_recordset(m.before -> 'endpoints') AS u (id bigint, rank smallint, source text, "into" bigint)
WHERE m.id = $1 AND e.id = u.id AND e.contact_id = m.kept AND u."into" IS NULL`
	// What came with a list that was taken back since does not come again.
	sqlMakeAgain = `
INSERT INTO endpoint (id, contact_id, kind, address, sms, status, rank, source, created_at, import_id, label, place, not_theirs_at)
OVERRIDING SYSTEM VALUE
SELECT u.id, m.gone, u.kind, u.address, u.sms, t.status, u.rank, u.source, u.created_at, u.import_id, u.label, u.place, nullif(t.not_theirs_at, '')::timestamptz
FROM contact_merge m CROSS JOIN LATERAL jsonb_to_recordset(m.before -> 'endpoints') AS u (id bigint, kind text, address text, sms boolean, rank smallint,
	source text, created_at timestamptz, import_id bigint, label text, place text)
JOIN unnest($2::bigint[], $3::text[], $4::text[]) AS t (id, status, not_theirs_at) ON t.id = u.id
WHERE m.id = $1 AND NOT EXISTS (SELECT 1 FROM import_run r WHERE r.id = u.import_id AND r.state = 'undone')`
	sqlPartStatus = `
UPDATE endpoint e SET status = t.status, not_theirs_at = nullif(t.not_theirs_at, '')::timestamptz
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (id, status, not_theirs_at) WHERE e.id = t.id`
	// What was sent to the one that went was sent to its own address.
	sqlPartAttempts = `
UPDATE attempt a SET endpoint_id = u.id FROM unnest($1::bigint[], $2::bigint[]) AS u (id, into_id), invitation i, endpoint e
WHERE i.contact_id = $3 AND a.invitation_id = i.id AND a.endpoint_id = u.into_id AND e.id = u.id`
)

// addresses go back to whom they were of.
func (w *unmerger) addresses() error {
	moved, err := w.tx.ExecContext(w.ctx, sqlMoveBack, w.out.Merge)
	if err != nil {
		return err
	}
	n, err := moved.RowsAffected()
	if err != nil {
		return err
	}
	w.out.Moved = int(n)
	ids, into, status, not := columnsOfAddresses(w.u.Theirs)
	made, err := w.tx.ExecContext(w.ctx, sqlMakeAgain, w.out.Merge, ids, status, not)
	if err != nil {
		return err
	}
	if n, err = made.RowsAffected(); err != nil {
		return err
	}
	w.out.Moved += int(n)
	if _, err := w.tx.ExecContext(w.ctx, sqlPartAttempts, ids, into, w.out.Back); err != nil {
		return err
	}
	ids, _, status, not = columnsOfAddresses(w.u.Kept)
	_, err = w.tx.ExecContext(w.ctx, sqlPartStatus, ids, status, not)
	return err
}

// columnsOfAddresses are addresses as parameters; not is when each was said to be another's, or "".
func columnsOfAddresses(in []view.AddressState) (ids, into pq.Int64Array, status, not pq.StringArray) {
	ids, into, status, not = pq.Int64Array{}, pq.Int64Array{}, pq.StringArray{}, pq.StringArray{}
	for _, a := range in {
		ids, into, status = append(ids, int64(a.ID)), append(into, int64(a.Into)), append(status, string(a.Status))
		at := ""
		if a.NotTheirs != nil {
			at = a.NotTheirs.Format(time.RFC3339Nano)
		}
		not = append(not, at)
	}
	return ids, into, status, not
}

// What waits for an address that is the other's again does not go there.
const sqlLockQueuedElsewhere = `
SELECT a.id, a.campaign_id, a.invitation_id FROM attempt a JOIN endpoint e ON e.id = a.endpoint_id
WHERE a.invitation_id = ANY($1) AND a.state = 'queued' AND e.contact_id = $2 ORDER BY a.id FOR UPDATE OF a`

func (w *unmerger) queued() error {
	var rows []struct {
		ID           survey.AttemptID
		CampaignID   survey.CampaignID   `db:"campaign_id"`
		InvitationID survey.InvitationID `db:"invitation_id"`
	}
	if err := w.tx.SelectContext(w.ctx, &rows, sqlLockQueuedElsewhere, ints(w.open), w.out.Back); err != nil || len(rows) == 0 {
		return err
	}
	w.out.Queued = len(rows)
	var ids pq.Int64Array
	var events []survey.Event
	for _, r := range rows {
		ids = append(ids, int64(r.ID))
		events = append(events, survey.Event{Kind: survey.EventAttemptCancelled, At: w.order.Now, CampaignID: r.CampaignID,
			InvitationID: r.InvitationID, AttemptID: r.ID, Actor: w.order.Actor, Reason: survey.ReasonNoEndpoint})
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlCancelQueued, ids, survey.ReasonNoEndpoint, w.order.Now); err != nil {
		return err
	}
	return record(w.ctx, w.tx, events...)
}

const (
	sqlForgetShared = `DELETE FROM suppression WHERE merge_id = $1`
	// What came since holds for both: nobody knows who of the two said it.
	sqlStopsForBoth = `
INSERT INTO suppression (contact_id, address_key, channel, scope, campaign_id, source, words, actor, inbox_id, at, import_id)
SELECT x.other, s.address_key, s.channel, s.scope, s.campaign_id, s.source, s.words, s.actor, s.inbox_id, s.at, s.import_id
FROM contact_merge m CROSS JOIN LATERAL (VALUES (m.kept, m.gone), (m.gone, m.kept)) AS x (said, other)
JOIN suppression s ON s.contact_id = x.said AND s.lifted_at IS NULL AND s.id <> ALL(m.stops)
WHERE m.id = $1 AND NOT EXISTS (
	SELECT 1 FROM suppression k WHERE k.contact_id = x.other AND k.lifted_at IS NULL AND k.scope = s.scope
		AND k.channel IS NOT DISTINCT FROM s.channel AND k.campaign_id IS NOT DISTINCT FROM s.campaign_id
		AND k.address_key IS NOT DISTINCT FROM s.address_key)
ORDER BY s.id`
)

func (w *unmerger) stops() error {
	if _, err := w.tx.ExecContext(w.ctx, sqlForgetShared, w.out.Merge); err != nil {
		return err
	}
	done, err := w.tx.ExecContext(w.ctx, sqlStopsForBoth, w.out.Merge)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	w.out.Stops = int(n)
	return err
}

const (
	sqlForgetTakenOver = `DELETE FROM consent WHERE merge_id = $1`
	sqlNoForBoth       = `
INSERT INTO consent (contact_id, purpose, channel, basis, text_shown, source, evidence, actor, given_at, withdrawn_at)
SELECT m.gone, o.purpose, o.channel, o.basis, o.text_shown, 'merge', trim('consent ' || o.id || ' ' || o.evidence), o.actor, o.given_at, o.withdrawn_at
FROM contact_merge m JOIN consent o ON o.contact_id = m.kept AND o.withdrawn_at IS NOT NULL AND o.id <> ALL(m.consents)
WHERE m.id = $1 ORDER BY o.id`
)

func (w *unmerger) consents() error {
	if _, err := w.tx.ExecContext(w.ctx, sqlForgetTakenOver, w.out.Merge); err != nil {
		return err
	}
	done, err := w.tx.ExecContext(w.ctx, sqlNoForBoth, w.out.Merge)
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	w.out.No = int(n)
	return err
}

// look has the protocol look at the open cases again: they may be reached otherwise now.
func (w *unmerger) look() error {
	_, err := w.tx.ExecContext(w.ctx, sqlReplan, ints(w.open), w.order.Now)
	return err
}

const sqlMergeUndone = `UPDATE contact_merge SET undone_at = $2, undone_by = $3, before = '{}', after = '{}' WHERE id = $1`

// record is of both: each has what was done with them on their page.
func (w *unmerger) record() error {
	if _, err := w.tx.ExecContext(w.ctx, sqlMergeUndone, w.out.Merge, w.order.Now, w.order.Actor); err != nil {
		return err
	}
	for _, id := range []survey.ContactID{w.out.Kept, w.out.Back} {
		err := recordAudit(w.ctx, w.tx, view.Audit{At: w.order.Now, Actor: w.order.Actor, Act: "merge", ContactID: id, Reason: w.order.Reason,
			Detail: map[string]any{"undone": w.out.Merge, "kept": w.out.Kept, "back": w.out.Back, "kept_since": w.out.Since, "endpoints": w.out.Moved,
				"suppressions": w.out.Stops, "consents_withdrawn": w.out.No, "cancelled": w.out.Queued}})
		if err != nil {
			return err
		}
	}
	return nil
}
