package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The addresses of a row, in order, as one value each.
const sqlHeldLines = `
SELECT l.line, l.place, l.contact_id, l.code, l.name, l.name_folded, l.title, l.sex, l.birth, l.language, l.unit, l.unit_code,
	l.attributes, l.random_number, l.opted_out, l.gone, l.consents, l.held, a.kinds, a.addresses, a.texts, a.labels
FROM staging.held h JOIN staging.line l USING (line)
LEFT JOIN (SELECT line, array_agg(kind ORDER BY rank) AS kinds, array_agg(address ORDER BY rank) AS addresses,
		array_agg(sms ORDER BY rank) AS texts, array_agg(label ORDER BY rank) AS labels
	FROM staging.address WHERE line IN (SELECT line FROM staging.held) GROUP BY line) AS a USING (line)
ORDER BY line`

const sqlCountHeld = `SELECT count(*) FROM staging.held`

// mergedAtOnce is how many rows are decided on in one round.
const mergedAtOnce = 1000

type heldRow struct {
	Line       int
	Place      string
	ContactID  survey.ContactID `db:"contact_id"`
	Code       string
	Name       string
	Folded     string `db:"name_folded"`
	Title      string
	Sex        string
	Birth      int
	Language   survey.Lang
	Unit       string
	UnitCode   string `db:"unit_code"`
	Attributes document[map[string]string]
	Random     survey.RandomNumber `db:"random_number"`
	OptedOut   bool                `db:"opted_out"`
	Gone       bool
	Consents   string
	Held       bool
	Kinds      pq.StringArray
	Addresses  pq.StringArray
	Texts      pq.BoolArray
	Labels     pq.StringArray
}

func (r heldRow) importLine() view.ImportLine {
	c := survey.Contact{ID: r.ContactID, Code: r.Code, Name: survey.PersonName(r.Name), Title: r.Title, Sex: r.Sex, Birth: r.Birth,
		Language: r.Language, Unit: r.Unit, UnitCode: r.UnitCode, Attributes: r.Attributes.V, Random: r.Random}
	for i, kind := range r.Kinds {
		c.Endpoints = append(c.Endpoints, survey.Endpoint{Kind: survey.EndpointKind(kind), Address: r.Addresses[i], SMS: r.Texts[i],
			Label: r.Labels[i], Rank: i, Status: survey.EndpointUnverified})
	}
	return view.ImportLine{Line: r.Line, Place: r.Place, Held: r.Held, Person: view.Person{Contact: c, SearchKey: r.Folded,
		Consents: marksOf(r.Consents), OptedOut: r.OptedOut, Left: r.Gone}}
}

// mergeHeld asks about the rows that stand not alone, in order, and writes what
// is decided.
func (j *importJob) mergeHeld(ctx context.Context, tx *sqlx.Tx, out *view.Imported) error {
	var total int
	if err := tx.GetContext(ctx, &total, j.sql(sqlCountHeld)); err != nil || total == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DECLARE held_lines NO SCROLL CURSOR FOR "+j.sql(sqlHeldLines)); err != nil {
		return err
	}
	w := mergeWriter{ctx: ctx, tx: tx, run: j.run, id: j.id}
	for done := 0; done < total; {
		j.progress(view.ImportProgress{Phase: view.ImportMerging, Done: done, Total: total})
		var rows []heldRow
		if err := tx.SelectContext(ctx, &rows, fmt.Sprintf("FETCH %d FROM held_lines", mergedAtOnce)); err != nil {
			return err
		}
		if len(rows) == 0 {
			return fmt.Errorf("postgres: %d rows were held and %d came back", total, done)
		}
		done += len(rows)
		merges, err := w.batch(rows, j.work.Merge)
		if err != nil {
			return err
		}
		for _, m := range merges {
			out.Add(m.Outcome)
		}
	}
	if _, err := tx.ExecContext(ctx, "CLOSE held_lines"); err != nil {
		return err
	}
	return w.noteChanges()
}

