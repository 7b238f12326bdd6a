package protocol

import (
	"slices"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// The hours of a person narrow those of the channel, on every channel, and never
// widen them.
func TestHoursOfThePerson(t *testing.T) {
	t.Parallel()
	const monday, saturday, night = "2026-12-14T09:00:00+07:00", "2026-12-19T09:00:00+07:00", "2026-12-14T23:00:00+07:00"
	for name, c := range map[string]struct {
		channel      survey.Channel
		wish         survey.Hours
		from         string
		at, closes   string // "" is never
		reason       survey.Reason
		zoneOfPerson string
	}{
		"she did not say":                     {channel: survey.SMS, wish: "", from: saturday, at: saturday, closes: "2026-12-19T22:00:00+07:00", reason: survey.ReasonDue},
		"any hour":                            {channel: survey.SMS, wish: survey.HoursAny, from: saturday, at: saturday, closes: "2026-12-19T22:00:00+07:00", reason: survey.ReasonDue},
		"in working hours":                    {channel: survey.SMS, wish: survey.HoursOffice, from: monday, at: monday, closes: "2026-12-14T17:00:00+07:00", reason: survey.ReasonDue},
		"before work":                         {channel: survey.SMS, wish: survey.HoursOffice, from: "2026-12-14T07:10:00+07:00", at: "2026-12-14T08:00:00+07:00", closes: "2026-12-14T17:00:00+07:00", reason: survey.ReasonHours},
		"a weekend, in working hours":         {channel: survey.SMS, wish: survey.HoursOffice, from: saturday, at: "2026-12-21T08:00:00+07:00", closes: "2026-12-21T17:00:00+07:00", reason: survey.ReasonHours},
		"a mail on a weekend":                 {channel: survey.Mail, wish: survey.HoursWeekday, from: saturday, at: "2026-12-21T00:00:00+07:00", closes: "2026-12-22T00:00:00+07:00", reason: survey.ReasonHours},
		"a mail on a Monday":                  {channel: survey.Mail, wish: survey.HoursWeekday, from: monday, at: monday, closes: "2026-12-15T00:00:00+07:00", reason: survey.ReasonDue},
		"a call on a weekday":                 {channel: survey.Call, wish: survey.HoursWeekday, from: saturday, at: "2026-12-21T08:00:00+07:00", closes: "2026-12-21T17:00:00+07:00", reason: survey.ReasonHours},
		"a text in the evening":               {channel: survey.SMS, wish: survey.HoursEvening, from: monday, at: "2026-12-14T17:00:00+07:00", closes: "2026-12-14T22:00:00+07:00", reason: survey.ReasonHours},
		"the channel's night is no evening":   {channel: survey.SMS, wish: survey.HoursEvening, from: night, at: "2026-12-15T17:00:00+07:00", closes: "2026-12-15T22:00:00+07:00", reason: survey.ReasonHours},
		"at night the channel is shut anyway": {channel: survey.SMS, wish: survey.HoursWeekday, from: night, at: "2026-12-15T07:00:00+07:00", closes: "2026-12-15T22:00:00+07:00", reason: survey.ReasonWindow},
		"no call is made in the evening":      {channel: survey.Call, wish: survey.HoursEvening, from: monday, reason: survey.ReasonHours},
		"an evening elsewhere":                {channel: survey.SMS, wish: survey.HoursEvening, from: monday, at: "2026-12-14T17:00:00+01:00", closes: "2026-12-14T22:00:00+01:00", reason: survey.ReasonHours, zoneOfPerson: "Europe/Berlin"},
		"a channel without hours":             {channel: "fax", wish: survey.HoursOffice, from: monday, reason: survey.ReasonWindow},
		"hours that nobody knows":             {channel: survey.SMS, wish: "noon", from: saturday, at: saturday, closes: "2026-12-19T22:00:00+07:00", reason: survey.ReasonDue},
	} {
		got := loaded(t, Monthly()).Permit(Ask{Channel: c.channel, Zone: c.zoneOfPerson, Hours: c.wish, From: at(t, c.from)})
		if c.at == "" {
			if !got.Never() || got.Reason != c.reason {
				t.Errorf("%s: %+v, want never (%s)", name, got, c.reason)
			}
			continue
		}
		if got.Never() || !got.At.Equal(at(t, c.at)) || !got.Closes.Equal(at(t, c.closes)) || got.Reason != c.reason {
			t.Errorf("%s: %+v, want %s until %s (%s)", name, got, c.at, c.closes, c.reason)
		}
	}
}

// A case for which the person's hours leave nothing before the end says so, and is
// not closed before it: they may say other hours until then, and the case goes on.
func TestNothingIsLeftInThePersonsHours(t *testing.T) {
	t.Parallel()
	p := Monthly()
	p.Steps = []survey.Step{{Name: "call", Channel: survey.Call, Text: "invitation"}}
	k := Case{Launched: at(t, "2026-12-14T09:00:00+07:00"), State: survey.InvitationOpen, Hours: survey.HoursEvening,
		Reach: map[survey.Channel]Reach{survey.Call: {OK: true}}}
	d := Next(p, k, k.Launched)
	if ends := k.Launched.Add(p.Length.Duration()); d.Action != Wait || d.Reason != survey.ReasonHours || !d.At.Equal(ends) ||
		!slices.Contains(d.Passed, Passed{"call", survey.ReasonHours}) {
		t.Errorf("%+v", d)
	}
	k.Hours = survey.HoursOffice
	if d := Next(p, k, k.Launched.Add(time.Hour)); d.Action != Contact {
		t.Errorf("with other hours: %+v", d)
	}
	// A weekend's round does not reach who is left alone on weekends.
	short := Short()
	k = Case{Launched: at(t, "2026-12-19T09:00:00+07:00"), State: survey.InvitationOpen, Hours: survey.HoursWeekday,
		Reach: map[survey.Channel]Reach{survey.Mail: {OK: true}, survey.SMS: {OK: true}, survey.Call: {OK: true}}}
	if d := Next(short, k, k.Launched); d.Action != Wait || d.Reason != survey.ReasonHours {
		t.Errorf("a weekend's round: %+v", d)
	}
}
