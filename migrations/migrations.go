// Package migrations is what is remembered: the schema of Canvass, as numbered
// forward-only SQL files that goose runs in order.
//
// It is not a place for queries (those live in dispatch/postgres, each beside
// its scan). It imports nothing of ours. Tables and columns use the words of
// dispatch/survey; CHECK constraints repeat its state tables, and a test of
// dispatch/postgres compares the two.
//
// Read next: 00001_contact_list.sql, then dispatch/postgres/doc.go.
package migrations

import "embed"

// FS holds the migration files.
//
//go:embed *.sql
var FS embed.FS

// Latest is the schema version that this build expects. Every process refuses
// an older or newer one.
const Latest = 38
