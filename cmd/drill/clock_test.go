package drill

import (
	"context"
	"slices"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// era is a span of real time in which business time ran evenly.
type era struct {
	from  time.Time
	clock survey.Rehearsal
}

// clocks tells business time over steps of the clock.
type clocks struct {
	w    *world
	eras []era
}

func (w *world) clocks() *clocks {
	r, _, err := w.db.Rehearsal(context.Background())
	w.must(err)
	return &clocks{w, []era{{clock: r}}}
}

// business is the business time at a real time.
func (c *clocks) business(real time.Time) time.Time {
	now := c.eras[0].clock
	for _, e := range c.eras {
		if !real.Before(e.from) {
			now = e.clock
		}
	}
	return survey.Rehearse(func() time.Time { return real }, now).Now()
}

// step moves the business clock by d, as an operator who sets the clock of a
// machine does: everything is killed, and comes up in the other time.
func (c *clocks) step(d time.Duration) {
	w := c.w
	var roles []string
	for _, p := range slices.Clone(w.processes) {
		roles = append(roles, p.role)
		w.kill(p)
	}
	now := time.Now()
	last := c.eras[len(c.eras)-1].clock
	next := survey.Rehearsal{Real: now, Business: c.business(now).Add(d), Speed: last.Speed}
	w.must(w.db.EndRehearsal(context.Background()))
	_, err := w.db.BeginRehearsal(context.Background(), next, "drill")
	w.must(err)
	c.eras = append(c.eras, era{now, next})
	for _, role := range roles {
		w.start(role)
	}
}

// The clock steps an hour back and forth, the hours end while a batch is in hand,
// and a month ends in the night between: no text and no call leaves outside its
// hours, and nothing is lost.
func TestClockSteps(t *testing.T) {
	together(t)
	people := size(300, 1000, 5000)
	w := newWorld(t, plan{people: people, begins: "2027-01-31T20:40:00+07:00", speed: 60,
		senders: "sms " + ours + " receive rate=8; call " + ours + " rate=100"})
	w.listen()
	c := w.clocks()
	w.launch(wave{name: "dot-1", length: "5d", eligible: "has_mobile", steps: []string{
		"name: tin, channel: sms, text: invitation, conversation: true",
		"name: goi, channel: call, text: invitation, after: 12h"}})
	texts := func() int { return len(w.sim.Messages()) }
	some := func() {
		from := texts()
		w.await("texts leave", func() bool { return texts() > from })
	}
	some()
	c.step(-time.Hour)
	some()
	c.step(time.Hour + 20*time.Minute)
	some()
	w.await("the hours of texts end", func() bool {
		return w.count(`SELECT count(*) FROM attempt WHERE channel = 'sms' AND state = 'queued' AND reason = 'window'`) > 0
	})
	if left := w.count(`SELECT count(*) FROM attempt WHERE channel = 'sms' AND state = 'queued'`); left == 0 {
		t.Error("nothing was left when the hours ended: the drill proves nothing")
	}
	for _, d := range []time.Duration{time.Hour, -time.Hour, 8*time.Hour + 50*time.Minute} {
		c.step(d)
	}
	some()
	w.finish("dot-1")
	w.balanced("dot-1")
	if n := len(w.sim.Calls()); n == 0 {
		t.Error("nobody was called: the drill proves nothing")
	}
	vietnam := time.FixedZone("+07", 7*60*60)
	for _, m := range w.sim.Messages() {
		if at := c.business(m.Created).In(vietnam); refOf(m.StatusCallback)[0] == 'a' && (at.Hour() < 7 || at.Hour() >= 22) {
			t.Errorf("a text left at %s", at.Format(time.DateTime))
		}
	}
	for _, call := range w.sim.Calls() {
		if at := c.business(call.Created).In(vietnam); at.Hour() < 8 || at.Hour() >= 17 {
			t.Errorf("a call was made at %s", at.Format(time.DateTime))
		}
	}
}
