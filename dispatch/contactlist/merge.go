package contactlist

import (
	"slices"
	"strconv"
	"strings"
)

// area is a block of merged cells, rows and columns from 1, both ends in it.
type area struct{ top, left, bottom, right int }

// parseArea reads a reference such as B2:C5.
func parseArea(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	left, top, ok1 := parseRef(from)
	right, bottom, ok2 := parseRef(to)
	return area{top, left, bottom, right}, ok && ok1 && ok2 && top <= bottom && left <= right
}

// parseRef reads a cell's name such as AB12, without allocating.
func parseRef(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column, row, i > 0 && err == nil && row > 0
}

// fillRight copies the value of merged cells to the right, for header rows.
func fillRight(l line, areas []area) []string {
	cells := l.cells
	for _, a := range areas {
		if l.number < a.top || l.number > a.bottom || a.right == a.left || a.right > maxColumns {
			continue
		}
		value := cellAt(cells, a.left-1)
		if value == "" {
			continue
		}
		if len(cells) < a.right {
			cells = append(slices.Clip(cells), make([]string, a.right-len(cells))...)
		}
		for c := a.left; c < a.right; c++ {
			cells[c] = value
		}
	}
	return cells
}

// filler copies the value of cells merged over several rows to each row: the
// unit of five people is written once.
type filler struct {
	areas  []area // those of several rows, by top
	next   int
	active []held
}

type held struct {
	area
	value string
}

// isTall reports whether an area goes down over rows that are read.
func isTall(a area) bool { return a.bottom > a.top && a.left <= maxColumns }

// newFiller takes the areas that go down. Of two that lie over one another,
// which no spreadsheet allows, the upper one holds: so there is one a column.
func newFiller(areas []area) *filler {
	down := slices.DeleteFunc(slices.Clone(areas), func(a area) bool { return !isTall(a) })
	slices.SortStableFunc(down, func(a, b area) int { return a.top - b.top })
	until := map[int]int{} // the last row that is taken, by column
	f := &filler{}
	for _, a := range down {
		if a.top > until[a.left] {
			f.areas = append(f.areas, a)
			until[a.left] = a.bottom
		}
	}
	return f
}

// fill completes the cells of row number, which must grow from call to call. A
// row without any cell of its own stays blank.
func (f *filler) fill(number int, cells []string) []string {
	f.active = slices.DeleteFunc(f.active, func(h held) bool { return h.bottom < number })
	for ; f.next < len(f.areas) && f.areas[f.next].top <= number; f.next++ {
		if a := f.areas[f.next]; a.top == number {
			f.active = append(f.active, held{a, cellAt(cells, a.left-1)})
		}
	}
	if isBlankLine(cells) {
		return cells
	}
	for _, h := range f.active {
		if h.top == number || h.value == "" {
			continue
		}
		for len(cells) < h.left {
			cells = append(cells, "")
		}
		if cells[h.left-1] == "" {
			cells[h.left-1] = h.value
		}
	}
	return cells
}

func itoa(n int) string { return strconv.Itoa(n) }
