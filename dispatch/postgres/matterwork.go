package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlLockMatter = `
SELECT m.state, m.moves, m.inbox_id, coalesce(m.contact_id, 0) AS contact_id, coalesce(m.campaign_id, 0) AS campaign_id,
	coalesce(m.invitation_id, 0) AS invitation_id FROM matter m WHERE m.id = $1 FOR UPDATE`

// lockedMatter is what moving a matter looks at.
type lockedMatter struct {
	State        survey.MatterState
	Moves        int
	InboxID      survey.InboxID      `db:"inbox_id"`
	ContactID    survey.ContactID    `db:"contact_id"`
	CampaignID   survey.CampaignID   `db:"campaign_id"`
	InvitationID survey.InvitationID `db:"invitation_id"`
}

// lockMatter takes a matter in hand, if it may be moved so and nobody moved it since
// it was looked at; it returns where that leads.
func lockMatter(ctx context.Context, tx *sqlx.Tx, o view.MatterOrder) (m lockedMatter, to survey.MatterState, err error) {
	if m, err = heldMatter(ctx, tx, o); err != nil {
		return m, "", err
	}
	to, err = survey.MatterMachine().Next(m.State, o.Event)
	return m, to, err
}

// heldMatter takes a matter in hand that nobody moved since it was looked at.
func heldMatter(ctx context.Context, tx *sqlx.Tx, o view.MatterOrder) (m lockedMatter, err error) {
	if err := tx.GetContext(ctx, &m, sqlLockMatter, o.ID); err != nil {
		return m, notFound(told(err), "matter", strconv.FormatInt(int64(o.ID), 10))
	}
	if m.Moves != o.Moves {
		return m, &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxMoved, Args: map[string]string{"machine": "matter", "state": string(m.State)}}
	}
	return m, nil
}

const sqlMoveMatter = `
UPDATE matter SET state = $2, moves = moves + 1, handled_by = $3, handled_at = $4, note = coalesce(nullif($5, ''), note), taken_by = '', taken_at = NULL,
	assigned_id = CASE WHEN $2 = 'assigned' THEN nullif($6::bigint, 0) ELSE NULL END,
	question = coalesce(nullif($7, ''), question), campaign_id = coalesce(nullif($8::bigint, 0), campaign_id)
WHERE id = $1`

// moved is how a matter stands from now on.
type moved struct {
	view.MatterOrder
	to       survey.MatterState
	assigned survey.InboxID
	question string
	campaign survey.CampaignID
}

// move moves a matter that is locked, and puts that on record.
func (m lockedMatter) move(ctx context.Context, tx *sqlx.Tx, v moved) error {
	_, err := tx.ExecContext(ctx, sqlMoveMatter, v.ID, v.to, v.Actor, v.Now, v.Note, v.assigned, v.question, v.campaign)
	if err != nil {
		return err
	}
	return recordAudit(ctx, tx, view.Audit{At: v.Now, Actor: v.Actor, Act: "inbox", ContactID: m.ContactID, CampaignID: max(v.campaign, m.CampaignID),
		Reason: v.Note, Detail: map[string]any{"matter": v.ID, "event": v.Event, "from": m.State, "to": v.to, "question": v.question}})
}

// MoveMatter settles a matter without more, or opens it again. Of two who do so at
// once one wins; the other is told by inbox_moved.
func (db *DB) MoveMatter(ctx context.Context, o view.MatterOrder) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		m, to, err := lockMatter(ctx, tx, o)
		if err != nil {
			return err
		}
		if m.State == survey.MatterAssigned { // what was assigned is taken back in its case
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeState, Args: map[string]string{
				"machine": survey.MatterMachine().Name, "state": string(m.State), "event": string(o.Event)}}
		}
		return m.move(ctx, tx, moved{MatterOrder: o, to: to})
	})
}

const sqlBarredFrom = `
SELECT EXISTS (SELECT 1 FROM suppression s WHERE s.lifted_at IS NULL AND s.scope = 'all' AND (s.channel IS NULL OR s.channel = $2)
	AND (s.contact_id = nullif($1::bigint, 0) OR s.address_key = ANY($3)))`

