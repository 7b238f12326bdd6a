// Package disclosure decides how much may stand beside answers without naming
// anybody: which design variables may be kept with anonymous answers (Groups, Propose),
// how many answers may be released at a time (Due), and which strata are joined because
// too few people answered in them (Gather).
//
// It is arithmetic on counts and knows no person, no answer and no database. It is not
// the disclosure control of published tables. It may import dispatch/survey.
//
// Read next: release.go, then coarsen.go.
package disclosure
