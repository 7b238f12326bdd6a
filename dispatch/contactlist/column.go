package contactlist

import (
	"bytes"
	"io"
	"iter"
	"strings"

	"canvass/dispatch/survey"
)

// ColumnReader reads one column of a list: codes, phone numbers or e-mail
// addresses of people, with or without names beside them.
type ColumnReader struct {
	columns   []column
	omissions []Omission
}

// column is the column of one sheet.
type column struct {
	sheet
	index int
	after int // the header's line, 0 without one
	label string
	field Field // what the header says: FieldCode, FieldPhone, FieldEmail, or nothing
}

// ColumnCell is one cell of it that says something.
type ColumnCell struct {
	Sheet string // empty in CSV
	Line  int    // from 1
	Text  string
	Field Field // what the header says it is, may be empty
}

// Place names a cell for people: Sheet!12, or 12 in CSV.
func (c ColumnCell) Place() string {
	if c.Sheet == "" {
		return itoa(c.Line)
	}
	return c.Sheet + "!" + itoa(c.Line)
}

// OpenColumn looks at a list, CSV or workbook, and finds the one column that has
// codes, numbers or e-mail addresses: the one that is named (by its label, a letter
// as in Excel, or a number from 1), the only one with such a label, or, without a
// header, the only one that is filled or looks like addresses. It never guesses
// between two. r must stay open as long as the cells are read. Errors are those of
// Open, and column_unclear (Args columns, sheet).
func OpenColumn(name string, source io.ReaderAt, size int64, named string) (*ColumnReader, error) {
	out, err := openColumn(source, size, named)
	if e, ok := err.(*survey.Error); ok && e.Where == "" {
		e.Where = name
	}
	return out, err
}

func openColumn(source io.ReaderAt, size int64, named string) (*ColumnReader, error) {
	r := Reader{wishes: &wishes{oneColumn: true}}
	sheets, err := r.open(source, size)
	if err != nil {
		return nil, err
	}
	out := &ColumnReader{omissions: r.omissions}
	for _, s := range sheets {
		s.rows = bounded(s.rows)
		head, width, err := headOf(s)
		if err != nil {
			return nil, err
		}
		if len(head) == 0 {
			continue
		}
		c, bad := pickColumn(head, width, named)
		if bad != nil {
			if s.name != "" {
				bad.Args["sheet"] = s.name
			}
			return nil, bad
		}
		c.sheet = s
		out.columns = append(out.columns, c)
	}
	if len(out.columns) == 0 {
		return nil, format("why", "empty")
	}
	return out, nil
}

