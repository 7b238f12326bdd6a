// Package ingest is the one way in: whatever arrives (a page of the form, an
// SMS, keys of a call, a provider's callback, a mail that comes back) is stored
// raw, then applied by one function that knows no mode of its own.
//
// Applying is pure: decide.go turns a person's case and one inbound thing into
// a change, and dispatch/postgres writes it under the case's locks. All
// unapplied rows of a person are applied in order, whoever asks; a task on the
// queue is only a hint.
//
// It renders nothing and sends nothing: what is to be said travels as prompts,
// in a notice (SMS) or back to the caller (web, voice). It may import
// dispatch/survey, view, instrument, disposition, queue and token, and
// worker/channel.
//
// Read next: ingest.go, decide.go.
package ingest
