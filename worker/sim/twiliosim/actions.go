package twiliosim

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Words that Twilio takes as the whole body of a message to a long code
// (providers' sheet A8).
var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"}
	startWords = []string{"START", "YES", "UNSTOP"}
	keysOnly   = regexp.MustCompile(`^[0-9*#]{1,64}$`)
)

// Reply sends a text from a phone to one of our senders and waits until our
// webhook has answered; messages in its TwiML come back to the phone. The SID is
// returned as soon as the message exists, also with an error.
//
// Errors: ErrInvalid, ErrCannotReceive, ErrFull, ErrClosed, and ErrUndelivered if
// the webhook did not take it (a person would send it again, as a new message).
func (s *Sim) Reply(handset, sender, body string) (string, error) {
	return s.reply(handset, sender, body, 1)
}

// ReplyTwice is Reply, but the webhook gets the same message twice.
func (s *Sim) ReplyTwice(handset, sender, body string) (string, error) {
	return s.reply(handset, sender, body, 2)
}

func (s *Sim) reply(handset, sender, body string, times int) (string, error) {
	if !e164.MatchString(handset) || !utf8.ValidString(body) || utf8.RuneCountInString(body) > 1600 {
		return "", ErrInvalid
	}
	s.mu.Lock()
	to := s.config.Senders[sender]
	if !to.CanReceive {
		s.mu.Unlock()
		return "", ErrCannotReceive
	}
	m := s.newMessage(sender, handset, body)
	m.direction, m.status = inbound, statusReceived
	if err := s.addMessage(m); err != nil {
		s.mu.Unlock()
		return "", err
	}
	m.sent = m.created
	phone := s.handset(handset)
	phone.messages = append(phone.messages, m)
	s.heedKeyword(pair{handset: handset, sender: sender}, body)
	h := hook{sid: m.sid, url: to.SmsURL, form: s.inboundForm(m), token: s.token()}
	s.mu.Unlock()
	if to.SmsURL == "" {
		return m.sid, nil
	}
	for range times {
		a, err := s.post(h)
		if err != nil {
			if s.ctx.Err() != nil {
				return m.sid, ErrClosed
			}
			return m.sid, fmt.Errorf("%w: %w", ErrUndelivered, err)
		}
		s.deliverReplies(m, h.url, a)
	}
	return m.sid, nil
}

// heedKeyword blocks or unblocks a pair. The caller holds s.mu.
func (s *Sim) heedKeyword(p pair, body string) {
	word := strings.ToUpper(strings.TrimSpace(body))
	switch {
	case slices.Contains(stopWords, word):
		s.blocked[p] = true
	case slices.Contains(startWords, word):
		delete(s.blocked, p)
	}
}

// inboundForm is the form of an inbound message (providers' sheet A4).
func (s *Sim) inboundForm(m *message) url.Values {
	_, segments := segmentsOf(m.body)
	form := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "SmsMessageSid": {m.sid}, "AccountSid": {s.config.AccountSID},
		"From": {m.from}, "To": {m.to}, "Body": {m.body}, "NumSegments": {strconv.Itoa(segments)}, "NumMedia": {"0"},
		"SmsStatus": {statusReceived}, "ApiVersion": {apiVersion},
	}
	for _, end := range []string{"From", "To"} {
		for _, part := range []string{"City", "State", "Zip", "Country"} {
			form.Set(end+part, "")
		}
	}
	return form
}

// deliverReplies sends what the TwiML answer to an inbound message says.
func (s *Sim) deliverReplies(m *message, base string, a answer) {
	if len(a.body) == 0 {
		return
	}
	verbs, failure := documentOf(a)
	if failure != nil {
		s.fault(m.sid, failure)
		return
	}
	for _, v := range verbs {
		body := replyText(v)
		if v.name != "Message" || body == "" {
			s.fault(m.sid, &hookError{12200, "verb is not known to the simulator, or has no text"})
			continue
		}
		callback := v.attr("action", v.attr("statusCallback", ""))
		if at, err := url.Parse(base); err == nil && callback != "" {
			if relative, err := at.Parse(callback); err == nil {
				callback = relative.String()
			}
		}
		s.sendReply(v.attr("to", m.from), m.to, body, callback)
	}
}

