package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A page looks at a stretch of the campaign's cases, by contact, and at what each has by
// the index of its ledger: OFFSET 0 keeps the planner from reading the whole ledger.

// How far a page may look, and whether there are cases beyond.
const sqlBehindReach = `
SELECT coalesce(max(w.contact_id), $2) AS last FROM (
	SELECT contact_id FROM invitation WHERE campaign_id = $1 AND contact_id > $2 ORDER BY contact_id LIMIT $3) w`

const sqlBehindBeyond = `SELECT EXISTS (SELECT FROM invitation WHERE campaign_id = $1 AND contact_id > $2)`

const sqlPageStretch = `
WHERE i.campaign_id = $1 AND i.contact_id > $2 AND i.contact_id <= $3
	AND ($4::text[] IS NULL OR i.state = ANY($4)) AND ($5::text[] IS NULL OR i.disposition = ANY($5))
	AND ($6::text IS NULL OR i.stratum = $6) AND ($7::int IS NULL OR i.replicate = $7)
ORDER BY i.contact_id FETCH FIRST ($8) ROWS WITH TIES`

const sqlPageColumns = `
SELECT i.contact_id, coalesce(c.code, '') AS contact, coalesce(c.name, '') AS name, coalesce(c.unit, '') AS unit,
	i.state AS "case", coalesce(i.disposition, '') AS disposition, i.stratum`

const sqlPageCases = sqlPageColumns + ` FROM invitation i LEFT JOIN contact c ON c.id = i.contact_id` + sqlPageStretch

const sqlPageAttempts = sqlPageColumns + `, l.channel, l.step, l.try, l.state, l.reason, l.at
FROM invitation i CROSS JOIN LATERAL (
	SELECT a.channel, a.step, a.try, a.state, a.reason, coalesce(a.sent_at, a.due_at) AS at
	FROM attempt a JOIN campaign k ON k.id = a.campaign_id LEFT JOIN sender_health h ON h.sender_id = a.sender_id
	CROSS JOIN (SELECT $13::timestamptz AS now) t
	WHERE a.invitation_id = i.id AND ($9::text IS NULL OR a.channel = $9) AND ($10::text IS NULL OR a.step = $10)
		AND ($11::text IS NULL OR a.state = $11) AND ($12::text IS NULL OR a.reason = $12)
		AND ($14::text IS NULL OR a.state = 'queued' AND ` + sqlWhyWaiting + ` = $14)
	ORDER BY a.id OFFSET 0) l
LEFT JOIN contact c ON c.id = i.contact_id` + sqlPageStretch

const sqlPageNotices = sqlPageColumns + `, l.channel, l.state, l.reason, l.at
FROM invitation i CROSS JOIN LATERAL (
	SELECT a.channel, a.state, a.reason, a.created_at AS at FROM notice a
	WHERE a.invitation_id = i.id AND ($9::text IS NULL OR a.channel = $9) AND ($10::text IS NULL OR a.state = $10)
		AND ($11::text IS NULL OR a.reason = $11)
	ORDER BY a.id OFFSET 0) l
LEFT JOIN contact c ON c.id = i.contact_id` + sqlPageStretch

// Who asked twice to be erased is one person, and whoever is erased has no line.
const sqlPageArrivals = sqlPageColumns + `, l.reason, l.at
FROM invitation i LEFT JOIN contact c ON c.id = i.contact_id CROSS JOIN LATERAL (
	SELECT x.reason, x.received_at AS at FROM inbox x
	WHERE x.invitation_id = i.id AND (x.applied_at IS NULL OR x.outcome = 'parked') AND CASE $9::text
		WHEN 'unapplied' THEN x.applied_at IS NULL WHEN 'parked' THEN x.applied_at IS NOT NULL
		WHEN 'erasure' THEN x.outcome = 'parked' AND x.reason = 'erase_asked' AND c.id IS NOT NULL
		WHEN 'kept' THEN ` + sqlArrivalKept + ` ELSE true END
	ORDER BY x.id LIMIT CASE WHEN $9 = 'erasure' THEN 1 END) l` + sqlPageStretch

// sqlArrivalKept is of arrivals x that wait for something that is missing: who asked to
// be erased waits for the office, and what somebody wrote for a reader.
const sqlArrivalKept = `x.applied_at IS NOT NULL AND x.outcome = 'parked' AND x.reason <> 'erase_asked'
	AND NOT EXISTS (SELECT FROM matter m WHERE m.inbox_id = x.id)`

type lineBehindRow struct {
	ContactID   survey.ContactID `db:"contact_id"`
	Contact     string
	Name        string
	Unit        string
	Case        survey.InvitationState
	Disposition survey.Disposition
	Stratum     string
	Channel     survey.Channel
	Step        string
	Try         int
	State       survey.AttemptState
	Reason      survey.Reason
	At          time.Time
}

