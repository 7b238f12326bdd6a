package series

import (
	"time"

	"canvass/dispatch/survey"
)

// Policy is how a series starts its waves.
type Policy struct {
	Start survey.WaveStart
	Late  survey.LatePolicy
	// After is how late a wave may begin without being late, at least a minute.
	After time.Duration
}

// late reports whether a wave that was wanted at an instant is late at now.
func (p Policy) late(wanted, now time.Time) bool { return now.Sub(wanted) > p.After }

// Decide makes waves of dates that have come (At not after now) and are not
// decided yet, in their order. Each is decided on its own, and at most the last
// one is started by itself: an older one is asked about or passed over, as the
// policy for late ones says.
func (p Policy) Decide(due []Occurrence, now time.Time) []survey.Wave {
	out := make([]survey.Wave, len(due))
	for i, o := range due {
		w := survey.Wave{Date: o.Date, Number: o.Number, At: o.At, WantedAt: o.At, Start: p.Start,
			State: survey.WaveDue, Reason: survey.ReasonDue}
		last, late := i == len(due)-1, p.late(o.At, now)
		switch {
		case last && !late, last && p.Late == survey.LateRun:
		case p.Late == survey.LateAsk:
			w.State, w.Reason = survey.WaveAsked, survey.ReasonMissed
		case p.Late == survey.LateRun: // a later one is held in its place
			w.State, w.Reason = survey.WaveSkipped, survey.ReasonSuperseded
		default:
			w.State, w.Reason = survey.WaveSkipped, survey.ReasonMissed
		}
		out[i] = w
	}
	return out
}

// Paused makes waves of dates that passed while the series was paused for the
// reason why. They are not held; after a restored backup nobody can tell whether
// they were, so staff are asked.
func Paused(passed []Occurrence, why survey.Reason) []survey.Wave {
	out := make([]survey.Wave, len(passed))
	for i, o := range passed {
		w := survey.Wave{Date: o.Date, Number: o.Number, At: o.At, WantedAt: o.At, Start: survey.StartAsk,
			State: survey.WaveSkipped, Reason: survey.ReasonPaused}
		if why == survey.ReasonInDoubt {
			w.State, w.Reason = survey.WaveAsked, why
		}
		out[i] = w
	}
	return out
}

// Verdict is what to do about a wave that is due or prepared.
type Verdict struct {
	// Event is empty when the wave is to be created or launched now.
	Event  survey.WaveEvent
	Reason survey.Reason
}

// Judge looks once more at a wave before it is created or launched: it may have
// become late while it could not be, or while nobody was there. newer says that
// a later date of the series has come too.
func (p Policy) Judge(w survey.Wave, newer bool, now time.Time) Verdict {
	staff := w.Reason == survey.ReasonStaff // who said run, and know of the later one
	switch {
	case newer && !staff && p.Late == survey.LateAsk:
		return Verdict{survey.WaveAsk, survey.ReasonMissed}
	case newer && !staff:
		return Verdict{survey.WaveSkip, survey.ReasonSuperseded}
	case !p.late(w.WantedAt, now) || p.Late == survey.LateRun:
		return Verdict{}
	case staff || p.Late == survey.LateAsk:
		return Verdict{survey.WaveAsk, survey.ReasonMissed}
	}
	return Verdict{survey.WaveSkip, survey.ReasonMissed}
}

// backOff is the ladder of waits between two tries to create or launch a wave,
// in business time.
func backOff() survey.Ladder {
	minute := survey.Span(time.Minute)
	return survey.Ladder{minute, 5 * minute, 15 * minute, 60 * minute}
}

// Wait is how long to wait after the n-th failure, n from 1.
func Wait(n int) time.Duration { return backOff().Wait(n).Duration() }
