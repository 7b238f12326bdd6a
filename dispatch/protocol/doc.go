// Package protocol decides whom to contact next, when, how and why: from a
// protocol (data), a case and the time it says contact, wait or close, always
// with a reason.
//
// It is a pure function. It remembers nothing: every call starts from the
// attempts on record, so a decision may be asked for at any moment, as often as
// one likes, by any number of schedulers.
//
// It is not the last gate. Between a decision and the wire a person may answer,
// a number may be suppressed, an hour may strike: the worker asks again, in the
// transaction that claims the attempt, and uses Window from here.
//
// It may import dispatch/survey. Zones come from the time zone database of the
// system or the binary. Read next: next.go (the rules, in one comment),
// window.go (hours and daylight saving), ready.go (protocols to start from).
package protocol
