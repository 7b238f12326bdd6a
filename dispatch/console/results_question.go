package console

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/results"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// share writes a share in [0, 1] with its sign; a dash where there is none.
func (v *visit) share(p *float64) string {
	if p == nil {
		return "–"
	}
	return templates.Percent(string(v.lang()), *p)
}

// points writes a share in [0, 1] in percent, without the sign.
func (v *visit) points(p float64) string { return v.decimal(100*p, 1) }

func (v *visit) decimal(x float64, places int) string {
	return templates.Decimal(string(v.lang()), x, places)
}

// plain is a number with no more places than it has, two at most.
func (v *visit) plain(x float64) string {
	for places := range 2 {
		if p := math.Pow(10, float64(places)); math.Abs(x*p-math.Round(x*p)) < 1e-9 {
			return v.decimal(x, places)
		}
	}
	return v.decimal(x, 2)
}

// in is a text in the visitor's language, or in Vietnamese, or what stands for it.
func (v *visit) in(of map[survey.Lang]string, or string) string { return v.title(of, or) }

// piped is an earlier answer within a text, with what stands for it where there is none.
var piped = regexp.MustCompile(`\$\{[^|}]*\|?([^}]*)\}`)

// label is the text of a question as nobody in particular reads it.
func (v *visit) label(of map[survey.Lang]string, or string) string {
	return unpiped(v.in(of, or))
}

func unpiped(text string) string {
	return piped.ReplaceAllStringFunc(text, func(hole string) string {
		return cmp.Or(piped.FindStringSubmatch(hole)[1], "…")
	})
}

// groupName is a stratum's name.
func (v *visit) groupName(name string) string {
	if name == "" {
		return v.Templates.Sentence(string(v.lang()), "results.group.none")
	}
	return name
}

// place is a percentage of a chart's width.
func place(x float64) string {
	return strconv.FormatFloat(math.Min(math.Max(x, 0), 100), 'f', 2, 64) + "%"
}

// question is one question as the screens have it.
func (v *visit) question(s reckoned, i int, t dispatch.ShownTable, w waves) templates.ResultQuestion {
	q := t.Question
	out := templates.ResultQuestion{Name: q.Name, Label: v.label(q.Label, q.Name), Href: questionPath(s.Campaign, q.Name), Number: i + 1, Kind: string(t.Sentence),
		Withheld: t.Withheld, Weighted: t.Weighted && t.Lines != nil, Hides: t.Hides, Several: q.Type == results.Multiple || q.Type == results.Ranking, Ranking: q.Type == results.Ranking}
	if t.Withheld {
		out.Find = templates.ResultFind{Key: "withheld", Least: strconv.Itoa(dispatch.FewAnswers)}
		if t.Base.N == 0 {
			out.Find.Key = "nobody"
		}
		return out
	}
	out.Base = t.Base.N
	for _, m := range t.Missing {
		out.Missing = append(out.Missing, templates.ResultMissing{Key: string(m.Reason), N: m.Count.N})
	}
	v.lines(&out, t)
	v.numbers(&out, t)
	v.find(&out, t)
	if q.Type == results.Text {
		out.Find = templates.ResultFind{Key: "words", N: templates.Number(string(v.lang()), int64(t.Base.N))}
		out.Words = campaignPath(s.Campaign) + "/words"
	}
	if points := w.of(t, firstFollowed(t)); len(points) > 1 {
		out.Change = v.change(points[len(points)-1].Change, numeric(t))
	}
	return out
}

// top is the answer that most gave, of those that are shown.
func top(t dispatch.ShownTable) (dispatch.ShownLine, bool) {
	best, found := dispatch.ShownLine{}, false
	for _, l := range t.Lines {
		if !l.Hidden && l.Count.N > 0 && (!found || l.Estimate.Value > best.Estimate.Value) {
			best, found = l, true
		}
	}
	return best, found
}

// numeric reports whether the answers are numbers, and not steps with words.
func numeric(t dispatch.ShownTable) bool { return t.Mean != nil && len(t.Question.Options) == 0 }

