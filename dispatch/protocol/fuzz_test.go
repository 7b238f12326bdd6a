package protocol

import (
	"encoding/json"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// fuzzed is a protocol, a case and a time as JSON has them.
type fuzzed struct {
	Protocol survey.Protocol
	Case     Case
	Now      time.Time
}

// FuzzNext decides on any protocol and history that can be written down: it must
// not panic, and keeps the laws that can be seen from one decision.
func FuzzNext(f *testing.F) {
	launched := time.Date(2026, 12, 14, 1, 0, 0, 0, time.UTC)
	for i, p := range []survey.Protocol{Monthly(), Urgent(), Short(), {}} {
		for _, a := range [][]survey.Attempt{nil, {{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptUndelivered, Reason: survey.ReasonBounce, SentAt: launched}},
			{{Step: "call", Channel: survey.Call, Try: 1, State: survey.AttemptUndelivered, Reason: survey.ReasonNoAnswer, SentAt: launched, EndedAt: launched}}} {
			seed, err := json.Marshal(fuzzed{p, Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: a, Zone: zonesOfTest()[i],
				Others: []survey.Touch{{Channel: survey.SMS, At: launched, Arrived: true}}}, launched.Add(time.Duration(i) * 26 * time.Hour)})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var in fuzzed
		if json.Unmarshal(src, &in) != nil {
			return
		}
		d := Next(in.Protocol, in.Case, in.Now)
		l, err := Load(in.Protocol)
		if err != nil {
			if d.Action != Wait || !d.At.IsZero() || d.Reason != survey.ReasonConfig {
				t.Fatalf("an invalid protocol: %+v", d)
			}
			return
		}
		ends := in.Case.Ends
		if ends.IsZero() {
			ends = in.Case.Launched.Add(in.Protocol.Length.Duration())
		}
		switch d.Action {
		case Close:
			if !d.At.Equal(in.Now) {
				t.Fatalf("closes at another time: %+v", d)
			}
		case Wait:
			if !d.At.IsZero() && (!d.At.After(in.Now) || d.At.After(ends)) {
				t.Fatalf("waits until then: %+v", d)
			}
		case Contact:
			p := l.Permit(Ask{Channel: d.Step.Channel, Zone: in.Case.Zone, From: in.Now, Touches: touches(in.Case)})
			if !d.At.Equal(in.Now) || !p.At.Equal(in.Now) || !in.Now.Before(ends) || !d.EndOfWindow.After(in.Now) ||
				!in.Case.Reach[d.Step.Channel].OK || d.Try > max(d.Step.Tries, 1) || in.Case.Refused {
				t.Fatalf("contacts: %+v, permitted: %+v", d, p)
			}
			if why := rulesOf(in.Protocol, Ask{Channel: d.Step.Channel, Zone: in.Case.Zone, Touches: touches(in.Case)}).broken(in.Now); why != "" && why != "holiday" {
				t.Fatalf("contacts against the %s: %+v", why, d)
			}
		default:
			t.Fatalf("no action: %+v", d)
		}
	})
}
