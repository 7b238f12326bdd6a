// Package worker sends and ingests: its handlers take tasks from the queue,
// and everything they need to know they read from Postgres.
//
// Sending is claim, gate, hand over, record: a batch is taken in hand in one
// transaction that sees every opt-out and every answer committed before it, and
// what became of it is written in another. What is between the two when a
// process dies is in doubt, and nothing else is.
//
// # The hold
//
// Nobody sends while a process may have a STOP on its disk that the database has
// not been given yet. Every process that takes arrivals (worker/ingest's Spooler)
// says each second, in the database, that it lives and how much waits on its disk
// (table spooler). Before anything is taken in hand a worker looks there (hold.go).
// It holds while something waits, and while a process is silent: what that one
// holds is not known, and it will say so as soon as it reaches the database. After
// half a minute of looking in vain it is given up, because its process is gone or
// will not be back soon, until it beats again.
//
//   - The silence is counted by the worker's own looks, each worth a moment at most
//     and none across a failed one: time in which the database was away, or nobody
//     looked, proves nothing. Clocks of machines are never compared; what is old is
//     said by the database, by its own clock.
//   - A process is also silent if it has not beaten since the server was started, so
//     that an outage of a second is noticed.
//   - `up` is one process, and no exception: its spool beats, its worker looks.
//   - A machine with workers only has no spool and does not beat. It looks.
//   - A process that ends in order with an empty spool takes its row along. One that
//     was killed is waited for, for half a minute, by each worker that did not see it
//     given up, that is also by one that starts later; after a day its row is gone.
//   - In a database restored from a backup the processes of the original are
//     forgotten. What lies on the disk of a process that goes on with the copy is
//     stored there.
//
// What remains: a process that loses the database while a worker does not, by a
// broken network, is noticed after five seconds; a server that another one takes
// over from within these five seconds looks as if it had never been away; and what
// is on the wire when a hold begins has left.
//
// It decides nothing about whom to contact (dispatch does) and knows no
// provider (worker/channel does). It may import dispatch/survey, view,
// protocol, queue, instrument, wording, disposition and token, and its own
// sub-rooms channel and ingest.
//
// Read next: gate.go, chunk.go, hold.go, then worker/ingest.
package worker
