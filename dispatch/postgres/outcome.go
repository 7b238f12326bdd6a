package postgres

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlInvitationsOfAttempts = `SELECT DISTINCT invitation_id FROM attempt WHERE id = ANY($1)`

// RecordOutcomes writes what became of a batch of attempts in one transaction:
// states forward only, what follows from them, and one event for everything
// off the happy path. An outcome that comes too late for its attempt (a
// callback was faster) changes nothing.
func (db *DB) RecordOutcomes(ctx context.Context, now time.Time, outcomes []view.AttemptOutcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		ids := make([]survey.AttemptID, len(outcomes))
		for i, o := range outcomes {
			ids[i] = o.ID
		}
		var invitations []survey.InvitationID
		if err := tx.SelectContext(ctx, &invitations, sqlInvitationsOfAttempts, ints(ids)); err != nil {
			return err
		}
		if err := lockInvitations(ctx, tx, invitations); err != nil {
			return err
		}
		if err := recordOutcomes(ctx, tx, now, outcomes); err != nil {
			return err
		}
		return barRefused(ctx, tx, now, outcomes)
	})
}

const sqlBarRefused = `
INSERT INTO suppression (contact_id, channel, scope, source, at)
SELECT DISTINCT i.contact_id, a.channel, 'all', 'provider', $2::timestamptz
FROM attempt a JOIN invitation i ON i.id = a.invitation_id JOIN contact c ON c.id = i.contact_id WHERE a.id = ANY($1)`

