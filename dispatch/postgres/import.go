package postgres

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// importLock keeps two imports from making the same person twice.
const importLock = 0x63616e76_696d7074 // "canvimpt"

const sqlImportLock = `SELECT pg_advisory_xact_lock($1)`

const sqlBeginImport = `
INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ($1, $2, $3, $4, $5, 'merged') RETURNING id`

const sqlFinishImport = `
UPDATE import_run SET finished_at = $2, created = $3, updated = $4, unchanged = $5, rejected = $6 WHERE id = $1`

var errDryRun = errors.New("postgres: dry run")

// ImportContacts merges a list into the contact list, batch by batch and all in
// one transaction: a list that breaks off in the middle leaves nothing behind.
// merge decides on each batch with all that is known of its people. A dry run
// does the same and rolls back.
func (db *DB) ImportContacts(ctx context.Context, run view.ImportRun, batches iter.Seq2[view.ImportBatch, error],
	merge func(view.ImportStep) ([]view.Merge, error)) (view.ImportCounts, error) {
	var counts view.ImportCounts
	err := db.within(ctx, func(tx *sqlx.Tx) error {
		counts = view.ImportCounts{}
		w := importWriter{ctx: ctx, tx: tx, run: run}
		if _, err := tx.ExecContext(ctx, sqlImportLock, int64(importLock)); err != nil {
			return err
		}
		err := tx.GetContext(ctx, &w.id, sqlBeginImport, run.Source, append([]byte{}, run.SHA256...), run.Basis, run.Actor, run.Now)
		if err != nil {
			return err
		}
		for batch, err := range batches {
			if err != nil {
				return err
			}
			counts.Rejected += batch.Rejected
			merges, err := w.batch(batch.People, merge)
			if err != nil {
				return err
			}
			for _, m := range merges {
				counts.Add(m.Outcome)
			}
		}
		_, err = tx.ExecContext(ctx, sqlFinishImport, w.id, run.Now, counts.Created, counts.Updated, counts.Unchanged, counts.Rejected)
		if err == nil && run.DryRun {
			return errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return counts, err
}

// importWriter writes the batches of one import.
type importWriter struct {
	ctx context.Context
	tx  *sqlx.Tx
	run view.ImportRun
	id  survey.ImportID
}

const sqlFreshContacts = `
SELECT nextval(pg_get_serial_sequence('contact', 'id')) FROM generate_series(1, $1::int)`

func (w *importWriter) batch(people []view.Person, merge func(view.ImportStep) ([]view.Merge, error)) ([]view.Merge, error) {
	if len(people) == 0 {
		return nil, nil
	}
	step := view.ImportStep{People: people}
	var err error
	if step.Known, err = w.known(people); err != nil {
		return nil, err
	}
	if err := w.tx.SelectContext(w.ctx, &step.Fresh, sqlFreshContacts, len(people)); err != nil {
		return nil, err
	}
	merges, err := merge(step)
	if err != nil {
		return nil, err
	}
	for _, write := range []func([]view.Merge) error{w.create, w.update, w.endpoints, w.suppress} {
		if err := write(merges); err != nil {
			return nil, err
		}
	}
	return merges, nil
}

// Codes are told apart without regard to case; an index finds the usual three.
const sqlKnown = `
SELECT c.id, coalesce(c.code, '') AS code, c.name, c.title, c.sex, coalesce(c.birth, 0) AS birth, c.language, c.unit, c.attributes,
	c.left_at IS NOT NULL AS gone,
	EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = c.id AND s.source = 'import') AS suppressed
FROM contact c WHERE c.id IN (
	SELECT id FROM contact WHERE code = ANY($1)
	UNION SELECT contact_id FROM endpoint WHERE kind IN ('email', 'phone') AND address = ANY($2)
	UNION SELECT id FROM contact n WHERE n.name_folded = ANY($3)
		AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = n.id))
ORDER BY c.id FOR UPDATE`

const sqlKnownEndpoints = `
SELECT id, contact_id, kind, address, sms, status, rank FROM endpoint WHERE contact_id = ANY($1) ORDER BY contact_id, kind, rank, id`

type knownRow struct {
	ID         survey.ContactID `db:"id"`
	Code       string
	Name       string
	Title      string
	Sex        string
	Birth      int
	Language   survey.Lang
	Unit       string
	Attributes document[map[string]string]
	Left       bool `db:"gone"`
	Suppressed bool
}

type endpointRow struct {
	ID        survey.EndpointID `db:"id"`
	ContactID survey.ContactID  `db:"contact_id"`
	Kind      survey.EndpointKind
	Address   string
	SMS       bool
	Status    survey.EndpointStatus
	Rank      int
}

// known finds who on the list shares the code or an address with somebody of
// the batch; whoever has no address is found by name.
func (w *importWriter) known(people []view.Person) ([]view.Known, error) {
	var codes, addresses, names pq.StringArray
	for _, p := range people {
		if c := p.Contact.Code; c != "" {
			codes = append(codes, c, strings.ToUpper(c), strings.ToLower(c))
		}
		for _, e := range p.Contact.Endpoints {
			addresses = append(addresses, e.Address, strings.ToLower(e.Address))
		}
		if len(p.Contact.Endpoints) == 0 {
			names = append(names, p.SearchKey)
		}
	}
	var rows []knownRow
	if err := w.tx.SelectContext(w.ctx, &rows, sqlKnown, codes, addresses, names); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]view.Known, len(rows))
	ids := make([]survey.ContactID, len(rows))
	at := map[survey.ContactID]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		out[i] = view.Known{Left: r.Left, Suppressed: r.Suppressed, Contact: survey.Contact{ID: r.ID, Code: r.Code,
			Name: survey.PersonName(r.Name), Title: r.Title, Sex: r.Sex, Birth: r.Birth, Language: r.Language,
			Unit: r.Unit, Attributes: r.Attributes.V}}
	}
	var endpoints []endpointRow
	if err := w.tx.SelectContext(w.ctx, &endpoints, sqlKnownEndpoints, ints(ids)); err != nil {
		return nil, err
	}
	for _, e := range endpoints {
		c := &out[at[e.ContactID]].Contact
		c.Endpoints = append(c.Endpoints, survey.Endpoint{ID: e.ID, ContactID: e.ContactID, Kind: e.Kind,
			Address: e.Address, SMS: e.SMS, Status: e.Status, Rank: e.Rank})
	}
	return out, nil
}

