package contactlist

import (
	"encoding/xml"
	"errors"
	"iter"
	"slices"
	"strconv"
	"strings"
)

const (
	maxLines  = 1_048_576 // of one sheet, as in Excel
	maxMerged = 100_000   // merged areas of one sheet
	maxText   = 96 << 20  // bytes of the text of all cells; 50,000 people have some 8 MiB
	maxNames  = 250_000   // cells of the first lines of all sheets, which may name columns
)

var errEnough = errors.New("the caller has enough")

// sheetWalk reads one worksheet.
type sheetWalk struct {
	book  *workbook
	s     *scanner
	take  func(line) error
	line  line
	width int // cells of the line before
	text  []byte
	areas []area
}

// inspect reads a worksheet to its end before anybody trusts it, and returns
// its merged cells, which stand behind the rows they lie in. Where they have to
// be filled it reads twice: few bytes can stand in a great many cells.
func (w *workbook) inspect(part string) ([]area, error) {
	head := 0
	areas, err := w.walk(part, &w.archive.elements, func(l line) error {
		if head < headLines && !isBlankLine(l.cells) {
			head++
			w.names += len(l.cells)
		}
		if w.names > maxNames {
			return format("why", "too_many_columns")
		}
		return w.weigh(l.cells)
	})
	if areas = apart(areas); err != nil || !slices.ContainsFunc(areas, isTall) {
		return areas, err
	}
	for l, err := range w.lines(part, areas) {
		if err == nil {
			err = w.weigh(l.cells)
		}
		if err != nil {
			return nil, err
		}
	}
	return areas, nil
}

// weigh bounds the text that a workbook gives.
func (w *workbook) weigh(cells []string) error {
	n := len(cells)
	for _, c := range cells {
		n += len(c)
	}
	w.text += n
	switch {
	case n > maxRecord:
		return format("why", "cell_too_long")
	case w.text > maxText:
		return format("why", "unpacks_too_large")
	}
	return nil
}

// lines reads the rows of a worksheet. Merged cells have their value in every
// row. An error ends the lines.
func (w *workbook) lines(part string, areas []area) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		down, elements := newFiller(areas), maxElements // inspect has counted them
		_, err := w.walk(part, &elements, func(l line) error {
			l.cells = down.fill(l.number, l.cells)
			if !yield(l, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(line{}, err)
		}
	}
}

// walk reads one worksheet within a number of elements.
func (w *workbook) walk(part string, elements *int, take func(line) error) ([]area, error) {
	sw := &sheetWalk{book: w, take: take}
	err := w.archive.scanWithin(elements, part, "worksheet", func(s *scanner) error {
		sw.s = s
		return sw.sheet()
	})
	return sw.areas, err
}

func (w *sheetWalk) sheet() error {
	seen := false
	return w.s.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "sheetData":
			if seen {
				return errors.New("cells in two places")
			}
			seen = true
			return w.s.children(w.row)
		case "mergeCells":
			return w.s.children(w.mergeCell)
		}
		return w.s.skip()
	})
}

func (w *sheetWalk) mergeCell(e xml.StartElement) error {
	if a, ok := parseArea(attribute(e, "ref")); ok {
		w.areas = append(w.areas, a)
	}
	if len(w.areas) > maxMerged {
		return format("why", "too_many_merged")
	}
	return w.s.skip()
}

func (w *sheetWalk) row(e xml.StartElement) error {
	if e.Name.Local != "row" {
		return w.s.skip()
	}
	number := w.line.number + 1
	if r := attribute(e, "r"); r != "" {
		n, err := strconv.Atoi(r)
		if err != nil || n < number {
			return errors.New("rows out of order")
		}
		number = n
	}
	if number > maxLines {
		return format("why", "too_large")
	}
	w.line = line{number: number, cells: make([]string, 0, w.width)}
	column := 0
	err := w.s.children(func(e xml.StartElement) error {
		if e.Name.Local != "c" {
			return w.s.skip()
		}
		next := column + 1
		if r := attribute(e, "r"); r != "" {
			c, _, ok := parseRef(r)
			if !ok || c < next {
				return errors.New("cells out of order")
			}
			next = c
		}
		column = next
		return w.cell(e, column)
	})
	if err != nil {
		return err
	}
	w.width = len(w.line.cells)
	return w.take(w.line)
}

// cell puts the value of a cell into the line. A cell without one (a colour, a
// formula never computed) may lie anywhere.
func (w *sheetWalk) cell(e xml.StartElement, column int) error {
	kind, value := attribute(e, "t"), ""
	style := attribute(e, "s")
	err := w.s.children(func(e xml.StartElement) (err error) {
		switch {
		case e.Name.Local == "v" && kind != "inlineStr":
			if w.text, err = w.s.text(w.text[:0]); err == nil {
				value, err = w.book.value(kind, style, string(w.text))
			}
		case e.Name.Local == "is":
			w.text, err = w.s.richText(w.text[:0])
			value = unescapeControls(string(w.text))
		default:
			err = w.s.skip()
		}
		return err
	})
	if err != nil || value == "" {
		return err
	}
	if column > maxColumns {
		return format("why", "too_many_columns")
	}
	for len(w.line.cells) < column {
		w.line.cells = append(w.line.cells, "")
	}
	w.line.cells[column-1] = value
	return nil
}

// value reads the stored value of a cell: kind is its type [ECMA-376, 18.18.11].
func (w *workbook) value(kind, style, raw string) (string, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || i < 0 || i >= len(w.shared) {
			return "", errors.New("no such shared string")
		}
		return w.shared[i], nil
	case "b":
		if isTrue(strings.TrimSpace(raw)) {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "str":
		return unescapeControls(raw), nil
	case "d": // a day as ISO 8601
		day, _, _ := strings.Cut(strings.TrimSpace(raw), "T")
		return day, nil
	case "", "n":
		return w.number(style, strings.TrimSpace(raw)), nil
	}
	return raw, nil // an error value such as #N/A
}
