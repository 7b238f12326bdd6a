package dispatch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"canvass/dispatch/results"
	"canvass/dispatch/survey"
)

// steps is a scale of so many steps.
func steps(n int) results.Question {
	q := results.Question{Name: "q", Type: results.Scale, Kind: survey.OwnOpinion, Label: map[survey.Lang]string{survey.Vietnamese: "Câu hỏi"}}
	for i := range n {
		q.Options = append(q.Options, results.Option{Code: strconv.Itoa(i + 1)})
	}
	return q
}

// waveOf is a wave in which so many gave each answer.
func waveOf(id int, q results.Question, counts []int) *Counted {
	t := results.NewTally(q)
	n := 0
	for i, of := range counts {
		for range of {
			n++
			t.Add(results.Row{Weight: 2, Mode: survey.Web, Answer: survey.Answer{Value: survey.AnswerText(q.Options[i].Code)}})
		}
	}
	c := &Counted{ID: survey.CampaignID(id), Tallies: []*results.Tally{t}, Frame: results.Frame{"": float64(3 * n)}}
	c.Tables = append(c.Tables, t.Table())
	return c
}

func nobodyTwice(_, _ *Counted) int { return 0 }

// What is followed is followed in each wave where all that it is made of is shown.
func TestEveryAnswerCanBeFollowed(t *testing.T) {
	t.Parallel()
	q := steps(5)
	waves := []*Counted{waveOf(1, q, []int{10, 10, 20, 40, 20}), waveOf(2, q, []int{2, 8, 20, 40, 30}), waveOf(3, q, []int{0, 10, 20, 30, 40})}
	shown, _ := waves[2].ShownOf("q")
	var keys []string
	for _, f := range shown.Follows() {
		keys = append(keys, f.Key)
	}
	if fmt.Sprint(keys) != "[=1 =2 =3 =4 =5 first2 last2 mean]" {
		t.Fatalf("%v", keys)
	}
	for key, want := range map[string][]string{"=1": {"0.100", "-", "0.000"}, "=4": {"0.400", "0.400", "0.300"}, "first2": {"0.200", "-", "0.100"}, "last2": {"0.600", "0.700", "0.700"}, "mean": {"3.500", "-", "4.000"}} {
		f := shown.Follows()[slices.Index(keys, key)]
		var got []string
		for _, p := range Trend(waves, "q", f, nobodyTwice) {
			if p.Withheld || p.Other {
				got = append(got, "-")
			} else {
				got = append(got, strconv.FormatFloat(p.Estimate.Value, 'f', 3, 64))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
	last := Trend(waves, "q", Followed{FollowLast, []string{"4", "5"}}, nobodyTwice)
	if c := last[1].Change; !c.Known || math.Abs(c.By-.1) > 1e-9 || !last[1].Estimate.Known || last[1].Estimate.Low >= .7 || last[1].Estimate.High <= .7 {
		t.Errorf("two steps together: %+v", last[1])
	}
	if few := steps(3); len(waveOf(1, few, []int{9, 9, 9}).Shown()[0].Follows()) != 4 {
		t.Error("two of three steps are all but one")
	}
	other := steps(5)
	other.Options[0].Label = map[survey.Lang]string{survey.Vietnamese: "khác"}
	if p := Trend([]*Counted{waveOf(1, other, []int{10, 10, 20, 40, 20}), waves[2]}, "q", FollowCode("2"), nobodyTwice); !p[0].Other {
		t.Error("a question in other words is compared")
	}
}

// An attacker who has everything that is drawn over the waves, whatever is followed, and
// what the table of each wave shows, finds no count of few by elimination.
func TestNothingHiddenFollowsFromTrends(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(7, 39))
	hides, drawn := 0, 0
	for range 300 {
		n := 2 + rnd.IntN(5)
		q := steps(n)
		var waves []*Counted
		var counts [][]int
		for w := range 1 + rnd.IntN(4) {
			row := make([]int, n)
			for i := range row {
				row[i] = rnd.IntN(1 + rnd.IntN(40))
			}
			counts, waves = append(counts, row), append(waves, waveOf(w+1, q, row))
		}
		at := func(wave, answer int) int { return wave*n + answer }
		var known [][]float64
		equation := func(of func(eq []float64)) {
			eq := make([]float64, n*len(waves)+1)
			of(eq)
			known = append(known, eq)
		}
		tell := func(w int, f Followed, e results.Estimate) {
			equation(func(eq []float64) {
				for i := range n {
					switch {
					case len(f.Codes) == 0:
						eq[at(w, i)] = float64(i + 1)
					case slices.Contains(f.Codes, strconv.Itoa(i+1)):
						eq[at(w, i)] = 1
					}
				}
				eq[len(eq)-1] = e.Value * float64(e.N)
			})
		}
		for w, c := range waves {
			shown, _ := c.ShownOf("q")
			if shown.Withheld {
				continue
			}
			equation(func(eq []float64) { // how many answered
				for i := range n {
					eq[at(w, i)] = 1
				}
				eq[len(eq)-1] = float64(shown.Base.N)
			})
			if shown.Mean != nil {
				tell(w, Followed{Key: FollowMean}, *shown.Mean)
			}
		}
		model, _ := waves[len(waves)-1].ShownOf("q")
		for _, f := range model.Follows() {
			for w, p := range Trend(waves, "q", f, nobodyTwice) {
				if !p.Withheld && !p.Other {
					tell(w, f, p.Estimate)
					drawn++
				}
			}
		}
		for cell, n0 := range determined(known) {
			w, i := cell/n, cell%n
			if c := counts[w][i]; c > 0 && c < FewAnswers {
				t.Fatalf("%v tells that %d gave answer %d in wave %d (%v)", counts, c, i+1, w+1, n0)
			}
		}
		for _, row := range counts {
			for _, c := range row {
				if c > 0 && c < FewAnswers {
					hides++
				}
			}
		}
	}
	if hides < 100 || drawn < 1000 {
		t.Errorf("%d cells to hide and %d points drawn: that tests nothing", hides, drawn)
	}
}

// determined are the unknowns that linear equations determine, with their values.
func determined(eqs [][]float64) map[int]float64 {
	out := map[int]float64{}
	if len(eqs) == 0 {
		return out
	}
	rank, last := 0, len(eqs[0])-1
	for k := range last {
		p := rank
		for i := rank; i < len(eqs); i++ {
			if math.Abs(eqs[i][k]) > math.Abs(eqs[p%len(eqs)][k]) {
				p = i
			}
		}
		if rank == len(eqs) || math.Abs(eqs[p][k]) < 1e-9 {
			continue
		}
		eqs[rank], eqs[p] = eqs[p], eqs[rank]
		lead := eqs[rank][k]
		for x := range eqs[rank] {
			eqs[rank][x] /= lead
		}
		for y := range eqs {
			if f := eqs[y][k]; y != rank && f != 0 {
				for x := range eqs[y] {
					eqs[y][x] -= f * eqs[rank][x]
				}
			}
		}
		rank++
	}
	for _, eq := range eqs[:rank] {
		only, n := 0, 0
		for k := range last {
			if math.Abs(eq[k]) > 1e-9 {
				only, n = k, n+1
			}
		}
		if n == 1 {
			out[only] = eq[last]
		}
	}
	return out
}

// A number that few gave stands in a bin of at least so many, whatever the numbers are, and
// the bins have everybody.
func TestNumbersOfFewAreJoined(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 39))
	joined := 0
	for range 300 {
		q := results.Question{Name: "q", Type: results.Integer, Label: map[survey.Lang]string{survey.Vietnamese: "Mấy lần?"}}
		tally := results.NewTally(q)
		n := 5 + rnd.IntN(60)
		span := 1 + rnd.IntN(40)
		for range n {
			tally.Add(results.Row{Weight: 1, Mode: survey.Web, Answer: survey.Answer{Value: survey.AnswerText(strconv.Itoa(rnd.IntN(span)))}})
		}
		c := Counted{Tallies: []*results.Tally{tally}, Frame: results.Frame{"": 900}}
		c.Tables = append(c.Tables, tally.Table())
		shown, _ := c.ShownOf("q")
		if shown.Mean == nil || shown.Hides {
			t.Fatalf("%+v", shown)
		}
		sum := 0
		for i, b := range shown.Bins {
			if sum += b.Count.N; b.Count.N > 0 && b.Count.N < FewAnswers || i > 0 && b.From != shown.Bins[i-1].To {
				t.Fatalf("%+v", shown.Bins)
			}
			joined++
		}
		if shown.Lines == nil && sum != n {
			t.Fatalf("%d of %d in %+v", sum, n, shown.Bins)
		}
	}
	if joined < 500 {
		t.Errorf("%d bins", joined)
	}
}
