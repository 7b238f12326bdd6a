package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// In the order of the phones, so that two claims do not wait for each other.
const sqlOpenConversations = `
INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at, spoken_at)
SELECT 'sms', sender_id, phone, invitation_id, state::jsonb, $5, $5
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) AS u (sender_id, phone, invitation_id, state)
WHERE NOT EXISTS (SELECT 1 FROM conversation t WHERE t.mode = 'sms' AND t.sender_id = u.sender_id AND t.phone = u.phone
	AND t.invitation_id = u.invitation_id AND t.closed_at IS NULL)
ORDER BY phone, invitation_id
ON CONFLICT (mode, sender_id, phone) WHERE closed_at IS NULL AND held_at IS NULL DO NOTHING`

// Of the same person another campaign's conversation makes room: that person has been
// silent in it for a while.
const sqlLockFronts = `
SELECT t.id FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u (sender_id, phone, invitation_id)
JOIN conversation t ON t.mode = 'sms' AND t.sender_id = u.sender_id AND t.phone = u.phone AND t.invitation_id <> u.invitation_id
	AND t.closed_at IS NULL AND t.held_at IS NULL
JOIN invitation o ON o.id = t.invitation_id JOIN invitation i ON i.id = u.invitation_id AND i.contact_id = o.contact_id
WHERE t.spoken_at <= $4::timestamptz - make_interval(secs => $5)
ORDER BY t.phone, t.invitation_id FOR UPDATE OF t`

const sqlHoldFronts = `UPDATE conversation SET held_at = $2 WHERE id = ANY($1) AND closed_at IS NULL`

// One of ours that was held comes to the front again, if nobody is there.
const sqlFrontAgain = `
UPDATE conversation t SET held_at = NULL, spoken_at = $4
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u (sender_id, phone, invitation_id)
WHERE t.mode = 'sms' AND t.sender_id = u.sender_id AND t.phone = u.phone AND t.invitation_id = u.invitation_id AND t.closed_at IS NULL
	AND t.held_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversation f WHERE f.mode = 'sms' AND f.sender_id = t.sender_id
		AND f.phone = t.phone AND f.closed_at IS NULL AND f.held_at IS NULL)`

const sqlHolders = `
SELECT t.invitation_id FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS u (sender_id, phone, invitation_id)
JOIN conversation t ON t.mode = 'sms' AND t.sender_id = u.sender_id AND t.phone = u.phone
	AND t.invitation_id = u.invitation_id AND t.closed_at IS NULL AND t.held_at IS NULL`

// openConversations reserves the phone for every claim that opens a
// conversation; where another case got there first, the verdict becomes a put
// back until its DueAt.
func openConversations(ctx context.Context, tx *sqlx.Tx, ks []view.Candidate, vs []view.Verdict, now time.Time) error {
	var senders, invitations pq.Int64Array
	var phones, states pq.StringArray
	var nth []int
	for i, v := range vs {
		if v.Event == survey.AttemptClaim && v.Conversation != nil {
			nth = append(nth, i)
			senders, invitations = append(senders, int64(ks[i].SenderID)), append(invitations, int64(ks[i].InvitationID))
			phones, states = append(phones, ks[i].Address), append(states, string(v.Conversation))
		}
	}
	if len(nth) == 0 {
		return nil
	}
	if err := makeRoom(ctx, tx, reserving{senders, phones, invitations}, now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlOpenConversations, senders, phones, invitations, states, now); err != nil {
		return err
	}
	var holders []survey.InvitationID
	if err := tx.SelectContext(ctx, &holders, sqlHolders, senders, phones, invitations); err != nil {
		return err
	}
	for _, i := range nth {
		if !slices.Contains(holders, ks[i].InvitationID) {
			vs[i] = view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonConversation, DueAt: vs[i].DueAt}
		}
	}
	return nil
}

// reserving are the phones that a claim reserves, each for a case.
type reserving struct {
	senders     pq.Int64Array
	phones      pq.StringArray
	invitations pq.Int64Array
}

// makeRoom holds the conversations of other campaigns with the same people.
func makeRoom(ctx context.Context, tx *sqlx.Tx, r reserving, now time.Time) error {
	var fronts pq.Int64Array
	if err := tx.SelectContext(ctx, &fronts, sqlLockFronts, r.senders, r.phones, r.invitations, now, survey.TalkRests.Seconds()); err != nil {
		return err
	}
	if len(fronts) > 0 {
		if _, err := tx.ExecContext(ctx, sqlHoldFronts, fronts, now); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, sqlFrontAgain, r.senders, r.phones, r.invitations, now)
	return err
}
