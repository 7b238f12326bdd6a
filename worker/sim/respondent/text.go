package respondent

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"canvass/worker/sim/twiliosim"
)

// talk is a conversation by SMS.
type talk struct {
	phone, sender string
	last          reading // the question that is open
	answers       int
	misread       int    // times in a row that the same was asked
	leaveAfter    int    // answers; 0 stays to the end
	goodbye       string // written instead of leaving in silence
	silly         bool   // begins with words that answer nothing
	leaving       bool   // writes one last text and heeds nothing more
}

// maxMisread is how often somebody tries to be understood.
const maxMisread = 4

// onText lets somebody react to a text.
func (c *Crowd) onText(e twiliosim.Event) {
	s := c.ownerOf(e.To, func(s *someone) bool { return s.talk != nil })
	if s == nil {
		return
	}
	r := readText(e.Body)
	if r.link != "" {
		s.mu.Lock()
		if s.talk != nil { // asked for, to go on there
			s.talk = nil
		}
		s.mu.Unlock()
		c.onLink(s, invitation{link: r.link, byText: true, sender: e.From})
		return
	}
	c.tally.reach(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.asks == asksNothing, s.talk != nil && s.talk.leaving:
	case r.asks == tellsThanks:
		if s.talk != nil {
			s.talk = nil
			c.end(s, SMS)
		}
	case r.asks == tellsStopped:
		s.talk = nil
	case s.talk == nil && r.asks != asksAgain:
		s.contacts++
		c.beginTalk(s, e, r)
	case s.talk != nil:
		c.goOn(s, r)
	}
}

// ownerOf is who holds a telephone: of a couple the one who is at it, else the
// one who has not answered yet.
func (c *Crowd) ownerOf(phone string, busy func(*someone) bool) *someone {
	var free *someone
	for _, s := range c.byPhone[phone] {
		s.mu.Lock()
		at, open := busy(s), !s.settled()
		s.mu.Unlock()
		if at {
			return s
		}
		if open && free == nil {
			free = s
		}
	}
	if all := c.byPhone[phone]; free == nil && len(all) > 0 {
		return all[0]
	}
	return free
}

// beginTalk decides whether somebody answers a question that came by SMS. The
// caller holds s.mu.
func (c *Crowd) beginTalk(s *someone, e twiliosim.Event, r reading) {
	t := &talk{phone: e.To, sender: e.From, silly: s.rng.Float64() < nonsense}
	wants := false
	switch s.Habit {
	case ByLink, BySMS:
		wants = true
	case AfterReminder:
		wants = s.contacts >= 2
	case ByKey, HangsUp:
		wants = s.contacts >= lastResort+1
	case Resumes:
		wants = s.begun != "" || s.Prefers == SMS || s.contacts >= lastResort
		if s.begun == "" {
			t.leaveAfter, t.goodbye = 2, "LINK"
		}
	case FormThenSilent:
		wants, t.leaveAfter = s.begun == "", 1+s.rng.IntN(2)
	case TwiceByTwo:
		if wants = !s.settled() && s.talk == nil; wants && s.link != "" && s.visit == nil {
			c.tally.note(s, func(c *Counts) *int { return &c.Twice })
			c.open(s, s.link, &visit{}, toSMS)
		}
	case OptsOut, Declines:
		if s.Prefers == SMS && !s.settled() {
			c.leaveByText(s, e.From)
		}
	}
	if !wants || s.settled() || s.visit != nil && s.Habit != TwiceByTwo {
		return
	}
	s.talk = t
	c.goOn(s, r)
}

// leaveByText writes the words that stop, or leave out this round. The caller
// holds s.mu.
func (c *Crowd) leaveByText(s *someone, sender string) {
	words := []string{"TC", "tc", "Từ chối", "TC."}
	if s.Habit == Declines {
		words = []string{"BD", "bd"}
	}
	t := &talk{phone: s.Phone(), sender: sender, leaving: true}
	s.talk = t
	c.write(s, t, toSMS, &letter{body: words[s.rng.IntN(len(words))], done: func() { c.left(s) }})
}

