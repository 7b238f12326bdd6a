package protocol

import (
	"testing"
	"time"
	_ "time/tzdata"

	"canvass/dispatch/survey"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// hoursOnly is a protocol with one SMS window.
func hoursOnly(zone string, w survey.Window) survey.Protocol {
	return survey.Protocol{Name: "hours", Zone: zone, Length: 7 * day, Windows: map[survey.Channel]survey.Window{survey.SMS: w},
		Steps: []survey.Step{{Name: "sms", Channel: survey.SMS, Text: "invitation"}}}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	weekdays := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	for name, c := range map[string]struct {
		zone          string
		window        survey.Window
		at            string
		open          bool
		opens, closes string
	}{
		"before":            {zone, survey.Window{From: "07:00", To: "22:00"}, "2026-12-14T06:59:59+07:00", false, "2026-12-14T07:00:00+07:00", "2026-12-14T22:00:00+07:00"},
		"opening":           {zone, survey.Window{From: "07:00", To: "22:00"}, "2026-12-14T07:00:00+07:00", true, "2026-12-14T07:00:00+07:00", "2026-12-14T22:00:00+07:00"},
		"last second":       {zone, survey.Window{From: "07:00", To: "22:00"}, "2026-12-14T21:59:59+07:00", true, "2026-12-14T07:00:00+07:00", "2026-12-14T22:00:00+07:00"},
		"closing":           {zone, survey.Window{From: "07:00", To: "22:00"}, "2026-12-14T22:00:00+07:00", false, "2026-12-15T07:00:00+07:00", "2026-12-15T22:00:00+07:00"},
		"another zone's at": {zone, survey.Window{From: "07:00", To: "22:00"}, "2026-12-14T00:30:00Z", true, "2026-12-14T07:00:00+07:00", "2026-12-14T22:00:00+07:00"},
		"weekend":           {zone, survey.Window{From: "08:00", To: "17:00", Days: weekdays}, "2026-12-18T18:00:00+07:00", false, "2026-12-21T08:00:00+07:00", "2026-12-21T17:00:00+07:00"},
		"all day":           {zone, survey.Window{From: "00:00", To: "24:00"}, "2026-12-14T23:59:59+07:00", true, "2026-12-14T00:00:00+07:00", "2026-12-15T00:00:00+07:00"},
		"one day a week":    {zone, survey.Window{From: "08:00", To: "17:00", Days: weekdays[:1]}, "2026-12-14T17:00:00+07:00", false, "2026-12-21T08:00:00+07:00", "2026-12-21T17:00:00+07:00"},

		// Berlin leaves out 02:00–03:00 on 29 March and has it twice on 25 October 2026.
		"summer time begins":       {"Europe/Berlin", survey.Window{From: "07:00", To: "22:00"}, "2026-03-28T22:30:00+01:00", false, "2026-03-29T07:00:00+02:00", "2026-03-29T22:00:00+02:00"},
		"opens in the lost hour":   {"Europe/Berlin", survey.Window{From: "02:30", To: "22:00"}, "2026-03-29T01:00:00+01:00", false, "2026-03-29T03:00:00+02:00", "2026-03-29T22:00:00+02:00"},
		"closes in the lost hour":  {"Europe/Berlin", survey.Window{From: "01:00", To: "02:30"}, "2026-03-29T01:30:00+01:00", true, "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		"lost altogether":          {"Europe/Berlin", survey.Window{From: "02:15", To: "02:45"}, "2026-03-28T12:00:00+01:00", false, "2026-03-30T02:15:00+02:00", "2026-03-30T02:45:00+02:00"},
		"opens in the doubled":     {"Europe/Berlin", survey.Window{From: "02:30", To: "22:00"}, "2026-10-25T02:45:00+02:00", false, "2026-10-25T02:30:00+01:00", "2026-10-25T22:00:00+01:00"},
		"closes in the doubled":    {"Europe/Berlin", survey.Window{From: "01:00", To: "02:30"}, "2026-10-25T02:15:00+02:00", true, "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		"around the doubled":       {"Europe/Berlin", survey.Window{From: "01:00", To: "05:00"}, "2026-10-25T02:15:00+01:00", true, "2026-10-25T01:00:00+02:00", "2026-10-25T05:00:00+01:00"},
		"half an hour, Lord Howe":  {"Australia/Lord_Howe", survey.Window{From: "02:15", To: "22:00"}, "2026-10-04T01:00:00+10:30", false, "2026-10-04T02:30:00+11:00", "2026-10-04T22:00:00+11:00"},
		"midnight lost, Santiago":  {"America/Santiago", survey.Window{From: "00:00", To: "24:00"}, "2026-09-05T23:59:59-04:00", true, "2026-09-05T00:00:00-04:00", "2026-09-06T01:00:00-03:00"},
		"midnight twice, Santiago": {"America/Santiago", survey.Window{From: "00:00", To: "24:00"}, "2026-04-04T23:30:00-03:00", true, "2026-04-04T00:00:00-03:00", "2026-04-05T00:00:00-04:00"},
	} {
		open, opens, closes := Window(hoursOnly(c.zone, c.window), survey.SMS, at(t, c.at))
		if open != c.open || !opens.Equal(at(t, c.opens)) || !closes.Equal(at(t, c.closes)) {
			t.Errorf("%s: got %v, %s to %s", name, open, opens.Format(time.RFC3339), closes.Format(time.RFC3339))
		}
	}
}

// Mail goes at all hours, up to the holiday; also over a night that is an hour
// short, and after holidays that are longer than a fortnight.
func TestHolidaysShutEveryWindow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channel           survey.Channel
		holidays          string
		at, opens, closes string
		open              bool
	}{
		"mail, tomorrow is a holiday":        {survey.Mail, "2026-03-30", "2026-03-29T12:00:00+02:00", "2026-03-29T12:00:00+02:00", "2026-03-30T00:00:00+02:00", true},
		"mail, the day after a short one is": {survey.Mail, "2026-03-30", "2026-03-28T23:30:00+01:00", "2026-03-28T23:30:00+01:00", "2026-03-30T00:00:00+02:00", true},
		"mail, the holiday is a day off":     {survey.Mail, "2026-03-30", "2026-03-28T22:30:00+01:00", "2026-03-28T22:30:00+01:00", "2026-03-29T23:30:00+02:00", true},
		"mail, on the holiday":               {survey.Mail, "2026-03-30", "2026-03-30T12:00:00+02:00", "2026-03-31T00:00:00+02:00", "2026-04-01T00:00:00+02:00", false},
		"a text, on the holiday":             {survey.SMS, "2026-03-30", "2026-03-30T12:00:00+02:00", "2026-03-31T07:00:00+02:00", "2026-03-31T22:00:00+02:00", false},
		"a text, the evening before":         {survey.SMS, "2026-03-30", "2026-03-29T22:00:00+02:00", "2026-03-31T07:00:00+02:00", "2026-03-31T22:00:00+02:00", false},
		"a text, in holidays of five weeks":  {survey.SMS, "2026-06-01..2026-07-05", "2026-06-01T12:00:00+02:00", "2026-07-06T07:00:00+02:00", "2026-07-06T22:00:00+02:00", false},
		"mail, in holidays of almost a year": {survey.Mail, "2026-01-01..2026-12-30", "2026-01-01T12:00:00+01:00", "2026-12-31T00:00:00+01:00", "2027-01-01T00:00:00+01:00", false},
	} {
		p := hoursOnly("Europe/Berlin", survey.Window{From: "07:00", To: "22:00"})
		p.Holidays = []string{c.holidays}
		open, opens, closes := Window(p, c.channel, at(t, c.at))
		if open != c.open || !opens.Equal(at(t, c.opens)) || !closes.Equal(at(t, c.closes)) {
			t.Errorf("%s: %v, %s to %s", name, open, opens.Format(time.RFC3339), closes.Format(time.RFC3339))
		}
	}
}

func TestWindowWithoutHours(t *testing.T) {
	t.Parallel()
	now := at(t, "2026-12-14T03:00:00+07:00")
	p := hoursOnly(zone, survey.Window{From: "07:00", To: "22:00"})
	if open, opens, closes := Window(p, survey.Mail, now); !open || !opens.Equal(now) || !closes.After(now) {
		t.Errorf("mail: %v %v %v", open, opens, closes)
	}
	if open, opens, closes := Window(p, survey.Call, now); open || !opens.IsZero() || !closes.IsZero() {
		t.Errorf("call: %v %v %v", open, opens, closes)
	}
	p.Zone = "Nowhere/Atall"
	if open, _, closes := Window(p, survey.Mail, now); open || !closes.IsZero() {
		t.Error("an invalid protocol opens")
	}
}

// Minute by minute through a year, an open window reads inside [From, To) on
// the local clock, and only minutes of the two nights when clocks change may
// be missing.
func TestWindowAgainstTheLocalClock(t *testing.T) {
	t.Parallel()
	for _, name := range []string{zone, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Africa/Cairo"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []survey.Window{{From: "07:00", To: "22:00"}, {From: "00:30", To: "03:15"}, {From: "02:30", To: "24:00", Days: []time.Weekday{time.Sunday, time.Saturday}}} {
			l, err := Load(hoursOnly(name, w))
			if err != nil {
				t.Fatal(err)
			}
			h, _ := parseWindow(w)
			missing := 0
			for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(13 * time.Minute) {
				local := at.In(loc)
				minute := local.Hour()*60 + local.Minute()
				inside := h.days[local.Weekday()] && minute >= h.from && minute < h.to
				open, opens, closes := l.Window(survey.SMS, at)
				switch {
				case open && !inside:
					t.Fatalf("%s %v: open at %v", name, w, local)
				case open != (!at.Before(opens) && at.Before(closes)), !opens.Before(closes), !at.Before(closes):
					t.Fatalf("%s %v at %v: %v, %v to %v", name, w, local, open, opens, closes)
				case !open && inside:
					missing++
				}
			}
			if missing > 12 {
				t.Errorf("%s %v: shut at %d instants that read inside", name, w, missing)
			}
		}
	}
}
