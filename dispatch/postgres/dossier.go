package postgres

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A contact that was merged into another is the same person, as are all that
// were merged into that one.
const sqlSamePerson = `
WITH RECURSIVE person (id) AS (
	SELECT id FROM contact WHERE id = $1
	UNION
	SELECT o.id FROM person p JOIN contact c ON c.id = p.id JOIN contact o ON o.id = c.merged_into OR o.merged_into = c.id)
SELECT id FROM person ORDER BY id`

func samePerson(ctx context.Context, tx *sqlx.Tx, id survey.ContactID) ([]survey.ContactID, error) {
	var ids []survey.ContactID
	err := tx.SelectContext(ctx, &ids, sqlSamePerson, id)
	if err == nil && len(ids) == 0 {
		err = noContact(id)
	}
	return ids, err
}

// The parts of a dossier; $1 are the contacts that are the person. What a row
// says of other people, keyed hashes and what only serves the machine stay out.
const (
	sqlDossierContacts = `
SELECT c.id, c.code, c.name, c.title, c.sex, c.birth, c.language, c.zone, c.hours, c.hours_at, c.hours_source, c.unit, c.unit_code, c.attributes, c.corrected, c.import_id,
	coalesce(c.created_at, r.started_at) AS created_at, c.updated_at, c.left_at, c.merged_into
FROM contact c LEFT JOIN import_run r ON r.id = c.import_id WHERE c.id = ANY($1) ORDER BY c.id`
	sqlDossierEndpoints = `
SELECT e.contact_id, e.kind, e.address, e.sms, e.status, e.not_theirs_at, e.rank, e.source, r.source AS list, e.place, e.label,
	coalesce(e.created_at, r.started_at) AS created_at
FROM endpoint e LEFT JOIN import_run r ON r.id = e.import_id WHERE e.contact_id = ANY($1) ORDER BY e.id`
	sqlDossierConsents = `
SELECT contact_id, purpose, channel, basis, text_shown, source, evidence, actor, given_at, withdrawn_at
FROM consent WHERE contact_id = ANY($1) ORDER BY id`
	sqlDossierStops = `
SELECT s.contact_id, s.address_key IS NOT NULL AS by_address, s.channel, s.scope, k.name AS campaign, s.source, s.words, s.at,
	s.lifted_at, s.lifted_source, s.lifted_words
FROM suppression s LEFT JOIN campaign k ON k.id = s.campaign_id
WHERE s.contact_id = ANY($1) OR s.address_key = ANY($2) ORDER BY s.id`
	sqlDossierChanges = `
SELECT r.source AS list, r.started_at, h.contact_id, h.place, h.before, h.after
FROM import_change h JOIN import_run r ON r.id = h.import_id WHERE h.contact_id = ANY($1) ORDER BY r.id`
	sqlDossierFrames = `
SELECT k.name AS campaign, f.contact_id, f.stratum, f.resting
FROM (SELECT campaign_id, contact_id, stratum, false AS resting FROM frame_unit
	UNION ALL SELECT campaign_id, contact_id, stratum, true FROM frame_resting) f JOIN campaign k ON k.id = f.campaign_id
WHERE f.contact_id = ANY($1) ORDER BY k.id`
	sqlDossierInvitations = `
SELECT i.id, k.name AS campaign, i.contact_id, i.stratum, i.inclusion, i.weight, i.state, i.disposition, i.disposition_reason,
	i.language, i.human_at, i.late_at, i.wrong_person_at, i.message_left_at, i.refused_at, i.refusal, i.progress, i.closed_at
FROM invitation i JOIN campaign k ON k.id = i.campaign_id WHERE i.contact_id = ANY($1) ORDER BY i.id`
	sqlDossierAttempts = `
SELECT a.id, a.invitation_id, a.step, a.channel, a.try, e.address, a.state, a.reason, a.due_at, a.planned_at, a.sent_at, a.ended_at,
	a.provider_id, a.provider_code
FROM attempt a JOIN invitation i ON i.id = a.invitation_id LEFT JOIN endpoint e ON e.id = a.endpoint_id
WHERE i.contact_id = ANY($1) ORDER BY a.id`
	sqlDossierNotices = `
SELECT n.id, n.invitation_id, n.channel, n.address, p.prompts, p.words,
	n.state, n.reason, n.created_at, n.sent_at, n.ended_at, n.provider_id
FROM notice n LEFT JOIN readable_notice p ON p.id = n.id LEFT JOIN invitation i ON i.id = n.invitation_id
WHERE i.contact_id = ANY($1) OR (n.invitation_id IS NULL AND lower(n.address) = ANY($2)) ORDER BY n.id`
	sqlDossierInbox = `
SELECT x.id, x.invitation_id, x.kind, x.provider, x.provider_id, x.received_at, x.applied_at, x.outcome, x.reason,
	p.payload
FROM inbox x LEFT JOIN readable_inbox p ON p.id = x.id LEFT JOIN invitation i ON i.id = x.invitation_id
WHERE i.contact_id = ANY($1)
	OR (x.invitation_id IS NULL AND (lower(p.payload ->> 'from') = ANY($2) OR lower(p.payload ->> 'to') = ANY($2))) ORDER BY x.id`
	sqlDossierConversations = `
SELECT t.id, t.invitation_id, t.mode, t.phone, t.opened_at, t.closed_at,
	s.state
FROM conversation t LEFT JOIN readable_conversation s ON s.id = t.id JOIN invitation i ON i.id = t.invitation_id
WHERE i.contact_id = ANY($1) ORDER BY t.id`
	sqlDossierEvents = `
SELECT v.invitation_id, v.attempt_id, v.at, v.kind, v.actor, v.reason, v.args
FROM event v JOIN invitation i ON i.id = v.invitation_id WHERE i.contact_id = ANY($1) ORDER BY v.id`
	sqlDossierAnswers = `
SELECT i.id AS invitation_id, k.name AS campaign, a.state, a.mode, a.started_at, a.submitted_at, a.question, a.value, a.missing,
	a.answered_by, a.answered_in, a.assigned_by, a.answered_at, a.earlier
FROM invitation i JOIN campaign k ON k.id = i.campaign_id JOIN identified_answer a ON a.invitation_id = i.id
WHERE i.contact_id = ANY($1) ORDER BY i.id, a.answered_at, a.question`
	sqlDossierApart = `
SELECT k.name AS campaign, k.confidentiality FROM invitation i JOIN campaign k ON k.id = i.campaign_id
WHERE i.contact_id = ANY($1) AND k.confidentiality <> 'identified'
	AND (i.state = 'started' OR i.sealed IS NOT NULL OR i.disposition IN ('1.1', '1.2', '2.12') OR (i.progress ->> 'answered')::int > 0) ORDER BY i.id`
	sqlDossierAudit = `
SELECT at, actor, act, reason FROM audit WHERE contact_id = ANY($1) ORDER BY id`
)

