package dispatch

import (
	"strings"
	"time"

	"canvass/dispatch/history"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

// ProtocolQuestion asks what a protocol does with a made-up case.
type ProtocolQuestion struct {
	Protocol survey.Protocol
	File     string          // where the events stand, for errors
	Events   []history.Event // in order of time
	Zone     string          // the person's own, empty if none is known
	At       time.Time
}

// ExplainProtocol decides on a made-up case as planning would on a real one. It
// looks at what happened until At, and knows of a launch to come. Addresses are usable unless an event says
// otherwise, senders are all there. The error is a *survey.Error of code
// history_invalid: there is no launch, or a contact that the protocol has no step
// for.
func ExplainProtocol(q ProtocolQuestion) (protocol.Decision, error) {
	c := protocol.Case{State: survey.InvitationOpen, Zone: q.Zone, Reach: map[survey.Channel]protocol.Reach{}}
	for _, ch := range survey.Channels() {
		c.Reach[ch] = protocol.Reach{OK: true}
	}
	f := caseFolder{q: q, c: &c}
	for _, e := range q.Events {
		if e.At.After(q.At) && e.Kind != history.Launched {
			continue
		}
		if err := f.fold(e); err != nil {
			return protocol.Decision{}, err
		}
	}
	if c.Launched.IsZero() {
		return protocol.Decision{}, f.wrong("event: " + string(history.Launched))
	}
	if ends := c.Launched.Add(q.Protocol.Length.Duration()); c.Ends.IsZero() || ends.Before(c.Ends) {
		c.Ends = ends
	}
	return protocol.Next(q.Protocol, c, q.At), nil
}

// caseFolder folds events into what the protocol is shown of a case.
type caseFolder struct {
	q ProtocolQuestion
	c *protocol.Case
}

func (f caseFolder) wrong(problem string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeHistory, Where: f.q.File, Args: map[string]string{"problem": problem}}
}

func (f caseFolder) fold(e history.Event) error {
	c := f.c
	switch e.Kind {
	case history.Launched:
		c.Launched = e.At
	case history.Attempt:
		return f.attempt(e)
	case history.Contact:
		a := survey.Attempt{State: e.State, Reason: e.Reason}
		c.Others = append(c.Others, survey.Touch{Channel: e.Channel, At: e.At, Arrived: e.State == "" || a.MayHaveArrived()})
	case history.Endpoint:
		c.Reach[e.Channel] = reachOf(e.Status)
	case history.Begun, history.Answered:
		if c.State == survey.InvitationOpen {
			c.State, c.Partial = survey.InvitationStarted, true
		}
	case history.Submitted, history.Coded:
		c.State = survey.InvitationClosed
	case history.Refused, history.WrongPerson:
		c.Refused = true
	case history.OptedOut:
		if e.Channel == "" {
			c.Refused = true
			return nil
		}
		c.Reach[e.Channel] = protocol.Reach{Reason: survey.ReasonSuppressed}
	case history.Ended:
		if c.Ends.IsZero() || e.At.Before(c.Ends) {
			c.Ends = e.At
		}
	}
	return nil
}

// reachOf is how a person is reached by an address of a status of history.
func reachOf(status string) protocol.Reach {
	switch status {
	case string(survey.EndpointDead):
		return protocol.Reach{Reason: survey.ReasonDeadEndpoint}
	case "none":
		return protocol.Reach{Reason: survey.ReasonNoEndpoint}
	case "shared":
		return protocol.Reach{Reason: survey.ReasonShared}
	case "suppressed":
		return protocol.Reach{Reason: survey.ReasonSuppressed}
	}
	return protocol.Reach{OK: true}
}

// attempt adds a contact of the case, or tells what became of one: an event of a
// step and try that was told before moves it on.
func (f caseFolder) attempt(e history.Event) error {
	names := make([]string, len(f.q.Protocol.Steps))
	channel := survey.Channel("")
	for i, s := range f.q.Protocol.Steps {
		if names[i] = s.Name; s.Name == e.Step {
			channel = s.Channel
		}
	}
	switch {
	case channel == "":
		return f.wrong("step: " + strings.Join(names, " | "))
	case channel != e.Channel:
		return f.wrong("step " + e.Step + ", channel: " + string(channel))
	}
	at := -1
	for i, a := range f.c.Attempts {
		if a.Step == e.Step && a.Try == e.Try {
			at = i
		}
	}
	if at < 0 {
		at = len(f.c.Attempts)
		f.c.Attempts = append(f.c.Attempts, survey.Attempt{Step: e.Step, Channel: e.Channel, Try: e.Try, DueAt: e.At})
	}
	a := &f.c.Attempts[at]
	a.State, a.Reason = e.State, e.Reason
	switch e.State {
	case survey.AttemptSent, survey.AttemptDelivered, survey.AttemptUndelivered:
		if a.SentAt.IsZero() {
			a.SentAt = e.At
		}
	}
	switch e.State {
	case survey.AttemptDelivered, survey.AttemptUndelivered, survey.AttemptFailed, survey.AttemptCancelled:
		a.EndedAt = e.At
	}
	return nil
}
