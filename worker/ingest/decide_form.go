package ingest

import (
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// form decides on one post of the web form, or a one-click stop of a mail
// program.
func (d *decision) form(s stored) view.Change {
	f := s.Form
	if f == nil {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
	}
	switch f.Action {
	case SetLang:
		return view.Change{Language: f.Lang.Or(survey.Vietnamese)}
	case Stop:
		return d.stopByForm(f)
	}
	if why, ok := d.taking(); !ok {
		if d.out != nil {
			d.out.form.Refused = why
		}
		return view.Change{Outcome: outcomeIgnored, Reason: why}
	}
	switch f.Action {
	case Begin:
		return view.Change{Human: true, Language: f.Lang.Or(d.c.Invitation.Language),
			Events: []survey.Event{d.event(survey.EventHumanEvidence, survey.ReasonStarted)}}
	case Decline:
		var ch view.Change
		d.refuse(&ch, "person")
		return ch
	case Withdraw:
		ch := view.Change{Void: true}
		d.refuse(&ch, "person")
		return ch
	case AnswerPage:
		return d.page(f)
	}
	return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonInvalid}
}

// page takes the answers of one page, all or none.
func (d *decision) page(f *Form) view.Change {
	var items []survey.Item
	wrong := map[string]*survey.Error{}
	for name, field := range f.Fields {
		question, ok := d.q.Question(name)
		if !ok {
			continue // a page of another version; its questions are gone
		}
		answer, other, err := question.ReadForm(field.Values, field.Other)
		if err != nil {
			wrong[name] = err
			continue
		}
		items = append(items, survey.Item{Question: name, Answer: answer, Mode: survey.Web})
		if other != "" {
			items = append(items, survey.Item{Question: question.OtherName(), Answer: survey.Answer{Value: other}, Mode: survey.Web})
		}
	}
	if len(wrong) > 0 {
		if d.out != nil {
			d.out.form.Errors = wrong
		}
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonInvalid, Human: true}
	}
	var ch view.Change
	after := d.set(&ch, survey.Web, items)
	if d.q.Progress(after, survey.Web).Done {
		d.submit(&ch)
	}
	return ch
}

// stopByForm stops the ticked channels. Whoever stops them all, or stops by
// the button of a mail program, also leaves this survey.
func (d *decision) stopByForm(f *Form) view.Change {
	var ch view.Change
	channels := f.Channels
	if f.OneClick {
		channels = []survey.Channel{survey.Mail}
	}
	all := len(channels) == 0 || len(channels) == len(survey.Channels())
	if all {
		channels = nil
	}
	d.stop(&ch, "web", "", channels...)
	if all || f.OneClick {
		d.refuse(&ch, "person")
	}
	return ch
}
