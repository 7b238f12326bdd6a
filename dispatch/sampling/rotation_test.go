package sampling

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/survey"
)

// rounds draws the waves of one series in memory, as dispatch/postgres does.
type rounds struct {
	design survey.Design
	turn   int
	before map[string]survey.Draw
	draws  []survey.Draw // of the last wave
}

func series(seed uint64, size int, r *survey.Rotation) *rounds {
	return &rounds{design: survey.Design{Method: survey.Stratified, Size: size, Minimum: 1, Seed: seed, Rotation: r},
		before: map[string]survey.Draw{}}
}

func overlap(share float64) *survey.Rotation { return &survey.Rotation{Overlap: &share} }

// wave draws the next sample from units; resting are left out of the frame.
func (s *rounds) wave(t testing.TB, units []survey.FrameUnit, resting ...survey.FrameUnit) []survey.FrameUnit {
	t.Helper()
	var names []string
	for _, u := range units {
		names = append(names, u.Stratum)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var strata []Stratum
	var places []Place
	in := map[string][]survey.FrameUnit{}
	for _, name := range names {
		p := Place{}
		n := 0
		for _, u := range units {
			if u.Stratum != name {
				continue
			}
			n++
			if r := s.design.Rotation; r != nil && InTurn(Group(u.Random, s.design.Seed, max(r.Groups, 1)), *r, s.turn) {
				p.Active++
				in[name] = append(in[name], u)
			} else if r == nil || r.Groups == 0 {
				in[name] = append(in[name], u)
			}
		}
		p.Circle = n + len(stratum(resting, name))
		if d, ok := s.before[name]; ok {
			p.Before = &d
		}
		strata, places = append(strata, Stratum{Name: name, Frame: n}), append(places, p)
	}
	planned, err := Plan(s.design, strata)
	if err != nil {
		t.Fatal(err)
	}
	s.draws = Rotate(s.design, s.turn, planned, places)
	var out []survey.FrameUnit
	for i := range s.draws {
		d := &s.draws[i]
		here, rest := stratum(units, d.Stratum), stratum(resting, d.Stratum)
		d.Start = Locate(slices.Concat(here, rest), *d)
		out = append(out, Select(in[d.Stratum], *d)...)
		d.Advance = Span(here, rest, *d, d.Advance)
		s.before[d.Stratum] = *d
	}
	s.turn++
	return out
}

func stratum(units []survey.FrameUnit, name string) []survey.FrameUnit {
	return slices.DeleteFunc(slices.Clone(units), func(u survey.FrameUnit) bool { return u.Stratum != name })
}

func common(a, b []survey.FrameUnit) int {
	n := 0
	for _, u := range a {
		if slices.Contains(b, u) {
			n++
		}
	}
	return n
}

// On a frame that does not change, overlap 1 keeps everybody and overlap 0 the
// fewest possible, and asks everybody equally often.
func TestOverlapOneAndZeroAreExact(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 32))
	for range 300 {
		frameSize := 2 + rng.IntN(60)
		size := 1 + rng.IntN(frameSize)
		units := frame(rng, frameSize, "")
		keep, change := series(rng.Uint64(), size, overlap(1)), series(rng.Uint64(), size, overlap(0))
		asked := map[survey.ContactID]int{}
		var kept, changed []survey.FrameUnit
		for w := range 12 {
			k, c := keep.wave(t, units), change.wave(t, units)
			if len(k) != size || len(c) != size {
				t.Fatalf("samples of %d and %d, want %d", len(k), len(c), size)
			}
			if w > 0 && common(k, kept) != size {
				t.Fatalf("overlap 1: %d of %d are kept", common(k, kept), size)
			}
			if least := max(0, 2*size-frameSize); w > 0 && common(c, changed) != least {
				t.Fatalf("overlap 0: %d of %d (frame %d) are kept, want %d", common(c, changed), size, frameSize, least)
			}
			for _, u := range c {
				asked[u.ContactID]++
			}
			most, least := 0, math.MaxInt
			for _, u := range units {
				most, least = max(most, asked[u.ContactID]), min(least, asked[u.ContactID])
			}
			if most-least > 1 {
				t.Fatalf("after %d waves of %d from %d, some were asked %d times and others %d", w+1, size, frameSize, most, least)
			}
			kept, changed = k, c
		}
	}
}

