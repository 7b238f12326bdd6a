// Package queue is the only asynq of the house: which kinds of tasks there are,
// how they are enqueued, which lanes they travel in, and the pace at which a
// sender may be used.
//
// It is transport, not memory. A task carries a kind, an identifier and a
// generation, never data; everything on it can be rebuilt from Postgres, and a
// lost or repeated task changes nothing. Its sub-room embedded is an in-process
// Redis for one machine. It may import dispatch/survey.
//
// Read next: task.go, pace.go, then worker.
package queue
