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

// After the n-th try that ended so comes the n-th wait of that outcome, however
// the tries between them ended.
func TestTheLadder(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	p := Short()
	p.Steps = []survey.Step{{Name: "call", Channel: survey.Call, Text: survey.TextInvitation, Tries: 5, Retry: map[survey.Reason]survey.Ladder{
		survey.ReasonBusy: {minute, 2 * minute, 4 * minute}, survey.ReasonNoAnswer: {10 * minute, 20 * minute}}}}
	p.DayCaps[survey.Call] = 9
	busy, nobody := survey.ReasonBusy, survey.ReasonNoAnswer
	for _, c := range []struct {
		tries []survey.Reason
		wait  survey.Span // 0: none
	}{
		{[]survey.Reason{busy}, minute}, {[]survey.Reason{busy, busy}, 2 * minute}, {[]survey.Reason{busy, busy, busy, busy}, 4 * minute},
		{[]survey.Reason{nobody}, 10 * minute}, {[]survey.Reason{busy, nobody}, 10 * minute}, {[]survey.Reason{nobody, busy, nobody}, 20 * minute},
		{[]survey.Reason{nobody, nobody, busy}, minute}, {[]survey.Reason{busy, busy, busy, busy, busy}, 0}, {[]survey.Reason{survey.ReasonPermanent}, 0},
	} {
		k := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere()}
		for i, why := range c.tries {
			k.Attempts = append(k.Attempts, survey.Attempt{Step: "call", Channel: survey.Call, Try: i + 1, State: survey.AttemptUndelivered,
				Reason: why, SentAt: launched, EndedAt: launched.Add(time.Minute)})
		}
		d := Next(p, k, launched.Add(time.Minute))
		switch {
		case c.wait == 0 && d.Action == Close && d.Reason == survey.ReasonExhausted:
		case c.wait == 0 || d.Action != Wait || d.Try != len(c.tries)+1 || !d.At.Equal(launched.Add(time.Minute+c.wait.Duration())):
			t.Errorf("%v: %s, try %d at %v (%s)", c.tries, d.Action, d.Try, d.At, d.Reason)
		}
	}
}

// Contacts of other campaigns count for gap, day and month, not for the wave; the
// case's own count for all.
func TestContactsOfOtherCampaigns(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	touch := func(ago time.Duration) survey.Touch {
		return survey.Touch{Channel: survey.Mail, At: launched.Add(-ago), Arrived: true, Own: true} // whatever the caller says
	}
	const days = 24 * time.Hour
	for name, c := range map[string]struct {
		others []survey.Touch
		own    int
		action Action
		at     time.Time
		reason survey.Reason
	}{
		"none":            {nil, 0, Contact, launched, survey.ReasonDue},
		"an hour ago":     {[]survey.Touch{touch(time.Hour)}, 0, Wait, launched.Add(19 * time.Hour), survey.ReasonWait},
		"five in a month": {[]survey.Touch{touch(2 * days), touch(3 * days), touch(4 * days), touch(5 * days), touch(6 * days)}, 0, Contact, launched, survey.ReasonDue},
		"eight in a month": {[]survey.Touch{touch(2 * days), touch(3 * days), touch(4 * days), touch(5 * days), touch(6 * days), touch(7 * days), touch(8 * days), touch(28 * days)}, 0,
			Wait, launched.Add(2 * days), survey.ReasonCap},
		"five of its own": {nil, 5, Wait, launched.Add(7 * days), survey.ReasonExhausted},
	} {
		k := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Others: c.others}
		for i := range c.own {
			k.Attempts = append(k.Attempts, survey.Attempt{Step: "mail", Channel: survey.Mail, Try: i + 1, State: survey.AttemptSent,
				SentAt: launched.Add(-time.Duration(i+10) * days)})
		}
		if d := Next(Monthly(), k, launched); d.Action != c.action || !d.At.Equal(c.at) || d.Reason != c.reason {
			t.Errorf("%s: %s at %v (%s)", name, d.Action, d.At, d.Reason)
		}
	}
}

