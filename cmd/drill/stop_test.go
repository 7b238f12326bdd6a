package drill

import (
	"slices"
	"testing"
	"time"
)

// Texts say STOP while a thousand texts leave. Once a STOP is in the database,
// nothing more is handed over to its person than what was in hand.
func TestStopsRaceWithSends(t *testing.T) {
	together(t)
	people := size(300, 1000, 5000)
	w := newWorld(t, plan{people: people, roles: []string{"serve", "worker", "worker", "scheduler"},
		senders: "sms " + ours + " receive rate=100; call " + ours + " rate=100"})
	w.launch(wave{name: "dot-1", eligible: "has_mobile", steps: []string{
		"name: tin, channel: sms, text: invitation",
		"name: nhac, channel: sms, text: reminder, after: 1m"}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, n := range w.rng.Perm(people) {
			_, _ = w.sim.Reply(who(n, false).phone, ours, "TC")
		}
	}()
	<-done
	w.finish("dot-1")
	w.balanced("dot-1")
	if n := w.count(`SELECT count(DISTINCT contact_id) FROM suppression WHERE scope = 'all' AND lifted_at IS NULL`); n < people {
		t.Errorf("%d of %d STOPs are on the list", n, people)
	}
	w.silentAfter(5*time.Second, `SELECT e.address, min(x.applied_at) FROM inbox x JOIN suppression s ON s.inbox_id = x.id
		JOIN endpoint e ON e.contact_id = s.contact_id AND e.kind = 'phone' GROUP BY 1`)
	if n := len(w.sim.Messages()); n >= 3*people {
		t.Errorf("%d texts left: nobody was stopped in time, the drill proves nothing", n)
	}
}

// silentAfter holds every phone that the query names to silence from its moment
// on, but for the answer to a STOP and what a claim had in hand for that long.
func (w *world) silentAfter(inHand time.Duration, query string) {
	w.t.Helper()
	rows, err := w.sql.Query(query)
	w.must(err)
	defer rows.Close()
	since := map[string]time.Time{}
	for rows.Next() {
		var phone string
		var at time.Time
		w.must(rows.Scan(&phone, &at))
		since[phone] = at
	}
	w.must(rows.Err())
	for _, m := range w.sim.Messages() {
		at, told := since[m.To]
		if !told || !m.Created.After(at.Add(inHand)) {
			continue
		}
		if refOf(m.StatusCallback)[0] == 'n' {
			continue
		}
		w.t.Errorf("a text left %v after its person said stop", m.Created.Sub(at))
	}
}

// What staff pause stays where it is: of what was not in hand when the pause was
// written nothing leaves, until they resume.
func TestPause(t *testing.T) {
	people := size(2000, 20_000, 20_000)
	w := newWorld(t, plan{people: people, roles: []string{"serve", "worker", "worker", "scheduler"}})
	w.launch(wave{name: "dot-1", steps: []string{"name: thu, channel: email, text: invitation"}})
	taken := func() int { return int(w.sink.Counts().Accepted) }
	for pauses := 0; pauses < 3 && taken() < people*3/4; pauses++ {
		from := taken()
		w.await("some mails leave", func() bool { return taken() > from })
		w.must(w.canvass("campaign", "pause", "dot-1", "--reason", "drill"))
		w.await("what was in hand is settled", func() bool {
			return w.count(`SELECT count(*) FROM attempt WHERE state = 'sending'`) == 0
		})
		rest := taken()
		late := w.count(`SELECT count(*) FROM attempt a JOIN event e ON e.kind = 'campaign_moved' AND e.args->>'event' = 'pause'
			WHERE a.claimed_at > e.recorded_at AND NOT EXISTS (SELECT 1 FROM event r WHERE r.kind = 'campaign_moved'
				AND r.args->>'event' = 'resume' AND r.recorded_at > e.recorded_at AND r.recorded_at < a.claimed_at)`)
		if late != 0 {
			t.Errorf("%d mails were claimed during a pause", late)
		}
		w.tasksPass()
		if n := taken() - rest; n != 0 {
			t.Errorf("%d mails left during a pause", n)
		}
		w.must(w.canvass("campaign", "resume", "dot-1", "--reason", "drill"))
	}
	w.finish("dot-1")
	w.balanced("dot-1")
}

// tasksPass waits until the sweeper has offered every open chunk to the workers
// again: had they wanted to send anything, they would have.
func (w *world) tasksPass() {
	const sql = `SELECT coalesce(sum(generation), 0) FROM chunk WHERE state = 'open'`
	from := w.count(sql)
	for deadline := time.Now().Add(5 * time.Second); w.count(sql) == from && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
	}
}

// Two campaigns meet at one person's cap in the same instant: together they stay
// below it.
func TestTwoCampaignsMeetAtACap(t *testing.T) {
	together(t)
	people := size(200, 2000, 2000)
	w := newWorld(t, plan{people: people, roles: []string{"serve", "worker", "worker", "scheduler", "scheduler"}})
	var names []string
	for _, name := range []string{"dot-1", "dot-2", "dot-3"} {
		names = append(names, name)
		w.create(wave{name: name, eligible: "has_mobile", length: "10h", steps: []string{
			"name: tin, channel: sms, text: invitation", "name: nhac, channel: sms, text: reminder"}})
	}
	launched := make(chan error, len(names))
	for _, name := range names {
		go func() { launched <- w.canvass("campaign", "launch", name) }()
	}
	for range names {
		w.must(<-launched)
	}
	w.await("everybody has had three texts", func() bool { return len(w.sim.Messages()) >= 3*people })
	w.finish(names...)
	w.balanced(names...)
	got := map[string]int{}
	for _, m := range w.sim.Messages() {
		got[m.To]++
	}
	counts := map[int]int{}
	for _, n := range got {
		counts[n]++
	}
	if counts[3] != people {
		t.Errorf("texts a person: %v, want three for each of %d", counts, people)
	}
	if slices.Max(mapKeys(counts)) > 3 {
		t.Error("somebody got more than three texts in a day")
	}
}
