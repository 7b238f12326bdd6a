package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// life is how a kind ends: due counts what is, stays what is not although it is old, and
// end ends up to so many. Each takes the instant of real time ($1), that of business time
// ($2); end also how many ($3).
type life struct{ due, stays, end string }

// What arrived is over when it is applied, its campaign is out of the field and it waits
// for nobody.
const (
	sqlOldArrival = `
FROM inbox x LEFT JOIN invitation i ON i.id = x.invitation_id LEFT JOIN campaign k ON k.id = i.campaign_id
WHERE x.received_at < $1::timestamptz AND $2::timestamptz IS NOT NULL AND x.payload <> '{}' AND `
	sqlArrivalInField = `(k.state IN ('fielding', 'paused')) IS TRUE`
	sqlArrivalWaits   = `(x.applied_at IS NULL OR x.outcome = 'parked' AND x.reason = 'erase_asked'
	OR EXISTS (SELECT 1 FROM matter m WHERE m.inbox_id = x.id AND m.state = 'new'))`
	sqlOfTexts      = `x.kind IN ('text', 'keys', 'spoken', 'bounce', 'mail', 'assigned')`
	sqlOfForms      = `x.kind = 'form'`
	sqlArrivalStays = `SELECT CASE WHEN ` + sqlArrivalWaits + ` THEN 'waits' ELSE 'in_field' END AS why, count(*) AS n`

	sqlDueTexts  = `SELECT count(*)` + sqlOldArrival + sqlOfTexts + ` AND NOT ` + sqlArrivalInField + ` AND NOT ` + sqlArrivalWaits
	sqlStayTexts = sqlArrivalStays + sqlOldArrival + sqlOfTexts + ` AND (` + sqlArrivalInField + ` OR ` + sqlArrivalWaits + `) GROUP BY 1`
	sqlEndTexts  = `UPDATE inbox SET payload = '{}' WHERE id IN (SELECT x.id` + sqlOldArrival + sqlOfTexts + ` AND NOT ` + sqlArrivalInField +
		` AND NOT ` + sqlArrivalWaits + ` LIMIT $3)`
	sqlDueForms  = `SELECT count(*)` + sqlOldArrival + sqlOfForms + ` AND NOT ` + sqlArrivalInField + ` AND NOT ` + sqlArrivalWaits
	sqlStayForms = sqlArrivalStays + sqlOldArrival + sqlOfForms + ` AND (` + sqlArrivalInField + ` OR ` + sqlArrivalWaits + `) GROUP BY 1`
	sqlEndForms  = `UPDATE inbox SET payload = '{}' WHERE id IN (SELECT x.id` + sqlOldArrival + sqlOfForms + ` AND NOT ` + sqlArrivalInField +
		` AND NOT ` + sqlArrivalWaits + ` LIMIT $3)`

	sqlOldNotice = `
FROM notice n LEFT JOIN campaign k ON k.id = n.campaign_id
WHERE n.created_at < $2::timestamptz - (clock_timestamp() - $1::timestamptz) AND (n.prompts <> '[]' OR n.address <> '' OR n.words <> '') AND `
	sqlNoticeStays = `((k.state IN ('fielding', 'paused')) IS TRUE OR n.state IN ('queued', 'sending', 'unknown'))`
	sqlDueNotices  = `SELECT count(*)` + sqlOldNotice + `NOT ` + sqlNoticeStays
	sqlStayNotices = `SELECT CASE WHEN n.state IN ('queued', 'sending', 'unknown') THEN 'waits' ELSE 'in_field' END AS why, count(*) AS n` +
		sqlOldNotice + sqlNoticeStays + ` GROUP BY 1`
	sqlEndNotices = `UPDATE notice SET prompts = '[]', address = '', words = '' WHERE id IN (SELECT n.id` + sqlOldNotice + `NOT ` + sqlNoticeStays + ` LIMIT $3)`

	sqlOldTalk = `
FROM conversation t WHERE t.closed_at < $2::timestamptz - (clock_timestamp() - $1::timestamptz)`
	sqlDueTalk  = `SELECT count(*)` + sqlOldTalk
	sqlStayTalk = `SELECT '' AS why, 0 AS n WHERE $1::timestamptz IS NULL AND $2::timestamptz IS NULL`
	sqlEndTalk  = `DELETE FROM conversation WHERE id IN (SELECT t.id` + sqlOldTalk + ` LIMIT $3)`

	// What staff noted is over when the item is settled. A recording stays on the list of
	// what the provider has until it is gone there.
	sqlOldNote = `
FROM matter m WHERE m.note <> '' AND m.state <> 'new' AND m.handled_at < $1::timestamptz AND $2::timestamptz IS NOT NULL`
	sqlDueNotes  = `SELECT count(*)` + sqlOldNote
	sqlStayNotes = `SELECT '' AS why, 0 AS n WHERE $1::timestamptz IS NULL AND $2::timestamptz IS NULL`
	sqlEndNotes  = `UPDATE matter SET note = '' WHERE id IN (SELECT m.id` + sqlOldNote + ` LIMIT $3)`

	sqlOldUpload = `
FROM import_upload u WHERE u.at < $1::timestamptz AND $2::timestamptz IS NOT NULL`
	sqlDueUploads  = `SELECT count(*)` + sqlOldUpload
	sqlStayUploads = `SELECT '' AS why, 0 AS n WHERE $1::timestamptz IS NULL AND $2::timestamptz IS NULL`
	sqlEndUploads  = `DELETE FROM import_upload WHERE id IN (SELECT u.id` + sqlOldUpload + ` LIMIT $3)`

	sqlOldRecording = `
FROM recording o LEFT JOIN response p ON p.id = o.response_id LEFT JOIN campaign k ON k.id = p.campaign_id
WHERE o.wanted AND o.content IS NOT NULL AND o.kept_at < $1::timestamptz AND $2::timestamptz IS NOT NULL AND `
	sqlDueRecordings  = `SELECT count(*)` + sqlOldRecording + `NOT ` + sqlArrivalInField
	sqlStayRecordings = `SELECT 'in_field' AS why, count(*) AS n` + sqlOldRecording + sqlArrivalInField + ` HAVING count(*) > 0`
	sqlEndRecordings  = `
WITH old AS (SELECT o.id` + sqlOldRecording + `NOT ` + sqlArrivalInField + ` LIMIT $3),
gone AS (DELETE FROM recording r USING old WHERE r.id = old.id AND r.state = 'removed' RETURNING r.id),
left_over AS (UPDATE recording r SET wanted = false, content = NULL, look_at = clock_timestamp()
	FROM old WHERE r.id = old.id AND r.state <> 'removed' RETURNING r.id)
SELECT id FROM gone UNION ALL SELECT id FROM left_over`

	// The promise is of days after the end, whatever the settings say. A span is stored as text.
	sqlOldLink = `
FROM link.response_link l JOIN invitation i ON i.id = l.invitation_id JOIN campaign k ON k.id = i.campaign_id
WHERE k.confidentiality = 'confidential' AND $1::timestamptz IS NOT NULL AND k.ends_at + ` + sqlCustodySpan + ` <= $2::timestamptz AND `
	sqlCustodySpan = `(k.custody ->> 'until')::interval`
	sqlLinkStays   = `k.state NOT IN ('closed', 'archived')`
	sqlDueLinks    = `SELECT count(*)` + sqlOldLink + `NOT ` + sqlLinkStays
	sqlStayLinks   = `SELECT 'in_field' AS why, count(*) AS n` + sqlOldLink + sqlLinkStays + ` HAVING count(*) > 0`
	sqlEndLinks    = `
WITH gone AS (DELETE FROM link.response_link WHERE invitation_id IN (SELECT l.invitation_id` + sqlOldLink + `NOT ` + sqlLinkStays + ` LIMIT $3)
	RETURNING response_id),
blurred AS (UPDATE answer_item SET answered_at = date_trunc('day', answered_at, 'UTC') WHERE response_id IN (SELECT response_id FROM gone))
UPDATE response SET started_at = date_trunc('day', started_at, 'UTC'), submitted_at = date_trunc('day', submitted_at, 'UTC')
WHERE id IN (SELECT response_id FROM gone)`
)

