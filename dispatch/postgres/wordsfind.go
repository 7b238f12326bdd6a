package postgres

import (
	"context"
	"fmt"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// wordsReach is how many responses are looked at one after another before the index is
// asked: words that are in many answers fill a page there, and of those that do not the
// index has few.
const wordsReach = 2000

// How far that is; nothing where it is to the end.
const sqlWordsReach = `
SELECT id FROM response WHERE campaign_id = $1 AND id > $2::uuid AND state <> 'voided' ORDER BY id OFFSET $3 LIMIT 1`

const (
	sqlFoundUncoded = ` AND (NOT $5 OR NOT EXISTS (SELECT FROM answer_topic o WHERE o.response_id = p.id AND o.question = $2))`

	sqlFoundNear = sqlOpenColumns + `
FROM (SELECT p.id, p.stratum, p.state, p.late
	FROM (SELECT id, stratum, state, late FROM response WHERE campaign_id = $1 AND id > $3::uuid AND state <> 'voided' ORDER BY id LIMIT $7) p
	JOIN answer_words w ON w.response_id = p.id AND w.question = $2 AND w.words @@ $6::tsquery
	WHERE true` + sqlFoundUncoded + ` ORDER BY p.id LIMIT $4) r` + sqlOpenJoins

	// The index first, whatever the planner thinks of walking along the responses.
	sqlFoundFar = `
WITH hit AS MATERIALIZED (SELECT response_id FROM answer_words WHERE words @@ $6::tsquery)` + sqlOpenColumns + `
FROM (SELECT p.id, p.stratum, p.state, p.late FROM hit JOIN response p ON p.id = hit.response_id
	WHERE p.campaign_id = $1 AND p.id > $3::uuid AND p.state <> 'voided'` + sqlFoundUncoded + ` ORDER BY p.id LIMIT $4) r` + sqlOpenJoins
)

// FindWords reads the open answers to a question in which all words are, in the order of
// random ids, at most Limit of them, and whether there are more. Answers of anonymous
// campaigns are not found.
func (db *DB) FindWords(ctx context.Context, q view.WordsFind) ([]view.OpenAnswer, bool, error) {
	after := string(q.After)
	if after == "" {
		after = noResponse
	}
	parts := []string{lexeme(fmt.Sprintf("@%d:%s", q.Campaign, q.Question))}
	for i, w := range q.Words {
		parts = append(parts, lexeme(w))
		if i == len(q.Words)-1 {
			parts[len(parts)-1] += ":*"
		}
	}
	query := strings.Join(parts, " & ")
	out, err := db.openAnswers(ctx, sqlFoundNear, q.Campaign, q.Question, after, q.Limit+1, q.None, query, wordsReach)
	if err != nil {
		return nil, false, err
	}
	if len(out) <= q.Limit {
		var last []string
		if err := db.x.SelectContext(ctx, &last, sqlWordsReach, q.Campaign, after, wordsReach-1); err != nil {
			return nil, false, told(err)
		}
		if len(last) > 0 {
			far, err := db.openAnswers(ctx, sqlFoundFar, q.Campaign, q.Question, last[0], q.Limit+1-len(out), q.None, query)
			if err != nil {
				return nil, false, err
			}
			out = append(out, far...)
		}
	}
	if len(out) > q.Limit {
		return out[:q.Limit], true, nil
	}
	return out, false, nil
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
