package results

import (
	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
)

// Method is how e, the share of eligible people among those of unknown
// eligibility, is set. It is printed beside every rate that uses it.
type Method string

// The methods.
const (
	// CASRO takes the share found among those whose eligibility is known,
	// E/(E+NE).
	CASRO Method = "casro"
	// One takes everybody as eligible: the cautious choice.
	One Method = "one"
)

// MethodFor is the method that goes with a campaign's eligibility setting. With
// EligibilityKnown nobody is of unknown eligibility and e does not matter.
func MethodFor(e survey.Eligibility) Method {
	if e == survey.EligibilityUnknown {
		return CASRO
	}
	return One
}

// Rates are the outcome rates of AAPOR's Standard Definitions (9th ed. 2016),
// each in [0, 1], nil where the denominator is 0. RR5 and RR6 may be published
// only when U is empty or can be shown to be ineligible.
type Rates struct {
	Method Method   `json:"method"`
	E      *float64 `json:"e"` // the e that was used; nil if it cannot be estimated

	RR1 *float64 `json:"rr1"`
	RR2 *float64 `json:"rr2"`
	RR3 *float64 `json:"rr3"`
	RR4 *float64 `json:"rr4"`
	RR5 *float64 `json:"rr5"`
	RR6 *float64 `json:"rr6"`

	COOP1 *float64 `json:"coop1"`
	COOP2 *float64 `json:"coop2"`
	COOP3 *float64 `json:"coop3"`
	COOP4 *float64 `json:"coop4"`

	REF1 *float64 `json:"ref1"`
	REF2 *float64 `json:"ref2"`
	REF3 *float64 `json:"ref3"`

	CON1 *float64 `json:"con1"`
	CON2 *float64 `json:"con2"`
	CON3 *float64 `json:"con3"`

	// Participation is usable responses over persons invited, the rate of a
	// panel [ISO 26362:2009]: to whom nothing was handed over was not invited.
	Participation *float64 `json:"participation"`
}

// Sums are what rates are computed from: numbers of cases, or the sums of their
// base weights, needed when inclusion probabilities differ. None is negative.
type Sums struct {
	// Codes are the cases by code; one that is not in use counts as unknown
	// eligibility.
	Codes map[survey.Disposition]float64
	// Open are the cases that have no code yet; they count with unknown
	// eligibility.
	Open float64
	// Invited are the cases to which a contact was handed over, or that answered
	// without one.
	Invited float64
}

// classes sums the codes by class.
func (s Sums) classes() map[disposition.Class]float64 {
	n := map[disposition.Class]float64{disposition.U: s.Open}
	for _, d := range survey.Dispositions() { // in a fixed order, so that sums of weights are repeatable
		n[disposition.ClassOf(d)] += s.Codes[d]
	}
	for d, c := range s.Codes {
		if disposition.ClassOf(d) == "" {
			n[disposition.U] += c
		}
	}
	return n
}

// all is E+U, the denominator of the cautious response rates.
func (s Sums) all() float64 {
	n := s.classes()
	return n[disposition.I] + n[disposition.P] + n[disposition.R] + n[disposition.NC] + n[disposition.O] + n[disposition.U]
}

// RatesOf computes the rates, with E = I+P+R+NC+O and the e of the method.
func RatesOf(s Sums, e Method) Rates {
	n := s.classes()
	i, p, r, nc, o, u := n[disposition.I], n[disposition.P], n[disposition.R], n[disposition.NC], n[disposition.O], n[disposition.U]
	eligible := i + p + r + nc + o
	contacted := i + p + r + o

	out := Rates{Method: e, E: share(eligible, eligible+n[disposition.NE])}
	if e == One {
		one := 1.0
		out.E = &one
	}
	all := eligible + u
	out.RR1, out.RR2, out.REF1, out.CON1 = share(i, all), share(i+p, all), share(r, all), share(contacted, all)
	if out.E != nil || u == 0 {
		estimated := eligible
		if u > 0 {
			estimated += *out.E * u
		}
		out.RR3, out.RR4, out.REF2, out.CON2 = share(i, estimated), share(i+p, estimated), share(r, estimated), share(contacted, estimated)
	}
	out.RR5, out.RR6, out.REF3, out.CON3 = share(i, eligible), share(i+p, eligible), share(r, eligible), share(contacted, eligible)
	out.COOP1, out.COOP2 = share(i, contacted), share(i+p, contacted)
	out.COOP3, out.COOP4 = share(i, i+p+r), share(i+p, i+p+r)
	out.Participation = share(i+p, s.Invited)
	return out
}

// share is a/b, or nil if there is no b.
func share(a, b float64) *float64 {
	if b <= 0 {
		return nil
	}
	q := a / b
	return &q
}
