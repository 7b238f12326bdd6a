package sampling

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

// network is the invented network of 300 in ten strata.
func network(minimum int) []Stratum {
	names := []string{"T1", "T2", "T3", "T4", "C1", "C2", "C3", "C4", "C5", "C6"}
	sizes := []int{46, 28, 24, 22, 44, 32, 30, 28, 26, 20}
	out := make([]Stratum, len(names))
	for i := range names {
		out[i] = Stratum{Name: names[i], Frame: sizes[i], Minimum: minimum}
	}
	return out
}

func TestAllocateGolden(t *testing.T) {
	t.Parallel()
	// Tie of two halves: the lesser name has it, wherever it stands.
	tie := []Stratum{{Name: "b", Frame: 1}, {Name: "a", Frame: 1}}
	whole := network(0)
	whole[9].TakeAll = true
	for name, c := range map[string]struct {
		strata []Stratum
		n      int
		want   []int
	}{
		"units.md, proportional":        {network(0), 120, []int{18, 11, 10, 9, 18, 13, 12, 11, 10, 8}},
		"units.md, at least 10":         {network(10), 120, []int{18, 11, 10, 10, 17, 12, 11, 11, 10, 10}},
		"methodology §4, proportional":  {[]Stratum{{Name: "1", Frame: 120}, {Name: "2", Frame: 80}, {Name: "3", Frame: 60}, {Name: "4", Frame: 40}}, 50, []int{20, 13, 10, 7}},
		"tie":                           {tie, 1, []int{0, 1}},
		"everybody":                     {network(2), 300, []int{46, 28, 24, 22, 44, 32, 30, 28, 26, 20}},
		"take all":                      {whole, 120, []int{16, 10, 9, 8, 16, 11, 11, 10, 9, 20}},
		"a stratum below its minimum":   {[]Stratum{{Name: "a", Frame: 4, Minimum: 10}, {Name: "b", Frame: 96, Minimum: 10}}, 20, []int{4, 16}},
		"an empty stratum":              {[]Stratum{{Name: "a", Minimum: 2}, {Name: "b", Frame: 9, Minimum: 2}}, 3, []int{0, 3}},
		"a minimum that eats all slack": {network(10), 100, []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10}},
		"all but one":                   {network(0), 299, []int{45, 28, 24, 22, 44, 32, 30, 28, 26, 20}},
	} {
		got, err := Allocate(c.strata, c.n)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		} else if sum(got) != c.n {
			t.Errorf("%s: %v adds up to %d, want %d", name, got, sum(got), c.n)
		}
	}
}

// The published take-all example is a Neyman allocation: its measure is N_h·S_h.
func TestApportionGolden(t *testing.T) {
	t.Parallel()
	frame := []int{120, 80, 60, 40}
	neyman := []int{1200, 1600, 300, 1200}
	root := make([]int, 4)
	for i, n := range frame {
		root[i] = int(1e6 * math.Sqrt(float64(n)))
	}
	for name, c := range map[string]struct {
		measure []int
		n       int
		want    []int
	}{
		"Neyman":           {neyman, 50, []int{14, 19, 3, 14}},
		"Neyman, take-all": {neyman, 150, []int{42, 57, 11, 40}},
		"square root":      {root, 50, []int{16, 13, 12, 9}},
	} {
		shares := make([]share, 4)
		for i := range shares {
			shares[i] = share{name: string(rune('1' + i)), measure: c.measure[i], low: 2, high: frame[i]}
		}
		if got := apportion(shares, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestApportionKeepsBoundsAndSum(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		shares := make([]share, 1+rng.IntN(8))
		least, most := 0, 0
		for i := range shares {
			high := rng.IntN(30)
			low := rng.IntN(high + 1)
			shares[i] = share{name: string(rune('a' + i)), measure: rng.IntN(40), low: low, high: high}
			if shares[i].measure == 0 {
				shares[i].high = low
			}
			least, most = least+low, most+shares[i].high
		}
		n := least + rng.IntN(most-least+1)
		got := apportion(slices.Clone(shares), n)
		if sum(got) != n {
			t.Fatalf("%+v: %v adds up to %d, want %d", shares, got, sum(got), n)
		}
		for i, s := range shares {
			if got[i] < s.low || got[i] > s.high {
				t.Fatalf("%+v: %d is out of bounds in %v", shares, i, got)
			}
		}
	}
}

func TestAllocateDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	strata := network(5)
	want, _ := Allocate(strata, 77)
	by := map[string]int{}
	for i, s := range strata {
		by[s.Name] = want[i]
	}
	for range 100 {
		rng.Shuffle(len(strata), func(i, j int) { strata[i], strata[j] = strata[j], strata[i] })
		got, _ := Allocate(strata, 77)
		for i, s := range strata {
			if got[i] != by[s.Name] {
				t.Fatalf("%s: got %d, want %d", s.Name, got[i], by[s.Name])
			}
		}
	}
}

func TestAllocateRefusals(t *testing.T) {
	t.Parallel()
	fifty := []Stratum{{Frame: 50, Minimum: 2}}
	for name, c := range map[string]struct {
		strata   []Stratum
		n        int
		code     survey.Code
		from, to string
	}{
		"too many": {fifty, 51, survey.CodeSampleSize, "2", "50"},
		"too few":  {fifty, 1, survey.CodeSampleSize, "2", "50"},
		"negative": {fifty, -7, survey.CodeSampleSize, "2", "50"},
		"minima":   {network(10), 99, survey.CodeSampleSize, "100", "300"},
		"empty":    {[]Stratum{{Name: "a"}}, 1, survey.CodeFrameEmpty, "", ""},
		"nothing":  {nil, 1, survey.CodeFrameEmpty, "", ""},
	} {
		_, err := Allocate(c.strata, c.n)
		var e *survey.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Args["from"] != c.from || e.Args["to"] != c.to {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func sum(ns []int) int {
	total := 0
	for _, n := range ns {
		total += n
	}
	return total
}
