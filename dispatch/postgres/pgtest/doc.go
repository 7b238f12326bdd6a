// Package pgtest gives every test a real, migrated and empty database of its
// own, and makes the rows that tests stand on.
//
// The server is the one of CANVASS_TEST_DATABASE_URL, or else a private
// cluster in the system's temporary directory that all test binaries of the
// machine share. The schema is migrated once into a template; a test's database
// is a copy of it, which takes some 50 ms.
//
// It is for tests only. It may import dispatch/postgres and its cluster,
// dispatch/survey and migrations; tests of any room may import it.
//
// Read next: pgtest.go, then make.go.
package pgtest
