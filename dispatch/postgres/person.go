package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// An id before a code. The id of somebody who was erased is nobody's for ever:
// a code of the same figures is another person's.
const sqlFindContact = `
SELECT id FROM contact WHERE id = $1 OR (lower(code) = lower($2)
	AND NOT EXISTS (SELECT 1 FROM audit WHERE contact_id = $1 AND act = 'erase'))
ORDER BY id <> $1 LIMIT 1`

// FindContact returns whom a reference names, or an error of kind NotFound.
func (db *DB) FindContact(ctx context.Context, ref view.ContactRef) (survey.ContactID, error) {
	var id survey.ContactID
	err := one(db.x.SelectContext, ctx, &id, sqlFindContact, ref.ID, ref.Code)
	if err == nil && id == 0 {
		err = &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound, Args: map[string]string{"name": ref.Code}}
	}
	return id, err
}

// ContactCard reads what the help desk sees of one contact, in one snapshot.
// keysOf gives the keyed hashes under which an address may be barred.
func (db *DB) ContactCard(ctx context.Context, id survey.ContactID, keysOf func(survey.EndpointKind, string) [][]byte) (view.ContactCard, error) {
	var out view.ContactCard
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		r := cardReader{ctx: ctx, tx: tx, id: id, card: &out}
		for _, part := range []func() error{r.contact, r.merged, r.endpoints, r.shared,
			func() error { return r.stops(keysOf) }, r.consents, r.invitations, r.attempts, r.changes} {
			if err := part(); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// cardReader reads a card, a part at a time.
type cardReader struct {
	ctx  context.Context
	tx   *sqlx.Tx
	id   survey.ContactID
	card *view.ContactCard
}

// importRow is an import that a row names, if it still does.
type importRow struct {
	ID     sql.NullInt64  `db:"import_id"`
	Source sql.NullString `db:"import_source"`
	At     sql.NullTime   `db:"import_at"`
}

func (r importRow) mark() *view.ImportMark {
	if !r.ID.Valid {
		return nil
	}
	return &view.ImportMark{ID: survey.ImportID(r.ID.Int64), Source: r.Source.String, At: r.At.Time}
}

const sqlCardContact = `
SELECT ` + sqlContactColumns + `, coalesce(c.created_at, r.started_at) AS created_at,
	coalesce(c.updated_at, c.created_at, r.started_at) AS updated_at, c.left_at, c.hours_at, c.hours_source,
	r.id AS import_id, r.source AS import_source, r.started_at AS import_at
FROM contact c LEFT JOIN import_run r ON r.id = c.import_id WHERE c.id = $1`

func (r cardReader) contact() error {
	var row struct {
		contactRow
		CreatedAt time.Time    `db:"created_at"`
		UpdatedAt time.Time    `db:"updated_at"`
		LeftAt    sql.NullTime `db:"left_at"`
		HoursAt   sql.NullTime `db:"hours_at"`
		HoursFrom string       `db:"hours_source"`
		importRow
	}
	err := r.tx.GetContext(r.ctx, &row, sqlCardContact, r.id)
	*r.card = view.ContactCard{ID: row.contactRow.ID, Code: row.Code, Name: survey.PersonName(row.Name), Title: row.Title, Sex: row.Sex,
		Birth: row.Birth, Language: row.Language, Zone: row.Zone, Hours: row.Hours, HoursAt: row.HoursAt.Time, HoursSource: row.HoursFrom, Unit: row.Unit, UnitCode: row.UnitCode, Attributes: row.Attributes.V,
		CreatedAt: row.CreatedAt, UpdatedAt: row.UpdatedAt, LeftAt: row.LeftAt.Time, Import: row.mark()}
	return err
}

const sqlCardMerged = `
SELECT o.id, coalesce(o.code, '') AS code, o.name, o.id = c.merged_into AS is_into
FROM contact c JOIN contact o ON o.id = c.merged_into OR o.merged_into = c.id WHERE c.id = $1 ORDER BY o.id`

func (r cardReader) merged() error {
	var rows []struct {
		ID     survey.ContactID
		Code   string
		Name   string
		IsInto sql.NullBool `db:"is_into"`
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardMerged, r.id)
	for _, o := range rows {
		who := view.Housemate{ID: o.ID, Code: o.Code, Name: survey.PersonName(o.Name)}
		if o.IsInto.Bool {
			r.card.MergedInto = &who
		} else {
			r.card.MergedFrom = append(r.card.MergedFrom, who)
		}
	}
	return err
}

const sqlCardEndpoints = `
SELECT e.id, e.kind, e.address, e.sms, e.status, e.rank, e.source, e.label, coalesce(e.created_at, r.started_at) AS created_at,
	r.id AS import_id, r.source AS import_source, r.started_at AS import_at
FROM endpoint e LEFT JOIN import_run r ON r.id = e.import_id WHERE e.contact_id = $1 ORDER BY e.kind, e.rank, e.id`

func (r cardReader) endpoints() error {
	var rows []struct {
		EndpointID survey.EndpointID `db:"id"`
		Kind       survey.EndpointKind
		Address    string
		SMS        bool
		Status     survey.EndpointStatus
		Rank       int
		From       string `db:"source"`
		Label      string
		CreatedAt  time.Time `db:"created_at"`
		importRow
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardEndpoints, r.id)
	for _, e := range rows {
		r.card.Endpoints = append(r.card.Endpoints, view.EndpointCard{ID: e.EndpointID, Kind: e.Kind, Address: e.Address,
			SMS: e.SMS, Status: e.Status, Rank: e.Rank, Source: e.From, Label: e.Label, Import: e.mark(), Since: e.CreatedAt})
	}
	return err
}

const sqlCardShared = `
SELECT e.id AS endpoint_id, c.id, coalesce(c.code, '') AS code, c.name
FROM endpoint e JOIN endpoint o ON lower(o.address) = lower(e.address) AND o.kind = e.kind AND o.contact_id <> e.contact_id
JOIN contact c ON c.id = o.contact_id AND c.left_at IS NULL
WHERE e.contact_id = $1 ORDER BY c.id`

func (r cardReader) shared() error {
	var rows []struct {
		EndpointID survey.EndpointID `db:"endpoint_id"`
		ID         survey.ContactID
		Code       string
		Name       string
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardShared, r.id)
	for _, o := range rows {
		i := slices.IndexFunc(r.card.Endpoints, func(e view.EndpointCard) bool { return e.ID == o.EndpointID })
		e := &r.card.Endpoints[i]
		e.Shared = append(e.Shared, view.Housemate{ID: o.ID, Code: o.Code, Name: survey.PersonName(o.Name)})
	}
	return err
}

const sqlCardStops = `
SELECT s.contact_id = $1 IS TRUE AS person, s.address_key, coalesce(s.channel, '') AS channel, s.scope, coalesce(k.name, '') AS campaign,
	s.source, s.at, s.lifted_at
FROM suppression s LEFT JOIN campaign k ON k.id = s.campaign_id
WHERE s.contact_id = $1 OR s.address_key = ANY($2) ORDER BY s.at, s.id`

// stops reads the do-not-contact facts, and marks the addresses that are barred.
func (r cardReader) stops(keysOf func(survey.EndpointKind, string) [][]byte) error {
	var keys pq.ByteaArray
	at := map[string]int{} // key → place in the list of endpoints
	for i, e := range r.card.Endpoints {
		for _, k := range keysOf(e.Kind, e.Address) {
			keys, at[string(k)] = append(keys, k), i
		}
	}
	var rows []struct {
		Person     bool
		AddressKey []byte `db:"address_key"`
		Channel    survey.Channel
		Scope      survey.SuppressionScope
		Campaign   string
		Source     string
		At         time.Time
		LiftedAt   sql.NullTime `db:"lifted_at"`
	}
	if err := r.tx.SelectContext(r.ctx, &rows, sqlCardStops, r.id, keys); err != nil {
		return err
	}
	for _, s := range rows {
		line := view.StopLine{Channel: s.Channel, Scope: s.Scope, Campaign: s.Campaign, Source: s.Source, At: s.At, LiftedAt: s.LiftedAt.Time}
		if i, ok := at[string(s.AddressKey)]; ok {
			e := &r.card.Endpoints[i]
			line.Address = e.Address
			if !s.LiftedAt.Valid && s.Scope == survey.SuppressAll && (s.Channel == "" || s.Channel.EndpointKind() == e.Kind) {
				e.Status = view.EndpointSuppressed
			}
		}
		r.card.Stops = append(r.card.Stops, line)
	}
	return nil
}

// The ground of the import counts where no line of the contact's own fits, so
// it is left out when one fits everything.
const sqlCardConsents = `
SELECT coalesce(o.purpose, '') AS purpose, coalesce(o.channel, '') AS channel, o.basis, o.text_shown, o.source, o.evidence,
	o.actor, o.given_at, o.withdrawn_at, false AS of_import, o.id
FROM consent o WHERE o.contact_id = $1
UNION ALL
SELECT '', '', r.basis, r.consent_text, coalesce(nullif(r.consent_source, ''), r.source), '', r.actor, r.started_at, NULL, true, 0
FROM contact c JOIN import_run r ON r.id = c.import_id
WHERE c.id = $1 AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.contact_id = c.id AND o.purpose IS NULL AND o.channel IS NULL)
ORDER BY id`

func (r cardReader) consents() error {
	var rows []struct {
		Purpose     survey.Purpose
		Channel     survey.Channel
		Basis       string
		TextShown   string `db:"text_shown"`
		Source      string
		Evidence    string
		Actor       string
		GivenAt     time.Time    `db:"given_at"`
		WithdrawnAt sql.NullTime `db:"withdrawn_at"`
		OfImport    bool         `db:"of_import"`
		ID          int64
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardConsents, r.id)
	for _, o := range rows {
		r.card.Consents = append(r.card.Consents, view.ConsentLine{Purpose: o.Purpose, Channel: o.Channel, Basis: o.Basis,
			TextShown: o.TextShown, Source: o.Source, Evidence: o.Evidence, Actor: o.Actor, GivenAt: o.GivenAt,
			WithdrawnAt: o.WithdrawnAt.Time, OfImport: o.OfImport})
	}
	return err
}

const sqlCardInvitations = `
SELECT i.id, k.name AS campaign, i.state, coalesce(i.disposition, '') AS disposition, i.closed_at
FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.contact_id = $1 ORDER BY i.id`

func (r cardReader) invitations() error {
	var rows []struct {
		ID          survey.InvitationID
		Campaign    string
		State       survey.InvitationState
		Disposition survey.Disposition
		ClosedAt    sql.NullTime `db:"closed_at"`
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardInvitations, r.id)
	for _, i := range rows {
		r.card.Invitations = append(r.card.Invitations, view.InvitationCard{ID: i.ID, Campaign: i.Campaign, State: i.State,
			Disposition: i.Disposition, ClosedAt: i.ClosedAt.Time})
	}
	return err
}

func (r cardReader) attempts() error {
	ids := make([]survey.InvitationID, len(r.card.Invitations))
	for i, inv := range r.card.Invitations {
		ids[i] = inv.ID
	}
	byCase, err := attemptsOf(r.ctx, r.tx, ids)
	for i := range r.card.Invitations {
		inv := &r.card.Invitations[i]
		for _, a := range byCase[inv.ID] {
			card := view.AttemptCard{Channel: a.Channel, Step: a.Step, Try: a.Try, State: a.State, Reason: a.Reason, At: a.DueAt}
			if !a.SentAt.IsZero() {
				card.At = a.SentAt
			}
			if !a.EndedAt.IsZero() {
				card.At = a.EndedAt
			}
			inv.Attempts = append(inv.Attempts, card)
		}
	}
	return err
}

const sqlCardChanges = `
SELECT r.id AS import_id, r.source AS import_source, r.started_at AS import_at, h.place, h.before, h.after
FROM import_change h JOIN import_run r ON r.id = h.import_id WHERE h.contact_id = $1 ORDER BY r.id`

func (r cardReader) changes() error {
	var rows []struct {
		importRow
		Place  string
		Before json.RawMessage
		After  json.RawMessage
	}
	err := r.tx.SelectContext(r.ctx, &rows, sqlCardChanges, r.id)
	for _, h := range rows {
		r.card.Changes = append(r.card.Changes, view.ImportChange{Import: *h.mark(), Place: h.Place, Before: h.Before, After: h.After})
	}
	return err
}
