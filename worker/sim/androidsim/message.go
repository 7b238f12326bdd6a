package androidsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// earlyWait is how long an answer waits for the first event to be told before it.
const earlyWait = 3 * time.Second

// The states of a message.
const (
	pending   = "Pending"
	processed = "Processed"
	sent      = "Sent"
	delivered = "Delivered"
	failed    = "Failed"
)

// request is the API's form of a message.
type request struct {
	ID     string `json:"id"`
	Device string `json:"deviceId"`
	Text   *struct {
		Text string `json:"text"`
	} `json:"textMessage"`
	Message  string   `json:"message"` // the older form
	Phones   []string `json:"phoneNumbers"`
	SIM      *int     `json:"simNumber"`
	Delivery *bool    `json:"withDeliveryReport"`
	TTL      *int64   `json:"ttl"`
	Until    string   `json:"validUntil"`
}

// message is one outgoing text.
type message struct {
	id, device, to, body string
	state, why           string
	sim                  int
	report               bool
	until                time.Time // zero: for ever
	stamps               map[string]time.Time
	behaviour            Behaviour
	first                chan struct{} // closed when the first event was told
}

// valid names what is wrong with a request, or "".
func (r request) valid(devices []string) string {
	switch {
	case len(r.ID) > 36:
		return "validation failed: Message.ID max"
	case r.Text == nil && r.Message == "", r.Text != nil && (r.Text.Text == "" || r.Message != ""):
		return "validation failed: must specify exactly one of: textMessage or dataMessage"
	case len(r.Phones) == 0 || len(r.Phones) > 100:
		return "validation failed: Message.PhoneNumbers"
	case r.SIM != nil && (*r.SIM < 1 || *r.SIM > 3):
		return "validation failed: Message.SimNumber"
	case r.TTL != nil && (*r.TTL < 5 || r.Until != ""):
		return "validation failed: ttl and validUntil"
	case r.Device != "" && !slices.Contains(devices, r.Device):
		return "failed to select device: record not found"
	}
	for _, to := range r.Phones {
		if digits := strings.TrimPrefix(to, "+"); len(digits) < 8 || len(digits) > 15 || digits == to || strings.Trim(digits, "0123456789") != "" {
			return "can't use phone in row 1: invalid phone number"
		}
	}
	return ""
}

