package survey

import "time"

// Missing says why a question has no substantive value. Empty: it has one.
type Missing string

// The missing reasons. Tables show each as a line of its own and never count
// them in the base of a percentage without saying so.
const (
	MissingDontKnow      Missing = "dont_know"      // 98, hard to say
	MissingRefused       Missing = "refused"        // 99, prefer not to say
	MissingSkipped       Missing = "skipped"        // passed over where that is allowed
	MissingNotApplicable Missing = "not_applicable" // not relevant on this path
	MissingNotReached    Missing = "not_reached"    // left before it was asked
)

// Answer is one question's value or missing reason. A multiple choice holds
// the chosen codes in questionnaire order, separated by one blank.
type Answer struct {
	Value   AnswerText
	Missing Missing
}

// Empty reports whether nothing was answered, not even a missing reason.
func (a Answer) Empty() bool { return a.Value == "" && a.Missing == "" }

// Answers maps question names to answers.
type Answers map[string]Answer

// Item is one answer with how and when it was given.
type Item struct {
	Question string
	Answer   Answer
	Mode     Mode
	At       time.Time // zero: when it is written
	By       string    // of staff who took it from somebody's words; empty: the person gave it
}

// QuestionKind is what an answer is evidence of; tables take their sentence
// from it. "Named by x % of collaborators" is not "x % think".
type QuestionKind string

// The kinds of questions.
const (
	OwnOpinion QuestionKind = "own_opinion"
	WhatIHear  QuestionKind = "what_i_hear"
	Fact       QuestionKind = "fact"
	Background QuestionKind = "background"
)

// ReadingOutcome is what a reply was understood to be.
type ReadingOutcome string

// The outcomes of reading a reply.
const (
	ReadAnswer       ReadingOutcome = "answer"
	ReadAskAgain     ReadingOutcome = "ask_again"
	ReadOptOut       ReadingOutcome = "opt_out"
	ReadOptIn        ReadingOutcome = "opt_in"
	ReadHelp         ReadingOutcome = "help"
	ReadBack         ReadingOutcome = "back"
	ReadLanguage     ReadingOutcome = "language"
	ReadDoubtfulStop ReadingOutcome = "doubtful_stop"
)
