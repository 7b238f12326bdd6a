package results

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// Quartiles are the weighted quartiles of a numeric question: the smallest number that
// at least a quarter, a half, three quarters of the weight do not exceed.
type Quartiles struct {
	First, Median, Third float64
}

// Bin is how many answered a number from From to below To; the last one includes To.
type Bin struct {
	From, To float64
	Count    Count
}

// number is one that was answered.
type number struct {
	x float64
	m Mass
}

// values are the numbers that were answered, in order.
func (t *Tally) values() []number {
	c := t.whole()
	var out []number
	for _, code := range slices.SortedFunc(maps.Keys(c.codes), byNumber) {
		if x, err := strconv.ParseFloat(code, 64); err == nil {
			out = append(out, number{x, c.codes[code]})
		}
	}
	return out
}

// Quartiles is false where no number was answered.
func (t *Tally) Quartiles() (Quartiles, bool) {
	all := t.values()
	weight := 0.0
	for _, v := range all {
		weight += v.m.W
	}
	if weight <= 0 {
		return Quartiles{}, false
	}
	at := func(part float64) float64 {
		sum := 0.0
		for _, v := range all {
			if sum += v.m.W; sum >= part*weight*(1-1e-12) {
				return v.x
			}
		}
		return all[len(all)-1].x
	}
	return Quartiles{at(.25), at(.5), at(.75)}, true
}

// A histogram has about one bar for perBin who answered, and mostBins at most.
const (
	mostBins  = 10
	leastBins = 3
	perBin    = 10
)

// Histogram puts the numbers into bins of equal width, of 1, 2 or 5 times a power of
// ten; whole numbers that are few get one each.
func (t *Tally) Histogram() []Bin {
	all := t.values()
	if len(all) == 0 {
		return nil
	}
	low, high := all[0].x, all[len(all)-1].x
	n := 0
	for _, v := range all {
		n += v.m.N
	}
	most := float64(min(max(n/perBin, leastBins), mostBins))
	width := 1.0
	if span := high - low; span > most || t.Question.Type == Decimal && span > 0 {
		width = math.Pow(10, math.Floor(math.Log10(span/most)))
		for _, by := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
			if span/width <= most {
				break
			}
			width *= by
		}
	}
	from := math.Floor(low/width) * width
	bins := make([]Bin, int(math.Floor((high-from)/width+1e-9))+1)
	for i := range bins {
		bins[i].From, bins[i].To = from+float64(i)*width, from+float64(i+1)*width
	}
	for _, v := range all {
		i := min(int(math.Floor((v.x-from)/width+1e-9)), len(bins)-1)
		bins[i].Count.N += v.m.N
		bins[i].Count.Weighted += v.m.W
	}
	return bins
}
