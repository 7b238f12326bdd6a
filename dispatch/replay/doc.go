// Package replay folds the history of one case into its disposition, event by
// event: what `explain disposition` shows of a made-up history, and what
// `campaign replay` compares with the stored code of a real one.
//
// It is pure, and the only place that knows the order of things: until a case is
// closed its code is whatever the facts deserve at that moment; from then on the
// record changes it as disposition.Reclassify allows; and what staff set stands unless the record outranks it.
//
// It is not the rules (dispatch/disposition gives facts their code) and not the
// reading of the ledger (dispatch turns rows into a history).
//
// It may import dispatch/survey, dispatch/disposition and dispatch/history. Read
// next: fold.go.
package replay
