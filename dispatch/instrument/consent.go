package instrument

import (
	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// consent reads whether a question asks whether the person takes part at all. Only an
// acknowledgement can, and it must offer to decline (99).
func (p *parser) consent(q *Question, n *yaml.Node) {
	if q.Consent = p.flag(n); !q.Consent {
		return
	}
	_, declines := q.missingChoice(survey.MissingRefused)
	if q.Type != Acknowledge || !declines {
		p.fail(n.Line, survey.CodeYAML, "problem", "consent is asked by an acknowledge that offers 99", "name", q.Name)
	}
}

// declined reports whether an answer to q says that the person does not take part.
func (q *Question) declined(a survey.Answer) bool {
	return q.Consent && a.Missing == survey.MissingRefused
}

// Declined reports whether the answers a, given in mode m, decline to take part: the case
// is a refusal then, whatever else was answered.
func (q *Questionnaire) Declined(a survey.Answers, m survey.Mode) bool {
	var relevant []bool
	for i := range q.Questions {
		question := &q.Questions[i]
		if !question.declined(a[question.Name]) || !q.asks(i, m) {
			continue
		}
		if relevant == nil {
			relevant = q.relevance(a)
		}
		if relevant[i] {
			return true
		}
	}
	return false
}
