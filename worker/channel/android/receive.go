package android

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// maxHook is more than the phone ever posts of what we ask it to, in bytes.
const maxHook = 64 << 10

// hooked is the envelope of an event, and of its payload what we use. Which of
// phoneNumber, sender and recipient is given depends on the version.
type hooked struct {
	Event   string `json:"event"`
	Device  string `json:"deviceId"`
	Payload struct {
		MessageID   string  `json:"messageId"`
		PhoneNumber string  `json:"phoneNumber"`
		Sender      *string `json:"sender"`
		Recipient   *string `json:"recipient"`
		SIM         *int    `json:"simNumber"`
		Message     string  `json:"message"`
		ReceivedAt  string  `json:"receivedAt"`
		Reason      string  `json:"reason"`
	} `json:"payload"`
}

// events leads from an event of a message of ours to its state.
var events = map[string]string{
	"sms:sent": "Sent", "sms:delivered": "Delivered", "sms:failed": "Failed", "sms:cancelled": "Cancelled",
}

// received is the event of an incoming text.
const received = "sms:received"

// Events lists the events that we ask a phone for.
func Events() []string { return []string{received, "sms:sent", "sms:delivered", "sms:failed"} }

// Hook decodes an event of the phone. A request that it did not sign is
// *survey.Error of kind Forbidden, one that makes no sense is Invalid; both are
// tried again by the phone, so that nothing is lost by a wrong key that is mended
// within two days. An event that is none of ours has no Kind.
func (p *Provider) Hook(r *http.Request) (channel.Inbound, error) {
	body, err := p.read(r)
	if err != nil {
		return channel.Inbound{}, err
	}
	var h hooked
	if err := json.Unmarshal(body, &h); err != nil {
		return channel.Inbound{}, refuse(survey.Invalid, "body", "not an event")
	}
	switch state, ours := events[h.Event]; {
	case !p.mine(h):
		return channel.Inbound{}, nil
	case ours:
		return p.status(h, state)
	case h.Event == received:
		return p.text(h)
	}
	return channel.Inbound{}, nil
}

// mine reports whether an event is of our SIM in our phone, as far as it says: a
// text to the other SIM of a phone is somebody's own affair.
func (p *Provider) mine(h hooked) bool {
	if p.config.Device != "" && h.Device != "" && h.Device != p.config.Device {
		return false
	}
	sim := h.Payload.SIM
	return p.config.SIM == 0 || sim == nil || *sim == p.config.SIM
}

// text decodes an incoming text.
func (p *Provider) text(h hooked) (channel.Inbound, error) {
	from := h.Payload.PhoneNumber
	if s := h.Payload.Sender; from == "" && s != nil {
		from = *s
	}
	from = normal(from)
	if from == "" || h.Payload.ReceivedAt == "" {
		return channel.Inbound{}, refuse(survey.Invalid, "payload", "incomplete")
	}
	return channel.Inbound{Kind: channel.InboundText, Provider: ProviderName, From: from, To: p.config.Number,
		ProviderID: p.sameText(from, moment(h.Payload.ReceivedAt), h.Payload.Message), Text: h.Payload.Message,
		At: p.config.Now()}, nil
}

// moment writes a time so that the same second reads the same in every zone. What
// is no time stands for itself: a repeat repeats it.
func moment(stamp string) string {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return stamp
	}
	return strconv.FormatInt(at.Unix(), 10)
}

// status decodes what became of a message of ours. Messages that others sent by
// the same phone, and trials, are none.
func (p *Provider) status(h hooked, state string) (channel.Inbound, error) {
	id := h.Payload.MessageID
	ref, ok := p.refOf(id)
	if !ok || ref == "" {
		return channel.Inbound{}, nil
	}
	to := h.Payload.PhoneNumber
	if r := h.Payload.Recipient; r != nil && *r != "" {
		to = *r
	}
	s := stateOf(id, state, h.Payload.Reason)
	s.Ref = ref
	return channel.Inbound{Kind: channel.InboundStatus, Provider: ProviderName, ProviderID: id + ":" + state,
		From: p.config.Number, To: normal(to), Ref: ref, Status: &s, At: p.config.Now()}, nil
}

// read bounds and authenticates a request. The signature is over the body as it
// came and the time behind it.
func (p *Provider) read(r *http.Request) ([]byte, error) {
	if r.Method != http.MethodPost {
		return nil, refuse(survey.Invalid, "method", "not POST")
	}
	if p.config.WebhookKey == "" {
		return nil, refuse(survey.Forbidden, "webhook key", "not configured")
	}
	stamp := r.Header.Get("X-Timestamp")
	given, err := hex.DecodeString(r.Header.Get("X-Signature"))
	if err != nil || len(given) != sha256.Size || stamp == "" || strings.Trim(stamp, "0123456789") != "" {
		return nil, refuse(survey.Forbidden, "X-Signature", "is missing")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxHook+1))
	if err != nil {
		return nil, refuse(survey.Invalid, "body", "broken off")
	}
	if len(body) > maxHook {
		return nil, refuse(survey.Invalid, "body", "too large")
	}
	mac := hmac.New(sha256.New, []byte(p.config.WebhookKey))
	mac.Write(body)
	_, _ = io.WriteString(mac, stamp)
	if !hmac.Equal(mac.Sum(nil), given) {
		return nil, refuse(survey.Forbidden, "X-Signature", "does not fit")
	}
	return body, nil
}

func refuse(kind survey.Kind, where, what string) error {
	return &survey.Error{Kind: kind, Code: survey.CodeUsage, Where: where, Err: errors.New(what)}
}
