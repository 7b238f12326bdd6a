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
	t.version < i.token_version AS revoked, i.xmin::text AS version, k.xmin::text AS campaign_version,
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
	out := view.Page{Case: r.view(k.campaign, nil), Revoked: r.Revoked, Versions: view.Versions{Invitation: r.Version, Campaign: k.version}}
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

// The one statement locks the invitation, and holds only if its row and that of its
// campaign are those that the decision was made on, if the response is still the
// person's, and if nothing waits to be applied before. It keeps what arrived and what
// comes of it together, or nothing.
const sqlSavePage = `
WITH locked AS (
	SELECT i.id FROM invitation i
	JOIN campaign k ON k.id = i.campaign_id
	JOIN link.response_link l ON l.invitation_id = i.id
	WHERE i.id = $1 AND i.xmin = $2::text::xid AND k.xmin = $3::text::xid AND l.response_id = $4
		AND NOT EXISTS (SELECT 1 FROM inbox x WHERE x.invitation_id = i.id AND x.applied_at IS NULL)
	FOR UPDATE OF i FOR KEY SHARE OF l),
stored AS (
	INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload, applied_at, outcome)
	SELECT $5, $6, $7, $8::timestamptz, id, $9::jsonb, clock_timestamp(), 'applied' FROM locked
	ON CONFLICT (provider, provider_id) DO NOTHING
	RETURNING id),
resumed AS (
	UPDATE response SET mode = $10, state = CASE WHEN state = 'broken_off' THEN 'started' ELSE state END
	FROM stored WHERE response.id = $4),
dropped AS (
	DELETE FROM answer_item USING stored WHERE response_id = $4 AND question = ANY($11::text[])),
saved AS (
	INSERT INTO answer_item (response_id, question, value, missing, mode, answered_at)
	SELECT $4, u.question, u.value, u.missing, $10, u.answered_at
	FROM stored, unnest($12::text[], $13::text[], $14::text[], $15::timestamptz[]) AS u (question, value, missing, answered_at)
	ON CONFLICT (response_id, question) DO UPDATE
	SET value = excluded.value, missing = excluded.missing, mode = excluded.mode, answered_at = excluded.answered_at),
moved AS (
	UPDATE invitation SET state = CASE WHEN state = 'open' THEN 'started' ELSE state END,
		human_at = coalesce(human_at, $16::timestamptz), progress = coalesce($17::jsonb, progress)
	FROM stored WHERE invitation.id = $1)
SELECT count(*) FROM stored`

// SavePage keeps the answers of a page. It is false, and nothing is kept, where the case
// is not what it was, or the same thing came before: then the longer way decides.
func (db *DB) SavePage(ctx context.Context, s view.PageSave) (bool, error) {
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
		return false, err
	}
	var n int
	err = db.x.GetContext(ctx, &n, sqlSavePage, s.Invitation, s.Versions.Invitation, s.Versions.Campaign, string(s.Response),
		s.Kind, s.Provider, s.ProviderID, s.ReceivedAt, string(s.Payload), s.Change.Mode, pq.StringArray(s.Change.Drop),
		question, value, missing, at, s.Now, progress)
	if isState(err, "40P01") || isState(err, "40001") {
		return false, nil // the longer way tries again
	}
	return n == 1, told(err)
}
