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

// isTall reports whether an area goes down.
func isTall(a area) bool { return a.bottom > a.top }

func newFiller(areas []area) *filler {
	tall := slices.DeleteFunc(slices.Clone(areas), func(a area) bool { return !isTall(a) })
	return &filler{areas: tall}
}

// apart sorts areas by their tops, and drops what lies over another one, which
// no spreadsheet allows, or beyond the columns: so a cell is in one at most.
func apart(areas []area) []area {
	slices.SortStableFunc(areas, func(a, b area) int { return a.top - b.top })
	var until [maxColumns + 1]int // the last row that is covered, by column
	return slices.DeleteFunc(areas, func(a area) bool {
		if a.left > maxColumns {
			return true
		}
		covered := until[a.left : min(a.right, maxColumns)+1]
		if slices.Max(covered) >= a.top {
			return true
		}
		for i := range covered {
			covered[i] = a.bottom
		}
		return false
	})
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
