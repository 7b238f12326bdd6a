package postgres

import (
	"context"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// The condition of the filter is appended by the builder of eligibility.
const sqlListContacts = `
SELECT c.id, coalesce(c.code, '') AS code, c.name, c.unit, c.language, c.attributes, c.left_at IS NOT NULL AS gone,
	EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'email' AND e.status <> 'dead') AS mail,
	EXISTS (SELECT 1 FROM endpoint e WHERE e.contact_id = c.id AND e.kind = 'phone' AND e.sms AND e.status <> 'dead') AS mobile,
	` + sqlIsSuppressed + ` AS suppressed
FROM contact c
WHERE c.id > $1 AND ($2 OR c.left_at IS NULL)
	AND ($3 = '' OR position($3 in c.name_folded) > 0 OR ($4 <> '' AND position(lower($4) in lower(c.code)) > 0))`

// listQuery is the statement that lists contacts, and its parameters.
func listQuery(f view.ContactFilter) (string, []any) {
	e := eligible{args: []any{f.After, f.WithLeft, f.SearchKey, f.Search}}
	where := e.where(f.Condition)
	return sqlListContacts + " AND " + where + " ORDER BY c.id LIMIT " + e.arg(f.Limit), e.args
}

// ListContacts lists contacts by id, at most Limit of them.
func (db *DB) ListContacts(ctx context.Context, f view.ContactFilter) ([]view.ContactLine, error) {
	query, args := listQuery(f)
	var rows []struct {
		ID         survey.ContactID `db:"id"`
		Code       string
		Name       string
		Unit       string
		Language   survey.Lang
		Attributes document[map[string]string]
		Left       bool `db:"gone"`
		Mail       bool
		Mobile     bool
		Suppressed bool
	}
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, told(err)
	}
	out := make([]view.ContactLine, len(rows))
	for i, r := range rows {
		out[i] = view.ContactLine{ID: r.ID, Code: r.Code, Name: survey.PersonName(r.Name), Unit: r.Unit, Language: r.Language,
			Attributes: r.Attributes.V, Mail: r.Mail, Mobile: r.Mobile, Left: r.Left, Suppressed: r.Suppressed}
	}
	return out, nil
}

const (
	sqlListCoverage = `
WITH unit AS (SELECT id AS contact_id, '' AS stratum FROM contact WHERE left_at IS NULL AND $1 = 0)` + sqlCoverage
	sqlFrameCoverage = `
WITH unit AS (SELECT contact_id, stratum FROM frame_unit WHERE campaign_id = $1)` + sqlCoverage
	sqlCoverage = `,
live AS (
	SELECT u.contact_id, e.kind, e.sms, e.address FROM unit u JOIN endpoint e ON e.contact_id = u.contact_id AND e.status <> 'dead'),
reach AS (
	SELECT contact_id, bool_or(kind = 'email') AS mail, bool_or(kind = 'phone' AND sms) AS mobile,
		bool_or(kind = 'phone' AND NOT sms) AS landline,
		bool_or(EXISTS (SELECT 1 FROM endpoint o JOIN contact oc ON oc.id = o.contact_id AND oc.left_at IS NULL
			WHERE o.kind = live.kind AND o.address = live.address AND o.contact_id <> live.contact_id)) AS shared
	FROM live GROUP BY contact_id)
SELECT u.stratum, count(*) AS people, count(*) FILTER (WHERE mail) AS mail, count(*) FILTER (WHERE mobile) AS mobile,
	count(*) FILTER (WHERE mail AND mobile) AS both, count(*) FILTER (WHERE (mail OR mobile) IS NOT TRUE) AS neither,
	count(*) FILTER (WHERE (mail OR mobile) IS NOT TRUE AND landline) AS landline, count(*) FILTER (WHERE shared) AS shared,
	count(*) FILTER (WHERE EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = u.contact_id
		AND s.lifted_at IS NULL AND s.scope = 'all')) AS suppressed
FROM unit u LEFT JOIN reach r ON r.contact_id = u.contact_id GROUP BY u.stratum ORDER BY u.stratum`
)

// Coverage says how people can be reached: those of the living list with
// campaign 0, else those of its frame, by stratum.
func (db *DB) Coverage(ctx context.Context, campaign survey.CampaignID) ([]view.Coverage, error) {
	query := sqlFrameCoverage
	if campaign == 0 {
		query = sqlListCoverage
	}
	var rows []struct {
		Stratum                                                           string
		People, Mail, Mobile, Both, Neither, Landline, Shared, Suppressed int
	}
	if err := db.x.SelectContext(ctx, &rows, query, campaign); err != nil {
		return nil, told(err)
	}
	out := make([]view.Coverage, len(rows))
	for i, r := range rows {
		out[i] = view.Coverage(r)
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
