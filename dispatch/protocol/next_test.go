package protocol

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func everywhere() map[survey.Channel]Reach {
	return map[survey.Channel]Reach{survey.Mail: {OK: true}, survey.SMS: {OK: true}, survey.Call: {OK: true}}
}

// timeline plays one case against p until it closes, with an outcome per
// attempt, and tells what was done in the local time of p.
func timeline(t *testing.T, p survey.Protocol, c Case, outcome func(d Decision) (survey.AttemptState, survey.Reason)) string {
	t.Helper()
	loc, err := time.LoadLocation(p.Zone)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	now := c.Launched
	for range 200 {
		d := Next(p, c, now)
		stamp := now.In(loc).Format("02 15:04")
		switch d.Action {
		case Close:
			return strings.Join(append(out, stamp+" close "+string(d.Reason)), "\n")
		case Contact:
			state, reason := outcome(d)
			out = append(out, stamp+" "+d.Step.Name+" "+strconv.Itoa(d.Try)+" "+string(state))
			c.Attempts = append(c.Attempts, survey.Attempt{Step: d.Step.Name, Channel: d.Step.Channel, Try: d.Try,
				State: state, Reason: reason, DueAt: now, SentAt: now, EndedAt: now})
		case Wait:
			if !d.At.After(now) {
				t.Fatalf("%s: wait until %v", stamp, d.At)
			}
			now = d.At
		}
	}
	t.Fatal("no end")
	return ""
}

func silent(Decision) (survey.AttemptState, survey.Reason) {
	return survey.AttemptSent, survey.ReasonHandedOver
}

// nobodyHome answers no call; all else arrives.
func nobodyHome(d Decision) (survey.AttemptState, survey.Reason) {
	if d.Step.Channel == survey.Call {
		return survey.AttemptUndelivered, survey.ReasonNoAnswer
	}
	return silent(d)
}

