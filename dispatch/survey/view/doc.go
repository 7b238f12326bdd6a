// Package view holds the read models of the house: what a transaction shows to
// a pure decision, what the decision answers, and the figures of screens and
// listings.
//
// It is not behaviour and not storage: dispatch/postgres fills these structs
// and writes the answers, and the rooms that decide (protocol, ingest, the
// worker's gate) read them. It may import dispatch/survey.
//
// Read next: plan.go, send.go, ingest.go; of the list contact.go, person.go,
// people.go.
package view
