package protocol

import (
	"slices"
	"strings"
	"sync"
	"time"

	"canvass/dispatch/survey"
)

// The calendars that a protocol may name.
const (
	// calendarVN are the public holidays of Labour Code 2019, article 112: 1 January;
	// Tết; the Hùng Kings' day, the tenth of the third lunar month; 30 April; 1 May;
	// 2 September. That article gives 2 September a second day, the one before or
	// the one after as the Prime Minister decides each year, and leaves the days of
	// Tết to him; so nobody is contacted on either, nor in all of calendarTet. Days
	// that are given in lieu of a weekend, or by a new law, are written out.
	calendarVN = "vn"
	// calendarTet is Tết: the last day of the old lunar year to the fifth of the new.
	calendarTet = "tet"
)

// holidays are the days on which nobody is contacted.
type holidays struct {
	vn, tet bool
	spans   []daySpan
	own     survey.OwnDays // by which vn differs
}

// Calendars are the calendars of holidays that a protocol may name, each as what
// tells whether a day is one; vn with the days that staff set.
func Calendars(own survey.OwnDays) map[string]func(survey.Date) bool {
	tells := func(h holidays) func(survey.Date) bool {
		return func(d survey.Date) bool { return h.on(time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)) }
	}
	return map[string]func(survey.Date) bool{calendarVN: tells(holidays{vn: true, tet: true, own: own}), calendarTet: tells(holidays{tet: true})}
}

// daySpan is a run of days, each counted from 1 January 1970, both included.
type daySpan struct{ from, to int }

// Limits of what a protocol may list.
const (
	maxHolidays = 200
	maxSpan     = 366 // days
)

// parseHolidays reads the days of a protocol; wrong names the first that cannot
// be read.
func parseHolidays(list []string) (h holidays, wrong string) {
	for _, text := range list {
		switch text {
		case calendarVN:
			h.vn = true
		case calendarTet:
			h.tet = true
		default:
			span, ok := parseSpan(text)
			if !ok {
				return h, text
			}
			h.spans = append(h.spans, span)
		}
	}
	return h, ""
}

// parseSpan reads 2027-04-30, or 2027-02-03..2027-02-10.
func parseSpan(text string) (daySpan, bool) {
	first, last, several := strings.Cut(text, "..")
	if !several {
		last = first
	}
	from, err := time.Parse(time.DateOnly, first)
	if err != nil {
		return daySpan{}, false
	}
	to, err := time.Parse(time.DateOnly, last)
	s := daySpan{dayOf(from), dayOf(to)}
	return s, err == nil && s.from <= s.to && s.to-s.from < maxSpan
}

// dayOf counts the day of a time in UTC.
func dayOf(t time.Time) int {
	seconds := t.Unix()
	if seconds < 0 {
		return int((seconds+1)/86400) - 1
	}
	return int(seconds / 86400)
}

// on reports whether the date of noon, which is in UTC, is a holiday.
func (h *holidays) on(noon time.Time) bool {
	if !h.vn && !h.tet && h.spans == nil {
		return false
	}
	day := dayOf(noon)
	if slices.ContainsFunc(h.spans, func(s daySpan) bool { return s.from <= day && day <= s.to }) {
		return true
	}
	if !h.vn && !h.tet {
		return false
	}
	if off, set := h.own[survey.DateOf(noon)]; set && h.vn {
		return off
	}
	year, month, date := noon.Date()
	if month < time.May { // Tết and the Hùng Kings' day move between 20 January and 30 April
		lunar := lunarDaysOf(year)
		if lunar.tet-1 <= day && day < lunar.tet+5 || h.vn && day == lunar.kings {
			return true
		}
	}
	return h.vn && isFixedHoliday(month, date)
}

func isFixedHoliday(month time.Month, date int) bool {
	switch month {
	case time.January, time.May:
		return date == 1
	case time.April:
		return date == 30
	case time.September:
		return date <= 3
	}
	return false
}

// lunarDays are the movable holidays of a year: the first of Tết, and the Hùng
// Kings' day.
type lunarDays struct{ tet, kings int }

// The years of which the days are looked up; those of another are computed.
const firstYear, yearsKept = 1968, 132

var lunarYears = sync.OnceValue(func() []lunarDays {
	out := make([]lunarDays, yearsKept)
	for i := range out {
		out[i] = computeLunarDays(firstYear + i)
	}
	return out
})

func lunarDaysOf(year int) lunarDays {
	if year >= firstYear && year < firstYear+yearsKept {
		return lunarYears()[year-firstYear]
	}
	return computeLunarDays(year)
}

func computeLunarDays(year int) lunarDays {
	return lunarDays{tet: lunarMonth(year, 1), kings: lunarMonth(year, 3) + 9}
}
