// Package drill breaks Canvass on purpose and counts what is left: processes
// killed by -9 at random, Redis wiped and stopped, PostgreSQL stopped, callbacks
// repeated, shuffled and late, STOPs that race with sends, clocks that jump,
// servers that lie. Every drill ends in the conservation laws of the product: its
// own ledger against what the simulators really received. Drills count; they
// never time.
//
// It holds tests only. They run the real binary as its users do, as processes on
// a private PostgreSQL and a real redis-server, with the simulators as the world
// outside; they look into the database only to count, and change it only where
// that is the disaster (a clock that steps).
//
// The size is set by CANVASS_DRILL: nothing is the short set of `make test`, full
// is `make drill` (30 kills, 20,000 people), long is `make drill LONG=1` (500
// kills).
//
// Read next: world_test.go (what a drill runs on), people_test.go (who is on the
// list and what goes wrong with them), balance_test.go (what must hold), then
// kill_test.go.
package drill
