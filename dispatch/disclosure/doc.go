// Package disclosure decides how much may stand beside answers without naming
// anybody: which design variables may be kept with anonymous answers (Groups, Propose),
// how many answers may be released at a time (Due), which strata are joined because
// too few people answered in them (Gather), and which cells of a table are not shown
// (Grid).
//
// It is arithmetic on counts and knows no person, no answer and no database. One table is
// looked at by itself: what two tables of different dates tell together is not. It may
// import dispatch/survey.
//
// Read next: release.go, then coarsen.go, then table.go.
package disclosure
