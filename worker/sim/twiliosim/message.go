package twiliosim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"
)

// createMessage is POST Messages.json.
func (s *Sim) createMessage(r *http.Request) (reply, error) {
	form := r.PostForm
	if err := s.checkMessage(form); err != nil {
		return reply{}, err
	}
	b := behaviourOf(form.Get("To"), ForMessage)
	if a, err := s.misbehave(b, ForMessage, form.Get("To")); a.silent || err != nil {
		return a, err
	}
	s.mu.Lock()
	m := s.newMessage(form.Get("To"), form.Get("From"), form.Get("Body"))
	m.direction, m.callback, m.behaviour = outboundAPI, form.Get("StatusCallback"), b
	m.out = s.newOutbox(m.sid, m.callback, http.MethodPost, b.callbacks)
	err := s.addMessage(m)
	resource := s.messageResource(m)
	if err == nil {
		s.spawnLocked(func() { s.carry(m) })
	}
	s.mu.Unlock()
	if err != nil {
		return reply{}, err
	}
	return s.afterCreation(r, b, m.out, resource)
}

// newMessage makes a queued message. The caller holds s.mu.
func (s *Sim) newMessage(to, from, body string) *message {
	return &message{sid: "SM" + s.token(), to: to, from: from, body: body, shown: body, status: statusQueued}
}

// checkMessage refuses what Twilio refuses, in its order.
func (s *Sim) checkMessage(form url.Values) error {
	to, from, body := form.Get("To"), form.Get("From"), form.Get("Body")
	s.mu.Lock()
	_, known := s.config.Senders[from]
	known = known || len(s.config.Senders) == 0
	blocked := s.blocked[pair{handset: to, sender: from}]
	s.mu.Unlock()
	callback := form.Get("StatusCallback")
	switch {
	case to == "":
		return badRequest(21604, "A 'To' phone number is required.")
	case form.Get("MessagingServiceSid") != "":
		return badRequest(21701, "The Messaging Service does not exist.")
	case from == "":
		return badRequest(21603, "A 'From' phone number is required.")
	case body == "":
		return badRequest(21602, "Message body is required.")
	case utf8.RuneCountInString(body) > 1600:
		return badRequest(21617, "The concatenated message body exceeds the 1600 character limit")
	case !e164.MatchString(to):
		return badRequest(21211, "Invalid 'To' Phone Number")
	case vnLandline.MatchString(to):
		return badRequest(21614, "'To' number is not a valid mobile number")
	case !e164.MatchString(from) && !(senderName.MatchString(from) && oneLetter.MatchString(from)):
		return badRequest(21212, "Invalid 'From' Phone Number")
	case !known:
		return badRequest(21606, "The 'From' phone number is not a valid, message-capable Twilio phone number")
	case to == from:
		return badRequest(21266, "'To' and 'From' number cannot be the same")
	case callback != "" && !webAddress(callback):
		return badRequest(21609, "The StatusCallback URL is not a valid URL.")
	case blocked:
		return badRequest(21610, "Attempt to send to unsubscribed recipient")
	}
	return nil
}

// carry lives the life of an outgoing message: queued, sent, and what its number
// makes of it.
func (s *Sim) carry(m *message) {
	final, code := m.behaviour.final, m.behaviour.errorCode
	if final == "" {
		final = statusDelivered
	}
	if !s.pause(s.config.QueueDelay) {
		return
	}
	if final == statusFailed {
		s.move(m, statusFailed, code)
		return
	}
	if !s.move(m, statusSent, 0) || !s.pause(s.config.DeliverDelay) {
		return
	}
	if final == statusSent {
		s.arrive(m)
		return
	}
	s.move(m, final, code)
}

// move sets a status and queues its callback. It reports false if the message was
// canceled meanwhile.
func (s *Sim) move(m *message, status string, code int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.status == statusCanceled {
		return false
	}
	m.status, m.errorCode, m.updated = status, code, s.config.Now()
	if status == statusSent {
		m.sent = m.updated
	}
	if status == statusDelivered {
		s.arriveLocked(m)
	}
	s.touchThread(m)
	m.out.put(s.messageCallback(m), status != statusSent)
	return true
}

// arrive puts a message on its phone.
func (s *Sim) arrive(m *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arriveLocked(m)
}

func (s *Sim) arriveLocked(m *message) {
	phone := s.handset(m.to)
	phone.messages = append(phone.messages, m)
	s.emit(Event{Kind: EventMessage, SID: m.sid, To: m.to, From: m.from, Body: m.shown})
}

// touchThread marks the page of a phone as changed if it shows the message.
func (s *Sim) touchThread(m *message) {
	if h := s.handsets[m.to]; h != nil && slices.Contains(h.messages, m) {
		s.handset(m.to)
	}
}

