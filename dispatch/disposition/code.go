package disposition

import (
	"slices"

	"canvass/dispatch/survey"
)

// Rules are the thresholds of a campaign, fixed before fieldwork, as shares of
// the questions on the person's path that count, in [0, 1].
type Rules struct {
	// Complete is the share from which submitted answers are complete.
	Complete float64
	// Partial is the share from which answers are sufficient, if every key item
	// is among them.
	Partial float64
}

// Defaults are the thresholds of methodology §7.
func Defaults() Rules { return Rules{Complete: 0.80, Partial: 0.50} }

// Code is Defaults().Code.
func Code(f survey.CaseFacts, e survey.Eligibility) (survey.Disposition, survey.Reason) {
	return Defaults().Code(f, e)
}

// Code gives the final code of a case from its facts, and the reason that
// decided. It is total: any facts have a code, the highest in precedence of all
// that apply. Under EligibilityKnown no code is of class U: who is certain to
// belong to the frame and stays silent was not contacted (2.20), whatever
// became of the addresses.
//
// What the facts cannot tell is for staff to set: see ByStaff.
func (r Rules) Code(f survey.CaseFacts, e survey.Eligibility) (survey.Disposition, survey.Reason) {
	switch {
	case r.complete(f):
		return survey.Complete, survey.ReasonSubmitted
	case r.sufficient(f) && f.Submitted:
		return survey.PartialSufficient, survey.ReasonSubmitted
	case r.sufficient(f):
		return survey.PartialSufficient, survey.ReasonStarted
	case f.Refused && f.ByOther:
		return survey.RefusalByOther, survey.ReasonRefused
	case f.Refused:
		return survey.RefusalByPerson, survey.ReasonRefused
	case f.Answered > 0 && !f.Late:
		return survey.BreakOff, survey.ReasonStarted
	case f.WrongPerson:
		return survey.WrongPerson, survey.ReasonWrongPerson
	case f.Late:
		return survey.NotReturnedInTime, survey.ReasonLate
	case f.Human || f.Submitted:
		return survey.LoggedOnOnly, survey.ReasonStarted
	}
	return silence(f, e)
}

// complete reports whether enough was submitted in time. Pressing send on an
// empty form is not an answer.
func (r Rules) complete(f survey.CaseFacts) bool {
	something := f.Answered > 0 || f.Applicable <= 0
	return f.Submitted && !f.Late && something && r.reaches(r.Complete, f)
}

// sufficient reports whether the answers are a usable part: every key item, and
// the share of the rules or the person's own word that this is all. The latter
// is who stops after the core of a long questionnaire and sends it.
func (r Rules) sufficient(f survey.CaseFacts) bool {
	return !f.Late && f.KeyAnswered && f.Answered > 0 && (f.Submitted || r.reaches(r.Partial, f))
}

// reaches reports whether the answered share is at least the threshold. With
// nothing applicable there is nothing to fall short of.
func (r Rules) reaches(threshold float64, f survey.CaseFacts) bool {
	return float64(f.Answered) >= threshold*float64(f.Applicable)
}

// silence codes a case in which no person ever acted.
func silence(f survey.CaseFacts, e survey.Eligibility) (survey.Disposition, survey.Reason) {
	known := e == survey.EligibilityKnown
	either := func(ifKnown, otherwise survey.Disposition) survey.Disposition {
		if known {
			return ifKnown
		}
		return otherwise
	}
	switch {
	case f.Machine:
		return either(survey.NonContactMachine, survey.NothingReturned), survey.ReasonMachine
	case f.Sent <= 0:
		return either(survey.NonContact, survey.NothingSent), survey.ReasonExhausted
	case f.Undelivered >= f.Sent:
		return either(survey.NonContact, survey.Undelivered), survey.ReasonDeadEndpoint
	}
	return either(survey.NonContact, survey.NothingReturned), survey.ReasonEnded
}

// ByStaff lists the codes that no facts lead to: a member of staff or the merge
// of duplicates sets them, or a frame of households would need them.
func ByStaff() []survey.Disposition {
	return []survey.Disposition{survey.ScreenedOut, survey.Duplicate, survey.NotEligible, survey.NoAnswer, survey.Busy}
}

// Class is what a code counts as in the outcome rates.
type Class string

// The classes.
const (
	I  Class = "I"  // complete
	P  Class = "P"  // sufficient partial
	R  Class = "R"  // refusal and break-off
	NC Class = "NC" // non-contact
	O  Class = "O"  // other, eligible
	U  Class = "U"  // unknown eligibility
	NE Class = "NE" // not eligible
)

// Classes lists every class in the order of the formulas.
func Classes() []Class { return []Class{I, P, R, NC, O, U, NE} }

// ClassOf returns the class of d; "" for a code that is not in use.
func ClassOf(d survey.Disposition) Class {
	switch d {
	case survey.Complete:
		return I
	case survey.PartialSufficient:
		return P
	case survey.RefusalByOther, survey.RefusalByPerson, survey.LoggedOnOnly, survey.BreakOff:
		return R
	case survey.NonContact, survey.NonContactMachine, survey.NotReturnedInTime:
		return NC
	case survey.WrongPerson:
		return O
	case survey.NothingSent, survey.Busy, survey.NoAnswer, survey.NothingReturned, survey.Undelivered:
		return U
	case survey.ScreenedOut, survey.Duplicate, survey.NotEligible:
		return NE
	}
	return ""
}

// Precedes reports whether a outranks b. A code that is not in use ranks below
// every other; no code precedes itself.
func Precedes(a, b survey.Disposition) bool { return rank(a) < rank(b) }

func rank(d survey.Disposition) int {
	all := survey.Dispositions()
	if i := slices.Index(all, d); i >= 0 {
		return i
	}
	return len(all)
}

// Reclassify decides whether what came later changes the code of a closed case:
// only upwards in precedence. So a later complete converts any code, and later
// silence converts none. It returns the code that stands, and whether it is new.
func Reclassify(current, later survey.Disposition) (survey.Disposition, bool) {
	if Precedes(later, current) {
		return later, true
	}
	return current, false
}
