package protocol

import (
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// Recheck is when to look again at a step that is due but held up by something
// that passes, such as a phone on which somebody else is being asked.
const Recheck = 15 * time.Minute

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
	Attempts []survey.Attempt
	// Reach has every channel on which the person has some address; a channel
	// that is not listed has none.
	Reach map[survey.Channel]Reach
}

// Decision is what to do with a case, and why.
type Decision struct {
	Action Action
	// Step and Try are the contact that is due, or the one waited for; a wait
	// with no step in view has none.
	Step survey.Step
	Try  int
	// At is now for a contact and the next look for a wait. A wait with zero At
	// ends only when something happens to the case.
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
//     is due at launch + After, at least Gap after the last contact that may
//     have arrived; that is moved past the channel's day cap and into its hours.
//     What does not fit before the end is passed over.
//  4. A step that the person cannot be reached for is passed over with the
//     reason, but only for now: an address that turns up later is used if no
//     later step was tried. A step held up by something that passes (an open
//     conversation on a shared phone, a cap over campaigns, the budget) is
//     looked at again after Recheck.
//  5. Only is judged when the step is due, not before: who has not begun today
//     may have by then.
//  6. An attempt that ended badly is tried again after the wait that its step
//     lists for its reason, as often as Tries allows. It does not hold up later
//     steps: of all that could be done, the earliest goes first, then the one
//     of the earlier step.
//  7. With no step left, a person to whom anything was handed over, or who has
//     begun, may still answer: wait for the end. Otherwise close at once
//     (exhausted): silence that nobody could have broken is not worth waiting for.
//
// A wait always names an instant after now, and every contact uses up one try
// of one step, so a case always comes to its end. An invalid protocol contacts
// nobody: wait, with ReasonConfig. Load once where many cases are decided.
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
	r := run{Loaded: l, c: c, now: now}
	r.retries()
	r.steps()
	return r.decide()
}

// run is one call of Next: what could be done, and what was passed over.
type run struct {
	Loaded
	c       Case
	now     time.Time
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
		began := r.c.Partial || r.c.State == survey.InvitationStarted
		if began || slices.ContainsFunc(r.c.Attempts, handedOver) {
			return Decision{Action: Wait, At: r.c.Ends, Reason: survey.ReasonExhausted, Passed: r.passed}
		}
		return Decision{Action: Close, At: r.now, Reason: survey.ReasonExhausted, Passed: r.passed}
	}
	best := r.options[0]
	for _, o := range r.options[1:] {
		if o.at.Before(best.at) || o.at.Equal(best.at) && o.index < best.index {
			best = o
		}
	}
	d := Decision{Action: Wait, Step: r.protocol.Steps[best.index], Try: best.try, At: best.at, Reason: best.reason, Passed: r.passed}
	if !best.blocked && !best.at.After(r.now) {
		d.Action, d.EndOfWindow = Contact, earlier(best.closes, r.c.Ends)
	}
	return d
}

// steps adds the first step after the last one tried that could be done.
func (r *run) steps() {
	for i := r.lastTried() + 1; i < len(r.protocol.Steps); i++ {
		earliest := r.c.Launched.Add(r.protocol.Steps[i].After.Duration())
		if r.consider(i, 1, earliest) {
			return
		}
	}
}

// retries adds every step whose latest attempt ended in a way that is tried again.
func (r *run) retries() {
	for i, s := range r.protocol.Steps {
		latest := survey.Attempt{}
		for _, a := range r.c.Attempts {
			if a.Step == s.Name && a.Try > latest.Try {
				latest = a
			}
		}
		ladder, listed := s.Retry[latest.Reason]
		if ended(latest) && listed && latest.Try < s.Tries {
			r.consider(i, latest.Try+1, when(latest, latest.EndedAt).Add(ladder.Wait(latest.Try).Duration()))
		}
	}
}

// consider weighs one try of one step. It adds an option, or passes the step
// over; done is false if the steps after it are to be considered as well.
func (r *run) consider(index, try int, earliest time.Time) (done bool) {
	s := r.protocol.Steps[index]
	reach, listed := r.c.Reach[s.Channel]
	if !listed {
		reach.Reason = survey.ReasonNoEndpoint
	}
	if !reach.OK && !passing(reach.Reason) {
		r.pass(s, reach.Reason)
		return false
	}
	o, fits := r.place(s, earliest)
	o.index, o.try = index, try
	switch {
	case !fits:
		r.pass(s, survey.ReasonEnded)
		return false
	case r.hopeless(s), !o.at.After(r.now) && r.unmeant(s) != "":
		r.pass(s, r.unmeant(s))
		return false
	case o.at.After(r.now):
	case !reach.OK:
		o.at, o.reason, o.blocked = earlier(r.now.Add(Recheck), r.c.Ends), reach.Reason, true
	}
	r.options = append(r.options, o)
	return !o.blocked
}

