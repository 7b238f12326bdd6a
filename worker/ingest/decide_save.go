package ingest

import (
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// save keeps what somebody answered before they pressed a button, each question
// by itself. The answer that was given last holds, whichever came last: a save
// that waited for a connection does not undo what was answered since, here or on
// another device. Nothing is sent off, and no other answer is taken away: the
// first touch of a finger may be a slip.
func (d *decision) save(ch *view.Change, f *Form) {
	given := f.Given
	if given.IsZero() || given.After(d.now) {
		given = d.now
	}
	var items []survey.Item
	waits, after := false, d.c.Answers
	for i := range d.q.Questions {
		q := &d.q.Questions[i]
		field, said := f.Fields[q.Name]
		if !said || q.Type == instrument.Note || d.c.AnsweredAt[q.Name].After(given) || field.empty() && after[q.Name].Empty() {
			continue
		}
		so := d.c
		so.Answers = after
		read, wrong := d.g.Read(d.q, so, map[string]Field{q.Name: field}, d.now)
		next := after
		for _, it := range read {
			next = d.q.Set(next, it.Question, it.Answer)
		}
		if len(wrong) > 0 || loses(after, next, q) {
			waits = true
			continue
		}
		items, after = append(items, read...), next
	}
	if d.out != nil {
		d.out.form.Waits = waits
	}
	if len(items) == 0 {
		ch.Outcome = outcomeIgnored
		return
	}
	d.set(ch, survey.Web, items)
	for i := range ch.Items {
		ch.Items[i].At = given
	}
}

// loses reports whether an answer to q takes another away; the words beside its
// own other choice are part of it.
func loses(before, after survey.Answers, q *instrument.Question) bool {
	for name := range before {
		if _, kept := after[name]; !kept && name != q.Name && name != q.OtherName() {
			return true
		}
	}
	return false
}

// empty reports whether nothing was entered.
func (f Field) empty() bool {
	return f.Other == "" && !slices.ContainsFunc(f.Values, func(s string) bool { return s != "" })
}
