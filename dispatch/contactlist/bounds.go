package contactlist

import (
	"errors"
	"iter"
	"strings"

	"canvass/dispatch/survey"
)

// Bounds of any list, CSV or workbook.
const (
	maxColumns = 1024      // Excel has 16,384
	maxCell    = 128 << 10 // bytes; Excel keeps at most 32,767 characters in a cell
)

// bounded refuses lines that no list of people has, and NUL, which no database
// takes. Empty cells beyond the last column are cut off: a sheet that was
// formatted to its end has 16,384 in every row.
func bounded(rows func() iter.Seq2[line, error]) func() iter.Seq2[line, error] {
	return func() iter.Seq2[line, error] {
		return func(yield func(line, error) bool) {
			for l, err := range rows() {
				if err == nil {
					l.cells, err = fitting(l.cells)
				}
				if errors.Is(err, errRecord) {
					err = &survey.Error{Kind: survey.Invalid, Code: survey.CodeFileFormat, Args: map[string]string{"why": "cell_too_long"}, Err: err}
				}
				if !yield(l, err) || err != nil {
					return
				}
			}
		}
	}
}

func fitting(cells []string) ([]string, error) {
	if hasMore(cells, maxColumns) {
		return nil, format("why", "too_many_columns")
	}
	cells = cells[:min(len(cells), maxColumns)]
	for _, c := range cells {
		switch {
		case len(c) > maxCell:
			return nil, format("why", "cell_too_long")
		case strings.IndexByte(c, 0) >= 0:
			return nil, format("why", "binary")
		}
	}
	return cells, nil
}

// isMarkup reports whether a file begins as a web page or an XML file does.
func isMarkup(head string) bool {
	return strings.HasPrefix(strings.TrimLeft(head, "\ufeff \t\r\n"), "<")
}
