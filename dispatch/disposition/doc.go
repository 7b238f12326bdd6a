// Package disposition turns what happened to an invitation into its final code,
// by AAPOR's Standard Definitions (9th ed. 2016), with the precedence for mixed
// modes: the most informative outcome rules, never the last attempt.
//
// It is pure. It is not the rates (dispatch/results computes them from the
// codes), not the fold of a history into facts (dispatch/replay) and not the
// state machine (dispatch/survey: a case has a code exactly when it is closed).
//
// It may import dispatch/survey. Read next: code.go, precedence.go.
package disposition
