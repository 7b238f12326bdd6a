package protocol

import (
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// verdict is how a step fared when it was considered.
type verdict int

const (
	added   verdict = iota // it is an option, the steps after it wait for it
	blocked                // it is one, but something passing holds it up
	over                   // passed over
	missing                // passed over for want of an address
)

// steps adds the first step after the last one tried that could be done. While
// something pulls, that may be one behind a step which has its own time still to
// come, because it is only for others just now or goes by the channel that failed.
func (r *run) steps() {
	p := r.lost()
	held := false
	for i := r.lastTried() + 1; i < len(r.protocol.Steps); i++ {
		due, pulled := r.due(i), false
		switch how := r.pulls(p, i); {
		case how == moves:
			due, pulled = earlier(due, p.since), true
		case held && how == stops:
			return
		case held:
			continue
		case how == stops:
			p = pull{}
		}
		switch r.consider(i, 1, due) {
		case added:
			if pulled || p.since.IsZero() {
				return
			}
			held = true
		case missing:
			if r.unmeant(r.protocol.Steps[i]) == "" {
				p.want(due)
			}
		}
	}
}

// pull is why a step is due before its own time: where an address fails, the next
// channel takes over at once, inside its hours and caps.
//
// It begins when the latest contact came to nothing because its address is dead
// or missing, at the time when that was known; or with a step that is passed over
// for want of a usable address, at the time when it was due: what stands in for
// a step of Tuesday comes on Tuesday. It moves the next step on another channel
// that applies to the case, if that channel was not used for this person yet. A
// channel that was keeps its distances, and so does what comes behind it: two
// mails on one day because a phone is missing would be no better than one, and a
// mailbox that was full a minute ago still is. Steps after the pulled one keep
// their own offsets; the pulled one has then been tried, and does not come again
// at its own time.
type pull struct {
	since time.Time      // zero: nothing pulls
	from  survey.Channel // on which a contact failed; empty if none was made
}

// want begins a pull, or has it begin earlier.
func (p *pull) want(since time.Time) {
	if p.since.IsZero() || since.Before(p.since) {
		p.since = since
	}
}

// lost begins a pull if the latest contact failed by its address.
func (r *run) lost() (p pull) {
	var latest survey.Attempt
	for _, a := range r.c.Attempts {
		if !a.When(a.SentAt).Before(latest.When(latest.SentAt)) {
			latest = a
		}
	}
	if !ended(latest) {
		return p
	}
	switch latest.Reason {
	case survey.ReasonBounce, survey.ReasonDeadEndpoint, survey.ReasonNoEndpoint:
	case survey.ReasonPermanent: // much is refused for good: it counts if the address died of it
		if !wanting(r.reach(latest.Channel).Reason) {
			return p
		}
	default:
		return p
	}
	return pull{since: latest.When(latest.EndedAt), from: latest.Channel}
}

// pulling is what a pull does to a step.
type pulling int

const (
	leaves pulling = iota // it stands where it stood
	moves                 // it is due now
	stops                 // it is what the pull looked for, and keeps its own time
)

// pulls says what p does to step i.
func (r *run) pulls(p pull, i int) pulling {
	s := r.protocol.Steps[i]
	used := func(a survey.Attempt) bool { return a.Channel == s.Channel && a.State != survey.AttemptCancelled }
	reach, barred := r.reach(s.Channel), r.c.Barred[s.Name] != ""
	switch {
	case p.since.IsZero(), s.Channel == p.from, r.unmeant(s) != "", barred, !reach.OK && !passing(reach.Reason):
		return leaves
	case slices.ContainsFunc(r.c.Attempts, used):
		return stops
	}
	return moves
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
		if !ended(latest) || !listed || latest.Try >= s.Tries {
			continue
		}
		nth := 0
		for _, a := range r.c.Attempts {
			if a.Step == s.Name && ended(a) && a.Reason == latest.Reason {
				nth++
			}
		}
		r.consider(i, latest.Try+1, latest.When(latest.EndedAt).Add(ladder.Wait(nth).Duration()))
	}
}

