package protocol

import (
	"math/rand/v2"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func loaded(t testing.TB, p survey.Protocol) Loaded {
	t.Helper()
	l, err := Load(p)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestPermit(t *testing.T) {
	t.Parallel()
	const now = "2026-12-14T09:00:00+07:00"
	ago := func(ch survey.Channel, d time.Duration, arrived, own bool) survey.Touch {
		return survey.Touch{Channel: ch, At: at(t, now).Add(-d), Arrived: arrived, Own: own}
	}
	many := func(n int, touch survey.Touch, apart time.Duration) []survey.Touch {
		var out []survey.Touch
		for i := range n {
			touch := touch
			touch.At = touch.At.Add(-time.Duration(i) * apart)
			out = append(out, touch)
		}
		return out
	}
	const h = time.Hour
	for name, c := range map[string]struct {
		channel    survey.Channel
		zone, from string
		touches    []survey.Touch
		at, closes string // "" is never
		reason     survey.Reason
	}{
		"at once":                    {survey.SMS, "", now, nil, now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"the gap":                    {survey.SMS, "", now, []survey.Touch{ago(survey.Mail, h, true, true)}, "2026-12-15T07:00:00+07:00", "2026-12-15T22:00:00+07:00", survey.ReasonWindow},
		"the gap, by day":            {survey.SMS, "", now, []survey.Touch{ago(survey.Mail, 12*h, true, false)}, "2026-12-14T17:00:00+07:00", "2026-12-14T22:00:00+07:00", survey.ReasonWait},
		"nobody was disturbed":       {survey.SMS, "", now, []survey.Touch{ago(survey.Mail, h, false, false)}, now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"a call a day":               {survey.Call, "", now, []survey.Touch{ago(survey.Call, h, false, false)}, "2026-12-15T08:00:00+07:00", "2026-12-15T17:00:00+07:00", survey.ReasonCap},
		"a call yesterday":           {survey.Call, "", now, []survey.Touch{ago(survey.Call, 24*h, false, false)}, now, "2026-12-14T17:00:00+07:00", survey.ReasonDue},
		"the cap, then the hours":    {survey.Call, "", "2026-12-14T16:30:00+07:00", []survey.Touch{ago(survey.Call, -7*h-45*time.Minute, false, false)}, "2026-12-15T16:45:00+07:00", "2026-12-15T17:00:00+07:00", survey.ReasonCap},
		"the cap until the night":    {survey.SMS, "", now, many(3, ago(survey.SMS, 0, false, false), h), "2026-12-15T07:00:00+07:00", "2026-12-15T22:00:00+07:00", survey.ReasonCap},
		"another channel's cap":      {survey.SMS, "", now, many(3, ago(survey.Mail, 0, false, false), h), now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"eight in 30 days":           {survey.SMS, "", now, many(8, ago(survey.Mail, 24*h, true, false), 24*h), "2027-01-05T09:00:00+07:00", "2027-01-05T22:00:00+07:00", survey.ReasonCap},
		"seven in 30 days":           {survey.SMS, "", now, many(7, ago(survey.Mail, 24*h, true, false), 24*h), now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"five in this wave":          {survey.SMS, "", now, many(5, ago(survey.Mail, 40*24*h, true, true), h), "", "", survey.ReasonCap},
		"five of others":             {survey.SMS, "", now, many(5, ago(survey.Mail, 40*24*h, true, false), h), now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"five that did not arrive":   {survey.SMS, "", now, many(5, ago(survey.Call, 3*24*h, false, true), h), now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"night":                      {survey.SMS, "", "2026-12-14T23:00:00+07:00", nil, "2026-12-15T07:00:00+07:00", "2026-12-15T22:00:00+07:00", survey.ReasonWindow},
		"night here, day there":      {survey.SMS, "Europe/Berlin", "2026-12-14T23:00:00+07:00", nil, "2026-12-14T23:00:00+07:00", "2026-12-14T22:00:00+01:00", survey.ReasonDue},
		"day here, night there":      {survey.SMS, "Europe/Berlin", now, nil, "2026-12-14T07:00:00+01:00", "2026-12-14T22:00:00+01:00", survey.ReasonWindow},
		"a zone that does not be":    {survey.SMS, "Mars/Phobos", now, nil, now, "2026-12-14T22:00:00+07:00", survey.ReasonDue},
		"Tết":                        {survey.SMS, "", "2027-02-05T09:00:00+07:00", nil, "2027-02-11T07:00:00+07:00", "2027-02-11T22:00:00+07:00", survey.ReasonWindow},
		"mail waits for Tết, too":    {survey.Mail, "", "2027-02-05T09:00:00+07:00", nil, "2027-02-11T00:00:00+07:00", "2027-02-12T00:00:00+07:00", survey.ReasonWindow},
		"mail ends where Tết begins": {survey.Mail, "", "2027-02-04T09:00:00+07:00", nil, "2027-02-04T09:00:00+07:00", "2027-02-05T00:00:00+07:00", survey.ReasonDue},
		"Tết begins later there":     {survey.Mail, "Europe/Berlin", "2027-02-05T02:00:00+07:00", nil, "2027-02-05T02:00:00+07:00", "2027-02-05T00:00:00+01:00", survey.ReasonDue},
		"a channel without hours":    {"fax", "", now, nil, "", "", survey.ReasonWindow},
	} {
		got := loaded(t, Monthly()).Permit(Ask{Channel: c.channel, Zone: c.zone, From: at(t, c.from), Touches: c.touches})
		if c.at == "" {
			if !got.Never() || got.Reason != c.reason || !got.Closes.IsZero() {
				t.Errorf("%s: %+v, want never (%s)", name, got, c.reason)
			}
			continue
		}
		if got.Never() || !got.At.Equal(at(t, c.at)) || !got.Closes.Equal(at(t, c.closes)) || got.Reason != c.reason {
			t.Errorf("%s: %+v, want %s until %s (%s)", name, got, c.at, c.closes, c.reason)
		}
	}
	if got := (Loaded{}).Permit(Ask{Channel: survey.Mail}); !got.Never() || got.Reason != survey.ReasonConfig {
		t.Errorf("nothing loaded: %+v", got)
	}
}

// Holidays that leave no day open.
func TestPermitNeverOpens(t *testing.T) {
	t.Parallel()
	p := Short()
	p.Holidays = []string{"2026-01-01..2026-12-31", "2027-01-01..2027-12-31", "2028-01-01..2028-02-01"}
	for _, ch := range survey.Channels() {
		if got := loaded(t, p).Permit(Ask{Channel: ch, From: at(t, "2026-12-14T09:00:00+07:00")}); !got.Never() || got.Reason != survey.ReasonWindow {
			t.Errorf("%s: %+v", ch, got)
		}
	}
}

// The instant is the first one: the rules, asked one minute after another, forbid
// every one before, and none at it. It is asked for times of one year and two, of
// which the rules' list of holidays holds all.
func TestPermitIsTight(t *testing.T) {
	t.Parallel()
	cases := 900
	if testing.Short() {
		cases = 150
	}
	rng := rand.New(rand.NewPCG(5, 6))
	reasons := map[survey.Reason]int{}
	for range cases {
		p := randomProtocol(rng)
		from := randomLaunch(rng).Add(time.Duration(rng.Int64N(int64(24 * time.Hour))))
		touches := randomTouches(rng, from.Add(time.Hour)) // a clock that was put back, too
		for i := range touches {
			touches[i].Own = rng.IntN(3) == 0
			if rng.IntN(4) == 0 {
				touches[i].At = from.Add(-time.Duration(rng.Int64N(int64(30 * time.Hour))))
			}
		}
		q := Ask{Channel: survey.Channels()[rng.IntN(3)], Zone: append(zonesOfTest(), "", "Mars")[rng.IntN(8)], Hours: wishesOfTest()[rng.IntN(6)], From: from, Touches: touches}
		got := loaded(t, p).Permit(q)
		r := rulesOf(p, q)
		reasons[got.Reason]++
		last := got.At.Add(-1)
		if got.Never() {
			last = from.Add(40 * 24 * time.Hour)
		} else if why := r.broken(got.At); why != "" || got.At.Before(from) {
			t.Fatalf("%+v\n%+v: %+v is against the %s", p, q, got, why)
		}
		for now := from; now.Before(last); now = now.Add(time.Minute) {
			if r.broken(now) == "" && !readsTwice(now, r.zone) {
				t.Fatalf("%+v\n%+v: %+v, but %v is permitted", p, q, got, now)
			}
		}
		if last.After(from) && r.broken(last) == "" && !readsTwice(last, r.zone) {
			t.Fatalf("%+v\n%+v: %+v, but just before is permitted", p, q, got)
		}
		if !got.Never() && r.broken(got.Closes.Add(-1)) != "" {
			t.Fatalf("%+v\n%+v: %+v, but it closes before", p, q, got)
		}
	}
	for _, reason := range []survey.Reason{survey.ReasonDue, survey.ReasonWait, survey.ReasonCap, survey.ReasonWindow, survey.ReasonHours} {
		if reasons[reason] == 0 {
			t.Errorf("%s never held anybody up", reason)
		}
	}
}

// readsTwice reports whether the local clock shows the reading of t at another
// instant, too.
func readsTwice(t time.Time, zone *time.Location) bool {
	for _, apart := range []time.Duration{-time.Hour, -30 * time.Minute, 30 * time.Minute, time.Hour} {
		if reading(t.Add(apart).In(zone)).Equal(reading(t.In(zone))) {
			return true
		}
	}
	return false
}

// The last gate asks for every message: in the common case nothing is allocated.
func TestPermitAllocatesNothing(t *testing.T) {
	l := loaded(t, Monthly())
	for _, zone := range []string{"", "Europe/Berlin"} {
		q := common(zone)
		l.Permit(q) // a zone is looked up once
		if n := testing.AllocsPerRun(100, func() { l.Permit(q) }); n > 0 {
			t.Errorf("zone %q: %v allocations", zone, n)
		}
	}
}

// common is somebody with some contacts, asked in the hours.
func common(zone string) Ask {
	now := time.Date(2027, 2, 4, 8, 0, 0, 0, time.UTC)
	return Ask{Channel: survey.SMS, Zone: zone, From: now, Touches: []survey.Touch{
		{Channel: survey.Mail, At: now.Add(-24 * time.Hour), Arrived: true, Own: true},
		{Channel: survey.SMS, At: now.Add(-10 * 24 * time.Hour), Arrived: true},
		{Channel: survey.Call, At: now.Add(-11 * 24 * time.Hour)},
		{Channel: survey.Mail, At: now.Add(-20 * 24 * time.Hour), Arrived: true},
	}}
}

func BenchmarkPermit(b *testing.B) {
	l := loaded(b, Monthly())
	for name, from := range map[string]time.Time{"ordinary": time.Date(2026, 12, 14, 2, 0, 0, 0, time.UTC), "Tết": time.Date(2027, 2, 5, 2, 0, 0, 0, time.UTC)} {
		b.Run(name, func(b *testing.B) {
			q := common("")
			q.From = from
			b.ReportAllocs()
			for b.Loop() {
				l.Permit(q)
			}
		})
	}
}
