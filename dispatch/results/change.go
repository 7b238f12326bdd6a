package results

import "math"

// Change is the difference between the shares, or the means, of two waves.
type Change struct {
	By        float64
	Low, High float64 // 95 % interval
	Clear     bool    // the interval is all on one side of 0
	Known     bool
}

// Overlap is how two waves of a frame of Frame people went together: how many answered
// each, and how many both.
type Overlap struct {
	First, Second, Both int
	Frame               float64
}

// ChangeOf is the change from a to b. Its variance is v₁+v₂−2·Cov with
// Cov = S₁₂·(n₁₂/(n₁n₂) − 1/N) [Tam 1984; methodology §9.12]. S₁₂, how far the same people
// gave the same answer, is not known: answers are not linked from wave to wave. It lies
// between 0 and S₁S₂ where opinions last, so the smallest covariance in that range is
// taken: a change that is called clear is clear whatever S₁₂ is in it.
func ChangeOf(a, b Estimate, o Overlap) Change {
	c := Change{By: b.Value - a.Value, Known: a.Known && b.Known && a.N > 1 && b.N > 1}
	if !c.Known {
		return c
	}
	v := a.Variance + b.Variance
	if o.First > 0 && o.Second > 0 && o.Frame > 0 {
		spread := a.spread(o.Frame) * b.spread(o.Frame)
		v -= 2 * math.Min(0, spread*(float64(o.Both)/(float64(o.First)*float64(o.Second))-1/o.Frame))
	}
	half := student(float64(a.N+b.N-2)) * math.Sqrt(v)
	c.Low, c.High = c.By-half, c.By+half
	c.Clear = c.Low > 0 || c.High < 0
	return c
}

// spread is the standard deviation in the population that goes with an estimate and its
// variance, v = S²(1/n − 1/N).
func (e Estimate) spread(frame float64) float64 {
	rest := 1/float64(e.N) - 1/frame
	if rest <= 0 {
		return 0 // everybody answered
	}
	return math.Sqrt(e.Variance / rest)
}
