package postgres

import (
	"context"
	"time"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A page of the form is one statement to read, and one to save: what a person waits for
// is the number of trips to the server more than what it does. Both fall back on the
// longer way (Case, Store and ApplyInbox) whenever there is anything else to do.

const sqlPage = `
SELECT i.id, i.campaign_id, i.contact_id, i.stratum, i.state, i.language, ` + sqlFactColumns + `,
	c.id IS NULL AS gone, c.name, c.title, i.weight, i.inclusion, i.replicate, i.disposition, i.token_version,
	r.id AS response_id, r.state AS response_state, r.submitted_at, coalesce(r.late, false) AS late, r.mode,
	` + sqlFilesOfCase + ` AS files,
	t.version < i.token_version AS revoked, i.xmin::text AS version, k.xmin::text AS campaign_version, coalesce(c.xmin::text, '') AS contact_version,
	ARRAY(SELECT DISTINCT coalesce(s.channel, '') FROM suppression s
		WHERE s.contact_id = i.contact_id AND s.lifted_at IS NULL AND s.scope = 'all') AS suppressed,
	a.question, a.value, a.missing, a.answered_at
FROM token t
JOIN invitation i ON i.id = t.invitation_id
JOIN campaign k ON k.id = i.campaign_id
LEFT JOIN contact c ON c.id = i.contact_id
LEFT JOIN link.response_link l ON l.invitation_id = i.id
LEFT JOIN response r ON r.id = l.response_id
LEFT JOIN LATERAL (SELECT array_agg(x.question) AS question, array_agg(x.value) AS value, array_agg(x.missing) AS missing,
	array_agg((extract(epoch FROM x.answered_at) * 1000000)::bigint) AS answered_at
	FROM answer_item x WHERE x.response_id = r.id) a ON true
WHERE t.hash = $1 AND t.purpose = $2`

type pageRow struct {
	caseRow
	Revoked         bool
	Version         string
	CampaignVersion string         `db:"campaign_version"`
	ContactVersion  string         `db:"contact_version"`
	Suppressed      pq.StringArray `db:"suppressed"`
	Question        pq.StringArray
	Value           pq.StringArray
	Missing         pq.StringArray
	AnsweredAt      pq.Int64Array `db:"answered_at"` // µs of Unix time
}

// Page reads the case behind a link, the zero Page if it is nobody's.
func (db *DB) Page(ctx context.Context, hash []byte, purpose string) (view.Page, error) {
	var r pageRow
	if err := one(db.x.SelectContext, ctx, &r, sqlPage, hash, purpose); err != nil || r.ID == 0 {
		return view.Page{}, err
	}
	k, err := db.known.campaign(ctx, db, r.CampaignID, r.CampaignVersion)
	if err != nil {
		return view.Page{}, err
	}
	out := view.Page{Case: r.view(k.campaign, nil), Revoked: r.Revoked, Versions: view.Versions{Invitation: r.Version, Campaign: k.version, Contact: r.ContactVersion}}
	out.Answers, out.AnsweredAt = survey.Answers{}, map[string]time.Time{}
	for i, q := range r.Question {
		out.Answers[q] = survey.Answer{Value: survey.AnswerText(r.Value[i]), Missing: survey.Missing(r.Missing[i])}
		out.AnsweredAt[q] = time.UnixMicro(r.AnsweredAt[i])
	}
	for _, ch := range r.Suppressed {
		out.Suppressed = append(out.Suppressed, survey.Channel(ch))
	}
	if err := sealedOf(ctx, db.x, &out.Case); err != nil {
		return view.Page{}, told(err)
	}
	out.Questionnaire, err = db.known.questionnaire(ctx, db, k.campaign.QuestionnaireID)
	return out, err
}

// What of a case a page shows can change only with a row whose version is compared
// here, or with one that must not be there; a case with files is never the same.
const sqlPageStill = `
SELECT count(*) FROM token t
JOIN invitation i ON i.id = t.invitation_id
JOIN campaign k ON k.id = i.campaign_id
JOIN contact c ON c.id = i.contact_id
WHERE t.hash = $1 AND t.purpose = $2 AND t.version >= i.token_version
	AND i.xmin = $3::text::xid AND k.xmin = $4::text::xid AND c.xmin = $5::text::xid
	AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.contact_id = i.contact_id AND s.lifted_at IS NULL AND s.scope = 'all')
	AND NOT EXISTS (SELECT 1 FROM link.upload u WHERE u.invitation_id = i.id)`

// PageStill reports whether Page would say the same again of a case that has nobody's
// opt-out and no files, and whose versions these are.
func (db *DB) PageStill(ctx context.Context, hash []byte, purpose string, v view.Versions) (bool, error) {
	var n int
	err := db.x.GetContext(ctx, &n, sqlPageStill, hash, purpose, v.Invitation, v.Campaign, v.Contact)
	return n == 1, told(err)
}

// The one statement writes the invitation, and with it takes its lock, only if its row
// and that of its campaign are those that the decision was made on, if nothing waits to
// be applied before, and if the same has not come already. Whoever cuts an open case off
// from its response or takes its links away writes the invitation too. The statement
// keeps what arrived and what comes of it together, or nothing.
const sqlSavePage = `
WITH moved AS (
	UPDATE invitation i SET state = CASE WHEN i.state = 'open' THEN 'started' ELSE i.state END,
		human_at = coalesce(i.human_at, $15::timestamptz), progress = coalesce($16::jsonb, i.progress)
	FROM campaign k, link.response_link l
	WHERE i.id = $1 AND i.xmin = $2::text::xid AND k.id = i.campaign_id AND k.xmin = $3::text::xid
		AND l.invitation_id = $1 AND l.response_id = $4
		AND NOT EXISTS (SELECT 1 FROM inbox x WHERE x.invitation_id = $1 AND x.applied_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM inbox x WHERE x.provider = $6 AND x.provider_id = $7)
	RETURNING i.id, i.xmin::text AS version, k.confidentiality),
stored AS (
	INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
	SELECT $5, $6, $7, $8::timestamptz, id, $9::jsonb, clock_timestamp(), 'applied' FROM moved),
before AS (
	INSERT INTO answer_before (response_id, question, value, missing, mode, language, assigned_by, answered_at, replaced_at)
	SELECT a.response_id, a.question, a.value, a.missing, a.mode, a.language, a.assigned_by, a.answered_at, $15
	FROM moved, answer_item a JOIN unnest($11::text[], $12::text[], $13::text[]) AS u (question, value, missing) ON u.question = a.question
	WHERE moved.confidentiality <> 'anonymous' AND a.response_id = $4 AND (a.value <> u.value OR a.missing <> u.missing)),
saved AS (
	INSERT INTO answer_item (response_id, question, value, missing, mode, answered_at, language)
	SELECT $4, u.question, u.value, u.missing, $10, u.answered_at, $17
	FROM moved, unnest($11::text[], $12::text[], $13::text[], $14::timestamptz[]) AS u (question, value, missing, answered_at)
	ON CONFLICT (response_id, question) DO UPDATE
	SET value = excluded.value, missing = excluded.missing, mode = excluded.mode, answered_at = excluded.answered_at,
		language = excluded.language, assigned_by = '')
SELECT version FROM moved`

// SavePage keeps the answers of a page and returns the version of the invitation that
// comes of it. It is empty, and nothing is kept, where the case is not what it was, or
// the same thing came before: then the longer way decides.
func (db *DB) SavePage(ctx context.Context, s view.PageSave) (string, error) {
	var question, value, missing, at pq.StringArray
	for _, it := range s.Change.Items {
		if it.At.IsZero() || it.At.After(s.Now) {
			it.At = s.Now
		}
		question, value = append(question, it.Question), append(value, string(it.Answer.Value))
		missing, at = append(missing, string(it.Answer.Missing)), append(at, it.At.Format(time.RFC3339Nano))
	}
	progress, err := encoded(s.Change.Progress)
	if err != nil {
		return "", err
	}
	var version string
	err = one(db.x.SelectContext, ctx, &version, sqlSavePage, s.Invitation, s.Versions.Invitation, s.Versions.Campaign, string(s.Response),
		s.Kind, s.Provider, s.ProviderID, s.ReceivedAt, string(s.Payload), s.Change.Mode, question, value, missing, at, s.Now, progress, s.Language)
	if isState(err, "40P01") || isState(err, "40001") || isState(err, "23505") {
		return "", nil // the longer way tries again
	}
	return version, told(err)
}
