package sampling

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"canvass/dispatch/survey"
)

// Algorithm names how numbers are derived from a seed. It is stored with every
// draw; a change of the derivation needs another name.
const Algorithm = "chacha8-sha256-1"

// DefaultMinimum is the least sample of a stratum when the design names none:
// with one person no standard error can be estimated.
const DefaultMinimum = 2

// Plan decides the size and the start of the draw in every stratum, in the
// order of strata. Of a Stratum it reads Name and Frame; minima and take-all
// come from the design. Census takes everybody; SRS draws from one stratum,
// named ""; Stratified allots by Allocate.
//
// Errors are *survey.Error: CodeFrameEmpty, CodeSampleSize (with the permitted
// range), CodeStratumUnknown (a take-all stratum that the frame does not have,
// or SRS from a frame of several strata), CodeCampaignInvalid (method).
func Plan(design survey.Design, strata []Stratum) ([]survey.Draw, error) {
	frame := 0
	for _, s := range strata {
		frame += s.Frame
	}
	if frame == 0 {
		return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeFrameEmpty, Where: "frame"}
	}
	sizes, err := sizes(design, strata)
	if err != nil {
		return nil, err
	}
	draws := make([]survey.Draw, len(strata))
	for i, s := range strata {
		draws[i] = survey.Draw{Stratum: s.Name, Frame: s.Frame, Size: sizes[i], Start: Start(design.Seed, s.Name)}
	}
	return draws, nil
}

func sizes(design survey.Design, strata []Stratum) ([]int, error) {
	bound := make([]Stratum, len(strata))
	for i, s := range strata {
		bound[i] = Stratum{Name: s.Name, Frame: s.Frame, Minimum: design.Minimum}
		if design.Minimum == 0 {
			bound[i].Minimum = DefaultMinimum
		}
	}
	switch design.Method {
	case survey.Census:
		out := make([]int, len(strata))
		for i, s := range strata {
			out[i] = s.Frame
		}
		return out, nil
	case survey.SRS:
		if len(strata) != 1 || strata[0].Name != "" {
			return nil, unknownStratum("method", strata[len(strata)-1].Name)
		}
		return Allocate(bound, design.Size)
	case survey.Stratified:
		for _, name := range design.TakeAll {
			i := slices.IndexFunc(bound, func(s Stratum) bool { return s.Name == name })
			if i < 0 {
				return nil, unknownStratum("take_all", name)
			}
			bound[i].TakeAll = true
		}
		return fixed(bound, design)
	}
	return nil, &survey.Error{Kind: survey.Invalid, Code: survey.CodeCampaignInvalid, Where: "design.method",
		Args: map[string]string{"given": string(design.Method)}}
}

// fixed allots what is left beside the sizes that were set.
func fixed(strata []Stratum, design survey.Design) ([]int, error) {
	if len(design.Sizes) == 0 {
		return Allocate(strata, design.Size)
	}
	out, left := make([]int, len(strata)), design.Size
	var open []Stratum
	known := 0
	for i, s := range strata {
		n, set := design.Sizes[s.Name]
		if !set {
			open = append(open, s)
			continue
		}
		known++
		out[i] = min(max(n, 0), s.Frame)
		left -= out[i]
	}
	if known < len(design.Sizes) {
		for name := range design.Sizes {
			if !slices.ContainsFunc(strata, func(s Stratum) bool { return s.Name == name }) {
				return nil, unknownStratum("sizes", name)
			}
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	rest, err := Allocate(open, left)
	for i, next := 0, 0; err == nil && i < len(strata); i++ {
		if _, set := design.Sizes[strata[i].Name]; !set {
			out[i] = rest[next]
			next++
		}
	}
	return out, err
}

func unknownStratum(where, name string) error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeStratumUnknown, Where: where,
		Args: map[string]string{"stratum": name}}
}

// Start is where the draw begins in a stratum: a number that depends on the
// seed and the stratum's name, never on data about people. The same seed gives
// the same start, hence the greatest overlap of two waves [Ohlsson 1995].
func Start(seed uint64, stratum string) survey.RandomNumber {
	return survey.RandomNumber(derive(seed, "start", stratum).Uint64())
}

// derive returns the generator of one purpose in one stratum.
func derive(seed uint64, purpose, stratum string) *rand.ChaCha8 {
	key := binary.BigEndian.AppendUint64(nil, seed)
	key = append(append(append(key, purpose...), 0), stratum...)
	return rand.NewChaCha8(sha256.Sum256(key))
}
