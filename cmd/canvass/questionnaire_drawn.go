package main

import (
	"slices"
	"strings"

	"canvass/dispatch/instrument"
)

// drawnByLot is what of a questionnaire comes in an order drawn for each person.
type drawnByLot struct {
	Groups  []string `json:"groups,omitempty"`  // in every mode
	Rows    []string `json:"rows,omitempty"`    // of these matrices, in every mode
	Choices []string `json:"choices,omitempty"` // of these questions; on the web alone, elsewhere the numbers stand
}

func drawn(q *instrument.Questionnaire) drawnByLot {
	var out drawnByLot
	for i := range q.Groups {
		if q.Groups[i].Random {
			out.Groups = append(out.Groups, q.Groups[i].Name)
		}
	}
	for i := range q.Questions {
		on := &q.Questions[i]
		if on.Drawn() {
			out.Choices = append(out.Choices, on.Name)
		}
		if on.RandomRows && !slices.Contains(out.Rows, on.Matrix) {
			out.Rows = append(out.Rows, on.Matrix)
		}
	}
	return out
}

func (a *app) sayDrawn(d drawnByLot) {
	if len(d.Groups) > 0 {
		a.say(a.t("Thứ tự câu rút thăm theo từng người, ở mọi cách trả lời, trong nhóm: %s.", "Questions in an order drawn by lot for each person, in every mode, in the groups: %s."), strings.Join(d.Groups, ", "))
	}
	if len(d.Rows) > 0 {
		a.say(a.t("Thứ tự hàng rút thăm theo từng người, ở mọi cách trả lời, trong bảng: %s.", "Rows in an order drawn by lot for each person, in every mode, of: %s."), strings.Join(d.Rows, ", "))
	}
	if len(d.Choices) > 0 {
		a.say(a.t("Thứ tự lựa chọn rút thăm theo từng người, chỉ trên web, ở câu: %s.", "Choices in an order drawn by lot for each person, on the web alone, of: %s."), strings.Join(d.Choices, ", "))
	}
}
