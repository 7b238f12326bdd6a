package android

import (
	"context"
	"encoding/json"
	"net/http"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// kept is what the gateway says of a message that it has.
type kept struct {
	State      string `json:"state"`
	Recipients []struct {
		State string  `json:"state"`
		Error *string `json:"error"`
	} `json:"recipients"`
}

// Find asks the gateway for the message by its id: 0 or 1, exactly, as long as the
// gateway keeps its messages (days; the phone's log has a lifetime too). A key that
// is new since the message left is no matter. Several phones that have it are for
// staff.
func (p *Provider) Find(ctx context.Context, probe channel.Probe) (channel.Found, error) {
	for _, m := range p.marks {
		id := m.id(probe.Ref, probe.To)
		a, fault := p.ask(ctx, question{method: http.MethodGet, path: "messages/" + id})
		switch {
		case fault != nil:
			return channel.Found{}, reading(fault)
		case a.status == http.StatusNotFound:
			continue
		case a.status == http.StatusBadRequest: // "multiple messages found"
			return channel.Found{Matches: 2, Exact: true}, nil
		case !a.good():
			return channel.Found{}, reading(refusal(a))
		}
		var k kept
		if json.Unmarshal(a.body, &k) != nil || k.State == "" {
			return channel.Found{}, &channel.SendError{Class: channel.Temporary, Code: "answer", Detail: "not understood"}
		}
		status := k.status(id)
		status.Ref = probe.Ref
		if status.Event == "" {
			status.Event, status.Reason = survey.AttemptAccept, survey.ReasonFound
		}
		return channel.Found{Matches: 1, Status: status, Exact: true}, nil
	}
	return channel.Found{Exact: true}, nil
}

// status reads where the one recipient of a message stands.
func (k kept) status(id string) channel.Status {
	state, why := k.State, ""
	if len(k.Recipients) == 1 {
		state = k.Recipients[0].State
		if k.Recipients[0].Error != nil {
			why = *k.Recipients[0].Error
		}
	}
	return stateOf(id, state, why)
}

// reading classes a failed reading, which leaves nothing in doubt.
func reading(e *channel.SendError) *channel.SendError {
	if e.Class == channel.Unknown {
		e.Class = channel.Temporary
	}
	return e
}
