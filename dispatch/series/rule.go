package series

import (
	"time"

	"canvass/dispatch/survey"
)

// Occurrence is one date of a rule.
type Occurrence struct {
	// Date is the date as the rule gives it; it names the wave.
	Date survey.Date `json:"date"`
	// Number of the date, from 1. Dates that fall together leave a gap.
	Number int `json:"number"`
	// At is when the wave begins: the local time on Date, or on the first working
	// day after it.
	At time.Time `json:"at"`
}

// Rule is a recurrence that is ready to be computed with.
type Rule struct {
	r      survey.Recurrence
	zone   *time.Location
	minute int                    // of the day
	closed func(survey.Date) bool // no working day

	anchor  int // month number of date 0; unused in weeks
	week    survey.Date
	step    int // months, or days in weeks
	skipped int // 1 if date 0 lies before From
}

// Limits of the calendar of a rule.
const (
	firstYear = 1970
	lastYear  = 2999
	// mostMoved is how many days a date looks ahead for a working day.
	mostMoved = 62
	// mostDropped is how many dates in a row may fall together with the next
	// before a rule is taken to have no more.
	mostDropped = 1200
)

// Calendars are the calendars of holidays that a rule may name, each as what
// tells whether a day is one.
type Calendars map[string]func(survey.Date) bool

// Load makes r ready. Its errors are those of Check.
func Load(r survey.Recurrence, calendars Calendars) (Rule, []*survey.Error) {
	if bad := Check(r, calendars); len(bad) > 0 {
		return Rule{}, bad
	}
	zone, _ := time.LoadLocation(r.Zone) // Check has found it
	minute, _ := parseClock(r.At)
	rule := Rule{r: r, zone: zone, minute: minute, closed: closedOn(r.Holidays, calendars)}
	month := months(r.From)
	switch r.Unit {
	case survey.EveryWeek:
		rule.week = r.From.Add(-sinceMonday(r.From.Weekday()) + sinceMonday(r.On.Weekday))
		rule.step = 7 * r.Every
	case survey.EveryMonth:
		rule.anchor, rule.step = month, r.Every
	case survey.EveryQuarter:
		rule.anchor, rule.step = month-month%3+r.Month-1, 3*r.Every
	case survey.EveryYear:
		rule.anchor, rule.step = month-month%12+r.Month-1, 12*r.Every
	}
	if rule.base(0).Before(r.From) {
		rule.skipped = 1
	}
	return rule, nil
}

// months numbers the months of all years.
func months(d survey.Date) int { return d.Year*12 + int(d.Month) - 1 }

func sinceMonday(d time.Weekday) int { return (int(d) + 6) % 7 }

// base is date i of the rule, counted from the week, month, quarter or year of
// From, before it is moved to a working day.
func (l Rule) base(i int) survey.Date {
	if l.r.Unit == survey.EveryWeek {
		return l.week.Add(i * l.step)
	}
	m := l.anchor + i*l.step
	return dayOf(m/12, time.Month(m%12+1), l.r.On)
}

// dayOf is the day of a month that on names.
func dayOf(year int, month time.Month, on survey.RecurDay) survey.Date {
	last := survey.Date{Year: year, Month: month + 1}.Add(0) // day 0 of the next month
	first := survey.Date{Year: year, Month: month, Day: 1}
	switch {
	case on.Nth == survey.LastOne:
		return last.Add(-((int(last.Weekday()) - int(on.Weekday) + 7) % 7))
	case on.Nth > 0:
		return first.Add((int(on.Weekday)-int(first.Weekday())+7)%7 + 7*(on.Nth-1))
	case on.Day == survey.LastOne:
		return last
	}
	return first.Add(min(on.Day, last.Day) - 1)
}

// indexAfter is the least i with base(i) after d.
func (l Rule) indexAfter(d survey.Date) int {
	if l.r.Unit == survey.EveryWeek {
		return max(floor(d.Since(l.week), l.step)+1, l.skipped)
	}
	i := floor(months(d)-l.anchor, l.step)
	if d.Before(l.base(i)) { // it is in the month of d
		return max(i, l.skipped)
	}
	return max(i+1, l.skipped)
}

// floor is a/b rounded down; b is positive.
func floor(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// occurrence is date i. It is dropped if it is moved so far that it would begin
// no earlier than the next date is due: then the two are one wave, the next.
func (l Rule) occurrence(i int) (o Occurrence, dropped bool) {
	o = Occurrence{Date: l.base(i), Number: i - l.skipped + 1}
	day := o.Date
	if l.r.WorkingDay {
		for n := 0; l.closed(day); n++ {
			if n == mostMoved {
				return o, true
			}
			day = day.Add(1)
		}
	}
	o.At = instant(day, l.minute, l.zone)
	return o, !o.At.Before(instant(l.base(i+1), l.minute, l.zone))
}

// within reports whether date i is one at all: not past the end of the rule.
func (l Rule) within(i int) bool {
	d := l.base(i)
	return d.Year <= lastYear && (l.r.Until.IsZero() || !l.r.Until.Before(d)) &&
		(l.r.Count == 0 || i-l.skipped < l.r.Count)
}

// from is the first occurrence from index i on.
func (l Rule) from(i int) (Occurrence, bool) {
	for n := 0; n < mostDropped && l.within(i+n); n++ {
		if o, dropped := l.occurrence(i + n); !dropped {
			return o, true
		}
	}
	return Occurrence{}, false
}

// First is the first occurrence; false if there is none.
func (l Rule) First() (Occurrence, bool) { return l.from(l.skipped) }

// After is the first occurrence whose date is after d; false if there is none.
func (l Rule) After(d survey.Date) (Occurrence, bool) { return l.from(l.indexAfter(d)) }

// Next is the first occurrence that begins after the instant t; false if there
// is none.
func (l Rule) Next(t time.Time) (Occurrence, bool) {
	// A date that begins after t may itself lie before it, by as much as it is
	// moved; a day more for the zone.
	for o, ok := l.After(survey.DateOf(t.In(l.zone)).Add(-mostMoved - 2)); ok; o, ok = l.After(o.Date) {
		if o.At.After(t) {
			return o, true
		}
	}
	return Occurrence{}, false
}

// On is the occurrence of the date d; false if d is none.
func (l Rule) On(d survey.Date) (Occurrence, bool) {
	o, ok := l.After(d.Add(-1))
	return o, ok && o.Date == d
}
