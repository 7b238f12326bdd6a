package postgres

import (
	"context"
	"database/sql"
	"time"

	"canvass/dispatch/survey"
)

const sqlInvitationByToken = `
SELECT t.invitation_id, t.version < i.token_version AS revoked
FROM token t JOIN invitation i ON i.id = t.invitation_id WHERE t.hash = $1 AND t.purpose = $2`

// InvitationByToken returns whose token has this hash, 0 if nobody's. A token of
// another purpose is nobody's; revoked says that a newer one replaced it.
func (db *DB) InvitationByToken(ctx context.Context, hash []byte, purpose string) (inv survey.InvitationID, revoked bool, err error) {
	var r struct {
		ID      survey.InvitationID `db:"invitation_id"`
		Revoked bool                `db:"revoked"`
	}
	err = one(db.x.SelectContext, ctx, &r, sqlInvitationByToken, hash, purpose)
	return r.ID, r.Revoked, err
}

const sqlLastAnswer = `
SELECT max(a.answered_at) FROM link.response_link l JOIN answer_item a ON a.response_id = l.response_id
WHERE l.invitation_id = $1`

// LastAnswer returns the business time of the person's last answer, zero before
// it.
func (db *DB) LastAnswer(ctx context.Context, inv survey.InvitationID) (time.Time, error) {
	var at sql.NullTime
	err := one(db.x.SelectContext, ctx, &at, sqlLastAnswer, inv)
	return at.Time, err
}
