package ingest

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/worker/channel"
)

// reachable gives her addresses, and the campaign steps on these channels.
func reachable(m *memory, endpoints []survey.Endpoint, channels ...survey.Channel) {
	m.c.Endpoints = endpoints
	for _, ch := range channels {
		m.c.Campaign.Protocol.Steps = append(m.c.Campaign.Protocol.Steps, survey.Step{Name: string(ch), Channel: ch})
	}
}

func mobile(number string) survey.Endpoint {
	return survey.Endpoint{Kind: survey.PhoneNumber, Address: number, SMS: true}
}

// "This is not that person" ends the case only if there is no other way to her.
func TestAWrongNumberIsNotTheEnd(t *testing.T) {
	t.Parallel()
	hers, mail := mobile(herPhone), survey.Endpoint{Kind: survey.EmailAddress, Address: "ha@thu.example"}
	other, landline := mobile("+84951112223"), survey.Endpoint{Kind: survey.PhoneNumber, Address: "+842983555010"}
	deadMail := mail
	deadMail.Status = survey.EndpointDead
	both := []survey.Channel{survey.SMS, survey.Mail}
	for name, c := range map[string]struct {
		endpoints []survey.Endpoint
		channels  []survey.Channel
		barred    []survey.Channel
		close     survey.Disposition
	}{
		"a mailbox":                          {[]survey.Endpoint{hers, mail}, both, nil, ""},
		"a mailbox, and no step for it":      {[]survey.Endpoint{hers, mail}, both[:1], nil, survey.WrongPerson},
		"a mailbox that is dead":             {[]survey.Endpoint{hers, deadMail}, both, nil, survey.WrongPerson},
		"a mailbox that wants no mail":       {[]survey.Endpoint{hers, mail}, both, []survey.Channel{survey.Mail}, survey.WrongPerson},
		"a mailbox, and no more of anything": {[]survey.Endpoint{hers, mail}, both, []survey.Channel{""}, survey.WrongPerson},
		"another mobile":                     {[]survey.Endpoint{hers, other}, both, nil, ""},
		"a landline that gets no text":       {[]survey.Endpoint{hers, landline}, both, nil, survey.WrongPerson},
		"a landline that may be called":      {[]survey.Endpoint{hers, landline}, []survey.Channel{survey.Call}, nil, ""},
		"nothing":                            {[]survey.Endpoint{hers}, both, nil, survey.WrongPerson},
	} {
		m := newMemory(t, "urgent-storm").talking()
		reachable(m, c.endpoints, c.channels...)
		m.c.Suppressed = c.barred
		d := newDesk(t, m)
		ch := d.text("nham so")
		if ch.Close != c.close || (ch.Cancel != "") != (c.close != "") || string(ch.NotTheirs) != herPhone || ch.Refusal != "" || ch.Human {
			t.Errorf("%s: disposition %q, all withdrawn because %q, not theirs %q, refusal %q, human %v; want %q", name, ch.Close, ch.Cancel,
				string(ch.NotTheirs), ch.Refusal, ch.Human, c.close)
		}
		if len(ch.Suppress) != 1 || ch.Suppress[0].ContactID != 0 || len(m.c.Conversations) != 0 {
			t.Errorf("%s: %d suppressions, %d conversations open", name, len(ch.Suppress), len(m.c.Conversations))
		}
	}
}

// By her other address she may still answer, and that outranks what a stranger
// said. Silence does not.
func TestAfterAWrongNumberTheCaseGoesOn(t *testing.T) {
	t.Parallel()
	for _, answers := range []bool{true, false} {
		m := newMemory(t, "urgent-prices")
		reachable(m, []survey.Endpoint{mobile(herPhone), {Kind: survey.EmailAddress, Address: "ha@thu.example"}}, survey.Call, survey.Mail)
		d := newDesk(t, m)
		for i, k := range []string{"", "1", "3"} {
			d.press(i, k)
		}
		if m.c.Invitation.State != survey.InvitationOpen || !m.c.Facts.WrongPerson {
			t.Fatalf("the case is %s, wrong person %v", m.c.Invitation.State, m.c.Facts.WrongPerson)
		}
		if answers {
			d.post("n", Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("3")}})
			if got := m.c.Invitation.Disposition; got != survey.Complete {
				t.Errorf("answered by mail, and coded %q", got)
			}
			continue
		}
		m.c.Invitation.State, m.c.Invitation.Disposition = survey.InvitationClosed, survey.WrongPerson // as the planner codes it
		d.status("a16", survey.AttemptDeliver)
		if got := m.c.Invitation.Disposition; got != survey.WrongPerson {
			t.Errorf("silent, and coded %q", got)
		}
	}
}

// closedAs is a case that ended in silence, its campaign over or not.
func closedAs(t *testing.T, code survey.Disposition, over bool) *desk {
	t.Helper()
	m := newMemory(t, "urgent-prices")
	m.c.Invitation.State, m.c.Invitation.Disposition = survey.InvitationClosed, code
	if code == survey.NothingReturned {
		m.c.Facts = m.c.Facts.WithAttempts(m.c.Attempts...)
	}
	if over {
		m.c.Campaign.State = survey.CampaignClosed
	}
	return newDesk(t, m)
}

