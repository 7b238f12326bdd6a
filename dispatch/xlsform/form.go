package xlsform

import "canvass/dispatch/survey"

// value is a text and the cell it came from.
type value struct {
	text string
	at   cell
}

// texts is one text in several languages.
type texts map[survey.Lang]value

// questionnaire is what lies between a workbook and our YAML. Its fields are
// the keys of our form; see dispatch/instrument.
type questionnaire struct {
	name    value
	title   texts
	intro   texts
	minutes value
	langs   []survey.Lang
	missing []*choice
	lists   []*list
	groups  []*group
	items   []*item

	askAgain, fallback value // how often SMS asks back, and what then
}

// list is a list of choices.
type list struct {
	name    string
	written string // its name in the workbook
	at      cell
	choices []*choice
}

// choice is one answer that can be chosen.
type choice struct {
	code             value
	label            texts
	short, voice     texts
	other, exclusive bool
	with             []field // columns for filters
	relevant         value   // of the row of a matrix
}

// field is one column of a choice.
type field struct {
	key string
	value
}

// group is a group of questions.
type group struct {
	name     value
	label    texts
	relevant value
	page     bool
	random   bool
	in       string
}

// item is one question.
type item struct {
	at       cell // of its type
	name     value
	kind     value
	shape    string // the type
	page     value
	group    string
	label    texts
	hint     texts
	sms      texts
	voice    texts
	consent  bool
	audio    texts // names of files; a language may have none
	low      texts
	high     texts
	choices  value // the name of a list
	rows     []*choice
	missing  *[]string
	required bool
	key      bool
	core     bool
	random   bool

	min, max, step, decimals, atMost, maxLength value

	accept  []string // of an attachment; none: whatever is taken
	maxSize value    // of an attachment, in MB
	record  value    // of a text, seconds that a call records

	relevant, constraint, calculation, filter, preset value

	constraintMessage, requiredMessage texts

	appearance string // as written, in lower case
}

// list returns the list of that name.
func (q *questionnaire) list(name string) *list {
	for _, l := range q.lists {
		if l.name == name {
			return l
		}
	}
	return nil
}

// group returns the group of that name.
func (q *questionnaire) group(name string) *group {
	for _, g := range q.groups {
		if g.name.text == name {
			return g
		}
	}
	return nil
}
