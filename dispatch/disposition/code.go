package disposition

import (
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
// The triggers, highest precedence first; the codes and what they mean are those
// of AAPOR's Standard Definitions (9th ed. 2016), tables for named persons by
// Internet and mail and for the telephone:
//
//	code    class  trigger
//	1.1     I      sent off before the end, and at least Complete of the questions
//	               that count are answered
//	1.2     P      every key item is answered, and either at least Partial of the
//	               questions or all that the person wished to: it was sent off
//	4.10    NE     staff: screened out, not of the target group
//	4.81    NE     staff: the same person twice in the frame
//	4.90    NE     staff: left the network before the draw, or never belonged to it
//	2.112   R      STOP, "not this time", the refusal button or key; withdrew the
//	               answers; or staff: told the office so
//	2.111   R      somebody else refused for the person; or staff
//	2.12    R      some answers, too few
//	2.31    O      staff: has died
//	2.32    O      staff: unable to answer (illness, disability)
//	2.33    O      staff: speaks neither language of the questionnaire
//	2.34    O      staff: could not read or hear it
//	2.35    O      staff: is where, or does what, allows no answer
//	2.36    O      whoever has an address says it is not this person's, and nothing
//	               better came by the others; or staff
//	2.90    O      staff: another reason, the person being eligible
//	2.1121  R      a person acted before the end (pressed Begin or a key, texted;
//	               never a mere fetch, which scanners make) and answered nothing
//	2.27    NC     the first sign of the person came after the end
//	2.25    NC     staff: away for the whole field period (an automatic reply is
//	               shown to them: its words name days that no rule can read)
//	2.222   NC     known: a machine took a call and has our whole message
//	2.221   NC     known: a machine, or nobody who pressed a key, took a call
//	2.20    NC     known: silence, whatever was sent and arrived
//	3.19    U      otherwise: a mail or a text may have arrived, or a call has no
//	               outcome yet, and nothing ever came back
//	3.14    U      nothing else arrived, and a machine took a call: nobody knows whose
//	3.13    U      nothing else arrived, and a telephone rang unanswered
//	3.12    U      nothing else arrived, and a line was always busy
//	3.16    U      nothing else arrived, and the telephone was off or out of reach
//	3.15    U      nothing else arrived, and the network or the number blocked calls
//	3.30    U      everything sent came back, or was refused for good
//	3.11    U      nothing was ever handed over
//
// Not in use, because nothing here can tell them: 2.1122 (no read receipts), 2.113
// (a refusal nobody expressed), 2.21, 2.26 (their kind is 2.25), 3.20 and 3.21 (no
// screener), 3.40, 3.90, 3.91 (a reply is accepted by its link or number), 4.20 to
// 4.53 (household samples: in a frame of named persons a dead number is a fault of
// the address), 4.80 (no quotas).
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
	case f.Answered > 0:
		return survey.BreakOff, survey.ReasonStarted
	case f.WrongPerson:
		return survey.WrongPerson, survey.ReasonWrongPerson
	case f.Human || f.Submitted:
		return survey.LoggedOnOnly, survey.ReasonStarted
	case f.Late:
		return survey.NotReturnedInTime, survey.ReasonLate
	}
	if e == survey.EligibilityKnown {
		return silenceOfKnown(f)
	}
	return silence(f)
}

// complete reports whether enough was submitted. Pressing send on an empty form
// is not an answer.
func (r Rules) complete(f survey.CaseFacts) bool {
	something := f.Answered > 0 || f.Applicable <= 0
	return f.Submitted && something && r.reaches(r.Complete, f)
}

// sufficient reports whether the answers are a usable part: every key item, and
// the share of the rules or the person's own word that this is all. The latter
// is who stops after the core of a long questionnaire and sends it.
func (r Rules) sufficient(f survey.CaseFacts) bool {
	return f.KeyAnswered && f.Answered > 0 && (f.Submitted || r.reaches(r.Partial, f))
}

// reaches reports whether the answered share is at least the threshold. With
// nothing applicable there is nothing to fall short of.
func (r Rules) reaches(threshold float64, f survey.CaseFacts) bool {
	return float64(f.Answered) >= threshold*float64(f.Applicable)
}

// silenceOfKnown codes a case in which no person ever acted, of somebody who
// certainly belongs to the frame.
func silenceOfKnown(f survey.CaseFacts) (survey.Disposition, survey.Reason) {
	switch {
	case f.Machine && f.MessageLeft:
		return survey.NonContactMessage, survey.ReasonMachine
	case f.Machine:
		return survey.NonContactMachine, survey.ReasonMachine
	case f.Sent <= 0:
		return survey.NonContact, survey.ReasonExhausted
	case f.Undelivered >= f.Sent:
		return survey.NonContact, survey.ReasonDeadEndpoint
	}
	return survey.NonContact, survey.ReasonEnded
}

// silence codes a case in which no person ever acted, and nobody knows for
// certain whether there is one.
func silence(f survey.CaseFacts) (survey.Disposition, survey.Reason) {
	switch {
	case f.Sent-f.Undelivered-f.Unmet > 0:
		return survey.NothingReturned, survey.ReasonEnded
	case f.Machine:
		return survey.MachineOfUnknown, survey.ReasonMachine
	case f.NoAnswer:
		return survey.NoAnswer, survey.ReasonNoAnswer
	case f.Busy:
		return survey.Busy, survey.ReasonBusy
	case f.CallFailed:
		return survey.CallFailed, survey.ReasonUnreachable
	case f.CallBarred:
		return survey.CallBarred, survey.ReasonFiltered
	case f.Sent > 0:
		return survey.Undelivered, survey.ReasonDeadEndpoint
	}
	return survey.NothingSent, survey.ReasonExhausted
}
