// Package history reads the made-up history of one case: what `explain protocol`
// and `explain disposition` are asked about. It is the same list of events for
// both, so that one file shows what would be done next and how the case would be
// coded.
//
// It is not the record of a real case: that is the ledger, the inbox and the
// events of Postgres. It folds nothing either: dispatch/protocol is given what
// follows from the events, and dispatch/replay folds them into a disposition.
//
// It may import dispatch/survey. Read next: event.go.
package history
