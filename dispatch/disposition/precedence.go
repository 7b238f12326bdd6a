package disposition

import (
	"slices"

	"canvass/dispatch/survey"
)

// ByStaff lists the codes that no facts lead to: only a member of staff knows.
func ByStaff() []survey.Disposition {
	return []survey.Disposition{survey.ScreenedOut, survey.Duplicate, survey.NotEligible, survey.Deceased, survey.Unable,
		survey.OtherLanguage, survey.ReadingOrHearing, survey.PlaceOrActivity, survey.OtherEligible, survey.Away}
}

// StaffMaySet lists the codes that a member of staff may give a case, in order of
// precedence: those of ByStaff, and what a person may also tell the office on the
// telephone. Answers and silence are for the record alone to code.
func StaffMaySet() []survey.Disposition {
	may := append(ByStaff(), survey.RefusalByPerson, survey.RefusalByOther, survey.WrongPerson)
	slices.SortFunc(may, func(a, b survey.Disposition) int { return rank(a) - rank(b) })
	return may
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
	case survey.NonContact, survey.NonContactMachine, survey.NonContactMessage, survey.Away, survey.NotReturnedInTime:
		return NC
	case survey.Deceased, survey.Unable, survey.OtherLanguage, survey.ReadingOrHearing, survey.PlaceOrActivity,
		survey.WrongPerson, survey.OtherEligible:
		return O
	case survey.NothingSent, survey.Busy, survey.NoAnswer, survey.MachineOfUnknown, survey.CallBarred, survey.CallFailed,
		survey.NothingReturned, survey.Undelivered:
		return U
	case survey.ScreenedOut, survey.Duplicate, survey.NotEligible:
		return NE
	}
	return ""
}

// Usable reports whether the answers of a case with this code count.
func Usable(d survey.Disposition) bool {
	class := ClassOf(d)
	return class == I || class == P
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

// Reclassify decides whether what came to be known later changes the code of a
// closed case. What a person did or staff know is only ever outranked: a later
// complete converts any code, and later silence converts none. A code of silence
// says no more than what became of our own messages, and follows their ledger: of
// a mail that comes back after the end, it never arrived. It returns the code that
// stands, and whether it is new.
func Reclassify(current, later survey.Disposition) (survey.Disposition, bool) {
	known := rank(later) < len(survey.Dispositions())
	if Precedes(later, current) || known && later != current && Silent(current) {
		return later, true
	}
	return current, false
}

// Silences lists the codes of cases in which no person ever acted, and of which
// staff said nothing: our own messages alone give them.
func Silences() []survey.Disposition {
	return []survey.Disposition{survey.NonContact, survey.NonContactMachine, survey.NonContactMessage, survey.NothingSent, survey.Busy,
		survey.NoAnswer, survey.MachineOfUnknown, survey.CallBarred, survey.CallFailed, survey.NothingReturned, survey.Undelivered}
}

// Silent reports whether d is one of Silences.
func Silent(d survey.Disposition) bool { return slices.Contains(Silences(), d) }