// goOn answers the question that is open. The caller holds s.mu.
func (c *Crowd) goOn(s *someone, r reading) {
	t := s.talk
	again := r.asks == asksAgain || r.again
	if again {
		t.misread++
	} else {
		t.misread = 0
	}
	if r.asks == asksAgain {
		most := r.most
		r = t.last
		if most > 0 {
			r.asks, r.most = asksChoices, most
		}
	}
	t.last = r
	switch {
	case t.misread > maxMisread:
		s.talk = nil
		c.tally.note(s, func(c *Counts) *int { return &c.GaveUp })
		return
	case t.leaveAfter > 0 && t.answers >= t.leaveAfter:
		c.tally.note(s, func(c *Counts) *int { return &c.BrokenOff })
		if t.goodbye == "" {
			s.talk = nil
			return
		}
		c.write(s, t, toLeave, &letter{body: t.goodbye})
		return
	}
	mean := perReply
	if t.answers == 0 {
		mean = toSMS
	}
	if t.silly {
		t.silly = false
		c.tally.add(func(c *Counts) *int { return &c.Nonsense })
		c.write(s, t, mean, &letter{body: [...]string{"Alo ai do", "gi vay?", "so nay cua ai the"}[s.rng.IntN(3)]})
		return
	}
	t.answers++
	if s.begun == "" {
		s.begun = SMS
	}
	c.write(s, t, mean, &letter{body: s.replyTo(r, again)})
}

// replyTo spells an answer as people do; plainly if it was not understood
// before. The caller holds s.mu.
func (s *someone) replyTo(r reading, plainly bool) string {
	switch r.asks {
	case asksChoice:
		return s.spell(s.one(r.choices), plainly)
	case asksChoices:
		var figures []string
		for _, c := range s.few(r.choices, r.most) {
			figures = append(figures, c.value)
		}
		return strings.Join(figures, [...]string{",", ", ", " "}[s.rng.IntN(3)])
	case asksNumber:
		return strconv.Itoa(s.number(r.low, r.high))
	case asksWords:
		switch said := s.saying(); s.rng.IntN(4) {
		case 0:
			return "BQ"
		case 1:
			return said
		default:
			return unaccented(said)
		}
	case asksLetter:
		if r.stop {
			return "B"
		}
		return [...]string{"A", "a", "A", "B"}[s.rng.IntN(4)]
	}
	return "1"
}

// spell writes a choice: its figure, mostly, or its label.
func (s *someone) spell(c choice, plainly bool) string {
	// A label of one word may be a keyword, a name or a figure.
	long := strings.Contains(c.label, " ") && !strings.ContainsAny(c.label, ",/0123456789")
	switch at := s.rng.IntN(10); {
	case plainly || at < 5:
		return c.value
	case at < 6:
		return c.value + "."
	case at < 7:
		return "Dạ " + c.value
	case !long:
		return " " + c.value + " "
	case at < 9:
		return c.label
	default:
		return strings.ToUpper(c.label) + " a"
	}
}

// write sends a text after some minutes. The caller holds s.mu.
func (c *Crowd) write(s *someone, t *talk, mean float64, l *letter) {
	c.later(s.minutes(mean), func(ctx context.Context) { c.deliver(ctx, s, t, l) })
}

// letter is a text on its way.
type letter struct {
	body     string
	done     func() // runs under s.mu once it has gone out; may be nil
	failing  time.Time
	failures int
}

// deliver hands a text to the simulator, again if our webhook was away: a person
// who hears nothing writes the same once more.
func (c *Crowd) deliver(ctx context.Context, s *someone, t *talk, l *letter) {
	s.mu.Lock()
	over := s.talk != t
	s.mu.Unlock()
	if over {
		return
	}
	err := c.text(t.phone, t.sender, l.body)
	if ctx.Err() != nil {
		return
	}
	c.tally.add(func(c *Counts) *int { return &c.Texts })
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		if l.done != nil {
			l.done()
		}
	case errors.Is(err, twiliosim.ErrUndelivered):
		if l.failing.IsZero() {
			l.failing = time.Now()
		}
		if time.Since(l.failing) > patience {
			s.talk = nil
			c.tally.note(s, func(c *Counts) *int { return &c.GaveUp })
			return
		}
		c.tally.add(func(c *Counts) *int { return &c.Retries })
		c.agenda.add(pause(l.failures), func(ctx context.Context) { c.deliver(ctx, s, t, l) })
		l.failures++
	default: // a sender that takes no replies, or a simulator that is gone
		s.talk = nil
		c.tally.note(s, func(c *Counts) *int { return &c.GaveUp })
	}
}
