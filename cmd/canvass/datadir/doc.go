// Package datadir keeps the data directory of an installation on one machine:
// who holds it, where the services of `canvass up` listen, the keys that tokens
// are made with, and the bundle that backup writes and restore reads.
//
//	up.lock         locked by `up` while it runs; says who that is
//	endpoints.json  where its services listen, for the other subcommands, 0600
//	keys.json       the token keys, 0600; losing them voids every link sent
//	postgres/       the embedded cluster (dispatch/postgres/cluster)
//	spool/          what arrived while the database was away (worker/spool)
//
// The lock is the kernel's (flock): it ends with the process, also by kill -9,
// and no file needs cleaning up after it. Everything written is written whole
// or not at all.
//
// It starts nothing, knows no SQL and reads no configuration; a database dump
// passes through it as a stream that the caller makes and takes. It imports
// nothing of ours. Read next: dir.go, keys.go, bundle.go.
package datadir
