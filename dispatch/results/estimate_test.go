package results

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"canvass/dispatch/survey"
)

func close9(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s is %.9f, want %.9f", what, got, want)
	}
}

// fpc is the set of that name of R's survey package: numbers, and the same as a choice
// of whether they exceed 5; the mode is web where they do.
func fpc() (numbers, above *Tally, f Frame) {
	numbers, above = NewTally(Question{Type: Decimal}), NewTally(Question{Type: Single})
	for _, h := range []struct {
		name string
		w    float64
		x    []float64
	}{{"1", 3, []float64{2.8, 4.1, 6.8, 6.8, 9.2}}, {"2", 4, []float64{3.7, 6.6, 4.2}}} {
		for _, x := range h.x {
			mode, code := survey.TextMode, "0"
			if x > 5 {
				mode, code = survey.Web, "1"
			}
			r := Row{Stratum: h.name, Weight: h.w, Mode: mode, Answer: survey.Answer{Value: survey.AnswerText(strconv.FormatFloat(x, 'g', -1, 64))}}
			numbers.Add(r)
			r.Answer.Value = survey.AnswerText(code)
			above.Add(r)
		}
	}
	return numbers, above, Frame{"1": 15, "2": 12}
}

// The golden figures of methodology §9.4.
func TestEstimatesMatchR(t *testing.T) {
	t.Parallel()
	numbers, above, f := fpc()
	m := numbers.Mean(nil, f)
	close9(t, "the mean", m.Value, 5.448148148)
	close9(t, "its SE", math.Sqrt(m.Variance), .616040723)
	close9(t, "its interval", m.High-m.Value, 2.446911851*.616040723) // t of 6 degrees
	p := above.Share("1", nil, f)
	close9(t, "P(x>5)", p.Value, .481481481)
	close9(t, "its SE", math.Sqrt(p.Variance), .169725)
	d := numbers.Mean(func(at Place) bool { return at.Mode == survey.Web }, f)
	close9(t, "the mean above 5", d.Value, 7.292307692)
	close9(t, "its SE", math.Sqrt(d.Variance), .457699)
	whole := Frame{"1": 1e12, "2": 1e12}
	close9(t, "SE without FPC", math.Sqrt(above.Share("1", nil, whole).Variance), .201163)
}

// Quantiles of published tables: Clopper and Pearson's interval of 42 of 100, Student's t.
func TestIntervals(t *testing.T) {
	t.Parallel()
	close9(t, "t(1)", student(1), 12.706204736)
	close9(t, "t(8)", student(8), 2.306004135)
	close9(t, "t(120)", student(120), 1.979930405)
	for _, c := range []struct{ x, a, b, want float64 }{{.5, 2, 3, .6875}, {.2, .5, .5, .295167235}, {.9, 50, 4, .2105317}} {
		if got := beta(c.x, c.a, c.b); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("I_%g(%g, %g) is %g, want %g", c.x, c.a, c.b, got, c.want)
		}
	}
	low, high := korn(.42, .42*.58/100, precision{n: 100, freedom: 99})
	if math.Abs(low-.3219855) > 1e-5 || math.Abs(high-.5228808) > 1e-5 {
		t.Errorf("42 of 100: %.7f to %.7f", low, high)
	}
	if low, high := korn(.42, 0, precision{n: 100, fraction: 1, freedom: 99}); low != .42 || high != .42 {
		t.Errorf("everybody answered, and it is %g to %g", low, high)
	}
	if low, high := korn(0, 0, precision{n: 59, freedom: 58}); low != 0 || math.Abs(high-.0495) > 1e-3 { // the rule of three
		t.Errorf("none of 59: %g to %g", low, high)
	}
}

// An interval that says 95 % holds the truth about that often, whatever the strata.
func TestIntervalsHoldTheTruth(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 7))
	held, draws := 0, 2000
	population := map[string][]string{}
	yes := 0
	for i := range 300 {
		h, code := strconv.Itoa(i%3), "0"
		if rnd.Float64() < .2+.2*float64(i%3) {
			code = "1"
			yes++
		}
		population[h] = append(population[h], code)
	}
	f := Frame{"0": 100, "1": 100, "2": 100}
	for range draws {
		tally := NewTally(Question{Type: Single})
		for h, n := range map[string]int{"0": 20, "1": 30, "2": 45} {
			for _, i := range rnd.Perm(100)[:n] {
				tally.Add(Row{Stratum: h, Weight: 100 / float64(n), Mode: survey.Web, Answer: survey.Answer{Value: survey.AnswerText(population[h][i])}})
			}
		}
		if e := tally.Share("1", nil, f); e.Low <= float64(yes)/300 && float64(yes)/300 <= e.High {
			held++
		}
	}
	if share := float64(held) / float64(draws); share < .93 || share > .985 {
		t.Errorf("%.3f of the intervals hold the truth", share)
	}
}

