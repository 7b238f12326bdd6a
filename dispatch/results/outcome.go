package results

import (
	"iter"
	"maps"
	"slices"

	"canvass/dispatch/disposition"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Outcome is what has become of all cases so far, in total and by stratum. Once
// the campaign is closed no case is open, and it is final.
type Outcome struct {
	Total  Group   `json:"total"`
	Strata []Group `json:"strata"` // by name; none if the frame has only one
}

// Group is the outcome of some cases.
type Group struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"` // that were released
	// Open are those that have no code yet. In the rates they stand where unknown
	// eligibility stands, as not answered so far; they are in no count of a code.
	Open int `json:"open"`
	// Invited are those to whom a contact was handed over, and those who answered
	// without one.
	Invited  int                        `json:"invited"`
	Counts   map[survey.Disposition]int `json:"counts"`
	Rates    Rates                      `json:"rates"`
	Weighted Rates                      `json:"weighted"`
	// Modes says by which mode the usable responses came; every mode is there.
	Modes []ModePart `json:"modes"`
	// Contacts is the attempt curve: how far one would have come with fewer
	// contacts. It begins at 0 contacts and ends at the most that anybody had.
	Contacts []ContactPoint `json:"contacts"`
}

// Returned is one usable response that is counted by its mode. Nothing ties it to
// a case: within a stratum it is known of nobody's.
type Returned struct {
	Stratum  string
	Mode     survey.Mode
	Complete bool // else a sufficient partial
	Weight   float64
}

// Part are the rates to which a part of the usable responses leads, over all the
// cases of the group. Of those who did not answer there is no mode and no number
// of contacts that they would have answered to: so only these rates have parts.
type Part struct {
	RR1           *float64 `json:"rr1"`
	RR2           *float64 `json:"rr2"`
	Participation *float64 `json:"participation"`
}

// ModePart is the part of one mode; over the modes it adds up to the rates of the
// group.
type ModePart struct {
	Mode     survey.Mode `json:"mode"`
	Complete int         `json:"complete"`
	Partial  int         `json:"partial"`
	Part
	Weighted Part `json:"weighted"`
}

// ContactPoint is one point of the attempt curve: Contacts were handed over to a
// person before the case had its outcome, or fewer.
type ContactPoint struct {
	Contacts int `json:"contacts"`
	// Had are the cases to which so many contacts, or more, were handed over.
	Had int `json:"had"`
	// Usable are the cases that were usable after so many contacts, or fewer.
	Usable int `json:"usable"`
	Part
	Weighted Part `json:"weighted"`
}

// OutcomeOf sums up cases and the usable responses that came back. e is how
// unknown eligibility is estimated; in every stratum from its own cases. The
// attempt curve comes from cases alone, the modes from responses alone.
func OutcomeOf(cases iter.Seq[view.CaseCount], returned []Returned, e Method) Outcome {
	total, strata := newTally(), map[string]*tally{}
	of := func(stratum string) *tally {
		if strata[stratum] == nil {
			strata[stratum] = newTally()
		}
		return strata[stratum]
	}
	for c := range cases {
		total.add(c)
		of(c.Stratum).add(c)
	}
	for _, r := range returned {
		total.back(r)
		of(r.Stratum).back(r)
	}
	out := Outcome{Total: total.group("", e)}
	if len(strata) > 1 {
		for _, name := range slices.Sorted(maps.Keys(strata)) {
			out.Strata = append(out.Strata, strata[name].group(name, e))
		}
	}
	return out
}

// amount is a number of cases or responses, and the sum of their weights.
type amount struct {
	n int
	w float64
}

func (a *amount) add(n int, weight float64) { a.n, a.w = a.n+n, a.w+float64(n)*weight }

// usable are complete and sufficient partial ones.
type usable struct{ complete, partial amount }

// tally counts one group.
type tally struct {
	codes         map[survey.Disposition]*amount
	open, invited amount
	modes         map[survey.Mode]*usable
	contacts      []contacted // by number of contacts
}

