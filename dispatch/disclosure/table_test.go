package disclosure

import (
	"math/rand/v2"
	"testing"
)

// hiddenCells counts what is hidden.
func hiddenCells(h [][]bool) (n int) {
	for _, row := range h {
		for _, x := range row {
			if x {
				n++
			}
		}
	}
	return n
}

func TestWhatIsHidden(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		g    Grid
		want [][]bool
	}{
		"nothing is small":              {Grid{Cells: [][]int{{10, 20, 0}}, Rows: true, Least: K}, [][]bool{{false, false, false}}},
		"one small, one covers it":      {Grid{Cells: [][]int{{32, 100, 58, 33, 3}}, Rows: true, Least: K}, [][]bool{{true, false, false, false, true}}},
		"two that cover each other":     {Grid{Cells: [][]int{{32, 100, 4, 1}}, Rows: true, Least: K}, [][]bool{{false, false, true, true}}},
		"two that add up to little":     {Grid{Cells: [][]int{{32, 100, 1, 1}}, Rows: true, Least: K}, [][]bool{{true, false, true, true}}},
		"several answers each":          {Grid{Cells: [][]int{{32, 100, 1, 50}}, Least: K}, [][]bool{{false, false, true, false}}},
		"several, and few that did not": {Grid{Cells: [][]int{{38, 20, 40}}, Of: []int{40}, Least: K}, [][]bool{{true, false, false}}},
		"a row and a column": {Grid{Cells: [][]int{{2, 30, 40}, {20, 30, 40}, {20, 35, 45}}, Rows: true, Columns: true, Least: K},
			[][]bool{{true, true, false}, {true, true, false}, {false, false, false}}},
		"a withheld group whose cells would follow": {Grid{Cells: [][]int{{2, 10}, {30, 40}, {35, 41}}, Withheld: []bool{true, false, false}, Rows: true, Columns: true, Least: K},
			[][]bool{{true, true}, {true, true}, {false, false}}},
		"a withheld group that tells nothing": {Grid{Cells: [][]int{{8, 10}, {30, 40}}, Withheld: []bool{true, false}, Rows: true, Columns: true, Least: K},
			[][]bool{{true, true}, {false, false}}},
		"nobody": {Grid{Cells: [][]int{{0, 0}}, Rows: true, Least: K}, [][]bool{{false, false}}},
	} {
		got := c.g.Hide()
		for i := range c.want {
			for j := range c.want[i] {
				if got[i][j] != c.want[i][j] {
					t.Errorf("%s: %v, want %v", name, got, c.want)
				}
			}
		}
	}
}

// solved finds what follows from the totals by elimination, which knows nothing of
// cycles: the attacker of methodology §14 T9.
func solved(g Grid, hidden [][]bool) map[at]bool {
	var cells []at
	index := map[at]int{}
	for i, row := range g.Cells {
		for j := range row {
			if hidden[i][j] {
				index[at{i, j}] = len(cells)
				cells = append(cells, at{i, j})
			}
		}
	}
	var rows [][]float64
	line := func(on []at) {
		eq := make([]float64, len(cells))
		for _, a := range on {
			if k, ok := index[a]; ok {
				eq[k] = 1
			}
		}
		rows = append(rows, eq)
	}
	h := hiding{Grid: g, hidden: hidden}
	if g.Rows {
		for i := range g.Cells {
			line(h.row(i))
		}
	}
	if g.Columns {
		for j := range g.Cells[0] {
			line(h.column(j))
		}
	}
	rank := 0
	for k := range cells {
		p := rank
		for p < len(rows) && rows[p][k] == 0 {
			p++
		}
		if p == len(rows) {
			continue
		}
		rows[rank], rows[p] = rows[p], rows[rank]
		lead := rows[rank][k]
		for x := range rows[rank] {
			rows[rank][x] /= lead
		}
		for y := range rows {
			if f := rows[y][k]; y != rank && f != 0 {
				for x := range rows[y] {
					rows[y][x] -= f * rows[rank][x]
				}
			}
		}
		rank++
	}
	out := map[at]bool{}
	for _, eq := range rows[:rank] {
		only, n := 0, 0
		for k, x := range eq {
			if x != 0 {
				only, n = k, n+1
			}
		}
		if n == 1 {
			out[cells[only]] = true
		}
	}
	return out
}

// On tables drawn by lot, no small count that is not 0 is shown, and none follows from
// the totals, unless one direction alone adds up and all of that line is hidden.
func TestNothingSmallFollowsFromTheTotals(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(12, 5))
	shown := 0
	for range 500 {
		g := Grid{Rows: rnd.IntN(4) > 0, Columns: rnd.IntN(4) > 0, Least: 2 * K}
		width := 2 + rnd.IntN(5)
		for range 2 + rnd.IntN(6) {
			row := make([]int, width)
			for j := range row {
				row[j] = rnd.IntN(1 + rnd.IntN(60))
			}
			g.Cells, g.Withheld = append(g.Cells, row), append(g.Withheld, rnd.IntN(5) == 0)
		}
		hidden := g.Hide()
		open := func(line []at) bool {
			for _, a := range line {
				if !hidden[a.i][a.j] && g.Cells[a.i][a.j] > 0 {
					return true
				}
			}
			return false
		}
		told, h := solved(g, hidden), hiding{Grid: g}
		for i, row := range g.Cells {
			for j := range row {
				if !g.small(i, j) {
					continue
				}
				if !hidden[i][j] {
					t.Fatalf("%v shows cell %d, %d: %v", g, i, j, hidden)
				}
				if told[at{i, j}] && len(g.Cells) > 1 && (g.Rows && open(h.row(i)) || g.Columns && open(h.column(j)) || g.Rows && g.Columns) {
					t.Fatalf("%+v tells cell %d, %d: %v", g, i, j, hidden)
				}
			}
		}
		shown += len(g.Cells)*width - hiddenCells(hidden)
	}
	if shown < 1000 {
		t.Errorf("only %d cells are shown", shown)
	}
}
