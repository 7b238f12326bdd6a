package postgres

import (
	"context"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// mergeWriter reads who is known and writes what was decided.
type mergeWriter struct {
	ctx context.Context
	tx  *sqlx.Tx
	run view.ImportRun
	id  survey.ImportID
	// shared are the addresses that turn out to be those of several people.
	shared sharedAddresses
}

// mergedAtOnce is how many rows are decided on in one round.
const mergedAtOnce = 1000

// batch asks about some rows, in order, and writes what is decided.
func (w *mergeWriter) batch(lines []view.ImportLine, merge func(view.ImportStep) ([]view.Merge, error)) ([]view.Merge, error) {
	step := view.ImportStep{Lines: lines}
	var err error
	if step.Known, err = w.known(step.Lines); err != nil {
		return nil, err
	}
	merges, err := merge(step)
	if err != nil {
		return nil, err
	}
	for _, write := range []func([]view.Merge) error{w.create, w.update, w.endpoints, w.consents, w.suppress} {
		if err := write(merges); err != nil {
			return nil, err
		}
	}
	w.share(step, merges)
	return merges, nil
}

// share notes the addresses of the rows that somebody else has, too.
func (w *mergeWriter) share(step view.ImportStep, merges []view.Merge) {
	owner := map[addressRow]survey.ContactID{}
	note := func(id survey.ContactID, endpoints []survey.Endpoint) {
		for _, e := range endpoints {
			key := addressRow{Kind: e.Kind, Address: strings.ToLower(e.Address)}
			if other, taken := owner[key]; taken && other != id {
				w.shared.add(e)
			}
			owner[key] = id
		}
	}
	for _, k := range step.Known {
		note(k.Contact.ID, k.Contact.Endpoints)
	}
	for i, line := range step.Lines {
		if id := merges[i].Contact.ID; id != 0 { // not rejected
			note(id, line.Contact.Endpoints)
		}
	}
}

// In a statement of its own, so that what it finds is looked up by the index.
const sqlKnownIDs = `
SELECT coalesce(merged_into, id) FROM contact WHERE lower(code) = ANY($1) AND code IS NOT NULL
UNION SELECT coalesce(merged_into, id) FROM contact WHERE lower(corrected ->> 'code') = ANY($1) AND corrected ? 'code'
UNION SELECT contact_id FROM endpoint WHERE lower(address) = ANY($2)
UNION SELECT id FROM contact n WHERE n.name_folded = ANY($3) AND n.code IS NULL
	AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = n.id)`

// Whoever was merged into another is found under the code and the addresses of
// that one.
const sqlKnown = `
SELECT ` + sqlContactColumns + `, coalesce(c.corrected, '{}') AS corrected, c.left_at IS NOT NULL AS gone, c.import_id IS NOT DISTINCT FROM $2 AS ours,
	EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = c.id AND s.source = 'import' AND (s.lifted_at IS NOT NULL OR s.merge_id IS NULL AND
		NOT EXISTS (SELECT 1 FROM contact_merge m WHERE m.kept = c.id AND m.undone_at IS NULL AND s.id = ANY(m.stops)))) AS suppressed,
	coalesce((SELECT string_agg(o.mark, ' ') FROM (SELECT DISTINCT ON (channel)
			coalesce(channel, '') || CASE WHEN merge_id IS NOT NULL OR withdrawn_at IS NOT NULL AND EXISTS (
				SELECT 1 FROM contact_merge m WHERE m.kept = c.id AND m.undone_at IS NULL AND consent.id = ANY(m.consents)) THEN '*' ELSE '' END || CASE WHEN withdrawn_at IS NULL THEN '+' ELSE '-' END AS mark
		FROM consent WHERE contact_id = c.id AND (purpose IS NULL OR withdrawn_at IS NOT NULL) ORDER BY channel, id DESC) AS o), '') AS consents
FROM contact c WHERE c.merged_into IS NULL AND c.id = ANY($1) ORDER BY c.id FOR NO KEY UPDATE OF c`

const sqlKnownEndpoints = `
SELECT e.id, e.contact_id, e.kind, e.address, e.sms, e.status, e.rank, e.label, e.place, e.import_id IS NOT DISTINCT FROM $2 AS ours
FROM unnest($1::bigint[]) AS u (id)
CROSS JOIN LATERAL (SELECT * FROM endpoint o WHERE o.contact_id = u.id ORDER BY o.kind, o.rank, o.id) AS e`

// Whom the contacts were before somebody made two of them one.
const sqlFormerSelves = `
SELECT merged_into AS id, coalesce(code, '') AS code, name FROM contact WHERE merged_into = ANY($1) ORDER BY id`

type knownRow struct {
	contactRow
	Corrected  document[map[string]string]
	Left       bool `db:"gone"`
	Ours       bool
	Suppressed bool
	Consents   string
}

type endpointRow struct {
	ID        survey.EndpointID `db:"id"`
	ContactID survey.ContactID  `db:"contact_id"`
	Kind      survey.EndpointKind
	Address   string
	SMS       bool
	Status    survey.EndpointStatus
	Rank      int
	Label     string
	Place     string
	Ours      bool
}

func (r endpointRow) endpoint() survey.Endpoint {
	return survey.Endpoint{ID: r.ID, ContactID: r.ContactID, Kind: r.Kind, Address: r.Address, SMS: r.SMS, Status: r.Status,
		Rank: r.Rank, Label: r.Label}
}

// known finds who on the list shares the code or an address with somebody of
// the batch; whoever has neither is found by name.
func (w *mergeWriter) known(lines []view.ImportLine) ([]view.Known, error) {
	var codes, addresses, names pq.StringArray
	for _, p := range lines {
		if c := p.Contact.Code; c != "" {
			codes = append(codes, strings.ToLower(c))
		}
		for _, e := range p.Contact.Endpoints {
			addresses = append(addresses, strings.ToLower(e.Address))
		}
		if len(p.Contact.Endpoints) == 0 && p.Contact.Code == "" {
			names = append(names, p.SearchKey)
		}
	}
	var found pq.Int64Array
	if err := w.tx.SelectContext(w.ctx, &found, sqlKnownIDs, codes, addresses, names); err != nil || len(found) == 0 {
		return nil, err
	}
	var rows []knownRow
	if err := w.tx.SelectContext(w.ctx, &rows, sqlKnown, found, w.id); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]view.Known, len(rows))
	ids := make([]survey.ContactID, len(rows))
	at := map[survey.ContactID]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		out[i] = view.Known{Left: r.Left, Ours: r.Ours, Suppressed: r.Suppressed, Consents: marksOf(r.Consents),
			Contact: r.contact(), Corrected: r.Corrected.V}
	}
	var endpoints []endpointRow
	if err := w.tx.SelectContext(w.ctx, &endpoints, sqlKnownEndpoints, ints(ids), w.id); err != nil {
		return nil, err
	}
	var former []struct {
		ID   survey.ContactID `db:"id"`
		Code string
		Name string
	}
	if err := w.tx.SelectContext(w.ctx, &former, sqlFormerSelves, ints(ids)); err != nil {
		return nil, err
	}
	for _, f := range former {
		k := &out[at[f.ID]]
		k.Former = append(k.Former, survey.Contact{Code: f.Code, Name: survey.PersonName(f.Name)})
	}
	for _, e := range endpoints {
		k := &out[at[e.ContactID]]
		if k.Ours && e.Ours && k.Place == "" {
			k.Place = e.Place
		}
		c := &k.Contact
		c.Endpoints = append(c.Endpoints, e.endpoint())
	}
	return out, nil
}

// marksOf reads marks of consent such as "email+ sms-"; + and - alone are for
// every channel, and * marks what a merge took over, or a no that it found.
func marksOf(text string) []survey.ConsentMark {
	var marks []survey.ConsentMark
	for word := range strings.FieldsSeq(text) {
		channel, taken := strings.CutSuffix(word[:len(word)-1], "*")
		marks = append(marks, survey.ConsentMark{Channel: survey.Channel(channel), Given: strings.HasSuffix(word, "+"), Taken: taken})
	}
	return marks
}

func only(merges []view.Merge, keep func(view.Merge) bool) []view.Merge {
	return slices.DeleteFunc(slices.Clone(merges), func(m view.Merge) bool { return !keep(m) })
}
