package worker

import (
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// The circuit breaker of a sender, in real time.
const (
	breakWindow  = time.Minute      // in which outcomes are counted
	breakLeast   = 20               // outcomes before a rate means anything
	breakRest    = 30 * time.Second // of the first opening; each next one in a row lasts twice as long
	breakLongest = 10 * time.Minute
)

// judge decides whether a sender is to rest: when half of at least twenty
// messages failed for a reason of its own within the window, or at once when
// its set-up is wrong. After a rest one message tries, and its outcome decides.
func judge(h view.Health, broken bool) view.Health {
	switch {
	case h.State == survey.HealthOpen:
		return h
	case h.State == survey.HealthHalfOpen && h.Bad == 0:
		return view.Health{State: survey.HealthClosed}
	case h.State == survey.HealthClosed && !broken && (h.Good+h.Bad < breakLeast || h.Bad < h.Good):
		return h
	}
	rest := breakRest << min(h.Openings, 10)
	return view.Health{State: survey.HealthOpen, Openings: h.Openings + 1, Rest: min(rest, breakLongest)}
}

// checkup gathers what the outcomes of a batch say of its sender.
type checkup struct {
	good, bad int
	broken    bool
	reason    survey.Reason
	code      string
}

// add counts one outcome. What never met the provider says nothing of it.
func (c *checkup) add(o channel.Outcome) {
	switch {
	case o.Trouble:
		c.bad++
		c.broken = c.broken || o.Reason == survey.ReasonConfig
		c.reason, c.code = o.Reason, o.Code
	case o.Event != survey.AttemptPutBack:
		c.good++
	}
}
