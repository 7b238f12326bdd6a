package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// With one phone and sender one open conversation by SMS is in front: the one whose
// prompt was sent last. What the person writes goes there. Those of other campaigns of
// the same person are held, and come back when nothing is in front; of another person
// who shares the phone none is open meanwhile.

const sqlConversations = `
SELECT v.id, v.mode, v.sender_id, v.phone, v.state, v.held_at, v.spoken_at, v.nudged, v.staffed_by, v.closed_at IS NOT NULL AS closed,
	coalesce(n.state, '') AS spoke, n.claimed_at, n.sent_at
FROM conversation v
LEFT JOIN LATERAL (SELECT o.state, o.claimed_at, o.sent_at FROM notice o
	WHERE o.invitation_id = v.invitation_id AND o.channel = 'sms' AND o.address = v.phone ORDER BY o.id DESC LIMIT 1) n ON v.mode = 'sms'
WHERE v.invitation_id = $1
	AND (v.closed_at IS NULL OR v.id = (SELECT max(l.id) FROM conversation l WHERE l.invitation_id = $1 AND l.mode = 'sms'))
ORDER BY v.id`

func conversationsOf(ctx context.Context, tx *sqlx.Tx, inv survey.InvitationID) ([]view.Conversation, error) {
	var rows []struct {
		ID       int64           `db:"id"`
		Mode     survey.Mode     `db:"mode"`
		SenderID survey.SenderID `db:"sender_id"`
		Phone    string          `db:"phone"`
		State    []byte          `db:"state"`
		HeldAt   sql.NullTime    `db:"held_at"`
		SpokenAt time.Time       `db:"spoken_at"`
		Nudged   bool            `db:"nudged"`
		Staffed  string          `db:"staffed_by"`
		Closed   bool            `db:"closed"`
		Spoke    string          `db:"spoke"`
		Claimed  sql.NullTime    `db:"claimed_at"`
		Sent     sql.NullTime    `db:"sent_at"`
	}
	if err := tx.SelectContext(ctx, &rows, sqlConversations, inv); err != nil {
		return nil, err
	}
	var out []view.Conversation
	for _, r := range rows {
		out = append(out, view.Conversation{ID: r.ID, Mode: r.Mode, SenderID: r.SenderID,
			Phone: survey.Phone(r.Phone), State: r.State, HeldAt: r.HeldAt.Time, SpokenAt: r.SpokenAt, Nudged: r.Nudged, StaffedBy: r.Staffed,
			Closed: r.Closed, Spoke: view.Spoke{State: survey.AttemptState(r.Spoke), Left: r.Claimed.Time, At: r.Sent.Time}})
	}
	return out, nil
}

const sqlHoldOthers = `
UPDATE conversation SET held_at = $5 WHERE mode = $1 AND sender_id = $2 AND phone = $3 AND invitation_id <> $4 AND closed_at IS NULL AND held_at IS NULL`

const sqlMoveOwn = `
UPDATE conversation SET state = $5, held_at = NULL, spoken_at = $6, nudged = $7, look_at = $8
WHERE mode = $1 AND sender_id = $2 AND phone = $3 AND invitation_id = $4 AND closed_at IS NULL RETURNING id`

// A call takes over the place of the one before it.
const sqlMoveConversation = `
INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at, spoken_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (mode, sender_id, phone) WHERE closed_at IS NULL AND held_at IS NULL
DO UPDATE SET state = excluded.state, invitation_id = excluded.invitation_id, spoken_at = excluded.spoken_at`

// The end of the case may have closed it a moment ago.
const sqlCloseConversation = `
UPDATE conversation SET closed_at = $4, state = coalesce(nullif($6, '')::jsonb, state)
WHERE mode = $1 AND sender_id = $2 AND phone = $3 AND invitation_id = $5 AND (closed_at IS NULL OR closed_at = $4)`

func (w *changeWriter) conversation() error {
	cc, own := w.ch.Conversation, w.c.Invitation.ID
	switch {
	case cc == nil:
		return nil
	case cc.Close:
		return w.exec(sqlCloseConversation, cc.Mode, cc.SenderID, string(cc.Phone), w.now, own, string(cc.State))
	case cc.Mode == survey.Voice:
		return w.exec(sqlMoveConversation, cc.Mode, cc.SenderID, string(cc.Phone), own, string(cc.State), w.now)
	}
	if err := w.exec(sqlHoldOthers, cc.Mode, cc.SenderID, string(cc.Phone), own, w.now); err != nil {
		return err
	}
	look := sql.NullTime{Time: w.now.Add(survey.IdleAfter), Valid: !cc.Nudged}
	var moved []int64
	err := w.tx.SelectContext(w.ctx, &moved, sqlMoveOwn, cc.Mode, cc.SenderID, string(cc.Phone), own, string(cc.State), w.now, cc.Nudged, look)
	if err != nil || len(moved) > 0 {
		return err
	}
	return w.exec(sqlMoveConversation, cc.Mode, cc.SenderID, string(cc.Phone), own, string(cc.State), w.now)
}

// Which conversation a text goes to: the one whose prompt was sent last. One whose
// opening has not left yet has said nothing.
const sqlTalkingWith = `
SELECT t.invitation_id FROM conversation t WHERE t.mode = 'sms' AND t.sender_id = $1 AND t.phone = $2 AND t.closed_at IS NULL
ORDER BY t.held_at IS NULL AND (coalesce(t.state ->> 'stage', '') <> '' OR EXISTS (SELECT 1 FROM attempt a
	WHERE a.invitation_id = t.invitation_id AND a.channel = 'sms' AND (a.sent_at IS NOT NULL OR a.state = 'unknown'))) DESC,
	t.held_at DESC NULLS LAST, t.id LIMIT 1`

