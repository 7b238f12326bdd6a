package contactlist

import (
	"slices"
	"strings"
	"unicode/utf8"

	"canvass/dispatch/survey"
)

const (
	tellingRows  = 2000   // rows with text beyond ASCII that show how a table was typed
	searchedRows = 10_000 // rows among which they are looked for
	longestValue = 60     // characters of a refused cell that its error shows
)

// evidence is what a sample of one column shows.
type evidence struct {
	seen  [fontCount]int // cells that are proved to be of a font
	other [fontCount]int // cells that are Unicode and cannot be of a font
}

// isLegacy reports whether a font was seen.
func (e *evidence) isLegacy() bool { return e.seen != [fontCount]int{} }

// isUnicode reports whether nothing but Unicode was seen.
func (e *evidence) isUnicode() bool { return !e.isLegacy() && e.other != [fontCount]int{} }

// learn adds one cell.
func (e *evidence) learn(s string) {
	w := weigh(s)
	if w.lost {
		return
	}
	if w.unicode && w.weight < proof {
		for f := range fontCount {
			e.other[f]++
		}
		return
	}
	found := readings(s)
	switch {
	case !w.isSliced(found) && isUnicode(s):
		for f := range fontCount {
			if text, ok := f.read(s); !ok || text != s && !isVietnamese(text) {
				e.other[f]++
			}
		}
	case len(found) == 1 && (w.weight >= proof || found[0].font == mojibake):
		e.seen[found[0].font]++
	}
}

// columnFonts is the evidence of a table by column. A column that shows nothing
// is taken for what the whole table is.
type columnFonts struct {
	columns []evidence
	table   evidence
}

// learnFonts reads the first rows of a table. A fault of the file is left to
// who reads the rows.
func learnFonts(t *table) columnFonts {
	var f columnFonts
	rows, telling := 0, 0
	for l, err := range t.rows() {
		if err != nil || rows == searchedRows || telling == tellingRows {
			break
		}
		if l.number <= t.after || l.broken {
			continue
		}
		rows++
		before := telling
		for i, cell := range l.cells[:min(len(l.cells), maxColumns)] {
			if isASCII(cell) {
				continue
			}
			telling = before + 1
			for len(f.columns) <= i {
				f.columns = append(f.columns, evidence{})
			}
			f.columns[i].learn(cell)
		}
	}
	for i := range f.columns {
		for font := range fontCount {
			f.table.seen[font] += f.columns[i].seen[font]
			f.table.other[font] += f.columns[i].other[font]
		}
	}
	return f
}

// of returns the evidence for one column.
func (f *columnFonts) of(column int) *evidence {
	if column < len(f.columns) && f.columns[column] != (evidence{}) {
		return &f.columns[column]
	}
	return &f.table
}

// finding is a cell that was not kept as it came.
type finding struct {
	column int
	ruling
}

// read brings the cells of a line to Unicode.
func (f *columnFonts) read(l line) line {
	for i, cell := range l.cells {
		if isASCII(cell) {
			continue
		}
		r := f.of(i).rule(cell)
		if r.code == "" {
			continue
		}
		if r.code == survey.CodeEncodingConverted {
			if l.raw == nil {
				l.raw, l.cells = l.cells, slices.Clone(l.cells)
			}
			l.cells[i] = r.text
		}
		l.found = append(l.found, finding{i, r})
	}
	return l
}

// asTyped returns the cells as the file has them.
func (l *line) asTyped() []string {
	if l.raw != nil {
		return l.raw
	}
	return l.cells
}

// readableRow brings the cells of a header to Unicode, one row being the
// evidence for each.
func readableRow(cells []string) []string {
	var e evidence
	for _, cell := range cells {
		if !isASCII(cell) {
			e.learn(cell)
		}
	}
	if !e.isLegacy() {
		return cells
	}
	out := slices.Clone(cells)
	for i, cell := range cells {
		if isASCII(cell) {
			continue
		}
		if r := e.rule(cell); r.code == survey.CodeEncodingConverted {
			out[i] = r.text
		}
	}
	return out
}

// fonts tells what was converted, and refuses what could not be: the row fails,
// and the cell is not kept. Addresses are judged by who reads them.
func (b *rowBuilder) fonts(found []finding) {
	for _, f := range found {
		at := slices.IndexFunc(b.m.Columns, func(c Column) bool { return c.Index == f.column })
		if at < 0 {
			continue
		}
		c := b.m.Columns[at]
		switch c.Field {
		case FieldSensitive, FieldReason, FieldOrdinal:
			continue
		case FieldPhone, FieldEmail:
			if f.code != survey.CodeEncodingConverted {
				continue
			}
		}
		if f.code == survey.CodeEncodingConverted {
			b.warn(invalid(f.code, "from", f.font), c.Label)
			continue
		}
		e := invalid(f.code, "value", shown(b.cells[f.column]))
		if f.code == survey.CodeLegacyEncoding {
			e.Args["encoding"] = f.font
		}
		b.fail(e, c.Label)
		if b.refused == nil {
			b.cells = slices.Clone(b.cells)
		}
		b.cells[f.column] = ""
		b.refused = append(b.refused, c.Field)
	}
}

// isRefused reports whether a cell of one of the fields was.
func (b *rowBuilder) isRefused(fields ...Field) bool {
	return slices.ContainsFunc(b.refused, func(f Field) bool { return slices.Contains(fields, f) })
}

// shown returns the beginning of a cell as a message may show it.
func shown(cell string) string {
	s := tidy(strings.ToValidUTF8(cell, string(utf8.RuneError)))
	if runes := []rune(s); len(runes) > longestValue {
		s = string(runes[:longestValue]) + "…"
	}
	return s
}
