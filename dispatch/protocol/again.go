package protocol

import (
	"time"

	"canvass/dispatch/survey"
)

// Again decides on one more try of the step that was tried last, because staff ask
// for it. It heeds what Next heeds: hours, gap, caps, the end, the address, our
// sender. It asks neither how often the step may be tried nor whom it is for: both
// are what staff overrule. A closed case is decided on as if it were open.
//
// The decision is a contact at At, now or later; or to wait, with the reason that
// keeps it from being made: ReasonInFlight while another is under way,
// ReasonCondition if there was none or its step is gone.
func (l Loaded) Again(c Case, now time.Time) Decision {
	if c.Ends.IsZero() && !c.Launched.IsZero() {
		c.Ends = c.Launched.Add(l.protocol.Length.Duration())
	}
	no := func(why survey.Reason) Decision { return Decision{Action: Wait, Reason: why} }
	switch {
	case l.zone == nil:
		return no(survey.ReasonConfig)
	case c.Refused:
		return no(survey.ReasonRefused)
	case len(c.Attempts) == 0:
		return no(survey.ReasonCondition)
	}
	last := c.Attempts[len(c.Attempts)-1]
	step, ok := l.Step(last.Step)
	if !ok {
		return no(survey.ReasonCondition)
	}
	try := 0
	for _, a := range c.Attempts {
		if inFlight(a) {
			return no(survey.ReasonInFlight)
		}
		if a.Step == last.Step && a.Channel == last.Channel {
			try = max(try, a.Try)
		}
	}
	r := run{Loaded: l, c: c, now: now, touches: touches(c)}
	if why, barred := c.Barred[step.Name]; barred {
		return no(why)
	}
	if reach := r.reach(step.Channel); !reach.OK && !passing(reach.Reason) {
		return no(reach.Reason)
	}
	o, why := r.place(step, now)
	if why != "" {
		return no(why)
	}
	return Decision{Action: Contact, Step: step, Try: try + 1, Text: last.Text, At: o.at,
		EndOfWindow: earlier(o.closes, c.Ends), Reason: o.reason}
}