// The overlap of any share is what its definition says, and on average the share
// itself.
func TestOverlapOfAShare(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(33, 34))
	const frameSize, size, seeds = 40, 11, 4000
	for _, share := range []float64{0.1, 0.25, 0.5, 2.0 / 3, 0.75, 0.9} {
		total := 0
		for range seeds {
			units := frame(rng, frameSize, "")
			s := series(rng.Uint64()>>11, size, overlap(share))
			first := s.wave(t, units)
			k := s.draws[0].Advance
			n := common(first, s.wave(t, units))
			if want := max(0, size-k) + max(0, size+k-frameSize); n != want {
				t.Fatalf("share %v: %d of %d are kept though the start passed %d, want %d", share, n, size, k, want)
			}
			if exact := (1 - share) * size; float64(k) < math.Floor(exact) || float64(k) > math.Ceil(exact) {
				t.Fatalf("share %v of %d: the start passed %d", share, size, k)
			}
			total += n
		}
		got, se := float64(total)/seeds/size, math.Sqrt(share*(1-share)/(seeds*size))
		if math.Abs(got-share) > 4*se {
			t.Errorf("overlap %.4f, want %.4f within %.4f", got, share, 4*se)
		}
	}
}

// The lists of five waves: people leave, join and change their stratum, and the
// sizes of the strata change with them.
func changing() (waves [][]survey.FrameUnit, people int) {
	in := map[survey.ContactID]string{}
	for id := survey.ContactID(1); id <= 12; id++ {
		in[id] = "a"
	}
	for id := survey.ContactID(13); id <= 18; id++ {
		in[id] = "b"
	}
	for _, change := range []map[survey.ContactID]string{
		{},
		{19: "a", 2: "", 20: "b"},               // one joins each, one leaves
		{1: "b", 13: "a", 21: "a", 22: "a"},     // two change places, two join
		{3: "", 4: "", 5: "", 23: "b", 24: "b"}, // three leave, two join
		{6: "b", 25: "a", 19: "", 26: "a", 1: "a"}, // one comes back to where it was
		{27: "a"}, {28: "a"}, {29: "a"}, {30: "b", 31: "a"},
	} {
		for id, name := range change {
			in[id] = name
		}
		var units []survey.FrameUnit
		for id, name := range in {
			if name != "" {
				units = append(units, survey.FrameUnit{ContactID: id, Stratum: name})
			}
			people = max(people, int(id))
		}
		slices.SortFunc(units, func(a, b survey.FrameUnit) int { return int(a.ContactID - b.ContactID) })
		waves = append(waves, units)
	}
	return waves, people
}

// Whatever the rotation, and whoever joins, leaves or moves, every wave is a
// simple random sample within each stratum: everybody is in it with n_h/N_h, and
// every two of a stratum with n_h(n_h−1)/(N_h(N_h−1)).
func TestEveryWaveIsASimpleRandomSample(t *testing.T) {
	t.Parallel()
	seeds := 20_000
	if testing.Short() {
		seeds = 4000
	}
	for name, r := range map[string]*survey.Rotation{"overlap 0": overlap(0), "overlap 1": overlap(1), "overlap 0.6": overlap(0.6), "none": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := seeds
			if name == "overlap 1" || name == "none" { // the start does not move: less to see
				n /= 5
			}
			simpleRandom(t, n, r)
		})
	}
}

