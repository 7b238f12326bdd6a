package drill

import (
	"hash/fnv"

	"canvass/worker/sim/twiliosim"
)

// manner is what somebody does; it hangs on the number alone.
type manner int

const (
	silent manner = iota
	answering
	refusing
)

func mannerOf(phone string) manner {
	h := fnv.New32a()
	_, _ = h.Write([]byte(phone))
	switch h.Sum32() % 8 {
	case 0, 1:
		return answering
	case 2:
		return refusing
	}
	return silent
}

// listen lets the people react: some answer a text or a call, some want no more,
// most do nothing. Whoever says something says it once.
func (w *world) listen() {
	events, cancel := w.sim.Subscribe()
	w.t.Cleanup(cancel)
	for range 8 {
		w.hands.Go(func() {
			for e := range events {
				w.react(e)
			}
		})
	}
}

func (w *world) react(e twiliosim.Event) {
	m := mannerOf(e.To)
	switch {
	case e.Kind == twiliosim.EventMessage && m == answering:
		_, _ = w.sim.Reply(e.To, e.From, "1")
	case e.Kind == twiliosim.EventMessage && m == refusing:
		_, _ = w.sim.Reply(e.To, e.From, "TC")
	case e.Kind == twiliosim.EventCall && m == answering:
		_ = w.sim.Answer(e.SID)
	case e.Kind == twiliosim.EventCall:
		_ = w.sim.Decline(e.SID)
	case e.Kind == twiliosim.EventPrompt && e.Gather != nil:
		_ = w.sim.Press(e.SID, "1")
	}
}