// contactColumns are the columns of contacts as parameters.
type contactColumns struct {
	id, random, birth                              pq.Int64Array
	code, name, key, title, sex, lang, unit, attrs pq.StringArray
	left                                           pq.BoolArray
}

func columnsOf(merges []view.Merge) (contactColumns, error) {
	var c contactColumns
	for _, m := range merges {
		attributes := m.Contact.Attributes
		if attributes == nil {
			attributes = map[string]string{}
		}
		doc, err := encoded(attributes)
		if err != nil {
			return c, err
		}
		c.id = append(c.id, int64(m.Contact.ID))
		c.random = append(c.random, int64(m.Contact.Random^1<<63)) // as RandomNumber.Value stores it
		c.birth = append(c.birth, int64(m.Contact.Birth))
		c.code, c.name = append(c.code, m.Contact.Code), append(c.name, string(m.Contact.Name))
		c.key, c.title = append(c.key, m.SearchKey), append(c.title, m.Contact.Title)
		c.sex, c.lang = append(c.sex, m.Contact.Sex), append(c.lang, string(m.Contact.Language.Or(survey.Vietnamese)))
		c.unit, c.attrs = append(c.unit, m.Contact.Unit), append(c.attrs, doc)
		c.left = append(c.left, m.Leave)
	}
	return c, nil
}

func only(merges []view.Merge, keep func(view.Merge) bool) []view.Merge {
	return slices.DeleteFunc(slices.Clone(merges), func(m view.Merge) bool { return !keep(m) })
}

