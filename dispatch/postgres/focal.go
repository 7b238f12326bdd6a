package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlInviteFocal = `
INSERT INTO focal_person (name, unit_code, hash, invited_by, invited_at, until) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	sqlForgetFocal = `DELETE FROM focal_person WHERE coalesce(ended_at, until) < $1`
)

// InviteFocal keeps a link for the focal person of a unit, and drops those that ended
// before `old`, with what was proposed by them.
func (db *DB) InviteFocal(ctx context.Context, f view.Focal, old time.Time, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, sqlForgetFocal, old); err != nil {
			return err
		}
		var id int64
		if err := tx.GetContext(ctx, &id, sqlInviteFocal, f.Name, f.Unit, f.Hash, f.By, f.At, f.Until); err != nil {
			return err
		}
		by.Detail = map[string]any{"focal": id, "unit": f.Unit, "did": "invited"}
		return recordAudit(ctx, tx, by)
	})
}

type focalRow struct {
	ID         int64
	Name, Unit string
	By         string
	At, Until  time.Time
	EndedAt    sql.NullTime `db:"ended_at"`
	SeenAt     sql.NullTime `db:"seen_at"`
	Open       int
}

func (r focalRow) focal() view.Focal {
	return view.Focal{ID: r.ID, Name: r.Name, Unit: r.Unit, By: r.By, At: r.At, Until: r.Until, EndedAt: r.EndedAt.Time, SeenAt: r.SeenAt.Time, Open: r.Open}
}

const sqlFocalColumns = `f.id, f.name, f.unit_code AS unit, f.invited_by AS by, f.invited_at AS at, f.until, f.ended_at, f.seen_at,
	(SELECT count(*) FROM focal_change c WHERE c.focal_id = f.id AND c.state = 'open') AS open`

const sqlFocals = `
SELECT ` + sqlFocalColumns + ` FROM focal_person f ORDER BY f.ended_at IS NOT NULL, f.id DESC LIMIT 500`

// Focals lists the focal persons, those whose link works first.
func (db *DB) Focals(ctx context.Context) ([]view.Focal, error) {
	var rows []focalRow
	if err := db.x.SelectContext(ctx, &rows, sqlFocals); err != nil {
		return nil, told(err)
	}
	out := make([]view.Focal, len(rows))
	for i, r := range rows {
		out[i] = r.focal()
	}
	return out, nil
}

const (
	sqlFocalOfLink = `
SELECT ` + sqlFocalColumns + ` FROM focal_person f WHERE f.hash = $1 AND f.until > $2 AND f.ended_at IS NULL`
	// By the hour: who looks at a page twice writes once.
	sqlFocalSeen = `UPDATE focal_person SET seen_at = $2 WHERE id = $1 AND (seen_at IS NULL OR seen_at < $2::timestamptz - interval '1 hour')`
)

// FocalOfLink is the focal person behind a link, and whether there is one.
func (db *DB) FocalOfLink(ctx context.Context, hash []byte, now time.Time) (view.Focal, bool, error) {
	var row focalRow
	if err := one(db.x.SelectContext, ctx, &row, sqlFocalOfLink, hash, now); err != nil || row.ID == 0 {
		return view.Focal{}, false, err
	}
	if row.SeenAt.Valid && now.Sub(row.SeenAt.Time) < time.Hour {
		return row.focal(), true, nil
	}
	_, err := db.x.ExecContext(ctx, sqlFocalSeen, row.ID, now)
	return row.focal(), true, told(err)
}

const sqlEndFocal = `UPDATE focal_person SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`

// EndFocal ends a link, and reports whether it did.
func (db *DB) EndFocal(ctx context.Context, id int64, by view.Audit) (bool, error) {
	var ended bool
	err := db.retried(ctx, func(tx *sqlx.Tx) (err error) {
		if ended, err = did(tx.ExecContext(ctx, sqlEndFocal, id, by.At)); err != nil || !ended {
			return err
		}
		by.Detail = map[string]any{"focal": id, "did": "ended"}
		return recordAudit(ctx, tx, by)
	})
	return ended, err
}

const (
	sqlUnitContactColumns = `
SELECT c.id, c.name, c.unit, coalesce(c.attributes ->> 'chuc_vu', '') AS position,
	ARRAY(SELECT e.address FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'phone' AND e.status <> 'dead' ORDER BY e.rank, e.id) AS phones,
	ARRAY(SELECT e.address FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'email' AND e.status <> 'dead' ORDER BY e.rank, e.id) AS mails,
	(SELECT count(*) FROM endpoint e WHERE e.contact_id = c.id AND e.status = 'dead') AS dead
FROM contact c WHERE c.unit_code <> '' AND c.left_at IS NULL AND c.merged_into IS NULL AND c.unit_code = ANY($1)`
	// Of many units, each gives its own first people by the index.
	sqlUnitContacts = sqlUnitContactColumns + ` AND c.id IN (SELECT p.id FROM unnest($1::text[]) AS u (code), LATERAL (
		SELECT o.id FROM contact o WHERE o.unit_code <> '' AND o.left_at IS NULL AND o.unit_code = u.code AND o.id > $2 ORDER BY o.unit_code, o.id LIMIT $3) p
	ORDER BY p.id LIMIT $3) ORDER BY c.id LIMIT $3`
	sqlUnitContact = sqlUnitContactColumns + ` AND c.id = $2`
)

type unitContactRow struct {
	ID             survey.ContactID
	Name           survey.PersonName
	Unit, Position string
	Phones, Mails  pq.StringArray
	Dead           int
}

func (r unitContactRow) contact() view.UnitContact {
	return view.UnitContact{ID: r.ID, Name: r.Name, Unit: r.Unit, Position: r.Position, Phones: r.Phones, Mails: r.Mails, Dead: r.Dead}
}

// UnitContacts lists people of units, by id, at most limit after that one.
func (db *DB) UnitContacts(ctx context.Context, units []string, after survey.ContactID, limit int) ([]view.UnitContact, error) {
	var rows []unitContactRow
	if err := db.x.SelectContext(ctx, &rows, sqlUnitContacts, texts(units), after, limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.UnitContact, len(rows))
	for i, r := range rows {
		out[i] = r.contact()
	}
	return out, nil
}

// UnitContact is one person of units. Errors: not_found, also where the person is of
// another unit.
func (db *DB) UnitContact(ctx context.Context, units []string, id survey.ContactID) (view.UnitContact, error) {
	var row unitContactRow
	if err := one(db.x.SelectContext, ctx, &row, sqlUnitContact, texts(units), id); err != nil {
		return view.UnitContact{}, err
	}
	if row.ID == 0 {
		return view.UnitContact{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound}
	}
	return row.contact(), nil
}

const sqlDoubtfulContacts = sqlUnitContactColumns + ` AND (
	NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.status <> 'dead')
	OR EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.status = 'dead')) ORDER BY c.unit_code, c.name_folded, c.id LIMIT $2`

// DoubtfulContacts lists people of units who have no address that works, or one that
// died, by unit and name.
func (db *DB) DoubtfulContacts(ctx context.Context, units []string, limit int) ([]view.UnitContact, error) {
	var rows []unitContactRow
	if err := db.x.SelectContext(ctx, &rows, sqlDoubtfulContacts, texts(units), limit); err != nil {
		return nil, told(err)
	}
	out := make([]view.UnitContact, len(rows))
	for i, r := range rows {
		out[i] = r.contact()
	}
	return out, nil
}
