package postgres

import (
	"context"
	"iter"

	"github.com/jmoiron/sqlx"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A contact was handed over when a provider took it, or may have. What was in a
// worker's hands when the case had its outcome did not lead to it. Of an anonymous case
// only the day of its outcome is known.
const sqlCaseCounts = `
SELECT i.stratum, coalesce(i.disposition, '') AS disposition, coalesce(a.contacts, 0) AS contacts, i.weight, count(*) AS n
FROM invitation i
JOIN replicate r ON r.campaign_id = i.campaign_id AND r.number = i.replicate AND r.state <> 'held'
LEFT JOIN (SELECT b.invitation_id, count(*) AS contacts FROM attempt b JOIN invitation j ON j.id = b.invitation_id
	WHERE j.campaign_id = $1 AND (b.sent_at IS NOT NULL OR b.state IN ('sending', 'unknown'))
		AND (j.closed_at IS NULL OR coalesce(b.sent_at, b.due_at) <= CASE WHEN j.sealed IS NULL THEN j.closed_at ELSE j.closed_at + interval '1 day' END)
	GROUP BY b.invitation_id) a ON a.invitation_id = i.id
WHERE i.campaign_id = $1 AND i.state IN ('open', 'started', 'closed')
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`

func caseCounts(ctx context.Context, x sqlx.QueryerContext, id survey.CampaignID) ([]view.CaseCount, error) {
	var rows []struct {
		Stratum     string
		Disposition survey.Disposition
		Contacts    int
		Weight      float64
		N           int
	}
	if err := sqlx.SelectContext(ctx, x, &rows, sqlCaseCounts, id); err != nil {
		return nil, err
	}
	out := make([]view.CaseCount, len(rows))
	for i, r := range rows {
		out[i] = view.CaseCount(r)
	}
	return out, nil
}

// CaseCounts counts the cases of released replicates, by stratum, code and number
// of contacts. It does not look at what anybody answered.
func (db *DB) CaseCounts(ctx context.Context, id survey.CampaignID) ([]view.CaseCount, error) {
	out, err := caseCounts(ctx, db.x, id)
	return out, told(err)
}

func countCases(ctx context.Context, tx *sqlx.Tx, id survey.CampaignID, out *view.Status) error {
	var err error
	out.Cases, err = caseCounts(ctx, tx, id)
	return err
}

// One row per response with its answers, in the order of random ids, which says
// nothing about who came when. Neither person nor case is anywhere near.
const sqlResponses = `
SELECT r.id, r.stratum, r.weight, r.mode, r.state, r.late,
	coalesce((SELECT jsonb_object_agg(a.question, jsonb_build_array(a.value, a.missing, a.mode)) FROM answer_item a
		WHERE a.response_id = r.id), '{}') AS answers
FROM response r WHERE r.campaign_id = $1 AND r.state <> 'voided' ORDER BY r.id`

type responseRow struct {
	ID      survey.ResponseID
	Stratum string
	Weight  float64
	Mode    survey.Mode
	State   survey.ResponseState
	Late    bool
	Answers document[map[string][3]string]
}

func (r responseRow) answered() view.Answered {
	answers, modes := make(survey.Answers, len(r.Answers.V)), make(map[string]survey.Mode, len(r.Answers.V))
	for q, a := range r.Answers.V {
		modes[q] = survey.Mode(a[2])
		answers[q] = survey.Answer{Value: survey.AnswerText(a[0]), Missing: survey.Missing(a[1])}
	}
	return view.Answered{State: r.State, Late: r.Late, Response: view.Response{ID: r.ID, Stratum: r.Stratum,
		Weight: r.Weight, Mode: r.Mode, Answers: answers, Modes: modes}}
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

const sqlSeeds = `
SELECT r.id, l.invitation_id AS invitation FROM response r JOIN identified_link l ON l.response_id = r.id
WHERE r.campaign_id = $1 AND r.state <> 'voided'`

// Seeds are of what was drawn by lot for each response, as long as it is linked to its
// invitation: an erased person's is not. A seed leads to the person; it is for
// computing orders with, and not to be shown.
func (db *DB) Seeds(ctx context.Context, id survey.CampaignID) (map[survey.ResponseID]uint64, error) {
	var rows []struct {
		ID         survey.ResponseID
		Invitation survey.InvitationID
	}
	if err := db.x.SelectContext(ctx, &rows, sqlSeeds, id); err != nil {
		return nil, told(err)
	}
	out := make(map[survey.ResponseID]uint64, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Invitation.Seed()
	}
	return out, nil
}
