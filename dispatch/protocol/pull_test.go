package protocol

import (
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// bounces loses what is sent by some channels, and with it their addresses.
func bounces(c *Case, why survey.Reason, lost ...survey.Channel) func(Decision) (survey.AttemptState, survey.Reason) {
	return func(d Decision) (survey.AttemptState, survey.Reason) {
		for _, ch := range lost {
			if d.Step.Channel == ch {
				if why != survey.ReasonSoftBounce {
					c.Reach[ch] = Reach{Reason: survey.ReasonDeadEndpoint}
				}
				return survey.AttemptUndelivered, why
			}
		}
		return silent(d)
	}
}

// without is everywhere but there.
func without(lost ...survey.Channel) map[survey.Channel]Reach {
	reach := everywhere()
	for _, ch := range lost {
		delete(reach, ch)
	}
	return reach
}

// Where an address fails, the next channel takes over at once; the steps after it
// keep their own offsets, and nothing comes twice.
func TestTheNextChannelTakesOver(t *testing.T) {
	t.Parallel()
	// A mail on Monday, a text on Wednesday, a call on Friday, a mail on Saturday.
	spread := survey.Protocol{Name: "spread", Zone: zone, Length: 7 * day, Gap: 2 * hour, Windows: lawfulHours(), DayCaps: lawfulPerDay(),
		Steps: []survey.Step{
			{Name: "mail", Channel: survey.Mail, Text: survey.TextInvitation},
			{Name: "sms", Channel: survey.SMS, Text: survey.TextReminder, After: 2 * day},
			{Name: "call", Channel: survey.Call, Text: survey.TextReminder, After: 4 * day},
			{Name: "mail-last", Channel: survey.Mail, Text: survey.TextLast, After: 5 * day},
		}}
	follows := spread
	follows.Steps = []survey.Step{spread.Steps[0], spread.Steps[1], spread.Steps[2]}
	follows.Steps[1].Since, follows.Steps[2].Since = survey.SincePrevious, survey.SincePrevious
	only := func(c survey.StepCondition) survey.Protocol {
		p := spread
		p.Steps = append([]survey.Step(nil), spread.Steps...)
		p.Steps[1].Only = c
		return p
	}
	sms, mail, call := survey.SMS, survey.Mail, survey.Call
	for name, c := range map[string]struct {
		p     survey.Protocol
		reach map[survey.Channel]Reach
		why   survey.Reason
		lost  []survey.Channel
		want  string
	}{
		"all is well":      {spread, everywhere(), "", nil, "14 08:00 mail, 16 08:00 sms, 18 08:00 call, 19 08:00 mail-last, 21 08:00 close ended"},
		"the mail bounces": {spread, everywhere(), survey.ReasonBounce, []survey.Channel{mail}, "14 08:00 mail!, 14 08:00 sms, 18 08:00 call, 21 08:00 close ended"},
		"a mail that may come": {spread, everywhere(), survey.ReasonSoftBounce, []survey.Channel{mail},
			"14 08:00 mail!, 16 08:00 sms, 18 08:00 call, 19 08:00 mail-last!, 21 08:00 close ended"},
		"mail and text bounce": {spread, everywhere(), survey.ReasonDeadEndpoint, []survey.Channel{mail, sms},
			"14 08:00 mail!, 14 08:00 sms!, 14 08:00 call, 21 08:00 close ended"},
		"refused for good, the address with it":   {spread, everywhere(), survey.ReasonPermanent, []survey.Channel{mail}, "14 08:00 mail!, 14 08:00 sms, 18 08:00 call, 21 08:00 close ended"},
		"all bounce":                              {spread, everywhere(), survey.ReasonBounce, []survey.Channel{mail, sms, call}, "14 08:00 mail!, 14 08:00 sms!, 14 08:00 call!, 14 08:00 close exhausted"},
		"the text bounces":                        {spread, everywhere(), survey.ReasonBounce, []survey.Channel{sms}, "14 08:00 mail, 16 08:00 sms!, 16 08:00 call, 19 08:00 mail-last, 21 08:00 close ended"},
		"no mailbox":                              {spread, without(mail), "", nil, "14 08:00 sms, 18 08:00 call, 21 08:00 close ended"},
		"no mobile":                               {spread, without(sms), "", nil, "14 08:00 mail, 16 08:00 call, 19 08:00 mail-last, 21 08:00 close ended"},
		"a mailbox only":                          {spread, without(sms, call), "", nil, "14 08:00 mail, 19 08:00 mail-last, 21 08:00 close ended"},
		"a mailbox that is full":                  {spread, without(sms, call), survey.ReasonSoftBounce, []survey.Channel{mail}, "14 08:00 mail!, 19 08:00 mail-last!, 19 08:00 close exhausted"},
		"a landline only":                         {spread, without(mail, sms), "", nil, "14 08:00 call, 21 08:00 close ended"},
		"nobody":                                  {spread, nil, "", nil, "14 08:00 close exhausted"},
		"counted from the one before":             {follows, everywhere(), survey.ReasonBounce, []survey.Channel{mail}, "14 08:00 mail!, 14 08:00 sms, 18 08:00 call, 21 08:00 close ended"},
		"no mailbox, counted from the one before": {follows, without(mail), "", nil, "14 08:00 sms, 18 08:00 call, 21 08:00 close ended"},
		"a step that is for others is skipped": {only(survey.OnlyPartial), everywhere(), survey.ReasonBounce, []survey.Channel{mail},
			"14 08:00 mail!, 14 08:00 call, 21 08:00 close ended"},
		"a step that may apply later is not given up for nothing": {only(survey.OnlyNoEndpoint), without(call), survey.ReasonSoftBounce, []survey.Channel{mail},
			"14 08:00 mail!, 19 08:00 mail-last!, 19 08:00 close exhausted"},
	} {
		k := Case{Launched: at(t, "2026-12-14T08:00:00+07:00"), State: survey.InvitationOpen, Reach: c.reach}
		lines := strings.ReplaceAll(timeline(t, c.p, k, bounces(&k, c.why, c.lost...)), "\n", ", ")
		lines = strings.ReplaceAll(strings.ReplaceAll(lines, " 1 sent", ""), " 1 undelivered", "!")
		if lines != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, lines, c.want)
		}
	}
}

