package dispatch

import (
	"slices"
	"strings"

	"canvass/dispatch/disclosure"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
)

// FewAnswers is under how many who answered a question nothing of it is shown.
const FewAnswers = disclosure.K

// FewInDomain is under how many effective respondents a group gets no shares.
const FewInDomain = disclosure.Domain

// manyValues is from how many different numbers on bins are shown instead of lines.
const manyValues = 12

// ShownTable is a table as it may be shown: what would tell of few people is hidden.
type ShownTable struct {
	results.Table
	Withheld bool // fewer than FewAnswers answered: nothing is shown
	Weighted bool // weights differ
	Lines    []ShownLine
	// Of numbers: Bins where there are many different ones, or few gave some of them, in the
	// place of lines.
	Bins      []ShownBin
	Quartiles *results.Quartiles
	Mean      *results.Estimate
	Hides     bool // a line is hidden
}

// ShownLine is one answer, its share in the domain with an interval.
type ShownLine struct {
	results.Line
	Estimate results.Estimate
	Hidden   bool
}

// ShownBin is one bar of a histogram: of FewAnswers people at least, or of nobody.
type ShownBin struct{ results.Bin }

// Shown is every question as it may be shown; what was not asked but computed is left out.
func (c Counted) Shown() []ShownTable {
	var out []ShownTable
	for i, t := range c.Tallies {
		if len(t.Question.Label) > 0 {
			out = append(out, c.shown(i))
		}
	}
	return out
}

// ShownOf is one question as it may be shown.
func (c Counted) ShownOf(question string) (ShownTable, bool) {
	for i, t := range c.Tallies {
		if t.Question.Name == question {
			return c.shown(i), true
		}
	}
	return ShownTable{}, false
}

func (c Counted) shown(i int) ShownTable {
	t := c.Tallies[i]
	base := t.Base()
	out := ShownTable{Table: c.Tables[i], Weighted: !base.Even(), Withheld: base.N < FewAnswers}
	if out.Withheld {
		return out
	}
	out.Table.Missing = shownMissing(out.Table.Missing)
	number := out.Table.Mean != nil
	if number {
		m := t.Mean(nil, c.Frame)
		out.Mean = &m
		if q, ok := t.Quartiles(); ok {
			out.Quartiles = &q
		}
	}
	hidden := lineHidden(t.Question, out.Table.Lines, base.N)
	free := (number || t.Question.Type == results.Date) && len(t.Question.Options) == 0
	if free && (len(out.Table.Lines) > manyValues || number && slices.Contains(hidden, true)) {
		if number {
			out.Bins = shownBins(t.Histogram())
		}
		return out
	}
	for j, l := range out.Table.Lines {
		out.Lines = append(out.Lines, ShownLine{Line: l, Estimate: t.Share(l.Code, nil, c.Frame), Hidden: hidden[j]})
		out.Hides = out.Hides || hidden[j]
	}
	if out.Hides && len(t.Question.Options) > 0 {
		out.Mean, out.Quartiles = nil, nil // by the mean of few steps those that are hidden could be had
	}
	return out
}

// several reports whether one person may give several answers.
func several(q results.Question) bool {
	return q.Type == results.Multiple || q.Type == results.Ranking
}

// lineHidden says which lines of a whole campaign's table are hidden.
func lineHidden(q results.Question, lines []results.Line, base int) []bool {
	row := make([]int, len(lines))
	for i, l := range lines {
		row[i] = l.Count.N
	}
	g := disclosure.Grid{Cells: [][]int{row}, Rows: !several(q), Least: disclosure.K}
	if several(q) {
		g.Of = []int{base}
	}
	return g.Hide()[0]
}

// shownMissing leaves out the reasons of few people, and those by which they could be had:
// how many answered is shown beside how many responses there are.
func shownMissing(missing []results.MissingLine) []results.MissingLine {
	row := make([]int, len(missing))
	for i, m := range missing {
		row[i] = m.Count.N
	}
	var out []results.MissingLine
	for i, h := range (disclosure.Grid{Cells: [][]int{row}, Rows: true, Least: disclosure.K}).Hide()[0] {
		if !h {
			out = append(out, missing[i])
		}
	}
	return out
}

