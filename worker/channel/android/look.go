package android

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// A Look is what the doctor sees of a gateway.
type Look struct {
	// Skew is by how much the gateway's clock is ahead of ours; of a phone in local
	// mode that is the phone's. Known says whether it told the time.
	Skew  time.Duration
	Known bool
	// Phones are those of the account; nil if it does not say.
	Phones []Phone
	// Missing are the events of Events that are not told to our address.
	Missing []string
	// Strangers counts webhooks of the gateway that lead elsewhere: others who read
	// what people write.
	Strangers int
}

// Phone is one phone of an account.
type Phone struct {
	ID       string    `json:"id"`
	LastSeen time.Time `json:"lastSeen"`
}

// registered is the API's form of a webhook.
type registered struct {
	ID     string  `json:"id"`
	Device *string `json:"deviceId,omitempty"`
	URL    string  `json:"url"`
	Event  string  `json:"event"`
}

// Look asks the gateway how it stands; hook is our address for its events. Its
// *channel.SendError has the class that a send would meet.
func (p *Provider) Look(ctx context.Context, hook string) (Look, error) {
	var l Look
	asked := p.config.Now()
	a, fault := p.ask(ctx, question{method: http.MethodGet, path: "webhooks"})
	if fault != nil {
		return l, reading(fault)
	}
	if !a.good() {
		return l, reading(refusal(a))
	}
	var hooks []registered
	if err := json.Unmarshal(a.body, &hooks); err != nil {
		return l, &channel.SendError{Class: channel.Config, Code: "answer", Detail: "not this gateway"}
	}
	if l.Known = !a.date.IsZero(); l.Known {
		l.Skew = a.date.Sub(asked.Add(p.config.Now().Sub(asked) / 2))
	}
	for _, event := range Events() {
		if !slices.ContainsFunc(hooks, func(h registered) bool { return h.Event == event && h.URL == hook && p.forUs(h) }) {
			l.Missing = append(l.Missing, event)
		}
	}
	for _, h := range hooks {
		if h.URL != hook {
			l.Strangers++
		}
	}
	for _, path := range []string{"devices", "device"} { // the older name
		if a, fault = p.ask(ctx, question{method: http.MethodGet, path: path}); fault == nil && a.good() &&
			json.Unmarshal(a.body, &l.Phones) == nil {
			break
		}
	}
	return l, nil
}

// forUs reports whether a webhook is of our phone.
func (p *Provider) forUs(h registered) bool {
	return h.Device == nil || *h.Device == "" || p.config.Device == "" || *h.Device == p.config.Device
}

// Register has the gateway tell its events to our address hook. What was registered
// under our ids before is replaced; webhooks of others stay.
func (p *Provider) Register(ctx context.Context, hook string) error {
	for _, event := range Events() {
		w := registered{ID: "canvass-" + event[len("sms:"):], URL: hook, Event: event}
		if p.config.Device != "" {
			w.Device = &p.config.Device
		}
		body, err := json.Marshal(w)
		if err != nil {
			return &survey.Error{Kind: survey.Internal, Code: survey.CodeConfig, Err: err}
		}
		a, fault := p.ask(ctx, question{method: http.MethodPost, path: "webhooks", body: body})
		switch {
		case fault != nil:
			return fault
		case !a.good():
			return refusal(a)
		}
	}
	return nil
}

// Several reports whether it is left to chance which phone of the account sends: a
// retry could then go to another, and the person would have it twice.
func (p *Provider) Several(l Look) bool { return p.config.Device == "" && len(l.Phones) > 1 }

// Seen is when our phone was last heard of; false if the gateway does not say, or
// does not have it.
func (p *Provider) Seen(l Look) (time.Time, bool) {
	for _, phone := range l.Phones {
		if p.config.Device == "" || phone.ID == p.config.Device {
			return phone.LastSeen, !phone.LastSeen.IsZero()
		}
	}
	return time.Time{}, false
}
