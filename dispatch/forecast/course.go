package forecast

import (
	"cmp"
	"slices"
	"time"

	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

// Contact is one contact that would be made, were it not for rates.
type Contact struct {
	Step survey.Step
	Try  int
	Text string
	At   time.Time // business time
}

// Course is what the protocol would do with one person to the end.
type Course struct {
	Contacts []Contact
	// Why is why there is no contact at all; empty if there is one.
	Why survey.Reason
}

// Answered is the course of somebody of whom the share of all answers, each after
// one contact or another of theirs, none of which is likelier than the others: then
// no further one is made. draw is the person's own, even between 0 and 1, so that
// who answers under a share answers under every greater one, too.
func (c Course) Answered(share, draw float64) Course {
	if draw < share {
		c.Contacts = c.Contacts[:min(int(draw/share*float64(len(c.Contacts)))+1, len(c.Contacts))]
	}
	return c
}

// mostTurns bounds a course: a protocol makes some ten contacts, and looks again
// at most every quarter of an hour.
const mostTurns = 20_000

// Play follows one person from a time to the end of the field period. gate says by
// channel what the last gate would hold against a contact, for good: such a contact
// is withdrawn, and the protocol goes on from there. What is under way already
// leaves when it is due.
func Play(l protocol.Loaded, c protocol.Case, gate map[survey.Channel]survey.Reason, from time.Time) Course {
	p := player{gate: gate}
	c.Attempts = slices.Clone(c.Attempts)
	for i := range c.Attempts {
		p.underWay(l, &c.Attempts[i], from)
	}
	var d protocol.Decision
	now := from
	for range mostTurns {
		d = l.Next(c, now)
		if d.Action == protocol.Contact {
			a := survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try, DueAt: now}
			p.make(&a, d)
			c.Attempts = append(c.Attempts, a)
			continue
		}
		if d.Action == protocol.Close || !d.At.After(now) || !d.At.Before(c.Ends) {
			break
		}
		now = d.At
	}
	if len(p.out.Contacts) == 0 {
		p.out.Why = p.none(d)
	}
	return p.out
}

// player is a course under way.
type player struct {
	gate map[survey.Channel]survey.Reason
	out  Course
	kept survey.Reason // what the gate held against a contact, first
}

// none is why there is no contact, from the last decision.
func (p *player) none(d protocol.Decision) survey.Reason {
	switch {
	case p.kept != "":
		return p.kept
	case d.Reason == survey.ReasonHours: // whatever else was in the way, other hours would do
		return d.Reason
	case len(d.Passed) > 0:
		return d.Passed[0].Reason
	}
	return d.Reason
}

// underWay lets go what is queued or on its way when the forecast begins.
func (p *player) underWay(l protocol.Loaded, a *survey.Attempt, from time.Time) {
	switch a.State {
	case survey.AttemptQueued:
		if a.DueAt.Before(from) {
			a.DueAt = from
		}
		step, _ := l.Step(a.Step)
		p.make(a, protocol.Decision{Step: step, Try: a.Try, Text: cmp.Or(a.Text, step.Text)})
	case survey.AttemptSending, survey.AttemptUnknown:
		a.State, a.SentAt = survey.AttemptSent, from
	}
}

// make makes one contact at the time it is due, unless the gate withdraws it.
func (p *player) make(a *survey.Attempt, d protocol.Decision) {
	if why := p.gate[a.Channel]; why != "" {
		a.State, a.Reason, a.EndedAt = survey.AttemptCancelled, why, a.DueAt
		if p.kept == "" {
			p.kept = why
		}
		return
	}
	p.out.Contacts = append(p.out.Contacts, Contact{Step: d.Step, Try: d.Try, Text: d.Text, At: a.DueAt})
	a.SentAt = a.DueAt
	switch a.Channel {
	case survey.Call:
		a.State, a.Reason, a.EndedAt = survey.AttemptUndelivered, survey.ReasonNoAnswer, a.DueAt
	case survey.SMS:
		a.State, a.EndedAt = survey.AttemptDelivered, a.DueAt
	default:
		a.State = survey.AttemptSent
	}
}