// A person who has a second mailbox: the one that bounced died, the channel did
// not. Another channel takes over all the same, if there is one; a step that is
// only for others keeps its own time.
func TestTheNextChannelTakesOverFromOneThatLives(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T08:00:00+07:00")
	for name, c := range map[string]struct {
		state survey.AttemptState
		next  survey.Step // a day after the mail
		step  string
		at    string
	}{
		"another channel":         {survey.AttemptUndelivered, survey.Step{Channel: survey.SMS}, "next", "2026-12-14T08:02:00+07:00"},
		"the same one":            {survey.AttemptUndelivered, survey.Step{Channel: survey.Mail}, "call", "2026-12-14T08:02:00+07:00"},
		"the same, never used":    {survey.AttemptCancelled, survey.Step{Channel: survey.Mail}, "call", "2026-12-14T08:02:00+07:00"},
		"one for others":          {survey.AttemptUndelivered, survey.Step{Channel: survey.SMS, Only: survey.OnlyNoEndpoint}, "call", "2026-12-14T08:02:00+07:00"},
		"one for others, no call": {survey.AttemptUndelivered, survey.Step{Channel: survey.SMS, Only: survey.OnlyNoEndpoint, Name: "last"}, "last", "2026-12-15T08:00:00+07:00"},
	} {
		p := Monthly()
		c.next.After, c.next.Text = day, survey.TextReminder
		p.Steps = []survey.Step{p.Steps[0], c.next, {Name: "call", Channel: survey.Call, Text: survey.TextReminder, After: 2 * day}}
		reach := everywhere()
		if c.next.Name == "" {
			p.Steps[1].Name = "next"
		} else {
			delete(reach, survey.Call)
		}
		k := Case{Launched: launched, State: survey.InvitationOpen, Reach: reach, Attempts: []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1,
			State: c.state, Reason: survey.ReasonBounce, SentAt: launched, EndedAt: launched.Add(time.Minute)}}}
		if d := Next(p, k, launched.Add(2*time.Minute)); d.Step.Name != c.step || !d.At.Equal(at(t, c.at)) {
			t.Errorf("%s: %s %s at %v", name, d.Action, d.Step.Name, d.At)
		}
	}
}

// A channel that was used keeps its distances, and nothing behind it jumps ahead.
func TestAChannelThatWasUsedIsNotPulled(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		p        survey.Protocol
		launched string
		reach    map[survey.Channel]Reach
		lost     []survey.Channel
		want     string
	}{
		"the mail of an urgent question bounces": {Urgent(), "2026-12-14T07:00:00+07:00", everywhere(), []survey.Channel{survey.Mail},
			"14 07:00 conversation, 14 07:30 mail!, 14 10:00 sms-reminder, 14 15:00 call, 15 07:00 close ended"},
		"a landline and a mailbox, monthly": {Monthly(), "2026-12-14T10:00:00+07:00", without(survey.SMS), nil,
			"14 10:00 mail, 15 10:00 call, 19 10:00 mail-last, 21 10:00 close ended"},
	} {
		k := Case{Launched: at(t, c.launched), State: survey.InvitationOpen, Reach: c.reach}
		lines := strings.ReplaceAll(timeline(t, c.p, k, bounces(&k, survey.ReasonBounce, c.lost...)), "\n", ", ")
		lines = strings.ReplaceAll(strings.ReplaceAll(lines, " 1 sent", ""), " 1 undelivered", "!")
		if lines != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, lines, c.want)
		}
	}
}

