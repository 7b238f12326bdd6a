package console

import (
	"slices"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/templates"
)

// mostCourse is how many days a course shows, the first ones.
const mostCourse = 400

// course is how the responses came in, day by day from the launch until now or until the
// last of them, beside the wave before.
func course(s seen, now time.Time) templates.Course {
	out := templates.Course{Of: s.days.Cases}
	if s.days.Launched.IsZero() || len(s.days.Days) == 0 {
		return out
	}
	zone := now.Location()
	for _, m := range append(survey.Modes(), "") {
		if slices.ContainsFunc(s.days.Days, func(d view.DayCount) bool { return d.Mode == m }) {
			out.Modes = append(out.Modes, string(m))
		}
	}
	at := byDay(s.days.Days)
	first := survey.DateOf(s.days.Launched.In(zone))
	if d := s.days.Days[0].Day; d.Before(first) {
		first = d
	}
	last := s.days.Days[len(s.days.Days)-1].Day
	if end := survey.DateOf(earlier(now, s.EndsAt.In(zone))); last.Before(end) {
		last = end
	}
	before := shares(s.before, zone)
	cum := 0
	for d := first; !last.Before(d) && len(out.Lines) < mostCourse; d = d.Add(1) {
		line := templates.CourseLine{Day: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC), N: make([]int, len(out.Modes)), Past: -1}
		for _, c := range at[d] {
			line.N[slices.Index(out.Modes, string(c.Mode))] += c.N
			line.Sum += c.N
		}
		cum += line.Sum
		line.Cum = cum
		if out.Of > 0 {
			line.Rate = float64(cum) / float64(out.Of)
		}
		if i := len(out.Lines); i < len(before) {
			line.Past = before[i]
		}
		out.Lines = append(out.Lines, line)
	}
	out.Past, out.Before = before, s.beforeName
	return out
}

func byDay(days []view.DayCount) map[survey.Date][]view.DayCount {
	out := map[survey.Date][]view.DayCount{}
	for _, d := range days {
		out[d.Day] = append(out[d.Day], d)
	}
	return out
}

// earlier is the earlier of two times; zero is none.
func earlier(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// shares are the cumulative shares of a wave at the end of each of its days.
func shares(w view.FieldDays, zone *time.Location) []float64 {
	if w.Launched.IsZero() || len(w.Days) == 0 || w.Cases == 0 {
		return nil
	}
	at := byDay(w.Days)
	first, last := survey.DateOf(w.Launched.In(zone)), w.Days[len(w.Days)-1].Day
	if d := w.Days[0].Day; d.Before(first) {
		first = d
	}
	var out []float64
	cum := 0
	for d := first; !last.Before(d) && len(out) < mostCourse; d = d.Add(1) {
		for _, c := range at[d] {
			cum += c.N
		}
		out = append(out, float64(cum)/float64(w.Cases))
	}
	return out
}
