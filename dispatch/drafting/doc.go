// Package drafting edits the text of a questionnaire question by question, for people
// who do not write YAML, and leaves everything else of it as it was: other questions,
// comments, keys that the simple form does not have.
//
// An edit replaces the lines of one question or of one key at the head. What stands
// between the questions moves with the question that follows it. A text in a style that
// has no lines of its own for each question (questions: [{…}, {…}]), or that is no YAML,
// is refused with outline_unreadable, and never guessed at.
//
// It is not a reader of questionnaires: it knows keys and lines, and whether the result
// can be asked is found by dispatch/instrument. It has no clock and no I/O.
//
// It may import dispatch/survey and dispatch/smstext, and outside yaml.
//
// Read next: outline.go (what is read of a text), edit.go (how lines are replaced), then
// dispatch/instrument.
package drafting