// pickColumn finds the column in the first lines of a sheet.
func pickColumn(head []line, width int, named string) (column, *survey.Error) {
	if named != "" {
		return namedColumn(head, width, named)
	}
	for _, l := range head {
		var found []column
		for i, cell := range l.cells {
			if f := columnLabel(cell); f != "" {
				found = append(found, column{index: i, after: l.number, label: tidy(cell), field: f})
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return column{}, unclear(found)
		}
	}
	return nakedColumn(head, width)
}

// columnLabel says which of the three a label means; "" for every other cell. A
// code of somebody is no label, though it may begin as one does.
func columnLabel(cell string) Field {
	if looksLikeData(cell) || looksLikePerson(cell) {
		return ""
	}
	m := classify(cell)
	switch {
	case m.strength < 1:
		return ""
	case m.field == FieldPhone, m.field == FieldEmail, m.field == FieldCode && digits(cell) == "":
		return m.field
	}
	return ""
}

func namedColumn(head []line, width int, named string) (column, *survey.Error) {
	want := labelKey(named)
	for _, l := range head {
		for i, cell := range l.cells {
			if strings.TrimSpace(cell) != "" && labelKey(cell) == want && !looksLikeData(cell) {
				return column{index: i, after: l.number, label: tidy(cell), field: columnLabel(cell)}, nil
			}
		}
	}
	place := parsePlace(named)
	if place < 0 || place >= width {
		return column{}, unclear(labelled(head))
	}
	c := column{index: place, label: placeName(place)}
	for _, l := range head {
		if f := columnLabel(cellAt(l.cells, place)); f != "" {
			c.after, c.label, c.field = l.number, tidy(cellAt(l.cells, place)), f
			break
		}
	}
	return c, nil
}

// nakedColumn finds the column of a list without a header.
func nakedColumn(head []line, width int) (column, *survey.Error) {
	var filled, addresses []column
	for i := range width {
		var cells []string
		for _, l := range head {
			if cell := cellAt(l.cells, i); !isBlank(cell) {
				cells = append(cells, cell)
			}
		}
		if len(cells) == 0 {
			continue
		}
		c := column{index: i, label: placeName(i)}
		filled = append(filled, c)
		if most(cells, func(s string) bool { return isPhoneCell(s) || isEmailCell(s) }) {
			addresses = append(addresses, c)
		}
	}
	switch {
	case len(filled) == 1:
		return filled[0], nil
	case len(addresses) == 1:
		return addresses[0], nil
	case len(addresses) > 1:
		return column{}, unclear(addresses)
	}
	return column{}, unclear(filled)
}

// labelled are the columns of the line that has most labels.
func labelled(head []line) []column {
	var best []column
	for _, l := range head {
		var found []column
		for i, cell := range l.cells {
			if strings.TrimSpace(cell) != "" && !looksLikeData(cell) {
				found = append(found, column{index: i, label: tidy(cell)})
			}
		}
		if len(found) > len(best) {
			best = found
		}
	}
	return best
}

// unclear says which columns it may be.
func unclear(columns []column) *survey.Error {
	const most = 12
	var names []string
	for _, c := range columns[:min(len(columns), most)] {
		names = append(names, shown(c.label))
	}
	e := invalid(survey.CodeColumnUnclear, "columns", strings.Join(names, ", "))
	if len(names) == 0 {
		delete(e.Args, "columns")
	}
	return e
}

// Labels are the columns that are read, one a sheet: as they are labelled, or
// their letter.
func (r *ColumnReader) Labels() []string {
	out := make([]string, len(r.columns))
	for i, c := range r.columns {
		out[i] = c.label
	}
	return out
}

// Omissions returns what of the file is not read.
func (r *ColumnReader) Omissions() []Omission { return r.omissions }

// Cells reads the cells that say something, sheet by sheet. An error ends them: the
// file cannot be read on, and what came before is not the whole list.
func (r *ColumnReader) Cells() iter.Seq2[ColumnCell, error] {
	return func(yield func(ColumnCell, error) bool) {
		for _, c := range r.columns {
			for l, err := range c.rows() {
				cell := ColumnCell{Sheet: c.name, Line: l.number, Field: c.field}
				if err != nil {
					yield(cell, err)
					return
				}
				if l.number <= c.after {
					continue
				}
				cell.Text = strings.TrimPrefix(tidy(kept(cellAt(l.cells, c.index))), "'")
				if isBlank(cell.Text) {
					continue
				}
				if !yield(cell, nil) {
					return
				}
			}
		}
	}
}

// ReadAddresses reads the phone numbers or the e-mail addresses of one cell, as
// people type them. Nothing is read of a cell that says that there is none. The
// error is of the first that cannot be read: email_invalid, phone_invalid,
// phone_ambiguous, phone_digits_lost.
func ReadAddresses(cell string) ([]survey.Endpoint, *survey.Error) {
	if isBlank(cell) {
		return nil, nil
	}
	var out []survey.Endpoint
	if strings.ContainsAny(cell, "@＠") {
		for _, part := range splitEmails(cell) {
			address, _, bad := ParseEmail(part)
			if bad != nil {
				return nil, withValue(bad, part)
			}
			out = append(out, survey.Endpoint{Kind: survey.EmailAddress, Address: string(address)})
		}
		return out, nil
	}
	r := ParsePhone(cell)
	if !r.found() {
		return nil, withValue(invalid(r.Reason, "", ""), cell)
	}
	for _, n := range r.Numbers {
		out = append(out, survey.Endpoint{Kind: survey.PhoneNumber, Address: n.E164, SMS: n.SMS})
	}
	return out, nil
}

// plainest is the separator of a file of one column: one that most of its lines
// have, or a comma, which then separates nothing.
func plainest(head []byte) rune {
	lines := bytes.FieldsFunc(head, func(r rune) bool { return r == '\n' || r == '\r' })
	for _, separator := range ";\t|," {
		n := 0
		for _, l := range lines {
			if bytes.ContainsRune(l, separator) {
				n++
			}
		}
		if 2*n > len(lines) {
			return separator
		}
	}
	return ','
}
