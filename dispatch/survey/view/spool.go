package view

import "time"

// Beat is what a process that keeps arrivals on its disk says of itself.
type Beat struct {
	ID      string
	Host    string
	Waiting int // arrivals that are not stored yet
	// Gone are spools that it took over; there is no process for them any more.
	Gone []string
}

// Spooler is a process that may hold arrivals which are not stored yet, as
// somebody sees it who is about to send.
type Spooler struct {
	ID string
	// SeenAt is when it last beat, by the database's clock: it tells one beat from
	// another and is compared with no other clock.
	SeenAt  time.Time
	Waiting int
	// Silent says that it has not beaten for a while, or not since the database
	// came back: what it holds now is not known.
	Silent bool
	Host   string
}