// shownBins joins neighbours until every bin that is not empty has FewAnswers at least:
// nothing is hidden then, and the mean and the quartiles beside them tell of nobody. There
// are FewAnswers in all.
func shownBins(bins []results.Bin) (out []ShownBin) {
	small := func(b ShownBin) bool { return b.Count.N > 0 && b.Count.N < FewAnswers }
	join := func(into *ShownBin, b ShownBin) {
		into.To = b.To
		into.Count.N, into.Count.Weighted = into.Count.N+b.Count.N, into.Count.Weighted+b.Count.Weighted
	}
	for _, b := range bins {
		if n := len(out); n > 0 && small(out[n-1]) {
			join(&out[n-1], ShownBin{Bin: b})
			continue
		}
		out = append(out, ShownBin{Bin: b})
	}
	for n := len(out); n > 1 && small(out[n-1]); n-- {
		join(&out[n-2], out[n-1])
		out = out[:n-1]
	}
	return out
}

// Grouping is what a question is broken down by.
type Grouping string

// The groupings.
const (
	ByStratum Grouping = "stratum"
	ByMode    Grouping = "mode"
)

// ShownGroups is one question by group; the columns are the lines of Table.
type ShownGroups struct {
	Table  ShownTable
	Groups []ShownGroup
	Hides  bool // a cell is hidden
}

// ShownGroup is what one group answered.
type ShownGroup struct {
	Name string
	N    int // who answered
	// Withheld: fewer than FewInDomain effective respondents. N itself is hidden where it
	// is under FewAnswers.
	Withheld, Few bool
	Cells         []ShownLine
	Mean          *results.Estimate
}

// Groups breaks a question down. It is false where there is no such question, or nothing
// of it may be shown, or it has no lines.
func (c Counted) Groups(question string, by Grouping) (ShownGroups, bool) {
	t, ok := c.Tally(question)
	whole, _ := c.ShownOf(question)
	if !ok || whole.Withheld || len(whole.Lines) == 0 && whole.Mean == nil {
		return ShownGroups{}, false
	}
	out := ShownGroups{Table: whole}
	g := disclosure.Grid{Rows: !several(t.Question), Columns: true, Least: 2 * disclosure.K}
	for _, name := range groupNames(t, by) {
		in := func(at results.Place) bool { return groupOf(at, by) == name }
		part := t.Within(in)
		base := part.Base()
		group := ShownGroup{Name: name, N: base.N, Withheld: base.Effective() < FewInDomain, Few: base.N < FewAnswers}
		row := make([]int, len(whole.Lines))
		lines := part.Table().Lines
		for j, l := range whole.Lines {
			cell := ShownLine{Line: results.Line{Code: l.Code, Label: l.Label}, Estimate: t.Share(l.Code, in, c.Frame)}
			if k := slices.IndexFunc(lines, func(x results.Line) bool { return x.Code == l.Code }); k >= 0 {
				cell.Line = lines[k]
			}
			row[j] = cell.Count.N
			group.Cells = append(group.Cells, cell)
		}
		if whole.Mean != nil && !group.Withheld {
			m := t.Mean(in, c.Frame)
			group.Mean = &m
		}
		out.Groups = append(out.Groups, group)
		g.Cells, g.Withheld = append(g.Cells, row), append(g.Withheld, group.Withheld)
		if several(t.Question) {
			g.Of = append(g.Of, base.N)
		}
	}
	for i, row := range g.Hide() {
		for j, hidden := range row {
			cell := &out.Groups[i].Cells[j]
			cell.Hidden = hidden || whole.Lines[j].Hidden
			out.Hides = out.Hides || cell.Hidden && !out.Groups[i].Withheld
		}
	}
	out.guardMeans()
	return out, true
}

// guardMeans leaves the means of all groups out where those that are withheld are of few
// people together, or a cell is hidden: by the others and the mean of all they could be had.
func (g *ShownGroups) guardMeans() {
	rest, some := 0, false
	for _, x := range g.Groups {
		if x.Mean == nil {
			rest, some = rest+x.N, true
		}
	}
	if some && rest < 2*disclosure.K || g.Hides {
		for i := range g.Groups {
			g.Groups[i].Mean = nil
		}
	}
}

// groupNames are the groups in order: strata by name, modes as the house has them.
func groupNames(t *results.Tally, by Grouping) []string {
	var out []string
	for _, at := range t.Places() {
		if name := groupOf(at, by); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int {
		if by == ByMode {
			return slices.Index(survey.Modes(), survey.Mode(a)) - slices.Index(survey.Modes(), survey.Mode(b))
		}
		return strings.Compare(a, b)
	})
	return out
}

func groupOf(at results.Place, by Grouping) string {
	if by == ByMode {
		return string(at.Mode)
	}
	return at.Stratum
}
