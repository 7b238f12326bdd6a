package postgres

import (
	"context"
	"database/sql"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlTopics = `SELECT id, code, vi, en, ended_at FROM topic ORDER BY ended_at IS NOT NULL, vi, id`

type topicRow struct {
	ID           survey.TopicID
	Code, Vi, En string
	EndedAt      sql.NullTime `db:"ended_at"`
}

func (r topicRow) topic() view.Topic {
	if r.En == "" {
		r.En = r.Vi
	}
	return view.Topic{ID: r.ID, Code: r.Code, Name: map[survey.Lang]string{survey.Vietnamese: r.Vi, survey.English: r.En}, EndedAt: r.EndedAt.Time}
}

// Topics lists all topics, those that are given first.
func (db *DB) Topics(ctx context.Context) ([]view.Topic, error) {
	var rows []topicRow
	if err := db.x.SelectContext(ctx, &rows, sqlTopics); err != nil {
		return nil, told(err)
	}
	out := make([]view.Topic, len(rows))
	for i, r := range rows {
		out[i] = r.topic()
	}
	return out, nil
}

const sqlMakeTopic = `INSERT INTO topic (code, vi, en, created_at, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING id`

// MakeTopic adds a topic. Errors: topic_taken.
func (db *DB) MakeTopic(ctx context.Context, t view.Topic, by view.Audit) (survey.TopicID, error) {
	var id survey.TopicID
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		vi, en := t.Name[survey.Vietnamese], t.Name[survey.English]
		if en == vi {
			en = ""
		}
		if err := tx.GetContext(ctx, &id, sqlMakeTopic, t.Code, vi, en, by.At, by.Actor); err != nil {
			return err
		}
		by.Act, by.Detail = "topic", map[string]any{"event": "make", "topic": t.Code}
		return recordAudit(ctx, tx, by)
	})
	if breaks(err, "topic_code_key") {
		return 0, &survey.Error{Kind: survey.Conflict, Code: survey.CodeTopicTaken, Args: map[string]string{"name": t.Name[survey.Vietnamese]}}
	}
	return id, err
}

const sqlEndTopic = `UPDATE topic SET ended_at = $2 WHERE id = $1 RETURNING code`

// EndTopic has a topic given no more from a time on; with the zero time again.
func (db *DB) EndTopic(ctx context.Context, id survey.TopicID, at time.Time, by view.Audit) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var code string
		if err := tx.GetContext(ctx, &code, sqlEndTopic, id, sql.NullTime{Time: at, Valid: !at.IsZero()}); err != nil {
			return err
		}
		by.Act, by.Detail = "topic", map[string]any{"event": map[bool]string{true: "again", false: "end"}[at.IsZero()], "topic": code}
		return recordAudit(ctx, tx, by)
	})
}

// A chunk of responses is looked at along the index, whatever is in them; those of one
// topic along that of the topics.
const (
	sqlOpenColumns = `
SELECT r.id, r.stratum, r.state, r.late, coalesce(a.mode, '') AS mode, coalesce(a.value, '') AS value, coalesce(s.words, '') AS words,
	left(md5(coalesce(s.words, a.value, '')), 12) AS mark,
	CASE WHEN r.state = 'submitted' OR coalesce(a.value, '') = '' THEN '{}' ELSE
		coalesce((SELECT jsonb_object_agg(b.question, jsonb_build_array(b.value, b.missing, b.mode)) FROM answer_item b WHERE b.response_id = r.id), '{}') END AS answers,
	ARRAY(SELECT t.topic_id FROM answer_topic t WHERE t.response_id = r.id AND t.question = $2 ORDER BY t.topic_id) AS topics `
	sqlOpenJoins = `
LEFT JOIN answer_item a ON a.response_id = r.id AND a.question = $2 LEFT JOIN transcript s ON s.response_id = r.id AND s.question = $2
ORDER BY r.id`
	sqlOpenAnswers = sqlOpenColumns + `
FROM (SELECT id, stratum, state, late FROM response WHERE campaign_id = $1 AND id > $3::uuid AND state <> 'voided' ORDER BY id LIMIT $4) r` + sqlOpenJoins
	sqlOpenOfTopic = sqlOpenColumns + `
FROM (SELECT p.id, p.stratum, p.state, p.late FROM answer_topic o JOIN response p ON p.id = o.response_id
	WHERE o.campaign_id = $1 AND o.question = $2 AND o.topic_id = $5 AND o.response_id > $3::uuid ORDER BY o.response_id LIMIT $4) r` + sqlOpenJoins
)

