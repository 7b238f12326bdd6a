package twiliosim

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Statuses of messages and calls as the API spells them.
const (
	statusQueued      = "queued"
	statusSent        = "sent"
	statusDelivered   = "delivered"
	statusUndelivered = "undelivered"
	statusReceived    = "received"
	statusFailed      = "failed"
	statusCanceled    = "canceled"
	statusInitiated   = "initiated" // in callbacks only
	statusRinging     = "ringing"
	statusInProgress  = "in-progress"
	statusCompleted   = "completed"
	statusBusy        = "busy"
	statusNoAnswer    = "no-answer"
)

// Directions as the API spells them.
const (
	outboundAPI   = "outbound-api"
	outboundReply = "outbound-reply"
	inbound       = "inbound"
)

// message is one Message resource. Its fields are guarded by Sim.mu, but for
// those that are set once.
type message struct {
	sid, from, to, direction, callback string // set once
	behaviour                          Behaviour
	out                                *outbox
	created                            time.Time

	body      string // blank once the API has redacted it
	shown     string // what the phone shows; nobody can redact that
	status    string
	errorCode int
	updated   time.Time
	sent      time.Time // zero until sent
	deleted   bool      // hidden from the API, kept for the balance
}

// handset is one phone, in our sight: what it received and sent.
type handset struct {
	number   string
	messages []*message
	calls    []*call
	version  uint64 // changes with everything that its page shows
	touched  time.Time
}

// pair is one phone and one of our senders.
type pair struct{ handset, sender string }

// ledger is everything that the simulator remembers.
type ledger struct {
	messages     []*message // in order of creation
	messageBySID map[string]*message
	calls        []*call
	callBySID    map[string]*call
	recordings   []*recording
	handsets     map[string]*handset
	byNumber     map[string][]*message // by either end, for lists
	blocked      map[pair]bool
	faulted      map[string]bool // medium and number that had their one refusal
	refused      map[int]int
	hooks        [2]int // webhook requests failed, answered
	faults       []Fault
	version      uint64
}

func newLedger() ledger {
	return ledger{
		messageBySID: make(map[string]*message), callBySID: make(map[string]*call),
		handsets: make(map[string]*handset), byNumber: make(map[string][]*message),
		blocked: make(map[pair]bool), faulted: make(map[string]bool), refused: make(map[int]int),
	}
}

// addMessage records a message; ErrFull beyond the limit. The caller holds s.mu.
func (s *Sim) addMessage(m *message) error {
	if len(s.messages)+len(s.calls) >= s.config.MaxRecords {
		return ErrFull
	}
	m.created = s.config.Now()
	m.updated = m.created
	s.messages = append(s.messages, m)
	s.messageBySID[m.sid] = m
	s.byNumber[m.to] = append(s.byNumber[m.to], m)
	if m.from != m.to {
		s.byNumber[m.from] = append(s.byNumber[m.from], m)
	}
	return nil
}

// addCall records a call; ErrFull beyond the limit. The caller holds s.mu.
func (s *Sim) addCall(c *call) error {
	if len(s.messages)+len(s.calls) >= s.config.MaxRecords {
		return ErrFull
	}
	c.created = s.config.Now()
	c.updated = c.created
	s.calls = append(s.calls, c)
	s.callBySID[c.sid] = c
	phone := s.handset(c.phone())
	phone.calls = append(phone.calls, c)
	return nil
}

// handset returns the phone of a number, and marks its page as changed. The caller
// holds s.mu.
func (s *Sim) handset(number string) *handset {
	h := s.handsets[number]
	if h == nil {
		h = &handset{number: number}
		s.handsets[number] = h
	}
	s.version++
	h.version = s.version
	h.touched = s.config.Now()
	return h
}

// Fault is an entry of the list that Twilio calls its debugger: a webhook or a
// document of ours that could not be used.
type Fault struct {
	Time   time.Time `json:"time"`
	SID    string    `json:"sid"` // message or call
	Code   int       `json:"code"`
	Detail string    `json:"detail"` // English, without numbers, addresses and texts
}

const maxFaults = 1000

