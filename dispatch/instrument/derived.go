package instrument

import (
	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Asked reports whether the type is one that people are asked or told.
func (t Type) Asked() bool { return t != Calculate && t != Hidden }

// derivation reads what a question that is not asked has as its value.
func (p *parser) derivation(q *Question, f map[string]*yaml.Node) {
	switch q.Type {
	case Calculate:
		if f["calculation"] == nil {
			p.fail(q.Line, survey.CodeExpressionSyntax, "question", q.Name, "problem", "no calculation")
			return
		}
		p.derived = p.place(p.derived, f["calculation"])
	case Hidden:
		q.Default = p.word(f["default"])
	}
}

// derive is the value of a question that is not asked, from what came before it.
func (q *Question) derive(lookup func(string) survey.Answer) survey.Answer {
	if q.Type == Hidden {
		return survey.Answer{Value: survey.AnswerText(q.Default)}
	}
	if q.Calculation == nil {
		return survey.Answer{}
	}
	v := q.Calculation.Eval(lookup)
	if text := v.Text(); text != "NaN" {
		return survey.Answer{Value: survey.AnswerText(text)}
	}
	return survey.Answer{}
}

// Derived are the values of calculations and hidden fields after the answers a.
// They follow from the answers and are not stored with them: whoever reads answers
// adds them.
func (q *Questionnaire) Derived(a survey.Answers) survey.Answers {
	out := survey.Answers{}
	lookup := q.lookup(q.relevance(a), a)
	for i := range q.Questions {
		question := &q.Questions[i]
		if question.Type.Asked() {
			continue
		}
		if v := lookup(question.Name); v.Value != "" {
			out[question.Name] = v
		}
	}
	return out
}
