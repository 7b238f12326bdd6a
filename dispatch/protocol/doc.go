// Package protocol decides whom to contact next, when, how and why: from a
// protocol (data), a case and the time it says contact, wait or close, always
// with a reason.
//
// It is a pure function. It remembers nothing: every call starts from the
// attempts on record, so a decision may be asked for at any moment, as often as
// one likes, by any number of schedulers.
//
// It is not the last gate. Between a decision and the wire a person may answer,
// a number may be suppressed, another campaign may have been faster: the worker
// asks again, in the transaction that claims the attempt. Both ask Permit, so
// what was planned is let through unless something happened in between.
//
// It knows nothing of addresses, senders or consent: Case.Reach and Case.Barred
// say what follows from them. What the law of a country allows is not decided
// here either; the defaults that a protocol may not go beyond silently are in
// lawful.go, with their source.
//
// It may import dispatch/survey. Zones come from the time zone database of the
// system or the binary. Read next: next.go (the rules, in one comment), steps.go
// (which step), permit.go (which instant), window.go (hours and daylight saving),
// holiday.go and lunar.go (Tết), validate.go and lawful.go (what a protocol may
// say), ready.go (protocols to start from).
package protocol
