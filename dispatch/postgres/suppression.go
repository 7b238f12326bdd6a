package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
)

// Of somebody who was erased nothing can be said any more: their addresses are
// barred already. Who was merged into another says it of both. What came with a text has
// its words.
const sqlSuppress = `
INSERT INTO suppression (contact_id, address_key, channel, scope, campaign_id, source, inbox_id, at, words, actor)
SELECT w.id, $2::bytea, nullif($3, ''), $4, nullif($5::bigint, 0), $6, nullif($7::bigint, 0), $8::timestamptz,
	coalesce(nullif($9, ''), (SELECT payload->>'text' FROM inbox WHERE id = $7 AND kind = 'text'), ''), $10
FROM (SELECT NULL::bigint AS id WHERE $1::bigint = 0
	UNION SELECT c.id FROM contact c WHERE c.id = $1 OR c.id = (SELECT o.merged_into FROM contact o WHERE o.id = $1)) AS w`

// suppress records do-not-contact facts; they act from the commit on.
func suppress(ctx context.Context, tx *sqlx.Tx, now time.Time, inbox survey.InboxID, facts []survey.Suppression) error {
	for _, s := range facts {
		_, err := tx.ExecContext(ctx, sqlSuppress, s.ContactID, s.AddressKey, s.Channel, s.Scope, s.CampaignID, s.Source, inbox, now,
			s.Words, s.Actor)
		if err != nil {
			return err
		}
	}
	return nil
}

// What was received after the wish it does not end: of the two, one may have lain
// in the spool of a process, and is stored late.
const sqlLift = `
UPDATE suppression s SET lifted_at = $3, lifted_by = 'respondent'
WHERE lifted_at IS NULL AND scope = 'all' AND (contact_id = nullif($1::bigint, 0) OR address_key = ANY($2))
	AND NOT EXISTS (SELECT 1 FROM inbox stop JOIN inbox wish ON wish.received_at < stop.received_at
		WHERE stop.id = s.inbox_id AND wish.id = $4)`

// wish is a person's own explicit wish to be contacted again.
type wish struct {
	inbox   survey.InboxID
	contact survey.ContactID
	keys    [][]byte // of the address that it came from
	now     time.Time
}

// lift ends the do-not-contact facts that came before the wish.
func lift(ctx context.Context, tx *sqlx.Tx, w wish) error {
	_, err := tx.ExecContext(ctx, sqlLift, w.contact, pq.ByteaArray(w.keys), w.now, w.inbox)
	return err
}