// lives are how kinds end; the provider's copies are ended by asking the provider.
func lives() map[survey.Keeping]life {
	return map[survey.Keeping]life{
		survey.KeepTexts:      {sqlDueTexts, sqlStayTexts, sqlEndTexts},
		survey.KeepForms:      {sqlDueForms, sqlStayForms, sqlEndForms},
		survey.KeepNotices:    {sqlDueNotices, sqlStayNotices, sqlEndNotices},
		survey.KeepNotes:      {sqlDueNotes, sqlStayNotes, sqlEndNotes},
		survey.KeepRecordings: {sqlDueRecordings, sqlStayRecordings, sqlEndRecordings},
		survey.KeepTalk:       {sqlDueTalk, sqlStayTalk, sqlEndTalk},
		survey.KeepUploads:    {sqlDueUploads, sqlStayUploads, sqlEndUploads},
		survey.KeepLinks:      {sqlDueLinks, sqlStayLinks, sqlEndLinks},
	}
}

// LifeDue counts what is to be ended of a kind, and what stays and why. A kind that it
// does not know has nothing.
func (db *DB) LifeDue(ctx context.Context, o view.LifeOrder) (view.LifeEnded, error) {
	out := view.LifeEnded{Kind: o.Kind, Stays: map[survey.StaysFor]int{}}
	l, ok := lives()[o.Kind]
	if !ok {
		return out, nil
	}
	err := db.snapshot(ctx, func(tx *sqlx.Tx) error {
		if err := tx.GetContext(ctx, &out.Ended, l.due, o.Before, o.Now); err != nil {
			return err
		}
		var rows []struct {
			Why survey.StaysFor
			N   int
		}
		if err := tx.SelectContext(ctx, &rows, l.stays, o.Before, o.Now); err != nil {
			return err
		}
		for _, r := range rows {
			out.Stays[r.Why] = r.N
		}
		return nil
	})
	return out, err
}

