package instrument

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// rows turns a matrix into a question a row, which every mode asks by itself; the
// web shows them under one heading.
func (p *parser) rows(matrix Question, n *yaml.Node) []Question {
	if n == nil {
		p.fail(matrix.Line, survey.CodeChoiceMissing, "question", matrix.Name, "problem", "no rows")
		return nil
	}
	rows := p.listing(n, matrix.Name, "relevant")
	if len(rows) < 2 {
		p.fail(n.Line, survey.CodeChoiceMissing, "question", matrix.Name, "problem", "fewer than two rows", "value", strconv.Itoa(len(rows)))
	}
	var out []Question
	for _, row := range rows {
		q := matrix
		q.Type, q.Matrix, q.Stem = Single, matrix.Name, matrix.Label
		q.Random, q.RandomRows = false, matrix.Random
		q.Name = matrix.Name + "_" + row.Code
		q.Row = row.Label
		q.Label = beside(p.langs, matrix.Label, row.Label)
		q.SMS = besideIn(p.langs, stemOf(p.langs, matrix.SMS, matrix.Label), row.short)
		q.Voice = besideIn(p.langs, stemOf(p.langs, matrix.Voice, matrix.Label), row.spoken)
		out = append(out, q)
	}
	return out
}

// beside is a stem with what it is about this time.
func beside(langs []survey.Lang, stem, row Texts) Texts {
	out := Texts{}
	for _, l := range langs {
		out[l] = stem.In(l) + " – " + row.In(l)
	}
	return out
}

// stemOf is the authored short stem, or the label where there is none.
func stemOf(langs []survey.Lang, authored, label Texts) Texts {
	out := Texts{}
	for _, l := range langs {
		if out[l] = authored[l]; out[l] == "" {
			out[l] = label.In(l)
		}
	}
	return out
}

// besideIn is beside as SMS or voice say it.
func besideIn(langs []survey.Lang, stem Texts, row func(survey.Lang) string) Texts {
	out := Texts{}
	for _, l := range langs {
		out[l] = stem[l] + " " + row(l) + ":"
	}
	return out
}

// rowRelevant is the condition that a row of a matrix has of its own, by its code.
func rowRelevant(rows *yaml.Node) map[string]*yaml.Node {
	own := map[string]*yaml.Node{}
	if rows == nil || rows.Kind != yaml.MappingNode {
		return own
	}
	for i := 0; i+1 < len(rows.Content); i += 2 {
		row := rows.Content[i+1]
		for k := 0; row.Kind == yaml.MappingNode && k+1 < len(row.Content); k += 2 {
			if row.Content[k].Value == "relevant" {
				own[rows.Content[i].Value] = row.Content[k+1]
			}
		}
	}
	return own
}