// barRefused remembers whom the provider will not take messages for any more.
func barRefused(ctx context.Context, tx *sqlx.Tx, now time.Time, outcomes []view.AttemptOutcome) error {
	var ids []survey.AttemptID
	for _, o := range outcomes {
		if o.OptedOut {
			ids = append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlBarRefused, ints(ids), now)
	return err
}

// What has an id of the provider's was handed over, even if we learn of it and of
// its failure at once.
const sqlRecordOutcomes = `
UPDATE attempt a SET state = u.to_state, reason = u.reason,
	provider_id = coalesce(nullif(u.provider_id, ''), a.provider_id),
	provider_code = coalesce(nullif(u.code, ''), a.provider_code),
	segments = greatest(u.segments, a.segments),
	cost = CASE WHEN u.to_state IN ('queued', 'cancelled') OR u.to_state = 'failed' AND a.state <> 'sent' THEN 0
		WHEN u.cost >= 0 THEN u.cost ELSE a.cost END,
	sent_at = CASE WHEN u.to_state IN ('sent', 'delivered', 'undelivered') OR u.to_state = 'failed' AND u.provider_id <> ''
		THEN coalesce(a.sent_at, $8) ELSE a.sent_at END,
	ended_at = CASE WHEN u.to_state IN ('delivered', 'undelivered', 'failed', 'cancelled') THEN $8 ELSE a.ended_at END
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $9::bigint[])
	AS u (id, to_state, reason, provider_id, code, segments, allowed, cost)
JOIN attempt before ON before.id = u.id
WHERE a.id = u.id AND a.state = ANY (string_to_array(u.allowed, ','))
RETURNING a.id, a.campaign_id, a.invitation_id, coalesce(a.endpoint_id, 0) AS endpoint_id, a.channel, a.state, a.reason,
	a.cost - before.cost AS spent, a.planned_at`

type outcomeRow struct {
	ID           survey.AttemptID    `db:"id"`
	CampaignID   survey.CampaignID   `db:"campaign_id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
	EndpointID   survey.EndpointID   `db:"endpoint_id"`
	Channel      survey.Channel      `db:"channel"`
	State        survey.AttemptState `db:"state"`
	Reason       survey.Reason       `db:"reason"`
	Spent        int64               `db:"spent"`
	PlannedAt    time.Time           `db:"planned_at"`
}

// move is where an event leads, and from which states; an event that the
// machine does not know is a Conflict.
func move(ev survey.AttemptEvent) (to survey.AttemptState, from []survey.AttemptState, err error) {
	machine := survey.AttemptMachine()
	if from = machine.From(ev); len(from) == 0 {
		_, err = machine.Next("", ev)
		return "", nil, err
	}
	to, err = machine.Next(from[0], ev)
	return to, from, err
}

// recordOutcomes is RecordOutcomes inside a transaction that holds the locks
// of the invitations.
func recordOutcomes(ctx context.Context, tx *sqlx.Tx, now time.Time, outcomes []view.AttemptOutcome) error {
	var id, segments, cost pq.Int64Array
	var to, reason, provider, code, allowed pq.StringArray
	byID := map[survey.AttemptID]view.AttemptOutcome{}
	for _, o := range outcomes {
		state, from, err := move(o.Event)
		if err != nil {
			return err
		}
		byID[o.ID] = o
		id, segments, cost = append(id, int64(o.ID)), append(segments, int64(o.Segments)), append(cost, priceOf(o))
		to, reason = append(to, string(state)), append(reason, string(o.Reason))
		provider, code = append(provider, o.ProviderID), append(code, o.Code)
		allowed = append(allowed, strings.Join(texts(from), ","))
	}
	var rows []outcomeRow
	if err := tx.SelectContext(ctx, &rows, sqlRecordOutcomes, id, to, reason, provider, code, segments, allowed, now, cost); err != nil {
		return err
	}
	if err := endCalls(ctx, tx, rows); err != nil {
		return err
	}
	f := following{now: now, spent: map[survey.CampaignID]int64{}}
	for _, r := range rows {
		f.add(r, byID[r.ID])
		delete(byID, r.ID)
	}
	if err := tellLate(ctx, tx, byID); err != nil {
		return err
	}
	return f.write(ctx, tx)
}

// priceOf is what an outcome costs, or less than nothing if it does not know.
func priceOf(o view.AttemptOutcome) int64 {
	if !o.Priced {
		return -1
	}
	return o.Cost
}

// A callback that was faster than the answer of the call did not know the
// provider's id, nor how many segments there were.
const sqlTellLate = `
UPDATE attempt a SET provider_id = coalesce(a.provider_id, nullif(u.provider_id, '')), segments = greatest(a.segments, u.segments)
FROM unnest($1::bigint[], $2::text[], $3::int[]) AS u (id, provider_id, segments)
WHERE a.id = u.id AND a.state IN ('sent', 'delivered', 'undelivered') AND (a.provider_id IS NULL OR a.segments < u.segments)`

// tellLate keeps what a hand-over told about attempts whose state was known
// already.
func tellLate(ctx context.Context, tx *sqlx.Tx, late map[survey.AttemptID]view.AttemptOutcome) error {
	var id, segments pq.Int64Array
	var provider pq.StringArray
	for _, o := range late {
		if o.Event == survey.AttemptAccept {
			id, segments, provider = append(id, int64(o.ID)), append(segments, int64(o.Segments)), append(provider, o.ProviderID)
		}
	}
	if len(id) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, sqlTellLate, id, provider, segments)
	return err
}

// following gathers what follows from new states.
type following struct {
	now                     time.Time
	actor                   string // empty: a worker
	spent                   map[survey.CampaignID]int64
	back, unsent, resent    pq.Int64Array
	backAt                  pq.StringArray
	backWhy                 []survey.Reason
	waiting, plan           []survey.InvitationID
	doubt, settled, dropped pq.Int64Array
	named                   pq.Int64Array // by the provider, just now
	dead                    []survey.EndpointID
	unsaid                  []survey.InvitationID // an attempt of theirs ended or waits again
	missed                  []survey.InvitationID // an attempt of theirs did not arrive
	rows                    []outcomeRow
	events                  []survey.Event
}

func (f *following) add(r outcomeRow, o view.AttemptOutcome) {
	f.rows, f.actor = append(f.rows, r), o.Actor
	f.spent[r.CampaignID] += r.Spent
	if o.ProviderID != "" {
		f.named = append(f.named, int64(r.ID))
	}
	switch r.State {
	case survey.AttemptQueued:
		at := o.DueAt
		if at.IsZero() {
			at = f.now
		}
		f.back, f.backAt = append(f.back, int64(r.ID)), append(f.backAt, at.Format(time.RFC3339Nano))
		f.backWhy, f.waiting = append(f.backWhy, r.Reason), append(f.waiting, r.InvitationID)
		if o.Event == survey.AttemptPutBack {
			f.unsent = append(f.unsent, int64(r.ID))
		}
		if o.Event == survey.AttemptAbsent && (o.Reason == survey.ReasonResend || o.Reason == survey.ReasonStaff) {
			f.resent = append(f.resent, int64(r.ID))
		}
	case survey.AttemptUnknown:
		f.doubt = append(f.doubt, int64(r.ID))
	case survey.AttemptSent:
		if f.now.Sub(r.PlannedAt) > survey.Prompt { // else what can follow was foreseen when it was planned
			f.plan = append(f.plan, r.InvitationID)
		}
	default:
		f.plan = append(f.plan, r.InvitationID)
	}
	if r.State != survey.AttemptUnknown {
		f.settled = append(f.settled, int64(r.ID))
	}
	switch r.State {
	case survey.AttemptQueued, survey.AttemptFailed, survey.AttemptCancelled:
		f.unsaid, f.missed = append(f.unsaid, r.InvitationID), append(f.missed, r.InvitationID)
	case survey.AttemptUndelivered:
		f.missed = append(f.missed, r.InvitationID)
	}
	if r.State == survey.AttemptCancelled {
		f.dropped = append(f.dropped, int64(r.ID))
	}
	if o.DeadEndpoint && r.EndpointID != 0 {
		f.dead = append(f.dead, r.EndpointID)
	}
	if kind := eventKind(r.State, o.Event); kind != "" {
		f.tell(kind, r, nil)
	}
}

func (f *following) tell(kind survey.EventKind, r outcomeRow, args map[string]string) {
	f.events = append(f.events, survey.Event{Kind: kind, At: f.now, CampaignID: r.CampaignID,
		InvitationID: r.InvitationID, AttemptID: r.ID, Actor: cmp.Or(f.actor, "worker"), Reason: r.Reason, Args: args})
}

// write writes it: what was put back waits again, unless its case is closed by
// now; doubt is listed; the protocol looks at the case; bad endpoints die.
func (f *following) write(ctx context.Context, tx *sqlx.Tx) error {
	if err := putBack(ctx, tx, f.back, f.backAt, f.backWhy); err != nil {
		return err
	}
	for _, w := range []struct {
		sql  string
		args []any
		n    int
	}{
		{sqlUncount, []any{f.unsent}, len(f.unsent)},
		{sqlMarkResent, []any{f.resent}, len(f.resent)},
		{sqlGiveDayBack, []any{f.unsent}, len(f.unsent)},
		{sqlNotWaiting, []any{f.dropped}, len(f.dropped)},
		{sqlDoubt, []any{f.doubt}, len(f.doubt)},
		{sqlReplan, []any{ints(f.plan), f.now}, len(f.plan)},
		{sqlCloseUnsaid, []any{ints(f.unsaid), f.now}, len(f.unsaid)},
		{sqlOvertake, []any{ints(f.missed), f.now}, len(f.missed)},
	} {
		if w.n == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, w.sql, w.args...); err != nil {
			return err
		}
	}
	if err := f.settle(ctx, tx); err != nil {
		return err
	}
	if err := f.bury(ctx, tx); err != nil {
		return err
	}
	if err := spend(ctx, tx, f.spent); err != nil {
		return err
	}
	if err := unpark(ctx, tx, f.named); err != nil {
		return err
	}
	if err := withdrawOver(ctx, tx, f.waiting, f.now); err != nil {
		return err
	}
	return record(ctx, tx, f.events...)
}

// settle ends the doubt about what is known now, and says so.
func (f *following) settle(ctx context.Context, tx *sqlx.Tx) error {
	if len(f.settled) == 0 {
		return nil
	}
	var was []survey.AttemptID
	if err := tx.SelectContext(ctx, &was, sqlNoDoubt, f.settled); err != nil {
		return err
	}
	for _, r := range f.rows {
		if slices.Contains(was, r.ID) {
			f.tell(survey.EventAttemptResolved, r, map[string]string{"state": string(r.State)})
		}
	}
	return nil
}

// bury marks endpoints dead, and says so of those that were alive.
func (f *following) bury(ctx context.Context, tx *sqlx.Tx) error {
	if len(f.dead) == 0 {
		return nil
	}
	var died []survey.EndpointID
	if err := tx.SelectContext(ctx, &died, sqlEndpointDead, ints(f.dead)); err != nil {
		return err
	}
	for _, id := range died {
		i := slices.IndexFunc(f.rows, func(r outcomeRow) bool { return r.EndpointID == id })
		f.tell(survey.EventEndpointDead, f.rows[i], map[string]string{"endpoint": strconv.FormatInt(int64(id), 10)})
	}
	return nil
}

// The code of a closed case is looked at again.
const sqlOvertake = `UPDATE invitation SET plan_at = $2 WHERE id = ANY($1) AND state = 'closed'`

const sqlOver = `SELECT id FROM invitation WHERE id = ANY($1) AND state NOT IN ('open', 'started')`

// withdrawOver withdraws what came back to the queue for a case that was closed
// while it was on the wire. The feed would never take it up again: its campaign
// may be closed too.
func withdrawOver(ctx context.Context, tx *sqlx.Tx, ids []survey.InvitationID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	var over []survey.InvitationID
	if err := tx.SelectContext(ctx, &over, sqlOver, ints(ids)); err != nil || len(over) == 0 {
		return err
	}
	return cancelQueued(ctx, tx, over, survey.ReasonClosed, now)
}

// eventKind is the event that a state deserves; the happy path has none.
func eventKind(s survey.AttemptState, by survey.AttemptEvent) survey.EventKind {
	switch s {
	case survey.AttemptQueued:
		if by == survey.AttemptPutBack {
			return survey.EventAttemptPutBack
		}
		return survey.EventAttemptDeferred
	case survey.AttemptUnknown:
		return survey.EventAttemptUnknown
	case survey.AttemptFailed, survey.AttemptUndelivered:
		return survey.EventAttemptFailed
	case survey.AttemptCancelled:
		return survey.EventAttemptCancelled
	}
	return ""
}

// What was never handed over was not a try.
const sqlUncount = `UPDATE attempt SET tries = tries - 1 WHERE id = ANY($1) AND tries > 0`

const sqlMarkResent = `UPDATE attempt SET resent = true WHERE id = ANY($1)`

const sqlNotWaiting = `DELETE FROM attempt_waiting WHERE attempt_id = ANY($1)`

const sqlNoDoubt = `DELETE FROM attempt_doubt WHERE attempt_id = ANY($1) RETURNING attempt_id`

// Whose address was erased cannot be asked for in a provider's listing.
const sqlDoubt = `
INSERT INTO attempt_doubt (attempt_id, since, look_at, needs_staff, finding)
SELECT a.id, coalesce(a.claimed_at, clock_timestamp()), clock_timestamp() + interval '5 seconds', c.id IS NULL,
	CASE WHEN c.id IS NULL THEN 'erased' ELSE '' END
FROM attempt a JOIN invitation i ON i.id = a.invitation_id LEFT JOIN contact c ON c.id = i.contact_id
WHERE a.id = ANY($1) ON CONFLICT (attempt_id) DO NOTHING`

const sqlEndpointDead = `UPDATE endpoint SET status = 'dead' WHERE id = ANY($1) AND status <> 'dead' RETURNING id`

// A conversation that was reserved for a text of which none was handed over,
// and that nobody has taken a turn in (it has no stage yet), frees its phone
// for others; the next try reserves it again. In the order in which claims
// reserve.
const sqlCloseUnsaid = `
WITH unsaid AS MATERIALIZED (
	SELECT t.id FROM conversation t
	WHERE t.invitation_id = ANY($1) AND t.mode = 'sms' AND t.closed_at IS NULL AND coalesce(t.state->>'stage', '') = ''
		AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.invitation_id = t.invitation_id AND a.channel = 'sms'
			AND a.sender_id = t.sender_id AND (a.sent_at IS NOT NULL OR a.state IN ('sending', 'unknown')))
	ORDER BY t.phone, t.invitation_id FOR UPDATE OF t)
UPDATE conversation t SET closed_at = $2 FROM unsaid WHERE t.id = unsaid.id`
