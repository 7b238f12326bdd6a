package protocol

import (
	"time"

	"canvass/dispatch/survey"
)

// Ask is a question to Permit: when may this person be contacted on this channel?
type Ask struct {
	Channel survey.Channel
	// Zone is the person's own (IANA name); with none, or one that does not exist,
	// the protocol's holds.
	Zone string
	// Hours are those in which the person wants to be contacted. They narrow the
	// channel's hours and never widen them.
	Hours survey.Hours
	// From is the instant from which on one would like to: now, or later.
	From time.Time
	// Touches are the person's contacts so far, in any order: all of this campaign,
	// and those of other campaigns of at least MonthSpan before From.
	Touches []survey.Touch
}

// Permit says when a contact may be made. It may not be made at all if At is
// zero.
type Permit struct {
	At     time.Time // the first instant, at or after Ask.From
	Closes time.Time // the first instant after At at which it may no longer be made
	// Reason is what held it up to the last: ReasonDue (nothing), ReasonWait (the
	// gap after another contact), ReasonCap (a cap on contacts), ReasonWindow
	// (hours, weekdays, holidays) or ReasonHours (the channel is open, or would be
	// earlier, but not to this person). Without At it is what forbids it for good:
	// ReasonCap (the cap of the wave), ReasonWindow (the channel never opens) or
	// ReasonHours (it never does in the hours that the person asked for).
	Reason survey.Reason
}

// Never reports whether the contact may not be made at all.
func (p Permit) Never() bool { return p.At.IsZero() }

// Permit finds the first instant at which gap, day cap, month cap, wave cap and
// window all permit a contact. Planner and last gate both ask it, so that they
// never differ. It reads no clock and, as a rule, allocates nothing.
//
// It needs no search. Once the touches are given, gap and caps only ever let go:
// the gap when the last touch is Gap ago, a cap of n when the n-th last touch is
// its span ago, so each is a first instant, and after the latest of them all hold
// no more. The window only moves that instant on, never back, so nothing before
// it has to be asked again: one round is the fixed point. The window itself is
// looked for day by day, at most some more than a year.
func (l Loaded) Permit(q Ask) Permit {
	if l.zone == nil {
		return Permit{Reason: survey.ReasonConfig}
	}
	p := l.protocol
	own := func(t survey.Touch) bool { return t.Own && t.Arrived }
	arrived := func(t survey.Touch) bool { return t.Arrived }
	onChannel := func(t survey.Touch) bool { return t.Channel == q.Channel }
	if _, reached := nthLast(q.Touches, p.WaveCap, own); reached {
		return Permit{Reason: survey.ReasonCap}
	}
	out := Permit{At: q.From, Reason: survey.ReasonDue}
	hold := func(n int, span survey.Span, counts func(survey.Touch) bool, why survey.Reason) {
		if touch, reached := nthLast(q.Touches, n, counts); reached {
			if free := touch.Add(span.Duration()); free.After(out.At) {
				out.At, out.Reason = free, why
			}
		}
	}
	hold(1, p.Gap, arrived, survey.ReasonWait)
	hold(p.DayCaps[q.Channel], survey.Span(24*time.Hour), onChannel, survey.ReasonCap)
	hold(p.MonthCap, survey.MonthSpan, arrived, survey.ReasonCap)
	zone := l.zoneOf(q.Zone)
	open, opens, closes := l.window(zone, q.Channel, q.Hours, out.At)
	if closes.IsZero() {
		return Permit{Reason: l.shut(zone, q, out.At, closes)}
	}
	if !open {
		out.At, out.Reason = opens, l.shut(zone, q, out.At, opens)
	}
	out.Closes = closes
	return out
}

// shut says what keeps a channel shut at an instant, until another or, with the
// zero time, for good: its own hours, or only those of the person.
func (l Loaded) shut(zone *time.Location, q Ask, at, until time.Time) survey.Reason {
	if _, narrows := l.wished[q.Hours]; !narrows {
		return survey.ReasonWindow
	}
	open, opens, closes := l.window(zone, q.Channel, survey.HoursAny, at)
	if open || !closes.IsZero() && (until.IsZero() || opens.Before(until)) {
		return survey.ReasonHours
	}
	return survey.ReasonWindow
}

// nthLast is the time of the n-th last touch that counts; ok is false if there
// are fewer, or n is 0. Touches are few, and sorting them would allocate.
func nthLast(touches []survey.Touch, n int, counts func(survey.Touch) bool) (at time.Time, ok bool) {
	if n <= 0 {
		return at, false
	}
	for i, t := range touches {
		if !counts(t) {
			continue
		}
		later := 0
		for j, o := range touches {
			if counts(o) && (o.At.After(t.At) || o.At.Equal(t.At) && j > i) {
				later++
			}
		}
		if later == n-1 {
			return t.At, true
		}
	}
	return at, false
}
