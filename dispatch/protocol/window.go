package protocol

import (
	"time"

	"canvass/dispatch/survey"
)

// hours is a window in minutes after local midnight, [from, to).
type hours struct {
	from, to int
	days     [7]bool
}

// parseWindow reads a window; ok is false if it never opens.
func parseWindow(w survey.Window) (h hours, ok bool) {
	from, okFrom := parseClock(w.From)
	to, okTo := parseClock(w.To)
	for _, d := range w.Days {
		if d < time.Sunday || d > time.Saturday {
			return h, false
		}
		h.days[d] = true
	}
	if len(w.Days) == 0 {
		h.days = [7]bool{true, true, true, true, true, true, true}
	}
	h.from, h.to = from, to
	return h, okFrom && okTo && from < to
}

// within is what two windows have in common; ok is false if that is nothing.
func (h hours) within(w hours) (both hours, ok bool) {
	both = hours{from: max(h.from, w.from), to: min(h.to, w.to)}
	for d := range both.days {
		both.days[d] = h.days[d] && w.days[d]
		ok = ok || both.days[d]
	}
	return both, ok && both.from < both.to
}

// parseClock reads "07:00" to "24:00" as minutes after midnight.
func parseClock(s string) (int, bool) {
	if s == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == 5
}

// Window tells whether channel may be used at the instant at, and the opening
// and closing of the window: the one that is open, else the next one. An open
// window's closes is the first instant at which the channel may no longer be
// used, so a send must have left before it. E-mail without a window is open on
// every day that is no holiday; its closes is then a day after at, or the
// holiday's beginning. A channel that does not open within a year (no window, an
// invalid protocol, holidays without end) gives false and two zero times.
//
// Daylight saving: where a local time comes twice, the window opens at its
// second and closes at its first coming; where it is left out, both happen at
// the jump. So no instant inside reads outside [From, To) on the local clock.
func Window(p survey.Protocol, channel survey.Channel, at time.Time) (open bool, opens, closes time.Time) {
	l, err := Load(p)
	if err != nil {
		return false, time.Time{}, time.Time{}
	}
	return l.Window(channel, at)
}

// Window is the function Window for a loaded protocol, in the protocol's zone.
func (l Loaded) Window(channel survey.Channel, at time.Time) (open bool, opens, closes time.Time) {
	return l.window(l.zone, channel, survey.HoursAny, at)
}

// horizon is how many days a window is looked for. A week holds a permitted day,
// and a jump of the clock may swallow the only window of one; the rest is for
// holidays.
const horizon = maxSpan + 15

// window is when a channel is open to somebody in a zone who wants to be contacted
// in some hours.
func (l Loaded) window(zone *time.Location, channel survey.Channel, wish survey.Hours, at time.Time) (open bool, opens, closes time.Time) {
	h, ok := l.hours[channel]
	if zone == nil || !ok && channel != survey.Mail {
		return false, time.Time{}, time.Time{}
	}
	w, narrows := l.wished[wish]
	switch {
	case narrows && ok:
		if h, ok = h.within(w); !ok {
			return false, time.Time{}, time.Time{}
		}
	case narrows:
		h = w
	case !ok:
		return l.always(zone, at)
	}
	year, month, day := at.In(zone).Date()
	for i := range horizon {
		noon := time.Date(year, month, day+i, 12, 0, 0, 0, time.UTC)
		if !h.days[noon.Weekday()] || l.holidays.on(noon) {
			continue
		}
		_, opens := instants(zone, noon, h.from)
		closes, _ := instants(zone, noon, h.to)
		if at.Before(closes) && opens.Before(closes) {
			return !at.Before(opens), opens, closes
		}
	}
	return false, time.Time{}, time.Time{}
}

// always is the window of a channel that is open at all hours.
func (l Loaded) always(zone *time.Location, at time.Time) (open bool, opens, closes time.Time) {
	year, month, day := at.In(zone).Date()
	for i := range horizon {
		noon := time.Date(year, month, day+i, 12, 0, 0, 0, time.UTC)
		if l.holidays.on(noon) {
			continue
		}
		opens = at
		if i > 0 {
			_, opens = instants(zone, noon, 0)
		}
		closes = opens.Add(24 * time.Hour)
		for j := 1; j <= 2; j++ { // a day is at least 23 hours long
			next := noon.AddDate(0, 0, j)
			if begins, _ := instants(zone, next, 0); l.holidays.on(next) && begins.Before(closes) {
				closes = begins
			}
		}
		return i == 0, opens, closes
	}
	return false, time.Time{}, time.Time{}
}

// instants returns the first and the last instant at which clocks in the zone
// show minute of the date of noon (which is in UTC). They differ only where the
// hour comes twice. An hour that is left out gives the instant of the jump.
func instants(zone *time.Location, noon time.Time, minute int) (first, last time.Time) {
	wall := noon.Add(time.Duration(minute-12*60) * time.Minute) // the reading, as if UTC
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, zone)
	for _, near := range [...]time.Time{guess.Add(-24 * time.Hour), guess.Add(24 * time.Hour)} {
		_, offset := near.Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		if !reading(t).Equal(wall) {
			continue
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		last = later(last, t)
	}
	if !first.IsZero() {
		return first, last
	}
	start, end := guess.ZoneBounds()
	if reading(guess).After(wall) {
		return start, start
	}
	return end, end
}

// reading is what the clocks of t's zone show, as if it were UTC.
func reading(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
