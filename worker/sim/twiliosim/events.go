package twiliosim

import (
	"context"
	"sync"
)

// EventKind names what happened at a phone.
type EventKind string

// The kinds of Event.
const (
	// EventMessage: a text arrived at the phone To. From, Body and SID are set.
	EventMessage EventKind = "message"
	// EventCall: the phone To rings and somebody has to decide: Answer, Decline, or
	// nothing. Lines that decide by themselves (busy, machine) do not ring here.
	EventCall EventKind = "call"
	// EventPrompt: Text was spoken in the call SID. If Gather is set the call now
	// waits for Press or Silence.
	EventPrompt EventKind = "prompt"
	// EventEnded: the call SID is over with Status.
	EventEnded EventKind = "ended"
)

// Event is something that a phone's owner notices. To is always the number that
// the product addressed: the phone, except in calls that the phone itself made.
type Event struct {
	Kind     EventKind   `json:"kind"`
	SID      string      `json:"sid"`
	To       string      `json:"to"`
	From     string      `json:"from"`
	Body     string      `json:"body,omitempty"`
	Text     string      `json:"text,omitempty"`
	Language string      `json:"language,omitempty"` // of the last Say in Text, such as vi-VN
	Gather   *GatherInfo `json:"gather,omitempty"`
	Status   string      `json:"status,omitempty"`
}

// GatherInfo tells what a call is waiting for.
type GatherInfo struct {
	// Seq counts the Gathers and Records of a call from 1.
	Seq int `json:"seq"`
	// NumDigits ends the input after so many keys; 0 means no limit.
	NumDigits int `json:"num_digits"`
	// FinishOnKey ends the input; empty means that no key does.
	FinishOnKey string `json:"finish_on_key"`
	// Record is true if a voice recording is awaited: Press ends it, Silence leaves
	// nothing recorded.
	Record bool `json:"record,omitempty"`
}

// feed hands events to one subscriber. Its queue is unbounded so that neither an
// event is lost nor the simulator waits.
type feed struct {
	mu    sync.Mutex
	queue []Event
	wake  chan struct{} // holds one token while the queue may hold something
	out   chan Event
	ctx   context.Context
}

func (f *feed) put(e Event) {
	f.mu.Lock()
	f.queue = append(f.queue, e)
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// pump moves events from the queue to the reader until the subscription ends.
func (f *feed) pump() {
	defer close(f.out)
	for {
		select {
		case <-f.wake:
		case <-f.ctx.Done():
			return
		}
		f.mu.Lock()
		batch := f.queue
		f.queue = nil
		f.mu.Unlock()
		for _, e := range batch {
			select {
			case f.out <- e:
			case <-f.ctx.Done():
				return
			}
		}
	}
}

// Subscribe returns every event from now on, in order, and a function that ends
// the subscription. A slow reader neither loses events nor holds up the simulator.
// The channel is closed after cancel or Close; what is unread then is dropped.
func (s *Sim) Subscribe() (<-chan Event, func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	f := &feed{wake: make(chan struct{}, 1), out: make(chan Event), ctx: ctx}
	s.mu.Lock()
	if s.closed {
		close(f.out)
	} else {
		s.feeds[f] = struct{}{}
		s.running.Go(f.pump)
	}
	s.mu.Unlock()
	return f.out, func() {
		s.mu.Lock()
		delete(s.feeds, f)
		s.mu.Unlock()
		cancel()
	}
}

// emit tells all subscribers. The caller holds s.mu, which keeps the order.
func (s *Sim) emit(e Event) {
	for f := range s.feeds {
		f.put(e)
	}
}
