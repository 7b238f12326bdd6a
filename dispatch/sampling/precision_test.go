package sampling_test

import (
	"math"
	"testing"

	"canvass/dispatch/sampling"
	"canvass/dispatch/survey"
)

// The golden values are worked out by hand from Cochran's formulas.
func TestSizeFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		margin, answering float64
		frame, want       int
	}{
		{.05, 1, 300, 169}, {.05, .6, 300, 282}, {.05, .5, 300, 300}, {.05, 1, 1_000_000, 384}, {.055, .6, 1148, 415},
		{0, 1, 300, 300}, {.05, 0, 300, 300}, {.5, 1, 300, 300}, {.05, 1, 0, 0}, {.05, 1, 1, 1},
	} {
		if got := sampling.SizeFor(c.margin, c.answering, c.frame); got != c.want {
			t.Errorf("%v of %d at %v: %d, want %d", c.margin, c.frame, c.answering, got, c.want)
		}
	}
	// What is drawn for a margin keeps it, and one person less would not.
	for frame := 2; frame < 3000; frame += 37 {
		n := sampling.SizeFor(.05, 1, frame)
		if sampling.Margin(float64(n), frame) > .05+1e-9 || n > 1 && sampling.Margin(float64(n-1), frame) <= .05 {
			t.Errorf("%d of %d is not the least that keeps the margin", n, frame)
		}
	}
	if got := sampling.Margin(57.6, 262); math.Abs(got-.1143) > .0005 {
		t.Errorf("margin %v", got)
	}
	if sampling.Margin(0, 10) != 1 || sampling.Margin(10, 10) != 0 {
		t.Error("nobody and everybody")
	}
}

// A size that was set stays, as far as there are so many; the others share what is left.
func TestSizesThatWereSet(t *testing.T) {
	t.Parallel()
	strata := []sampling.Stratum{{Name: "a", Frame: 100}, {Name: "b", Frame: 100}, {Name: "c", Frame: 5}}
	sizes := func(d survey.Design) []int {
		d.Method = survey.Stratified
		draws, err := sampling.Plan(d, strata)
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		var out []int
		for _, d := range draws {
			out = append(out, d.Size)
		}
		return out
	}
	for _, c := range []struct {
		size int
		set  map[string]int
		want [3]int
	}{
		{60, map[string]int{"a": 40}, [3]int{40, 18, 2}},
		{60, map[string]int{"a": 40, "b": 15, "c": 5}, [3]int{40, 15, 5}},
		{60, map[string]int{"a": 40, "b": 10, "c": 10}, [3]int{40, 10, 5}}, // there are only five
		{10, map[string]int{"a": 0, "b": 0, "c": 5}, [3]int{0, 0, 5}},
	} {
		if got := sizes(survey.Design{Size: c.size, Sizes: c.set}); [3]int(got) != c.want {
			t.Errorf("%v of %d: %v, want %v", c.set, c.size, got, c.want)
		}
	}
	for code, d := range map[survey.Code]survey.Design{
		survey.CodeStratumUnknown: {Method: survey.Stratified, Size: 10, Sizes: map[string]int{"x": 1}},
		survey.CodeSampleSize:     {Method: survey.Stratified, Size: 10, Sizes: map[string]int{"a": 9}}, // less than the least of the others
	} {
		if _, err := sampling.Plan(d, strata); survey.CodeOf(err) != code {
			t.Errorf("%+v: %v", d.Sizes, err)
		}
	}
}
