package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	sqlHoldSpoken = `
SELECT a.response_id FROM answer_item a JOIN response r ON r.id = a.response_id
WHERE r.campaign_id = $1 AND a.question = $2 AND a.value = $3 AND r.id = (SELECT o.response_id FROM recording o WHERE o.id = $3)
	AND r.state <> 'voided' FOR SHARE OF a`
	sqlWriteDown = `
INSERT INTO transcript (response_id, question, words, written_by) VALUES ($1, $2, $3, $4)
ON CONFLICT (response_id, question) DO UPDATE SET words = excluded.words, written_by = excluded.written_by`
)

// WriteDown keeps what staff wrote down of a spoken answer, on record. Errors: not_found,
// if no answer of the campaign is that recording.
func (db *DB) WriteDown(ctx context.Context, t view.Transcript) error {
	return db.retried(ctx, func(tx *sqlx.Tx) error {
		var response string
		if err := tx.GetContext(ctx, &response, sqlHoldSpoken, t.Campaign, t.Question, t.Recording); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlWriteDown, response, t.Question, t.Words, t.Actor); err != nil {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: t.Now, Actor: t.Actor, Act: "topic", CampaignID: t.Campaign,
			Detail: map[string]any{"event": "write_down", "question": t.Question}})
	})
}

const (
	sqlCodedAll = `
SELECT question, response_id AS response, array_agg(topic_id ORDER BY topic_id) AS topics FROM answer_topic WHERE campaign_id = $1 GROUP BY 1, 2`
	sqlWrittenAll = `
SELECT s.question, s.response_id AS response, s.words FROM transcript s JOIN response r ON r.id = s.response_id WHERE r.campaign_id = $1`
)

// TopicCoding reads what staff made of the words of a campaign.
func (db *DB) TopicCoding(ctx context.Context, k survey.CampaignID) (view.TopicCoding, error) {
	out := view.TopicCoding{Topics: map[string]map[survey.ResponseID][]survey.TopicID{}, Transcripts: map[string]map[survey.ResponseID]survey.AnswerText{}}
	var coded []struct {
		Question string
		Response survey.ResponseID
		Topics   pq.Int64Array
	}
	if err := db.x.SelectContext(ctx, &coded, sqlCodedAll, k); err != nil {
		return out, told(err)
	}
	for _, c := range coded {
		if out.Topics[c.Question] == nil {
			out.Topics[c.Question] = map[survey.ResponseID][]survey.TopicID{}
		}
		for _, id := range c.Topics {
			out.Topics[c.Question][c.Response] = append(out.Topics[c.Question][c.Response], survey.TopicID(id))
		}
	}
	var written []struct {
		Question string
		Response survey.ResponseID
		Words    string
	}
	if err := db.x.SelectContext(ctx, &written, sqlWrittenAll, k); err != nil {
		return out, told(err)
	}
	for _, w := range written {
		if out.Transcripts[w.Question] == nil {
			out.Transcripts[w.Question] = map[survey.ResponseID]survey.AnswerText{}
		}
		out.Transcripts[w.Question][w.Response] = survey.AnswerText(w.Words)
	}
	return out, nil
}
