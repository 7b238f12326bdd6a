package results

import (
	"strconv"
	"strings"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Law names a conservation law.
type Law string

// The laws.
const (
	LawDisposition Law = "one_disposition"   // every released invitation ends in exactly one
	LawCode        Law = "known_disposition" // and the code is one in use
	LawLedger      Law = "ledger_adds_up"    // planned = sum of the states
	LawSettled     Law = "nothing_under_way" // after the end nothing is queued or sending
	LawReceived    Law = "received_as_sent"  // received lies between certain and certain + in doubt
	LawOnce        Law = "received_once"     // no id twice, unless resent
	LawOptOut      Law = "nothing_after_opt_out"
	LawSubmit      Law = "nothing_after_submit"
	LawInbox       Law = "inbox_applied_once"
	LawResults     Law = "results_are_responses"
)

// Violation is a law that does not hold: Got lies outside [Low, High].
type Violation struct {
	Law   Law    `json:"law"`
	Where string `json:"where,omitempty"` // attempts, notices, or a code
	Got   int    `json:"got"`
	Low   int    `json:"low"`
	High  int    `json:"high"`
}

// String is for a log or a test; people read the words of templates.
func (v Violation) String() string {
	s := string(v.Law)
	if v.Where != "" {
		s += " (" + v.Where + ")"
	}
	return s + ": " + strconv.Itoa(v.Got) + ", want " + strconv.Itoa(v.Low) + " to " + strconv.Itoa(v.High)
}

// Received counts what the other side took, by our own references: those of
// attempts begin with a, those of notices with n. Each of byRef
// says how often somebody took what.
func Received(byRef ...map[string]int) (attempts, notices *view.Received) {
	attempts, notices = &view.Received{}, &view.Received{}
	for _, taken := range byRef {
		for ref, n := range taken {
			to := attempts
			if strings.HasPrefix(ref, "n") {
				to = notices
			}
			to.Distinct++
			to.Repeats += n - 1
		}
	}
	return attempts, notices
}

// Balance checks the conservation laws; nil means that all hold. During the
// field period what is under way is allowed for.
func Balance(l view.Ledger) []Violation {
	var b balance
	closed := 0
	known := map[survey.Disposition]bool{}
	for _, d := range survey.Dispositions() {
		known[d] = true
	}
	for d, n := range l.Closed {
		closed += n
		if !known[d] {
			b.within(Violation{LawCode, string(d), n, 0, 0})
		}
	}
	b.within(Violation{LawDisposition, "", closed + l.Open, l.Released, l.Released})
	if l.Ended {
		b.within(Violation{LawDisposition, "open", l.Open, 0, 0})
	}
	b.outbound("attempts", l.Attempts, l.Ended)
	b.outbound("notices", l.Notices, l.Ended)
	b.within(Violation{LawOptOut, "", l.SentAfterOptOut, 0, 0})
	b.within(Violation{LawSubmit, "", l.SentAfterSubmit, 0, 0})
	b.within(Violation{LawInbox, "", l.InboxApplied + l.InboxUnapplied, l.InboxRows, l.InboxRows})
	b.within(Violation{LawInbox, "repeated", l.InboxRepeated, 0, 0})
	if l.Ended {
		b.within(Violation{LawInbox, "unapplied", l.InboxUnapplied, 0, 0})
	}
	b.within(Violation{LawResults, "", l.ResultRows, l.Submitted, l.Submitted})
	return b.violations
}

type balance struct {
	violations []Violation
}

// within notes v unless its figure lies within its bounds.
func (b *balance) within(v Violation) {
	if v.Got < v.Low || v.Got > v.High {
		b.violations = append(b.violations, v)
	}
}

func (b *balance) outbound(where string, o view.Outbound, ended bool) {
	sum := 0
	for _, n := range o.States {
		sum += n
	}
	b.within(Violation{LawLedger, where, sum, o.Planned, o.Planned})
	underWay := o.States[survey.AttemptQueued] + o.States[survey.AttemptSending]
	if ended {
		b.within(Violation{LawSettled, where, underWay, 0, 0})
	}
	if o.Received == nil {
		return
	}
	certain := o.States[survey.AttemptSent] + o.States[survey.AttemptDelivered] + o.States[survey.AttemptUndelivered] + o.RefusedLater
	doubtful := o.States[survey.AttemptUnknown] + o.States[survey.AttemptSending] + o.Perhaps
	b.within(Violation{LawReceived, where, o.Received.Distinct, certain, certain + doubtful})
	b.within(Violation{LawOnce, where, o.Received.Repeats, 0, o.Resent})
}
