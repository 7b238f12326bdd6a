package console

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/templates"
)

// mostWaves is how many waves a trend shows.
const mostWaves = 12

// waves are the waves of a series up to a campaign, the oldest first; counts that are not
// made yet are nil, and going on.
type waves struct {
	v         *visit
	campaigns []*survey.Campaign
	counts    []*dispatch.Counted
	ctx       context.Context //nolint:containedctx // until when this visit waits
}

// waves finds the waves of the series that a campaign is of; none if it is of no series.
func (v *visit) waves(k *survey.Campaign, s reckoned) waves {
	ctx, cancel := context.WithTimeout(v.ctx, v.most(reckonWait))
	context.AfterFunc(v.ctx, cancel) // it ends with the visit
	w := waves{v: v, ctx: ctx}
	names, err := v.Store.WavesUpTo(v.ctx, k.ID, mostWaves)
	if err != nil || len(names) < 2 {
		return w
	}
	slices.Reverse(names)
	for _, name := range names {
		if !v.sees(name) {
			continue
		}
		of, err := v.Answers.CampaignByName(v.ctx, name)
		if err != nil {
			return waves{v: v, ctx: ctx}
		}
		w.campaigns = append(w.campaigns, of)
	}
	for i, x := range v.tallied.glance(ctx, w.campaigns) {
		if w.campaigns[i].ID == k.ID {
			x = s
		}
		w.counts = append(w.counts, x.Counted)
	}
	return w
}

// counted are the waves whose counts are made.
func (w waves) counted() []*dispatch.Counted {
	var have []*dispatch.Counted
	for _, c := range w.counts {
		if c != nil {
			have = append(have, c)
		}
	}
	return have
}

// of is the trend of what is followed over the waves that are counted.
func (w waves) of(t dispatch.ShownTable, of dispatch.Followed) []dispatch.TrendPoint {
	if have := w.counted(); len(have) > 1 && of.Key != "" {
		return dispatch.Trend(have, t.Question.Name, of, w.answeredBoth)
	}
	return nil
}

// answeredBoth is how many people answered two waves.
func (w waves) answeredBoth(a, b *dispatch.Counted) int {
	return w.v.tallied.overlap(w.ctx, pair{a.ID, b.ID, a.Submitted + a.Partials, b.Submitted + b.Partials})
}

// followed is what a visitor asked to follow of a question; else the answer that most gave,
// or the mean of numbers.
func (v *visit) followed(t dispatch.ShownTable) dispatch.Followed {
	asked := v.r.URL.Query().Get("trend")
	for _, f := range t.Follows() {
		if f.Key == asked {
			return f
		}
	}
	return firstFollowed(t)
}

// firstFollowed is what is followed of a question if nobody asks for anything else; without
// a key where there is nothing.
func firstFollowed(t dispatch.ShownTable) dispatch.Followed {
	if l, ok := top(t); ok && !numeric(t) {
		return dispatch.FollowCode(l.Code)
	}
	if numeric(t) {
		return dispatch.Followed{Key: dispatch.FollowMean}
	}
	return dispatch.Followed{}
}

// answer says what is followed.
func (v *visit) answer(t dispatch.ShownTable, of dispatch.Followed) string {
	if len(of.Codes) == 0 {
		return v.Templates.Sentence(string(v.lang()), "results.mean")
	}
	var out []string
	for _, code := range of.Codes {
		label := code
		for _, l := range t.Lines {
			if l.Code == code {
				label = v.in(l.Label, code)
			}
		}
		out = append(out, label)
	}
	return strings.Join(out, " + ")
}

// trend draws what is followed, over the waves.
func (v *visit) trend(w waves, t dispatch.ShownTable, of dispatch.Followed) *templates.ResultTrend {
	points := w.of(t, of)
	if points == nil {
		return nil
	}
	mean := len(of.Codes) == 0
	out := &templates.ResultTrend{Answer: v.answer(t, of)}
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range points {
		if drawn(p) {
			low, high = math.Min(low, p.Estimate.Low), math.Max(high, p.Estimate.High)
		}
	}
	c := v.canvas(low, high, mean)
	out.Ticks = c.ticks
	at := map[survey.CampaignID]dispatch.TrendPoint{}
	for _, p := range points {
		at[p.Wave.ID] = p
	}
	for i, k := range w.campaigns {
		x := 50.0
		if n := len(w.campaigns); n > 1 {
			x = 8 + 80*float64(i)/float64(n-1)
		}
		point := templates.ResultPoint{Name: v.title(k.Title, k.Name), Href: questionPath(k.Name, t.Question.Name), X: place(x), Short: v.local(k.LaunchedAt).Format("1/06")}
		switch p, ok := at[k.ID]; {
		case !ok:
			point.Why = "counting"
		case p.Other:
			point.Why = "other"
		case !drawn(p):
			point.Why = "withheld"
		default:
			c.draw(&point, p, x)
		}
		out.Points = append(out.Points, point)
	}
	out.Line, out.Band, out.Says = c.paths()
	return out
}

