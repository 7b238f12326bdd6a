// Package appraisal looks at a questionnaire before anybody is asked: what its
// wording may do to the answers, whether its options can be told apart, which
// modes can carry it and what that takes, what is missing in a language, and
// what changed between two versions.
//
// The field's word for this is questionnaire appraisal [Willis, Lessler:
// Question Appraisal System QAS-99, 1999]. It gives hints to a person who knows
// the subject; it does not know whether a question is good. Hints on wording
// are words that were seen to lead [Payne: The Art of Asking Questions, 1951;
// Schuman, Presser: Questions and Answers in Attitude Surveys, 1981; Dillman,
// Smyth, Christian: Internet, Phone, Mail, and Mixed-Mode Surveys, 2014, ch. 4],
// and stay silent on what they do not know.
//
// Three weights: Errors refuse publishing, since nobody could have meant them
// (a question that no answers lead to). A mode that is not Open refuses a
// campaign that would ask by it. Warnings are told, and decided by a person.
//
// It is not a place for reading the file, which finds what is wrong with it as
// a file, or for conditions and paths: both are dispatch/instrument's. It has no
// clock and no I/O, and every function is total.
//
// It may import dispatch/survey, dispatch/instrument, dispatch/smstext and
// templates. Read next: appraise.go, mode.go (what a mode can carry), choice.go
// (options that would be read as something else), diff.go.
package appraisal
