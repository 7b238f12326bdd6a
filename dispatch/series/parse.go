package series

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// File is a rule as staff write it down. What is left out has a default: on is
// the day of from, in its month, at is 08:00, zone that of Viet Nam.
//
//	every: month            # week, quarter, year; "2 weeks", "3 months"
//	on: 14                  # 31: the last day of a shorter month; last; 2nd monday; last friday; in weeks: monday
//	in: 1                   # of a year: the month; of a quarter: its month, 1 to 3
//	at: "08:00"
//	zone: Asia/Ho_Chi_Minh
//	from: 2026-12-01        # the first date is this one or later; also what every counts from
//	until: 2027-12-31       # or count: 12
//	working_day: true       # the first working day on or after
//	holidays: [2027-04-30, 2027-02-03..2027-02-10]
type File struct {
	Every      string   `yaml:"every"`
	On         string   `yaml:"on"`
	In         int      `yaml:"in"`
	At         string   `yaml:"at"`
	Zone       string   `yaml:"zone"`
	From       string   `yaml:"from"`
	Until      string   `yaml:"until"`
	Count      int      `yaml:"count"`
	WorkingDay bool     `yaml:"working_day"`
	Holidays   []string `yaml:"holidays"`
}

// What is written where nothing is.
const (
	defaultAt   = "08:00"
	defaultZone = "Asia/Ho_Chi_Minh"
)

// What the fields expect, in the language of the file.
const (
	expectEvery = "week | month | quarter | year | 2 weeks"
	expectOn    = "1–31 | last | 2nd monday | last friday"
	expectDay   = "monday … sunday"
	expectDate  = "2026-12-14"
	expectAt    = "08:00"
)

// Parse reads a rule, and checks it. It returns all errors at once, each with
// Where the name of the field.
func Parse(f File, calendars Calendars) (survey.Recurrence, []*survey.Error) {
	r := survey.Recurrence{Month: f.In, At: or(f.At, defaultAt), Zone: or(f.Zone, defaultZone), Count: f.Count,
		WorkingDay: f.WorkingDay, Holidays: f.Holidays}
	var bad []*survey.Error
	fail := func(field, given, expected string) { bad = append(bad, fault(field, given, expected)) }
	var every, ok bool
	if r.Every, r.Unit, every = parseEvery(f.Every); !every {
		fail("every", f.Every, expectEvery)
	}
	var err error
	if r.From, err = survey.ParseDate(f.From); err != nil {
		fail("from", f.From, expectDate)
	}
	if f.Until != "" {
		if r.Until, err = survey.ParseDate(f.Until); err != nil {
			fail("until", f.Until, expectDate)
		}
	}
	r.On = survey.RecurDay{Day: r.From.Day}
	if r.Unit == survey.EveryWeek {
		r.On = survey.RecurDay{Weekday: r.From.Weekday()}
	}
	if f.On != "" {
		if r.On, ok = parseOn(f.On, r.Unit); !ok && every {
			expected := expectOn
			if r.Unit == survey.EveryWeek {
				expected = expectDay
			}
			fail("on", f.On, expected)
		}
	}
	if f.In == 0 {
		switch r.Unit {
		case survey.EveryQuarter:
			r.Month = (int(r.From.Month)+2)%3 + 1
		case survey.EveryYear:
			r.Month = int(r.From.Month)
		}
	}
	// What was not read cannot be checked, nor what depends on it.
	unread := map[string]bool{"on": !every || f.On == "" && r.From.IsZero(), "in": !every || f.In == 0}
	for _, e := range bad {
		unread[e.Where] = true
	}
	for _, e := range Check(r, calendars) {
		if !unread[e.Where] {
			bad = append(bad, e)
		}
	}
	return r, bad
}

func or(given, otherwise string) string {
	if given == "" {
		return otherwise
	}
	return given
}

func fault(field, given, expected string) *survey.Error {
	return &survey.Error{Kind: survey.Invalid, Code: survey.CodeRecurrence, Where: field,
		Args: map[string]string{"name": field, "given": given, "expected": expected}}
}

// parseEvery reads "month" or "2 weeks".
func parseEvery(s string) (int, survey.RecurUnit, bool) {
	words := strings.Fields(strings.ToLower(s))
	n := 1
	if len(words) == 2 {
		var ok bool
		if n, ok = number(words[0]); !ok {
			return 0, "", false
		}
		words = words[1:]
	}
	if len(words) != 1 {
		return 0, "", false
	}
	unit := survey.RecurUnit(strings.TrimSuffix(words[0], "s"))
	switch unit {
	case survey.EveryWeek, survey.EveryMonth, survey.EveryQuarter, survey.EveryYear:
		return n, unit, true
	}
	return 0, "", false
}

