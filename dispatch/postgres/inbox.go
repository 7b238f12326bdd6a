package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlSender = `SELECT id FROM sender WHERE channel = $1 AND address = $2`

// The latest case of whoever has this phone, one in the field before a closed one.
// Whoever has said not to be the person of the list is a stranger.
const sqlLatestCase = `
SELECT i.id FROM endpoint e JOIN invitation i ON i.contact_id = e.contact_id
JOIN campaign k ON k.id = i.campaign_id
WHERE e.kind = 'phone' AND lower(e.address) = lower($1) AND e.not_theirs_at IS NULL AND i.state <> 'held'
ORDER BY k.state IN ('fielding', 'paused') DESC,
	EXISTS (SELECT 1 FROM attempt a WHERE a.invitation_id = i.id AND a.endpoint_id = e.id
		AND a.state IN ('sending', 'sent', 'delivered', 'unknown')) DESC, i.id DESC LIMIT 1`

const sqlOwnerOf = `
SELECT contact_id FROM endpoint WHERE kind = 'phone' AND lower(address) = lower($1) AND not_theirs_at IS NULL ORDER BY rank, contact_id LIMIT 1`

// WhoTexted says whose case a text from phone to our address belongs to: the
// open conversation, else the latest case of the phone's owner.
func (db *DB) WhoTexted(ctx context.Context, ours, phone string) (view.Texter, error) {
	var t view.Texter
	if err := one(db.x.SelectContext, ctx, &t.SenderID, sqlSender, survey.SMS, ours); err != nil {
		return t, err
	}
	if err := one(db.x.SelectContext, ctx, &t.InvitationID, sqlTalkingWith, t.SenderID, phone); err != nil {
		return t, err
	}
	if t.InvitationID != 0 {
		if err := one(db.x.SelectContext, ctx, &t.HeldID, sqlHeldWith, t.SenderID, phone); err != nil {
			return t, err
		}
	} else {
		if err := one(db.x.SelectContext, ctx, &t.InvitationID, sqlLatestCase, phone); err != nil {
			return t, err
		}
	}
	return t, one(db.x.SelectContext, ctx, &t.ContactID, sqlOwnerOf, phone)
}

type selector func(ctx context.Context, dest any, query string, args ...any) error

// one scans the first row into dest and leaves it alone when there is none.
func one[T any](sel selector, ctx context.Context, dest *T, query string, args ...any) error { //nolint:revive // the selector is the receiver here
	var rows []T
	if err := sel(ctx, &rows, query, args...); err != nil {
		return told(err)
	}
	if len(rows) > 0 {
		*dest = rows[0]
	}
	return nil
}

type inboxRow struct {
	ID         survey.InboxID  `db:"id"`
	Kind       string          `db:"kind"`
	ReceivedAt time.Time       `db:"received_at"`
	Payload    json.RawMessage `db:"payload"`
}

func (r inboxRow) row() view.InboxRow {
	return view.InboxRow{ID: r.ID, Kind: r.Kind, ReceivedAt: r.ReceivedAt, Payload: r.Payload}
}

const sqlUnapplied = `
SELECT id, kind, received_at, payload FROM inbox WHERE invitation_id = $1 AND applied_at IS NULL ORDER BY id LIMIT 50`

// What comes after an erasure (the word on a message that was on the wire, a key
// of a call that went on) does what it does, and is forgotten.
const sqlMarkApplied = `
UPDATE inbox x SET applied_at = clock_timestamp(), outcome = $2, reason = $3,
	payload = CASE WHEN EXISTS (SELECT 1 FROM invitation i WHERE i.id = x.invitation_id
		AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = i.contact_id)) THEN '{}' ELSE coalesce($4::jsonb, x.payload) END
WHERE x.id = $1 AND x.applied_at IS NULL`

func markApplied(ctx context.Context, tx *sqlx.Tx, id survey.InboxID, c view.Change) error {
	outcome := c.Outcome
	if outcome == "" {
		outcome = "applied"
	}
	keep := sql.NullString{String: string(c.Keep), Valid: len(c.Keep) > 0}
	_, err := tx.ExecContext(ctx, sqlMarkApplied, id, outcome, c.Reason, keep)
	return err
}

