package series

import (
	"strings"
	"time"

	"canvass/dispatch/survey"
)

// mostDays is the longest range of holidays.
const mostDays = 366

// closedOn tells which days are no working days: Saturday, Sunday, and the
// holidays of the list, which Check has read.
func closedOn(list []string, calendars Calendars) func(survey.Date) bool {
	days := map[survey.Date]bool{}
	var named []func(survey.Date) bool
	for _, entry := range list {
		if calendar := calendars[entry]; calendar != nil {
			named = append(named, calendar)
			continue
		}
		from, to, _ := parseRange(entry)
		for d := from; !to.Before(d); d = d.Add(1) {
			days[d] = true
		}
	}
	return func(d survey.Date) bool {
		if w := d.Weekday(); w == time.Saturday || w == time.Sunday || days[d] {
			return true
		}
		for _, calendar := range named {
			if calendar(d) {
				return true
			}
		}
		return false
	}
}

// parseRange reads a day (2027-04-30) or a range (2027-02-03..2027-02-10).
func parseRange(s string) (from, to survey.Date, ok bool) {
	first, last, several := strings.Cut(s, "..")
	from, errFrom := survey.ParseDate(strings.TrimSpace(first))
	if !several {
		return from, from, errFrom == nil
	}
	to, errTo := survey.ParseDate(strings.TrimSpace(last))
	return from, to, errFrom == nil && errTo == nil && !to.Before(from) && to.Since(from) < mostDays
}
