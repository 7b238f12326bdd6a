package contactlist

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"canvass/dispatch/survey"
)

// Reader reads the rows of one list.
type Reader struct {
	tables    []table
	header    []string
	sheet     int // position of the sheet's name in header, -1 without
	omissions []Omission
	wishes    *wishes
	encoding  string // of a CSV file
	skipped   []string
	mended    mended
}

// Omission is a part of the file that is not read, and why.
type Omission struct {
	Sheet  string // empty in CSV
	Column string // empty when the whole sheet is meant
	Why    Why
}

// Why says why a part of a file is not read.
type Why string

// The reasons of an omission.
const (
	HiddenSheet     Why = "hidden"    // the sheet is hidden in the workbook
	NoHeader        Why = "no_header" // the sheet has text and no row of column names
	SensitiveColumn Why = "sensitive" // see survey.CodeSensitiveColumn
	UnnamedColumn   Why = "unnamed"   // of a list without a header: nobody said what it holds; Column is its letter
)

// Open looks at a list and finds its header. The kind of file is told by its
// content, not by its name; name is used for errors only. Nothing of the rows
// is kept: r is read again by Rows, and must stay open until Close.
//
// Errors are *survey.Error: file_format (no list, damaged, hostile or too
// large; Args "why"), header_missing, header_absent (the list begins with
// people at once; Args row and guess, a mapping that would read it),
// mapping_invalid (o.Columns or o.Take names what is not there),
// sensitive_needs_reason (o.Columns names a sensitive column that o.Take does
// not), legacy_encoding (no reading of the file makes Vietnamese),
// file_unreadable.
func Open(name string, r io.ReaderAt, size int64, o Options) (*Reader, error) {
	out := &Reader{sheet: -1}
	if err := out.begin(r, size, o); err != nil {
		if e, ok := err.(*survey.Error); ok && e.Where == "" {
			e.Where = name
		}
		return nil, err
	}
	return out, nil
}

func (r *Reader) begin(source io.ReaderAt, size int64, o Options) error {
	var err error
	if r.wishes, err = wishFor(o); err != nil {
		return err
	}
	r.mended = mendsOf(o.Mended)
	sheets, err := r.open(source, size)
	if err != nil {
		return err
	}
	sheets = r.without(sheets, o.Skip)
	if err := r.findTables(sheets); err != nil {
		return err
	}
	if err := r.layout(); err != nil {
		return err
	}
	return r.wishes.unmet(r.tables)
}

