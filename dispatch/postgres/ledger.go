package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A case is released when its replicate is.
const sqlLedgerCases = `
SELECT count(*) AS released, count(*) FILTER (WHERE i.state IN ('open', 'started')) AS open
FROM invitation i JOIN replicate r ON r.campaign_id = i.campaign_id AND r.number = i.replicate
WHERE i.campaign_id = $1 AND r.state <> 'held' AND i.state <> 'withdrawn'`

const sqlLedgerClosed = `
SELECT i.disposition, count(*) AS n
FROM invitation i JOIN replicate r ON r.campaign_id = i.campaign_id AND r.number = i.replicate
WHERE i.campaign_id = $1 AND r.state <> 'held' AND i.state = 'closed' GROUP BY 1`

// Lines are counted by what makes them one, and states by what they are. A
// failed attempt with a time of sending was accepted first and refused later.
const sqlLedgerAttempts = `
SELECT count(DISTINCT (a.invitation_id, a.step, a.channel, a.try)) AS planned,
	count(*) FILTER (WHERE a.state = 'failed' AND a.sent_at IS NOT NULL) AS refused_later,
	count(*) FILTER (WHERE a.resent) AS resent,
	count(*) FILTER (WHERE a.resent AND a.sent_at IS NULL AND a.state IN ('queued', 'failed', 'cancelled')) AS perhaps
FROM attempt a JOIN invitation i ON i.id = a.invitation_id WHERE i.campaign_id = $1`

const sqlLedgerAttemptStates = `SELECT state, count(*) AS n FROM attempt WHERE campaign_id = $1 GROUP BY 1`

// Notices to people whom nobody knows belong to every campaign's balance: they
// are in no other.
const sqlLedgerNotices = `
SELECT count(DISTINCT (inbox_id, ordinal)) AS planned,
	count(*) FILTER (WHERE state = 'failed' AND sent_at IS NOT NULL) AS refused_later, 0 AS resent, 0 AS perhaps
FROM notice WHERE campaign_id = $1 OR campaign_id IS NULL`

const sqlLedgerNoticeStates = `
SELECT state, count(*) AS n FROM notice WHERE campaign_id = $1 OR campaign_id IS NULL GROUP BY 1`

// An opt-out counts from when its inbox row was applied, by the clock of
// Postgres, as claims do. A claim of another campaign's case may have read the
// gate just before: it is the batch in flight, which leaves within 5 s. An
// opt-out that the person took back says nothing.
const sqlSentAfterOptOut = `
SELECT count(DISTINCT a.id) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
JOIN suppression s ON s.contact_id = i.contact_id AND s.lifted_at IS NULL
	AND (s.channel IS NULL OR s.channel = a.channel) AND (s.scope = 'all' OR s.campaign_id = a.campaign_id)
JOIN inbox x ON x.id = s.inbox_id
WHERE i.campaign_id = $1 AND a.claimed_at > x.applied_at + CASE WHEN x.invitation_id = i.id THEN interval '0' ELSE interval '5 seconds' END`

// Sending off and closing withdraw what is queued in their own transaction, and
// wait for a claim that holds it: a later claim is a fault.
const sqlSentAfterSubmit = `
SELECT count(DISTINCT a.id) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
JOIN event e ON e.invitation_id = i.id AND e.kind IN ('submitted', 'invitation_closed')
WHERE i.campaign_id = $1 AND a.claimed_at > e.recorded_at`

// What belongs to nobody must be applied too. An effect is found twice when one
// inbox row made the same fact twice, or a case was sent off twice.
const sqlLedgerInbox = `
SELECT count(*) AS rows, count(*) FILTER (WHERE applied_at IS NOT NULL AND outcome <> '') AS applied,
	count(*) FILTER (WHERE applied_at IS NULL) AS unapplied,
	(SELECT count(*) - count(DISTINCT (s.inbox_id, s.contact_id, s.address_key, s.channel, s.scope)) FROM suppression s
		WHERE s.inbox_id IS NOT NULL)
	+ (SELECT count(*) - count(DISTINCT e.invitation_id) FROM event e WHERE e.campaign_id = $1 AND e.kind = 'submitted') AS repeated
FROM inbox x WHERE x.invitation_id IS NULL OR x.invitation_id IN (SELECT id FROM invitation WHERE campaign_id = $1)`

const sqlSubmitted = `SELECT count(*) FROM response WHERE campaign_id = $1 AND state = 'submitted'`

const sqlEnded = `SELECT state IN ('closed', 'archived') FROM campaign WHERE id = $1`

// Ledger counts what the conservation laws speak of, in one snapshot. What the
// other side received, and the rows of the results, are for the caller to fill in.
func (db *DB) Ledger(ctx context.Context, id survey.CampaignID) (view.Ledger, error) {
	var out view.Ledger
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		for _, n := range []struct {
			to    any
			query string
		}{{&out.Ended, sqlEnded}, {&out.SentAfterOptOut, sqlSentAfterOptOut}, {&out.SentAfterSubmit, sqlSentAfterSubmit},
			{&out.Submitted, sqlSubmitted}} {
			if err := tx.GetContext(ctx, n.to, n.query, id); err != nil {
				return err
			}
		}
		for _, read := range []func(context.Context, *sqlx.Tx, survey.CampaignID, *view.Ledger) error{
			ledgerCases, ledgerOutbound, ledgerInbox} {
			if err := read(ctx, tx, id, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func ledgerCases(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Ledger) error {
	var cases struct{ Released, Open int }
	if err := tx.GetContext(ctx, &cases, sqlLedgerCases, id); err != nil {
		return err
	}
	var closed []struct {
		Disposition survey.Disposition
		N           int
	}
	if err := tx.SelectContext(ctx, &closed, sqlLedgerClosed, id); err != nil {
		return err
	}
	out.Released, out.Open, out.Closed = cases.Released, cases.Open, map[survey.Disposition]int{}
	for _, r := range closed {
		out.Closed[r.Disposition] = r.N
	}
	return nil
}

func ledgerOutbound(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Ledger) error {
	for _, o := range []struct {
		to            *view.Outbound
		lines, states string
	}{{&out.Attempts, sqlLedgerAttempts, sqlLedgerAttemptStates}, {&out.Notices, sqlLedgerNotices, sqlLedgerNoticeStates}} {
		var row struct {
			Planned      int
			RefusedLater int `db:"refused_later"`
			Resent       int
			Perhaps      int
		}
		if err := tx.GetContext(ctx, &row, o.lines, id); err != nil {
			return err
		}
		states, err := stateCounts(ctx, tx, o.states, id)
		if err != nil {
			return err
		}
		*o.to = view.Outbound{Planned: row.Planned, RefusedLater: row.RefusedLater, Resent: row.Resent, Perhaps: row.Perhaps, States: states}
	}
	return nil
}

func ledgerInbox(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Ledger) error {
	var r struct{ Rows, Applied, Unapplied, Repeated int }
	err := tx.GetContext(ctx, &r, sqlLedgerInbox, id)
	out.InboxRows, out.InboxApplied, out.InboxUnapplied, out.InboxRepeated = r.Rows, r.Applied, r.Unapplied, r.Repeated
	return err
}
