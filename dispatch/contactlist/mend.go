package contactlist

import (
	"io"
	"slices"
)

// Mend is a cell that a person put right without touching the file.
type Mend struct {
	Sheet  string `json:"sheet,omitempty"` // empty in CSV
	Line   int    `json:"line"`            // from 1, as the person sees it
	Column int    `json:"column"`          // from 0, in the sheet
	Value  string `json:"value"`
}

// cellPlace is where a cell stands.
type cellPlace struct {
	sheet        string
	line, column int
}

// mended are the cells that a person put right, by their place, and how many
// columns must be looked at for it.
type mended struct {
	cells map[cellPlace]string
	lines map[cellPlace]bool // of column -1: the line has one
}

func mendsOf(list []Mend) mended {
	if len(list) == 0 {
		return mended{}
	}
	m := mended{map[cellPlace]string{}, map[cellPlace]bool{}}
	for _, c := range list {
		m.cells[cellPlace{c.Sheet, c.Line, c.Column}] = c.Value
		m.lines[cellPlace{c.Sheet, c.Line, -1}] = true
	}
	return m
}

// mend puts the cells of a line right. What a person typed is Unicode, and no
// font is looked for in it.
func (m mended) mend(sheet string, l line) line {
	if !m.lines[cellPlace{sheet, l.number, -1}] {
		return l
	}
	l.cells = slices.Clone(l.cells)
	l.raw = slices.Clone(l.raw)
	for at, value := range m.cells {
		if at.sheet != sheet || at.line != l.number || at.column < 0 || at.column >= maxColumns {
			continue
		}
		for len(l.cells) <= at.column {
			l.cells = append(l.cells, "")
		}
		l.cells[at.column] = value
		if at.column < len(l.raw) {
			l.raw[at.column] = value
		}
		l.found = slices.DeleteFunc(slices.Clone(l.found), func(f finding) bool { return f.column == at.column })
	}
	return l
}

// Places tells for each label of Header which column of a sheet stands under it,
// from 0; -1 where none does.
func (r *Reader) Places(sheet string) []int {
	out := slices.Repeat([]int{-1}, len(r.header))
	for _, t := range r.tables {
		if t.name != sheet {
			continue
		}
		for column, at := range t.target {
			if at >= 0 {
				out[at] = column
			}
		}
	}
	return out
}

// Skipped are the sheets that Options.Skip left out.
func (r *Reader) Skipped() []string { return r.skipped }

// Heads shows the first lines of every visible sheet of a list, at most `most` of
// each, whether or not it has a header: for a person who says what its columns
// are. Errors are those of Open.
func Heads(r io.ReaderAt, size int64, most int) ([]SheetHead, error) {
	in := &Reader{wishes: &wishes{}}
	sheets, err := in.open(r, size)
	if err != nil {
		return nil, err
	}
	var out []SheetHead
	for _, s := range sheets {
		s.rows = bounded(s.rows)
		lines, width, err := headOf(s)
		if err != nil {
			return nil, err
		}
		head := SheetHead{Name: s.name, Width: width}
		for _, l := range lines[:min(len(lines), most)] {
			cells := make([]string, 0, len(l.cells))
			for _, c := range l.cells {
				cells = append(cells, shown(c))
			}
			head.Lines = append(head.Lines, Line{l.number, cells})
		}
		out = append(out, head)
	}
	return out, nil
}

// SheetHead is the beginning of a sheet.
type SheetHead struct {
	Name  string // empty in CSV
	Width int    // columns
	Lines []Line
}

// PlaceName is a column as Excel names it, for an index from 0.
func PlaceName(index int) string { return placeName(index) }
