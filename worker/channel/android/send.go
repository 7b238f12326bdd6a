package android

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"canvass/dispatch/smstext"
	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

const (
	// validity is how long a text may wait for the phone beyond the limit of its
	// claim: what waits longer must not arrive at night. An idle phone may ask its
	// server every quarter of an hour only.
	validity = 30 * time.Minute
	// active is how long ago, in hours, the phone must have been heard of, where
	// there is a server that knows.
	active = 1
)

// outgoing is the API's form of a message.
type outgoing struct {
	ID       string   `json:"id"`
	Device   string   `json:"deviceId,omitempty"`
	Text     textBody `json:"textMessage"`
	Phones   []string `json:"phoneNumbers"`
	SIM      int      `json:"simNumber,omitempty"`
	Delivery bool     `json:"withDeliveryReport"`
	TTL      int64    `json:"ttl"` // seconds; relative, so that clocks need not agree
}

type textBody struct {
	Text string `json:"text"`
}

// Send hands a text to the gateway. A message that the gateway has already is
// accepted: that was an earlier try, whose answer was lost. Every failure is a
// *channel.SendError: Late, Temporary and Throttled surely left nothing behind,
// Unknown may have.
func (p *Provider) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	if m.Channel != survey.SMS {
		return channel.Receipt{}, &channel.SendError{Class: channel.Config, Code: "channel", Detail: "not sms"}
	}
	over := func() bool { return m.Expired(p.config.Now()) }
	if ctx.Err() != nil || over() {
		return channel.Receipt{}, &channel.SendError{Class: channel.Late, Detail: "limit"}
	}
	out := outgoing{ID: p.idOf(m.Ref, m.To), Device: p.config.Device, Text: textBody{m.Body}, Phones: []string{m.To},
		SIM: p.config.SIM, Delivery: true, TTL: p.ttl(m.SendBefore)}
	body, err := json.Marshal(out)
	if err != nil {
		return channel.Receipt{}, &channel.SendError{Class: channel.Config, Code: "request", Detail: "cannot be made"}
	}
	a, fault := p.ask(ctx, question{method: http.MethodPost, path: "messages", body: body, over: over,
		query: url.Values{"deviceActiveWithin": {strconv.Itoa(active)}}})
	switch {
	case fault != nil:
		return channel.Receipt{}, fault
	case a.good() || a.status == http.StatusConflict:
		return channel.Receipt{ProviderID: out.ID, Segments: smstext.Count(m.Body).Segments}, nil
	}
	return channel.Receipt{}, refusal(a)
}

// ttl is for how many seconds from now a text may wait.
func (p *Provider) ttl(before time.Time) int64 {
	wait := validity
	if !before.IsZero() {
		wait += max(before.Sub(p.config.Now()), 0)
	}
	return int64(wait.Seconds())
}

// refusal classes an answer that is no acceptance.
func refusal(a answer) *channel.SendError {
	e := &channel.SendError{Code: "http " + strconv.Itoa(a.status), Detail: "answer", RetryAfter: a.wait}
	switch {
	case a.status == http.StatusBadRequest:
		invalid(a, e)
	case a.status == http.StatusTooManyRequests, a.status == http.StatusServiceUnavailable:
		e.Class = channel.Throttled // the limits of its queue
	case a.status == http.StatusRequestTimeout, a.status >= 500, a.status < 300:
		e.Class = channel.Unknown
	default:
		e.Class = channel.Config // the password, the path, a redirect
	}
	return e
}

// invalid reads what the gateway finds wrong with a message. Its words are no
// contract: what is not recognised is our own set-up, by which nobody loses a
// contact.
func invalid(a answer, e *channel.SendError) {
	words := bytes.ToLower(a.body)
	has := func(word string) bool { return bytes.Contains(words, []byte(word)) }
	switch {
	case has("validation"): // of a field of ours, whatever its name
		e.Class = channel.Config
	case has("phone") && (has("invalid") || has("parse") || has("not mobile")):
		e.Class, e.Code, e.DeadEndpoint = channel.Permanent, "number", true
	case has("device"):
		// No phone that was heard of lately. Without a code it counts against the sender.
		e.Class, e.Code, e.Detail = channel.Temporary, "", "phone away"
	default:
		e.Class = channel.Config
	}
}