// What came from an address before anybody was known to have it. A shared one
// does not say whose words they were.
const sqlOwnAddresses = `
SELECT lower(e.address) FROM endpoint e WHERE e.contact_id = ANY($1) AND NOT EXISTS (
	SELECT 1 FROM endpoint o WHERE lower(o.address) = lower(e.address) AND o.kind = e.kind AND o.contact_id <> ALL($1))`

// Dossier reads everything held about one person as it is at one moment, and puts on
// record that somebody did.
func (db *DB) Dossier(ctx context.Context, o view.DossierOrder, keysOf func(survey.EndpointKind, string) [][]byte) (view.Dossier, error) {
	var out view.Dossier
	err := db.retriedAs(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead}, func(tx *sqlx.Tx) error {
		out = view.Dossier{MadeAt: o.Now}
		return dossier(ctx, tx, o, keysOf, &out)
	})
	return out, err
}

func dossier(ctx context.Context, tx *sqlx.Tx, o view.DossierOrder, keysOf func(survey.EndpointKind, string) [][]byte, out *view.Dossier) error {
	people, err := samePerson(ctx, tx, o.ContactID)
	if err != nil {
		return err
	}
	if err := recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "export", ContactID: o.ContactID, Reason: o.Reason}); err != nil {
		return err
	}
	endpoints, err := addressesOf(ctx, tx, people)
	if err != nil {
		return err
	}
	var keys pq.ByteaArray
	for _, e := range endpoints {
		keys = append(keys, keysOf(e.Kind, e.Address)...)
	}
	ids := ints(people)
	own := pq.StringArray{}
	if err := tx.SelectContext(ctx, &own, sqlOwnAddresses, ids); err != nil {
		return err
	}
	for _, part := range []struct {
		to    *json.RawMessage
		query string
		args  []any
	}{
		{&out.Contacts, sqlDossierContacts, []any{ids}}, {&out.Endpoints, sqlDossierEndpoints, []any{ids}},
		{&out.Consents, sqlDossierConsents, []any{ids}}, {&out.Stops, sqlDossierStops, []any{ids, keys}},
		{&out.ImportChanges, sqlDossierChanges, []any{ids}}, {&out.Frames, sqlDossierFrames, []any{ids}},
		{&out.Invitations, sqlDossierInvitations, []any{ids}}, {&out.Attempts, sqlDossierAttempts, []any{ids}},
		{&out.Notices, sqlDossierNotices, []any{ids, own}}, {&out.Inbox, sqlDossierInbox, []any{ids, own}},
		{&out.Conversations, sqlDossierConversations, []any{ids}}, {&out.Events, sqlDossierEvents, []any{ids}},
		{&out.Answers, sqlDossierAnswers, []any{ids}}, {&out.AnswersKeptApart, sqlDossierApart, []any{ids}},
		{&out.Audit, sqlDossierAudit, []any{ids}},
	} {
		if err := rowsAsJSON(ctx, tx, part.to, part.query, part.args...); err != nil {
			return err
		}
	}
	return nil
}

const sqlPersonAddresses = `
SELECT contact_id, kind, address FROM endpoint WHERE contact_id = ANY($1) ORDER BY id`

type addressRow struct {
	ContactID survey.ContactID `db:"contact_id"`
	Kind      survey.EndpointKind
	Address   string
}

func addressesOf(ctx context.Context, tx *sqlx.Tx, people []survey.ContactID) ([]addressRow, error) {
	var rows []addressRow
	err := tx.SelectContext(ctx, &rows, sqlPersonAddresses, ints(people))
	return rows, err
}

// rowsAsJSON is what query gives, as a list of objects named by its columns.
func rowsAsJSON(ctx context.Context, tx *sqlx.Tx, to *json.RawMessage, query string, args ...any) error {
	return tx.GetContext(ctx, to, "SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM ("+query+") AS t", args...)
}
