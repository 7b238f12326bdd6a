package drill

import (
	"sync"
	"testing"
	"time"
)

// A small campaign beside a big one waits for its turn, not for the end of the
// big one: between its launch and its last mail the big one sends at most two for
// each of its own, and the batches that were in hand.
func TestASmallCampaignBesideABigOne(t *testing.T) {
	const small, batch = 50, 100
	people := size(8000, 200_000, 200_000)
	w := newWorld(t, plan{people: people})
	var mu sync.Mutex
	var mails []arrival
	messages, cancel := w.sink.Subscribe()
	t.Cleanup(cancel)
	w.hands.Go(func() {
		for m := range messages {
			mu.Lock()
			mails = append(mails, arrival{m.ReceivedAt, m.To[0][5:11] < "000050"})
			mu.Unlock()
		}
	})
	seen := func(ofSmall bool) int {
		mu.Lock()
		defer mu.Unlock()
		n := 0
		for _, m := range mails {
			if m.small == ofSmall {
				n++
			}
		}
		return n
	}
	one := []string{"name: thu, channel: email, text: invitation"}
	w.create(wave{name: "nho", eligible: `phan = "a"`, steps: one})
	w.launch(wave{name: "lon", eligible: `phan = "b"`, steps: one})
	w.await("the big one is under way", func() bool { return seen(false) > people/50 })
	w.must(w.canvass("campaign", "launch", "nho"))
	w.await("the small one is through", func() bool { return seen(true) == small })
	left := people - small - seen(false)
	var launched time.Time
	w.must(w.sql.QueryRow(`SELECT max(e.recorded_at) FROM event e JOIN campaign k ON k.id = e.campaign_id
		WHERE k.name = 'nho' AND e.kind = 'campaign_moved' AND e.args->>'event' = 'launch'`).Scan(&launched))
	mu.Lock()
	var end time.Time
	for _, m := range mails {
		if m.small && m.at.After(end) {
			end = m.at
		}
	}
	between := 0
	for _, m := range mails {
		if !m.small && m.at.After(launched) && m.at.Before(end) {
			between++
		}
	}
	mu.Unlock()
	if between > 2*small+2*batch {
		t.Errorf("the big one sent %d mails between, at most %d", between, 2*small+2*batch)
	}
	if left < people/10 {
		t.Errorf("the big one had %d mails left: the drill proves nothing", left)
	}
	t.Logf("the big one sent %d mails between; it had %d left", between, left)
	w.finish("nho", "lon")
	w.balanced("nho", "lon")
}

type arrival struct {
	at    time.Time
	small bool
}
