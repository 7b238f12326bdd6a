package wording

import (
	"slices"
	"strconv"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// attached are the files of a question as boxes: those that are stored and those
// that were sent with this page, ticked where they are to stay.
func attached(c Context, q *instrument.Question, a survey.Answers, values []string) []templates.Option {
	kept, _ := stored(q, a)
	var out []templates.Option
	for _, id := range slices.Concat(kept, values) {
		if _, _, ok := survey.AttachmentID(id).Read(); !ok {
			continue
		}
		if !slices.ContainsFunc(out, func(o templates.Option) bool { return o.Code == id }) {
			out = append(out, templates.Option{Code: id, Label: fileLabel(c, id), Checked: slices.Contains(values, id)})
		}
	}
	return out
}

// fileLabel is what a file is called where it can have no name: its kind and size.
func fileLabel(c Context, id string) string {
	kind, size, ok := survey.AttachmentID(id).Read()
	if !ok {
		return ""
	}
	label, _ := templates.Words("attached."+string(kind), c.lang(), nil)
	if size >= 1<<20 {
		return label + ", " + templates.Decimal(c.lang(), float64(size)/(1<<20), 1) + " MB"
	}
	return label + ", " + strconv.Itoa((size+1023)>>10) + " KB"
}

// File is what a page calls a file that was just kept.
func (w *Wording) File(c Context, id survey.AttachmentID) string { return fileLabel(c, string(id)) }

// Fault is the sentence under a field, with its remedy.
func (w *Wording) Fault(c Context, q *instrument.Question, e *survey.Error) string {
	return fault(c, q, e)
}
