package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whoever was merged into another is one step from who it is: a merge moves those
// behind it, too.
const sqlMergedInto = `SELECT coalesce(merged_into, id) FROM contact WHERE id = $1`

const sqlLockContact = `SELECT coalesce(merged_into, 0) FROM contact WHERE id = $1 FOR UPDATE`

func noContact(id survey.ContactID) error {
	return &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": strconv.FormatInt(int64(id), 10)}}
}

const sqlLedgerOf = `
SELECT c.id, coalesce(c.code, '') AS code, c.name, coalesce(c.import_id, 0) AS import_id, coalesce(r.basis, '') AS basis,
	` + sqlIsSuppressed + ` AS suppressed
FROM contact c LEFT JOIN import_run r ON r.id = c.import_id WHERE c.id = $1`

const sqlConsentRows = `
SELECT o.id, coalesce(o.purpose, '') AS purpose, coalesce(o.channel, '') AS channel, o.basis, o.text_shown, o.source, o.evidence,
	o.actor, o.given_at, o.withdrawn_at, coalesce(o.import_id, 0) AS import_id
FROM consent o WHERE o.contact_id = $1 ORDER BY o.id`

// ConsentLedger reads the ledger of a contact, or of the one it was merged into.
// States are not filled in.
func (db *DB) ConsentLedger(ctx context.Context, id survey.ContactID) (l view.ConsentLedger, err error) {
	err = db.snapshot(ctx, func(tx *sqlx.Tx) error {
		var at survey.ContactID
		if err := one(tx.SelectContext, ctx, &at, sqlMergedInto, id); err != nil {
			return err
		}
		if at == 0 {
			return noContact(id)
		}
		l, err = ledgerOf(ctx, tx, at)
		return err
	})
	return l, err
}

func ledgerOf(ctx context.Context, tx *sqlx.Tx, id survey.ContactID) (view.ConsentLedger, error) {
	var head struct {
		ID         survey.ContactID `db:"id"`
		Code       string
		Name       string
		ImportID   survey.ImportID `db:"import_id"`
		Basis      string
		Suppressed bool
	}
	if err := tx.GetContext(ctx, &head, sqlLedgerOf, id); err != nil {
		return view.ConsentLedger{}, err
	}
	var rows []struct {
		ID          int64
		Purpose     survey.Purpose
		Channel     survey.Channel
		Basis       string
		TextShown   string `db:"text_shown"`
		Source      string
		Evidence    string
		Actor       string
		GivenAt     time.Time       `db:"given_at"`
		WithdrawnAt *time.Time      `db:"withdrawn_at"`
		ImportID    survey.ImportID `db:"import_id"`
	}
	if err := tx.SelectContext(ctx, &rows, sqlConsentRows, id); err != nil {
		return view.ConsentLedger{}, err
	}
	l := view.ConsentLedger{ContactID: head.ID, Code: head.Code, Name: survey.PersonName(head.Name), ImportID: head.ImportID,
		Basis: head.Basis, Suppressed: head.Suppressed, Rows: make([]view.ConsentRow, len(rows))}
	for i, r := range rows {
		l.Rows[i] = view.ConsentRow(r)
	}
	return l, nil
}

const sqlAppendConsent = `
INSERT INTO consent (contact_id, purpose, channel, basis, text_shown, source, evidence, actor, given_at, withdrawn_at, merge_id)
VALUES ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, nullif($11::bigint, 0)) RETURNING id`

// appendConsent adds a row to the ledger; none is ever changed. merge is the merge that
// takes it over from another contact, 0 for what was said of this one.
func appendConsent(ctx context.Context, tx *sqlx.Tx, c survey.Consent, merge int64) (int64, error) {
	var id int64
	err := tx.GetContext(ctx, &id, sqlAppendConsent, c.ContactID, c.Purpose, c.Channel, c.Basis, c.TextShown, c.Source, c.Evidence,
		c.Actor, c.GivenAt, nullTime(c.WithdrawnAt), merge)
	return id, err
}

// AppendConsent adds a row to the ledger of a contact, or of the one it was merged
// into, and puts it on record. The contact is locked: a merge that is under way is
// waited for, and finds the row. Who follows a merge locks two contacts, and may
// meet the next one half way: then it begins anew.
func (db *DB) AppendConsent(ctx context.Context, row survey.Consent, a view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		for {
			var into survey.ContactID
			if err := tx.GetContext(ctx, &into, sqlLockContact, row.ContactID); err != nil {
				return err
			}
			if into == 0 {
				break
			}
			row.ContactID = into
		}
		id, err := appendConsent(ctx, tx, row, 0)
		if err != nil {
			return err
		}
		a.ContactID = row.ContactID
		a.Detail["consent"] = id
		return recordAudit(ctx, tx, a)
	})
}
