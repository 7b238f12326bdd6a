// Package worker sends and ingests: its handlers take tasks from the queue,
// and everything they need to know they read from Postgres.
//
// Sending is claim, gate, hand over, record: a batch is taken in hand in one
// transaction that sees every opt-out and every answer committed before it, and
// what became of it is written in another. What is between the two when a
// process dies is in doubt, and nothing else is.
//
// It decides nothing about whom to contact (dispatch does) and knows no
// provider (worker/channel does). It may import dispatch/survey, view,
// protocol, queue, instrument, wording, disposition and token, and its own
// sub-rooms channel and ingest.
//
// Read next: gate.go, chunk.go, then worker/ingest.
package worker