// replyText is the text of a Message: its Body elements, or its own text.
func replyText(v verb) string {
	var parts []string
	for _, child := range v.children {
		if child.name == "Body" {
			parts = append(parts, strings.TrimSpace(child.text))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, "")
	}
	return strings.TrimSpace(v.text)
}

// sendReply starts an outgoing message that TwiML asked for. A full simulator or a
// blocked pair drops it, as Twilio drops it into its debugger.
func (s *Sim) sendReply(to, from, body, callback string) {
	s.mu.Lock()
	r := s.newMessage(to, from, body)
	r.direction, r.callback, r.behaviour = outboundReply, callback, behaviourOf(to, ForMessage)
	r.out = s.newOutbox(r.sid, callback, http.MethodPost, r.behaviour.callbacks)
	failure := &hookError{21610, "reply to an unsubscribed phone"}
	if !s.blocked[pair{handset: to, sender: from}] {
		failure = nil
		if s.addMessage(r) != nil {
			failure = &hookError{20503, "no room for a reply"}
		}
	}
	if failure == nil {
		s.spawnLocked(func() { s.carry(r) })
	}
	s.mu.Unlock()
	if failure != nil {
		s.fault(r.sid, failure)
	}
}

// Dial calls one of our senders from a phone: its VoiceURL is fetched, and the call
// goes on as those that ring do. Errors: ErrInvalid, ErrCannotReceive, ErrFull,
// ErrClosed.
func (s *Sim) Dial(handset, sender string) (string, error) {
	if !e164.MatchString(handset) {
		return "", ErrInvalid
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	to := s.config.Senders[sender]
	if to.VoiceURL == "" {
		return "", ErrCannotReceive
	}
	c := &call{
		to: sender, from: handset, direction: inbound, status: statusRinging, first: request{url: to.VoiceURL},
		commands: make(chan command), over: make(chan struct{}),
	}
	c.started = s.config.Now()
	if _, err := s.beginCall(c, ""); err != nil {
		return "", err
	}
	return c.sid, nil
}

// Answer takes a ringing call. Like all actions on calls it returns as soon as the
// call has taken it: ErrNotFound, ErrNotNow or ErrClosed otherwise.
func (s *Sim) Answer(callSID string) error { return s.act(callSID, command{kind: doAnswer}) }

// Decline refuses a ringing call: busy.
func (s *Sim) Decline(callSID string) error { return s.act(callSID, command{kind: doDecline}) }

// Ignore lets a ringing call ring out: nobody answers.
func (s *Sim) Ignore(callSID string) error { return s.act(callSID, command{kind: doIgnore}) }

// Voicemail lets a machine take a ringing call: it hears the first prompt out, presses
// nothing, and hangs up.
func (s *Sim) Voicemail(callSID string) error { return s.act(callSID, command{kind: doVoicemail}) }

// Press presses keys (0-9, *, #) while the call waits for them. They end the input
// by NumDigits or FinishOnKey; else more keys, Silence or the timeout does. Keys
// after the end are dropped. ErrInvalid for anything that is not a key.
func (s *Sim) Press(callSID, digits string) error {
	if !keysOnly.MatchString(digits) {
		return ErrInvalid
	}
	return s.act(callSID, command{kind: doPress, digits: digits})
}

// Silence lets the current Gather or Record time out now, with the keys so far.
func (s *Sim) Silence(callSID string) error { return s.act(callSID, command{kind: doSilence}) }

// Hangup ends a call that was answered, at any moment.
func (s *Sim) Hangup(callSID string) error { return s.act(callSID, command{kind: doHangUp}) }

func (s *Sim) act(callSID string, cmd command) error {
	s.mu.Lock()
	c := s.callBySID[callSID]
	s.mu.Unlock()
	if c == nil {
		return ErrNotFound
	}
	err := s.order(c, cmd)
	if errors.Is(err, ErrNotNow) && s.ctx.Err() != nil {
		return ErrClosed
	}
	return err
}
