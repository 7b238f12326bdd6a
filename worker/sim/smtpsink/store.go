package smtpsink

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Message is one mail as it was taken. Copies share To and Raw: do not change them.
type Message struct {
	// Seq numbers the mails taken: 1, 2, 3 …
	Seq int64
	// ReceivedAt is when the end of DATA was read.
	ReceivedAt time.Time
	// From and To are the envelope's addresses; From is empty for reports.
	From string
	To   []string
	// MessageID is the header's value without angle brackets; empty if there was none.
	MessageID string
	// Raw is the whole mail as it came over the wire, lines ended by CRLF.
	Raw []byte
	// TLS says that it came over an encrypted connection.
	TLS bool
	// Tag is the misbehaviour that a recipient asked for at the end of DATA, or "".
	Tag string
	// Times is how often this Message-ID has been taken, this time included: 1
	// is the first, more are repeats.
	Times int
	// Refused is how often this mail was refused or cut off at the end of DATA
	// before it was taken for the first time.
	Refused int
}

// Refusal is one mail or recipient that was not taken.
type Refusal struct {
	At time.Time
	// From and To are the envelope's addresses.
	From string
	To   []string
	// MessageID is empty when the refusal came at RCPT, before any content.
	MessageID string
	// Code and Status are the reply, as in 550 and "5.1.1"; 0 and "" when the
	// connection was cut without one.
	Code   int
	Status string
}

// Counts says what happened since Start. Accepted = distinct mails + Repeats.
type Counts struct {
	Accepted     int64 `json:"accepted"`      // mails taken, repeats included
	Repeats      int64 `json:"repeats"`       // of these: the Message-ID had been taken before
	Rejected     int64 `json:"rejected"`      // 5xx to RCPT or at the end of DATA
	Deferred     int64 `json:"deferred"`      // 4xx to RCPT or at the end of DATA
	Greylisted   int64 `json:"greylisted"`    // of these: 450 4.7.1
	Dropped      int64 `json:"dropped"`       // connections cut instead of a reply
	DroppedAfter int64 `json:"dropped_after"` // of these: after the mail was taken
	LateBounces  int64 `json:"late_bounces"`  // reports, answers and complaints made for mails that were accepted
	Forgotten    int64 `json:"forgotten"`     // accepted mails no longer kept
}

// keptRefusals bounds the refusals shown in the mailbox; Counts has them all.
const keptRefusals = 1000

// node is a mail in the order of arrival. Subscribers walk the chain on their
// own; what store no longer keeps lives on exactly as long as one of them still
// has it ahead.
type node struct {
	Message
	next   *node         // set before linked is closed; nil then means: no more, ever
	linked chan struct{} // closed when next is decided
}

// store holds what a Sink remembers and decides what becomes of each mail.
type store struct {
	keep      int
	keepBytes int64

	mu       sync.Mutex
	kept     []*node // contiguous by Seq, oldest first
	bytes    int64   // of kept
	last     *node   // end of the chain; a node without a mail before the first
	ended    bool
	taken    map[string]int // by Message-ID
	met      map[string]int // arrivals by tag and Message-ID, for behaviours that end
	refusals []Refusal
	counts   Counts
}

func newStore(keep int, keepBytes int64) *store {
	return &store{
		keep: keep, keepBytes: keepBytes,
		last:  &node{linked: make(chan struct{})},
		taken: make(map[string]int), met: make(map[string]int),
	}
}

// receive decides what becomes of a mail whose content has been read, records
// it, and returns the decision for the session to carry out. key identifies the
// mail across attempts; m's Seq, Tag, Times and Refused are filled in here.
func (s *store) receive(m Message, key string) (Message, behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := atEndOfData(m.To)
	m.Tag = b.tag
	if b.first > 0 {
		arrival := b.tag + " " + key
		s.met[arrival]++
		m.Refused = min(s.met[arrival]-1, b.first)
		if s.met[arrival] > b.first {
			b.act = accept
		}
	}
	switch b.act {
	case refuse, refuseClose:
		s.refuse(m, b)
		return m, b
	case cutBefore:
		s.refuse(m, behaviour{})
		s.counts.Dropped++
		return m, b
	case cutAfter:
		s.counts.Dropped++
		s.counts.DroppedAfter++
	}
	if b.tag == TagDropAfter {
		m.Refused = 0 // it was cut off, but it was taken
	}
	return s.take(m), b
}

