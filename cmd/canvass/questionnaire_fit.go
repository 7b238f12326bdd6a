package main

import (
	"fmt"

	"canvass/dispatch/appraisal"
	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// unfit is a question that one mode cannot ask, told at the cell it came from.
type unfit struct {
	Where    string        `json:"where"`
	Question string        `json:"question"`
	Mode     survey.Mode   `json:"mode"`
	How      appraisal.How `json:"how"`
	Why      appraisal.Why `json:"why"`
	Words    string        `json:"words"`
}

// unfitOf lists what SMS and calls cannot ask of q, question by question. What is
// put to nobody, or is left to the web by the author's own core, is not among it.
func (a *app) unfitOf(q *instrument.Questionnaire, place func(*survey.Error) *survey.Error) []unfit {
	var out []unfit
	modes := appraisal.Modes(q)
	for i := range q.Questions {
		for _, m := range modes {
			x := m.Questions[i]
			if x.Why == "" || x.Why == appraisal.WhyNotCore || x.Why == appraisal.WhyComputed {
				continue
			}
			at := place(&survey.Error{Where: x.Where})
			out = append(out, unfit{Where: at.Where, Question: x.Question, Mode: m.Mode, How: x.How, Why: x.Why,
				Words: fmt.Sprintf(a.t("câu %s không hỏi được qua %s: %s. %s.", "question %s cannot be asked by %s: it %s. %s."),
					x.Question, a.label("mode", string(m.Mode)), a.label("why", string(x.Why)), a.label("mend", string(x.Why)))})
		}
	}
	return out
}

// sayUnfit prints them after the findings.
func (a *app) sayUnfit(file string, list []unfit) {
	for _, x := range list {
		fmt.Fprintf(a.errs, "%s: %s: %s%s\n", file, x.Where, a.t("cách trả lời: ", "mode: "), x.Words)
	}
}
