package sampling

import "math"

// z95 is the quantile of the standard normal for an interval of 95 %.
const z95 = 1.959963984540054

// Margin is half the width of the 95 % interval of a share of one half, as a fraction,
// when n of the people of a frame answer; with the correction for a finite frame
// [Cochran 1977, ch. 4]. It is 0 where everybody answers, 1 where nobody does.
func Margin(n float64, frame int) float64 {
	switch {
	case n <= 0 || frame <= 0:
		return 1
	case n >= float64(frame) || frame == 1:
		return 0
	}
	N := float64(frame)
	return min(1, z95*math.Sqrt(.25/n*(N-n)/(N-1)))
}

// SizeFor is how many people of a frame are drawn so that Margin is at most margin
// when a share of them answers: n = N·z²pq / ((N−1)e² + z²pq), divided by the share and
// rounded up, at most the frame [Cochran 1977, ch. 4; Valliant, Dever, Kreuter 2018,
// ch. 3]. margin is in (0, 0.5), answering in (0, 1]; else it is the frame.
func SizeFor(margin, answering float64, frame int) int {
	if !(margin > 0 && margin < .5 && answering > 0 && answering <= 1) || frame <= 0 {
		return max(frame, 0)
	}
	N, v := float64(frame), z95*z95*.25
	n := N * v / ((N-1)*margin*margin + v)
	return min(frame, int(math.Ceil(n/answering-1e-9)))
}