// due is when step i, which was not tried yet, is due by its own offset. No later
// step was tried either, so every contact is one of an earlier step.
func (r *run) due(i int) time.Time {
	s := r.protocol.Steps[i]
	from := r.c.Launched
	if s.Since == survey.SincePrevious {
		for _, a := range r.c.Attempts {
			if t, ok := a.Touch(); ok {
				from = later(from, t.At)
			}
		}
	}
	return from.Add(s.After.Duration())
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

// consider weighs one try of one step. It adds an option, or passes the step over.
func (r *run) consider(index, try int, due time.Time) verdict {
	s := r.protocol.Steps[index]
	reach := r.reach(s.Channel)
	why, barred := r.c.Barred[s.Name]
	switch {
	case barred:
		return r.pass(s, why)
	case !reach.OK && !passing(reach.Reason):
		return r.pass(s, reach.Reason)
	}
	o, why := r.place(s, due)
	o.index, o.try = index, try
	unmeant := r.unmeant(s)
	switch {
	case why != "":
		return r.pass(s, why)
	case r.hopeless(s), unmeant != "" && !due.After(r.now):
		return r.pass(s, unmeant)
	case unmeant != "": // to be judged then, whenever it could be made
		o.at, o.reason = due, survey.ReasonWait
	case o.at.After(r.now):
	case !reach.OK:
		o.at, o.reason, o.blocked = earlier(r.now.Add(Recheck), r.c.Ends), reach.Reason, true
	}
	r.options = append(r.options, o)
	if o.blocked {
		return blocked
	}
	return added
}

// pass passes a step over.
func (r *run) pass(s survey.Step, reason survey.Reason) verdict {
	r.passed = append(r.passed, Passed{Step: s.Name, Reason: reason})
	if wanting(reason) {
		return missing
	}
	return over
}

// reach is how the person can be reached on a channel.
func (r *run) reach(ch survey.Channel) Reach {
	reach, listed := r.c.Reach[ch]
	if !listed {
		reach.Reason = survey.ReasonNoEndpoint
	}
	return reach
}

// wanting reports whether a channel is shut because the address is not there, or
// not good any more.
func wanting(reason survey.Reason) bool {
	return reason == survey.ReasonNoEndpoint || reason == survey.ReasonDeadEndpoint
}

// passing reports whether what blocks a channel goes away by itself.
func passing(reason survey.Reason) bool {
	switch reason {
	case survey.ReasonShared, survey.ReasonConversation, survey.ReasonBudget, survey.ReasonRate, survey.ReasonPaused:
		return true
	}
	return false
}

// place finds the first instant from due, and from now, that is permitted; why
// says what keeps the step from being made before the end.
func (r *run) place(s survey.Step, due time.Time) (o option, why survey.Reason) {
	from := later(due, r.now)
	if !from.Before(r.c.Ends) {
		return o, survey.ReasonEnded
	}
	p := r.Permit(Ask{Channel: s.Channel, Zone: r.c.Zone, Hours: r.c.Hours, From: from, Touches: r.touches})
	switch {
	case p.Never():
		return o, p.Reason
	case p.At.Before(r.c.Ends):
	case p.Reason == survey.ReasonWait: // the gap
		return o, survey.ReasonEnded
	default:
		return o, p.Reason
	}
	o = option{at: p.At, closes: p.Closes, reason: p.Reason}
	if p.Reason == survey.ReasonDue && from.After(r.now) {
		o.reason = survey.ReasonWait
	}
	return o, ""
}

// unmeant says why the step is not for a person who stands as this one does; ""
// if it is.
func (r *run) unmeant(s survey.Step) survey.Reason {
	switch s.Only {
	case survey.OnlyUnreached:
		if r.reached {
			return survey.ReasonHandedOver
		}
	case survey.OnlyUndelivered:
		if r.reached {
			return survey.ReasonHandedOver
		}
		if !slices.ContainsFunc(r.c.Attempts, sentInVain) {
			return survey.ReasonCondition
		}
	case survey.OnlyNoEndpoint:
		if r.reachable(s) {
			return survey.ReasonCondition
		}
	case survey.OnlyUnanswered:
		if r.began {
			return survey.ReasonStarted
		}
	case survey.OnlyPartial:
		if !r.began {
			return survey.ReasonCondition
		}
	}
	return ""
}

// sentInVain reports whether something was sent, and refused or returned.
func sentInVain(a survey.Attempt) bool {
	return !a.MayHaveArrived() && (a.State == survey.AttemptUndelivered || a.State == survey.AttemptFailed)
}

// reachable reports whether the person can be reached for some step before s on
// another channel, now or when what is in the way has passed.
func (r *run) reachable(s survey.Step) bool {
	for _, o := range r.protocol.Steps {
		if o.Name == s.Name {
			break
		}
		if reach := r.reach(o.Channel); o.Channel != s.Channel && (reach.OK || passing(reach.Reason)) {
			return true
		}
	}
	return false
}

// hopeless reports whether the step waits for a beginning that cannot come, since
// nothing can have reached the person.
func (r *run) hopeless(s survey.Step) bool {
	return s.Only == survey.OnlyPartial && !r.began && !r.reached
}