// take keeps m as the next mail. The caller holds mu.
func (s *store) take(m Message) Message {
	s.counts.Accepted++
	s.taken[m.MessageID]++
	m.Times = s.taken[m.MessageID]
	if m.MessageID == "" {
		m.Times = 1 // mails without an identity cannot be told to be repeats
	}
	if m.Times > 1 {
		s.counts.Repeats++
	}
	m.Seq = s.counts.Accepted
	n := &node{Message: m, linked: make(chan struct{})}
	s.kept = append(s.kept, n)
	s.bytes += int64(len(m.Raw))
	for len(s.kept) > 1 && (len(s.kept) > s.keep || s.bytes > s.keepBytes) {
		s.bytes -= int64(len(s.kept[0].Raw))
		s.kept[0] = nil // the array outlives this slice of it
		s.kept = s.kept[1:]
		s.counts.Forgotten++
	}
	if !s.ended {
		s.last.next = n
		close(s.last.linked)
		s.last = n
	}
	return m
}

// refuse records that m was not taken. The caller holds mu.
func (s *store) refuse(m Message, b behaviour) {
	switch b.reply.Code / 100 {
	case 4:
		s.counts.Deferred++
	case 5:
		s.counts.Rejected++
	}
	if b.reply == greylisted {
		s.counts.Greylisted++
	}
	r := Refusal{At: m.ReceivedAt, From: m.From, To: m.To, MessageID: m.MessageID, Code: b.reply.Code}
	if r.Code != 0 {
		r.Status = status(b.reply)
	}
	if len(s.refusals) == keptRefusals {
		s.refusals = slices.Delete(s.refusals, 0, 1)
	}
	s.refusals = append(s.refusals, r)
}

// refused records a refusal that needed no decision here: at RCPT, or for size.
func (s *store) refused(m Message, b behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse(m, b)
}

func (s *store) lateBounce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.LateBounces++
}

// from returns the position in kept of the first mail after seq. The caller holds mu.
func (s *store) from(seq int64) int {
	if len(s.kept) == 0 {
		return 0
	}
	return int(min(max(seq+1-s.kept[0].Seq, 0), int64(len(s.kept))))
}

// after returns up to limit kept mails with a number above seq that pass keep,
// oldest first; limit 0 means all.
func (s *store) after(seq int64, limit int, keep func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Message
	for _, n := range s.kept[s.from(seq):] {
		if keep(&n.Message) {
			found = append(found, n.Message)
		}
		if limit > 0 && len(found) == limit {
			break
		}
	}
	return found
}

// before is after, newest first, for numbers below seq; seq 0 means from the newest.
func (s *store) before(seq int64, limit int, keep func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := len(s.kept)
	if seq > 0 {
		end = s.from(seq - 1)
	}
	var found []Message
	for i := end - 1; i >= 0 && len(found) < limit; i-- {
		if keep(&s.kept[i].Message) {
			found = append(found, s.kept[i].Message)
		}
	}
	return found
}

func (s *store) get(seq int64) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.from(seq - 1); i < len(s.kept) && s.kept[i].Seq == seq {
		return s.kept[i].Message, true
	}
	return Message{}, false
}

func (s *store) totals() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

func (s *store) received() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.taken)
}

func (s *store) refusalList() []Refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.refusals)
}

// end tells subscribers that no mail follows.
func (s *store) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.ended = true
		close(s.last.linked)
	}
}

// subscribe walks the chain from here on. No lock is held while a reader is
// slow, and nothing is queued for it: the chain is the queue.
func (s *store) subscribe() (<-chan Message, func()) {
	s.mu.Lock()
	at := s.last
	s.mu.Unlock()
	out, done := make(chan Message), make(chan struct{})
	go func() {
		defer close(out)
		for {
			select {
			case <-at.linked:
			case <-done:
				return
			}
			if at = at.next; at == nil {
				return
			}
			select {
			case out <- at.Message:
			case <-done:
				return
			}
		}
	}()
	return out, sync.OnceFunc(func() { close(done) })
}

// isTo reports whether an address is among m's recipients, in any case.
func (m *Message) isTo(address string) bool {
	return slices.ContainsFunc(m.To, func(to string) bool { return strings.EqualFold(to, address) })
}