// find is the sentence of what was found.
func (v *visit) find(out *templates.ResultQuestion, t dispatch.ShownTable) {
	l, ok := top(t)
	switch {
	case numeric(t) && t.Quartiles != nil:
		out.Find = templates.ResultFind{Key: "numbers.bare", Value: v.plain(t.Quartiles.Median), Label: v.decimal(t.Mean.Value, 1)}
		if t.Mean.Known {
			out.Find.Key, out.Find.Low, out.Find.High = "numbers", v.decimal(t.Mean.Low, 1), v.decimal(t.Mean.High, 1)
		}
	case ok:
		out.Find = templates.ResultFind{Key: string(t.Sentence) + ".bare", Label: v.in(l.Label, l.Code), Value: v.points(l.Estimate.Value)}
		if l.Estimate.Known {
			out.Find.Key, out.Find.Low, out.Find.High = string(t.Sentence), v.points(l.Estimate.Low), v.points(l.Estimate.High)
		}
	}
}

// numbers are the mean, the quartiles and the histogram of a numeric question.
func (v *visit) numbers(out *templates.ResultQuestion, t dispatch.ShownTable) {
	if !numeric(t) || t.Quartiles == nil || t.Table.Mean == nil {
		return
	}
	n := &templates.ResultNumbers{Mean: v.decimal(t.Mean.Value, 1), First: v.plain(t.Quartiles.First), Median: v.plain(t.Quartiles.Median), Third: v.plain(t.Quartiles.Third)}
	if t.Mean.Known {
		n.Low, n.High = v.decimal(t.Mean.Low, 1), v.decimal(t.Mean.High, 1)
	}
	out.Numbers = n
	most := 0.0
	for _, b := range t.Bins {
		most = math.Max(most, float64(b.Count.N)/float64(t.Base.N))
	}
	if len(t.Bins) == 0 {
		return
	}
	var scale float64
	out.Chart.Ticks, scale = v.axis(most)
	for _, b := range t.Bins {
		p := float64(b.Count.N) / float64(t.Base.N)
		out.Bins = append(out.Bins, templates.ResultLine{Label: v.plain(b.From) + " – < " + v.plain(b.To), N: b.Count.N, Share: v.points(p), Dot: place(100 * p / scale)})
	}
}

// axis is that of shares up to most, and the share at its end.
func (v *visit) axis(most float64) (ticks []templates.ResultTick, end float64) {
	step := 0.25
	for _, c := range [][2]float64{{.2, .05}, {.4, .1}, {.6, .2}, {.8, .2}} {
		if most <= c[0] {
			step, end = c[1], c[0]
			break
		}
	}
	if end == 0 {
		end = 1
	}
	for x := 0.0; x <= end+1e-9; x += step {
		anchor := "middle"
		switch {
		case x == 0:
			anchor = "start"
		case x > end-step/2:
			anchor = "end"
		}
		ticks = append(ticks, templates.ResultTick{X: place(100 * x / end), Text: v.decimal(100*x, 0), Anchor: anchor})
	}
	return ticks, end
}

// lines are the answers of a table, with their chart.
func (v *visit) lines(out *templates.ResultQuestion, t dispatch.ShownTable) {
	most := 0.0
	for _, l := range t.Lines {
		if !l.Hidden {
			most = math.Max(most, l.Estimate.Value)
			if l.Estimate.Known {
				most = math.Max(most, l.Estimate.High)
			}
		}
	}
	if len(t.Lines) == 0 {
		return
	}
	var end float64
	out.Chart.Ticks, end = v.axis(most)
	for _, l := range t.Lines {
		out.Lines = append(out.Lines, v.resultLine(l, end))
	}
	if opinionScale(t) {
		out.Chart.Parts, out.Chart.Says = v.resultParts(t, t.Lines)
	}
}

// resultLine is one answer; nothing of it if it is hidden.
func (v *visit) resultLine(l dispatch.ShownLine, end float64) templates.ResultLine {
	out := templates.ResultLine{Label: v.in(l.Label, l.Code), Hidden: l.Hidden, Unlisted: l.Unlisted}
	if l.Hidden {
		return out
	}
	e := l.Estimate
	out.N, out.Share, out.Dot = l.Count.N, v.points(e.Value), place(100*e.Value/end)
	if l.Percent != nil {
		out.Plain = v.decimal(*l.Percent, 1)
	}
	if e.Known {
		out.Low, out.High, out.From, out.To = v.points(e.Low), v.points(e.High), place(100*e.Low/end), place(100*e.High/end)
	}
	if l.First != nil {
		out.First, out.Place = templates.Number(string(v.lang()), int64(l.First.N)), "–"
		if l.First.N > 0 && l.First.N < dispatch.FewAnswers {
			out.First = "•"
		}
		if l.MeanPlace != nil {
			out.Place = v.decimal(*l.MeanPlace, 1)
		}
	}
	return out
}

