package android

import (
	"regexp"
	"strings"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// outcome is what a state does to its attempt. An accept that meets an attempt
// already sent is nothing new.
type outcome struct {
	event  survey.AttemptEvent
	reason survey.Reason
}

// states is the table of the gateway's states. A failed one takes its reason from
// the error.
var states = map[string]outcome{
	"Pending": {}, "Processed": {}, "Cancelling": {},
	"Sent":      {survey.AttemptAccept, survey.ReasonHandedOver},
	"Delivered": {survey.AttemptDeliver, survey.ReasonHandedOver},
	"Failed":    {survey.AttemptUndeliver, survey.ReasonTemporary},
	"Cancelled": {survey.AttemptRefuse, survey.ReasonStaff}, // only staff can, on the phone or its server
}

// stateOf reads a state and, of a failed one, why. An unknown state moves nothing,
// and is kept as the code.
func stateOf(id, state, why string) channel.Status {
	o, known := states[state]
	s := channel.Status{ProviderID: id, Event: o.event, Reason: o.reason}
	switch {
	case !known:
		s.Code = clip(state)
	case state == "Failed":
		fail(&s, why)
	}
	return s
}

// What a failure does to its attempt.
var (
	gone     = outcome{survey.AttemptRefuse, survey.ReasonDeadEndpoint}
	passing  = outcome{survey.AttemptUndeliver, survey.ReasonTemporary}
	tooFast  = outcome{survey.AttemptUndeliver, survey.ReasonThrottled}
	away     = outcome{survey.AttemptUndeliver, survey.ReasonUnreachable}
	filtered = outcome{survey.AttemptUndeliver, survey.ReasonFiltered}
	setUp    = outcome{survey.AttemptUndeliver, survey.ReasonConfig}
)

// results is the table of Android's results of a send (SmsManager, by name). The
// commonest one, RESULT_ERROR_GENERIC_FAILURE, is mostly an empty balance. What is
// missing is passing: our phone did not send it, the person is not to blame.
var results = map[string]outcome{
	"RESULT_ERROR_LIMIT_EXCEEDED":           tooFast,
	"RESULT_RIL_REQUEST_RATE_LIMITED":       tooFast,
	"RESULT_UNEXPECTED_EVENT_STOP_SENDING":  tooFast, // its owner was asked, and nobody looked
	"RESULT_NETWORK_REJECT":                 filtered,
	"RESULT_RIL_NETWORK_REJECT":             filtered,
	"RESULT_ERROR_FDN_CHECK_FAILURE":        setUp,
	"RESULT_NO_DEFAULT_SMS_APP":             setUp,
	"RESULT_OPERATION_NOT_ALLOWED":          setUp,
	"RESULT_RIL_OPERATION_NOT_ALLOWED":      setUp,
	"RESULT_RIL_ACCESS_BARRED":              setUp,
	"RESULT_RIL_SIM_ABSENT":                 setUp,
	"RESULT_INVALID_SMSC_ADDRESS":           setUp,
	"RESULT_RIL_INVALID_SMSC_ADDRESS":       setUp,
	"RESULT_ERROR_SHORT_CODE_NOT_ALLOWED":   setUp,
	"RESULT_ERROR_SHORT_CODE_NEVER_ALLOWED": setUp,
}

var (
	resultName   = regexp.MustCompile(`RESULT_[A-Z_]{1,60}`)
	centreStatus = regexp.MustCompile(`(?i)delivery result from sc\b.*:\s*(\d{1,3})\s*$`)
)

// fail reads why a message failed. The sentence holds the number of the message
// centre, or the recipient's: only a code of ours is kept of it.
func fail(s *channel.Status, why string) {
	words := strings.ToLower(why)
	o := passing
	switch name, centre := resultName.FindString(why), centreStatus.FindStringSubmatch(why); {
	case name != "":
		s.Code = name
		if listed, ok := results[name]; ok {
			o = listed
		}
	case centre != nil:
		// TP-Status of the message centre (3GPP TS 23.040 §9.2.3.15), which tries no
		// more: the handset is off, or it does not know the number. That is too weak a
		// proof to call a number dead.
		s.Code, o = "sc "+centre[1], away
	case strings.Contains(words, "ttl expired"):
		s.Code = "ttl"
	case strings.Contains(words, "delivery result"):
		s.Code, o = "report", away
	case strings.Contains(words, "sim") && strings.Contains(words, "not found"),
		strings.Contains(words, "no sims"), strings.Contains(words, "permission"):
		s.Code, o = "sim", setUp
	case strings.Contains(words, "phone number"), strings.Contains(words, "not a number"):
		s.Code, o = "number", gone
	default:
		s.Code = "failed"
	}
	s.Event, s.Reason = o.event, o.reason
	s.DeadEndpoint = o == gone
}

// clip bounds a word of the gateway's that is kept.
func clip(word string) string {
	const most = 40
	kept := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ':' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, word)
	return kept[:min(len(kept), most)]
}
