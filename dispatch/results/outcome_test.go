package results

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func is(p *float64, want float64) bool { return p != nil && math.Abs(*p-want) < 1e-12 }

// sample is a campaign under way: two strata of unequal weights.
func sample() ([]view.CaseCount, []Returned) {
	return []view.CaseCount{
			{Stratum: "C1", Disposition: survey.Complete, Contacts: 1, Weight: 2, N: 2},
			{Stratum: "C1", Disposition: survey.PartialSufficient, Contacts: 3, Weight: 2, N: 1},
			{Stratum: "C1", Disposition: survey.BreakOff, Contacts: 2, Weight: 2, N: 1},
			{Stratum: "C1", Disposition: survey.NothingSent, Contacts: 0, Weight: 2, N: 1},
			{Stratum: "C1", Contacts: 1, Weight: 2, N: 2},
			{Stratum: "C1", Contacts: 0, Weight: 2, N: 1},
			{Stratum: "C2", Disposition: survey.NothingReturned, Contacts: 3, Weight: 4, N: 1},
			{Stratum: "C2", Disposition: survey.Complete, Contacts: 2, Weight: 4, N: 1},
			{Stratum: "C2", Disposition: survey.Complete, Contacts: 0, Weight: 4, N: 1},
		}, []Returned{{"C1", survey.Web, true, 2}, {"C1", survey.Voice, true, 2}, {"C1", survey.TextMode, false, 2},
			{"C2", survey.Web, true, 4}, {"C2", survey.Web, true, 4}}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	cases, returned := sample()
	o := OutcomeOf(slices.Values(cases), returned, One)
	g := o.Total
	if g.Cases != 11 || g.Open != 3 || g.Invited != 9 || g.Counts[survey.Complete] != 4 || len(g.Counts) != 5 {
		t.Errorf("total %+v", g)
	}
	if r := g.Rates; !is(r.RR1, 4.0/11) || !is(r.RR2, 5.0/11) || !is(r.COOP3, 4.0/6) || !is(r.Participation, 5.0/9) {
		t.Errorf("rates %+v", r)
	}
	if w := g.Weighted; !is(w.RR1, 12.0/28) || !is(w.RR2, 14.0/28) || !is(w.Participation, 14.0/24) {
		t.Errorf("weighted %+v", w)
	}
	if len(o.Strata) != 2 || o.Strata[0].Name != "C1" || o.Strata[0].Cases != 8 || !is(o.Strata[0].Rates.Participation, 3.0/6) ||
		!is(o.Strata[1].Rates.RR1, 2.0/3) || o.Strata[1].Open != 0 {
		t.Errorf("strata %+v", o.Strata)
	}
	if m := g.Modes; len(m) != 3 || m[0].Mode != survey.Web || m[0].Complete != 3 || m[0].Partial != 0 || m[1].Partial != 1 ||
		!is(m[0].RR1, 3.0/11) || !is(m[1].RR1, 0) || !is(m[1].RR2, 1.0/11) || !is(m[0].Participation, 3.0/9) || !is(m[0].Weighted.RR1, 10.0/28) {
		t.Errorf("modes %+v", m)
	}
	if one := OutcomeOf(slices.Values(cases[:4]), nil, One); one.Strata != nil {
		t.Error("one stratum is the total")
	}
}

