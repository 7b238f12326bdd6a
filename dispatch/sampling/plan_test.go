package sampling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

func TestPlan(t *testing.T) {
	t.Parallel()
	draws, err := Plan(survey.Design{Method: survey.Stratified, Size: 120, Minimum: 10, Seed: 7}, network(0))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, d := range draws {
		sizes = append(sizes, d.Size)
		if d.Start != Start(7, d.Stratum) {
			t.Errorf("%s: start does not come from seed and name", d.Stratum)
		}
	}
	if want := []int{18, 11, 10, 10, 17, 12, 11, 11, 10, 10}; !slices.Equal(sizes, want) {
		t.Errorf("sizes %v, want %v", sizes, want)
	}
	weights := map[string]float64{"T1": 2.5556, "T4": 2.2, "C1": 2.5882, "C2": 2.6667, "C3": 2.7273, "C6": 2}
	for _, d := range draws {
		if want, ok := weights[d.Stratum]; ok && math.Abs(Weight(d)-want) > 5e-5 {
			t.Errorf("%s: weight %v, want %v", d.Stratum, Weight(d), want)
		}
	}

	census, err := Plan(survey.Design{Method: survey.Census, Size: 5}, network(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range census {
		if d.Size != d.Frame || Weight(d) != 1 || Inclusion(d) != 1 {
			t.Errorf("census: %+v", d)
		}
	}

	srs, err := Plan(survey.Design{Method: survey.SRS, Size: 20}, []Stratum{{Frame: 50}})
	if err != nil || len(srs) != 1 || srs[0].Size != 20 || Inclusion(srs[0]) != 0.4 {
		t.Errorf("srs: %+v, %v", srs, err)
	}
}

func TestPlanRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		design survey.Design
		strata []Stratum
		want   survey.Code
	}{
		"one person has no standard error": {survey.Design{Method: survey.SRS, Size: 1}, []Stratum{{Frame: 50}}, survey.CodeSampleSize},
		"two in each of ten strata":        {survey.Design{Method: survey.Stratified, Size: 19}, network(0), survey.CodeSampleSize},
		"srs from strata":                  {survey.Design{Method: survey.SRS, Size: 20}, network(0), survey.CodeStratumUnknown},
		"no such stratum":                  {survey.Design{Method: survey.Stratified, Size: 120, TakeAll: []string{"C9"}}, network(0), survey.CodeStratumUnknown},
		"no such method":                   {survey.Design{Method: "quota", Size: 120}, network(0), survey.CodeCampaignInvalid},
		"empty census":                     {survey.Design{Method: survey.Census}, nil, survey.CodeFrameEmpty},
	} {
		if _, err := Plan(c.design, c.strata); survey.CodeOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if _, err := Plan(survey.Design{Method: survey.SRS, Size: 1, Minimum: 1}, []Stratum{{Frame: 50}}); err != nil {
		t.Errorf("a minimum of 1 was asked for: %v", err)
	}
}

// Start is part of the record of old draws: it must never change under the same
// Algorithm.
func TestStartIsFrozen(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]survey.RandomNumber{"": 6103492516678398846, "C2 Ven biển": 15226965478483271282} {
		if got := Start(42, name); got != want {
			t.Errorf("Start(42, %q) = %d, want %d; a new derivation needs a new Algorithm", name, got, want)
		}
	}
}

func frame(rng *rand.Rand, n int, strata ...string) []survey.FrameUnit {
	out := make([]survey.FrameUnit, n)
	for i := range out {
		out[i] = survey.FrameUnit{ContactID: survey.ContactID(i + 1), Stratum: strata[rng.IntN(len(strata))],
			Random: survey.RandomNumber(rng.Uint64())}
	}
	return out
}

// slowSelect is the sentence of the method, word by word.
func slowSelect(units []survey.FrameUnit, d survey.Draw) []survey.FrameUnit {
	var after, before []survey.FrameUnit
	for _, u := range units {
		switch {
		case u.Stratum != d.Stratum:
		case u.Random >= d.Start:
			after = append(after, u)
		default:
			before = append(before, u)
		}
	}
	by := func(a, b survey.FrameUnit) int {
		return cmp.Or(cmp.Compare(a.Random, b.Random), cmp.Compare(a.ContactID, b.ContactID))
	}
	slices.SortFunc(after, by)
	slices.SortFunc(before, by)
	return slices.Concat(after, before)[:d.Size]
}