// parseOn reads a day: "14", "last", "2nd monday", "last friday", and in weeks
// "monday".
func parseOn(s string, unit survey.RecurUnit) (survey.RecurDay, bool) {
	words := strings.Fields(strings.ToLower(s))
	if unit == survey.EveryWeek {
		if len(words) != 1 {
			return survey.RecurDay{}, false
		}
		w, ok := parseWeekday(words[0])
		return survey.RecurDay{Weekday: w}, ok
	}
	switch len(words) {
	case 1:
		if words[0] == "last" {
			return survey.RecurDay{Day: survey.LastOne}, true
		}
		n, ok := number(words[0])
		return survey.RecurDay{Day: n}, ok && n > 0
	case 2:
		nth, ok := map[string]int{"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": survey.LastOne}[words[0]]
		w, day := parseWeekday(words[1])
		return survey.RecurDay{Nth: nth, Weekday: w}, ok && day
	}
	return survey.RecurDay{}, false
}

// parseWeekday reads "monday" or "mon".
func parseWeekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); s == name || s == name[:3] {
			return d, true
		}
	}
	return 0, false
}

// most is the largest step of a rule and the largest count.
const (
	mostEvery = 120
	mostCount = 9999
)

// Check lists what is wrong with a rule; each error has Where the name of the
// field.
func Check(r survey.Recurrence, calendars Calendars) []*survey.Error {
	var bad []*survey.Error
	want := func(ok bool, field, given, expected string) {
		if !ok {
			bad = append(bad, fault(field, given, expected))
		}
	}
	want(r.Every >= 1 && r.Every <= mostEvery, "every", strconv.Itoa(r.Every), "1–"+strconv.Itoa(mostEvery))
	most := map[survey.RecurUnit]int{survey.EveryWeek: 0, survey.EveryMonth: 0, survey.EveryQuarter: 3, survey.EveryYear: 12}
	months, known := most[r.Unit]
	want(known, "every", string(r.Unit), expectEvery)
	if months == 0 {
		want(r.Month == 0, "in", strconv.Itoa(r.Month), "every: quarter | year")
	} else {
		want(r.Month >= 1 && r.Month <= months, "in", strconv.Itoa(r.Month), "1–"+strconv.Itoa(months))
	}
	want(dayFits(r.On, r.Unit), "on", strconv.Itoa(r.On.Day), expectOn)
	_, ok := parseClock(r.At)
	want(ok, "at", r.At, expectAt)
	_, err := time.LoadLocation(r.Zone)
	// Local and the empty name are wherever the program happens to run.
	want(err == nil && r.Zone != "" && r.Zone != "Local", "zone", r.Zone, defaultZone)
	want(r.From.Year >= firstYear && r.From.Year <= lastYear, "from", r.From.String(), expectDate)
	want(r.Until.IsZero() || !r.Until.Before(r.From), "until", r.Until.String(), "≥ "+r.From.String())
	want(r.Count >= 0 && r.Count <= mostCount, "count", strconv.Itoa(r.Count), "1–"+strconv.Itoa(mostCount))
	want(r.Count == 0 || r.Until.IsZero(), "count", strconv.Itoa(r.Count), "until | count")
	want(len(r.Holidays) == 0 || r.WorkingDay, "holidays", strings.Join(r.Holidays, ", "), "working_day: true")
	for _, h := range r.Holidays {
		_, _, ok := parseRange(h)
		want(ok || calendars[h] != nil, "holidays", h, expectHolidays(calendars))
	}
	return bad
}

// dayFits reports whether on is a day of the unit.
func dayFits(on survey.RecurDay, unit survey.RecurUnit) bool {
	weekday := on.Weekday >= time.Sunday && on.Weekday <= time.Saturday
	switch {
	case unit == survey.EveryWeek:
		return weekday && on.Day == 0 && on.Nth == 0
	case on.Nth != 0:
		return weekday && on.Day == 0 && on.Nth >= survey.LastOne && on.Nth <= 4
	}
	return on.Day == survey.LastOne || on.Day >= 1 && on.Day <= 31
}

func expectHolidays(calendars Calendars) string {
	expected := append([]string{"2027-04-30", "2027-02-03..2027-02-10"}, slices.Sorted(maps.Keys(calendars))...)
	return strings.Join(expected, " | ")
}
