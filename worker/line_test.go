package worker

import (
	"sync"
	"testing"
	"time"

	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/worker/sim/twiliosim"
)

// However many workers there are, no more calls are on the line than the number has
// places; and everybody is called in the end, once.
func TestManyWorkersKeepToTheLine(t *testing.T) {
	t.Parallel()
	const places = 2
	numbers := []string{"+84310000201", "+84310000202", "+84310000203", "+84310000204", "+84310000205", "+84310000206"}
	x := newExchange(t, survey.Sender{Calls: places}, numbers...)
	on, most := map[string]bool{}, 0
	for rounds := 0; x.db.Int(`SELECT count(*) FROM attempt WHERE state IN ('queued', 'sending', 'sent')`) > 0; rounds++ {
		if rounds > 20 {
			t.Fatal("there is always more to do")
		}
		x.crowd()
		for range x.db.Int(`SELECT count(*) FROM attempt WHERE state = 'sent'`) - len(on) {
			on[x.await(twiliosim.EventCall, "").SID] = true
		}
		most = max(most, len(on))
		if len(on) > places {
			t.Fatalf("%d calls at once", len(on))
		}
		for sid := range on { // one of them ends, the other goes on
			x.must(x.sim.Decline(sid))
			x.await(twiliosim.EventEnded, sid)
			delete(on, sid)
			break
		}
		if len(on) == 0 {
			x.apply()
			continue
		}
		x.heard()
	}
	if most != places || len(x.sim.Calls()) != len(numbers) {
		t.Errorf("at most %d calls at once, %d in all", most, len(x.sim.Calls()))
	}
	if n := x.db.Int(`SELECT count(*) FROM call_slot`); n != 0 {
		t.Errorf("%d places are still taken", n)
	}
}

// crowd lets many workers send at once, each a chunk of its own.
func (x *exchange) crowd() {
	x.Helper()
	open, err := x.db.ChunkDue(x.Context(), x.Clock.Now().Add(time.Minute), 1, 8)
	x.must(err)
	again, err := x.db.SweepChunks(x.Context(), 100)
	x.must(err)
	open = append(open, again...)
	var all sync.WaitGroup
	for _, c := range open {
		other := New(x.Config)
		all.Go(func() {
			if err := other.sendChunk(x.Context(), queue.Task{Kind: queue.SendChunk, ID: int64(c.ID), Generation: c.Generation}); err != nil {
				x.Error(err)
			}
		})
	}
	all.Wait()
}

// heard waits until the word that a call has ended is applied, while others go on.
func (x *exchange) heard() {
	x.Helper()
	before := x.db.Int(`SELECT count(*) FROM attempt WHERE state IN ('delivered', 'undelivered', 'failed')`)
	for x.db.Int(`SELECT count(*) FROM attempt WHERE state IN ('delivered', 'undelivered', 'failed')`) == before {
		x.must(x.Handlers()[queue.IngestStatuses](x.Context(), queue.Task{Kind: queue.IngestStatuses}))
		for _, t := range x.hints.take() {
			x.must(x.Handlers()[t.Kind](x.Context(), t))
		}
		x.must(x.Context().Err())
	}
}