func simpleRandom(t *testing.T, seeds int, r *survey.Rotation) {
	waves, people := changing()
	rng := rand.New(rand.NewPCG(35, 36))
	type pair struct{ a, b survey.ContactID }
	hits, both := make([]map[survey.ContactID]int, len(waves)), make([]map[pair]int, len(waves))
	draws := make([][]survey.Draw, len(waves))
	for w := range waves {
		hits[w], both[w] = map[survey.ContactID]int{}, map[pair]int{}
	}
	numbers := make([]survey.RandomNumber, people+1)
	for range seeds {
		for i := range numbers {
			numbers[i] = survey.RandomNumber(rng.Uint64())
		}
		s := series(rng.Uint64()>>11, 7, r)
		for w, list := range waves {
			units := slices.Clone(list)
			for i := range units {
				units[i].Random = numbers[units[i].ContactID]
			}
			sample := s.wave(t, units)
			draws[w] = s.draws
			for i, u := range sample {
				hits[w][u.ContactID]++
				for _, v := range sample[i+1:] {
					if u.Stratum == v.Stratum {
						both[w][pair{min(u.ContactID, v.ContactID), max(u.ContactID, v.ContactID)}]++
					}
				}
			}
		}
	}
	near := func(n int, p float64, what string) {
		t.Helper()
		if se := math.Sqrt(p * (1 - p) / float64(seeds)); math.Abs(float64(n)/float64(seeds)-p) > 4*se+1e-12 {
			t.Errorf("%s: %.4f of the samples, want %.4f within %.4f", what, float64(n)/float64(seeds), p, 4*se)
		}
	}
	for w, list := range waves {
		for i, u := range list {
			d := draws[w][slices.IndexFunc(draws[w], func(d survey.Draw) bool { return d.Stratum == u.Stratum })]
			near(hits[w][u.ContactID], Inclusion(d), fmt.Sprintf("wave %d, person %d", w+1, u.ContactID))
			n, all := float64(d.Size), float64(d.Frame)
			if d.Size < 2 {
				continue
			}
			for _, v := range list[i+1:] {
				if v.Stratum == u.Stratum && (w == 4 || w == 7) { // enough to see it, and quick
					near(both[w][pair{u.ContactID, v.ContactID}], n*(n-1)/(all*(all-1)),
						fmt.Sprintf("wave %d, persons %d and %d", w+1, u.ContactID, v.ContactID))
				}
			}
		}
	}
}

// Where a tenth of the list is new, the start stands where it stood among the
// others: a wave or two share a person, not as many as have joined.
func TestAStartMovesWithItsFrame(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(45, 46))
	const seeds = 300
	shared := 0
	for range seeds {
		units := frame(rng, 330, "")
		s := series(rng.Uint64(), 100, overlap(0))
		s.wave(t, units[:300])
		before := s.wave(t, units[:300])
		shared += common(before, s.wave(t, units))
	}
	if mean := float64(shared) / seeds; mean > 2 {
		t.Errorf("waves with overlap 0 share %.1f people where 30 of 330 are new", mean)
	}
}

// Groups take turns: everybody is asked for Stay waves in a row of every Groups,
// and each wave is a simple random sample of its size.
func TestRotationGroups(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(37, 38))
	r := survey.Rotation{Groups: 5, Stay: 2}
	units := frame(rng, 200, "a", "b")
	s := series(77, 0, &r)
	s.design.Method = survey.Census
	asked := map[survey.ContactID][]int{}
	for w := range 10 {
		sample := s.wave(t, units)
		for _, u := range sample {
			asked[u.ContactID] = append(asked[u.ContactID], w)
		}
		for _, d := range s.draws {
			if n := len(stratum(sample, d.Stratum)); n != d.Size || math.Abs(Weight(d)*float64(n)-float64(d.Frame)) > 1e-9 {
				t.Errorf("wave %d: %d of stratum %s with weight %v, want to add up to %d", w, n, d.Stratum, Weight(d), d.Frame)
			}
		}
	}
	for _, u := range units {
		waves := asked[u.ContactID]
		g := Group(u.Random, 77, r.Groups)
		// Group g is asked in the waves t with g in {t, t+1} modulo 5.
		var want []int
		for w := range 10 {
			if w%5 == g || (w+1)%5 == g {
				want = append(want, w)
			}
		}
		if !slices.Equal(waves, want) {
			t.Fatalf("group %d was asked in %v, want %v", g, waves, want)
		}
	}
}

