package console

import (
	"strconv"

	"canvass/templates"
)

// Bounds of the conditions that are offered: questions before it, and choices of each.
const (
	mostWhens       = 60
	mostWhenChoices = 12
)

// whens are the conditions that the form of a question offers: that a question before it
// was answered by one of its choices. A condition of another kind is offered as it stands.
func (v *visit) whens(s sketched) []templates.WhenLine {
	var out []templates.WhenLine
	known := s.Relevant == ""
	before := s.outline.Sketches[:min(s.at-1, len(s.outline.Sketches))]
	for i := max(0, len(before)-mostWhens); i < len(before); i++ {
		q := before[i]
		if q.Type != "single" && q.Type != "multiple" {
			continue
		}
		line := templates.WhenLine{Question: strconv.Itoa(i+1) + ". " + cut(in(v.lang(), q.Label), 60)}
		for _, c := range q.Choices[:min(len(q.Choices), mostWhenChoices)] {
			code := c.Code
			if _, err := strconv.Atoi(code); err != nil || q.Type == "multiple" {
				code = "'" + code + "'"
			}
			condition := "${" + q.Name + "} = " + code
			if q.Type == "multiple" {
				condition = "selected(${" + q.Name + "}, " + code + ")"
			}
			known = known || condition == s.Relevant
			line.Answers = append(line.Answers, templates.WhenAnswer{Condition: condition, Label: cut(in(v.lang(), c.Label), 60), Now: condition == s.Relevant})
		}
		out = append(out, line)
	}
	if !known {
		out = append(out, templates.WhenLine{Answers: []templates.WhenAnswer{{Condition: s.Relevant, Label: s.Relevant, Now: true}}})
	}
	return out
}
