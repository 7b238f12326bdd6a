package postgres

import (
	"context"
	"regexp"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// responseForm is how ids of responses are written.
var responseForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

const sqlStoredResponse = `
SELECT r.id, r.questionnaire_id, r.state, r.mode,
	coalesce((SELECT jsonb_object_agg(a.question, jsonb_build_array(a.value, a.missing, a.mode)) FROM answer_item a
		WHERE a.response_id = r.id), '{}') AS answers
FROM response r WHERE r.id = $1 AND r.state <> 'voided'`

// StoredResponse reads one response that was not taken out. It does not look at
// whose it is. What is no id of a response is not found.
func (db *DB) StoredResponse(ctx context.Context, id survey.ResponseID) (view.StoredResponse, error) {
	var r struct {
		ID              survey.ResponseID
		QuestionnaireID survey.QuestionnaireID `db:"questionnaire_id"`
		State           survey.ResponseState
		Mode            survey.Mode
		Answers         document[map[string][3]string]
	}
	if !responseForm.MatchString(string(id)) {
		return view.StoredResponse{}, &survey.Error{Kind: survey.NotFound, Code: survey.CodeNotFound,
			Args: map[string]string{"what": "response", "name": string(id)}}
	}
	if err := db.x.GetContext(ctx, &r, sqlStoredResponse, id); err != nil {
		return view.StoredResponse{}, notFound(told(err), "response", string(id))
	}
	out := view.StoredResponse{ID: r.ID, QuestionnaireID: r.QuestionnaireID, State: r.State, Mode: r.Mode,
		Answers: survey.Answers{}, Modes: map[string]survey.Mode{}}
	for q, a := range r.Answers.V {
		out.Answers[q] = survey.Answer{Value: survey.AnswerText(a[0]), Missing: survey.Missing(a[1])}
		out.Modes[q] = survey.Mode(a[2])
	}
	return out, nil
}
