package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlReplaceFocal = `
UPDATE focal_change SET state = 'replaced', before = '{}', after = '{}', decided_at = $3 WHERE focal_id = $1 AND contact_id = $2 AND state = 'open'`
	sqlProposeFocal = `
INSERT INTO focal_change (focal_id, contact_id, kind, before, after, state, at)
SELECT $1, nullif($2::bigint, 0), $3, $4::jsonb, $5::jsonb, 'open', $6
WHERE (SELECT count(*) FROM focal_change WHERE focal_id = $1 AND state = 'open') < $7 RETURNING id`
)

// ProposeFocal keeps a proposal, in place of an earlier one about the same person, and
// reports whether there was room for it among `most` that wait.
func (db *DB) ProposeFocal(ctx context.Context, c view.FocalChange, most int) (bool, error) {
	before, err := encoded(c.Before)
	if err != nil {
		return false, err
	}
	after, err := encoded(c.After)
	if err != nil {
		return false, err
	}
	var id int64
	err = db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlReplaceFocal, c.Focal, c.Contact, c.At); err != nil {
			return err
		}
		id = 0
		return one(tx.SelectContext, ctx, &id, sqlProposeFocal, c.Focal, c.Contact, c.Kind, before, after, c.At, most)
	})
	return id != 0, err
}

type focalChangeRow struct {
	ID            int64
	Focal         int64
	FocalName     string `db:"focal_name"`
	Unit          string
	ContactID     survey.ContactID `db:"contact_id"`
	Kind          view.FocalKind
	Before, After document[view.FocalFields]
	At            time.Time
}

func (r focalChangeRow) change() view.FocalChange {
	return view.FocalChange{ID: r.ID, Focal: r.Focal, FocalName: r.FocalName, Unit: r.Unit, Contact: r.ContactID, Kind: r.Kind,
		Before: r.Before.V, After: r.After.V, At: r.At}
}

const sqlFocalChangeColumns = `
SELECT c.id, c.focal_id AS focal, f.name AS focal_name, f.unit_code AS unit, coalesce(c.contact_id, 0) AS contact_id, c.kind, c.before, c.after, c.at
FROM focal_change c JOIN focal_person f ON f.id = c.focal_id WHERE c.state = 'open'`

const sqlFocalChanges = sqlFocalChangeColumns + ` AND c.id > $1 AND ($2::bigint = 0 OR c.focal_id = $2) ORDER BY c.id LIMIT $3`

// FocalChanges lists proposals that wait, the oldest first, of one focal person or (0)
// of all.
func (db *DB) FocalChanges(ctx context.Context, focal, after int64, limit int) ([]view.FocalChange, error) {
	var rows []focalChangeRow
	if err := db.x.SelectContext(ctx, &rows, sqlFocalChanges, after, focal, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.FocalChange, len(rows))
	for i, r := range rows {
		out[i] = r.change()
	}
	return out, nil
}

const (
	sqlLockFocalChange = sqlFocalChangeColumns + ` AND c.id = $1 FOR UPDATE OF c`
	sqlDecideFocal     = `
UPDATE focal_change SET state = $2, decided_at = $3, decided_by = $4, before = '{}', after = '{}', contact_id = coalesce(contact_id, nullif($5::bigint, 0)) WHERE id = $1`
)

// DecideFocal accepts or refuses a proposal; what an accepted one does to the list is
// decide's to say, of the person as they are now. Errors: not_found where it waits no
// more, or its person is gone; and what decide returns.
func (db *DB) DecideFocal(ctx context.Context, d view.FocalDecision, units func(unit string) []string,
	decide func(view.FocalChange, view.UnitContact) (view.FocalWrite, error)) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var row focalChangeRow
		if err := one(tx.SelectContext, ctx, &row, sqlLockFocalChange, d.ID); err != nil {
			return err
		}
		gone := &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
		if row.ID == 0 {
			return gone
		}
		w := focalWriter{ctx: ctx, tx: tx, d: d, c: row.change()}
		state := "refused"
		if d.Accept {
			state = "accepted"
			var who unitContactRow
			if w.c.Kind != view.FocalNew {
				if err := one(tx.SelectContext, ctx, &who, sqlUnitContact, texts(units(w.c.Unit)), w.c.Contact); err != nil {
					return err
				}
				if who.ID == 0 {
					return gone
				}
			}
			write, err := decide(w.c, who.contact())
			if err != nil {
				return err
			}
			if err := w.write(write); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, sqlDecideFocal, d.ID, state, d.Now, d.Actor, w.c.Contact); err != nil {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: d.Now, Actor: d.Actor, Act: "focal", ContactID: w.c.Contact,
			Detail: map[string]any{"focal": w.c.Focal, "kind": w.c.Kind, "did": state}})
	})
}