func TestGroupsAreUniformAndApartFromTheCircle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(39, 40))
	const groups, n = 7, 70_000
	var counts, low [groups]float64
	for range n {
		u := survey.RandomNumber(rng.Uint64())
		g := Group(u, 123, groups)
		counts[g]++
		if u < 1<<63 {
			low[g]++
		}
	}
	chi, apart := 0.0, 0.0
	for g := range groups {
		chi += (counts[g] - n/groups) * (counts[g] - n/groups) / (n / groups)
		apart += (low[g] - counts[g]/2) * (low[g] - counts[g]/2) / (counts[g] / 4)
	}
	if chi > 30 || apart > 32 { // 6 and 7 degrees of freedom: one seed in 25,000
		t.Errorf("chi-square of the groups %.1f, of the halves of the circle %.1f", chi, apart)
	}
}

// With groups, too, everybody is in a wave with n_h/N_h.
func TestSamplesOfRotationGroupsAreSimpleRandom(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 42))
	const frameSize, size, seeds, wave = 20, 4, 20_000, 3
	var hits [frameSize + 1]int
	drawn := 0
	for range seeds {
		s := series(rng.Uint64()>>11, size, &survey.Rotation{Groups: 4, Stay: 2})
		units := frame(rng, frameSize, "")
		var sample []survey.FrameUnit
		for range wave {
			sample = s.wave(t, units)
		}
		for _, u := range sample {
			hits[u.ContactID]++
		}
		drawn += len(sample)
	}
	p := float64(drawn) / seeds / frameSize
	for id, n := range hits[1:] {
		if se := math.Sqrt(p * (1 - p) / seeds); math.Abs(float64(n)/seeds-p) > 4*se {
			t.Errorf("person %d: %.4f, want %.4f within %.4f", id+1, float64(n)/seeds, p, 4*se)
		}
	}
}

// Whoever rests keeps the place in the circle: the waves go on round it, nobody
// is passed over for ever, and nobody is asked who rests.
func TestRotationGoesRoundThoseWhoRest(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(43, 44))
	for range 100 {
		frameSize := 30 + rng.IntN(30)
		size := 1 + rng.IntN(frameSize/4)
		rest := 1 + rng.IntN(2) // waves
		all := frame(rng, frameSize, "")
		s := series(rng.Uint64(), size, overlap(0))
		asked := map[survey.ContactID]int{}
		var last [][]survey.FrameUnit
		for range 24 {
			resting := slices.Concat(last[max(0, len(last)-rest):]...)
			units := slices.DeleteFunc(slices.Clone(all), func(u survey.FrameUnit) bool { return slices.Contains(resting, u) })
			sample := s.wave(t, units, resting...)
			if common(sample, resting) > 0 {
				t.Fatal("somebody who rests was asked")
			}
			for _, u := range sample {
				asked[u.ContactID]++
			}
			last = append(last, sample)
			most, least := 0, math.MaxInt
			for _, u := range all {
				most, least = max(most, asked[u.ContactID]), min(least, asked[u.ContactID])
			}
			if most-least > 1 {
				t.Fatalf("some of %d were asked %d times, others %d", frameSize, most, least)
			}
		}
	}
}

// The derivation of groups is part of the record of old waves.
func TestGroupIsFrozen(t *testing.T) {
	t.Parallel()
	for number, want := range map[survey.RandomNumber]int{0: 747, 1 << 63: 616, 1<<64 - 1: 274} {
		if got := Group(number, 42, 1000); got != want {
			t.Errorf("Group(%d, 42, 1000) = %d, want %d; a new derivation needs a new Algorithm", number, got, want)
		}
	}
}
