package phone

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// The classes of the providers' sheet, A7 and B5.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		class  channel.Class
		dead   bool
		status int
		codes  []int
	}{
		{channel.Permanent, true, 400, []int{21211, 21614, 21401, 30005, 30006, 13224}},
		{channel.OptedOut, false, 400, []int{21610}},
		{channel.Config, false, 400, []int{20003, 20404, 21212, 21606, 21657, 21408, 21612, 21703, 21704, 21602, 21603, 21617, 21619, 30002, 30018, 30024, 30042, 30034, 13227, 21215, 32205, 21219}},
		{channel.Permanent, false, 400, []int{30004, 30007, 30450, 30453, 21214, 21216}},
		{channel.Throttled, false, 429, []int{20429, 30001, 21611, 63017, 22005}},
		{channel.Temporary, false, 500, []int{20500, 30017, 30036, 30410, 30003, 30008}},
		// Codes that nobody listed.
		{channel.Permanent, false, 400, []int{29999}},
		{channel.Temporary, false, 503, []int{29999}},
		{channel.Throttled, false, 429, []int{29999}},
		{channel.Config, false, 401, []int{29999}},
	} {
		for _, code := range tt.codes {
			if v := verdictOf(code, tt.status); v.class != tt.class || v.dead != tt.dead {
				t.Errorf("%d at %d: %s dead=%v, want %s dead=%v", code, tt.status, v.class, v.dead, tt.class, tt.dead)
			}
		}
	}
}

// Whatever the tables say, the attempt machine can do it from sent, or it is an
// accept, which repeats what is known.
func TestOutcomesFitTheMachine(t *testing.T) {
	t.Parallel()
	machine := survey.AttemptMachine()
	check := func(what string, s channel.Status) {
		if (s.Event == "") != (s.Reason == "") {
			t.Errorf("%s: event %q with reason %q", what, s.Event, s.Reason)
		}
		from := survey.AttemptSent
		if s.Event == survey.AttemptAccept {
			from = survey.AttemptUnknown
		}
		if s.Event == "" {
			return
		}
		if _, err := machine.Next(from, s.Event); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for status := range messageOutcomes {
		check(status, messageStatus("SM1", status, 0))
		for code := range verdicts {
			check(status, messageStatus("SM1", status, code))
		}
	}
	for status := range callOutcomes {
		for _, sip := range []int{0, 404, 480, 486, 503, 604} {
			for _, by := range []string{"", "human", "machine_start", "machine_end_beep", "fax", "unknown"} {
				check(status, callStatus("CA1", status, sip, by))
			}
		}
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ got, want channel.Status }{
		"expired in the queue":    {messageStatus("SM1", "failed", 30036), channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonTemporary, Code: "30036"}},
		"opted out afterwards":    {messageStatus("SM1", "failed", 21610), channel.Status{Event: survey.AttemptRefuse, Reason: survey.ReasonOptedOut, Code: "21610", OptedOut: true}},
		"unlisted code":           {messageStatus("SM1", "undelivered", 39999), channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonUnreachable, Code: "39999"}},
		"code without a failure":  {messageStatus("SM1", "delivered", 30003), channel.Status{Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver}},
		"a status of tomorrow":    {messageStatus("SM1", "teleported", 0), channel.Status{Code: "teleported"}},
		"answering machine":       {callStatus("SM1", "completed", 0, "machine_end_beep"), channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonMachine, Code: "machine_end_beep"}},
		"a person":                {callStatus("SM1", "completed", 0, "human"), channel.Status{Event: survey.AttemptDeliver, Reason: survey.ReasonHandedOver}},
		"network fault":           {callStatus("SM1", "failed", 503, ""), channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonUnreachable, Code: "sip 503"}},
		"failed without a reason": {callStatus("SM1", "failed", 0, ""), channel.Status{Event: survey.AttemptRefuse, Reason: survey.ReasonPermanent}},
	} {
		tt.want.ProviderID = "SM1"
		if tt.got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, tt.got, tt.want)
		}
	}
}