// opinionScale reports whether a question has two to five steps in an order.
func opinionScale(t dispatch.ShownTable) bool {
	n := len(t.Question.Options)
	return t.Question.Type == results.Scale && n >= 2 && n <= 5 && len(t.Lines) == n
}

// resultParts are the bar of an opinion scale, in the tints of its steps, and what it says.
func (v *visit) resultParts(t dispatch.ShownTable, lines []dispatch.ShownLine) (out []templates.ResultPart, says string) {
	tints := map[int][]int{2: {1, 5}, 3: {1, 3, 5}, 4: {1, 2, 4, 5}, 5: {1, 2, 3, 4, 5}}[len(lines)]
	on := map[int]string{1: "on-o", 2: "on-2", 3: "on-3", 4: "on-4", 5: "on-o"}
	var words []string
	from := 0.0
	for i, l := range lines {
		if l.Hidden {
			return nil, "" // where it would stand, and how wide, is hidden too
		}
		p := l.Estimate.Value
		part := templates.ResultPart{Class: "f" + strconv.Itoa(tints[i]), On: on[tints[i]], X: place(100 * from), Wide: place(100 * p), Middle: place(100 * (from + p/2))}
		if p >= .08 {
			part.Text = v.decimal(100*p, 0)
		}
		from += p
		out = append(out, part)
		words = append(words, v.in(l.Label, l.Code)+" "+v.points(p)+"%")
	}
	return out, strings.Join(words, ", ")
}

// groups is a question broken down; nil where that says nothing.
func (v *visit) groups(s reckoned, question string, by dispatch.Grouping) *templates.ResultGroups {
	g, ok := s.Groups(question, by)
	if !ok || len(g.Groups) < 2 {
		return nil
	}
	out := &templates.ResultGroups{Scale: opinionScale(g.Table), Mean: numeric(g.Table), Hides: g.Hides, Few: dispatch.FewInDomain}
	for _, l := range g.Table.Lines {
		out.Columns = append(out.Columns, v.in(l.Label, l.Code))
	}
	out.Span = len(out.Columns)
	if out.Scale {
		out.Span++
	}
	if out.Mean {
		out.Span++
	}
	for _, x := range g.Groups {
		row := templates.ResultGroup{Name: v.groupName(x.Name), N: templates.Number(string(v.lang()), int64(x.N)), Mean: "–"}
		if by == dispatch.ByMode {
			row.Name, _ = templates.Words("mode."+x.Name, string(v.lang()), nil)
		}
		switch {
		case x.Few:
			row.Why, row.N = "few", fmt.Sprintf("< %d", dispatch.FewAnswers)
		case x.Withheld:
			row.Why = "domain"
		default:
			for _, l := range x.Cells {
				row.Cells = append(row.Cells, v.resultLine(l, 1))
			}
			if x.Mean != nil {
				row.Mean = v.decimal(x.Mean.Value, 1)
			}
			if out.Scale {
				row.Chart.Parts, row.Chart.Says = v.resultParts(g.Table, x.Cells)
				row.Chart.Says = row.Name + ": " + row.Chart.Says
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// change says how much an estimate differs from that of the wave before; nil where that is
// not known.
func (v *visit) change(c results.Change, mean bool) *templates.ResultChange {
	if !c.Known {
		return nil
	}
	write, unit := v.points, ""
	if mean {
		write, unit = func(x float64) string { return v.decimal(x, 1) }, ".mean"
	}
	switch {
	case c.Clear && c.By > 0:
		return &templates.ResultChange{Key: "up" + unit, By: write(c.By)}
	case c.Clear:
		return &templates.ResultChange{Key: "down" + unit, By: write(-c.By)}
	case c.By > 0:
		return &templates.ResultChange{Key: "none" + unit, By: "+" + write(c.By)}
	}
	return &templates.ResultChange{Key: "none" + unit, By: write(c.By)}
}