func TestReadyTimelines(t *testing.T) {
	t.Parallel()
	noMail := everywhere()
	delete(noMail, survey.Mail)
	bounced := func(d Decision) (survey.AttemptState, survey.Reason) {
		if d.Step.Channel == survey.Mail {
			return survey.AttemptUndelivered, survey.ReasonBounce
		}
		return silent(d)
	}
	for name, c := range map[string]struct {
		p        survey.Protocol
		launched string
		reach    map[survey.Channel]Reach
		outcome  func(Decision) (survey.AttemptState, survey.Reason)
		want     string
	}{
		"monthly, silence": {Monthly(), "2026-12-14T08:00:00+07:00", everywhere(), nobodyHome, `
14 08:00 mail 1 sent
15 08:00 sms-reminder 1 sent
17 08:00 conversation 1 sent
18 08:00 call 1 undelivered
19 08:00 mail-last 1 sent
20 08:00 call 2 undelivered
21 08:00 close ended`},
		"monthly, without mail": {Monthly(), "2026-12-14T06:00:00+07:00", noMail, silent, `
14 07:00 sms 1 sent
15 07:00 sms-reminder 1 sent
17 07:00 conversation 1 sent
18 08:00 call 1 sent
21 06:00 close ended`},
		"monthly, mail bounces": {Monthly(), "2026-12-14T08:00:00+07:00", everywhere(), bounced, `
14 08:00 mail 1 undelivered
14 08:00 sms 1 sent
15 08:00 sms-reminder 1 sent
17 08:00 conversation 1 sent
18 08:00 call 1 sent
19 08:00 mail-last 1 undelivered
21 08:00 close ended`},
		"urgent, asked at 16:30": {Urgent(), "2026-12-14T16:30:00+07:00", everywhere(), nobodyHome, `
14 16:30 conversation 1 sent
14 17:00 mail 1 sent
14 19:30 sms-reminder 1 sent
15 08:00 call 1 undelivered
15 12:30 sms-last 1 sent
15 16:30 close ended`},
		"short": {Short(), "2026-12-14T09:00:00+07:00", everywhere(), nobodyHome, `
14 09:00 mail 1 sent
14 09:15 conversation 1 sent
14 09:40 call 1 undelivered
14 10:00 mail-reminder 1 sent
14 10:10 call 2 undelivered
14 11:00 close ended`},
		"short, at night only mail may go": {Short(), "2026-12-14T22:00:00+07:00", everywhere(), silent, `
14 22:00 mail 1 sent
14 23:00 mail-reminder 1 sent
15 00:00 close ended`},
		"nobody can be reached": {Short(), "2026-12-14T09:00:00+07:00", nil, silent, `
14 09:00 close exhausted`},
	} {
		got := timeline(t, c.p, Case{Launched: at(t, c.launched), State: survey.InvitationOpen, Reach: c.reach}, c.outcome)
		if want := strings.TrimPrefix(c.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, want)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	p := Short()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	clock := func(minutes int) time.Time { return launched.Add(time.Duration(minutes) * time.Minute) }
	attempt := func(step string, channel survey.Channel, try int, state survey.AttemptState, reason survey.Reason, minute int) survey.Attempt {
		return survey.Attempt{Step: step, Channel: channel, Try: try, State: state, Reason: reason,
			DueAt: clock(minute), SentAt: clock(minute), EndedAt: clock(minute)}
	}
	mail := attempt("mail", survey.Mail, 1, survey.AttemptSent, survey.ReasonHandedOver, 0)
	only := func(ch survey.Channel, r survey.Reason) map[survey.Channel]Reach {
		m := everywhere()
		m[ch] = Reach{Reason: r}
		return m
	}
	for name, c := range map[string]struct {
		c      Case
		minute int
		action Action
		step   string
		at     int // minutes; -1: zero
		reason survey.Reason
	}{
		"closed":                                 {Case{State: survey.InvitationClosed}, 0, Wait, "", -1, survey.ReasonClosed},
		"withdrawn":                              {Case{State: survey.InvitationWithdrawn}, 0, Wait, "", -1, survey.ReasonClosed},
		"held":                                   {Case{State: survey.InvitationHeld}, 0, Wait, "", -1, survey.ReasonWait},
		"refused":                                {Case{State: survey.InvitationOpen, Refused: true}, 10, Close, "", 10, survey.ReasonRefused},
		"over":                                   {Case{State: survey.InvitationOpen}, 120, Close, "", 120, survey.ReasonEnded},
		"first":                                  {Case{State: survey.InvitationOpen}, 0, Contact, "mail", 0, survey.ReasonDue},
		"before":                                 {Case{State: survey.InvitationOpen}, -30, Wait, "mail", 0, survey.ReasonWait},
		"late planner":                           {Case{State: survey.InvitationOpen}, 50, Contact, "mail", 50, survey.ReasonDue},
		"in flight":                              {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("mail", survey.Mail, 1, survey.AttemptQueued, "", 0)}}, 20, Wait, "", 120, survey.ReasonInFlight},
		"in doubt":                               {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("mail", survey.Mail, 1, survey.AttemptUnknown, survey.ReasonInDoubt, 0)}}, 20, Wait, "", 120, survey.ReasonInFlight},
		"sent blocks nothing":                    {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{mail}}, 15, Contact, "conversation", 15, survey.ReasonDue},
		"gap":                                    {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("mail", survey.Mail, 1, survey.AttemptSent, "", 12)}}, 15, Wait, "conversation", 22, survey.ReasonWait},
		"a bounce is no contact":                 {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("mail", survey.Mail, 1, survey.AttemptUndelivered, survey.ReasonBounce, 12)}}, 15, Contact, "conversation", 15, survey.ReasonDue},
		"no phone":                               {Case{State: survey.InvitationOpen, Reach: map[survey.Channel]Reach{survey.Mail: {OK: true}}, Attempts: []survey.Attempt{mail}}, 15, Wait, "mail-reminder", 60, survey.ReasonWait},
		"suppressed":                             {Case{State: survey.InvitationOpen, Reach: only(survey.SMS, survey.ReasonSuppressed), Attempts: []survey.Attempt{mail}}, 15, Wait, "call", 40, survey.ReasonWait},
		"shared phone":                           {Case{State: survey.InvitationOpen, Reach: only(survey.SMS, survey.ReasonShared), Attempts: []survey.Attempt{mail}}, 16, Wait, "conversation", 31, survey.ReasonShared},
		"shared phone does not hold up the call": {Case{State: survey.InvitationOpen, Reach: only(survey.SMS, survey.ReasonShared), Attempts: []survey.Attempt{mail}}, 40, Contact, "call", 40, survey.ReasonDue},
		"no step left":                           {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("mail-reminder", survey.Mail, 1, survey.AttemptSent, "", 60)}}, 61, Wait, "", 120, survey.ReasonExhausted},
		"nothing was ever handed over":           {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{{Step: "mail-reminder", Channel: survey.Mail, Try: 1, State: survey.AttemptFailed}}}, 61, Close, "", 61, survey.ReasonExhausted},
		"who began may finish":                   {Case{State: survey.InvitationStarted, Reach: map[survey.Channel]Reach{}}, 61, Wait, "", 120, survey.ReasonExhausted},
		"busy":                                   {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("call", survey.Call, 1, survey.AttemptUndelivered, survey.ReasonBusy, 41)}}, 42, Wait, "call", 53, survey.ReasonWait},
		"busy, the later step is due first":      {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("call", survey.Call, 1, survey.AttemptUndelivered, survey.ReasonBusy, 55)}}, 61, Contact, "mail-reminder", 61, survey.ReasonDue},
		"the retry outlives the later step": {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("call", survey.Call, 1, survey.AttemptUndelivered, survey.ReasonBusy, 55),
			attempt("mail-reminder", survey.Mail, 1, survey.AttemptSent, "", 61)}}, 62, Wait, "call", 71, survey.ReasonWait},
		"tries are spent": {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("call", survey.Call, 1, survey.AttemptUndelivered, survey.ReasonBusy, 41),
			attempt("call", survey.Call, 2, survey.AttemptUndelivered, survey.ReasonBusy, 54)}}, 55, Wait, "mail-reminder", 60, survey.ReasonWait},
		"a reason that is not tried again": {Case{State: survey.InvitationOpen, Attempts: []survey.Attempt{attempt("call", survey.Call, 1, survey.AttemptFailed, survey.ReasonPermanent, 41)}}, 55, Wait, "mail-reminder", 60, survey.ReasonWait},
	} {
		c.c.Launched = launched
		if c.c.Reach == nil {
			c.c.Reach = everywhere()
		}
		d := Next(p, c.c, clock(c.minute))
		want := time.Time{}
		if c.at >= 0 {
			want = clock(c.at)
		}
		if d.Action != c.action || d.Step.Name != c.step || !d.At.Equal(want) || d.Reason != c.reason {
			t.Errorf("%s: got %s %s at %v (%s)", name, d.Action, d.Step.Name, d.At.Sub(launched), d.Reason)
		}
		if (d.Action == Contact) != !d.EndOfWindow.IsZero() {
			t.Errorf("%s: end of window %v", name, d.EndOfWindow)
		}
	}
}