// place finds the first instant from earliest, and from now, that gap, day cap
// and window permit; fits is false if there is none before the end.
func (r *run) place(s survey.Step, earliest time.Time) (o option, fits bool) {
	var last time.Time
	var used []time.Time // contacts on this channel, by time
	for _, a := range r.c.Attempts {
		if mayHaveArrived(a) {
			last = later(last, when(a, a.SentAt))
		}
		if a.Channel == s.Channel && handedOver(a) {
			used = append(used, when(a, a.SentAt))
		}
	}
	if !last.IsZero() {
		earliest = later(earliest, last.Add(r.protocol.Gap.Duration()))
	}
	o = option{at: later(earliest, r.now), reason: survey.ReasonDue}
	if earliest.After(r.now) {
		o.reason = survey.ReasonWait
	}
	if most, capped := r.protocol.DayCaps[s.Channel]; capped && len(used) >= most {
		slices.SortFunc(used, time.Time.Compare)
		if free := used[len(used)-most].Add(24 * time.Hour); free.After(o.at) {
			o.at, o.reason = free, survey.ReasonCap
		}
	}
	open, opens, closes := r.Window(s.Channel, o.at)
	if closes.IsZero() {
		return o, false
	}
	if !open {
		o.at, o.reason = opens, survey.ReasonWindow
	}
	o.closes = closes
	return o, o.at.Before(r.c.Ends)
}

// unmeant says why the step is not for a person who stands as this one does; ""
// if it is.
func (r *run) unmeant(s survey.Step) survey.Reason {
	began := r.c.Partial || r.c.State == survey.InvitationStarted
	switch {
	case s.Only == survey.OnlyUnreached && slices.ContainsFunc(r.c.Attempts, mayHaveArrived):
		return survey.ReasonHandedOver
	case s.Only == survey.OnlyPartial && !began:
		return survey.ReasonWait
	}
	return ""
}

// hopeless reports whether the step waits for a beginning that cannot come,
// since nothing was handed over.
func (r *run) hopeless(s survey.Step) bool {
	return s.Only == survey.OnlyPartial && r.unmeant(s) != "" && !slices.ContainsFunc(r.c.Attempts, handedOver)
}

// lastTried is the index of the last step that has an attempt, or -1.
func (r *run) lastTried() int {
	last := -1
	for i, s := range r.protocol.Steps {
		if slices.ContainsFunc(r.c.Attempts, func(a survey.Attempt) bool { return a.Step == s.Name }) {
			last = i
		}
	}
	return last
}

func (r *run) pass(s survey.Step, reason survey.Reason) {
	r.passed = append(r.passed, Passed{Step: s.Name, Reason: reason})
}

// passing reports whether what blocks a channel goes away by itself.
func passing(reason survey.Reason) bool {
	switch reason {
	case survey.ReasonShared, survey.ReasonConversation, survey.ReasonCap, survey.ReasonBudget, survey.ReasonRate, survey.ReasonPaused:
		return true
	}
	return false
}

func inFlight(a survey.Attempt) bool {
	return a.State == survey.AttemptQueued || a.State == survey.AttemptSending || a.State == survey.AttemptUnknown
}

// ended reports whether an attempt came to nothing for certain.
func ended(a survey.Attempt) bool {
	return a.State == survey.AttemptUndelivered || a.State == survey.AttemptFailed || a.State == survey.AttemptCancelled
}

// mayHaveArrived is what the gap counts: a busy line or a mail that came back
// did not disturb anybody.
func mayHaveArrived(a survey.Attempt) bool {
	return a.State == survey.AttemptSent || a.State == survey.AttemptDelivered || a.State == survey.AttemptUnknown
}

// handedOver is what the day caps count: also what did not arrive was tried.
func handedOver(a survey.Attempt) bool {
	return mayHaveArrived(a) || a.State == survey.AttemptUndelivered || !a.SentAt.IsZero()
}

// when is t, or the nearest thing to it that is on record.
func when(a survey.Attempt, t time.Time) time.Time {
	for _, other := range []time.Time{a.EndedAt, a.SentAt, a.DueAt} {
		if t.IsZero() {
			t = other
		}
	}
	return t
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
