package results

import (
	"iter"
	"maps"
	"slices"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Outcome is what became of all cases, in total and by stratum.
type Outcome struct {
	Total  Group   `json:"total"`
	Strata []Group `json:"strata"` // by name; none if the frame has only one
}

// Group is the outcome of some cases.
type Group struct {
	Name     string                     `json:"name"`
	Cases    int                        `json:"cases"`
	Counts   map[survey.Disposition]int `json:"counts"`
	Rates    Rates                      `json:"rates"`
	Weighted Rates                      `json:"weighted"`
	// Modes says by which mode the usable responses came; every mode is there.
	Modes []ModeShare `json:"modes"`
}

// ModeShare is the part of a mode in the usable responses (complete or
// sufficient partial) of a group.
type ModeShare struct {
	Mode   survey.Mode `json:"mode"`
	Usable int         `json:"usable"`
	// Participation is Usable over all persons invited; over the modes it adds
	// up to the participation rate.
	Participation *float64 `json:"participation"`
}

// OutcomeOf sums up cases. e is how unknown eligibility is estimated; in every
// stratum from its own cases.
func OutcomeOf(cases iter.Seq[view.ClosedCase], e Method) Outcome {
	total, strata := newTally(), map[string]*tally{}
	for c := range cases {
		if strata[c.Stratum] == nil {
			strata[c.Stratum] = newTally()
		}
		total.add(c)
		strata[c.Stratum].add(c)
	}
	out := Outcome{Total: total.group("", e)}
	if len(strata) > 1 {
		for _, name := range slices.Sorted(maps.Keys(strata)) {
			out.Strata = append(out.Strata, strata[name].group(name, e))
		}
	}
	return out
}

// tally counts one group.
type tally struct {
	counts   map[survey.Disposition]int
	weighted map[survey.Disposition]float64
	usable   map[survey.Mode]int
}

func newTally() *tally {
	return &tally{map[survey.Disposition]int{}, map[survey.Disposition]float64{}, map[survey.Mode]int{}}
}

func (t *tally) add(c view.ClosedCase) {
	t.counts[c.Disposition]++
	t.weighted[c.Disposition] += c.Weight
	if class := disposition.ClassOf(c.Disposition); class == disposition.I || class == disposition.P {
		t.usable[c.Mode]++
	}
}

func (t *tally) group(name string, e Method) Group {
	plain := map[survey.Disposition]float64{}
	g := Group{Name: name, Counts: t.counts, Weighted: RatesOf(t.weighted, e)}
	for d, n := range t.counts {
		plain[d] = float64(n)
		g.Cases += n
	}
	g.Rates = RatesOf(plain, e)
	invited := float64(g.Cases - t.counts[survey.NothingSent])
	for _, m := range survey.Modes() {
		g.Modes = append(g.Modes, ModeShare{Mode: m, Usable: t.usable[m], Participation: share(float64(t.usable[m]), invited)})
	}
	return g
}
