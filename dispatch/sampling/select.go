package sampling

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"

	"canvass/dispatch/survey"
)

// Select draws: of the units in d's stratum it takes the first d.Size at or
// after d.Start in the circle of permanent random numbers, equal numbers by
// contact id, and returns them in that order [Ohlsson 1995]. It is what the SQL
// of dispatch/postgres must equal. A size beyond the stratum takes it whole.
func Select(units []survey.FrameUnit, d survey.Draw) []survey.FrameUnit {
	var stratum []survey.FrameUnit
	for _, u := range units {
		if u.Stratum == d.Stratum {
			stratum = append(stratum, u)
		}
	}
	return inCircle(stratum, d.Start)[:min(max(d.Size, 0), len(stratum))]
}

// Replicates splits a sample into r random parts, numbered from 0, of sizes
// that differ by at most one inside every stratum: position modulo r after a
// seeded permutation. The order of sample does not matter; r < 2 is one part.
func Replicates(sample []survey.FrameUnit, seed uint64, r int) map[survey.ContactID]int {
	strata := map[string][]survey.ContactID{}
	for _, u := range sample {
		strata[u.Stratum] = append(strata[u.Stratum], u.ContactID)
	}
	out := make(map[survey.ContactID]int, len(sample))
	for name, ids := range strata {
		slices.Sort(ids)
		rand.New(derive(seed, "replicate", name)).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		for i, id := range ids {
			out[id] = i % max(r, 1)
		}
	}
	return out
}

// Inclusion is the inclusion probability of every unit of the draw, n_h/N_h, in
// (0, 1]; 0 if nothing is drawn. When only some replicates are released, give
// the draw with Size the number of released units (methodology §5).
func Inclusion(d survey.Draw) float64 {
	if d.Frame == 0 {
		return 0
	}
	return float64(d.Size) / float64(d.Frame)
}

// Weight is the base weight of every unit of the draw, N_h/n_h, at least 1; 0 if
// nothing is drawn. Over the draw the weights add up to N_h.
func Weight(d survey.Draw) float64 {
	if d.Size == 0 {
		return 0
	}
	return float64(d.Frame) / float64(d.Size)
}

// FrameHash identifies a frozen frame: SHA-256, in hex, over contact id, stratum
// and permanent random number of every unit, by contact id. Nothing personal
// goes into it, so it stays checkable after an erasure.
func FrameHash(units []survey.FrameUnit) string {
	sorted := slices.SortedFunc(slices.Values(units), func(a, b survey.FrameUnit) int {
		return cmp.Compare(a.ContactID, b.ContactID)
	})
	h := sha256.New()
	var line []byte
	for _, u := range sorted {
		line = binary.BigEndian.AppendUint64(line[:0], uint64(u.ContactID))
		line = binary.BigEndian.AppendUint64(line, uint64(u.Random))
		line = binary.BigEndian.AppendUint64(line, uint64(len(u.Stratum)))
		h.Write(append(line, u.Stratum...))
	}
	return hex.EncodeToString(h.Sum(nil))
}
