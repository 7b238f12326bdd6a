package protocol

import (
	"math/rand/v2"
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// zonesOfTest have daylight saving by the hour, by half an hour, at midnight, and
// none.
func zonesOfTest() []string {
	return []string{zone, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC"}
}

// randomProtocol is one that Check takes.
func randomProtocol(rng *rand.Rand) survey.Protocol {
	p := survey.Protocol{Name: "random", Zone: zonesOfTest()[rng.IntN(6)], Length: survey.Span(time.Duration(2+rng.IntN(200)) * time.Hour),
		Windows: map[survey.Channel]survey.Window{}, DayCaps: map[survey.Channel]int{},
		WaveCap: rng.IntN(8), MonthCap: max(0, rng.IntN(12)-2)}
	p.Gap = survey.Span(rng.Int64N(int64(p.Length) / 4))
	for _, ch := range survey.Channels() {
		if ch != survey.Mail || rng.IntN(2) == 0 {
			w := [][2]string{{"07:00", "22:00"}, {"08:00", "17:00"}, {"02:30", "03:30"}, {"00:00", "24:00"}}[rng.IntN(4)]
			p.Windows[ch] = survey.Window{From: w[0], To: w[1], Days: []time.Weekday{time.Monday, time.Thursday, time.Sunday}[:rng.IntN(4)]}
		}
		if rng.IntN(3) > 0 {
			p.DayCaps[ch] = 1 + rng.IntN(3)
		}
	}
	switch rng.IntN(4) {
	case 0:
		p.Holidays = []string{"vn"}
	case 1:
		p.Holidays = []string{"tet", "2026-03-28..2026-03-30", "2026-10-25", "2026-07-01..2026-07-10"}
	}
	offset := survey.Span(0) // from launch, at least
	for i := range 1 + rng.IntN(6) {
		s := randomStep(rng, p, i)
		s.After = offset
		if rng.IntN(4) == 0 {
			s.Since, s.After = survey.SincePrevious, survey.Span(rng.Int64N(int64(p.Length-offset)))/3
			offset += s.After
		}
		p.Steps = append(p.Steps, s)
		offset = min(offset+survey.Span(rng.Int64N(int64(p.Length)/3)), p.Length-1)
	}
	return p
}

func randomStep(rng *rand.Rand, p survey.Protocol, i int) survey.Step {
	s := survey.Step{Name: string(rune('a' + i)), Channel: survey.Channels()[rng.IntN(3)], Text: survey.StepTexts()[rng.IntN(3)]}
	if only := survey.StepConditions(); rng.IntN(2) == 0 {
		s.Only = only[rng.IntN(len(only))]
		v := &validation{}
		if v.only(p.Steps, s); len(v.errors) > 0 {
			s.Only = ""
		}
	}
	if rng.IntN(2) == 0 {
		s.Tries = 2 + rng.IntN(3)
		s.Retry = map[survey.Reason]survey.Ladder{survey.ReasonNoAnswer: {survey.Span(1 + rng.Int64N(int64(30*time.Hour)))},
			survey.ReasonSoftBounce: {hour, survey.Span(1 + rng.Int64N(int64(30*time.Hour)))}, survey.ReasonTriesSpent: {1}}
	}
	return s
}

// randomLaunch is an instant of 2026, often near a night when clocks change, or
// Tết.
func randomLaunch(rng *rand.Rand) time.Time {
	switch rng.IntN(4) {
	case 0:
		return time.Date(2026, []time.Month{3, 10}[rng.IntN(2)], 23+rng.IntN(8), rng.IntN(24), 0, 0, 0, time.UTC)
	case 1:
		return time.Date(2026, 2, 10+rng.IntN(12), rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
	}
	return time.Date(2026, time.Month(1+rng.IntN(12)), 1+rng.IntN(31), rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
}

// randomTouches are contacts by other campaigns in some days before an instant.
func randomTouches(rng *rand.Rand, before time.Time) []survey.Touch {
	var out []survey.Touch
	for range rng.IntN(9) {
		out = append(out, survey.Touch{Channel: survey.Channels()[rng.IntN(3)], Arrived: rng.IntN(3) > 0,
			At: before.Add(-time.Duration(rng.Int64N(int64(35 * 24 * time.Hour))))})
	}
	return out
}

// The rules again, written the other way round: instead of computing the first
// permitted instant, they say of an instant whether it is permitted, by reading
// the local clock and counting.
type rules struct {
	p       survey.Protocol
	zone    *time.Location
	channel survey.Channel
	touches []survey.Touch
	wish    survey.Hours
}

func rulesOf(p survey.Protocol, q Ask) rules {
	loc, ok := survey.Zone(q.Zone)
	if !ok {
		loc, _ = survey.Zone(p.Zone)
	}
	return rules{p, loc, q.Channel, q.Touches, q.Hours}
}

// broken is the first rule that forbids t, "" if none does.
func (r rules) broken(t time.Time) string {
	wave, month, today := 0, 0, 0
	for _, o := range r.touches {
		since := t.Sub(o.At)
		if o.Arrived && since < r.p.Gap.Duration() {
			return "gap"
		}
		if o.Arrived && o.Own {
			wave++
		}
		if o.Arrived && since < 30*24*time.Hour {
			month++
		}
		if o.Channel == r.channel && since < 24*time.Hour {
			today++
		}
	}
	switch most, capped := r.p.DayCaps[r.channel]; {
	case r.p.WaveCap > 0 && wave >= r.p.WaveCap:
		return "wave cap"
	case r.p.MonthCap > 0 && month >= r.p.MonthCap:
		return "month cap"
	case capped && today >= most:
		return "day cap"
	case !r.reads(t):
		return "hours"
	case !r.wished(t):
		return "hours of the person"
	case r.holiday(t):
		return "holiday"
	}
	return ""
}

// reads reports whether the local clock at t reads inside the channel's hours.
func (r rules) reads(t time.Time) bool {
	w, ok := r.p.Windows[r.channel]
	if !ok {
		return r.channel == survey.Mail
	}
	local := t.In(r.zone)
	clock := local.Format("15:04")
	return clock >= w.From && clock < w.To && (len(w.Days) == 0 || slices.Contains(w.Days, local.Weekday()))
}

// wished reports whether the person wants to be contacted at t, by their clock.
func (r rules) wished(t time.Time) bool {
	local := t.In(r.zone)
	weekend := local.Weekday() == time.Saturday || local.Weekday() == time.Sunday
	switch r.wish {
	case survey.HoursOffice:
		return !weekend && local.Hour() >= 8 && local.Hour() < 17
	case survey.HoursEvening:
		return local.Hour() >= 17 && local.Hour() < 22
	case survey.HoursWeekday:
		return !weekend
	}
	return true
}

// wishesOfTest are the hours that a person may ask for, and none.
func wishesOfTest() []survey.Hours { return append(survey.AllHours(), "", survey.HoursAny) }

// holiday reports whether the local date at t is one of the holidays of 2026 or
// 2027, by a list.
func (r rules) holiday(t time.Time) bool {
	date := t.In(r.zone).Format(time.DateOnly)
	tet := []string{"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21"}
	fixed := []string{"01-01", "04-30", "05-01", "09-01", "09-02", "09-03"}
	for _, h := range r.p.Holidays {
		from, to, several := cutRange(h)
		switch {
		case (h == "vn" || h == "tet") && slices.Contains(tet, date),
			h == "vn" && (slices.Contains(fixed, date[5:]) || date == "2026-04-26"),
			several && from <= date && date <= to:
			return true
		}
	}
	return false
}

// cutRange is a range of days, or a day as one.
func cutRange(h string) (from, to string, ok bool) {
	switch len(h) {
	case 10:
		return h, h, true
	case 22:
		return h[:10], h[12:], true
	}
	return "", "", false
}
