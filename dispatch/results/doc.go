// Package results turns what was collected into figures that may be shown:
// outcome rates from dispositions, frequency tables from answers, files for
// analysis, and the balance that tells whether the record adds up.
//
// Everything is pure: rows in, figures out. A figure that cannot be computed is
// absent (nil), never 0. What a figure may be called is a code (Sentence,
// Inference), and templates has the words: "named by x % of collaborators" is
// not "x % think", and neither is the public. No margin of error is computed
// for the public at all (methodology §1).
//
// A Tally counts answers as they come and keeps none; from it come the tables, the
// shares and means with their intervals (Korn and Graubard, with the strata and the
// finite population), quartiles, and changes from wave to wave.
//
// It is not a query (dispatch/postgres reads the rows) and not a page. Calibration is
// not here yet; which cells may be shown is decided by dispatch/disclosure.
//
// It may import dispatch/survey, dispatch/survey/view and dispatch/disposition.
// Read next: rates.go, outcome.go, table.go, tally.go, estimate.go, balance.go, export.go.
package results
