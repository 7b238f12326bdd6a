package results

import "math"

// Half of what lies outside a 95 % interval, on either side.
const alpha = 0.05

// beta is the regularized incomplete beta function I_x(a, b), by its continued
// fraction [Abramowitz and Stegun 1964, 26.5.8, evaluated by Lentz's method].
func beta(x, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	case x > (a+1)/(a+b+2):
		return 1 - beta(1-x, b, a)
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab-la-lb+a*math.Log(x)+b*math.Log1p(-x)) / a
	const tiny = 1e-300
	f, c, d := 1.0, 1.0, 0.0
	for i := range 500 {
		m := float64(i / 2)
		term := 1.0
		switch {
		case i == 0:
		case i%2 == 0:
			term = m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		default:
			term = -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		}
		if d = 1 + term*d; math.Abs(d) < tiny {
			d = tiny
		}
		if c = 1 + term/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		f *= c * d
		if math.Abs(1-c*d) < 1e-14 {
			break
		}
	}
	return front * (f - 1)
}

// betaInv is the x at which I_x(a, b) is p, by halving.
func betaInv(p, a, b float64) float64 {
	low, high := 0.0, 1.0
	for range 200 {
		mid := (low + high) / 2
		if mid == low || mid == high {
			break
		}
		if beta(mid, a, b) < p {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// student is the 97.5 % quantile of Student's t with v degrees of freedom.
func student(v float64) float64 {
	if v <= 0 {
		return math.Inf(1)
	}
	x := betaInv(alpha, v/2, 0.5) // P(|T| > t) = I_{v/(v+t²)}(v/2, 1/2)
	return math.Sqrt(v * (1 - x) / x)
}

// Estimate is a share with its 95 % interval, all in [0, 1]; of a mean, a mean.
type Estimate struct {
	Value     float64
	Low, High float64
	N         int     // who answered
	Variance  float64 // of Value
	Known     bool    // false: too few to say how sure it is; Low and High say nothing
}

// precision is what an interval needs besides the share and its variance.
type precision struct {
	n        float64 // who answered
	fraction float64 // of the population that answered
	freedom  float64 // degrees
}

// korn is the interval of a share p with variance v by Korn and Graubard [1998]:
// Clopper and Pearson's with the effective number n* = pq/v·(t_{n−1}/t_ν)² in the place of
// n. As methodology §9.11 has it, weighting is never taken to have made a sample better
// than a simple one; but that of the finite population few are left unasked counts,
// so n* is at most n/(1−f). At 0 and 1 the limit is one-sided, with n.
func korn(p, v float64, with precision) (low, high float64) {
	n := with.n
	rest := math.Max(1-with.fraction, 0)
	if rest < 1e-12 {
		return p, p // everybody answered
	}
	most := n / rest
	switch {
	case p <= 0:
		return 0, 1 - math.Pow(alpha, 1/most)
	case p >= 1:
		return math.Pow(alpha, 1/most), 1
	}
	e := most
	if v > 0 {
		ratio := student(n-1) / student(with.freedom)
		e = math.Min(p*(1-p)/v*ratio*ratio, most)
	}
	return betaInv(alpha/2, e*p, e*(1-p)+1), betaInv(1-alpha/2, e*p+1, e*(1-p))
}