// All that left, or may have, for the person or the address on a channel within a day.
const sqlDayOf = `
SELECT (SELECT count(*) FROM attempt a JOIN invitation i ON i.id = a.invitation_id
		WHERE i.contact_id = $1 AND $1 <> 0 AND a.channel = $2 AND a.sent_at > $4)
	+ (SELECT count(*) FROM notice n WHERE n.words <> '' AND lower(n.address) = lower($3) AND n.channel = $2 AND n.created_at > $4
		AND n.state NOT IN ('failed', 'cancelled'))`

const sqlInsertAnswer = `
INSERT INTO notice (inbox_id, ordinal, campaign_id, invitation_id, channel, sender_id, address, prompts, words, created_at, lease_until)
SELECT $1, 1000 + $2::int, nullif($3::bigint, 0), nullif($4::bigint, 0), $5, $6, $7, '[]', $8, $9, clock_timestamp() + interval '15 seconds'
RETURNING id`

// AnswerMatter writes back to whoever wrote: a notice of the ledger, which leaves as
// any other does. Errors: inbox_barred if the person or the address is on the
// do-not-contact list, inbox_cap if they get no more on that channel today,
// inbox_moved, state_conflict.
func (db *DB) AnswerMatter(ctx context.Context, o view.MatterReply) (view.OpenNotice, error) {
	var out view.OpenNotice
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		m, to, err := lockMatter(ctx, tx, o.MatterOrder)
		if err != nil {
			return err
		}
		var barred bool
		if err := tx.GetContext(ctx, &barred, sqlBarredFrom, m.ContactID, o.Channel, pq.ByteaArray(o.Keys)); err != nil {
			return err
		}
		if barred {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxBarred}
		}
		var today int
		if err := tx.GetContext(ctx, &today, sqlDayOf, m.ContactID, o.Channel, o.Address, o.Now.Add(-24*time.Hour)); err != nil {
			return err
		}
		if today >= o.Most {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxCap, Args: map[string]string{"most": strconv.Itoa(o.Most)}}
		}
		err = tx.GetContext(ctx, &out.ID, sqlInsertAnswer, m.InboxID, m.Moves, m.CampaignID, m.InvitationID, o.Channel, o.SenderID, o.Address, o.Words, o.Now)
		if err != nil {
			return err
		}
		out.Generation = 1
		return m.move(ctx, tx, moved{MatterOrder: o.MatterOrder, to: to})
	})
	return out, err
}

const sqlInsertAssigned = `
INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
VALUES ('assigned', 'staff', $1, clock_timestamp(), $2, $3, clock_timestamp(), 'applied') RETURNING id`

// AssignMatter takes words as an answer of a case, or takes that back: decide is
// asked under the locks of the case, and what it says is written with the move of the
// matter, or nothing is. It completes what the arrival carries with what was there
// before.
func (db *DB) AssignMatter(ctx context.Context, o view.Assignment, decide func(view.Case) (view.Change, view.Assigned, error)) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if err := lockInvitations(ctx, tx, []survey.InvitationID{o.Invitation}); err != nil {
			return err
		}
		m, to, err := lockMatter(ctx, tx, o.MatterOrder)
		if err != nil {
			return err
		}
		c, err := caseOf(ctx, tx, o.Invitation)
		if err != nil {
			return err
		}
		if m.ContactID != c.ContactID {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeInboxOther}
		}
		change, carried, err := decide(c)
		if err != nil {
			return err
		}
		id, err := insertAssigned(ctx, tx, o, carried)
		if err != nil {
			return err
		}
		w := changeWriter{ctx: ctx, tx: tx, c: c, ch: change, now: o.Now, inbox: id}
		if _, err := w.write(); err != nil {
			return err
		}
		return m.move(ctx, tx, moved{MatterOrder: o.MatterOrder, to: to, assigned: id, question: o.Question, campaign: c.Invitation.CampaignID})
	})
}

func insertAssigned(ctx context.Context, tx *sqlx.Tx, o view.Assignment, carried view.Assigned) (id survey.InboxID, err error) {
	payload, err := json.Marshal(map[string]any{"kind": "assigned", "assigned": carried})
	if err != nil {
		return 0, err
	}
	return id, tx.GetContext(ctx, &id, sqlInsertAssigned, fmt.Sprintf("matter-%d-%d", o.ID, o.Moves), o.Invitation, string(payload))
}
