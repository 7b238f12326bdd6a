// Package smstext knows what a text becomes on the air: its alphabet (GSM-7 or
// UCS-2), its length in units and segments, its unaccented form, and which
// unaccented Vietnamese words are read as something else.
//
// It is not a place for the texts themselves (templates), nor for reading an
// answer (instrument): Match only gives the form in which replies are compared.
//
// It imports the standard library and golang.org/x/text/unicode/norm, and
// nothing of ours.
//
// Read next: count.go (3GPP TS 23.038), fold.go, lint.go.
package smstext