// What cannot be done before the end is passed over with what keeps it.
func TestNothingMoreBeforeTheEnd(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	sent := survey.Attempt{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptSent, SentAt: launched}
	missed := survey.Attempt{Step: "call", Channel: survey.Call, Try: 1, State: survey.AttemptUndelivered, Reason: survey.ReasonNoAnswer,
		SentAt: launched.Add(100 * time.Minute), EndedAt: launched.Add(100 * time.Minute)}
	full := make([]survey.Touch, 3)
	for i := range full {
		full[i] = survey.Touch{Channel: survey.Mail, At: launched.Add(-time.Hour)}
	}
	for name, c := range map[string]struct {
		attempts []survey.Attempt
		others   []survey.Touch
		reach    map[survey.Channel]Reach
		minute   int
		action   Action
		passed   []Passed
	}{
		"a retry after the end":         {[]survey.Attempt{sent, missed}, nil, without(survey.Mail), 101, Wait, []Passed{{"call", survey.ReasonEnded}, {"mail-reminder", survey.ReasonNoEndpoint}}},
		"the same, and nothing arrived": {[]survey.Attempt{missed}, nil, without(survey.Mail), 101, Close, []Passed{{"call", survey.ReasonEnded}, {"mail-reminder", survey.ReasonNoEndpoint}}},
		"a cap until after the end":     {nil, full, map[survey.Channel]Reach{survey.Mail: {OK: true}}, 0, Close, []Passed{{"mail", survey.ReasonCap}, {"conversation", survey.ReasonNoEndpoint}, {"call", survey.ReasonNoEndpoint}, {"mail-reminder", survey.ReasonCap}}},
		"a gap until after the end":     {[]survey.Attempt{{Step: "call", Channel: survey.Call, Try: 2, State: survey.AttemptSent, SentAt: launched.Add(115 * time.Minute)}}, nil, everywhere(), 116, Wait, []Passed{{"mail-reminder", survey.ReasonEnded}}},
	} {
		k := Case{Launched: launched, State: survey.InvitationOpen, Reach: c.reach, Attempts: c.attempts, Others: c.others}
		d := Next(Short(), k, launched.Add(time.Duration(c.minute)*time.Minute))
		if d.Action != c.action || d.Reason != survey.ReasonExhausted || d.Step.Name != "" || !slices.Equal(d.Passed, c.passed) {
			t.Errorf("%s: %+v", name, d)
		}
		if c.action == Wait && !d.At.Equal(launched.Add(2*time.Hour)) {
			t.Errorf("%s: waits until %v, want the end", name, d.At)
		}
	}
	night := at(t, "2026-12-14T21:30:00+07:00")
	k := Case{Launched: night, State: survey.InvitationOpen, Reach: without(survey.Mail, survey.Call)}
	if d := Next(Short(), k, night.Add(45*time.Minute)); d.Action != Close || !slices.Contains(d.Passed, Passed{"conversation", survey.ReasonWindow}) {
		t.Errorf("the hours end before the step: %+v", d)
	}
}

// A step whose sender is not there is passed over; with no other left the case is
// not given up: we may mend it.
func TestAStepWithoutItsSender(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	k := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Barred: map[string]survey.Reason{"mail": survey.ReasonConfig}}
	d := Next(Short(), k, launched.Add(15*time.Minute))
	if d.Action != Contact || d.Step.Name != "conversation" || !slices.Equal(d.Passed, []Passed{{"mail", survey.ReasonConfig}}) {
		t.Errorf("got %+v", d)
	}
	for _, s := range Short().Steps {
		k.Barred[s.Name] = survey.ReasonConfig
	}
	if d := Next(Short(), k, launched); d.Action != Wait || d.Reason != survey.ReasonConfig || !d.At.Equal(launched.Add(Recheck)) {
		t.Errorf("without any: %+v", d)
	}
}

