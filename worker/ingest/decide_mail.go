package ingest

import (
	"slices"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// mail decides on a mail that came to a bounce address of this case.
func (d *decision) mail(s stored) view.Change {
	l, ok := d.g.readMail(s)
	if !ok {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
	}
	kind, id, ok := parseRef(s.Ref)
	var ch view.Change
	switch {
	case !ok:
		ch = view.Change{Outcome: outcomeParked, Reason: whyParked(l)}
	case l.Kind == channel.LetterReport && kind == 'n':
		ch = noticeReport(survey.NoticeID(id), l.Report())
	case l.Kind == channel.LetterReport:
		ch = report(survey.AttemptID(id), l.Report())
	case l.Kind == channel.LetterComplaint:
		ch = d.complaint(kind, id)
	case l.Kind == channel.LetterWritten:
		ch = d.written(l)
	default:
		ch = view.Change{Outcome: outcomeParked, Reason: whyParked(l)} // a machine is never answered
	}
	ch.Keep = encode(understood(s, l))
	return ch
}

// cameBack is what a verdict does to a message: it was not delivered, for this
// reason; false if that verdict does not say so.
func cameBack(v channel.Verdict) (why survey.Reason, ok bool) {
	switch v {
	case channel.Hard:
		return survey.ReasonBounce, true
	case channel.Soft:
		return survey.ReasonSoftBounce, true
	case channel.Policy:
		return survey.ReasonFiltered, true
	}
	return "", false
}

// report decides on what a mail server says of a mail of ours. Only a mailbox that
// does not exist dies; what is our own fault is counted, and shown to staff.
func report(id survey.AttemptID, r channel.Report) view.Change {
	if why, ok := cameBack(r.Verdict); ok {
		return view.Change{Returned: true, Reason: why, Attempt: &view.AttemptOutcome{ID: id, Event: survey.AttemptUndeliver,
			Reason: why, Code: r.Code, DeadEndpoint: r.Verdict == channel.Hard}}
	}
	switch r.Verdict {
	case channel.Delivered:
		return view.Change{Attempt: &view.AttemptOutcome{ID: id, Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver}}
	case channel.Relayed:
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonHandedOver}
	case channel.Delayed:
		return view.Change{Outcome: outcomeIgnored, Reason: survey.ReasonDelayed}
	}
	return view.Change{Outcome: outcomeParked, Reason: survey.ReasonInvalid}
}

// noticeReport decides on what a mail server says of an answer of ours.
func noticeReport(id survey.NoticeID, r channel.Report) view.Change {
	why, ok := cameBack(r.Verdict)
	if !ok {
		return view.Change{Outcome: outcomeIgnored}
	}
	return view.Change{Reason: why, Notice: &view.NoticeOutcome{ID: id, Event: survey.AttemptUndeliver, Reason: why, Code: r.Code}}
}

// complaint decides on a mail that the person called spam: it had arrived, and no
// other follows. It says nothing of texts and calls.
func (d *decision) complaint(kind byte, id int64) view.Change {
	ch := view.Change{Reason: survey.ReasonComplaint}
	if kind == 'a' {
		ch.Attempt = &view.AttemptOutcome{ID: survey.AttemptID(id), Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver}
	}
	if slices.Contains(d.c.Suppressed, survey.Mail) || slices.Contains(d.c.Suppressed, "") {
		return ch // it was heard before
	}
	d.stop(&ch, "complaint", "", survey.Mail)
	ch.Events[len(ch.Events)-1].Reason = survey.ReasonComplaint
	return ch
}

// written decides on a mail that a person wrote. Whoever says stop in the first
// line is heard at once; all else is for staff to read and to answer.
func (d *decision) written(l channel.Letter) view.Change {
	r := instrument.ReadIdle(firstLine(l.Text), instrument.ReadContext{Lang: d.c.Invitation.Language, GivenName: givenName(d.c.Name)})
	if r.Outcome != survey.ReadOptOut {
		return view.Change{Outcome: outcomeParked, Reason: survey.ReasonMailReply, Matter: &view.NewMatter{Kind: survey.MatterMail}}
	}
	ch := d.stopByForm(&Form{Action: Stop})
	ch.Reason = survey.ReasonOptedOut
	for i := range ch.Suppress {
		ch.Suppress[i].Source = "mail"
	}
	return ch
}
