package protocol

import (
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// Follows is before when nothing can follow what is under way for c, if it leaves
// within survey.Prompt of when it is due, or of now, and nobody answers: the instant at
// which Next has something to do then. An attempt that comes to another end than
// being sent is a reason to ask Next at once; and so is one that leaves later, for
// which a step may not fit any more, so that another one comes first.
func (l Loaded) Follows(c Case, now time.Time) time.Time {
	if l.zone == nil {
		return c.Ends
	}
	if c.State == survey.InvitationClosed {
		c.State = survey.InvitationOpen // staff opened it for what is under way
	}
	at := now
	for _, a := range c.Attempts {
		if inFlight(a) {
			at = later(at, a.DueAt)
		}
	}
	return earlier(l.sentAt(c, at), l.sentAt(c, at.Add(survey.Prompt)))
}

// sentAt is when Next has something to do if what is under way is sent at an instant.
func (l Loaded) sentAt(c Case, at time.Time) time.Time {
	c.Attempts = slices.Clone(c.Attempts)
	for i, a := range c.Attempts {
		if inFlight(a) {
			c.Attempts[i].State, c.Attempts[i].SentAt = survey.AttemptSent, at
		}
	}
	d := l.Next(c, at)
	switch {
	case d.Action != Wait:
		return at
	case d.At.IsZero():
		return c.Ends
	}
	return d.At
}
