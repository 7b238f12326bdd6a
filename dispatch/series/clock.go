package series

import (
	"strconv"
	"time"

	"canvass/dispatch/survey"
)

// parseClock reads "08:00" as minutes after midnight, 00:00 to 23:59.
func parseClock(s string) (int, bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == len("15:04")
}

// instant is when clocks in zone first show minute on the day d. Where the hour
// is left out (a jump to summer time), it is the instant of the jump; so later
// days never come earlier.
func instant(d survey.Date, minute int, zone *time.Location) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC) // the reading, as if UTC
	// By the offset in force before that day and by the one after it: no zone
	// jumps twice in three days.
	before, after := by(wall.Add(-36*time.Hour), wall, zone), by(wall.Add(36*time.Hour), wall, zone)
	switch {
	case reading(before).Equal(wall) && (!reading(after).Equal(wall) || before.Before(after)):
		return before
	case reading(after).Equal(wall):
		return after
	}
	jump, _ := before.ZoneBounds() // by the offset of before the jump, it lies behind it
	return jump
}

// by is wall as a local time in zone by the offset that is in force at near.
func by(near, wall time.Time, zone *time.Location) time.Time {
	_, offset := near.In(zone).Zone()
	return wall.Add(-time.Duration(offset) * time.Second).In(zone)
}

// reading is what the clocks of t's zone show, as if it were UTC.
func reading(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// number is a whole number of at most four digits.
func number(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil && len(s) <= 4
}
