package phone

import (
	"net/http"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// verdict is what one of Twilio's error codes means to us. class is for a
// refused request, reason for a message or call that failed after acceptance.
type verdict struct {
	class  channel.Class
	reason survey.Reason
	dead   bool // the number itself is bad for good
}

var (
	deadNumber = verdict{class: channel.Permanent, reason: survey.ReasonDeadEndpoint, dead: true}
	barred     = verdict{class: channel.Permanent, reason: survey.ReasonPermanent}
	filtered   = verdict{class: channel.Permanent, reason: survey.ReasonFiltered}
	optedOut   = verdict{class: channel.OptedOut, reason: survey.ReasonOptedOut}
	setUp      = verdict{class: channel.Config, reason: survey.ReasonConfig}
	passing    = verdict{class: channel.Temporary, reason: survey.ReasonTemporary}
	tooFast    = verdict{class: channel.Throttled, reason: survey.ReasonThrottled}
	away       = verdict{class: channel.Temporary, reason: survey.ReasonUnreachable}
)

// verdicts is the one table of Twilio's error codes ("Error and Warning
// Dictionary"). Twilio warns that the code of one cause may change, so what is
// missing is judged by its HTTP status, and the raw code is kept.
var verdicts = map[int]verdict{
	// The number.
	13224: deadNumber, // invalid number, voice
	21211: deadNumber, // invalid To
	21401: deadNumber, // invalid number
	21614: deadNumber, // not a mobile
	30005: deadNumber, // unknown handset
	30006: deadNumber, // landline or unreachable carrier
	21214: barred,     // To cannot be reached
	21216: barred,     // call to this number blocked

	// The person.
	21610: optedOut, // pair blocked after STOP

	// The content.
	30004: filtered, // blocked
	30007: filtered, // by the carrier
	30450: filtered, // fraud guard
	30453: filtered, // fraud guard

	// Us: authentication, sender, region, account, addresses, empty or long body.
	13227: setUp, 20003: setUp, 20005: setUp, 20404: setUp,
	21201: setUp, 21205: setUp, 21210: setUp, 21212: setUp, 21213: setUp, 21215: setUp, 21219: setUp,
	21222: setUp, 21224: setUp, 21408: setUp,
	21602: setUp, 21603: setUp, 21604: setUp, 21606: setUp, 21609: setUp, 21612: setUp, 21617: setUp, 21619: setUp,
	21657: setUp, 21701: setUp, 21703: setUp, 21704: setUp,
	30002: setUp, 30018: setUp, 30024: setUp, 30034: setUp, 30042: setUp, 32205: setUp,

	// The moment.
	20429: tooFast, // too many requests
	21611: tooFast, // the queue of From is full
	22005: tooFast, // the queue of calls is full
	30001: tooFast, // queue overflow
	63017: tooFast, // the account's pace
	20500: passing, // their fault
	20503: passing, // their fault
	30017: passing, // congestion
	30036: passing, // expired in the queue
	30410: passing, // provider timed out
	30003: away,    // switched off or out of reach
	30008: away,    // unknown error
}

// verdictOf judges a refusal by its code, else by its HTTP status.
func verdictOf(code, status int) verdict {
	if v, ok := verdicts[code]; ok {
		return v
	}
	switch {
	case status == http.StatusTooManyRequests:
		return tooFast
	case status >= 500:
		return passing
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return setUp
	}
	return barred
}