// fault keeps and logs what went wrong with a webhook.
func (s *Sim) fault(sid string, e *hookError) {
	s.config.Logger.Warn("twiliosim webhook fault", "sid", sid, "code", e.code, "detail", e.detail)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == maxFaults {
		s.faults = slices.Delete(s.faults, 0, maxFaults/10)
	}
	s.faults = append(s.faults, Fault{Time: s.config.Now(), SID: sid, Code: e.code, Detail: e.detail})
}

func (s *Sim) countHook(answered bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answered {
		s.hooks[1]++
	} else {
		s.hooks[0]++
	}
}

// Errors returns the latest faults, oldest first, at most 1,000.
func (s *Sim) Errors() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Fault{}, s.faults...)
}

// MessageInfo is one message that the product sent, as the balance needs it.
type MessageInfo struct {
	SID            string    `json:"sid"`
	To             string    `json:"to"`
	From           string    `json:"from"`
	Body           string    `json:"body"`
	Direction      string    `json:"direction"` // outbound-api, or outbound-reply for TwiML
	StatusCallback string    `json:"status_callback"`
	Status         string    `json:"status"`
	ErrorCode      int       `json:"error_code,omitempty"`
	Created        time.Time `json:"created"`
}

// CallInfo is one call that the product made.
type CallInfo struct {
	SID            string    `json:"sid"`
	To             string    `json:"to"`
	From           string    `json:"from"`
	StatusCallback string    `json:"status_callback"`
	Status         string    `json:"status"`
	Created        time.Time `json:"created"`
}

// Counts sums up what happened since Start.
type Counts struct {
	Messages         int            `json:"messages"` // outgoing
	Calls            int            `json:"calls"`    // outgoing
	Inbound          int            `json:"inbound"`  // messages and calls of phones
	MessagesByStatus map[string]int `json:"messages_by_status"`
	CallsByStatus    map[string]int `json:"calls_by_status"`
	Refused          map[int]int    `json:"refused"` // creations, by error code
	HooksAnswered    int            `json:"hooks_answered"`
	HooksFailed      int            `json:"hooks_failed"` // after their retries
}

// Messages returns every outgoing message in order of creation, also those that
// were deleted through the API (without their text).
func (s *Sim) Messages() []MessageInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]MessageInfo, 0, len(s.messages))
	for _, m := range s.messages {
		if m.direction != inbound {
			list = append(list, MessageInfo{SID: m.sid, To: m.to, From: m.from, Body: m.body, Direction: m.direction,
				StatusCallback: m.callback, Status: m.status, ErrorCode: m.errorCode, Created: m.created})
		}
	}
	return list
}

// Calls returns every outgoing call in order of creation.
func (s *Sim) Calls() []CallInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]CallInfo, 0, len(s.calls))
	for _, c := range s.calls {
		if c.direction != inbound {
			list = append(list, CallInfo{SID: c.sid, To: c.to, From: c.from,
				StatusCallback: c.callback, Status: c.status, Created: c.created})
		}
	}
	return list
}

// Counts returns the sums.
func (s *Sim) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := Counts{MessagesByStatus: make(map[string]int), CallsByStatus: make(map[string]int),
		Refused: maps.Clone(s.refused), HooksFailed: s.hooks[0], HooksAnswered: s.hooks[1]}
	for _, m := range s.messages {
		if m.direction == inbound {
			sum.Inbound++
			continue
		}
		sum.Messages++
		sum.MessagesByStatus[m.status]++
	}
	for _, c := range s.calls {
		if c.direction == inbound {
			sum.Inbound++
			continue
		}
		sum.Calls++
		sum.CallsByStatus[c.status]++
	}
	return sum
}

// ReceivedByCallbackKey counts outgoing messages and calls by the value of a query
// parameter in their StatusCallback address; those without it do not count.
func (s *Sim) ReceivedByCallbackKey(param string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := make(map[string]int)
	count := func(callback string) {
		address, _, _ := strings.Cut(callback, "#")
		if u, err := url.Parse(address); err == nil && u.Query().Has(param) {
			sum[u.Query().Get(param)]++
		}
	}
	for _, m := range s.messages {
		count(m.callback)
	}
	for _, c := range s.calls {
		if c.direction != inbound {
			count(c.callback)
		}
	}
	return sum
}