const sqlSweepInbox = `
SELECT coalesce(invitation_id, 0) AS invitation_id, min(id) AS id
FROM inbox WHERE applied_at IS NULL AND received_at < clock_timestamp() - interval '5 seconds'
GROUP BY invitation_id, CASE WHEN invitation_id IS NULL THEN id END
HAVING min(id) > $1 ORDER BY 2 LIMIT $2`

// SweepInbox lists what was stored a while ago and not applied yet, each person
// once, by the oldest such row, from the one after that id on: who asks goes on
// from where they were, so that what cannot be applied holds up nothing else.
func (db *DB) SweepInbox(ctx context.Context, after survey.InboxID, limit int) ([]view.Unapplied, error) {
	var rows []struct {
		InvitationID survey.InvitationID `db:"invitation_id"`
		InboxID      survey.InboxID      `db:"id"`
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSweepInbox, after, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.Unapplied, len(rows))
	for i, r := range rows {
		out[i] = view.Unapplied(r)
	}
	return out, nil
}

const sqlLockStray = `
SELECT id, kind, received_at, payload FROM inbox WHERE id = $1 AND applied_at IS NULL AND invitation_id IS NULL FOR UPDATE`

// ApplyStray applies an arrival that belongs to no case: a text of somebody
// unknown, a callback for nothing of ours.
func (db *DB) ApplyStray(ctx context.Context, id survey.InboxID, now time.Time, decide func(view.InboxRow) (view.Change, error)) (view.Applied, error) {
	out := view.Applied{InboxID: id}
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var rows []inboxRow
		if err := tx.SelectContext(ctx, &rows, sqlLockStray, id); err != nil || len(rows) == 0 {
			return err
		}
		change, err := decide(rows[0].row())
		if err != nil {
			return err
		}
		if err := onceBarred(ctx, tx, &change); err != nil {
			return err
		}
		if err := suppress(ctx, tx, now, id, change.Suppress); err != nil {
			return err
		}
		if change.Lift {
			if err := lift(ctx, tx, wish{inbox: id, keys: change.AddressKeys, now: now}); err != nil {
				return err
			}
		}
		if change.Notice != nil {
			if err := recordNotice(ctx, tx, now, *change.Notice); err != nil {
				return err
			}
		}
		if err := matterOf(ctx, tx, id, 0, change.Matter); err != nil {
			return err
		}
		if err := tellRecordings(ctx, tx, "", change.Recordings); err != nil {
			return err
		}
		out.Change = change
		if out.Notices, err = insertNotices(ctx, tx, noticeFor{inbox: id, now: now}, change.Notices); err != nil {
			return err
		}
		return markApplied(ctx, tx, id, change)
	})
	return out, err
}

const sqlBarred = `
SELECT EXISTS (SELECT 1 FROM suppression WHERE address_key = ANY($1) AND lifted_at IS NULL AND scope = 'all' AND channel IS NULL)`

// onceBarred takes the opt-out of a number that is barred already out of a
// change: it was confirmed before, and that is the last they hear of us.
func onceBarred(ctx context.Context, tx *sqlx.Tx, ch *view.Change) error {
	if len(ch.Suppress) == 0 || len(ch.AddressKeys) == 0 {
		return nil
	}
	var barred bool
	if err := tx.GetContext(ctx, &barred, sqlBarred, pq.ByteaArray(ch.AddressKeys)); err != nil {
		return err
	}
	if barred {
		ch.Outcome, ch.Suppress, ch.Notices = "ignored", nil, nil
	}
	return nil
}

// SenderAt returns our sender with that address on a channel, 0 if none.
func (db *DB) SenderAt(ctx context.Context, ch survey.Channel, address string) (survey.SenderID, error) {
	var out survey.SenderID
	return out, one(db.x.SelectContext, ctx, &out, sqlSender, ch, address)
}