func TestNextTellsWhatWasPassedOver(t *testing.T) {
	t.Parallel()
	p := Monthly()
	c := Case{Launched: at(t, "2026-12-14T08:00:00+07:00"), State: survey.InvitationOpen, Reach: everywhere()}
	c.Reach[survey.Mail] = Reach{Reason: survey.ReasonDeadEndpoint}
	d := Next(p, c, c.Launched)
	if d.Step.Name != "sms" || !slices.Equal(d.Passed, []Passed{{"mail", survey.ReasonDeadEndpoint}}) {
		t.Errorf("got %s, passed %v", d.Step.Name, d.Passed)
	}
	c.Attempts = []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptSent, SentAt: c.Launched}}
	if d = Next(p, c, c.Launched.Add(24*time.Hour)); !slices.Equal(d.Passed, []Passed{{"sms", survey.ReasonHandedOver}}) {
		t.Errorf("passed %v", d.Passed)
	}
}

func TestOnlyPartial(t *testing.T) {
	t.Parallel()
	p := Short()
	p.Steps[3].Only = survey.OnlyPartial
	launched := at(t, "2026-12-14T09:00:00+07:00")
	c := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{
		{Step: "call", Channel: survey.Call, Try: 1, State: survey.AttemptDelivered, SentAt: launched.Add(40 * time.Minute)}}}
	if d := Next(p, c, launched.Add(50*time.Minute)); d.Action != Wait || d.Step.Name != "mail-reminder" {
		t.Errorf("who has not begun may have by then: %+v", d)
	}
	if d := Next(p, c, launched.Add(time.Hour)); d.Action != Wait || d.Reason != survey.ReasonExhausted {
		t.Errorf("not begun: %+v", d)
	}
	c.State = survey.InvitationStarted
	if d := Next(p, c, launched.Add(time.Hour)); d.Action != Contact {
		t.Errorf("begun: %+v", d)
	}
	c.Attempts, c.State = nil, survey.InvitationOpen
	c.Reach = map[survey.Channel]Reach{survey.Mail: {OK: true}}
	p.Steps = p.Steps[3:]
	if d := Next(p, c, launched); d.Action != Close {
		t.Errorf("a beginning that cannot come: %+v", d)
	}
}

func TestInvalidProtocolContactsNobody(t *testing.T) {
	t.Parallel()
	p := Short()
	p.Zone = "Nowhere/Atall"
	c := Case{Launched: at(t, "2026-12-14T09:00:00+07:00"), State: survey.InvitationOpen, Reach: everywhere()}
	for _, d := range []Decision{Next(p, c, c.Launched), Loaded{}.Next(c, c.Launched)} {
		if d.Action != Wait || !d.At.IsZero() || d.Reason != survey.ReasonConfig {
			t.Errorf("got %+v", d)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	l, err := Load(Monthly())
	if err != nil {
		b.Fatal(err)
	}
	launched := time.Date(2026, 12, 14, 1, 0, 0, 0, time.UTC)
	c := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{
		{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptSent, SentAt: launched}}}
	for b.Loop() {
		l.Next(c, launched.Add(time.Hour))
	}
}
