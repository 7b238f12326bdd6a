package protocol

import (
	"fmt"
	"slices"
	"time"

	"canvass/dispatch/survey"
)

// Loaded is a protocol with its time zone and hours looked up: what a caller
// with many cases keeps. The zero Loaded contacts nobody.
type Loaded struct {
	protocol survey.Protocol
	zone     *time.Location
	hours    map[survey.Channel]hours
}

// hours is a window in minutes after local midnight, [from, to).
type hours struct {
	from, to int
	days     [7]bool
}

// Load looks up the zone and the windows of p. It fails on the first error of
// Validate.
func Load(p survey.Protocol) (Loaded, error) {
	if errs := Validate(p); len(errs) > 0 {
		return Loaded{}, errs[0]
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return Loaded{}, fmt.Errorf("protocol: zone: %w", err)
	}
	l := Loaded{protocol: p, zone: zone, hours: map[survey.Channel]hours{}}
	for channel, w := range p.Windows {
		h, _ := parseWindow(w) // Validate has read it
		l.hours[channel] = h
	}
	return l, nil
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
// used, so a send must have left before it. E-mail without a window is always
// open; its closes is then a day after at. A channel that never opens (no
// window, or an invalid protocol) gives false and two zero times.
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

// Window is the function Window for a loaded protocol.
func (l Loaded) Window(channel survey.Channel, at time.Time) (open bool, opens, closes time.Time) {
	h, ok := l.hours[channel]
	if l.zone == nil || !ok && channel != survey.Mail {
		return false, time.Time{}, time.Time{}
	}
	if !ok {
		return true, at, at.Add(24 * time.Hour)
	}
	year, month, day := at.In(l.zone).Date()
	// A week holds a permitted day; a second one, in case a jump of the clock
	// swallows the only window of the first.
	for i := range 15 {
		noon := time.Date(year, month, day+i, 12, 0, 0, 0, time.UTC)
		if !h.days[noon.Weekday()] {
			continue
		}
		_, opens := l.instants(noon, h.from)
		closes, _ := l.instants(noon, h.to)
		if at.Before(closes) && opens.Before(closes) {
			return !at.Before(opens), opens, closes
		}
	}
	return false, time.Time{}, time.Time{}
}

// instants returns the first and the last instant at which clocks in the zone
// show minute of the date of noon (which is in UTC). They differ only where the
// hour comes twice. An hour that is left out gives the instant of the jump.
func (l Loaded) instants(noon time.Time, minute int) (first, last time.Time) {
	wall := noon.Add(time.Duration(minute-12*60) * time.Minute) // the reading, as if UTC
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, l.zone)
	var found []time.Time
	for _, near := range []time.Time{guess.Add(-24 * time.Hour), guess.Add(24 * time.Hour)} {
		_, offset := near.Zone()
		t := wall.Add(-time.Duration(offset) * time.Second).In(l.zone)
		if reading(t).Equal(wall) {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		start, end := guess.ZoneBounds()
		if reading(guess).After(wall) {
			return start, start
		}
		return end, end
	}
	return slices.MinFunc(found, time.Time.Compare), slices.MaxFunc(found, time.Time.Compare)
}

// reading is what the clocks of t's zone show, as if it were UTC.
func reading(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