func TestSelectTakesTheFirstFromTheStart(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 1_000 {
		units := frame(rng, 1+rng.IntN(60), "a", "b", "c")
		for i := range units { // few distinct numbers: ties must be met
			if rng.IntN(3) == 0 {
				units[i].Random = survey.RandomNumber(rng.IntN(4)) << 62
			}
		}
		for _, name := range []string{"a", "b", "c"} {
			n := 0
			for _, u := range units {
				if u.Stratum == name {
					n++
				}
			}
			d := survey.Draw{Stratum: name, Frame: n, Size: rng.IntN(n + 1), Start: units[rng.IntN(len(units))].Random + survey.RandomNumber(rng.IntN(2))}
			got, want := Select(units, d), slowSelect(units, d)
			if !slices.Equal(got, want) || len(got) != d.Size {
				t.Fatalf("%+v: got %v, want %v", d, got, want)
			}
			total := 0.0
			for range got {
				total += Weight(d)
			}
			if d.Size > 0 && math.Abs(total-float64(n)) > 1e-9 {
				t.Fatalf("weights add up to %v, want N_h = %d", total, n)
			}
		}
	}
}

// Over many starts every unit is equally likely, whatever its number: the
// numbers of one frame are fixed, so the frame is redrawn as well.
func TestSelectIsUniform(t *testing.T) {
	t.Parallel()
	const frameSize, size, rounds = 40, 10, 20_000
	rng := rand.New(rand.NewPCG(7, 8))
	var hits [frameSize + 1]float64
	for range rounds {
		units := frame(rng, frameSize, "")
		for _, u := range Select(units, survey.Draw{Frame: frameSize, Size: size, Start: survey.RandomNumber(rng.Uint64())}) {
			hits[u.ContactID]++
		}
	}
	// Without replacement the cells vary less than Poisson: by the share 1-n/N.
	want := float64(rounds) * size / frameSize
	chi := 0.0
	for _, h := range hits[1:] {
		chi += (h - want) * (h - want) / want
	}
	chi /= 1 - float64(size)/frameSize
	// 39 degrees of freedom: 0.0001 of all seeds exceed 80.
	if chi > 80 {
		t.Errorf("chi-square %.1f", chi)
	}
}

func TestTheSameStartKeepsTheSample(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 10))
	units := frame(rng, 300, "")
	d := survey.Draw{Frame: 300, Size: 100, Start: Start(1, "")}
	first := ids(Select(units, d))
	if again := ids(Select(units, d)); !slices.Equal(again, first) {
		t.Error("the same draw differs")
	}
	d.Size = 130
	if larger := ids(Select(units, d)); !slices.Equal(larger[:100], first) {
		t.Error("a larger sample does not hold the smaller one")
	}
	// Leavers are replaced by as many; nobody else changes.
	stayed := slices.DeleteFunc(slices.Clone(units), func(u survey.FrameUnit) bool {
		return u.ContactID == first[3] || u.ContactID == first[50]
	})
	d.Size = 100
	next := ids(Select(stayed, d))
	kept := 0
	for _, id := range next {
		if slices.Contains(first, id) {
			kept++
		}
	}
	if kept != 98 {
		t.Errorf("98 of the sample stayed in the frame, %d were kept", kept)
	}
}

func TestReplicates(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 12))
	sample := frame(rng, 200, "a", "b", "c")
	const r = 4
	got := Replicates(sample, 99, r)
	if len(got) != len(sample) {
		t.Fatalf("%d of %d have a replicate", len(got), len(sample))
	}
	counts := map[string]*[r]int{"a": {}, "b": {}, "c": {}}
	for _, u := range sample {
		counts[u.Stratum][got[u.ContactID]]++
	}
	for name, c := range counts {
		if slices.Max(c[:])-slices.Min(c[:]) > 1 {
			t.Errorf("stratum %s is split unevenly: %v", name, *c)
		}
	}
	shuffled := slices.Clone(sample)
	rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	other, same := Replicates(sample, 100, r), 0
	for id, n := range Replicates(shuffled, 99, r) {
		if got[id] != n {
			t.Fatal("the order of the sample decides")
		}
		if other[id] == n {
			same++
		}
	}
	if same == len(sample) {
		t.Error("the seed does not matter")
	}
	for _, n := range Replicates(sample, 99, 0) {
		if n != 0 {
			t.Fatal("no replicates asked for: everybody is in the first")
		}
	}
}

func TestFrameHash(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(13, 14))
	units := frame(rng, 50, "a", "b")
	want := FrameHash(units)
	shuffled := slices.Clone(units)
	slices.Reverse(shuffled)
	if FrameHash(shuffled) != want {
		t.Error("the order of units matters")
	}
	for name, change := range map[string]func(*survey.FrameUnit){
		"id":      func(u *survey.FrameUnit) { u.ContactID = 1000 },
		"stratum": func(u *survey.FrameUnit) { u.Stratum += "x" },
		"number":  func(u *survey.FrameUnit) { u.Random++ },
	} {
		other := slices.Clone(units)
		change(&other[20])
		if FrameHash(other) == want {
			t.Errorf("%s is not in the hash", name)
		}
	}
	if FrameHash(units[1:]) == want {
		t.Error("a missing unit is not seen")
	}
}

func ids(units []survey.FrameUnit) []survey.ContactID {
	out := make([]survey.ContactID, len(units))
	for i, u := range units {
		out[i] = u.ContactID
	}
	return out
}