// mergeWriter reads who is known and writes what was decided.
type mergeWriter struct {
	ctx context.Context
	tx  *sqlx.Tx
	run view.ImportRun
	id  survey.ImportID
}

func (w *mergeWriter) batch(rows []heldRow, merge func(view.ImportStep) ([]view.Merge, error)) ([]view.Merge, error) {
	step := view.ImportStep{Lines: make([]view.ImportLine, len(rows))}
	for i, r := range rows {
		step.Lines[i] = r.importLine()
	}
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
	return merges, nil
}

// Whoever was merged into another is found under the code and the addresses of
// that one.
const sqlKnown = `
SELECT c.id, coalesce(c.code, '') AS code, c.name, c.title, c.sex, coalesce(c.birth, 0) AS birth, c.language, c.unit, c.unit_code,
	c.attributes, c.left_at IS NOT NULL AS gone,
	EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = c.id AND s.source = 'import') AS suppressed,
	coalesce((SELECT string_agg(o.mark, ' ') FROM (SELECT DISTINCT ON (channel)
			coalesce(channel, '') || CASE WHEN withdrawn_at IS NULL THEN '+' ELSE '-' END AS mark
		FROM consent WHERE contact_id = c.id AND purpose IS NULL ORDER BY channel, id DESC) AS o), '') AS consents
FROM contact c WHERE c.merged_into IS NULL AND c.id IN (
	SELECT coalesce(merged_into, id) FROM contact WHERE lower(code) = ANY($1) AND code IS NOT NULL
	UNION SELECT contact_id FROM endpoint WHERE lower(address) = ANY($2)
	UNION SELECT id FROM contact n WHERE n.name_folded = ANY($3) AND n.code IS NULL
		AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = n.id))
ORDER BY c.id FOR UPDATE OF c`

const sqlKnownEndpoints = `
SELECT id, contact_id, kind, address, sms, status, rank, label FROM endpoint WHERE contact_id = ANY($1) ORDER BY contact_id, kind, rank, id`

// Whom the contacts were before somebody made two of them one.
const sqlFormerSelves = `
SELECT merged_into AS id, coalesce(code, '') AS code, name FROM contact WHERE merged_into = ANY($1) ORDER BY id`

type knownRow struct {
	ID         survey.ContactID `db:"id"`
	Code       string
	Name       string
	Title      string
	Sex        string
	Birth      int
	Language   survey.Lang
	Unit       string
	UnitCode   string `db:"unit_code"`
	Attributes document[map[string]string]
	Left       bool `db:"gone"`
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
	var rows []knownRow
	if err := w.tx.SelectContext(w.ctx, &rows, sqlKnown, codes, addresses, names); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]view.Known, len(rows))
	ids := make([]survey.ContactID, len(rows))
	at := map[survey.ContactID]int{}
	for i, r := range rows {
		ids[i], at[r.ID] = r.ID, i
		out[i] = view.Known{Left: r.Left, Suppressed: r.Suppressed, Consents: marksOf(r.Consents),
			Contact: survey.Contact{ID: r.ID, Code: r.Code, Name: survey.PersonName(r.Name), Title: r.Title, Sex: r.Sex,
				Birth: r.Birth, Language: r.Language, Unit: r.Unit, UnitCode: r.UnitCode, Attributes: r.Attributes.V}}
	}
	var endpoints []endpointRow
	if err := w.tx.SelectContext(w.ctx, &endpoints, sqlKnownEndpoints, ints(ids)); err != nil {
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
		c := &out[at[e.ContactID]].Contact
		c.Endpoints = append(c.Endpoints, survey.Endpoint{ID: e.ID, ContactID: e.ContactID, Kind: e.Kind,
			Address: e.Address, SMS: e.SMS, Status: e.Status, Rank: e.Rank, Label: e.Label})
	}
	return out, nil
}

func only(merges []view.Merge, keep func(view.Merge) bool) []view.Merge {
	return slices.DeleteFunc(slices.Clone(merges), func(m view.Merge) bool { return !keep(m) })
}
