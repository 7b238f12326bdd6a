package wording

import (
	"canvass/dispatch/instrument"
	"canvass/templates"
)

// Sheet returns the questions of sheet i of a paper as a page shows them, with their
// numbers and with the headings that begin with them: those of their group and of their
// matrix, once for all that follow.
func (w *Wording) Sheet(c Context, p instrument.Paper, i int, typed map[string]Typed) []templates.Asked {
	var out []templates.Asked
	s, n, last := p.Sheets[i], p.Number(i), &instrument.Question{}
	for _, q := range s {
		asked := w.Asked(c, q, p.Answers(), typed[q.Name])
		if q.Group != last.Group {
			asked.Group = c.Questionnaire.GroupLabel(q.Group).In(c.Lang)
		}
		if q.Matrix != last.Matrix {
			asked.Stem = asked.Within
		}
		if q.Type != instrument.Note {
			asked.Number = n
			n++
		}
		out, last = append(out, asked), q
	}
	return out
}
