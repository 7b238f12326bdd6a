package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const (
	// So many answers are looked at one after another before the index is asked, and more
	// while at least wordsOften of them have the words: words that are in many answers
	// fill a page there, and of those that are not the index has few.
	wordsStretch   = 500
	wordsOften     = 10
	wordsStretches = 5
)

const (
	sqlFoundUncoded = ` (NOT $4 OR NOT EXISTS (SELECT FROM answer_topic o WHERE o.response_id = h.response_id AND o.question = $2))`

	// A stretch: what has the words, and the last one of all, beside how many there are.
	sqlFoundNear = `
WITH s AS MATERIALIZED (SELECT response_id, words @@ $5::tsquery AS found FROM answer_words
	WHERE campaign_id = $1 AND question = $2 AND response_id > $3::uuid ORDER BY response_id LIMIT $6)
SELECT h.response_id AS id, h.found AND ` + sqlFoundUncoded + ` AS found, (SELECT count(*) FROM s) AS n
FROM s h WHERE h.found OR h.response_id = (SELECT response_id FROM s ORDER BY response_id DESC LIMIT 1) ORDER BY h.response_id`

	// The index first, whatever the planner thinks of walking along the answers.
	sqlFoundFar = `
WITH hit AS MATERIALIZED (SELECT response_id, campaign_id FROM answer_words WHERE words @@ $5::tsquery)
SELECT h.response_id AS id FROM hit h WHERE h.response_id > $3::uuid AND h.campaign_id = $1 AND ` + sqlFoundUncoded + ` ORDER BY h.response_id LIMIT $6`

	sqlFoundAnswers = sqlOpenColumns + `
FROM (SELECT id, stratum, state, late FROM response WHERE campaign_id = $1 AND id = ANY($3::uuid[]) AND state <> 'voided') r` + sqlOpenJoins
)

// FindWords reads a page of the open answers to a question in which all words are, in the
// order of random ids. Answers of anonymous campaigns are not found.
func (db *DB) FindWords(ctx context.Context, q view.WordsFind) (view.WordsFound, error) {
	var out view.WordsFound
	ids, err := db.findWords(ctx, q)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	if out.More = len(ids) > q.Limit; out.More {
		ids = ids[:q.Limit]
	}
	out.Last = survey.ResponseID(ids[len(ids)-1])
	out.Answers, err = db.openAnswers(ctx, sqlFoundAnswers, q.Campaign, q.Question, ids)
	return out, err
}

// findWords finds one more than a page has, if there are so many.
func (db *DB) findWords(ctx context.Context, q view.WordsFind) (pq.StringArray, error) {
	after := string(q.After)
	if after == "" {
		after = noResponse
	}
	query := foundBy(q)
	var out pq.StringArray
	for stretch := 1; ; stretch++ {
		var met []struct {
			ID    string
			Found bool
			N     int
		}
		if err := db.x.SelectContext(ctx, &met, sqlFoundNear, q.Campaign, q.Question, after, q.None, query, wordsStretch); err != nil {
			return nil, told(err)
		}
		for _, m := range met {
			if after = m.ID; m.Found && len(out) <= q.Limit {
				out = append(out, m.ID)
			}
		}
		if len(out) > q.Limit || len(met) == 0 || met[0].N < wordsStretch {
			return out, nil
		}
		if stretch == wordsStretches || len(met) < wordsOften {
			break
		}
	}
	var far pq.StringArray
	err := db.x.SelectContext(ctx, &far, sqlFoundFar, q.Campaign, q.Question, after, q.None, query, q.Limit+1-len(out))
	return append(out, far...), told(err)
}

// foundBy is what an answer matches that has all words, to the question in the campaign.
func foundBy(q view.WordsFind) string {
	parts := []string{lexeme(fmt.Sprintf("@%d:%s", q.Campaign, q.Question))}
	for i, w := range q.Words {
		parts = append(parts, lexeme(w))
		if i == len(q.Words)-1 {
			parts[len(parts)-1] += ":*"
		}
	}
	return strings.Join(parts, " & ")
}

// openAnswers runs a statement over sqlOpenColumns.
func (db *DB) openAnswers(ctx context.Context, query string, args ...any) ([]view.OpenAnswer, error) {
	var rows []openRow
	if err := db.x.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, told(err)
	}
	out := make([]view.OpenAnswer, len(rows))
	for i, r := range rows {
		out[i] = view.OpenAnswer{Response: r.ID, State: r.State, Late: r.Late, Stratum: r.Stratum, Mode: r.Mode, Value: survey.AnswerText(r.Value),
			Words: survey.AnswerText(r.Words), Mark: r.Mark, Answers: responseRow{Answers: r.Answers}.answered().Answers}
		for _, id := range r.Topics {
			out[i].Topics = append(out[i].Topics, survey.TopicID(id))
		}
	}
	return out, nil
}
