package phone

import (
	"strconv"
	"strings"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// outcome is what a status does to its attempt. An accept that meets an attempt
// already sent is nothing new.
type outcome struct {
	event  survey.AttemptEvent
	reason survey.Reason
}

// messageOutcomes is the table of message statuses. Those of failure take their
// reason from the error code.
var messageOutcomes = map[string]outcome{
	"accepted": {}, "scheduled": {}, "queued": {}, "sending": {},
	"sent":                {survey.AttemptAccept, survey.ReasonHandedOver},
	"delivered":           {survey.AttemptDeliver, survey.ReasonHandedOver},
	"partially_delivered": {survey.AttemptDeliver, survey.ReasonHandedOver},
	"read":                {survey.AttemptDeliver, survey.ReasonHandedOver},
	"undelivered":         {survey.AttemptUndeliver, survey.ReasonUnreachable},
	"failed":              {survey.AttemptRefuse, survey.ReasonPermanent},
	"canceled":            {survey.AttemptRefuse, survey.ReasonStaff}, // only staff can, at Twilio's
}

// callOutcomes is the table of call statuses. A failed call takes its reason
// from the SIP code, a completed one from who answered.
var callOutcomes = map[string]outcome{
	"queued": {}, "initiated": {}, "ringing": {},
	"in-progress": {survey.AttemptAccept, survey.ReasonHandedOver},
	"completed":   {survey.AttemptDeliver, survey.ReasonHandedOver},
	"busy":        {survey.AttemptUndeliver, survey.ReasonBusy},
	"no-answer":   {survey.AttemptUndeliver, survey.ReasonNoAnswer},
	"failed":      {survey.AttemptRefuse, survey.ReasonPermanent},
	"canceled":    {survey.AttemptRefuse, survey.ReasonStaff},
}

// messageStatus reads a message's status. An unknown status moves nothing, and
// is kept as the code.
func messageStatus(sid, status string, errorCode int) channel.Status {
	o, known := messageOutcomes[status]
	s := channel.Status{ProviderID: sid, Event: o.event, Reason: o.reason}
	if !known {
		s.Code = status
	}
	if errorCode == 0 || o.event != survey.AttemptUndeliver && o.event != survey.AttemptRefuse {
		return s
	}
	s.Code = strconv.Itoa(errorCode)
	v, listed := verdicts[errorCode]
	if !listed {
		return s
	}
	s.Reason, s.DeadEndpoint, s.OptedOut = v.reason, v.dead, v.class == channel.OptedOut
	if v.class == channel.Temporary || v.class == channel.Throttled {
		s.Event = survey.AttemptUndeliver // not for good: the protocol may try again
	}
	return s
}

// callStatus reads a call's status; sip is the SIP code of a failed one, and
// answeredBy what answering-machine detection said, when it was on.
func callStatus(sid, status string, sip int, answeredBy string) channel.Status {
	o, known := callOutcomes[status]
	s := channel.Status{ProviderID: sid, Event: o.event, Reason: o.reason}
	switch {
	case !known:
		s.Code = status
	case status == "completed" && (strings.HasPrefix(answeredBy, "machine") || answeredBy == "fax"):
		s.Event, s.Reason, s.Code = survey.AttemptUndeliver, survey.ReasonMachine, answeredBy
	case status == "failed" && sip != 0:
		s.Code = "sip " + strconv.Itoa(sip)
		switch {
		case sip == 404, sip == 484, sip == 604: // RFC 3261: no such number
			s.Reason, s.DeadEndpoint = survey.ReasonDeadEndpoint, true
		case sip/100 == 5:
			s.Event, s.Reason = survey.AttemptUndeliver, survey.ReasonUnreachable
		}
	}
	return s
}
