// Package survey holds the words of the house: the things a survey office talks
// about (contact, frame, sample, invitation, attempt, response), their typed
// identifiers, the state machines they move through, and the codes of every
// error and reason.
//
// It is where a reader should begin. Nothing here knows a technology: no SQL,
// no queue, no provider, no page. It imports the standard library only, and
// every other room may import it.
//
// It is not a place for behaviour. Deciding who is contacted next lives in
// dispatch/protocol, drawing in dispatch/sampling, asking in
// dispatch/instrument; this package only says what their words mean.
//
// Read next: machine.go and state.go (what may follow what), error.go (how a
// failure is told), then dispatch/protocol.
package survey
