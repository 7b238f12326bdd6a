package drill

import (
	"testing"
	"time"
)

// allChannels are the steps of a campaign that tries everything on everybody who
// has not answered.
func allChannels() []string {
	return []string{
		"name: thu, channel: email, text: invitation",
		"name: tin, channel: sms, text: invitation, conversation: true, after: 1m",
		"name: goi, channel: call, text: invitation, after: 2m, tries: 2, retry: {busy: 10m}",
	}
}

// loose lets calls come again on the same day, so that retries are part of a drill.
const loose = `day_caps: {email: 3, sms: 3, call: 3}
loosened: {call_per_day: "diễn tập, không gọi cho ai"}`

// Any process may be killed at any instant, however often: nothing is lost, no
// text and no call comes twice, and a mail is in doubt only if a killed worker
// had it in hand.
func TestKilled(t *testing.T) {
	for _, doubt := range []string{"ask", "resend"} {
		t.Run(doubt, func(t *testing.T) {
			together(t)
			killed(t, doubt == "resend")
		})
	}
}

func killed(t *testing.T, resend bool) {
	people, kills := size(600, 10_000, 10_000), size(4, 15, 250)
	w := newWorld(t, plan{people: people, twisted: true, roles: []string{"serve", "worker", "worker", "scheduler"}})
	w.listen()
	caps := loose
	if resend {
		caps += "\nin_doubt: resend"
	}
	w.launch(wave{name: "dot-1", caps: caps, steps: allChannels()})
	inFlight := 0
	for range kills {
		w.spread(people)
		inFlight += w.killOne()
	}
	if resend {
		w.await("mails in doubt are sent again", func() bool {
			return w.count(`SELECT count(*) FROM attempt WHERE state IN ('unknown', 'sending', 'queued')`) == 0
		})
	}
	w.finish("dot-1")
	l := w.balanced("dot-1")
	mails := w.count(`SELECT count(*) FROM attempt WHERE channel = 'email' AND state = 'unknown'`)
	switch {
	case mails > inFlight:
		t.Errorf("%d mails are in doubt; at most %d were in hand when their worker was killed", mails, inFlight)
	case resend && mails > 0:
		t.Errorf("%d mails are in doubt for ever", mails)
	}
	if n := w.count(`SELECT count(*) FROM attempt WHERE state = 'unknown' AND channel <> 'email'`); n > 0 {
		t.Errorf("%d texts and calls are in doubt", n)
	}
	if n := w.count(`SELECT count(*) FROM attempt a WHERE state = 'unknown'
		AND NOT EXISTS (SELECT 1 FROM attempt_doubt d WHERE d.attempt_id = a.id AND d.needs_staff)`); n > 0 {
		t.Errorf("%d mails in doubt are shown to nobody", n)
	}
	t.Logf("%d kills, %d mails in hand then, %d in doubt now, %d sent again", kills, inFlight, mails, l.Attempts.Resent)
}

// spread waits until some more of the campaign is done, so that kills fall into
// all of it, or it is about to end.
func (w *world) spread(people int) {
	sent := func() int { return w.count(`SELECT count(*) FROM attempt WHERE claimed_at IS NOT NULL`) }
	from, more := sent(), 1+w.rng.IntN(max(2, people/10))
	for deadline := time.Now().Add(time.Duration(1+w.rng.IntN(4)) * time.Second); time.Now().Before(deadline) && sent() < from+more; {
		time.Sleep(time.Duration(w.rng.IntN(50)) * time.Millisecond)
	}
}

// killOne kills a process chosen by chance, starts another in its place, and
// returns how many mails were in hand.
func (w *world) killOne() int {
	w.mu.Lock()
	p := w.processes[w.rng.IntN(len(w.processes))]
	w.mu.Unlock()
	w.kill(p)
	n := 0
	if p.role == "worker" {
		n = w.count(`SELECT count(*) FROM attempt WHERE state = 'sending' AND channel = 'email'`)
	}
	w.start(p.role)
	return n
}

// Any number of every process from the start.
func TestManyProcesses(t *testing.T) {
	together(t)
	w := newWorld(t, plan{people: size(400, 4000, 4000), twisted: true,
		roles: []string{"scheduler", "scheduler", "serve", "worker", "worker", "worker", "worker"}})
	w.listen()
	w.launch(wave{name: "dot-1", caps: loose, steps: allChannels()})
	w.finish("dot-1")
	w.balanced("dot-1")
}
