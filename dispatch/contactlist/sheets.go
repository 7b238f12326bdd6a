package contactlist

import (
	"io"
	"iter"
	"strings"
)

// Sheet is one visible sheet of a workbook.
type Sheet struct {
	Name string
	rows func() iter.Seq2[line, error]
}

// Line is one line of a sheet.
type Line struct {
	Number int // from 1, as the person sees it
	Cells  []string
}

// Lines reads the lines that have a cell, in order, any number of times. A cell
// is the text it is kept as: a number written out, a day as ISO 8601, TRUE or
// FALSE. An error ends the lines.
func (s Sheet) Lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for l, err := range bounded(s.rows)() {
			if !yield(Line{l.number, l.cells}, err) || err != nil {
				return
			}
		}
	}
}

// OpenSheets checks a workbook that is no contact list, within the same bounds
// and with the same errors as Open, and returns its visible sheets and the
// names of the hidden ones. r must stay open while lines are read.
func OpenSheets(r io.ReaderAt, size int64) (sheets []Sheet, hidden []string, err error) {
	magic := make([]byte, 4)
	if n, err := r.ReadAt(magic, 0); err != nil && err != io.EOF {
		return nil, nil, unreadable(err)
	} else if !strings.HasPrefix(string(magic[:n]), "PK\x03\x04") {
		return nil, nil, format("why", "not_a_workbook")
	}
	w, err := openXLSX(r, size)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range w.sheets {
		sheets = append(sheets, Sheet{s.name, s.rows})
	}
	return sheets, w.hidden, nil
}
