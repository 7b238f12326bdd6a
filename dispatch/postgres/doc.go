// Package postgres is the only SQL of the house: one file per aggregate, a
// method is a verb of the field and one transaction.
//
// It decides nothing. Where a decision must see rows under lock (plan, claim,
// ingest), the method reads them into a read model of survey/view, calls the
// pure function it was given, and writes the answer before it commits. Nothing
// is sent, enqueued or fetched inside a transaction.
//
// Locks are always taken in one order: invitation → response → attempts
// ascending → conversation; of a series, campaign → series → wave. What changes
// people (an import's merge, its undoing, a merge of two, an erasure) takes the
// import lock before all of these, and contacts, ascending, behind them. Truth is
// here; what is on the queue are only hints.
//
// What a COPY made has no created_at of its own: it is when its import began.
// Addresses are compared by lower(address), which is how they are indexed, and
// the do-not-contact list knows them by keyed hashes only.
//
// It may import dispatch/survey, dispatch/survey/view and migrations. Its
// sub-room cluster runs a private server; pgtest gives every test a database
// of its own.
//
// Read next: db.go, claim.go, ingest.go; of the list import.go, merging.go,
// person.go, erase.go.
package postgres
