// Package ingest is the one way in: whatever arrives (a page of the form, an
// SMS, keys of a call, a provider's callback, a mail that comes back) is stored
// raw, then applied by one function that knows no mode of its own.
//
// Applying is pure: decide.go turns a person's case and one inbound thing into
// a change, and dispatch/postgres writes it under the case's locks. All
// unapplied rows of a person are applied in order, whoever asks; a task on the
// queue is only a hint.
//
// What the database does not take goes to this machine's disk (spool.go), sealed,
// and is acknowledged all the same; a Spooler stores it in its order as soon as it
// can be. As long as anything waits on the disk of a process, whatever comes to
// that process goes behind it, so that a STOP and the START after it do not
// change places. Between two processes nothing keeps them apart but their times:
// there, a wish to be contacted again never ends an opt-out that was received
// after it, while a STOP that is stored late holds even if it was taken back
// meanwhile. The person says START once more.
//
// Nobody sends meanwhile. Every process with a spool says each second, in the
// database, that it lives and how many arrivals wait (table spooler); a worker
// looks there before it takes anything in hand (worker/hold.go). What may bar
// somebody from being contacted is applied before it counts as stored.
//
// It renders nothing and sends nothing: what is to be said travels as prompts,
// in a notice (SMS) or back to the caller (web, voice). It may import
// dispatch/survey, view, instrument, disposition, queue and token, and
// worker/channel and spool.
//
// Read next: ingest.go, decide.go; then spool.go, spooler.go, replay.go.
package ingest