// contacted are the cases with one number of contacts.
type contacted struct {
	cases int
	usable
}

func newTally() *tally {
	return &tally{codes: map[survey.Disposition]*amount{}, modes: map[survey.Mode]*usable{}, contacts: make([]contacted, 1)}
}

func (t *tally) add(c view.CaseCount) {
	for len(t.contacts) <= c.Contacts {
		t.contacts = append(t.contacts, contacted{})
	}
	at := &t.contacts[c.Contacts]
	at.cases += c.N
	class := disposition.ClassOf(c.Disposition)
	switch class {
	case disposition.I:
		at.complete.add(c.N, c.Weight)
	case disposition.P:
		at.partial.add(c.N, c.Weight)
	}
	if c.Contacts > 0 || class == disposition.I || class == disposition.P {
		t.invited.add(c.N, c.Weight)
	}
	if c.Disposition == "" {
		t.open.add(c.N, c.Weight)
		return
	}
	if t.codes[c.Disposition] == nil {
		t.codes[c.Disposition] = &amount{}
	}
	t.codes[c.Disposition].add(c.N, c.Weight)
}

func (t *tally) back(r Returned) {
	if t.modes[r.Mode] == nil {
		t.modes[r.Mode] = &usable{}
	}
	if r.Complete {
		t.modes[r.Mode].complete.add(1, r.Weight)
	} else {
		t.modes[r.Mode].partial.add(1, r.Weight)
	}
}

func (t *tally) group(name string, e Method) Group {
	g := Group{Name: name, Cases: t.open.n, Open: t.open.n, Invited: t.invited.n, Counts: map[survey.Disposition]int{}}
	plain := Sums{Codes: map[survey.Disposition]float64{}, Open: float64(t.open.n), Invited: float64(t.invited.n)}
	weighted := Sums{Codes: map[survey.Disposition]float64{}, Open: t.open.w, Invited: t.invited.w}
	for d, a := range t.codes {
		g.Counts[d], plain.Codes[d], weighted.Codes[d] = a.n, float64(a.n), a.w
		g.Cases += a.n
	}
	g.Rates, g.Weighted = RatesOf(plain, e), RatesOf(weighted, e)
	all, invited := denominator{plain.all(), weighted.all()}, denominator{plain.Invited, weighted.Invited}
	for _, m := range survey.Modes() {
		var u usable
		if t.modes[m] != nil {
			u = *t.modes[m]
		}
		p := ModePart{Mode: m, Complete: u.complete.n, Partial: u.partial.n}
		p.Part, p.Weighted = u.parts(all, invited)
		g.Modes = append(g.Modes, p)
	}
	g.Contacts = t.curve(all, invited)
	return g
}

// curve is the attempt curve.
func (t *tally) curve(all, invited denominator) []ContactPoint {
	out := make([]ContactPoint, len(t.contacts))
	var so usable
	for k, at := range t.contacts {
		so = usable{so.complete.plus(at.complete), so.partial.plus(at.partial)}
		out[k] = ContactPoint{Contacts: k, Usable: so.complete.n + so.partial.n}
		out[k].Part, out[k].Weighted = so.parts(all, invited)
	}
	had := 0
	for k := len(out) - 1; k >= 0; k-- {
		had += t.contacts[k].cases
		out[k].Had = had
	}
	return out
}

func (a amount) plus(b amount) amount { return amount{a.n + b.n, a.w + b.w} }

// denominator is what a rate is of, unweighted and weighted.
type denominator struct{ plain, weighted float64 }

// parts are the rates to which u leads.
func (u usable) parts(all, invited denominator) (plain, weighted Part) {
	i, p := float64(u.complete.n), float64(u.partial.n)
	plain = Part{share(i, all.plain), share(i+p, all.plain), share(i+p, invited.plain)}
	i, p = u.complete.w, u.partial.w
	weighted = Part{share(i, all.weighted), share(i+p, all.weighted), share(i+p, invited.weighted)}
	return plain, weighted
}
