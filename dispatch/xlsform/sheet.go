package xlsform

import (
	"io"
	"slices"
	"strings"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/survey"
)

// The sheets of a form.
const (
	sheetSurvey   = "survey"
	sheetChoices  = "choices"
	sheetSettings = "settings"
)

// Bounds of a form: what is larger is none. The workbook itself is bounded by
// dispatch/contactlist.
const (
	maxRows = 20_000
	maxText = 16 << 20 // bytes of all cells
)

// column is one column with a header.
type column struct {
	header
	index int // in the row, from 0
}

// sheet is one sheet of a form.
type sheet struct {
	name    string
	head    int // the header's line
	columns []column
	rows    []contactlist.Line
}

// loadSheets reads the sheets of a form; others are told and left.
func (r *reader) loadSheets(src io.ReaderAt, size int64) error {
	list, hidden, err := contactlist.OpenSheets(src, size)
	if err != nil {
		return err
	}
	text := 0
	for _, s := range list {
		name := strings.ToLower(strings.TrimSpace(s.Name))
		into := map[string]*sheet{sheetSurvey: &r.survey, sheetChoices: &r.choices, sheetSettings: &r.settings}[name]
		if into == nil || into.name != "" {
			r.remark(cell{sheet: s.Name}, survey.CodeFormSheet, "name", s.Name)
			continue
		}
		into.name = s.Name
		for l, err := range s.Lines() {
			if err != nil {
				return err
			}
			if len(into.rows) >= maxRows {
				return failure(s.Name, survey.CodeFileFormat, "why", "too_large")
			}
			for _, c := range l.Cells {
				text += len(c)
			}
			if text > maxText {
				return failure(s.Name, survey.CodeFileFormat, "why", "unpacks_too_large")
			}
			if !isBlank(l.Cells) {
				into.rows = append(into.rows, l)
			}
		}
		r.heads(into)
	}
	for _, name := range hidden {
		r.remark(cell{sheet: name}, survey.CodeFormHidden, "name", name)
	}
	return nil
}

func isBlank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// heads takes the first row as the names of the columns.
func (r *reader) heads(s *sheet) {
	if len(s.rows) == 0 {
		return
	}
	s.head = s.rows[0].Number
	seen := map[string]int{}
	for i, raw := range s.rows[0].Cells {
		if strings.TrimSpace(raw) == "" {
			continue
		}
		c := column{parseHeader(raw), i}
		key := c.key + "\x00" + c.language
		if first, twice := seen[key]; twice {
			r.fault(cell{s.name, s.head, i + 1}, survey.CodeFormColumnTwice, "name", oneLine(raw), "first", cell{s.name, s.head, first + 1}.String())
			continue
		}
		seen[key] = i
		s.columns = append(s.columns, c)
	}
	s.rows = s.rows[1:]
	r.headless(s)
}

// headless tells the cells that stand below no header.
func (r *reader) headless(s *sheet) {
	named := map[int]bool{}
	for _, c := range s.columns {
		named[c.index] = true
	}
	for _, row := range s.rows {
		for i, text := range row.Cells {
			if at := (cell{s.name, row.Number, i + 1}); !named[i] && strings.TrimSpace(text) != "" {
				r.remark(at, survey.CodeFormLeftOut, "name", letters(i+1))
			}
		}
	}
}

// leftOut tells the cells of a row in columns other than those that were read.
func (r *reader) leftOut(s *sheet, row contactlist.Line, read ...string) {
	for _, c := range s.columns {
		if v := s.at(row, c); v.text != "" && !slices.Contains(read, c.key) && isSurveyColumn(c.key) {
			r.remark(v.at, survey.CodeFormLeftOut, "name", c.key)
		}
	}
}

// column returns the column of a key without a language.
func (s *sheet) column(key string) (column, bool) {
	for _, c := range s.columns {
		if c.key == key && c.language == "" {
			return c, true
		}
	}
	return column{}, false
}

// at returns the text of a cell and its place.
func (s *sheet) at(row contactlist.Line, c column) value {
	v := value{at: cell{s.name, row.Number, c.index + 1}}
	if c.index < len(row.Cells) {
		v.text = oneLine(row.Cells[c.index])
	}
	return v
}

// get returns the text in the column of a key; without such a column it is
// empty and its place is the row's first cell.
func (s *sheet) get(row contactlist.Line, key string) value {
	c, ok := s.column(key)
	if !ok {
		return value{at: cell{s.name, row.Number, 1}}
	}
	return s.at(row, c)
}
