package dispatch

import (
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ReturnedMail is how mails fared, as far as mail servers tell.
type ReturnedMail struct {
	Handed  int // to a mail server, or refused by it
	Dead    int // of these, to mailboxes that do not exist or refuse for good
	Full    int // not delivered this time
	Blocked int // refused because of us: reputation, authentication, content
}

// CountReturned gathers the e-mails among counted attempts.
func CountReturned(counts []view.AttemptCount) ReturnedMail {
	var out ReturnedMail
	for _, c := range counts {
		if c.Channel != survey.Mail {
			continue
		}
		switch c.State {
		case survey.AttemptSent, survey.AttemptDelivered, survey.AttemptUnknown:
			out.Handed += c.N
		case survey.AttemptUndelivered, survey.AttemptFailed:
			out.Handed += c.N
			switch c.Reason {
			case survey.ReasonBounce, survey.ReasonPermanent:
				out.Dead += c.N
			case survey.ReasonSoftBounce:
				out.Full += c.N
			case survey.ReasonFiltered:
				out.Blocked += c.N
			}
		}
	}
	return out
}

// Alarms count, and take a share besides: one odd mailbox is no alarm.
const (
	blockedLeast, blockedShare = 3, 0.02
	deadLeast, deadShare       = 5, 0.05
)

// Distrusted reports whether mail servers refuse us too often for chance: at least
// 3 mails and 2 % of all. It is never the recipients' fault.
func (r ReturnedMail) Distrusted() bool {
	return r.Blocked >= blockedLeast && float64(r.Blocked) >= blockedShare*float64(r.Handed)
}

// Stale reports whether the list has too many mailboxes that are gone: at least 5
// and 5 % of all. Mail servers take that for the sign of a spammer.
func (r ReturnedMail) Stale() bool {
	return r.Dead >= deadLeast && float64(r.Dead) >= deadShare*float64(r.Handed)
}