// noResponse comes before every response.
const noResponse = "00000000-0000-0000-0000-000000000000"

type openRow struct {
	ID      survey.ResponseID
	Stratum string
	State   survey.ResponseState
	Late    bool
	Mode    survey.Mode
	Value   string
	Words   string
	Mark    string
	Answers document[map[string][3]string]
	Topics  pq.Int64Array
}

// OpenAnswers reads a chunk of responses, also those that say nothing to the question, so
// that the last one tells where the next chunk begins.
func (db *DB) OpenAnswers(ctx context.Context, q view.OpenQuery) ([]view.OpenAnswer, error) {
	after := string(q.After)
	if after == "" {
		after = noResponse
	}
	if q.Topic != 0 {
		return db.openAnswers(ctx, sqlOpenOfTopic, q.Campaign, q.Question, after, q.Limit, q.Topic)
	}
	return db.openAnswers(ctx, sqlOpenAnswers, q.Campaign, q.Question, after, q.Limit)
}

const sqlTopicUses = `
SELECT topic_id AS topic, count(*) AS n FROM answer_topic WHERE campaign_id = $1 AND question = $2 GROUP BY topic_id
UNION ALL SELECT 0, count(DISTINCT response_id) FROM answer_topic WHERE campaign_id = $1 AND question = $2`

// TopicUses counts the answers to a question by topic; under topic 0 are those that have
// any. It looks at what staff gave, one answer at a time, and at nothing else.
func (db *DB) TopicUses(ctx context.Context, k survey.CampaignID, question string) ([]view.TopicUse, error) {
	var out []view.TopicUse
	return out, told(db.x.SelectContext(ctx, &out, sqlTopicUses, k, question))
}

const (
	// The words cannot change until the topics stand.
	sqlHoldAnswers = `
SELECT a.response_id FROM unnest($3::uuid[], $4::text[]) AS u (id, mark) JOIN answer_item a ON a.response_id = u.id AND a.question = $2
JOIN response r ON r.id = u.id AND r.campaign_id = $1 AND r.state <> 'voided'
WHERE a.value <> '' AND left(md5(coalesce((SELECT s.words FROM transcript s WHERE s.response_id = u.id AND s.question = $2), a.value)), 12) = u.mark
ORDER BY a.response_id FOR SHARE OF a`
	sqlGiveTopics = `
INSERT INTO answer_topic (campaign_id, question, topic_id, response_id, coded_by)
SELECT $1, $2, t.id, u.id, $5 FROM unnest($3::uuid[]) AS u (id) CROSS JOIN topic t WHERE t.id = ANY($4) AND t.ended_at IS NULL ON CONFLICT DO NOTHING`
	sqlDropTopics = `
DELETE FROM answer_topic WHERE campaign_id = $1 AND question = $2 AND response_id = ANY($3::uuid[]) AND topic_id = ANY($4)`
)

// GiveTopics gives topics to answers, or takes them off, on record, and returns to how
// many answers: those whose words were changed since they were read are left out.
func (db *DB) GiveTopics(ctx context.Context, o view.TopicOrder) (int, error) {
	ids, marks := picked(o.Picks)
	var topics pq.Int64Array
	for _, t := range o.Topics {
		topics = append(topics, int64(t))
	}
	n := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var held pq.StringArray
		if err := tx.SelectContext(ctx, &held, sqlHoldAnswers, o.Campaign, o.Question, ids, marks); err != nil {
			return err
		}
		n = len(held)
		var err error
		if o.Off {
			_, err = tx.ExecContext(ctx, sqlDropTopics, o.Campaign, o.Question, held, topics)
		} else {
			_, err = tx.ExecContext(ctx, sqlGiveTopics, o.Campaign, o.Question, held, topics, o.Actor)
		}
		if err != nil || n == 0 {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "topic", CampaignID: o.Campaign,
			Detail: map[string]any{"event": map[bool]string{true: "off", false: "give"}[o.Off], "question": o.Question, "topics": topics, "answers": n}})
	})
	return n, err
}