// create takes a message, as its destination behaves.
func (s *Sim) create(w http.ResponseWriter, r *http.Request) {
	var q request
	if !read(r, &q) {
		fail(w, http.StatusBadRequest, "validation failed: not JSON")
		return
	}
	if wrong := q.valid(s.config.Devices); wrong != "" {
		fail(w, http.StatusBadRequest, wrong)
		return
	}
	b := behaviourOf(q.Phones[0])
	s.mu.Lock()
	again := s.refused[q.ID]
	s.refused[q.ID] = b.refusal != nil
	s.mu.Unlock()
	switch {
	case b.refusal != nil && !(b.once && again):
		fail(w, b.refusal.status, b.refusal.words)
		return
	case b.answer == answerLost:
		hangUp(w)
		return
	}
	m, status, words := s.add(q, b)
	if m == nil {
		fail(w, status, words)
		return
	}
	switch {
	case b.answer == answerNever:
		hangUp(w)
		return
	case b.answer == answerBroken:
		fail(w, http.StatusBadGateway, "bad gateway")
		return
	case b.hooks == hookEarly:
		select {
		case <-m.first:
		case <-time.After(earlyWait): // nobody is registered
		case <-s.ctx.Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	reply(w, http.StatusAccepted, m.resource())
}

// add stores a message and lets it live.
func (s *Sim) add(q request, b Behaviour) (m *message, status int, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.ID == "" {
		q.ID = token()
	}
	if s.messages[q.ID] != nil {
		s.counts.Duplicates++
		return nil, http.StatusConflict, "duplicate id"
	}
	if len(s.messages) >= s.config.MaxRecords {
		return nil, http.StatusServiceUnavailable, "queue limits exceeded: too many pending messages"
	}
	now := s.config.Now()
	m = &message{id: q.ID, device: q.Device, to: q.Phones[0], body: q.Message, state: pending, sim: s.config.SIM, report: q.Delivery == nil || *q.Delivery,
		stamps: map[string]time.Time{pending: now}, behaviour: b, first: make(chan struct{})}
	if q.Text != nil {
		m.body = q.Text.Text
	}
	if m.device == "" {
		m.device = s.config.Devices[0]
	}
	if q.SIM != nil {
		m.sim = *q.SIM
	}
	if q.TTL != nil {
		m.until = now.Add(time.Duration(*q.TTL) * time.Second)
	}
	if at, err := time.Parse(time.RFC3339, q.Until); err == nil {
		m.until = at
	}
	s.messages[m.id] = m
	s.order = append(s.order, m)
	s.counts.Created++
	s.spawn(func() { s.carry(m) })
	return m, 0, ""
}

// carry lives the life of a text: the phone sends it, and its destination makes of
// it what it does.
func (s *Sim) carry(m *message) {
	var told []event
	tell := func(e event) {
		if m.behaviour.hooks == hookSwapped {
			told = append(told, e)
			return
		}
		s.tell(e)
	}
	defer func() {
		slices.Reverse(told)
		for _, e := range told {
			s.tell(e)
		}
	}()
	if !s.pause(s.config.QueueDelay) || !s.present() {
		return
	}
	if !m.until.IsZero() && s.config.Now().After(m.until) {
		tell(s.move(m, failed, "TTL expired"))
		return
	}
	s.move(m, processed, "")
	b := m.behaviour
	if b.unsent {
		tell(s.move(m, failed, b.fails))
		return
	}
	tell(s.move(m, sent, ""))
	if b.fails == "" {
		s.arrive(m)
	}
	if b.silent || !m.report || !s.pause(s.config.DeliverDelay) {
		return
	}
	if b.fails != "" {
		tell(s.move(m, failed, b.fails))
		return
	}
	for range parts(m.body) { // each part is reported alone
		tell(s.move(m, delivered, ""))
	}
}

// move sets a state and returns its event.
func (s *Sim) move(m *message, state, why string) event {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	m.state, m.why = state, why
	m.stamps[state] = now
	payload := map[string]any{"messageId": m.id, "phoneNumber": m.to, "sender": nil, "recipient": m.to, "simNumber": m.sim}
	e := event{name: "sms:" + strings.ToLower(state), device: m.device, payload: payload, of: m}
	switch state {
	case sent:
		payload["partsCount"], payload["sentAt"] = parts(m.body), stamp(now)
	case delivered:
		payload["deliveredAt"] = stamp(now)
	case failed:
		payload["failedAt"], payload["reason"] = stamp(now), why
	}
	return e
}

// parts counts a text's parts, roughly: what is not ASCII counts as UCS-2.
func parts(body string) int {
	single, joined := 160, 153
	if strings.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) {
		single, joined = 70, 67
	}
	if n := utf8.RuneCountInString(body); n > single {
		return (n + joined - 1) / joined
	}
	return 1
}

// resource is the JSON of a message. The caller holds s.mu.
func (m *message) resource() map[string]any {
	to := map[string]any{"phoneNumber": m.to, "state": m.state}
	if m.why != "" {
		to["error"] = m.why
	}
	stamps := map[string]string{}
	for state, at := range m.stamps {
		stamps[state] = stamp(at)
	}
	return map[string]any{"id": m.id, "deviceId": m.device, "state": m.state, "isHashed": false, "isEncrypted": false,
		"recipients": []any{to}, "states": stamps}
}

func (s *Sim) fetch(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[r.PathValue("id")]
	if m == nil {
		fail(w, http.StatusNotFound, "message not found")
		return
	}
	reply(w, http.StatusOK, m.resource())
}

// stamp is a time as the phone writes it, in its own zone.
func stamp(t time.Time) string {
	return t.In(time.FixedZone("", 7*3600)).Format("2006-01-02T15:04:05.000-07:00")
}