// The conditions, judged when the step is due.
func TestConditions(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	mail := func(s survey.AttemptState, why survey.Reason) []survey.Attempt {
		return []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1, State: s, Reason: why, SentAt: launched, EndedAt: launched}}
	}
	arrived, late := mail(survey.AttemptSent, ""), mail(survey.AttemptUndelivered, survey.ReasonSoftBounce)
	never := []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptCancelled, Reason: survey.ReasonPaused, EndedAt: launched}}
	for name, c := range map[string]struct {
		only     survey.StepCondition
		attempts []survey.Attempt
		reach    map[survey.Channel]Reach
		state    survey.InvitationState
		passed   survey.Reason // "" if it applies
	}{
		"unreached, and it is so":      {survey.OnlyUnreached, late, everywhere(), survey.InvitationOpen, ""},
		"unreached, but it arrived":    {survey.OnlyUnreached, arrived, everywhere(), survey.InvitationOpen, survey.ReasonHandedOver},
		"undelivered, and it is so":    {survey.OnlyUndelivered, late, everywhere(), survey.InvitationOpen, ""},
		"undelivered, refused at once": {survey.OnlyUndelivered, mail(survey.AttemptFailed, survey.ReasonPermanent), everywhere(), survey.InvitationOpen, ""},
		"undelivered, but it arrived":  {survey.OnlyUndelivered, arrived, everywhere(), survey.InvitationOpen, survey.ReasonHandedOver},
		"undelivered, but never sent":  {survey.OnlyUndelivered, never, everywhere(), survey.InvitationOpen, survey.ReasonCondition},
		"no mailbox, and it is so":     {survey.OnlyNoEndpoint, nil, without(survey.Mail), survey.InvitationOpen, ""},
		"no mailbox, it is barred":     {survey.OnlyNoEndpoint, never, map[survey.Channel]Reach{survey.SMS: {OK: true}, survey.Mail: {Reason: survey.ReasonSuppressed}}, survey.InvitationOpen, ""},
		"no mailbox, but there is":     {survey.OnlyNoEndpoint, arrived, everywhere(), survey.InvitationOpen, survey.ReasonCondition},
		"no mailbox, it is in use":     {survey.OnlyNoEndpoint, never, map[survey.Channel]Reach{survey.SMS: {OK: true}, survey.Mail: {Reason: survey.ReasonShared}}, survey.InvitationOpen, survey.ReasonCondition},
		"unanswered, and it is so":     {survey.OnlyUnanswered, arrived, everywhere(), survey.InvitationOpen, ""},
		"unanswered, but begun":        {survey.OnlyUnanswered, arrived, everywhere(), survey.InvitationStarted, survey.ReasonStarted},
		"partial, and it is so":        {survey.OnlyPartial, arrived, everywhere(), survey.InvitationStarted, ""},
		"partial, but not begun":       {survey.OnlyPartial, arrived, everywhere(), survey.InvitationOpen, survey.ReasonCondition},
	} {
		p := Short()
		p.Steps = []survey.Step{p.Steps[0], {Name: "sms", Channel: survey.SMS, Text: survey.TextReminder, After: 15 * minute, Only: c.only}}
		k := Case{Launched: launched, State: c.state, Reach: c.reach, Attempts: c.attempts}
		d := Next(p, k, launched.Add(20*time.Minute))
		applies := d.Action == Contact && d.Step.Name == "sms"
		if applies != (c.passed == "") || !applies && (len(d.Passed) == 0 || d.Passed[len(d.Passed)-1] != Passed{"sms", c.passed}) {
			t.Errorf("%s: %s %s, passed %v", name, d.Action, d.Step.Name, d.Passed)
		}
	}
}

// An offset from the step before counts from its last try that left us.
func TestSincePrevious(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	p := Short()
	p.Steps[1].Since, p.Steps[1].After = survey.SincePrevious, 30*minute
	sent := survey.Attempt{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptSent, SentAt: launched.Add(20 * time.Minute), DueAt: launched}
	cancelled := survey.Attempt{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptCancelled, DueAt: launched, EndedAt: launched.Add(20 * time.Minute)}
	for name, c := range map[string]struct {
		attempt survey.Attempt
		at      int
	}{"sent": {sent, 50}, "never left": {cancelled, 30}} {
		k := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{c.attempt}}
		d := Next(p, k, launched.Add(21*time.Minute))
		if d.Action != Wait || d.Step.Name != "conversation" || !d.At.Equal(launched.Add(time.Duration(c.at)*time.Minute)) {
			t.Errorf("%s: %s %s at %v", name, d.Action, d.Step.Name, d.At.Sub(launched))
		}
	}
}

// A step that is for others just now holds up nobody until its hours come; before
// it is due, it is waited for, to be judged then.
func TestAStepForOthersHoldsUpNobody(t *testing.T) {
	t.Parallel()
	night := at(t, "2026-12-14T22:30:00+07:00")
	p := Short()
	p.Length, p.Gap = 20*hour, 0
	p.Steps = []survey.Step{p.Steps[0], {Name: "sms", Channel: survey.SMS, Text: survey.TextInvitation, Only: survey.OnlyUnreached, After: 10 * minute}, p.Steps[3]}
	k := Case{Launched: night, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{
		{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptSent, SentAt: night}}}
	for now, want := range map[int]int{5: 10, 10: 60, 30: 60} {
		d := Next(p, k, night.Add(time.Duration(now)*time.Minute))
		if d.Action != Wait || d.Reason != survey.ReasonWait || !d.At.Equal(night.Add(time.Duration(want)*time.Minute)) {
			t.Errorf("after %d minutes: %s %s at %v (%s)", now, d.Action, d.Step.Name, d.At.Sub(night), d.Reason)
		}
	}
	// The mail comes back at night: the text is meant, and waits for its hours.
	k.Attempts[0].State, k.Attempts[0].Reason = survey.AttemptUndelivered, survey.ReasonSoftBounce
	if d := Next(p, k, night.Add(30*time.Minute)); d.Step.Name != "sms" || d.Reason != survey.ReasonWindow {
		t.Errorf("came back: %s %s (%s)", d.Action, d.Step.Name, d.Reason)
	}
}
