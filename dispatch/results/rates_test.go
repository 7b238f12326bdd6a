package results

import (
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// readme is the published example of the outcomerate package: four complete,
// two partial, one each of refusal, non-contact, other, two kinds of unknown
// eligibility, not eligible.
func readme() Sums {
	return Sums{Codes: map[survey.Disposition]float64{survey.Complete: 4, survey.PartialSufficient: 2, survey.RefusalByPerson: 1,
		survey.NonContact: 1, survey.WrongPerson: 1, survey.NothingReturned: 1, survey.NoAnswer: 1, survey.NotEligible: 1}, Invited: 12}
}

// of are cases by code, all of them invited.
func of(codes map[survey.Disposition]float64) Sums {
	s := Sums{Codes: codes}
	for _, n := range codes {
		s.Invited += n
	}
	return s
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
	for _, p := range all(RatesOf(Sums{}, CASRO)) {
		if p != nil {
			t.Errorf("no cases, and a rate of %v", *p)
		}
	}
	text, err := json.Marshal(RatesOf(Sums{}, CASRO))
	if err != nil || !strings.Contains(string(text), `"rr1":null`) {
		t.Errorf("%s, %v", text, err)
	}
	full := RatesOf(of(map[survey.Disposition]float64{survey.Complete: 7}), CASRO)
	for _, p := range []*float64{full.RR1, full.RR2, full.RR3, full.RR4, full.RR5, full.RR6, full.COOP1, full.CON1, full.Participation} {
		if p == nil || *p != 1 {
			t.Error("all complete, and a rate that is not 1")
		}
	}
	silent := RatesOf(of(map[survey.Disposition]float64{survey.NothingReturned: 7}), CASRO)
	if silent.E != nil || silent.RR3 != nil || silent.RR5 != nil || *silent.RR1 != 0 || *silent.Participation != 0 {
		t.Errorf("nothing known: %+v", silent)
	}
	if r := RatesOf(of(map[survey.Disposition]float64{survey.Complete: 1, "9.99": 1}), One); *r.RR1 != 0.5 {
		t.Error("a code that is not in use was dropped")
	}
	if r := RatesOf(Sums{Codes: map[survey.Disposition]float64{survey.Complete: 1, survey.NothingSent: 1}, Invited: 1}, One); *r.Participation != 1 || *r.RR1 != 0.5 {
		t.Error("who got nothing was not invited")
	}
	// What is open is nobody's refusal and no success: it stands in the cautious
	// denominators, and in no other.
	open := Sums{Codes: map[survey.Disposition]float64{survey.Complete: 2, survey.RefusalByPerson: 1}, Open: 5, Invited: 6}
	if r := RatesOf(open, One); *r.RR1 != 2.0/8 || *r.RR3 != 2.0/8 || *r.REF1 != 1.0/8 || *r.CON1 != 3.0/8 || *r.RR5 != 2.0/3 || *r.COOP1 != 2.0/3 || *r.Participation != 2.0/6 {
		t.Errorf("with open cases: %+v", r)
	}
	// e of those of whom it is known; the open ones are taken by it too.
	open.Codes[survey.NotEligible] = 3
	if r := RatesOf(open, CASRO); *r.E != 0.5 || *r.RR3 != 2/(3+2.5) {
		t.Errorf("e = %v, RR3 = %v", *r.E, *r.RR3)
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
		open := float64(rng.IntN(3))
		r := RatesOf(Sums{counts, open, of(counts).Invited + open}, []Method{CASRO, One}[rng.IntN(2)])
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
		other := all(RatesOf(Sums{scaled, open * 2.5, of(scaled).Invited + open*2.5}, r.Method))
		for i, p := range all(r) {
			if (p == nil) != (other[i] == nil) || p != nil && (*p < 0 || *p > 1 || math.Abs(*p-*other[i]) > 1e-9) {
				t.Fatalf("rate %d of %v", i, counts)
			}
		}
	}
}
