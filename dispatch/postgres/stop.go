package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// stopLock is the advisory lock under which staff write the do-not-contact list:
// two who say the same make one entry. Nobody's own STOP waits for it.
const stopLock = 0x63616e76_73746f70 // "canvstop"

const sqlStopLock = `SELECT pg_advisory_xact_lock($1)`

// PutStops puts people and addresses on the do-not-contact list, on record. From
// its commit on they are barred; what is queued for them is withdrawn in the same
// transaction, and what is on the wire this second may still arrive. What says the
// same already is not said twice. Errors: not_found, of a person who is gone.
func (db *DB) PutStops(ctx context.Context, o view.StopOrder) (view.StopsPut, error) {
	var out view.StopsPut
	err := db.tried(ctx, o.DryRun, func(tx *sqlx.Tx) error {
		w := stopWriter{ctx: ctx, tx: tx, o: o,
			out: view.StopsPut{IDs: []int64{}, Standing: []int64{}, Contacts: []survey.ContactID{}, DryRun: o.DryRun}}
		w.o.Targets = slices.Clone(o.Targets)
		// In the house's order of locks: invitation, then attempts.
		for _, part := range []func() error{w.who, w.lock, w.put, w.withdraw, w.record} {
			if err := part(); err != nil {
				return err
			}
		}
		out = w.out
		return nil
	})
	return out, err
}

// stopWriter puts the targets of one order on the list, a part at a time.
type stopWriter struct {
	ctx       context.Context
	tx        *sqlx.Tx
	o         view.StopOrder
	persons   pq.Int64Array // named, each the one that it was merged into
	endpoints pq.Int64Array // that have one of the addresses
	cases     []survey.InvitationID
	out       view.StopsPut
}

// A contact that was merged into another is that person.
const (
	sqlMeant = `
SELECT u.n, coalesce(c.merged_into, c.id) AS id FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, n) JOIN contact c ON c.id = u.id`
	sqlHoldMeant = sqlMeant + ` ORDER BY c.id FOR KEY SHARE OF c`
)

const sqlHoldersOf = `
SELECT e.id, e.contact_id FROM unnest($1::text[], $2::text[]) AS u (address, kind)
JOIN endpoint e ON lower(e.address) = u.address AND e.kind = u.kind ORDER BY e.contact_id`

// who finds out whom the order concerns.
func (w *stopWriter) who() error {
	if _, err := w.tx.ExecContext(w.ctx, sqlStopLock, int64(stopLock)); err != nil {
		return err
	}
	if err := w.meant(sqlMeant); err != nil {
		return err
	}
	var addresses, kinds pq.StringArray
	for _, t := range w.o.Targets {
		if t.Person == 0 {
			addresses, kinds = append(addresses, strings.ToLower(t.Address)), append(kinds, string(t.Kind))
		}
	}
	var holders []struct {
		ID        survey.EndpointID
		ContactID survey.ContactID `db:"contact_id"`
	}
	if err := w.tx.SelectContext(w.ctx, &holders, sqlHoldersOf, addresses, kinds); err != nil {
		return err
	}
	for _, h := range holders {
		w.endpoints = append(w.endpoints, int64(h.ID))
		w.out.Contacts = append(w.out.Contacts, h.ContactID)
	}
	slices.Sort(w.out.Contacts)
	w.out.Contacts = slices.Compact(w.out.Contacts)
	return nil
}

