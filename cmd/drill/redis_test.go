package drill

import (
	"testing"
	"time"
)

// Redis holds nothing that the database cannot give again: it may be wiped, and
// it may be away, in the middle of everything.
func TestRedisLost(t *testing.T) {
	together(t)
	people := size(600, 20_000, 20_000)
	w := newWorld(t, plan{people: people, twisted: true})
	w.listen()
	w.launch(wave{name: "dot-1", caps: loose, steps: allChannels()})
	for range size(3, 10, 50) {
		w.spread(people)
		w.flush()
	}
	for range size(1, 3, 10) {
		w.spread(people)
		w.stopRedis()
		time.Sleep(time.Duration(500+w.rng.IntN(3000)) * time.Millisecond) // away for a while; nothing is awaited
		w.startRedis()
	}
	w.finish("dot-1")
	w.balanced("dot-1")
}
