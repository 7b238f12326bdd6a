// Package embedded runs a Redis inside this process, for an installation on
// one machine that was given no CANVASS_REDIS_URL.
//
// It is alicebob/miniredis behind three promises: it listens on the loopback
// only, it wants a random password, and its clock moves. miniredis lets time
// to live stand still until told otherwise; a ticker here tells it, so keys
// expire as they would on a real server, to within one tick (100 ms). They may
// expire up to one tick early, so whoever relies on a short time to live adds
// a second to it.
//
// It is not a store: everything in it vanishes with the process, and Postgres
// rebuilds what was lost (design §4). It is not the queue either: that is
// dispatch/queue, which reaches this server as it would any other, by address.
//
// It imports nothing of ours. Read next: dispatch/queue.
package embedded
