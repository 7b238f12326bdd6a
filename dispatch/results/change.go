package results

import "math"

// Change is the difference between the shares of two waves, in [−1, 1].
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
		spread := math.Sqrt(a.Value * (1 - a.Value) * b.Value * (1 - b.Value))
		v -= 2 * math.Min(0, spread*(float64(o.Both)/(float64(o.First)*float64(o.Second))-1/o.Frame))
	}
	half := student(float64(a.N+b.N-2)) * math.Sqrt(v)
	c.Low, c.High = math.Max(c.By-half, -1), math.Min(c.By+half, 1)
	c.Clear = c.Low > 0 || c.High < 0
	return c
}
