package results

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// Frame is how many people of the frame stand behind each stratum of the answers: the
// sum of the base weights of its released cases.
type Frame map[string]float64

// All is how many people the frame has.
func (f Frame) All() float64 {
	n := 0.0
	for _, s := range slices.Sorted(maps.Keys(f)) {
		n += f[s]
	}
	return n
}

// scores are the linearised scores of one stratum: of whom it is known that they
// responded, and the sums of their scores and of the squares. Who is outside the domain
// has the score 0.
type scores struct {
	responded    int
	frame        float64
	sum, squares float64
}

// variance is Σ(1−f)·r/(r−1)·Σ(u−ū)² over strata, responding taken as a second random
// phase within each [methodology §9.3, §9.7]. Strata with one respondent are joined with
// each other, and with the largest if there is only one. It is false with fewer than two
// respondents.
func variance(strata []scores) (float64, bool) {
	var kept []scores
	var lonely scores
	for _, s := range strata {
		switch s.responded {
		case 0:
		case 1:
			lonely = lonely.joined(s)
		default:
			kept = append(kept, s)
		}
	}
	switch {
	case lonely.responded > 1:
		kept = append(kept, lonely)
	case lonely.responded == 1 && len(kept) > 0:
		slices.SortStableFunc(kept, func(a, b scores) int { return b.responded - a.responded })
		kept[0] = kept[0].joined(lonely)
	}
	v := 0.0
	for _, s := range kept {
		r := float64(s.responded)
		f := 0.0
		if s.frame > 0 {
			f = math.Min(r/s.frame, 1)
		}
		v += (1 - f) * r / (r - 1) * math.Max(s.squares-s.sum*s.sum/r, 0)
	}
	return v, len(kept) > 0
}

func (s scores) joined(b scores) scores {
	return scores{s.responded + b.responded, s.frame + b.frame, s.sum + b.sum, s.squares + b.squares}
}

// Domain is a part of the responses for which figures are given; nil is all of them.
type Domain func(Place) bool

// score says of a cell the sum of the scores of its respondents, and that of the squares.
type score func(cell) (sum, squares float64)

// sampled are the strata of a domain.
type sampled struct {
	strata  []scores
	freedom int // Σ(r−1) over those who answered
}

// fraction is the part of the frame that responded.
func (s sampled) fraction() float64 {
	r, n := 0.0, 0.0
	for _, x := range s.strata {
		r, n = r+float64(x.responded), n+x.frame
	}
	if n <= 0 {
		return 0
	}
	return math.Min(r/n, 1)
}

// sample sums up the strata that a domain has part in: respondents over all places, the
// scores over the domain. Where answers stand under names that the frame does not have,
// because strata were joined to name nobody, all is one stratum.
func (t *Tally) sample(in Domain, f Frame, of score) sampled {
	known := true
	for at := range t.cells {
		_, ok := f[at.Stratum]
		known = known && ok
	}
	by, inside := map[string]*scores{}, map[string]int{}
	for _, at := range t.Places() {
		name, size := at.Stratum, f[at.Stratum]
		if !known {
			name, size = "", f.All()
		}
		c, s := t.cells[at], by[name]
		if s == nil {
			s = &scores{frame: size}
			by[name] = s
		}
		s.responded += c.all.N
		if in == nil || in(at) {
			sum, squares := of(*c)
			s.sum, s.squares = s.sum+sum, s.squares+squares
			inside[name] += c.base.N
		}
	}
	var out sampled
	for _, name := range slices.Sorted(maps.Keys(by)) {
		if inside[name] > 0 {
			out.strata = append(out.strata, *by[name])
			out.freedom += inside[name] - 1
		}
	}
	return out
}

// Share is the weighted share of those in a domain who gave the answer code, of those
// in it who answered, with its interval by Korn and Graubard (see korn).
func (t *Tally) Share(code string, in Domain, f Frame) Estimate {
	return t.ShareOf([]string{code}, in, f)
}

// ShareOf is the share of those who gave one of several answers, as Share. It holds only
// where nobody gives two of them.
func (t *Tally) ShareOf(codes []string, in Domain, f Frame) Estimate {
	of := func(c cell) (m Mass) {
		for _, code := range codes {
			m = m.plus(c.codes[code])
		}
		return m
	}
	c := t.part(in).whole()
	e := Estimate{N: c.base.N}
	if c.base.W <= 0 {
		return e
	}
	p, all := of(c).W/c.base.W, c.base.W
	s := t.sample(in, f, func(c cell) (sum, squares float64) {
		y := of(c)
		return (y.W - p*c.base.W) / all, ((1-2*p)*y.W2 + p*p*c.base.W2) / (all * all)
	})
	e.Value = p
	e.Variance, e.Known = variance(s.strata)
	e.Low, e.High = korn(p, e.Variance, precision{n: float64(e.N), fraction: s.fraction(), freedom: float64(s.freedom)})
	return e
}

// Mean is the weighted mean of the numbers that were answered in a domain, with the
// interval ȳ ± t·SE.
func (t *Tally) Mean(in Domain, f Frame) Estimate {
	c := t.part(in).whole()
	m := mean(c.codes)
	if m == nil || m.Weighted == nil {
		return Estimate{}
	}
	y, all := *m.Weighted, c.base.W
	s := t.sample(in, f, func(c cell) (sum, squares float64) {
		for _, code := range slices.SortedFunc(maps.Keys(c.codes), byNumber) {
			if x, err := strconv.ParseFloat(code, 64); err == nil {
				sum += c.codes[code].W * (x - y) / all
				squares += c.codes[code].W2 * (x - y) * (x - y) / (all * all)
			}
		}
		return sum, squares
	})
	e := Estimate{Value: y, N: c.base.N}
	e.Variance, e.Known = variance(s.strata)
	if half := student(float64(s.freedom)) * math.Sqrt(e.Variance); e.Known && s.freedom > 0 {
		e.Low, e.High = y-half, y+half
	} else {
		e.Known = false
	}
	return e
}

func (t *Tally) part(in Domain) *Tally {
	if in == nil {
		return t
	}
	return t.Within(in)
}