// The attempt curve: how far one would have come with fewer contacts.
func TestTheAttemptCurve(t *testing.T) {
	t.Parallel()
	cases, returned := sample()
	got := OutcomeOf(slices.Values(cases), returned, One).Total.Contacts
	for k, want := range []struct {
		had, usable        int
		rr1, rr2, part, w1 float64
	}{
		{11, 1, 1.0 / 11, 1.0 / 11, 1.0 / 9, 4.0 / 28},
		{8, 3, 3.0 / 11, 3.0 / 11, 3.0 / 9, 8.0 / 28},
		{4, 4, 4.0 / 11, 4.0 / 11, 4.0 / 9, 12.0 / 28},
		{2, 5, 4.0 / 11, 5.0 / 11, 5.0 / 9, 12.0 / 28},
	} {
		p := got[k]
		if p.Contacts != k || p.Had != want.had || p.Usable != want.usable || !is(p.RR1, want.rr1) || !is(p.RR2, want.rr2) ||
			!is(p.Participation, want.part) || !is(p.Weighted.RR1, want.w1) {
			t.Errorf("after %d contacts: %+v, want %+v", k, p, want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d points, want 4", len(got))
	}
	none := OutcomeOf(slices.Values([]view.CaseCount{}), nil, CASRO).Total
	if len(none.Contacts) != 1 || none.Contacts[0].RR1 != nil || none.Rates.RR1 != nil || none.Modes[0].Participation != nil {
		t.Errorf("nobody: %+v", none)
	}
}

// Sums over modes and the end of the curve are the rates themselves; strata add up
// to the total; the order of cases does not matter.
func TestOutcomeAddsUp(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(51, 52))
	codes := append(survey.Dispositions(), "")
	for range 500 {
		var cases []view.CaseCount
		var returned []Returned
		for range rng.IntN(30) {
			stratum := []string{"A", "B", "C"}[rng.IntN(3)]
			c := view.CaseCount{Stratum: stratum, Disposition: codes[rng.IntN(len(codes))], Contacts: rng.IntN(5), N: 1 + rng.IntN(4),
				Weight: map[string]float64{"A": 1, "B": 2.5, "C": 7}[stratum]}
			cases = append(cases, c)
			for range c.N {
				if disposition.Usable(c.Disposition) {
					returned = append(returned, Returned{stratum, survey.Modes()[rng.IntN(3)], c.Disposition == survey.Complete, c.Weight})
				}
			}
		}
		o := OutcomeOf(slices.Values(cases), returned, One)
		g := o.Total
		for name, pair := range map[string][2]*float64{
			"RR1 over modes":           {sum(g.Modes, func(m ModePart) *float64 { return m.RR1 }), g.Rates.RR1},
			"RR2 over modes":           {sum(g.Modes, func(m ModePart) *float64 { return m.RR2 }), g.Rates.RR2},
			"participation over modes": {sum(g.Modes, func(m ModePart) *float64 { return m.Participation }), g.Rates.Participation},
			"weighted RR2 over modes":  {sum(g.Modes, func(m ModePart) *float64 { return m.Weighted.RR2 }), g.Weighted.RR2},
			"RR1 at the end":           {g.Contacts[len(g.Contacts)-1].RR1, g.Rates.RR1},
			"participation at the end": {g.Contacts[len(g.Contacts)-1].Participation, g.Rates.Participation},
			"weighted at the end":      {g.Contacts[len(g.Contacts)-1].Weighted.Participation, g.Weighted.Participation},
		} {
			if (pair[0] == nil) != (pair[1] == nil) || pair[0] != nil && math.Abs(*pair[0]-*pair[1]) > 1e-9 {
				t.Fatalf("%s: %v, want %v: %+v", name, pair[0], pair[1], cases)
			}
		}
		for i, p := range g.Contacts[1:] {
			if before := g.Contacts[i]; p.Usable < before.Usable || p.Had > before.Had {
				t.Fatalf("the curve falls: %+v", g.Contacts)
			}
		}
		n, open := 0, 0
		for _, s := range o.Strata {
			n, open = n+s.Cases, open+s.Open
		}
		if len(o.Strata) > 0 && (n != g.Cases || open != g.Open) {
			t.Fatalf("strata have %d cases, %d open; the total %d, %d", n, open, g.Cases, g.Open)
		}
		rng.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
		if again := OutcomeOf(slices.Values(cases), returned, One).Total; again.Cases != g.Cases || again.Invited != g.Invited ||
			(again.Rates.RR1 == nil) != (g.Rates.RR1 == nil) || g.Rates.RR1 != nil && !is(again.Rates.RR1, *g.Rates.RR1) {
			t.Fatalf("another order, another outcome: %+v, %+v", again, g)
		}
	}
}

// sum adds up rates; nil if none can be computed.
func sum(modes []ModePart, of func(ModePart) *float64) *float64 {
	total := 0.0
	for _, m := range modes {
		if of(m) == nil {
			return nil
		}
		total += *of(m)
	}
	return &total
}
