package replay

import (
	"time"

	"canvass/dispatch/disposition"
	"canvass/dispatch/history"
	"canvass/dispatch/survey"
)

// Step is one event, and the code of the case after it: the final one, were the
// case to close then.
type Step struct {
	At    time.Time          `json:"at"`
	Event history.Kind       `json:"event"`
	Code  survey.Disposition `json:"code"`
}

// Outcome is what a history comes to.
type Outcome struct {
	Code   survey.Disposition
	Reason survey.Reason
	// Record is the code that the events alone give: Code, unless staff set it.
	Record survey.Disposition
	Facts  survey.CaseFacts
	Steps  []Step
}

// Staff reports whether the code is one that staff set.
func (o Outcome) Staff() bool { return o.Code != o.Record }

// Fold folds the events of one case, in the order in which they happened.
//
// A case closes when the person sends off or refuses, when staff set a code, and
// when the field period ends, and one that closed in silence may be opened again
// for one more contact; "not that person" does not close it, because it may
// be reached by other addresses. What is known then gives its code. What comes to
// be known later changes it by the rules of disposition.Reclassify. Answers and signs of a
// person after the end are late; a refusal is a refusal at any time.
//
// Launched, Contact and Endpoint change no code, nor does an opt-out from one
// channel.
func Fold(events []history.Event, listed survey.Eligibility) Outcome {
	f := fold{listed: listed, attempts: map[attemptKey]int{}}
	f.judge(false)
	var out Outcome
	for _, e := range events {
		was := f.closed
		f.take(e)
		f.judge(was)
		code, _ := f.standing()
		out.Steps = append(out.Steps, Step{At: e.At, Event: e.Kind, Code: code})
	}
	out.Code, out.Reason = f.standing()
	out.Record, out.Facts = f.record, f.known()
	return out
}

// attemptKey names an attempt: the ledger holds one of each.
type attemptKey struct {
	step    string
	channel survey.Channel
	try     int
}

// fold is a case under way.
type fold struct {
	listed   survey.Eligibility
	facts    survey.CaseFacts
	attempts map[attemptKey]int // place in ledger
	ledger   []survey.Attempt
	closed   bool // its code changes by disposition.Reclassify from here on
	ended    bool // the field period is over

	record survey.Disposition // what the events alone give
	why    survey.Reason
	staff  survey.Disposition // what staff set last
}

// known are the facts, those of the attempts included.
func (f *fold) known() survey.CaseFacts { return f.facts.WithAttempts(f.ledger...) }

// judge codes the case by what is known now, if the case was still open or that
// changes the code of a closed one.
func (f *fold) judge(wasClosed bool) {
	code, why := disposition.Code(f.known(), f.listed)
	if wasClosed {
		stands, moved := disposition.Reclassify(f.record, code)
		if !moved {
			return
		}
		code = stands
	}
	f.record, f.why = code, why
}

// standing is the code of the case: the record's, or the one of staff if that is
// higher.
func (f *fold) standing() (survey.Disposition, survey.Reason) {
	if f.staff != "" && disposition.Precedes(f.staff, f.record) {
		return f.staff, survey.ReasonStaff
	}
	return f.record, f.why
}

// take adds one event to what is known.
func (f *fold) take(e history.Event) {
	switch e.Kind {
	case history.Attempt:
		f.attempt(e)
	case history.Begun:
		f.facts.Human, f.facts.Late = f.facts.Human || !f.ended, f.facts.Late || f.ended
	case history.Answered:
		f.facts.Late = f.facts.Late || f.ended
		if !f.ended {
			f.facts.Answered, f.facts.Applicable, f.facts.KeyAnswered = e.Answered, e.Applicable, e.Keys
		}
	case history.Submitted:
		f.facts.Submitted, f.facts.Late = f.facts.Submitted || !f.ended, f.facts.Late || f.ended
		f.closed = true
	case history.Refused:
		f.refuse(e.By == "other")
	case history.OptedOut:
		if e.Channel == "" {
			f.refuse(false)
		}
	case history.WrongPerson:
		f.facts.WrongPerson = true
	case history.Coded:
		f.staff, f.closed = e.Code, true
	case history.Reopened:
		if code, _ := f.standing(); disposition.Silent(code) && !f.ended {
			f.closed = false
		}
	case history.Ended:
		f.ended, f.closed = true, true
	}
}

// refuse records a refusal; the first says whose it was.
func (f *fold) refuse(byOther bool) {
	if !f.facts.Refused {
		f.facts.Refused, f.facts.ByOther = true, byOther
	}
	f.closed = true
}

// attempt records where a contact stands now.
func (f *fold) attempt(e history.Event) {
	a := survey.Attempt{Step: e.Step, Channel: e.Channel, Try: e.Try, State: e.State, Reason: e.Reason}
	f.facts.MessageLeft = f.facts.MessageLeft || e.Message && e.Reason == survey.ReasonMachine
	switch e.State {
	case survey.AttemptSent, survey.AttemptDelivered, survey.AttemptUndelivered:
		a.SentAt = e.At
	}
	key := attemptKey{e.Step, e.Channel, e.Try}
	if i, ok := f.attempts[key]; ok {
		if a.SentAt.IsZero() {
			a.SentAt = f.ledger[i].SentAt
		}
		f.ledger[i] = a
		return
	}
	f.attempts[key] = len(f.ledger)
	f.ledger = append(f.ledger, a)
}
