package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlWithoutTokens = `
SELECT i.id FROM invitation i WHERE i.campaign_id = $1 AND i.id > $2 AND i.state <> 'withdrawn'
	AND NOT EXISTS (SELECT 1 FROM token t WHERE t.invitation_id = i.id)
ORDER BY i.id LIMIT $3`

const sqlIssueTokens = `
INSERT INTO token (hash, invitation_id, purpose, version, key_id)
SELECT hash, invitation_id, purpose, 1, $4 FROM unnest($1::bytea[], $2::bigint[], $3::text[]) AS u (hash, invitation_id, purpose)
ON CONFLICT (invitation_id, purpose, version) DO NOTHING`

// tokenBatch is how many cases one transaction gives tokens to.
const tokenBatch = 2000

// IssueTokens stores the hashes of the first tokens of every drawn case that has
// none, held ones included: a case has its tokens before anything can be sent
// to it. It returns how many cases that were.
func (db *DB) IssueTokens(ctx context.Context, o view.TokenOrder) (int, error) {
	issued := 0
	for after := survey.InvitationID(0); ; {
		var ids []survey.InvitationID
		if err := db.x.SelectContext(ctx, &ids, sqlWithoutTokens, o.CampaignID, after, tokenBatch); err != nil {
			return issued, told(err)
		}
		if len(ids) == 0 {
			db.recount(ctx, issued, `frame_unit, invitation, token`)
			return issued, nil
		}
		after = ids[len(ids)-1]
		var hashes pq.ByteaArray
		var cases pq.Int64Array
		var purposes pq.StringArray
		for _, id := range ids {
			for _, p := range o.Purposes {
				h, err := o.Hash(p, id)
				if err != nil {
					return issued, err
				}
				hashes, cases, purposes = append(hashes, h), append(cases, int64(id)), append(purposes, p)
			}
		}
		err := db.within(ctx, func(tx *sqlx.Tx) error {
			_, err := tx.ExecContext(ctx, sqlIssueTokens, hashes, cases, purposes, o.KeyID)
			return err
		})
		if err != nil {
			return issued, err
		}
		issued += len(ids)
	}
}
