package sampling

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"canvass/dispatch/survey"
)

// Place is what the rotation of a series knows of one stratum of a frozen frame.
type Place struct {
	// Circle is the number of people of the stratum: those in the frame and those
	// who rest.
	Circle int
	// Active is how many of the frame are in the groups whose turn it is; it
	// counts only with rotation groups.
	Active int
	// Before is the latest draw of the stratum in the series, nil for none.
	Before *survey.Draw
}

// Rotate makes the draws of Plan those of a wave of a series: the turn-th, from
// 0. places are in the order of draws. Without a rotation only Circle and Turn
// are set.
//
// With Overlap θ a wave starts a number of places further on in the circle than
// the one before: the first k = (1−θ)·n of that one's sample, where a k that is
// no whole number is rounded up with the probability of its fraction. On a frame
// of N people that does not change, two samples of n in a row then share
// max(0, n−k) + max(0, n+k−N) people: all for θ = 1, the fewest possible for
// θ = 0, θ·n on average where n+k ≤ N. With θ = 0 the samples follow each other
// round the circle, so after any number of waves nobody was asked more than once
// more often than anybody else [Brewer, Early, Hanif 1984; Ohlsson 1995].
//
// A place is a rank, not a number: where a frame has changed, the place is moved
// in proportion. It follows from the sizes of frames and samples and from the
// seed, and from nobody's random number; and the order of people in the circle is
// uniformly random whatever came before. So every wave is a simple random sample
// within its strata, newcomers included, and a person's inclusion probability is
// n_h/N_h. (A start just behind the last number drawn would give newcomers a
// greater chance in the wave that comes round to the first start.) The price is
// an overlap of a person or so where people joined or left.
//
// Where people rest (survey.Design.Rest), a wave takes the next ones who do not,
// and the one after it starts behind them: the waves still go round. The frame
// then depends on earlier samples, so n_h/N_h is an inclusion probability given
// who rests; for newcomers, who never rest, it holds only on the average of a
// round.
//
// With Groups a wave draws from those groups only whose turn it is; the start
// stays. The groups are random parts of the frame, so this too is a simple random
// sample of n_h, the lesser of the planned size and of what the groups have.
func Rotate(design survey.Design, turn int, draws []survey.Draw, places []Place) []survey.Draw {
	out := slices.Clone(draws)
	for i := range out {
		d, p := &out[i], places[i]
		d.Circle, d.Turn = max(p.Circle, d.Frame), turn
		switch r := design.Rotation; {
		case r == nil:
		case r.Groups > 0:
			d.Size = min(d.Size, p.Active)
		case r.Overlap != nil:
			d.Place = placeAfter(p.Before, d.Circle)
			d.Advance = passed(design.Seed, *r.Overlap, *d)
		}
	}
	return out
}

// placeAfter is where the wave after before starts, in a circle of n places.
func placeAfter(before *survey.Draw, n int) int {
	if before == nil || n == 0 {
		return 0
	}
	place := before.Place + before.Advance
	if before.Circle != n && before.Circle > 0 {
		place = (place*n + before.Circle/2) / before.Circle
	}
	return place % n
}

// passed is how many people of the sample of d the next wave starts behind.
func passed(seed uint64, overlap float64, d survey.Draw) int {
	whole, part := math.Modf((1 - overlap) * float64(d.Size))
	if part > 0 && rand.New(derive(seed, "advance "+strconv.Itoa(d.Turn), d.Stratum)).Float64() < part {
		whole++
	}
	return min(int(whole), d.Size)
}

// Locate is the random number at d.Place of the circle that begins at d.Start:
// where the draw of a wave starts. circle is the people of the stratum, those who
// rest among them. It is what the SQL of dispatch/postgres must equal.
func Locate(circle []survey.FrameUnit, d survey.Draw) survey.RandomNumber {
	if d.Place == 0 || d.Place >= len(circle) {
		return d.Start
	}
	return inCircle(circle, d.Start)[d.Place].Random
}

// Span is how many places of the circle the first k people of d take, from
// d.Start on, when some in between rest: k, if nobody does. It is what the SQL of
// dispatch/postgres must equal.
func Span(units, resting []survey.FrameUnit, d survey.Draw, k int) int {
	rests := map[survey.ContactID]bool{}
	for _, u := range resting {
		rests[u.ContactID] = true
	}
	places := 0
	for _, u := range inCircle(slices.Concat(units, resting), d.Start) {
		if k == 0 {
			break
		}
		places++
		if !rests[u.ContactID] {
			k--
		}
	}
	return places
}

// inCircle orders units by the circle of random numbers from start, equal
// numbers by contact id.
func inCircle(units []survey.FrameUnit, start survey.RandomNumber) []survey.FrameUnit {
	return slices.SortedFunc(slices.Values(units), func(a, b survey.FrameUnit) int {
		// The distance from the start, modulo 2^64, is the wrapping order.
		return cmp.Or(cmp.Compare(a.Random-start, b.Random-start), cmp.Compare(a.ContactID, b.ContactID))
	})
}

// Group is the rotation group of a person, 0 to groups−1: ⌊groups·v⌋, where v is
// uniform, derived from the permanent random number and the seed of the series,
// and so independent of where the person stands in the circle. It is the first
// 32 bits of SHA-256 over both, big-endian; the SQL of dispatch/postgres must
// equal it.
func Group(number survey.RandomNumber, seed uint64, groups int) int {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, seed), uint64(number)))
	return int(uint64(binary.BigEndian.Uint32(sum[:4])) * uint64(groups) >> 32)
}

// InTurn reports whether it is a group's turn in the turn-th wave, from 0: wave t
// asks the groups t to t+Stay−1, modulo Groups.
func InTurn(group int, r survey.Rotation, turn int) bool {
	return r.Groups > 0 && (group-turn%r.Groups+r.Groups)%r.Groups < r.Stay
}
