package postgres

import (
	"context"
	"iter"
	"slices"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whether there is a ground for contacting c on the channel u for a survey: the
// last row of the ledger decides, without one the basis of the import.
const sqlConsented = `coalesce((SELECT o.withdrawn_at IS NULL FROM consent o WHERE o.contact_id = c.id
		AND (o.purpose IS NULL OR o.purpose = 'survey') AND (o.channel IS NULL OR o.channel = u.channel)
		ORDER BY o.id DESC LIMIT 1), c.import_id IS NOT NULL)`

// The addresses that several people of the list have.
const sqlSharedLive = `SELECT e.kind, lower(e.address) AS address FROM endpoint e
		JOIN contact o ON o.id = e.contact_id AND o.left_at IS NULL
		WHERE e.status <> 'dead' GROUP BY e.kind, lower(e.address) HAVING min(e.contact_id) <> max(e.contact_id)`

const hasLive = `EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.status <> 'dead'`

// clauses are the conditions of a filter that have no parameter.
func clauses(f view.ContactFilter) []string {
	var out []string
	when := func(wanted bool, clause string) {
		if wanted {
			out = append(out, clause)
		}
	}
	when(!f.WithLeft, `c.left_at IS NULL`)
	when(f.NoEmail, `NOT `+hasLive+` AND e.kind = 'email')`)
	when(f.NoMobile, `NOT `+hasLive+` AND e.kind = 'phone' AND e.sms)`)
	when(f.Unreachable, `NOT `+hasLive+`)`)
	when(f.Dead, `c.id IN (SELECT e.contact_id FROM endpoint e WHERE e.status = 'dead')`)
	when(f.Shared, `c.id IN (SELECT e.contact_id FROM endpoint e JOIN (`+sqlSharedLive+`) s
		ON s.kind = e.kind AND s.address = lower(e.address) WHERE e.status <> 'dead')`)
	// A unit that is not known is no unit in common.
	when(f.Twins, `(c.unit <> '' AND (c.name_folded, lower(c.unit)) IN (SELECT o.name_folded, lower(o.unit) FROM contact o
			WHERE o.left_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1)
		OR c.unit_code <> '' AND (c.name_folded, c.unit_code) IN (SELECT o.name_folded, o.unit_code FROM contact o
			WHERE o.left_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1))`)
	return out
}

// selected says which contacts c a filter lets through; barred are the endpoints
// whose address is suppressed, if the filter asks for them.
func (e *eligible) selected(f view.ContactFilter, barred []survey.EndpointID) string {
	all := append(clauses(f), e.where(f.Condition))
	if f.Search != "" {
		all = append(all, e.searched(f))
	}
	if len(f.Units)+len(f.UnitCodes) > 0 {
		all = append(all, `(c.unit = ANY(`+e.arg(pq.StringArray(f.Units))+`::text[]) OR c.unit_code = ANY(`+
			e.arg(pq.StringArray(f.UnitCodes))+`::text[]))`)
	}
	if f.Suppressed {
		all = append(all, `(c.id IN (SELECT s.contact_id FROM suppression s WHERE s.lifted_at IS NULL AND s.scope = 'all')
			OR c.id IN (SELECT e.contact_id FROM endpoint e WHERE e.id = ANY(`+e.arg(ints(barred))+`::bigint[])))`)
	}
	if len(f.NoConsent) > 0 {
		all = append(all, `EXISTS (SELECT 1 FROM unnest(`+e.arg(texts(f.NoConsent))+`::text[]) AS u (channel) WHERE NOT `+sqlConsented+`)`)
	}
	if f.Import != 0 {
		n := e.arg(f.Import)
		all = append(all, `(c.import_id = `+n+`::bigint OR c.id IN (SELECT h.contact_id FROM import_change h WHERE h.import_id = `+n+`::bigint))`)
	}
	if f.After != 0 {
		all = append(all, `c.id > `+e.arg(f.After)+`::bigint`)
	}
	return joined(all)
}

func joined(all []string) string {
	out := all[0]
	for _, c := range all[1:] {
		out += "\n\tAND " + c
	}
	return out
}

// searched looks in names and codes, and in addresses what may be one.
func (e *eligible) searched(f view.ContactFilter) string {
	out := `(position(lower(` + e.arg(f.Search) + `::text) in lower(c.code)) > 0`
	if f.SearchKey != "" {
		out += ` OR position(` + e.arg(f.SearchKey) + `::text in c.name_folded) > 0`
	}
	if len(f.Phones) > 0 {
		out += ` OR c.id IN (SELECT e.contact_id FROM endpoint e WHERE e.kind = 'phone' AND lower(e.address) = ANY(` +
			e.arg(pq.StringArray(f.Phones)) + `::text[]))`
	}
	if f.Mail != "" {
		out += ` OR c.id IN (SELECT e.contact_id FROM endpoint e WHERE e.kind = 'email' AND position(` +
			e.arg(f.Mail) + `::text in lower(e.address)) > 0)`
	}
	return out + `)`
}

// listQuery is the statement that finds the contacts of a filter, and its
// parameters.
func listQuery(f view.ContactFilter, barred []survey.EndpointID) (string, []any) {
	e := eligible{}
	query := "SELECT c.id FROM contact c WHERE " + e.selected(f, barred) + " ORDER BY c.id"
	if f.Limit > 0 {
		query += " LIMIT " + e.arg(f.Limit)
	}
	return query, e.args
}

// ListContacts lists contacts by id, at most Limit of them.
func (db *DB) ListContacts(ctx context.Context, f view.ContactFilter, keys view.AddressKeys) ([]view.ContactLine, error) {
	barred, err := db.barredFor(ctx, f, keys)
	if err != nil {
		return nil, err
	}
	query, args := listQuery(f, barred)
	var ids []survey.ContactID
	if err := db.x.SelectContext(ctx, &ids, query, args...); err != nil {
		return nil, told(err)
	}
	return db.ContactLines(ctx, ids, keys)
}

// barredFor are the endpoints that selected needs to know of.
func (db *DB) barredFor(ctx context.Context, f view.ContactFilter, keys view.AddressKeys) ([]survey.EndpointID, error) {
	if !f.Suppressed {
		return nil, nil
	}
	return barredEndpoints(ctx, db.x, 0, keys)
}

const sqlContactLines = `
SELECT c.id, coalesce(c.code, '') AS code, c.name, c.unit, c.unit_code, c.language, c.attributes, c.left_at IS NOT NULL AS gone,
	coalesce(c.merged_into, 0) AS merged_into,
	EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'email' AND e.status <> 'dead') AS mail,
	EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'phone' AND e.sms AND e.status <> 'dead') AS mobile,
	` + sqlIsSuppressed + ` AS suppressed,
	ARRAY(SELECT coalesce(s.channel, '') FROM suppression s
		WHERE s.contact_id = c.id AND s.lifted_at IS NULL AND s.scope = 'all') AS barred,
	ARRAY(SELECT u.channel FROM unnest(ARRAY['email', 'sms', 'call']) AS u (channel) WHERE NOT ` + sqlConsented + `) AS no_consent
FROM contact c WHERE c.id = ANY($1)`

type lineRow struct {
	ID         survey.ContactID `db:"id"`
	Code       string
	Name       string
	Unit       string
	UnitCode   string `db:"unit_code"`
	Language   survey.Lang
	Attributes document[map[string]string]
	Left       bool             `db:"gone"`
	MergedInto survey.ContactID `db:"merged_into"`
	Mail       bool
	Mobile     bool
	Suppressed bool
	Barred     pq.StringArray
	NoConsent  pq.StringArray `db:"no_consent"`
}

// ContactLines lists contacts in the order of ids; one that is not there is
// passed over.
func (db *DB) ContactLines(ctx context.Context, ids []survey.ContactID, keys view.AddressKeys) ([]view.ContactLine, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []lineRow
	if err := db.x.SelectContext(ctx, &rows, sqlContactLines, ints(ids)); err != nil {
		return nil, told(err)
	}
	barred, err := barredChannels(ctx, db.x, ids, keys)
	if err != nil {
		return nil, told(err)
	}
	at := make(map[survey.ContactID]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(rows, func(a, b lineRow) int { return at[a.ID] - at[b.ID] })
	out := make([]view.ContactLine, len(rows))
	for i, r := range rows {
		out[i] = view.ContactLine{ID: r.ID, Code: r.Code, Name: survey.PersonName(r.Name), Unit: r.Unit, UnitCode: r.UnitCode,
			Language: r.Language, Attributes: r.Attributes.V, Mail: r.Mail, Mobile: r.Mobile, Left: r.Left,
			MergedInto: r.MergedInto, Suppressed: r.Suppressed, Barred: channels(append(r.Barred, barred[r.ID]...)),
			NoConsent: channels(r.NoConsent)}
	}
	return out, nil
}

// channels puts words in the order of the channels, each once; "" means all of
// them.
func channels(words []string) []survey.Channel {
	var out []survey.Channel
	for _, c := range survey.Channels() {
		if slices.Contains(words, string(c)) || slices.Contains(words, "") {
			out = append(out, c)
		}
	}
	return out
}

// namesQuery is the statement that names the contacts of a filter.
func namesQuery(f view.ContactFilter, barred []survey.EndpointID) (string, []any) {
	e := eligible{}
	return "SELECT c.id, c.name FROM contact c WHERE " + e.selected(f, barred), e.args
}

// ContactNames names every contact of a filter, in no order, a row at a time.
func (db *DB) ContactNames(ctx context.Context, f view.ContactFilter, keys view.AddressKeys) iter.Seq2[view.ContactName, error] {
	return func(yield func(view.ContactName, error) bool) {
		barred, err := db.barredFor(ctx, f, keys)
		if err != nil {
			yield(view.ContactName{}, err)
			return
		}
		query, args := namesQuery(f, barred)
		rows, err := db.x.QueryContext(ctx, query, args...)
		if err != nil {
			yield(view.ContactName{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var id survey.ContactID
			var name string
			if err := rows.Scan(&id, &name); err != nil {
				yield(view.ContactName{}, told(err))
				return
			}
			if !yield(view.ContactName{ID: id, Name: survey.PersonName(name)}, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.ContactName{}, told(err))
		}
	}
}

const sqlListUnits = `
WITH newest AS (
	SELECT DISTINCT ON (t.code) t.code, t.name FROM unit t JOIN unit_set v ON v.version = t.version
	ORDER BY t.code, v.valid_from DESC, v.version DESC)
SELECT DISTINCT c.unit, c.unit_code, coalesce(n.name, '') AS name
FROM contact c LEFT JOIN newest n ON n.code = c.unit_code
WHERE c.unit <> '' OR c.unit_code <> '' ORDER BY c.unit, c.unit_code`

// ListUnits lists the units that contacts have.
func (db *DB) ListUnits(ctx context.Context) ([]view.ListUnit, error) {
	var rows []struct {
		Text string `db:"unit"`
		Code string `db:"unit_code"`
		Name string
	}
	if err := db.x.SelectContext(ctx, &rows, sqlListUnits); err != nil {
		return nil, told(err)
	}
	out := make([]view.ListUnit, len(rows))
	for i, r := range rows {
		out[i] = view.ListUnit(r)
	}
	return out, nil
}

const sqlSharedAddresses = `
SELECT e.kind, array_agg(c.id ORDER BY c.id) AS contacts, array_agg(coalesce(c.code, '') ORDER BY c.id) AS codes
FROM endpoint e JOIN contact c ON c.id = e.contact_id AND c.left_at IS NULL
WHERE e.status <> 'dead' GROUP BY e.kind, lower(e.address) HAVING count(DISTINCT c.id) > 1
ORDER BY count(*) DESC, e.kind, min(c.id)`

// SharedAddresses lists the phones and mailboxes that several contacts have, the
// most shared first.
func (db *DB) SharedAddresses(ctx context.Context) ([]view.SharedAddress, error) {
	var rows []struct {
		Kind     survey.EndpointKind
		Contacts pq.Int64Array
		Codes    pq.StringArray
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSharedAddresses); err != nil {
		return nil, told(err)
	}
	out := make([]view.SharedAddress, len(rows))
	for i, r := range rows {
		out[i] = view.SharedAddress{Kind: r.Kind, Codes: r.Codes}
		for _, id := range r.Contacts {
			out[i].Contacts = append(out[i].Contacts, survey.ContactID(id))
		}
	}
	return out, nil
}
