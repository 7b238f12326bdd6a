package channel

import (
	"errors"
	"fmt"
	"time"

	"canvass/dispatch/survey"
)

// Class is what a failed send means for the attempt.
type Class string

// The classes. Anything not provably one of the others is Unknown: the message
// may have left.
const (
	Temporary Class = "temporary" // not taken; the same attempt may go later
	Throttled Class = "throttled" // not taken; the whole sender must slow down
	Permanent Class = "permanent" // not taken, and never will be
	Blocked   Class = "blocked"   // not taken for what the other side thinks of us or of our words; the address may be good
	OptedOut  Class = "opted_out" // the provider blocks this pair after a STOP
	Config    Class = "config"    // our set-up is wrong; every further send burns money
	Late      Class = "late"      // SendBefore passed, or the context ended; nothing was handed over
	Unknown   Class = "unknown"   // may or may not have left
)

// SendError is the one failure of a send.
type SendError struct {
	Class Class
	// Code is the provider's code ("21211", "550 5.1.1"), raw.
	Code string
	// Detail is for the log; it never holds an address.
	Detail string
	// DeadEndpoint says that the address itself is bad for good.
	DeadEndpoint bool
	// ForNow says of a permanent refusal that the address is good and takes
	// nothing for the time being: its mailbox is full.
	ForNow bool
	// RetryAfter is the provider's wish, real time; 0 when it said nothing.
	RetryAfter time.Duration
	// SlowDestination says that a temporary refusal speaks of the destination's
	// mail server, not of this mailbox.
	SlowDestination bool
}

// Error tells class, code and detail.
func (e *SendError) Error() string {
	return fmt.Sprintf("send: %s %s %s", e.Class, e.Code, e.Detail)
}

// Outcome is what a send did to its attempt.
type Outcome struct {
	Event        survey.AttemptEvent
	Reason       survey.Reason
	Code         string
	DeadEndpoint bool
	// StopSender asks that nothing more leaves by this sender for now.
	StopSender bool
	// Trouble says that the failure speaks of the sender or its provider, not of
	// the recipient: what the circuit breaker counts.
	Trouble    bool
	RetryAfter time.Duration
	// SlowDestination asks to slow down for the destination's mail server.
	SlowDestination bool
}

// Interpret is the single reading of a send's result.
func Interpret(err error) Outcome {
	if err == nil {
		return Outcome{Event: survey.AttemptAccept, Reason: survey.ReasonHandedOver}
	}
	var e *SendError
	if !errors.As(err, &e) {
		return Outcome{Event: survey.AttemptDoubt, Reason: survey.ReasonInDoubt, Trouble: true}
	}
	o := Outcome{Code: e.Code, DeadEndpoint: e.DeadEndpoint, RetryAfter: e.RetryAfter, SlowDestination: e.SlowDestination}
	switch e.Class {
	case Temporary:
		o.Event, o.Reason = survey.AttemptDefer, survey.ReasonTemporary
		o.Trouble = e.Code == "" // no reply at all
	case Throttled:
		o.Event, o.Reason, o.StopSender = survey.AttemptDefer, survey.ReasonThrottled, true
	case Late:
		o.Event, o.Reason = survey.AttemptPutBack, survey.ReasonDeadline
	case Permanent:
		o.Event, o.Reason = survey.AttemptRefuse, survey.ReasonPermanent
		if e.ForNow {
			o.Reason = survey.ReasonSoftBounce
		}
	case Blocked:
		// One server may think so of us, or all: the circuit breaker counts.
		o.Event, o.Reason, o.Trouble = survey.AttemptDefer, survey.ReasonFiltered, true
	case OptedOut:
		o.Event, o.Reason = survey.AttemptRefuse, survey.ReasonOptedOut
	case Config:
		// Nobody loses a contact because our password is wrong: it waits until
		// the set-up is mended.
		o.Event, o.Reason, o.StopSender, o.Trouble = survey.AttemptDefer, survey.ReasonConfig, true, true
	default:
		o.Event, o.Reason, o.Trouble = survey.AttemptDoubt, survey.ReasonInDoubt, true
	}
	return o
}
