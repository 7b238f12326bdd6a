package results

import (
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// readme is the published example of the outcomerate package: four complete,
// two partial, one each of refusal, non-contact, other, two kinds of unknown
// eligibility, not eligible.
func readme() map[survey.Disposition]float64 {
	return map[survey.Disposition]float64{survey.Complete: 4, survey.PartialSufficient: 2, survey.RefusalByPerson: 1,
		survey.NonContact: 1, survey.WrongPerson: 1, survey.NothingReturned: 1, survey.NoAnswer: 1, survey.NotEligible: 1}
}

func TestRatesGolden(t *testing.T) {
	t.Parallel()
	r := RatesOf(readme(), CASRO)
	for name, c := range map[string]struct {
		got  *float64
		want float64
	}{
		"e": {r.E, .9}, "RR1": {r.RR1, .364}, "RR2": {r.RR2, .545}, "RR3": {r.RR3, .370}, "RR4": {r.RR4, .556}, "RR5": {r.RR5, .444}, "RR6": {r.RR6, .667},
		"COOP1": {r.COOP1, .500}, "COOP2": {r.COOP2, .750}, "COOP3": {r.COOP3, .571}, "COOP4": {r.COOP4, .857},
		"REF1": {r.REF1, .091}, "REF2": {r.REF2, .093}, "REF3": {r.REF3, .111},
		"CON1": {r.CON1, .727}, "CON2": {r.CON2, .741}, "CON3": {r.CON3, .889},
		"participation": {r.Participation, .5},
	} {
		if c.got == nil || math.Abs(*c.got-c.want) > .0005 {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	if one := RatesOf(readme(), One); *one.E != 1 || *one.RR3 != *one.RR1 || *one.CON2 != *one.CON1 {
		t.Error("with e = 1 the estimated rates are the cautious ones")
	}
}

func TestRatesAtTheEdges(t *testing.T) {
	t.Parallel()
	for _, p := range all(RatesOf(nil, CASRO)) {
		if p != nil {
			t.Errorf("no cases, and a rate of %v", *p)
		}
	}
	text, err := json.Marshal(RatesOf(nil, CASRO))
	if err != nil || !strings.Contains(string(text), `"rr1":null`) {
		t.Errorf("%s, %v", text, err)
	}
	full := RatesOf(map[survey.Disposition]float64{survey.Complete: 7}, CASRO)
	for _, p := range []*float64{full.RR1, full.RR2, full.RR3, full.RR4, full.RR5, full.RR6, full.COOP1, full.CON1, full.Participation} {
		if p == nil || *p != 1 {
			t.Error("all complete, and a rate that is not 1")
		}
	}
	silent := RatesOf(map[survey.Disposition]float64{survey.NothingReturned: 7}, CASRO)
	if silent.E != nil || silent.RR3 != nil || silent.RR5 != nil || *silent.RR1 != 0 || *silent.Participation != 0 {
		t.Errorf("nothing known: %+v", silent)
	}
	if r := RatesOf(map[survey.Disposition]float64{survey.Complete: 1, "9.99": 1}, One); *r.RR1 != 0.5 {
		t.Error("a code that is not in use was dropped")
	}
	if r := RatesOf(map[survey.Disposition]float64{survey.Complete: 1, survey.NothingSent: 1}, One); *r.Participation != 1 || *r.RR1 != 0.5 {
		t.Error("who got nothing was not invited")
	}
	if MethodFor(survey.EligibilityUnknown) != CASRO || MethodFor(survey.EligibilityAssumed) != One {
		t.Error("method")
	}
}

func all(r Rates) []*float64 {
	return []*float64{r.RR1, r.RR2, r.RR3, r.RR4, r.RR5, r.RR6, r.COOP1, r.COOP2, r.COOP3, r.COOP4,
		r.REF1, r.REF2, r.REF3, r.CON1, r.CON2, r.CON3, r.Participation, r.E}
}

func TestRatesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 42))
	for range 5_000 {
		counts, scaled := map[survey.Disposition]float64{}, map[survey.Disposition]float64{}
		for _, d := range survey.Dispositions() {
			counts[d] = float64(rng.IntN(4) * rng.IntN(5))
			scaled[d] = counts[d] * 2.5
		}
		r := RatesOf(counts, []Method{CASRO, One}[rng.IntN(2)])
		for _, row := range [][]*float64{{r.RR1, r.RR3, r.RR5}, {r.RR2, r.RR4, r.RR6}, {r.REF1, r.REF2, r.REF3}, {r.CON1, r.CON2, r.CON3},
			{r.RR1, r.RR2, r.RR6}, {r.COOP1, r.COOP3, r.COOP4}} {
			if !slices.IsSortedFunc(row, func(a, b *float64) int {
				if a == nil || b == nil || math.Abs(*a-*b) < 1e-12 {
					return 0
				}
				return cmp.Compare(*a, *b)
			}) {
				t.Fatalf("%v: %+v", counts, r)
			}
		}
		other := all(RatesOf(scaled, r.Method))
		for i, p := range all(r) {
			if (p == nil) != (other[i] == nil) || p != nil && (*p < 0 || *p > 1 || math.Abs(*p-*other[i]) > 1e-9) {
				t.Fatalf("rate %d of %v", i, counts)
			}
		}
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	cases := []view.ClosedCase{
		{Stratum: "C1", Mode: survey.Web, Disposition: survey.Complete, Weight: 2},
		{Stratum: "C1", Mode: survey.TextMode, Disposition: survey.PartialSufficient, Weight: 2},
		{Stratum: "C1", Mode: survey.Web, Disposition: survey.BreakOff, Weight: 2},
		{Stratum: "C1", Disposition: survey.NothingSent, Weight: 2},
		{Stratum: "C2", Disposition: survey.NothingReturned, Weight: 4},
		{Stratum: "C2", Mode: survey.Voice, Disposition: survey.Complete, Weight: 4},
	}
	o := OutcomeOf(slices.Values(cases), One)
	if o.Total.Cases != 6 || *o.Total.Rates.RR1 != 2.0/6 || *o.Total.Weighted.RR1 != 6.0/16 || *o.Total.Rates.Participation != 3.0/5 {
		t.Errorf("total %+v", o.Total)
	}
	if len(o.Strata) != 2 || o.Strata[0].Name != "C1" || *o.Strata[0].Rates.Participation != 2.0/3 || *o.Strata[1].Rates.RR1 != 0.5 {
		t.Errorf("strata %+v", o.Strata)
	}
	sum := 0.0
	for i, m := range o.Total.Modes {
		if m.Mode != survey.Modes()[i] || m.Usable != 1 {
			t.Errorf("mode %+v", m)
		}
		sum += *m.Participation
	}
	if math.Abs(sum-*o.Total.Rates.Participation) > 1e-12 {
		t.Errorf("modes add up to %v", sum)
	}
	if one := OutcomeOf(slices.Values(cases[:4]), One); one.Strata != nil {
		t.Error("one stratum is the total")
	}
	for _, d := range survey.Dispositions() {
		o := OutcomeOf(slices.Values([]view.ClosedCase{{Disposition: d, Mode: survey.Web, Weight: 1}}), One)
		class := disposition.ClassOf(d)
		if usable := class == disposition.I || class == disposition.P; (o.Total.Modes[0].Usable == 1) != usable {
			t.Errorf("%s", d)
		}
	}
}