// Behind a step that keeps its own time because its channel was used, nothing is
// pulled, also if another one that keeps its own time stands before it.
func TestThePullEndsAtTheNextOtherChannel(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T08:00:00+07:00")
	p := Monthly()
	p.Gap = minute
	p.Steps = []survey.Step{{Name: "sms", Channel: survey.SMS}, {Name: "mail", Channel: survey.Mail}, {Name: "mail-2", Channel: survey.Mail, After: day},
		{Name: "sms-2", Channel: survey.SMS, After: 2 * day}, {Name: "call", Channel: survey.Call, After: 3 * day}}
	for i := range p.Steps {
		p.Steps[i].Text = survey.TextReminder
	}
	k := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{
		{Step: "sms", Channel: survey.SMS, Try: 1, State: survey.AttemptSent, SentAt: launched},
		{Step: "mail", Channel: survey.Mail, Try: 1, State: survey.AttemptUndelivered, Reason: survey.ReasonBounce, SentAt: launched.Add(time.Minute)}}}
	if d := Next(p, k, launched.Add(time.Hour)); d.Action != Wait || d.Step.Name != "mail-2" || !d.At.Equal(launched.Add(24*time.Hour)) {
		t.Errorf("a second mailbox: %s %s at %v", d.Action, d.Step.Name, d.At)
	}
	k.Reach[survey.Mail] = Reach{Reason: survey.ReasonDeadEndpoint}
	if d := Next(p, k, launched.Add(time.Hour)); d.Action != Wait || d.Step.Name != "sms-2" || !d.At.Equal(launched.Add(48*time.Hour)) {
		t.Errorf("none: %s %s at %v", d.Action, d.Step.Name, d.At)
	}
	// A step that cannot be made any more is no end.
	k.Reach[survey.SMS] = Reach{Reason: survey.ReasonSuppressed}
	if d := Next(p, k, at(t, "2026-12-14T09:00:00+07:00")); d.Action != Contact || d.Step.Name != "call" {
		t.Errorf("no texts either: %s %s at %v", d.Action, d.Step.Name, d.At)
	}
	k.Reach[survey.SMS], k.Barred = Reach{OK: true}, map[string]survey.Reason{"sms-2": survey.ReasonConfig}
	if d := Next(p, k, at(t, "2026-12-14T09:00:00+07:00")); d.Action != Contact || d.Step.Name != "call" {
		t.Errorf("its sender is not there: %s %s at %v", d.Action, d.Step.Name, d.At)
	}
}

// A step that is pulled stays inside hours and caps.
func TestAPulledStepKeepsToItsHours(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T21:59:00+07:00")
	c := Case{Launched: launched, State: survey.InvitationOpen, Reach: everywhere(), Attempts: []survey.Attempt{{Step: "mail", Channel: survey.Mail, Try: 1,
		State: survey.AttemptUndelivered, Reason: survey.ReasonBounce, SentAt: launched, EndedAt: launched.Add(2 * time.Minute)}}}
	p := Short()
	p.Length = 20 * hour
	d := Next(p, c, launched.Add(3*time.Minute))
	if d.Action != Wait || d.Step.Name != "conversation" || !d.At.Equal(at(t, "2026-12-15T07:00:00+07:00")) || d.Reason != survey.ReasonWindow {
		t.Errorf("got %+v", d)
	}
	c.Others = []survey.Touch{{Channel: survey.SMS, At: at(t, "2026-12-15T07:55:00+07:00"), Arrived: true}}
	d = Next(p, c, at(t, "2026-12-15T08:00:00+07:00"))
	if d.Action != Wait || d.Step.Name != "conversation" || !d.At.Equal(at(t, "2026-12-15T08:05:00+07:00")) || d.Reason != survey.ReasonWait {
		t.Errorf("after another campaign's text: %+v", d)
	}
}

// Whom nothing can have reached reads an invitation, whatever the step says; whom
// something may have reached, or who has begun, reads the step's own words.
func TestWording(t *testing.T) {
	t.Parallel()
	launched := at(t, "2026-12-14T09:00:00+07:00")
	now := launched.Add(time.Hour)
	for name, c := range map[string]struct {
		state  survey.AttemptState
		reason survey.Reason
		began  survey.InvitationState
		want   string
	}{
		"arrived":      {survey.AttemptSent, "", survey.InvitationOpen, survey.TextReminder},
		"in vain":      {survey.AttemptUndelivered, survey.ReasonBounce, survey.InvitationOpen, survey.TextInvitation},
		"never left":   {survey.AttemptCancelled, survey.ReasonSuppressed, survey.InvitationOpen, survey.TextInvitation},
		"heard a word": {survey.AttemptUndelivered, survey.ReasonHungUp, survey.InvitationOpen, survey.TextReminder},
		"has begun":    {survey.AttemptUndelivered, survey.ReasonBounce, survey.InvitationStarted, survey.TextReminder},
	} {
		k := Case{Launched: launched, State: c.began, Reach: without(survey.SMS), Attempts: []survey.Attempt{
			{Step: "call", Channel: survey.Call, Try: 2, State: c.state, Reason: c.reason, SentAt: launched, EndedAt: launched}}}
		if d := Next(Short(), k, now); d.Step.Name != "mail-reminder" || d.Text != c.want || d.Action != Contact {
			t.Errorf("%s: %s %s reads %q, want %q", name, d.Action, d.Step.Name, d.Text, c.want)
		}
	}
}
