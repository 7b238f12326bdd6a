package templates

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Course is how the responses of a campaign came in, day by day.
type Course struct {
	Of    int      // cases that were released
	Modes []string // "" where nobody keeps it
	Lines []CourseLine
	// Past has the share at the end of each day of the wave before, which is called
	// Before; none: there was none.
	Past   []float64
	Before string
}

// CourseLine is one day.
type CourseLine struct {
	Day  time.Time
	N    []int // by mode, in the order of Course.Modes
	Sum  int
	Cum  int
	Rate float64 // of Cum among all cases
	Past float64 // of the wave before at the end of the same day of its own; -1: unknown
}

// Any reports whether there is something to draw.
func (c Course) Any() bool { return len(c.Lines) > 0 && c.Lines[len(c.Lines)-1].Cum > 0 && c.Of > 0 }

// mostBars is how many days one figure has, the last ones.
const mostBars = 31

// ModeFigure are the responses of one mode by day, drawn.
type ModeFigure struct {
	Mode  string
	N     int
	Share float64
	Bars  []DayBar
}

// DayBar is one bar: percent of the width, and pixels from the top.
type DayBar struct {
	X, Width, Mid string
	Y, Height, Up string
	N             int
	Day           string
	Said, Named   bool // its number and its day stand beside it
}

// Figures are the bars of every mode, on one scale.
func (c Course) Figures() []ModeFigure {
	lines := c.Lines[max(len(c.Lines)-mostBars, 0):]
	top, all := 1, 0
	for _, l := range c.Lines {
		all += l.Sum
	}
	for _, l := range lines {
		for _, n := range l.N {
			top = max(top, n)
		}
	}
	every := (len(lines) + 6) / 7
	out := make([]ModeFigure, len(c.Modes))
	for m, mode := range c.Modes {
		f := ModeFigure{Mode: mode}
		for _, l := range c.Lines {
			f.N += l.N[m]
		}
		if all > 0 {
			f.Share = float64(f.N) / float64(all)
		}
		step := 100 / float64(len(lines))
		for i, l := range lines {
			h := 80 * float64(l.N[m]) / float64(top)
			f.Bars = append(f.Bars, DayBar{X: percent((float64(i) + .15) * step), Width: percent(.7 * step), Mid: percent((float64(i) + .5) * step),
				Y: px(104 - h), Height: px(h), Up: px(98 - h), N: l.N[m], Day: l.Day.Format("02/01"), Said: len(lines) <= 10,
				Named: (len(lines)-1-i)%every == 0})
		}
		out[m] = f
	}
	return out
}

// CurveFigure is the cumulative share, drawn: a path in a box as wide as there are days,
// and 100 high.
type CurveFigure struct {
	Box, Path, Past string
	Grid            []GridLine
	Ticks           []GridLine
	X, Y, Up, PastY string // of the last point, and where the wave before ends
	Anchor          string
	Share           float64
	PastShare       float64 // of the wave before at the same time; -1: unknown
	Days            int
	Known           bool
}

// GridLine is a line with its label.
type GridLine struct {
	At, Text string
	Percent  int
}

// The plot is 82% wide and 200 pixels high.
const (
	plotWide = 82.0
	plotLow  = 214.0
	plotHigh = 200.0
)

// Curve draws the cumulative share.
func (c Course) Curve() CurveFigure {
	n := max(len(c.Lines), len(c.Past), 2)
	last := c.Lines[len(c.Lines)-1]
	top := last.Rate
	for _, p := range c.Past {
		top = max(top, p)
	}
	step := gridStep(top)
	top = step * max(math.Ceil(top/step), 1)
	at := func(rate float64) float64 { return plotLow - plotHigh*rate/top }
	x := plotWide * float64(len(c.Lines)) / float64(n)
	f := CurveFigure{Box: fmt.Sprintf("0 0 %d 100", n), X: percent(x), Y: px(at(last.Rate)), Up: px(at(last.Rate) - 12), Share: last.Rate,
		PastShare: last.Past, Days: len(c.Lines), Anchor: "end"}
	if x < plotWide/3 {
		f.Anchor = "start"
	}
	rates := make([]float64, len(c.Lines))
	for i, l := range c.Lines {
		rates[i] = l.Rate
	}
	f.Path = path100(rates, top)
	if len(c.Past) > 0 {
		f.Known = true
		f.Past, f.PastY = path100(c.Past, top), px(at(c.Past[len(c.Past)-1])+4)
	}
	for g := step; g <= top+step/2; g += step {
		f.Grid = append(f.Grid, GridLine{At: px(at(g)), Text: px(at(g) - 5), Percent: int(math.Round(100 * g))})
	}
	every := (n + 5) / 6
	for i := 0; i < n; i += every {
		day := c.Lines[0].Day.AddDate(0, 0, i)
		f.Ticks = append(f.Ticks, GridLine{At: percent(plotWide * float64(i) / float64(n)), Text: day.Format("02/01")})
	}
	return f
}

// gridStep is how far the lines of a grid are apart: two to five of them.
func gridStep(top float64) float64 {
	for _, s := range []float64{.01, .02, .05, .1} {
		if top <= 5*s {
			return s
		}
	}
	return .2
}

// path100 is a curve from nothing over the ends of days, in a box 100 high.
func path100(rates []float64, top float64) string {
	var b strings.Builder
	b.WriteString("M0 100")
	for i, r := range rates {
		fmt.Fprintf(&b, "L%d %.2f", i+1, 100-100*r/top)
	}
	return b.String()
}

func percent(v float64) string { return fmt.Sprintf("%.2f%%", v) }
func px(v float64) string      { return fmt.Sprintf("%.1f", v) }