const sqlHeldWith = `
SELECT invitation_id FROM conversation WHERE mode = 'sms' AND sender_id = $1 AND phone = $2 AND closed_at IS NULL AND held_at IS NOT NULL
ORDER BY held_at DESC, id LIMIT 1`

// Silent conversations are seen along the index of what is to be looked at. The
// clock of a silence starts when the prompt was really sent.
const sqlSilent = `
SELECT t.id, t.invitation_id, t.spoken_at, k.protocol, k.ends_at, coalesce(c.zone, '') AS zone, coalesce(c.hours, '') AS hours,
	(SELECT max(n.sent_at) FROM notice n WHERE n.invitation_id = t.invitation_id AND n.channel = 'sms' AND n.sent_at >= t.spoken_at) AS prompted_at,
	EXISTS (SELECT 1 FROM notice n WHERE n.invitation_id = t.invitation_id AND n.channel = 'sms' AND n.state IN ('queued', 'sending', 'unknown')) AS under_way
FROM conversation t JOIN invitation i ON i.id = t.invitation_id JOIN campaign k ON k.id = i.campaign_id LEFT JOIN contact c ON c.id = i.contact_id
WHERE t.look_at <= $1 AND t.staffed_by = '' AND t.closed_at IS NULL AND t.held_at IS NULL AND k.state = 'fielding' ORDER BY t.look_at LIMIT $2`

// What was held comes back where nothing is in front.
const sqlUnheld = `
SELECT DISTINCT ON (t.sender_id, t.phone) t.id, t.invitation_id, t.spoken_at, k.protocol, k.ends_at,
	coalesce(c.zone, '') AS zone, coalesce(c.hours, '') AS hours, NULL::timestamptz AS prompted_at, false AS under_way
FROM conversation t JOIN invitation i ON i.id = t.invitation_id JOIN campaign k ON k.id = i.campaign_id LEFT JOIN contact c ON c.id = i.contact_id
WHERE t.mode = 'sms' AND t.staffed_by = '' AND t.closed_at IS NULL AND t.held_at IS NOT NULL AND k.state = 'fielding' AND k.ends_at > $1
	AND NOT EXISTS (SELECT 1 FROM conversation f WHERE f.mode = 'sms' AND f.sender_id = t.sender_id AND f.phone = t.phone
		AND f.closed_at IS NULL AND f.held_at IS NULL)
	AND NOT EXISTS (SELECT 1 FROM inbox x WHERE x.invitation_id = t.invitation_id AND x.applied_at IS NULL)
ORDER BY t.sender_id, t.phone, t.held_at DESC LIMIT $2`

type quietRow struct {
	ID           int64
	InvitationID survey.InvitationID `db:"invitation_id"`
	SpokenAt     time.Time           `db:"spoken_at"`
	Protocol     document[survey.Protocol]
	EndsAt       time.Time `db:"ends_at"`
	Zone         string
	Hours        survey.Hours
	PromptedAt   sql.NullTime `db:"prompted_at"`
	UnderWay     bool         `db:"under_way"`
}

func (db *DB) quiet(ctx context.Context, query string, now time.Time, limit int) ([]view.QuietTalk, error) {
	var rows []quietRow
	if err := db.x.SelectContext(ctx, &rows, query, now, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.QuietTalk, len(rows))
	for i, r := range rows {
		out[i] = view.QuietTalk{ID: r.ID, InvitationID: r.InvitationID, SpokenAt: r.SpokenAt, Protocol: r.Protocol.V, EndsAt: r.EndsAt,
			Zone: r.Zone, Hours: r.Hours, PromptedAt: r.PromptedAt.Time, UnderWay: r.UnderWay}
	}
	return out, nil
}

// SilentTalks lists conversations by SMS in which it is time to see whether the person
// has fallen silent.
func (db *DB) SilentTalks(ctx context.Context, now time.Time, limit int) ([]view.QuietTalk, error) {
	return db.quiet(ctx, sqlSilent, now, limit)
}

// HeldTalks lists conversations that were held for another campaign's, which is over.
func (db *DB) HeldTalks(ctx context.Context, now time.Time, limit int) ([]view.QuietTalk, error) {
	return db.quiet(ctx, sqlUnheld, now, limit)
}

const sqlTakeUpLater = `
UPDATE conversation SET look_at = $3 WHERE id = $1 AND spoken_at = $2 AND closed_at IS NULL`

const sqlInsertAgain = `
INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload)
SELECT 'again', 'canvass', $1, clock_timestamp(), $2, $3 ON CONFLICT (provider, provider_id) DO NOTHING`

// TakeUp has conversations taken up by us, each if nothing was said in it since: it
// arrives as anything else does, and is decided under the locks of its case. Others
// are looked at again at their time, or never.
func (db *DB) TakeUp(ctx context.Context, orders []view.TakeUp) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		for _, o := range orders {
			if _, err := tx.ExecContext(ctx, sqlTakeUpLater, o.ID, o.SpokenAt, nullTime(o.LookAt)); err != nil {
				return err
			}
			if len(o.Payload) == 0 {
				continue
			}
			if _, err := tx.ExecContext(ctx, sqlInsertAgain, o.Key, o.InvitationID, string(o.Payload)); err != nil {
				return err
			}
		}
		return nil
	})
}
