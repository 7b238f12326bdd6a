package survey

import "time"

// Touch is one contact of a person that was handed over, by whichever campaign
// and whatever became of it: what gap and caps are counted by.
type Touch struct {
	Channel Channel
	At      time.Time // business time of the hand-over
	Arrived bool      // it may have reached the person; see Attempt.MayHaveArrived
	Own     bool      // by the campaign that asks
}

// Touch is what a counts as for gap and caps; ok is false if nothing was handed
// over. Of an attempt without a time of hand-over the nearest on record is taken.
func (a Attempt) Touch() (t Touch, ok bool) {
	t = Touch{Channel: a.Channel, At: a.When(a.SentAt), Arrived: a.MayHaveArrived()}
	return t, t.Arrived || a.State == AttemptUndelivered || !a.SentAt.IsZero()
}

// MayHaveArrived reports whether the person may have had something of it. A busy
// line, a call that nobody took and a mail that came back reached nobody; a call
// that ended early reached somebody who pressed a key.
func (a Attempt) MayHaveArrived() bool {
	switch a.State {
	case AttemptSending, AttemptSent, AttemptDelivered, AttemptUnknown:
		return true
	case AttemptUndelivered:
		return a.Reason == ReasonHungUp
	}
	return false
}

// When is t, or the nearest thing to it that is on record of a.
func (a Attempt) When(t time.Time) time.Time {
	for _, other := range [...]time.Time{a.EndedAt, a.SentAt, a.DueAt} {
		if t.IsZero() {
			t = other
		}
	}
	return t
}

// Prompt is how soon after it was planned an attempt that is sent is prompt: what
// follows it was foreseen when it was planned, and the protocol need not be asked
// again at once.
const Prompt = 10 * time.Minute