// focalWriter writes what was accepted to the list.
type focalWriter struct {
	ctx context.Context
	tx  *sqlx.Tx
	d   view.FocalDecision
	c   view.FocalChange
}

const (
	sqlFocalTwin = `
SELECT c.id FROM contact c JOIN endpoint e ON e.contact_id = c.id WHERE lower(e.address) = lower($1) AND e.kind = $2 AND c.name_folded = $3 LIMIT 1`
	sqlFocalPerson = `
INSERT INTO contact (name, name_folded, unit, unit_code, language, attributes, random_number, created_at)
VALUES ($1, $2, $3, $4, 'vi', '{}', $5, $6) RETURNING id`
	// New people need a ground for being contacted: here the office took them in.
	sqlFocalConsent = `
INSERT INTO consent (contact_id, basis, source, given_at, actor) VALUES ($1, 'appointment', 'staff', $2, $3)`
	sqlFocalName = `UPDATE contact SET name = $2, name_folded = $3, updated_at = $4 WHERE id = $1`
	sqlFocalPost = `
UPDATE contact SET attributes = CASE WHEN $2 = '' THEN attributes - 'chuc_vu' ELSE attributes || jsonb_build_object('chuc_vu', $2::text) END,
	updated_at = $3 WHERE id = $1`
	sqlFocalGone = `UPDATE contact SET left_at = $2, updated_at = $2 WHERE id = $1 AND left_at IS NULL`
	sqlFocalDead = `UPDATE endpoint SET status = 'dead' WHERE contact_id = $1 AND kind = $2 AND lower(address) = lower($3)`
	// An address that had died and is given again lives again, unless its owner said
	// that it is not theirs.
	sqlFocalAddress = `
INSERT INTO endpoint (contact_id, kind, address, sms, rank, source, created_at)
VALUES ($1, $2, $3, $4, (SELECT coalesce(max(rank), -1) + 1 FROM endpoint WHERE contact_id = $1 AND kind = $2), 'staff', $5)
ON CONFLICT (lower(address), kind, contact_id) DO UPDATE SET status = 'unverified' WHERE endpoint.not_theirs_at IS NULL`
)

func (w *focalWriter) exec(query string, args ...any) error {
	_, err := w.tx.ExecContext(w.ctx, query, args...)
	return err
}

func (w *focalWriter) write(do view.FocalWrite) error {
	if w.c.Kind == view.FocalNew {
		if err := w.person(do); err != nil {
			return err
		}
	} else if do.Contact.Name != "" {
		if err := w.exec(sqlFocalName, w.c.Contact, do.Contact.Name, do.SearchKey, w.d.Now); err != nil {
			return err
		}
	}
	if do.Position != nil {
		if err := w.exec(sqlFocalPost, w.c.Contact, *do.Position, w.d.Now); err != nil {
			return err
		}
	}
	for _, e := range do.Dead {
		if err := w.exec(sqlFocalDead, w.c.Contact, e.Kind, e.Address); err != nil {
			return err
		}
	}
	for _, e := range do.Add {
		if err := w.exec(sqlFocalAddress, w.c.Contact, e.Kind, e.Address, e.SMS, w.d.Now); err != nil {
			return err
		}
	}
	if do.Left {
		return w.exec(sqlFocalGone, w.c.Contact, w.d.Now)
	}
	return nil
}

// person makes somebody new, unless the list has somebody of that name and address.
func (w *focalWriter) person(do view.FocalWrite) error {
	for _, e := range do.Add {
		var twin survey.ContactID
		if err := one(w.tx.SelectContext, w.ctx, &twin, sqlFocalTwin, e.Address, e.Kind, do.SearchKey); err != nil {
			return err
		}
		if twin != 0 {
			return &survey.Error{Kind: survey.Conflict, Code: survey.CodeMaybeSame}
		}
	}
	c := do.Contact
	if err := w.tx.GetContext(w.ctx, &w.c.Contact, sqlFocalPerson, c.Name, do.SearchKey, c.Unit, c.UnitCode, w.d.Random, w.d.Now); err != nil {
		return err
	}
	return w.exec(sqlFocalConsent, w.c.Contact, w.d.Now, w.d.Actor)
}
