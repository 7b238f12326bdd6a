package postgres

import (
	"context"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlPickedWords = `
SELECT a.response_id AS response, a.question, r.state, a.value, coalesce(s.words, '') AS words, left(md5(coalesce(s.words, a.value)), 12) AS mark
FROM answer_item a JOIN response r ON r.id = a.response_id AND r.campaign_id = $1
LEFT JOIN transcript s ON s.response_id = a.response_id AND s.question = a.question
WHERE a.question = $2 AND a.response_id = ANY($3::uuid[])`

// PickedWords reads what some responses of a campaign say to a question.
func (db *DB) PickedWords(ctx context.Context, k survey.CampaignID, question string, of []view.TopicPick) ([]view.Quotation, error) {
	ids, _ := picked(of)
	var out []view.Quotation
	return out, told(db.x.SelectContext(ctx, &out, sqlPickedWords, k, question, ids))
}

func picked(of []view.TopicPick) (ids, marks pq.StringArray) {
	for _, p := range of {
		ids, marks = append(ids, string(p.Response)), append(marks, p.Mark)
	}
	return ids, marks
}

const (
	sqlMarkQuotes = `
INSERT INTO quotation (response_id, question, campaign_id, mark, marked_by)
SELECT a.response_id, $2, $1, left(md5(coalesce(s.words, a.value)), 12), $4 FROM answer_item a
LEFT JOIN transcript s ON s.response_id = a.response_id AND s.question = a.question
WHERE a.question = $2 AND a.response_id = ANY($3::uuid[])
ON CONFLICT (response_id, question) DO UPDATE SET mark = excluded.mark, marked_by = excluded.marked_by`
	sqlDropQuotes = `DELETE FROM quotation WHERE campaign_id = $1 AND question = $2 AND response_id = ANY($3::uuid[])`
)

// MarkQuotes marks answers as fit to be quoted, or takes the marks off, on record, and
// returns how many: those whose words were changed since they were read are left out.
func (db *DB) MarkQuotes(ctx context.Context, o view.QuoteOrder) (int, error) {
	ids, marks := picked(o.Picks)
	n := 0
	err := db.retried(ctx, func(tx *sqlx.Tx) error {
		var held pq.StringArray
		if err := tx.SelectContext(ctx, &held, sqlHoldAnswers, o.Campaign, o.Question, ids, marks); err != nil {
			return err
		}
		n = len(held)
		var err error
		if o.Off {
			_, err = tx.ExecContext(ctx, sqlDropQuotes, o.Campaign, o.Question, held)
		} else {
			_, err = tx.ExecContext(ctx, sqlMarkQuotes, o.Campaign, o.Question, held, o.Actor)
		}
		if err != nil || n == 0 {
			return err
		}
		return recordAudit(ctx, tx, view.Audit{At: o.Now, Actor: o.Actor, Act: "topic", CampaignID: o.Campaign,
			Detail: map[string]any{"event": map[bool]string{true: "unquote", false: "quote"}[o.Off], "question": o.Question, "answers": n}})
	})
	return n, err
}

// Of an anonymous campaign only what stands in a group of at least so many, when it has
// ended: until then who watches could tell what came between two releases.
const sqlQuotations = `
SELECT q.response_id AS response, q.question, r.state, a.value, coalesce(s.words, '') AS words, q.mark
FROM quotation q JOIN campaign k ON k.id = q.campaign_id JOIN response r ON r.id = q.response_id AND r.state = 'submitted'
JOIN answer_item a ON a.response_id = q.response_id AND a.question = q.question AND a.value <> ''
LEFT JOIN transcript s ON s.response_id = q.response_id AND s.question = q.question
WHERE q.campaign_id = $1 AND q.mark = left(md5(coalesce(s.words, a.value)), 12)
	AND (k.confidentiality <> 'anonymous' OR k.state IN ('closed', 'archived')
		AND (SELECT count(*) FROM (SELECT FROM response o WHERE o.campaign_id = $1 AND o.stratum = r.stratum LIMIT $2) g) >= $2)
ORDER BY q.response_id, q.question LIMIT $3`

// Quotations reads the words that were marked as fit to be quoted, at most so many, in the
// order of random ids. Of an anonymous campaign they are those of groups of at least
// `group` responses.
func (db *DB) Quotations(ctx context.Context, k survey.CampaignID, group, most int) ([]view.Quotation, error) {
	var out []view.Quotation
	return out, told(db.x.SelectContext(ctx, &out, sqlQuotations, k, group, most))
}

const sqlQuoted = `SELECT response_id FROM quotation WHERE campaign_id = $1 AND question = $2 AND response_id = ANY($3::uuid[])`

// Quoted says which of some responses have the mark.
func (db *DB) Quoted(ctx context.Context, k survey.CampaignID, question string, of []survey.ResponseID) (map[survey.ResponseID]bool, error) {
	ids := make(pq.StringArray, len(of))
	for i, id := range of {
		ids[i] = string(id)
	}
	var held []survey.ResponseID
	if err := db.x.SelectContext(ctx, &held, sqlQuoted, k, question, ids); err != nil {
		return nil, told(err)
	}
	out := map[survey.ResponseID]bool{}
	for _, id := range held {
		out[id] = true
	}
	return out, nil
}