const sqlCreateContacts = `
INSERT INTO contact (id, code, name, name_folded, title, sex, birth, language, unit, attributes, left_at, random_number,
	import_id, created_at, updated_at)
OVERRIDING SYSTEM VALUE
SELECT id, nullif(code, ''), name, name_folded, title, sex, nullif(birth, 0), language, unit, attributes::jsonb,
	CASE WHEN gone THEN $12::timestamptz END, random_number, $13, $12, $12
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
	$10::text[], $11::boolean[], $14::bigint[])
	AS u (id, code, name, name_folded, title, sex, birth, language, unit, attributes, gone, random_number)`

const sqlConsentOf = `
INSERT INTO consent (contact_id, basis, text_shown, source, given_at)
SELECT id, $2, $3, $4, $5 FROM unnest($1::bigint[]) AS u (id)`

func (w *importWriter) create(merges []view.Merge) error {
	fresh := only(merges, func(m view.Merge) bool { return m.Outcome == view.MergeCreated })
	if len(fresh) == 0 {
		return nil
	}
	c, err := columnsOf(fresh)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlCreateContacts, c.id, c.code, c.name, c.key, c.title, c.sex, c.birth, c.lang,
		c.unit, c.attrs, c.left, w.run.Now, w.id, c.random)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlConsentOf, c.id, w.run.Basis, w.run.ConsentText, w.run.ConsentSource, w.run.Now)
	return err
}

// The permanent random number is not among the columns: it is never redrawn.
const sqlUpdateContacts = `
UPDATE contact c SET code = nullif(u.code, ''), name = u.name, name_folded = u.name_folded, title = u.title, sex = u.sex,
	birth = nullif(u.birth, 0), language = u.language, unit = u.unit, attributes = u.attributes::jsonb,
	left_at = CASE WHEN u.gone THEN coalesce(c.left_at, $12) ELSE c.left_at END, import_id = $13, updated_at = $12
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
	$10::text[], $11::boolean[]) AS u (id, code, name, name_folded, title, sex, birth, language, unit, attributes, gone)
WHERE c.id = u.id`

func (w *importWriter) update(merges []view.Merge) error {
	changed := only(merges, func(m view.Merge) bool { return m.Outcome != view.MergeCreated && (m.Write || m.Leave) })
	if len(changed) == 0 {
		return nil
	}
	c, err := columnsOf(changed)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, sqlUpdateContacts, c.id, c.code, c.name, c.key, c.title, c.sex, c.birth, c.lang,
		c.unit, c.attrs, c.left, w.run.Now, w.id)
	return err
}

const sqlAddEndpoints = `
INSERT INTO endpoint (contact_id, kind, address, sms, rank, source, created_at)
SELECT contact_id, kind, address, sms, rank, 'import', $6
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::int[]) AS u (contact_id, kind, address, sms, rank)
ON CONFLICT (lower(address), kind, contact_id) DO NOTHING`

func (w *importWriter) endpoints(merges []view.Merge) error {
	var contact, rank pq.Int64Array
	var kind, address pq.StringArray
	var sms pq.BoolArray
	for _, m := range merges {
		for _, e := range m.Endpoints {
			contact, rank = append(contact, int64(m.Contact.ID)), append(rank, int64(e.Rank))
			kind, address, sms = append(kind, string(e.Kind)), append(address, e.Address), append(sms, e.SMS)
		}
	}
	if len(contact) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlAddEndpoints, contact, kind, address, sms, rank, w.run.Now)
	return err
}

const sqlSuppressImported = `
INSERT INTO suppression (contact_id, scope, source, at) SELECT id, 'all', 'import', $2 FROM unnest($1::bigint[]) AS u (id)`

func (w *importWriter) suppress(merges []view.Merge) error {
	var ids []survey.ContactID
	for _, m := range merges {
		if m.Suppress {
			ids = append(ids, m.Contact.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, sqlSuppressImported, ints(ids), w.run.Now)
	return err
}
