package respondent

import (
	"context"
	"sync"
	"time"

	"canvass/worker/sim/androidsim"
	"canvass/worker/sim/twiliosim"
)

// phone is the SIM that texts come from, and the second in which everybody last wrote
// to it: two texts of a person that are alike in one second are one to it.
type phone struct {
	sim    *androidsim.Sim
	number string

	mu   sync.Mutex
	last map[string]time.Time
}

// heedTexts reacts to every text that came from the SIM.
func (c *Crowd) heedTexts(ctx context.Context, texts <-chan androidsim.Arrival, end func()) {
	defer end()
	for {
		select {
		case <-ctx.Done():
			return
		case a, open := <-texts:
			if !open {
				return
			}
			c.onText(twiliosim.Event{Kind: twiliosim.EventMessage, To: a.To, From: c.phone.number, Body: a.Body})
		}
	}
}

// text writes to the number that somebody was asked from, by its own way.
func (c *Crowd) text(from, to, body string) error {
	if c.phone == nil || to != c.phone.number {
		_, err := c.twilio.Reply(from, to, body)
		return err
	}
	p := c.phone
	p.mu.Lock()
	at := time.Now().Truncate(time.Second)
	if !at.After(p.last[from]) {
		at = p.last[from].Add(time.Second)
	}
	p.last[from] = at
	p.mu.Unlock()
	return p.sim.Write(androidsim.Text{From: from, Body: body, At: at})
}
