package postgres

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
)

const sqlItems = `SELECT question, value, missing, answered_at FROM answer_item WHERE response_id = $1`

// answersOf returns the answers of a response, and when each was given.
func answersOf(ctx context.Context, tx *sqlx.Tx, id survey.ResponseID) (survey.Answers, map[string]time.Time, error) {
	out, at := survey.Answers{}, map[string]time.Time{}
	if id == "" {
		return out, at, nil
	}
	var rows []struct {
		Question, Value, Missing string
		AnsweredAt               time.Time `db:"answered_at"`
	}
	if err := tx.SelectContext(ctx, &rows, sqlItems, string(id)); err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		out[r.Question] = survey.Answer{Value: survey.AnswerText(r.Value), Missing: survey.Missing(r.Missing)}
		at[r.Question] = r.AnsweredAt
	}
	return out, at, nil
}
