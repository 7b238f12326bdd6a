package respondent

import (
	"context"
	"strconv"
	"strings"

	"canvass/worker/sim/twiliosim"
)

// manner is how somebody takes a call.
type manner int

const (
	answersKeys manner = iota
	saysLater
	saysNoMore
	hangsUpAtOnce
)

// call is a call that somebody is on. Its fields are guarded by the person's mu.
type call struct {
	s          *someone
	manner     manner
	leaveAfter int    // answers; 0 stays to the end
	heard      string // since the last keys
	seq        int    // of the input that is awaited
	answers    int
	silences   int
}

// onRing decides whether somebody picks up.
func (c *Crowd) onRing(e twiliosim.Event) {
	s := c.ownerOf(e.To, func(*someone) bool { return false })
	if s == nil {
		return
	}
	c.tally.reach(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contacts++
	taken := &call{s: s}
	switch {
	case s.settled(), s.busy() && s.Habit != TwiceByTwo:
		c.later(toRing, func(context.Context) { c.decline(s, e.SID) })
		return
	case s.Habit == Never && s.rng.IntN(4) == 0:
		taken.manner = hangsUpAtOnce
	case s.Habit == Never && s.rng.IntN(3) == 0:
		c.later(toRing, func(context.Context) { c.decline(s, e.SID) })
		return
	case s.Habit == Never, s.Habit == Looks, s.Habit == NeverPicksUp, !s.takesCall(taken):
		c.tally.note(s, func(c *Counts) *int { return &c.Missed })
		return
	}
	if s.Habit == TwiceByTwo && s.link != "" && s.visit == nil {
		c.tally.note(s, func(c *Counts) *int { return &c.Twice })
		c.open(s, s.link, &visit{}, toRing)
	}
	if s.Habit != TwiceByTwo {
		s.talk = nil // whatever it was waiting for
	}
	c.mu.Lock()
	c.calls[e.SID] = taken
	c.mu.Unlock()
	c.later(s.minutes(toRing), func(context.Context) {
		if c.twilio.Answer(e.SID) != nil { // it stopped ringing
			c.forget(e.SID)
		}
	})
}

// takesCall says how somebody who might answer takes a call, if at all. The
// caller holds s.mu.
func (s *someone) takesCall(taken *call) bool {
	switch s.Habit {
	case OptsOut, Declines:
		taken.manner = saysNoMore
		if s.Habit == Declines {
			taken.manner = saysLater
		}
		return s.Prefers == Voice
	case FormThenSilent:
		taken.leaveAfter = 1
		return s.begun == ""
	case HangsUp:
		if s.begun != Voice {
			taken.leaveAfter = 1
		}
	}
	return true
}

func (c *Crowd) decline(s *someone, sid string) {
	if c.twilio.Decline(sid) == nil {
		c.tally.note(s, func(c *Counts) *int { return &c.Missed })
	}
}

func (c *Crowd) forget(sid string) {
	c.mu.Lock()
	delete(c.calls, sid)
	c.mu.Unlock()
}

func (c *Crowd) onEnded(e twiliosim.Event) { c.forget(e.SID) }

// onPrompt lets somebody react to what they hear.
func (c *Crowd) onPrompt(e twiliosim.Event) {
	c.mu.Lock()
	on := c.calls[e.SID]
	c.mu.Unlock()
	if on == nil {
		return
	}
	s := on.s
	s.mu.Lock()
	defer s.mu.Unlock()
	on.heard = strings.TrimSpace(on.heard + " " + e.Text)
	r := readPrompt(on.heard)
	if r.asks == tellsThanks && on.answers > 0 {
		c.end(s, Voice)
	}
	if e.Gather == nil {
		return
	}
	on.heard, on.seq = "", e.Gather.Seq
	keys, action := on.decide(r, *e.Gather)
	seq := e.Gather.Seq
	c.later(s.minutes(perKey), func(context.Context) {
		s.mu.Lock()
		stale := on.seq != seq
		s.mu.Unlock()
		if !stale {
			c.act(on, e.SID, keys, action)
		}
	})
}

// action is what somebody does when a key is awaited.
type action int

const (
	presses     action = iota
	pressesOnly        // and waits, because nothing ends the input
	waits
	hangsUp
)

// decide says which keys to press. The caller holds s.mu.
func (on *call) decide(r reading, awaited twiliosim.GatherInfo) (string, action) {
	s := on.s
	switch {
	case on.manner == hangsUpAtOnce, on.leaveAfter > 0 && on.answers >= on.leaveAfter:
		return "", hangsUp
	case on.manner == saysNoMore:
		return ended("0", awaited)
	case on.manner == saysLater:
		return ended("2", awaited)
	case awaited.Record:
		return "#", presses
	}
	switch r.asks {
	case asksDoor:
		return ended("1", awaited)
	case asksChoice:
		on.answered()
		return ended(s.one(r.choices).value, awaited)
	case asksChoices:
		on.answered()
		keys := ""
		for _, picked := range s.few(r.choices, r.most) {
			keys += picked.value
		}
		return ended(keys, awaited)
	case asksNumber:
		on.answered()
		return ended(strconv.Itoa(s.number(r.low, r.high)), awaited)
	case asksRecord:
		return ended("*", awaited)
	}
	if on.silences++; on.silences > 2 {
		return "", hangsUp
	}
	return "", waits
}

// answered notes that a question is being answered. The caller holds s.mu.
func (on *call) answered() {
	on.answers++
	on.silences = 0
	if on.s.begun == "" {
		on.s.begun = Voice
	}
}

// ended closes keys in the way that the input wants.
func ended(keys string, awaited twiliosim.GatherInfo) (string, action) {
	switch {
	case awaited.NumDigits > 0 && len(keys) >= awaited.NumDigits:
		return keys[:awaited.NumDigits], presses
	case strings.Contains(awaited.FinishOnKey, "#"):
		return keys + "#", presses
	}
	return keys, pressesOnly
}

// act presses, waits or hangs up. What the simulator refuses came too late: the
// call has gone on or ended by itself.
func (c *Crowd) act(on *call, sid, keys string, what action) {
	s := on.s
	switch what {
	case hangsUp:
		if c.twilio.Hangup(sid) != nil {
			return
		}
		c.tally.note(s, func(c *Counts) *int { return &c.HungUp })
		if on.manner != hangsUpAtOnce {
			c.tally.note(s, func(c *Counts) *int { return &c.BrokenOff })
		}
		return
	case waits:
		_ = c.twilio.Silence(sid) // too late is no matter, as said above
		return
	}
	if c.twilio.Press(sid, keys) != nil {
		return
	}
	c.tally.add(func(c *Counts) *int { return &c.Keys })
	if what == pressesOnly {
		_ = c.twilio.Silence(sid)
	}
	if on.manner == saysNoMore || on.manner == saysLater {
		s.mu.Lock()
		c.left(s)
		s.mu.Unlock()
	}
}
