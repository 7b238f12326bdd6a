package ingest

import (
	"slices"
	"strings"
	"time"

	"canvass/dispatch/instrument"
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
	case Speak:
		return view.Change{Language: f.Lang.Or(survey.Vietnamese), Speaks: true}
	case Reach:
		return d.reach(f)
	case Hours:
		return d.hours(f)
	case Erase:
		ch := d.stopByForm(&Form{Action: Stop})
		ch.Outcome, ch.Reason = outcomeParked, survey.ReasonEraseAsked
		return ch
	case Keep:
		return view.Change{KeepPerson: true}
	case Stop:
		return d.stopByForm(f)
	case Again:
		return view.Change{Lift: true, Events: []survey.Event{d.event(survey.EventOptedIn, survey.ReasonDue)}}
	}
	why, ok := d.taking()
	if ok && d.paused() && f.Action != Decline {
		why, ok = survey.ReasonPaused, false
	}
	if !ok {
		if d.out != nil {
			d.out.form.Refused = why
		}
		late := why == survey.ReasonEnded && (f.Action == Begin || f.Action == AnswerPage || f.Action == Save)
		return view.Change{Outcome: outcomeIgnored, Reason: why, Late: late}
	}
	ch := view.Change{Human: true}
	switch f.Action {
	case Begin:
		ch.Language = f.Lang.Or(d.c.Invitation.Language)
		ch.Events = []survey.Event{d.event(survey.EventHumanEvidence, survey.ReasonStarted)}
	case AnswerPage, Back:
		d.page(&ch, f)
	case Save:
		d.save(&ch, f)
	case Decline:
		d.refuse(&ch)
	case Withdraw:
		d.withdraw(&ch)
	default:
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonInvalid}
	}
	return ch
}

// page takes the answers of one page: all or none, but on the way back what is
// valid. Only going forward sends off.
func (d *decision) page(ch *view.Change, f *Form) {
	items, wrong := d.g.Read(d.q, d.c, f.Fields, d.now)
	if len(wrong) > 0 && f.Action != Back {
		if d.out != nil {
			d.out.form.Errors = wrong
		}
		ch.Outcome, ch.Reason = outcomeIgnored, survey.ReasonInvalid
		return
	}
	after := d.set(ch, survey.Web, items)
	if f.Action != Back && d.q.Declined(after, survey.Web) {
		d.unwilling(ch)
		return
	}
	if f.Action != Back && d.q.Progress(after, survey.Web).Done {
		d.submit(ch)
	}
}

// today is the day where the campaign is, at business time now.
func (g *Ingest) today(c view.Case, now time.Time) survey.Date {
	zone, err := g.zones.Load(c.Campaign.Protocol.Zone)
	if err != nil {
		zone = time.UTC
	}
	return survey.DateOf(now.In(zone))
}

// Read reads the fields of one page, sent at business time now, against the answers
// so far, in the order of
// the questionnaire, because whether a question applies may hang on the one
// before it. It returns the answers, each before the words beside its other
// choice, and what is wrong, by question name; nothing is wrong with a question
// that does not apply. Names that are not of the questionnaire are passed over:
// they are a page of another version. A file counts if it is one of the person's,
// kept for that question.
func (g *Ingest) Read(q *instrument.Questionnaire, c view.Case, fields map[string]Field, now time.Time) ([]survey.Item, map[string]*survey.Error) {
	var items []survey.Item
	wrong := map[string]*survey.Error{}
	after, today := c.Answers, g.today(c, now)
	for i := range q.Questions {
		question := &q.Questions[i]
		field, given := fields[question.Name]
		if !given || question.Type == instrument.Note {
			continue
		}
		if _, spoken := after[question.Name].Recorded(); spoken && question.Record > 0 && field.empty() {
			continue // it was answered by speaking, which a page cannot show
		}
		question = q.Offered(question, after)
		answer, other, err := question.ReadForm(field.Values, field.Other)
		if err == nil && question.Type == instrument.Attachment {
			err = ownFiles(c, question, answer)
		}
		if err == nil {
			err = q.Holds(question, answer, after, today)
		}
		if err != nil {
			wrong[question.Name] = err
			continue
		}
		items = append(items, survey.Item{Question: question.Name, Answer: answer, Mode: survey.Web})
		after = q.Set(after, question.Name, answer)
		if other != "" {
			items = append(items, survey.Item{Question: question.OtherName(), Answer: survey.Answer{Value: other}, Mode: survey.Web})
		}
	}
	path := q.Path(after, survey.Web)
	for name := range wrong {
		if !slices.ContainsFunc(path, func(p *instrument.Question) bool { return p.Name == name }) {
			delete(wrong, name)
		}
	}
	return items, wrong
}

// ownFiles reports whether the files of an answer are the person's own, and still
// here.
func ownFiles(c view.Case, q *instrument.Question, a survey.Answer) *survey.Error {
	for id := range strings.FieldsSeq(string(a.Value)) {
		if c.Files[survey.AttachmentID(id)] != q.Name {
			return &survey.Error{Kind: survey.Invalid, Code: survey.CodeAttachmentAgain}
		}
	}
	return nil
}

// withdraw takes back every answer, and the person leaves this round. The
// progress goes too: the case is judged without what was answered.
func (d *decision) withdraw(ch *view.Change) {
	ch.Void = true
	p := d.q.Progress(nil, survey.Web)
	none := d.blurred(view.Progress{Applicable: p.Applicable, Answered: p.Answered, Left: p.Left, Keys: p.Keys})
	ch.Progress = &none
	d.refuse(ch)
}

// unwilling ends the case of who declined the consent: nothing of this change is kept
// either.
func (d *decision) unwilling(ch *view.Change) {
	ch.Items, ch.Drop, ch.Mode = nil, nil, ""
	d.withdraw(ch)
}

// hours sets in which hours the person is contacted, by every survey.
func (d *decision) hours(f *Form) view.Change {
	if !f.Hours.Valid() {
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonInvalid}
	}
	said := d.event(survey.EventHoursSaid, survey.ReasonHours)
	said.Args = map[string]string{"hours": string(f.Hours)}
	return view.Change{Hours: f.Hours, Events: []survey.Event{said}}
}

// reach sets on which channels the person is contacted. The opt-outs of before
// end, and those of the other channels begin.
func (d *decision) reach(f *Form) view.Change {
	ch := view.Change{Lift: true}
	var stop []survey.Channel
	for _, c := range survey.Channels() {
		if !slices.Contains(f.Channels, c) {
			stop = append(stop, c)
		}
	}
	if len(stop) == len(survey.Channels()) {
		return d.stopByForm(&Form{Action: Stop})
	}
	if len(d.c.Suppressed) > 0 {
		ch.Events = append(ch.Events, d.event(survey.EventOptedIn, survey.ReasonDue))
	}
	if len(stop) > 0 {
		d.stop(&ch, "web", "", stop...)
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
		d.refuse(&ch)
	}
	return ch
}
