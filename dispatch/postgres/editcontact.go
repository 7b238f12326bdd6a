package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlContactToEdit = `
SELECT ` + sqlContactColumns + `, coalesce(c.corrected, '{}') AS corrected,
	coalesce(c.updated_at, c.created_at, (SELECT r.started_at FROM import_run r WHERE r.id = c.import_id)) AS updated_at
FROM contact c WHERE c.id = $1 AND c.merged_into IS NULL FOR UPDATE OF c`

// EditContact corrects one contact as decide says on what stands under lock, on record.
// What waits for an address is looked at again. An import that has the contact in hand is
// waited for. Errors:
// not_found, contact_changed, code_taken, and what decide returns.
func (db *DB) EditContact(ctx context.Context, o view.EditOrder, decide func(c survey.Contact, corrected map[string]string) (view.Edited, error)) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var cases []survey.InvitationID
		if err := tx.SelectContext(ctx, &cases, sqlOpenCasesOfPerson, o.ContactID); err != nil {
			return err
		}
		if err := lockInvitations(ctx, tx, cases); err != nil {
			return err
		}
		var rows []struct {
			contactRow
			Corrected document[map[string]string]
			UpdatedAt time.Time `db:"updated_at"`
		}
		if err := tx.SelectContext(ctx, &rows, sqlContactToEdit, o.ContactID); err != nil {
			return err
		}
		if len(rows) == 0 {
			return noContact(o.ContactID)
		}
		if !o.Seen.IsZero() && !rows[0].UpdatedAt.Equal(o.Seen) {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeContactChanged}
		}
		c := rows[0].contact()
		var err error
		if c.Endpoints, err = endpointsOf(ctx, tx, o.ContactID); err != nil {
			return err
		}
		e, err := decide(c, rows[0].Corrected.V)
		if err != nil {
			return err
		}
		return writeEdit(ctx, tx, o, e)
	})
}

const (
	sqlEditContact = `
UPDATE contact SET code = nullif($2, ''), name = $3, name_folded = $4, title = $5, sex = $6, birth = nullif($7::int, 0), language = $8, zone = $9,
	unit = $10, unit_code = $11, attributes = $12, corrected = nullif($13::jsonb, '{}'), updated_at = $14
WHERE id = $1`
	sqlCodeTaken = `SELECT count(*) FROM contact WHERE lower(code) = lower($2) AND id <> $1`
	// The rest of its kind goes one back.
	sqlMakeRoom = `UPDATE endpoint SET rank = rank + 1 WHERE contact_id = $1 AND kind = $2`
	sqlEditAdd  = `
INSERT INTO endpoint (contact_id, kind, address, sms, rank, source, created_at) VALUES ($1, $2, $3, $4, 0, 'staff', $5)`
	sqlEditStatus = `
UPDATE endpoint SET status = $3, not_theirs_at = CASE WHEN $3 = 'dead' THEN not_theirs_at END WHERE contact_id = $1 AND id = ANY($2)
	AND (status = 'dead') <> ($3 = 'dead')`
)

func writeEdit(ctx context.Context, tx *sqlx.Tx, o view.EditOrder, e view.Edited) error {
	c := e.Contact
	var taken int
	if err := tx.GetContext(ctx, &taken, sqlCodeTaken, c.ID, c.Code); err != nil {
		return err
	}
	if taken > 0 {
		return codeTaken(c.Code)
	}
	attributes, err := encoded(c.Attributes)
	if err != nil {
		return err
	}
	if c.Attributes == nil {
		attributes = "{}"
	}
	corrected, err := encoded(e.Corrected)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sqlEditContact, c.ID, c.Code, string(c.Name), e.SearchKey, c.Title, c.Sex, c.Birth, c.Language, c.Zone,
		c.Unit, c.UnitCode, attributes, corrected, o.Now)
	if breaks(err, "contact_code") { // by somebody who was as quick
		return codeTaken(c.Code)
	}
	if err != nil {
		return err
	}
	for _, a := range e.Add {
		if _, err := tx.ExecContext(ctx, sqlMakeRoom, c.ID, a.Kind); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlEditAdd, c.ID, a.Kind, a.Address, a.SMS, o.Now); err != nil {
			return err
		}
	}
	for status, ids := range map[survey.EndpointStatus][]survey.EndpointID{survey.EndpointDead: e.Retire, survey.EndpointUnverified: e.Revive} {
		var which pq.Int64Array = ints(ids)
		if _, err := tx.ExecContext(ctx, sqlEditStatus, c.ID, which, status); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, sqlReplanPerson, c.ID, o.Now); err != nil {
		return err
	}
	return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "contact", ContactID: c.ID, Reason: o.Reason, Detail: map[string]any{
		"fields": e.Fields, "added": len(e.Add), "retired": len(e.Retire), "revived": len(e.Revive)}})
}

func codeTaken(code string) error {
	return &survey.Error{Kind: survey.Conflict, Code: survey.CodeCodeTaken, Where: "code", Args: map[string]string{"value": code}}
}