// meant finds the people whom the order names, each the one that they were merged
// into.
func (w *stopWriter) meant(query string) error {
	var asked pq.Int64Array
	var nth []int
	for i, t := range w.o.Targets {
		if t.Person != 0 {
			asked, nth = append(asked, int64(t.Person)), append(nth, i)
		}
	}
	var found []struct {
		N  int
		ID survey.ContactID
	}
	if err := w.tx.SelectContext(w.ctx, &found, query, asked); err != nil {
		return err
	}
	if len(found) < len(asked) {
		return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	for _, m := range found {
		w.o.Targets[nth[m.N-1]].Person = m.ID
		w.persons, w.out.Contacts = append(w.persons, int64(m.ID)), append(w.out.Contacts, m.ID)
	}
	return nil
}

const sqlOpenCasesOf = `
SELECT i.id FROM invitation i WHERE i.contact_id = ANY($1) AND i.state IN ('open', 'started') AND ($2 = 0 OR i.campaign_id = $2)`

// lock takes the locks of the cases that it touches.
func (w *stopWriter) lock() error {
	if err := w.tx.SelectContext(w.ctx, &w.cases, sqlOpenCasesOf, ints(w.out.Contacts), w.campaign()); err != nil {
		return err
	}
	return lockInvitations(w.ctx, w.tx, w.cases)
}

func (w *stopWriter) campaign() survey.CampaignID {
	if w.o.Campaign == nil {
		return 0
	}
	return w.o.Campaign.ID
}

// What a merge found or took over does not stand for what is said since: where it is taken
// back, that holds for both.
const sqlSameStops = `
SELECT DISTINCT ON (u.n) u.n, s.id FROM unnest($1::int[], $2::bigint[], $3::bytea[]) AS u (n, contact_id, key)
JOIN suppression s ON s.lifted_at IS NULL AND s.merge_id IS NULL AND s.channel IS NOT DISTINCT FROM nullif($4, '')
	AND NOT EXISTS (SELECT 1 FROM contact_merge m WHERE m.kept = s.contact_id AND m.undone_at IS NULL AND s.id = ANY(m.stops))
	AND s.campaign_id IS NOT DISTINCT FROM nullif($5::bigint, 0)
	AND (s.contact_id = nullif(u.contact_id, 0) AND s.address_key IS NULL OR s.address_key = nullif(u.key, ''::bytea))
ORDER BY u.n, s.id`

const sqlPutStops = `
INSERT INTO suppression (contact_id, address_key, channel, scope, campaign_id, source, words, actor, at)
SELECT nullif(u.contact_id, 0), nullif(u.key, ''::bytea), nullif($3, ''), $4, nullif($5::bigint, 0), $6, $7, $8, $9
FROM unnest($1::bigint[], $2::bytea[]) WITH ORDINALITY AS u (contact_id, key, n) ORDER BY u.n
RETURNING id`

// put writes the facts that are not on the list yet. The people are held to be
// who they are: one who was merged, or erased, since they were looked up is found
// out here.
func (w *stopWriter) put() error {
	if err := w.meant(sqlHoldMeant); err != nil {
		return err
	}
	slices.Sort(w.out.Contacts)
	w.out.Contacts = slices.Compact(w.out.Contacts)
	var nth, contacts pq.Int64Array
	var keys pq.ByteaArray
	for i, t := range w.o.Targets {
		if t.Person != 0 {
			nth, contacts, keys = append(nth, int64(i)), append(contacts, int64(t.Person)), append(keys, []byte{})
		}
		for _, k := range t.Keys {
			nth, contacts, keys = append(nth, int64(i)), append(contacts, 0), append(keys, k)
		}
	}
	var same []struct {
		N  int
		ID int64
	}
	if err := w.tx.SelectContext(w.ctx, &same, sqlSameStops, nth, contacts, keys, w.o.Channel, w.campaign()); err != nil {
		return err
	}
	standing := map[int]bool{}
	for _, s := range same {
		standing[s.N] = true
		w.out.Standing = append(w.out.Standing, s.ID)
	}
	contacts, keys = nil, nil
	for i, t := range w.o.Targets {
		switch {
		case standing[i]:
		case t.Person != 0:
			contacts, keys = append(contacts, int64(t.Person)), append(keys, []byte{})
		default:
			contacts, keys = append(contacts, 0), append(keys, t.Keys[0])
		}
	}
	scope := survey.SuppressAll
	if w.o.Campaign != nil {
		scope = survey.SuppressCampaign
	}
	if len(contacts) == 0 {
		return nil
	}
	return w.tx.SelectContext(w.ctx, &w.out.IDs, sqlPutStops, contacts, keys, w.o.Channel, scope, w.campaign(), w.o.Source,
		w.o.Words, w.o.Actor, w.o.Now)
}

// What is queued for the people who are meant, and for whoever has an address that
// is meant at that address.
const sqlLockStopped = `
SELECT a.id, a.campaign_id, a.invitation_id FROM attempt a JOIN invitation i ON i.id = a.invitation_id
WHERE a.invitation_id = ANY($1) AND a.state = 'queued' AND ($4 = '' OR a.channel = $4)
	AND (i.contact_id = ANY($2) OR a.endpoint_id = ANY($3))
ORDER BY a.id FOR UPDATE OF a`

const sqlLeaving = `
SELECT count(*) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
WHERE a.invitation_id = ANY($1) AND a.state = 'sending' AND ($4 = '' OR a.channel = $4)
	AND (i.contact_id = ANY($2) OR a.endpoint_id = ANY($3))`

// withdraw takes back what is queued, and has the protocol look at the cases: it
// may go on by another channel.
func (w *stopWriter) withdraw() error {
	if len(w.cases) == 0 {
		return nil
	}
	var rows []struct {
		ID           survey.AttemptID    `db:"id"`
		CampaignID   survey.CampaignID   `db:"campaign_id"`
		InvitationID survey.InvitationID `db:"invitation_id"`
	}
	if err := w.tx.SelectContext(w.ctx, &rows, sqlLockStopped, ints(w.cases), w.persons, w.endpoints, w.o.Channel); err != nil {
		return err
	}
	if err := w.tx.GetContext(w.ctx, &w.out.OnTheWire, sqlLeaving, ints(w.cases), w.persons, w.endpoints, w.o.Channel); err != nil {
		return err
	}
	w.out.Cancelled = len(rows)
	var ids pq.Int64Array
	var events []survey.Event
	for _, r := range rows {
		ids = append(ids, int64(r.ID))
		events = append(events, survey.Event{Kind: survey.EventAttemptCancelled, At: w.o.Now, CampaignID: r.CampaignID,
			InvitationID: r.InvitationID, AttemptID: r.ID, Actor: w.o.Actor, Reason: survey.ReasonSuppressed})
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlCancelQueued, ids, survey.ReasonSuppressed, w.o.Now); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, sqlReplan, ints(w.cases), w.o.Now); err != nil {
		return err
	}
	return record(w.ctx, w.tx, events...)
}

// record puts the act on record; of a single person with them.
func (w *stopWriter) record() error {
	if len(w.out.IDs) == 0 {
		return nil
	}
	a := view.Audit{At: w.o.Now, Actor: w.o.Actor, Act: "suppress", CampaignID: w.campaign(), Reason: w.o.Words,
		Detail: map[string]any{"source": w.o.Source, "channel": w.o.Channel, "entries": len(w.out.IDs), "cancelled": w.out.Cancelled}}
	for name, value := range w.o.Detail {
		a.Detail[name] = value
	}
	if len(w.out.Contacts) == 1 {
		a.ContactID = w.out.Contacts[0]
	}
	return recordAudit(w.ctx, w.tx, a)
}