func (r *Reader) open(source io.ReaderAt, size int64) ([]sheet, error) {
	magic := make([]byte, 64)
	n, err := source.ReadAt(magic, 0)
	if err != nil && err != io.EOF {
		return nil, unreadable(err)
	}
	switch head := string(magic[:n]); {
	case n == 0:
		return nil, format("why", "empty")
	case strings.HasPrefix(head, "PK\x03\x04"):
		w, err := openXLSX(source, size)
		if err != nil {
			return nil, err
		}
		for _, name := range w.hidden {
			r.omissions = append(r.omissions, Omission{Sheet: name, Why: HiddenSheet})
		}
		return w.sheets, nil
	case isMarkup(head):
		return nil, format("why", "html") // what web pages export as .xls
	case strings.HasPrefix(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return nil, format("why", "xls") // Excel 97, or a workbook with a password
	}
	s, encoding, err := openCSV(source, size, r.wishes)
	r.encoding = encoding
	return []sheet{s}, err
}

// without leaves out the sheets that a person does not want.
func (r *Reader) without(sheets []sheet, skip []string) []sheet {
	return slices.DeleteFunc(sheets, func(s sheet) bool {
		out := s.name != "" && slices.Contains(skip, s.name)
		if out {
			r.skipped = append(r.skipped, s.name)
		}
		return out
	})
}

func (r *Reader) findTables(sheets []sheet) error {
	var nameless *survey.Error // the first sheet of people without a header
	var few *survey.Error      // the same, of one line that may be a note
	for _, s := range sheets {
		s.rows = bounded(s.rows)
		f, err := r.wishes.findHeader(s)
		if err != nil {
			return err
		}
		if f.found {
			f.fonts = learnFonts(&f.table)
			r.tables = append(r.tables, f.table)
			continue
		}
		if f.empty {
			continue
		}
		r.omissions = append(r.omissions, Omission{Sheet: s.name, Why: NoHeader})
		switch people := personLines(f.head); {
		case 2*len(people) > max(len(f.head), 2) && nameless == nil:
			nameless = absent(s.name, people)
		case len(people) > 0 && few == nil:
			few = absent(s.name, people)
		}
	}
	switch {
	case nameless != nil:
		return nameless
	case len(r.tables) > 0:
		return nil
	case few != nil:
		return few
	}
	return invalid(survey.CodeHeaderMissing, "", "")
}

// layout makes one header of those of all sheets: columns of the same label
// are one column. Sensitive columns have no place in it.
func (r *Reader) layout() error {
	place := map[string]int{}
	for i := range r.tables {
		t := &r.tables[i]
		seen := map[string]int{}
		t.target = make([]int, len(t.mapping.Columns))
		for k, c := range t.mapping.Columns {
			if c.Field == FieldSensitive {
				t.target[k] = -1
				r.omissions = append(r.omissions, Omission{Sheet: t.name, Column: c.Label, Why: SensitiveColumn})
				continue
			}
			if t.headless && !c.Said {
				r.omissions = append(r.omissions, Omission{Sheet: t.name, Column: placeName(c.Index), Why: UnnamedColumn})
			}
			label := c.Label
			if label == "" {
				label = c.Key
			}
			seen[label]++
			id := fmt.Sprint(label, "#", seen[label])
			at, ok := place[id]
			if !ok {
				at = len(r.header)
				place[id] = at
				r.header = append(r.header, label)
			}
			t.target[k] = at
		}
	}
	if len(r.header) > maxColumns {
		return format("why", "too_many_columns")
	}
	if r.tables[0].name == "" {
		return nil
	}
	if at, ok := place[sheetKey+"#1"]; ok {
		r.sheet = at
		return nil
	}
	r.sheet = len(r.header)
	r.header = append(r.header, sheetKey)
	return nil
}

// Header returns the column names that Row.Cells stand under: those of all
// sheets, without sensitive columns, and for a workbook the name of the sheet.
func (r *Reader) Header() []string { return r.header }

// Mapping returns what the columns of a sheet are taken for ("" for CSV), and
// whether there is such a sheet with a header.
func (r *Reader) Mapping(sheet string) (Mapping, bool) {
	for _, t := range r.tables {
		if t.name == sheet {
			return t.mapping, true
		}
	}
	return Mapping{}, false
}

// Sheets returns the names of the sheets that are read, in their order; of a CSV
// file one that is empty.
func (r *Reader) Sheets() []string {
	names := make([]string, len(r.tables))
	for i, t := range r.tables {
		names[i] = t.name
	}
	return names
}

// Omissions returns what of the file is not read.
func (r *Reader) Omissions() []Omission { return r.omissions }

// Rows reads the rows of people, sheet by sheet, one at a time; it may be
// called more than once. Blank rows, titles, totals and signatures are passed
// over. An error ends the rows: the file cannot be read on, and what came
// before is not the whole list.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i := range r.tables {
			t := &r.tables[i]
			s := sieve{m: &t.mapping}
			rr := rowReader{t: t, width: len(r.header), sheet: r.sheet}
			for l, err := range t.rows() {
				if err != nil {
					yield(Row{Sheet: t.name}, err)
					return
				}
				if l.number <= t.after {
					continue
				}
				if t.returned {
					undefuseAll(l.cells)
				}
				if l = r.mended.mend(t.name, t.fonts.read(l)); s.holds(l.cells) {
					continue
				}
				if !yield(rr.read(l), nil) {
					return
				}
			}
		}
	}
}

// Close ends the use of the list. What was given to Open is its owner's to
// close.
func (r *Reader) Close() error { return nil }
