package appraisal

import (
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// Shut lists why a campaign may not ask q by mode m: one error of code
// mode_refused per question for which not every path can be answered in it.
// Where is "file:line" of the question; the caller adds the step. An empty list
// means that the mode may be used.
func Shut(q *instrument.Questionnaire, m survey.Mode) []*survey.Error {
	if !slices.Contains(survey.Modes(), m) {
		return nil
	}
	var out []*survey.Error
	for _, r := range modeOf(q, m).Refusals {
		out = append(out, &survey.Error{Kind: survey.Invalid, Code: survey.CodeModeRefused, Where: r.Where,
			Args: map[string]string{"mode": string(m), "name": r.Question, "why": string(r.Why)}})
	}
	return out
}