// trends is the trend that a visitor asked for, what else can be followed, and all of it
// side by side.
func (v *visit) trends(w waves, t dispatch.ShownTable) *templates.ResultTrend {
	of, all := v.followed(t), t.Follows()
	out := v.trend(w, t, of)
	if out == nil || len(all) < 2 {
		return out
	}
	out.Question, out.By = t.Question.Name, v.r.URL.Query().Get("by")
	have := w.counted()
	for _, f := range all {
		row := templates.ResultFollowed{Key: f.Key, Answer: v.answer(t, f), Chosen: f.Key == of.Key}
		at := map[survey.CampaignID]dispatch.TrendPoint{}
		for _, p := range dispatch.Trend(have, t.Question.Name, f, func(_, _ *dispatch.Counted) int { return 0 }) {
			at[p.Wave.ID] = p
		}
		for _, k := range w.campaigns {
			cell := templates.ResultLine{Hidden: true}
			if p, ok := at[k.ID]; ok && drawn(p) {
				cell.Hidden, cell.Share = false, v.points(p.Estimate.Value)
				if len(f.Codes) == 0 {
					cell.Share = v.decimal(p.Estimate.Value, 1)
				}
			}
			row.Cells = append(row.Cells, cell)
			out.Hides = out.Hides || cell.Hidden
		}
		out.All = append(out.All, row)
	}
	return out
}

func drawn(p dispatch.TrendPoint) bool { return !p.Other && !p.Withheld && p.Estimate.Known }

// canvas is where a trend is drawn: 150 pixels high, from 24 down.
type canvas struct {
	v          *visit
	low, high  float64
	mean       bool
	ticks      []templates.ResultTick
	line, over []string
	under      []string
	says       []string
}

func (v *visit) canvas(low, high float64, mean bool) *canvas {
	c := &canvas{v: v, low: low, high: high, mean: mean}
	if math.IsInf(low, 1) {
		c.low, c.high = 0, 1
	}
	step := 0.1
	if mean {
		step = math.Pow(10, math.Floor(math.Log10(math.Max(c.high-c.low, 1e-6))))
	}
	c.low, c.high = math.Floor(c.low/step-1e-9)*step, math.Ceil(c.high/step+1e-9)*step
	if !mean {
		c.low, c.high = math.Max(c.low, 0), math.Min(c.high, 1)
	}
	for (c.high-c.low)/step > 6 {
		step *= 2
	}
	for y := c.low; y <= c.high+step/1e6; y += step {
		text := v.plain(y)
		if !mean {
			text = v.decimal(100*y, 0) + "%"
		}
		c.ticks = append(c.ticks, templates.ResultTick{X: pixels(c.part(y)), Text: text})
	}
	return c
}

// part is how far down a value lies, in [0, 100].
func (c *canvas) part(y float64) float64 {
	if c.high <= c.low {
		return 50
	}
	return 100 * (c.high - y) / (c.high - c.low)
}

func pixels(part float64) string { return strconv.FormatFloat(24+1.5*part, 'f', 1, 64) }

// draw puts a wave into the chart and the table beside it.
func (c *canvas) draw(to *templates.ResultPoint, p dispatch.TrendPoint, x float64) {
	e := p.Estimate
	write := c.v.points
	if c.mean {
		write = func(x float64) string { return c.v.decimal(x, 1) }
	}
	to.N, to.Share, to.Low, to.High = e.N, write(e.Value), write(e.Low), write(e.High)
	to.Y, to.YLow, to.YHigh = pixels(c.part(e.Value)), pixels(c.part(e.Low)), pixels(c.part(e.High))
	to.Text = c.v.decimal(e.Value, 1)
	if !c.mean {
		to.Text = c.v.decimal(100*e.Value, 0)
	}
	if change := c.v.change(p.Change, c.mean); change != nil {
		to.Change, to.By = change.Key, change.By
	}
	pair := func(y float64) string {
		return strconv.FormatFloat(x, 'f', 2, 64) + "," + strconv.FormatFloat(c.part(y), 'f', 2, 64)
	}
	c.line, c.over, c.under = append(c.line, pair(e.Value)), append(c.over, pair(e.High)), append(c.under, pair(e.Low))
	c.says = append(c.says, to.Name+": "+to.Share+" ("+to.Low+"–"+to.High+")")
}

// paths are the points of the line and of the band, and the chart in words.
func (c *canvas) paths() (line, band, says string) {
	slices.Reverse(c.under)
	return strings.Join(c.line, " "), strings.Join(append(c.over, c.under...), " "), strings.Join(c.says, "; ")
}
