package view

import "canvass/dispatch/survey"

// StoredResponse is one response by its own id, with how each answer came.
// Whose it is is nowhere near.
type StoredResponse struct {
	ID              survey.ResponseID
	QuestionnaireID survey.QuestionnaireID
	State           survey.ResponseState
	Mode            survey.Mode // of the last answer
	Answers         survey.Answers
	Modes           map[string]survey.Mode // by question
}
