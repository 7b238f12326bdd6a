package disclosure

// Domain is the least number of effective respondents of a part of the sample for which
// shares are given [NCHS Series 2 no. 175, 2017: fewer than 30 are suppressed].
const Domain = 30

// Grid is a table of counts that is about to be shown: groups of people down, answers
// across.
type Grid struct {
	Cells [][]int
	// Withheld are the groups of which no cell is shown, for want of respondents.
	Withheld []bool
	// Of is how many answered in each group, where one person may give several answers:
	// then so many others than a cell has did not, and may be few too.
	Of []int
	// Rows and Columns say whether the cells of a row, or of a column, add up to
	// something that is shown too. Those of a question with several answers do not, in
	// rows.
	Rows, Columns bool
	// Least is what the hidden cells of such a row or column add up to at least; how far
	// what is hidden can be told from the totals lies within it.
	Least int
}

// Hide says which cells are not shown: every count of fewer than K people that is not 0,
// and as many others that no hidden one of those can be had by subtraction, nor be told
// to lie within less than Least [methodology §12; Hundepool et al. 2012].
//
// What is hidden of a table is an edge between its row and its column. Totals that are
// known determine an edge exactly if it lies on no cycle; a total that is not known is one
// more edge, to a place that all of them share.
func (g Grid) Hide() [][]bool {
	h := hiding{Grid: g, hidden: make([][]bool, len(g.Cells))}
	for i, row := range g.Cells {
		h.hidden[i] = make([]bool, len(row))
		for j := range row {
			h.hidden[i][j] = g.withheld(i) || h.small(i, j)
		}
	}
	for h.more() {
	}
	return h.hidden
}

func (g Grid) withheld(row int) bool { return row < len(g.Withheld) && g.Withheld[row] }

func (g Grid) small(i, j int) bool {
	few := func(n int) bool { return n > 0 && n < K }
	return few(g.Cells[i][j]) || i < len(g.Of) && few(g.Of[i]-g.Cells[i][j])
}

// hiding is a table while it is decided what is hidden.
type hiding struct {
	Grid
	hidden [][]bool
}

// more hides one more cell if that is needed, and can be done.
func (h *hiding) more() bool {
	for i, row := range h.Cells {
		for j := range row {
			if !h.small(i, j) {
				continue
			}
			if h.Rows && h.sum(h.row(i)) < h.Least && h.cover(h.row(i)) || h.Columns && h.sum(h.column(j)) < h.Least && h.cover(h.column(j)) {
				return true
			}
			if h.told(i, j) && h.detour(i, j) {
				return true
			}
		}
	}
	return false
}

// at is one cell.
type at struct{ i, j int }

func (h *hiding) row(i int) []at {
	out := make([]at, len(h.Cells[i]))
	for j := range out {
		out[j] = at{i, j}
	}
	return out
}

func (h *hiding) column(j int) []at {
	var out []at
	for i, row := range h.Cells {
		if j < len(row) {
			out = append(out, at{i, j})
		}
	}
	return out
}

// sum is what the hidden cells of a line add up to.
func (h *hiding) sum(line []at) int {
	n := 0
	for _, a := range line {
		if h.hidden[a.i][a.j] {
			n += h.Cells[a.i][a.j]
		}
	}
	return n
}

// cover hides the smallest cell of a line that is shown and not 0; it is false if there
// is none.
func (h *hiding) cover(line []at) bool {
	best := at{-1, -1}
	for _, a := range line {
		if n := h.Cells[a.i][a.j]; !h.hidden[a.i][a.j] && n > 0 && (best.i < 0 || n < h.Cells[best.i][best.j]) {
			best = a
		}
	}
	if best.i < 0 {
		return false
	}
	h.hidden[best.i][best.j] = true
	return true
}

// detour hides what makes a cycle through a cell, at the least cost in people: one more of
// its row, or of its column, where only the one adds up; else the three other corners
// of a rectangle. It is false if nothing more can be hidden.
func (h *hiding) detour(i, j int) bool {
	switch {
	case !h.Columns:
		return h.cover(h.row(i))
	case !h.Rows:
		return h.cover(h.column(j))
	}
	var best []at
	least := -1
	for a, row := range h.Cells {
		for b := range row {
			if a == i || b == j {
				continue
			}
			cost, some := 0, false
			corners := []at{{i, b}, {a, j}, {a, b}}
			for _, c := range corners {
				if n := h.Cells[c.i][c.j]; !h.hidden[c.i][c.j] {
					cost, some = cost+n, true
					if n == 0 {
						cost += 1 << 40 // a 0 covers badly: it is hidden last
					}
				}
			}
			if some && (least < 0 || cost < least) {
				best, least = corners, cost
			}
		}
	}
	for _, c := range best {
		h.hidden[c.i][c.j] = true
	}
	return len(best) > 0
}

// told reports whether a hidden cell follows from the totals: without it, nothing leads
// from its row to its column any more.
func (h *hiding) told(i, j int) bool {
	rows := len(h.Cells)
	free := rows
	for _, row := range h.Cells {
		free = max(free, rows+len(row))
	}
	seen := make([]bool, free+1)
	var visit func(node int)
	step := func(to int) {
		if !seen[to] {
			visit(to)
		}
	}
	visit = func(node int) {
		seen[node] = true
		switch {
		case node == free:
			for to := range free {
				if to < rows && !h.Rows || to >= rows && !h.Columns {
					step(to)
				}
			}
			return
		case node < rows && !h.Rows, node >= rows && !h.Columns:
			step(free)
		}
		for a, row := range h.Cells {
			for b := range row {
				if !h.hidden[a][b] || a == i && b == j {
					continue
				}
				if node == a {
					step(rows + b)
				} else if node == rows+b {
					step(a)
				}
			}
		}
	}
	visit(i)
	return !seen[rows+j]
}
