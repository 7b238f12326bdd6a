package console

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"canvass/dispatch"
	"canvass/dispatch/sampling"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// frameLook counts the frame of a plan, in the background if that takes a while: Under
// says that it is not known yet.
func (v *visit) frameLook(plan dispatch.Plan, by string) templates.FrameLook {
	look, known, err := v.frameCounted(plan, by)
	if !known {
		return templates.FrameLook{Under: true}
	}
	if err != nil {
		return templates.FrameLook{Wrong: v.words(err)}
	}
	return v.lookOf(look, plan)
}

// frameCounted is the look at a frame; false as long as it is under way.
func (v *visit) frameCounted(plan dispatch.Plan, by string) (view.FrameLook, bool, error) {
	c := v.console
	var fields []string
	if by != "" {
		fields = []string{by}
	}
	t := c.tasks.run(lookKey(plan, by), func(ctx context.Context, _ *atomic.Int64) (any, error) {
		return dispatch.LookAtFrame(ctx, c.Store, plan, c.Clock.Now(), fields)
	})
	if !t.soon(v.ctx, v.most(patience)) {
		return view.FrameLook{}, false, nil
	}
	if t.err != nil {
		return view.FrameLook{}, true, t.err
	}
	return t.value.(view.FrameLook), true, nil
}

func (v *visit) lookOf(l view.FrameLook, plan dispatch.Plan) templates.FrameLook {
	out := templates.FrameLook{Size: l.Frame.Size, Left: l.Frame.Left, Suppressed: l.Frame.Suppressed, Resting: l.Frame.Resting, Unreachable: l.Unreachable}
	for _, count := range l.By {
		out.ByField = v.fieldWords(count.Field)
		for _, c := range count.Values {
			out.By = append(out.By, templates.Choice{Value: c.Value, Text: c.Value, N: c.N})
		}
	}
	for i, s := range l.Strata {
		line := templates.StratumLook{N: i, Name: s.Name, Size: s.Size, Draw: s.Draw, Field: "n." + s.Name, Value: fmt.Sprint(s.Draw),
			Margin: sampling.Margin(float64(s.Draw)*plan.Answering, s.Size)}
		if s.Size > 0 && s.Draw > 0 {
			line.Share, line.Weight = float64(s.Draw)/float64(s.Size), float64(s.Size)/float64(s.Draw)
		}
		line.Dots, line.Lit, line.High, line.Each = dots(s)
		out.Sample += s.Draw
		out.Strata = append(out.Strata, line)
	}
	if l.Refused != nil {
		out.Refused = v.words(l.Refused)
	}
	out.Margin = sampling.Margin(float64(out.Sample)*plan.Answering, l.Frame.Size)
	return out
}

// The figure of a stratum: dots in rows, in user units.
const (
	dotsInRow = 36
	mostDots  = 216
	dotStep   = 6
)

// dots draws a stratum: a dot a person where it is known who is drawn; else a dot for
// several, and as many lit as the share that is drawn, spread evenly.
func dots(s view.StratumLook) (rest, lit string, high, each int) {
	n, drawn := len(s.Drawn), func(i int) bool { return s.Drawn[i] }
	each = 1
	if n == 0 || n > 2*mostDots {
		each = max((s.Size+mostDots-1)/mostDots, 1)
		n = s.Size / each
		on := 0
		if s.Size > 0 {
			on = (s.Draw*n + s.Size/2) / s.Size
		}
		drawn = func(i int) bool { return (i+1)*on/max(n, 1) > i*on/max(n, 1) }
	}
	var in, out strings.Builder
	for i := range n {
		to := &out
		if drawn(i) {
			to = &in
		}
		fmt.Fprintf(to, "M%d %dh0", 3+i%dotsInRow*dotStep, 3+i/dotsInRow*dotStep)
	}
	return out.String(), in.String(), max((n+dotsInRow-1)/dotsInRow, 1) * dotStep, each
}