// EndLife ends up to o.Most of a kind and returns how many; fewer than that were all.
func (db *DB) EndLife(ctx context.Context, o view.LifeOrder) (int, error) {
	l, ok := lives()[o.Kind]
	if !ok {
		return 0, nil
	}
	res, err := db.x.ExecContext(ctx, l.end, o.Before, o.Now, o.Most)
	if err != nil {
		return 0, told(err)
	}
	n, err := res.RowsAffected()
	return int(n), told(err)
}

const sqlProviderCopies = `
SELECT ref, provider_id FROM (
	SELECT 'a' || a.id AS ref, a.provider_id FROM attempt a JOIN sender s ON s.id = a.sender_id
		WHERE s.provider = 'twilio' AND a.channel = 'sms' AND a.provider_id <> '' AND a.claimed_at < $1 AND a.state IN ('sent', 'delivered', 'undelivered')
	UNION ALL SELECT 'n' || n.id, n.provider_id FROM notice n JOIN sender s ON s.id = n.sender_id
		WHERE s.provider = 'twilio' AND n.channel = 'sms' AND n.provider_id <> '' AND n.claimed_at < $1 AND n.state IN ('sent', 'delivered', 'undelivered')
	UNION ALL SELECT 'x' || x.id, x.provider_id FROM inbox x
		WHERE x.provider = 'twilio' AND x.kind = 'text' AND x.received_at < $1 AND x.applied_at IS NOT NULL) c
WHERE NOT EXISTS (SELECT 1 FROM redaction r WHERE r.ref = c.ref) AND NOT c.ref = ANY($3)
ORDER BY ref LIMIT $2`

// ProviderCopies lists texts older than an instant of real time whose words the provider
// still has, but not those of skip.
func (db *DB) ProviderCopies(ctx context.Context, before time.Time, most int, skip []string) ([]view.ProviderCopy, error) {
	var out []view.ProviderCopy
	return out, told(db.x.SelectContext(ctx, &out, sqlProviderCopies, before, most, append(pq.StringArray{}, skip...)))
}

const sqlRedacted = `INSERT INTO redaction (ref) VALUES ($1) ON CONFLICT DO NOTHING`

// Redacted notes that the provider has the words of a text no more.
func (db *DB) Redacted(ctx context.Context, ref string) error {
	_, err := db.x.ExecContext(ctx, sqlRedacted, ref)
	return told(err)
}

const sqlBeginRetention = `
INSERT INTO retention_day (day) VALUES (clock_timestamp()::date)
ON CONFLICT (day) DO UPDATE SET started_at = clock_timestamp()
	WHERE retention_day.finished_at IS NULL AND retention_day.started_at < clock_timestamp() - interval '1 hour'
RETURNING day::text`

// BeginRetention takes the day's run for the caller; "" if somebody has it or it is done.
func (db *DB) BeginRetention(ctx context.Context) (string, error) {
	var day string
	return day, one(db.x.SelectContext, ctx, &day, sqlBeginRetention)
}

const sqlEndRetention = `UPDATE retention_day SET finished_at = clock_timestamp(), report = $2 WHERE day = $1::date`

// EndRetention keeps what the day's run did.
func (db *DB) EndRetention(ctx context.Context, day string, report []view.LifeEnded) error {
	doc, err := json.Marshal(report)
	if err != nil {
		return err
	}
	_, err = db.x.ExecContext(ctx, sqlEndRetention, day, string(doc))
	return told(err)
}
