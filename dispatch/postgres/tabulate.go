package postgres

import (
	"context"
	"iter"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const sqlClosedCases = `
SELECT i.stratum, i.disposition, i.weight
FROM invitation i JOIN replicate r ON r.campaign_id = i.campaign_id AND r.number = i.replicate
WHERE i.campaign_id = $1 AND r.state <> 'held' AND i.state = 'closed' ORDER BY i.stratum, i.disposition`

// ClosedCases reads the closed cases of released replicates, by stratum. It
// does not look at what they answered, so Mode is empty.
func (db *DB) ClosedCases(ctx context.Context, id survey.CampaignID) iter.Seq2[view.ClosedCase, error] {
	return func(yield func(view.ClosedCase, error) bool) {
		rows, err := db.x.QueryxContext(ctx, sqlClosedCases, id)
		if err != nil {
			yield(view.ClosedCase{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var c view.ClosedCase
			if err := rows.Scan(&c.Stratum, &c.Disposition, &c.Weight); err != nil {
				yield(c, err)
				return
			}
			if !yield(c, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.ClosedCase{}, told(err))
		}
	}
}

// One row per response with its answers, in the order of random ids, which says
// nothing about who came when. Neither person nor case is anywhere near.
const sqlResponses = `
SELECT r.id, r.stratum, r.weight, r.mode, r.state, r.late,
	coalesce((SELECT jsonb_object_agg(a.question, jsonb_build_array(a.value, a.missing)) FROM answer_item a
		WHERE a.response_id = r.id), '{}') AS answers
FROM response r WHERE r.campaign_id = $1 AND r.state <> 'voided' ORDER BY r.id`

type responseRow struct {
	ID      survey.ResponseID
	Stratum string
	Weight  float64
	Mode    survey.Mode
	State   survey.ResponseState
	Late    bool
	Answers document[map[string][2]string]
}

func (r responseRow) answered() view.Answered {
	answers := make(survey.Answers, len(r.Answers.V))
	for q, a := range r.Answers.V {
		answers[q] = survey.Answer{Value: survey.AnswerText(a[0]), Missing: survey.Missing(a[1])}
	}
	return view.Answered{State: r.State, Late: r.Late, Response: view.Response{ID: r.ID, Stratum: r.Stratum,
		Weight: r.Weight, Mode: r.Mode, Answers: answers}}
}

// Responses reads every response of a campaign that was not taken out, whatever
// its state.
func (db *DB) Responses(ctx context.Context, id survey.CampaignID) iter.Seq2[view.Answered, error] {
	return func(yield func(view.Answered, error) bool) {
		rows, err := db.x.QueryxContext(ctx, sqlResponses, id)
		if err != nil {
			yield(view.Answered{}, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var r responseRow
			if err := rows.StructScan(&r); err != nil {
				yield(view.Answered{}, err)
				return
			}
			if !yield(r.answered(), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(view.Answered{}, told(err))
		}
	}
}
