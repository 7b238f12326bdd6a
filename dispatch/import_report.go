package dispatch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ImportReport says what became of a list. It names people by row, code and
// identifier; only Changes shows what is written of them.
type ImportReport struct {
	view.ImportCounts
	Import  survey.ImportID `json:"import,omitempty"` // 0 for a dry run
	DryRun  bool            `json:"dry_run,omitempty"`
	Resumed bool            `json:"resumed,omitempty"` // took over an import that was cut off
	// Reasons and Warnings count rows by code.
	Reasons  map[survey.Code]int `json:"reasons,omitempty"`
	Warnings map[survey.Code]int `json:"warnings,omitempty"`
	// Rows are the rows with something to say, at most maxRows of them; Unlisted
	// is how many more there are.
	Rows     []ImportedRow `json:"rows,omitempty"`
	Unlisted int           `json:"unlisted,omitempty"`
	// Changes is what the list changes of people who were there, at most maxRows
	// of them.
	Changes []ImportedChange `json:"changes,omitempty"`
	// Shared are the phones and mailboxes that several people of the list have.
	Shared []SharedAddress `json:"shared,omitempty"`
	// Omissions are the parts of the file that were not read.
	Omissions []contactlist.Omission `json:"omissions,omitempty"`

	refused map[string]*survey.Error // rows that contradict the list, by place
}

// ImportedRow is a row with something to say.
type ImportedRow struct {
	Where    string          `json:"where"` // Sheet!12
	Errors   []*survey.Error `json:"-"`     // why it was rejected
	Warnings []*survey.Error `json:"-"`
	Codes    []survey.Code   `json:"codes"` // of both
	Faults   []RowFault      `json:"faults"`
}

// RowFault is one thing to say of a row, for whoever reads the report as data.
type RowFault struct {
	Code     survey.Code       `json:"code"`
	Where    string            `json:"where"` // Sheet!12:Column
	Rejected bool              `json:"rejected,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
}

// ImportedChange is what a row changes of a contact.
type ImportedChange struct {
	Where     string           `json:"where"`
	Contact   survey.ContactID `json:"contact"`
	Fields    []FieldChange    `json:"fields,omitempty"`
	Addresses int              `json:"addresses,omitempty"` // phones and e-mails added
}

// FieldChange is one column before and after.
type FieldChange struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to"`
}

// SharedAddress is a phone or a mailbox of several people, without the address.
type SharedAddress struct {
	Kind   survey.EndpointKind `json:"kind"`
	People int                 `json:"people"`
	Codes  []string            `json:"codes,omitempty"` // of those who have one
	Rows   []string            `json:"rows,omitempty"`  // of this file
}

// maxRows bounds what a report keeps of a list that is all wrong.
const maxRows = 1000

// note keeps what is to be said of a row, and counts each code once.
func (m *merger) note(where string, errors, warnings []*survey.Error) {
	if len(errors)+len(warnings) == 0 {
		return
	}
	m.telling.Lock()
	defer m.telling.Unlock()
	row := ImportedRow{Where: where, Errors: errors, Warnings: warnings}
	for i, e := range slices.Concat(errors, warnings) {
		row.Faults = append(row.Faults, RowFault{Code: e.Code, Where: cmp.Or(e.Where, where), Rejected: i < len(errors), Args: e.Args})
		if slices.Contains(row.Codes, e.Code) {
			continue
		}
		row.Codes = append(row.Codes, e.Code)
		if i < len(errors) {
			m.report.Reasons[e.Code]++
		} else {
			m.report.Warnings[e.Code]++
		}
	}
	if len(m.report.Rows) == maxRows {
		m.report.Unlisted++
		return
	}
	m.report.Rows = append(m.report.Rows, row)
}

// change keeps what a row changes of a contact.
func (m *merger) change(where string, id survey.ContactID, fields []FieldChange, addresses int) {
	if len(m.report.Changes) < maxRows {
		m.report.Changes = append(m.report.Changes, ImportedChange{Where: where, Contact: id, Fields: fields, Addresses: addresses})
	}
}

// codes is the report for the record: counts, and nobody's words.
func (m *merger) codes() (string, error) {
	b, err := json.Marshal(map[string]any{"reasons": m.report.Reasons, "warnings": m.report.Warnings, "omissions": len(m.report.Omissions)})
	return string(b), err
}

// told completes the report with what the database found.
func (m *merger) told(done view.Imported) {
	m.report.ImportCounts, m.report.Import, m.report.Resumed = done.ImportCounts, done.Import, done.Resumed
	for _, s := range done.Shared {
		slices.SortFunc(s.Places, byPlace)
		m.report.Shared = append(m.report.Shared, SharedAddress{Kind: s.Kind, People: s.People, Codes: s.Codes, Rows: s.Places})
	}
	for _, t := range done.Twins {
		where := t.Place
		args := map[string]string{"contact": fmt.Sprint(t.Other)}
		twin := &survey.Error{Kind: survey.Invalid, Code: survey.CodeMaybeSame, Where: where, Args: args}
		m.note(where, nil, []*survey.Error{twin})
		m.trace(where, func(t *trace) { t.warnings = append(t.warnings, twin) })
	}
	slices.SortStableFunc(m.report.Rows, func(a, b ImportedRow) int { return byPlace(a.Where, b.Where) })
}

// byPlace orders places as a person reads them: by sheet, then by row.
func byPlace(a, b string) int {
	sheetA, rowA := cutPlace(a)
	sheetB, rowB := cutPlace(b)
	return cmp.Or(strings.Compare(sheetA, sheetB), rowA-rowB)
}

func cutPlace(place string) (sheet string, row int) {
	at := strings.LastIndexByte(place, '!')
	row, _ = strconv.Atoi(place[at+1:]) // ours: a number
	return place[:at+1], row
}