// Strata that the frame does not have are one; a stratum of one is joined; one
// respondent says nothing.
func TestEstimatesAtTheEdges(t *testing.T) {
	t.Parallel()
	add := func(t *Tally, stratum, code string) {
		t.Add(Row{Stratum: stratum, Weight: 1, Mode: survey.Web, Answer: survey.Answer{Value: survey.AnswerText(code)}})
	}
	one := NewTally(Question{Type: Single})
	if e := one.Share("1", nil, Frame{}); e.Known || e.N != 0 {
		t.Errorf("nobody: %+v", e)
	}
	add(one, "a", "1")
	if e := one.Share("1", nil, Frame{"a": 10}); e.Known || e.Value != 1 {
		t.Errorf("one: %+v", e)
	}
	joined, plain := NewTally(Question{Type: Single}), NewTally(Question{Type: Single})
	for i := range 20 {
		add(joined, "x + "+strconv.Itoa(i), strconv.Itoa(i%2))
		add(plain, "", strconv.Itoa(i%2))
	}
	a, b := joined.Share("1", nil, Frame{"x": 50, "y": 50}), plain.Share("1", nil, Frame{"": 100})
	if math.Abs(a.Variance-b.Variance) > 1e-12 || !a.Known {
		t.Errorf("joined strata: %+v and %+v", a, b)
	}
	add(plain, "b", "1")
	if e := plain.Share("1", nil, Frame{"": 100, "b": 3}); !e.Known || e.Variance <= 0 {
		t.Errorf("a lonely stratum: %+v", e)
	}
}

func TestQuartilesAndHistogram(t *testing.T) {
	t.Parallel()
	n := NewTally(Question{Type: Integer})
	if _, ok := n.Quartiles(); ok || n.Histogram() != nil {
		t.Error("nothing was answered")
	}
	for i := range 100 {
		n.Add(Row{Weight: 1, Answer: survey.Answer{Value: survey.AnswerText(strconv.Itoa(i))}})
	}
	n.Add(Row{Weight: 300, Answer: survey.Answer{Value: "99"}})
	if q, _ := n.Quartiles(); q != (Quartiles{99, 99, 99}) {
		t.Errorf("by weight: %+v", q)
	}
	bins := n.Histogram()
	sum := 0
	for _, b := range bins {
		sum += b.Count.N
	}
	if sum != 101 || len(bins) != 10 || bins[9].Count.N != 11 || bins[9].From != 90 {
		t.Errorf("%d in %+v", sum, bins)
	}
	few := NewTally(Question{Type: Integer})
	for _, x := range []string{"0", "3", "3", "-2"} {
		few.Add(Row{Weight: 1, Answer: survey.Answer{Value: survey.AnswerText(x)}})
	}
	if bins := few.Histogram(); len(bins) != 3 || bins[2].Count.N != 2 || bins[0].From != -2 {
		t.Errorf("%+v", bins)
	}
	if q, _ := few.Quartiles(); q != (Quartiles{-2, 0, 3}) {
		t.Errorf("%+v", q)
	}
}

// What is called clear is clear for every way in which the answers may go together.
func TestChange(t *testing.T) {
	t.Parallel()
	e := func(p float64, n int, frame float64) Estimate {
		return Estimate{Value: p, N: n, Variance: p * (1 - p) * (1/float64(n) - 1/frame), Known: true}
	}
	if c := ChangeOf(e(.5, 150, 300), e(.52, 150, 300), Overlap{150, 150, 75, 300}); c.Clear || math.Abs(c.By-.02) > 1e-12 {
		t.Errorf("%+v", c)
	}
	if c := ChangeOf(e(.3, 150, 300), e(.52, 150, 300), Overlap{150, 150, 150, 300}); !c.Clear || c.Low <= 0 {
		t.Errorf("%+v", c)
	}
	apart, same := ChangeOf(e(.5, 150, 300), e(.6, 150, 300), Overlap{150, 150, 0, 300}), ChangeOf(e(.5, 150, 300), e(.6, 150, 300), Overlap{150, 150, 150, 300})
	if apart.High-apart.Low <= same.High-same.Low {
		t.Error("two waves that share nobody are surer than two of the same people")
	}
	if c := ChangeOf(Estimate{}, e(.5, 10, 300), Overlap{}); c.Known || c.Clear {
		t.Errorf("%+v", c)
	}
}
