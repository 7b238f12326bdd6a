package sampling

import (
	"cmp"
	"slices"
	"strconv"

	"canvass/dispatch/survey"
)

// Stratum is one part of a frame, with what the design asks of it.
type Stratum struct {
	Name  string
	Frame int // N_h, people in it, 0 to 10⁹
	// Minimum is the least sample from it; a smaller stratum is taken whole.
	Minimum int
	// TakeAll takes it whole, whatever its share.
	TakeAll bool
}

// Allocate splits n over strata in proportion to their size and returns n_h in
// the order of strata. It keeps min(Minimum, N_h) ≤ n_h ≤ N_h, rounds by
// largest remainder (ties go to the lesser name), and always adds up to n
// [Cochran 1977, ch. 5]. An n that the bounds do not permit is a *survey.Error
// of code CodeSampleSize whose arguments frame, from, to and given name the
// permitted range.
func Allocate(strata []Stratum, n int) ([]int, error) {
	shares := make([]share, len(strata))
	frame, least := 0, 0
	for i, s := range strata {
		low := min(max(s.Minimum, 0), s.Frame)
		if s.TakeAll {
			low = s.Frame
		}
		shares[i] = share{name: s.Name, measure: s.Frame, low: low, high: s.Frame}
		frame, least = frame+s.Frame, least+low
	}
	if frame == 0 {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFrameEmpty, Where: "frame"}
	}
	if n < max(least, 1) || n > frame {
		return nil, sizeError(n, max(least, 1), frame)
	}
	return apportion(shares, n), nil
}

func sizeError(n, from, to int) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeSampleSize, Where: "size", Args: map[string]string{
		"frame": strconv.Itoa(to), "from": strconv.Itoa(from), "to": strconv.Itoa(to), "given": strconv.Itoa(n),
	}}
}

// share is one claimant of apportion: its part is proportional to measure, and
// lies in [low, high].
type share struct {
	name      string
	measure   int
	low, high int
}

// apportion splits n in proportion to measure within the bounds; it needs
// Σlow ≤ n ≤ Σhigh. Shares beyond a bound are fixed there and the rest is split
// again, until none is: on each round the side with the greater total excess is
// fixed, since fixing it can only relieve the other. Whole numbers throughout,
// so that equal remainders are found equal.
func apportion(shares []share, n int) []int {
	out := make([]int, len(shares))
	var open []int
	for i, s := range shares {
		if s.low == s.high || s.measure == 0 {
			out[i], n = s.low, n-s.low
			continue
		}
		open = append(open, i)
	}
	for len(open) > 0 {
		total := 0
		for _, i := range open {
			total += shares[i].measure
		}
		under, over := 0, 0 // excess beyond the bounds, in units of 1/total
		for _, i := range open {
			exact := n * shares[i].measure
			under += max(0, shares[i].low*total-exact)
			over += max(0, exact-shares[i].high*total)
		}
		if under == 0 && over == 0 {
			for i, part := range roundOff(shares, open, n, total) {
				out[i] = part
			}
			return out
		}
		left := n
		open = slices.DeleteFunc(open, func(i int) bool {
			exact, s := n*shares[i].measure, shares[i]
			switch {
			case over > under && exact > s.high*total:
				out[i] = s.high
			case over <= under && exact < s.low*total:
				out[i] = s.low
			default:
				return false
			}
			left -= out[i]
			return true
		})
		n = left
	}
	return out
}

// roundOff splits n over the open shares, by index, in whole parts by largest
// remainder (Hamilton).
func roundOff(shares []share, open []int, n, total int) map[int]int {
	parts, remainder := make(map[int]int, len(open)), make(map[int]int, len(open))
	left := n
	for _, i := range open {
		exact := n * shares[i].measure
		parts[i], remainder[i] = exact/total, exact%total
		left -= parts[i]
	}
	order := slices.Clone(open)
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(remainder[b], remainder[a]), cmp.Compare(shares[a].name, shares[b].name))
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
