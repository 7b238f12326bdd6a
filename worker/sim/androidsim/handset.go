package androidsim

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is a text on a handset.
type Message struct {
	ID   string // of the gateway; empty for what the handset's owner wrote
	Mine bool   // the owner wrote it
	Body string
	At   time.Time
}

// arrive puts a text on its handset.
func (s *Sim) arrive(m *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handsets[m.to] = append(s.handsets[m.to], Message{ID: m.id, Body: m.body, At: s.config.Now()})
	s.announce(Arrival{To: m.to, Body: m.body})
	close(s.arrived)
	s.arrived = make(chan struct{})
}

// Thread is what stands on a handset, oldest first.
func (s *Sim) Thread(number string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.handsets[number])
}

// Got is what arrived at a handset, oldest first.
func (s *Sim) Got(number string) []Message {
	return slices.DeleteFunc(s.Thread(number), func(m Message) bool { return m.Mine })
}

// Await waits until n texts have arrived at a handset, and returns them.
func (s *Sim) Await(ctx context.Context, number string, n int) ([]Message, error) {
	for {
		s.mu.Lock()
		arrived := s.arrived
		s.mu.Unlock()
		if got := s.Got(number); len(got) >= n {
			return got, nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return s.Got(number), ctx.Err()
		case <-s.ctx.Done():
			return nil, ErrClosed
		}
	}
}

// A Text is what somebody writes to the phone.
type Text struct {
	// From is shown as the network shows it: +84…, 0…, a name, a short code.
	From, Body string
	// At is when the message centre had it; zero is now. It counts whole seconds.
	At time.Time
	// Times is how often the phone tells of it; 0 is once.
	Times int
	// SIM is the slot that it came in at; 0 is Config.SIM, -1 that the phone cannot
	// tell.
	SIM int
}

// Write sends a text to the phone. It returns at once; Settle waits until it was
// told.
func (s *Sim) Write(t Text) error {
	if strings.TrimSpace(t.From) == "" || !utf8.ValidString(t.Body) || utf8.RuneCountInString(t.Body) > 1600 {
		return ErrInvalid
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	now := s.config.Now()
	if t.At.IsZero() {
		t.At = now
	}
	t.At = t.At.Truncate(time.Second)
	s.handsets[t.From] = append(s.handsets[t.From], Message{Mine: true, Body: t.Body, At: now})
	payload := map[string]any{"messageId": contentHash(t), "phoneNumber": t.From, "sender": t.From, "message": t.Body,
		"recipient": nil, "simNumber": s.config.SIM, "receivedAt": stamp(t.At)}
	switch {
	case t.SIM > 0:
		payload["simNumber"] = t.SIM
	case t.SIM < 0:
		payload["simNumber"] = nil
	}
	e := event{name: "sms:received", device: s.config.Devices[0], payload: payload}
	for range max(t.Times, 1) {
		if s.holding {
			s.held = append(s.held, e)
			continue
		}
		s.post(e, 1, 0)
	}
	return nil
}

// contentHash is the id of an incoming text: of its content, so that two that are
// alike in the same second have the same.
func contentHash(t Text) string {
	h := uint32(17)
	for _, part := range []string{t.From, stamp(t.At), t.Body} {
		for _, r := range part {
			h = 31*h + uint32(r)
		}
	}
	const digits = "0123456789abcdef"
	var out [8]byte
	for i := range out {
		out[i] = digits[h>>(28-4*i)&15]
	}
	return string(out[:])
}

// Created counts the messages that the gateway has for a number with these words.
func (s *Sim) Created(to, body string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.order {
		if m.to == to && m.body == body {
			n++
		}
	}
	return n
}

// IDs are the ids of the messages, in the order of their creation.
func (s *Sim) IDs() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.order))
	for i, m := range s.order {
		out[i] = m.id
	}
	return out
}