// BehindPage reads a page of the lines behind a number, by contact.
func (db *DB) BehindPage(ctx context.Context, q view.BehindAsk) (view.BehindPage, error) {
	var out view.BehindPage
	var reach survey.ContactID
	if err := db.x.GetContext(ctx, &reach, sqlBehindReach, q.Campaign, q.After, q.Look); err != nil {
		return out, told(err)
	}
	query, args := pageOf(q, reach)
	var rows []lineBehindRow
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return out, told(err)
	}
	for _, r := range rows {
		out.Lines = append(out.Lines, view.LineBehind{ContactID: r.ContactID, Contact: r.Contact, Name: survey.PersonName(r.Name), Unit: r.Unit,
			Case: r.Case, Disposition: r.Disposition, Stratum: r.Stratum, Channel: r.Channel, Step: r.Step, Try: r.Try, State: r.State,
			Reason: r.Reason, At: r.At})
	}
	out.Last = reach
	if len(rows) >= q.Lines {
		out.Last = rows[len(rows)-1].ContactID
	}
	return out, told(db.x.GetContext(ctx, &out.More, sqlBehindBeyond, q.Campaign, out.Last))
}

// pageOf is the statement of a page, and its arguments.
func pageOf(q view.BehindAsk, reach survey.ContactID) (string, []any) {
	var states, codes pq.StringArray
	if q.States != nil {
		states = texts(q.States)
	}
	if q.Codes != nil {
		codes = texts(q.Codes)
	}
	f := q.Filter
	args := []any{q.Campaign, q.After, reach, states, codes, f.Stratum, f.Replicate, q.Lines}
	switch f.Of {
	case view.BehindAttempts:
		return sqlPageAttempts, append(args, f.Channel, f.Step, f.State, f.Reason, q.Now, f.Why)
	case view.BehindNotices:
		return sqlPageNotices, append(args, f.Channel, f.State, f.Reason)
	case view.BehindArrivals:
		return sqlPageArrivals, append(args, f.Arrival)
	}
	return sqlPageCases, args
}

const sqlFieldDays = `
SELECT (submitted_at AT TIME ZONE $2)::date AS day, mode, count(*) AS n FROM response
WHERE campaign_id = $1 AND state = 'submitted' GROUP BY 1, 2 ORDER BY 1, 2`

// Of an anonymous campaign the responses stand under the day of their release; the case
// knows the day on which its answers were sent.
const sqlSealedDays = `
SELECT sealed_on AS day, '' AS mode, count(*) AS n FROM invitation
WHERE campaign_id = $1 AND sealed = 'submitted' GROUP BY 1 ORDER BY 1`

const sqlFieldCases = `
SELECT k.launched_at AS launched, k.confidentiality AS level,
	(SELECT count(*) FROM invitation WHERE campaign_id = k.id AND state IN ('open', 'started', 'closed')) AS cases
FROM campaign k WHERE k.id = $1`

// FieldDays counts the responses of a campaign by the day, in zone, on which they were
// sent off, and by mode. It looks at no answer and at no person.
func (db *DB) FieldDays(ctx context.Context, id survey.CampaignID, zone string) (view.FieldDays, error) {
	out := view.FieldDays{Campaign: id}
	var k struct {
		Launched sql.NullTime
		Level    survey.Confidentiality
		Cases    int
	}
	if err := db.x.GetContext(ctx, &k, sqlFieldCases, id); err != nil {
		return out, told(err)
	}
	out.Launched, out.Cases = k.Launched.Time, k.Cases
	query, args := sqlFieldDays, []any{id, zone}
	if k.Level == survey.Anonymous {
		query, args = sqlSealedDays, []any{id}
	}
	var rows []struct {
		Day  time.Time
		Mode survey.Mode
		N    int
	}
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return out, told(err)
	}
	for _, r := range rows {
		out.Days = append(out.Days, view.DayCount{Day: survey.DateOf(r.Day), Mode: r.Mode, N: r.N})
	}
	return out, nil
}

const sqlWaveBefore = `
SELECT k.name FROM wave w JOIN wave b ON b.series_id = w.series_id AND b.date < w.date
JOIN campaign k ON k.id = b.campaign_id AND k.launched_at IS NOT NULL
WHERE w.campaign_id = $1 ORDER BY b.date DESC LIMIT 1`

// WaveBefore names the campaign of the last wave before that of id in its series that
// was in the field.
func (db *DB) WaveBefore(ctx context.Context, id survey.CampaignID) (name string, ok bool, err error) {
	var names []string
	if err := db.x.SelectContext(ctx, &names, sqlWaveBefore, id); err != nil || len(names) == 0 {
		return "", false, told(err)
	}
	return names[0], true, nil
}
