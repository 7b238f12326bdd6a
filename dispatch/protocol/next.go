package protocol

import (
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// Recheck is when to look again at a step that is due but held up by something
// that passes, such as a phone on which somebody else is being asked.
const Recheck = 15 * time.Minute

// RecheckTalk is when to look again at a conversation that waits for a phone to
// which somebody else is talking.
const RecheckTalk = 30 * time.Minute

// Action is what a decision asks for.
type Action string

// The actions.
const (
	Contact Action = "contact" // plan an attempt now
	Wait    Action = "wait"    // look again at At, or when something happens
	Close   Action = "close"   // set the final disposition
)

// Reach says whether a person can be contacted on a channel now, and why not.
type Reach struct {
	OK     bool
	Reason survey.Reason
}

// Case is what the protocol needs to know of one invitation. All times are
// business times.
type Case struct {
	Launched time.Time // zero before launch
	Ends     time.Time // zero: launch + length
	State    survey.InvitationState
	Partial  bool // a response is begun
	Refused  bool // declined this round, or asked for no more contacts
	// Zone is the person's own (IANA name), empty if none is known.
	Zone string
	// Hours are those in which the person wants to be contacted.
	Hours    survey.Hours
	Attempts []survey.Attempt // of this case
	// Others are the contacts of the same person by other campaigns in the last 30
	// days.
	Others []survey.Touch
	// Reach has every channel on which the person has some address; a channel
	// that is not listed has none.
	Reach map[survey.Channel]Reach
	// Barred are the steps that cannot be carried out for want of something of
	// ours, by name: their sender is not there.
	Barred map[string]survey.Reason
}

// Decision is what to do with a case, and why.
type Decision struct {
	Action Action
	// Step and Try are the contact that is due, or the one waited for; a wait
	// with no step in view has none.
	Step survey.Step
	Try  int
	// Text is the wording for Step: its own, or the invitation for whom no earlier
	// contact can have reached.
	Text string
	// At is now for a contact and for a close, and the next look for a wait. A wait
	// with zero At ends only when something happens to the case.
	At time.Time
	// EndOfWindow is the first instant at which the contact may no longer be
	// made; zero unless the action is Contact.
	EndOfWindow time.Time
	Reason      survey.Reason
	// Passed names the steps passed over on the way, each with its reason.
	Passed []Passed
}

// Passed is a step that was passed over.
type Passed struct {
	Step   string
	Reason survey.Reason
}

// Next decides what to do with c at the time now. In this order:
//
//  1. A closed or withdrawn case is left alone; one that is not released or not
//     launched waits for that. A refusal closes, and so does the end.
//  2. While an attempt is queued, sending or unknown nothing else is planned.
//     Sent and delivered ones block nothing: their outcome is the answer.
//  3. Steps go in order, and a step is over once a later one was tried. A step
//     is due After launch, or After the last contact of an earlier step. Permit
//     moves that past gap and caps and into the person's hours; what does not fit
//     before the end is passed over with what held it up, or ReasonEnded.
//  4. A step that the person cannot be reached for is passed over with the
//     reason, but only for now: an address that turns up later is used if no
//     later step was tried. So is one whose sender is not there. A step held up
//     by something that passes (an open conversation on a shared phone, the
//     budget) is looked at again after Recheck.
//  5. Only is judged from when the step is due by its offset, not before: who has
//     not begun today may have by then. It does not wait for hours and caps to be
//     judged, so a step that is for others holds up nobody.
//  6. An attempt that ended in a way that its step lists is tried again after the
//     wait that is listed, as often as Tries allows. It does not hold up later
//     steps: of all that could be done, the earliest goes first, then the one
//     of the earlier step.
//  7. Where an address fails, the next channel takes over at once: see pull.
//  8. With no step left, a person whom something may have reached, or who has
//     begun, may still answer: wait for the end, ReasonExhausted. Otherwise close
//     at once, ReasonExhausted: silence that nobody could have broken is not worth
//     waiting for. If a step was passed over for want of a sender, though, look
//     again after Recheck: that is ours to mend. And if one was passed over because
//     the hours that the person asked for leave it no time before the end, wait for
//     the end, ReasonHours: the person, or staff, may say other hours.
//
// A wait always names an instant after now, before which the same case is not
// contacted, and every contact uses up one try of one step, so a case always
// comes to its end. An invalid protocol contacts nobody: wait, with ReasonConfig.
// Load once where many cases are decided.
func Next(p survey.Protocol, c Case, now time.Time) Decision {
	l, err := Load(p)
	if err != nil {
		return Decision{Action: Wait, Reason: survey.ReasonConfig}
	}
	return l.Next(c, now)
}

// Next is the function Next for a loaded protocol.
func (l Loaded) Next(c Case, now time.Time) Decision {
	if l.zone == nil {
		return Decision{Action: Wait, Reason: survey.ReasonConfig}
	}
	if c.Ends.IsZero() && !c.Launched.IsZero() {
		c.Ends = c.Launched.Add(l.protocol.Length.Duration())
	}
	switch {
	case c.State == survey.InvitationClosed, c.State == survey.InvitationWithdrawn:
		return Decision{Action: Wait, Reason: survey.ReasonClosed}
	case c.State == survey.InvitationHeld, c.Launched.IsZero():
		return Decision{Action: Wait, Reason: survey.ReasonWait}
	case c.Refused:
		return Decision{Action: Close, At: now, Reason: survey.ReasonRefused}
	case !now.Before(c.Ends):
		return Decision{Action: Close, At: now, Reason: survey.ReasonEnded}
	case slices.ContainsFunc(c.Attempts, inFlight):
		return Decision{Action: Wait, At: c.Ends, Reason: survey.ReasonInFlight}
	}
	r := run{Loaded: l, c: c, now: now, touches: touches(c)}
	r.began = c.Partial || c.State == survey.InvitationStarted
	r.reached = slices.ContainsFunc(c.Attempts, survey.Attempt.MayHaveArrived)
	r.retries()
	r.steps()
	return r.decide()
}

// touches are all contacts of the person.
func touches(c Case) []survey.Touch {
	out := make([]survey.Touch, 0, len(c.Others)+len(c.Attempts))
	for _, t := range c.Others {
		t.Own = false
		out = append(out, t)
	}
	for _, a := range c.Attempts {
		if t, ok := a.Touch(); ok {
			t.Own = true
			out = append(out, t)
		}
	}
	return out
}

// run is one call of Next: what could be done, and what was passed over.
type run struct {
	Loaded
	c       Case
	now     time.Time
	touches []survey.Touch
	began   bool // the person has
	reached bool // an attempt of the case may have arrived
	options []option
	passed  []Passed
}

// option is one thing that could be done next: at is now if it is due.
type option struct {
	index   int // of the step
	try     int
	at      time.Time
	closes  time.Time
	reason  survey.Reason
	blocked bool
}

func (r *run) decide() Decision {
	if len(r.options) == 0 {
		return r.none()
	}
	best := r.options[0]
	for _, o := range r.options[1:] {
		if o.at.Before(best.at) || o.at.Equal(best.at) && o.index < best.index {
			best = o
		}
	}
	s := r.protocol.Steps[best.index]
	d := Decision{Action: Wait, Step: s, Try: best.try, Text: s.Text, At: best.at, Reason: best.reason, Passed: r.passed}
	if !r.reached && !r.began {
		d.Text = survey.TextInvitation
	}
	if !best.blocked && !best.at.After(r.now) {
		d.Action, d.EndOfWindow = Contact, earlier(best.closes, r.c.Ends)
	}
	return d
}

// none is the decision where nothing can be done before the end.
func (r *run) none() Decision {
	d := Decision{Action: Close, At: r.now, Reason: survey.ReasonExhausted, Passed: r.passed}
	switch {
	case slices.ContainsFunc(r.passed, func(p Passed) bool { return p.Reason == survey.ReasonConfig }):
		d.Action, d.At, d.Reason = Wait, earlier(r.now.Add(Recheck), r.c.Ends), survey.ReasonConfig
	case slices.ContainsFunc(r.passed, func(p Passed) bool { return p.Reason == survey.ReasonHours }):
		d.Action, d.At, d.Reason = Wait, r.c.Ends, survey.ReasonHours
	case r.began, r.reached:
		d.Action, d.At = Wait, r.c.Ends
	}
	return d
}

func inFlight(a survey.Attempt) bool {
	return a.State == survey.AttemptQueued || a.State == survey.AttemptSending || a.State == survey.AttemptUnknown
}

// ended reports whether an attempt came to nothing for certain.
func ended(a survey.Attempt) bool {
	return a.State == survey.AttemptUndelivered || a.State == survey.AttemptFailed || a.State == survey.AttemptCancelled
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