// messageCallback is the form of a status callback (providers' sheet A3). The
// caller holds s.mu.
func (s *Sim) messageCallback(m *message) url.Values {
	form := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "MessageStatus": {m.status}, "SmsStatus": {m.status},
		"To": {m.to}, "From": {m.from}, "AccountSid": {s.config.AccountSID}, "ApiVersion": {apiVersion},
	}
	if m.errorCode != 0 {
		form.Set("ErrorCode", strconv.Itoa(m.errorCode))
	}
	if m.status == statusDelivered || m.status == statusUndelivered {
		form.Set("RawDlrDoneDate", m.updated.UTC().Format("0601021504"))
	}
	return form
}

// messageResource is the JSON of a message. The caller holds s.mu.
func (s *Sim) messageResource(m *message) map[string]any {
	_, segments := segmentsOf(m.body)
	path := s.path("/Messages/" + m.sid)
	return map[string]any{
		"sid": m.sid, "account_sid": s.config.AccountSID, "api_version": apiVersion, "messaging_service_sid": nil,
		"to": m.to, "from": m.from, "body": m.body, "direction": m.direction, "status": m.status,
		"num_segments": strconv.Itoa(segments), "num_media": "0", "price": nil, "price_unit": nil,
		"error_code": orNull(m.errorCode), "error_message": nil,
		"date_created": rfc2822(m.created), "date_updated": rfc2822(m.updated), "date_sent": rfc2822(m.sent),
		"uri": path + ".json", "subresource_uris": map[string]string{"media": path + "/Media.json"},
	}
}

// messageOf finds the message of a path. The caller holds s.mu.
func (s *Sim) messageOf(r *http.Request) (*message, error) {
	if m := s.messageBySID[sidOf(r)]; m != nil && !m.deleted {
		return m, nil
	}
	return nil, notFound(r)
}

// fetchMessage is GET Messages/{Sid}.json.
func (s *Sim) fetchMessage(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.messageOf(r)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, value: s.messageResource(m)}, nil
}

// moving reports whether a message has not reached a last status.
func (m *message) moving() bool {
	return m.status == statusQueued || m.status == statusSent && m.behaviour.final != statusSent
}

// updateMessage is POST Messages/{Sid}.json: an empty Body blanks a finished
// message, Status=canceled stops a queued one.
func (s *Sim) updateMessage(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.messageOf(r)
	if err != nil {
		return reply{}, err
	}
	form := r.PostForm
	switch {
	case form.Get("Status") == statusCanceled && m.status == statusQueued:
		m.status, m.updated = statusCanceled, s.config.Now()
		m.out.put(s.messageCallback(m), true)
	case form.Get("Status") != "":
		return reply{}, badRequest(30409, "Message is not in a cancelable state")
	case form.Has("Body") && form.Get("Body") == "" && !m.moving():
		m.body, m.updated = "", s.config.Now()
	default:
		return reply{}, badRequest(20009, "Cannot redact message: delivery is not complete, or Body is not empty")
	}
	return reply{status: http.StatusOK, value: s.messageResource(m)}, nil
}

// deleteMessage is DELETE Messages/{Sid}.json. The balance keeps the record.
func (s *Sim) deleteMessage(r *http.Request) (reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.messageOf(r)
	if err != nil {
		return reply{}, err
	}
	if m.moving() {
		return reply{}, &restError{Code: 20009, Message: "Cannot delete message: delivery is not complete", Status: http.StatusConflict}
	}
	m.deleted, m.body = true, ""
	return reply{status: http.StatusNoContent}, nil
}

// listMessages is GET Messages.json, newest first.
func (s *Sim) listMessages(r *http.Request) (reply, error) {
	q := r.URL.Query()
	when, err := datesOf(q, "DateSent")
	if err != nil {
		return reply{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	source := s.messages
	if to := q.Get("To"); to != "" {
		source = s.byNumber[to]
	} else if from := q.Get("From"); from != "" {
		source = s.byNumber[from]
	}
	var found []*message
	for _, m := range slices.Backward(source) {
		at := m.sent
		if at.IsZero() {
			at = m.created
		}
		if !m.deleted && matches(q, "To", m.to) && matches(q, "From", m.from) && when.has(at) {
			found = append(found, m)
		}
	}
	page, list, err := pageOf(found, func(m *message) string { return m.sid }, s.path("/Messages.json"), q)
	if err != nil {
		return reply{}, err
	}
	resources := make([]map[string]any, len(page))
	for i, m := range page {
		resources[i] = s.messageResource(m)
	}
	list["messages"] = resources
	return reply{status: http.StatusOK, value: list}, nil
}

// matches reports whether a filter is absent or equal.
func matches(q url.Values, key, value string) bool {
	want := q.Get(key)
	return want == "" || want == value
}
