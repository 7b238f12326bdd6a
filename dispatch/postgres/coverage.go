package postgres

import (
	"context"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A coverage is one pass: who is counted and in which line (unit), how each of
// their addresses stands (reach), what the ledger says (agreed), who is barred in
// person, and the sums. $1 is the campaign or 0, $2 the endpoints barred by their
// address.
const (
	sqlCoverageUnits = `
WITH newest AS (
	SELECT DISTINCT ON (t.code) t.code, t.name FROM unit t JOIN unit_set v ON v.version = t.version
	ORDER BY t.code, v.valid_from DESC, v.version DESC),
unit AS MATERIALIZED (SELECT `
	sqlCoverageList = ` FROM contact c LEFT JOIN newest n ON n.code = c.unit_code WHERE c.left_at IS NULL AND $1::bigint = 0)`
	// Somebody who was erased is on the frame all the same.
	sqlCoverageFrame = ` FROM frame_unit f LEFT JOIN contact c ON c.id = f.contact_id LEFT JOIN newest n ON n.code = c.unit_code
	WHERE f.campaign_id = $1)`
	sqlCoverage = `,
shared AS MATERIALIZED (` + sqlSharedLive + `),
reach AS (
	SELECT e.contact_id, bool_or(e.status <> 'dead' AND e.kind = 'email') AS mail,
		bool_or(e.status <> 'dead' AND e.kind = 'phone' AND e.sms) AS mobile,
		bool_or(e.status <> 'dead' AND e.kind = 'phone' AND NOT e.sms) AS landline,
		bool_or(e.status <> 'dead' AND s.address IS NOT NULL) AS shared,
		bool_or(e.status = 'dead') AS dead, bool_or(e.id = ANY($2::bigint[])) AS barred
	FROM endpoint e LEFT JOIN shared s ON s.kind = e.kind AND s.address = lower(e.address) GROUP BY e.contact_id),
agreed AS (
	SELECT o.contact_id,
		(array_agg(o.withdrawn_at IS NULL ORDER BY o.id DESC) FILTER (WHERE coalesce(o.channel, 'email') = 'email'))[1] AS email,
		(array_agg(o.withdrawn_at IS NULL ORDER BY o.id DESC) FILTER (WHERE coalesce(o.channel, 'sms') = 'sms'))[1] AS sms,
		(array_agg(o.withdrawn_at IS NULL ORDER BY o.id DESC) FILTER (WHERE coalesce(o.channel, 'call') = 'call'))[1] AS call
	FROM consent o
	WHERE o.purpose IS NULL OR o.purpose = coalesce((SELECT k.purpose FROM campaign k WHERE k.id = $1), 'survey')
	GROUP BY o.contact_id),
barred AS (
	SELECT DISTINCT s.contact_id FROM suppression s
	WHERE s.contact_id IS NOT NULL AND s.lifted_at IS NULL AND (s.scope = 'all' OR s.campaign_id = $1))
SELECT u.stratum, u.unit_code, count(*) AS people, count(*) FILTER (WHERE mail) AS mail, count(*) FILTER (WHERE mobile) AS mobile,
	count(*) FILTER (WHERE mail AND mobile) AS both, count(*) FILTER (WHERE (mail OR mobile) IS NOT TRUE) AS neither,
	count(*) FILTER (WHERE (mail OR mobile) IS NOT TRUE AND landline) AS landline,
	count(*) FILTER (WHERE shared) AS shared, count(*) FILTER (WHERE dead) AS dead,
	count(*) FILTER (WHERE r.barred OR b.contact_id IS NOT NULL) AS suppressed,
	count(*) FILTER (WHERE NOT coalesce(a.email, u.import_id IS NOT NULL)) AS no_consent_mail,
	count(*) FILTER (WHERE NOT coalesce(a.sms, u.import_id IS NOT NULL)) AS no_consent_sms,
	count(*) FILTER (WHERE NOT coalesce(a.call, u.import_id IS NOT NULL)) AS no_consent_call
FROM unit u
LEFT JOIN reach r ON r.contact_id = u.contact_id
LEFT JOIN agreed a ON a.contact_id = u.contact_id
LEFT JOIN barred b ON b.contact_id = u.contact_id
GROUP BY u.stratum, u.unit_code ORDER BY u.stratum, u.unit_code`
)

// coverageQuery is the statement that counts, and its parameters.
func coverageQuery(q view.CoverageQuery, barred []survey.EndpointID) (string, []any) {
	e := eligible{args: []any{q.Campaign, ints(barred)}}
	who, from := "c.id", sqlCoverageList
	stratum, code := "''", "''"
	if q.Campaign != 0 {
		who, from, stratum = "f.contact_id", sqlCoverageFrame, "f.stratum"
	}
	switch q.By {
	case "":
	case "unit":
		stratum, code = "coalesce(n.name, nullif(c.unit, ''), '–')", "coalesce(n.code, '')"
	default:
		stratum = e.stratum([]string{q.By})
	}
	columns := who + " AS contact_id, " + stratum + " AS stratum, " + code + " AS unit_code, c.import_id"
	return sqlCoverageUnits + columns + from + sqlCoverage, e.args
}

// Coverage says how people can be reached, line by line.
func (db *DB) Coverage(ctx context.Context, q view.CoverageQuery) ([]view.Coverage, error) {
	barred, err := barredEndpoints(ctx, db.x, q.Campaign, q.AddressKeys)
	if err != nil {
		return nil, err
	}
	query, args := coverageQuery(q, barred)
	var rows []struct {
		Stratum                                                                 string
		UnitCode                                                                string `db:"unit_code"`
		People, Mail, Mobile, Both, Neither, Landline, Shared, Dead, Suppressed int
		NoConsentMail                                                           int `db:"no_consent_mail"`
		NoConsentSMS                                                            int `db:"no_consent_sms"`
		NoConsentCall                                                           int `db:"no_consent_call"`
	}
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, told(err)
	}
	out := make([]view.Coverage, len(rows))
	for i, r := range rows {
		out[i] = view.Coverage(r)
	}
	return out, nil
}