// What comes to be known of a closed case raises its code, and lowers none but a
// silence.
func TestAClosedCaseIsReconsidered(t *testing.T) {
	t.Parallel()
	answer := func(d *desk) {
		d.post("n1", Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("1")}})
	}
	for name, c := range map[string]struct {
		code survey.Disposition
		over bool
		do   func(*desk)
		want survey.Disposition
		why  survey.Reason
	}{
		"a text in time":              {survey.NothingReturned, false, func(d *desk) { d.text("help") }, survey.LoggedOnOnly, survey.ReasonStarted},
		"Begin":                       {survey.NothingSent, false, func(d *desk) { d.post("n", Form{Action: Begin}) }, survey.LoggedOnOnly, survey.ReasonStarted},
		"an answer after a refusal":   {survey.RefusalByPerson, false, answer, survey.PartialSufficient, survey.ReasonStarted},
		"an answer after wrong code":  {survey.Away, false, answer, survey.PartialSufficient, survey.ReasonStarted},
		"a text after the end":        {survey.NothingReturned, true, func(d *desk) { d.text("2") }, survey.NotReturnedInTime, survey.ReasonLate},
		"an answer after the end":     {survey.NothingReturned, true, answer, survey.NotReturnedInTime, survey.ReasonLate},
		"a key after the end":         {survey.NothingReturned, true, func(d *desk) { d.press(1, "1") }, survey.NotReturnedInTime, survey.ReasonLate},
		"Back after the end":          {survey.NothingReturned, true, func(d *desk) { d.post("n", Form{Action: Back}) }, survey.NothingReturned, ""},
		"a late text after Begin":     {survey.LoggedOnOnly, true, func(d *desk) { d.text("2") }, survey.LoggedOnOnly, ""},
		"STOP after the end":          {survey.NothingReturned, true, func(d *desk) { d.text("STOP") }, survey.RefusalByPerson, survey.ReasonRefused},
		"wrong number after the end":  {survey.NothingReturned, true, func(d *desk) { d.text("nham so") }, survey.WrongPerson, survey.ReasonWrongPerson},
		"a late text to a staff code": {survey.NotEligible, true, func(d *desk) { d.text("STOP") }, survey.NotEligible, ""},
		"a call that met a machine": {survey.NothingSent, true, func(d *desk) {
			d.m.c.Attempts = []survey.Attempt{{ID: herCall, Channel: survey.Call, State: survey.AttemptSending}}
			d.receive(channel.Inbound{Kind: channel.InboundStatus, Ref: "a17", Status: &channel.Status{Ref: "a17",
				Event: survey.AttemptUndeliver, Reason: survey.ReasonMachine}})
		}, survey.MachineOfUnknown, survey.ReasonMachine},
		// What a status alone says is looked at by the scheduler.
		"a mail that came back": {survey.NothingReturned, true, func(d *desk) { d.status("a16", survey.AttemptUndeliver) }, survey.NothingReturned, ""},
	} {
		d := closedAs(t, c.code, c.over)
		c.do(d)
		if got, why := d.m.c.Invitation.Disposition, d.last().CloseReason; got != c.want || why != c.why {
			t.Errorf("%s: %s because %q, want %s, %q", name, got, why, c.want, c.why)
		}
	}
}

// How far a person was when a code was decided stands in the record: the case
// itself knows only how far she is now.
func TestTheRecordSaysHowFarAPersonWas(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-prices"))
	d.post("n1", Form{Action: Decline})
	d.post("n2", Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("1")}})
	var got []survey.Event
	for _, ch := range d.m.changes {
		got = append(got, ch.Events...)
	}
	if len(got) != 2 || got[0].Kind != survey.EventRefused || got[0].Args["answered"] != "0" ||
		got[1].Kind != survey.EventAnswered || got[1].Args["answered"] != "1" || got[1].Args["applicable"] != "2" || got[1].Args["keys"] != "true" {
		t.Errorf("events %+v", got)
	}
}

// Whether a machine has our message is whether it heard it to the end.
func TestMessageLeft(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		keys   []string
		status channel.Status
		left   bool
	}{
		"hung up at the first words":     {[]string{""}, channel.Status{Event: survey.AttemptDeliver}, false},
		"silence to the end":             {[]string{"", "", ""}, channel.Status{Event: survey.AttemptDeliver}, true},
		"a machine by its sound, to end": {[]string{"", "", ""}, channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonMachine}, true},
		"a machine by its sound":         {[]string{""}, channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonMachine}, false},
		"nothing was asked for":          {nil, channel.Status{Event: survey.AttemptDeliver}, false},
		"a person":                       {[]string{"", "1"}, channel.Status{Event: survey.AttemptDeliver}, false},
		"busy":                           {nil, channel.Status{Event: survey.AttemptUndeliver, Reason: survey.ReasonBusy}, false},
	} {
		d := newDesk(t, newMemory(t, "urgent-storm"))
		for i, k := range c.keys {
			d.press(i, k)
		}
		st := c.status
		st.Ref = "a17"
		ch := d.receive(channel.Inbound{Kind: channel.InboundStatus, Ref: st.Ref, Status: &st})
		if ch.MessageLeft != c.left || ch.Attempt == nil {
			t.Errorf("%s: message left %v, want %v", name, ch.MessageLeft, c.left)
		}
	}
}
