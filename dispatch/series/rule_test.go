package series

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// rule reads a rule written as "every=month on=14 from=2026-12-01"; an
// underscore stands for a blank.
func rule(t testing.TB, text string) Rule {
	t.Helper()
	r, bad := Parse(file(text), nil)
	if len(bad) > 0 {
		t.Fatalf("%s: %v", text, bad)
	}
	l, bad := Load(r, nil)
	if len(bad) > 0 {
		t.Fatalf("%s: %v", text, bad)
	}
	return l
}

func file(text string) File {
	var f File
	for _, field := range strings.Fields(text) {
		key, value, _ := strings.Cut(field, "=")
		value = strings.ReplaceAll(value, "_", " ")
		switch key {
		case "every":
			f.Every = value
		case "on":
			f.On = value
		case "in":
			_, _ = fmt.Sscan(value, &f.In)
		case "at":
			f.At = value
		case "zone":
			f.Zone = value
		case "from":
			f.From = value
		case "until":
			f.Until = value
		case "count":
			_, _ = fmt.Sscan(value, &f.Count)
		case "working":
			f.WorkingDay = true
		case "holidays":
			f.Holidays = strings.Split(value, ",")
		}
	}
	return f
}

// first lists the first n dates; a date that is moved shows where to.
func first(l Rule, n int) []string {
	var out []string
	o, ok := l.First()
	for ; ok && len(out) < n; o, ok = l.After(o.Date) {
		text := o.Date.String()
		if at := survey.DateOf(o.At); at != o.Date {
			text += ">" + at.String()
		}
		out = append(out, text)
	}
	return out
}

func TestDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"every=month on=14 from=2026-12-01":                  "2026-12-14 2027-01-14 2027-02-14",
		"every=month on=14 from=2026-12-15":                  "2027-01-14 2027-02-14 2027-03-14",
		"every=month from=2026-12-20":                        "2026-12-20 2027-01-20 2027-02-20",
		"every=month on=31 from=2027-12-31":                  "2027-12-31 2028-01-31 2028-02-29 2028-03-31 2028-04-30",
		"every=month on=last from=2027-01-31":                "2027-01-31 2027-02-28 2027-03-31",
		"every=month on=2nd_monday from=2026-12-01":          "2026-12-14 2027-01-11 2027-02-08",
		"every=month on=1st_sun from=2026-11-01":             "2026-11-01 2026-12-06",
		"every=month on=last_friday from=2026-12-26":         "2027-01-29 2027-02-26 2027-03-26",
		"every=3_months on=31 from=2026-11-30":               "2026-11-30 2027-02-28 2027-05-31",
		"every=week from=2026-12-02":                         "2026-12-02 2026-12-09",
		"every=2_weeks on=monday from=2026-12-02":            "2026-12-14 2026-12-28 2027-01-11",
		"every=2_weeks on=sunday from=2026-12-02":            "2026-12-06 2026-12-20",
		"every=quarter on=15 from=2026-12-01":                "2026-12-15 2027-03-15 2027-06-15",
		"every=quarter in=1 on=15 from=2026-12-01":           "2027-01-15 2027-04-15",
		"every=2_quarters in=3 on=last from=2026-10-01":      "2026-12-31 2027-06-30",
		"every=year from=2028-02-29":                         "2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29",
		"every=year in=5 on=1st_monday from=2026-12-01":      "2027-05-03 2028-05-01",
		"every=month on=14 from=2026-12-01 count=2":          "2026-12-14 2027-01-14",
		"every=month on=14 from=2026-12-01 until=2027-01-14": "2026-12-14 2027-01-14",
		"every=month on=14 from=2026-12-01 until=2027-01-13": "2026-12-14",
		"every=month on=14 from=2026-12-15 until=2026-12-31": "",
		// 2027-02-14 is a Sunday, 2027-03-14 too.
		"every=month on=14 from=2027-01-01 working count=3":                                          "2027-01-14 2027-02-14>2027-02-15 2027-03-14>2027-03-15",
		"every=month on=4 from=2027-02-01 working holidays=2027-02-03..2027-02-10 count=2":           "2027-02-04>2027-02-11 2027-03-04",
		"every=month on=31 from=2026-10-01 until=2026-10-31 working":                                 "2026-10-31>2026-11-02",
		"every=week on=mon from=2027-02-01 working holidays=2027-02-01..2027-02-16,2027-02-18":       "2027-02-15>2027-02-17 2027-02-22",
		"every=week on=mon from=2027-02-01 working count=3 holidays=2027-02-01..2027-02-16":          "2027-02-15>2027-02-17",
		"every=week on=mon from=2027-02-01 working until=2027-02-08 holidays=2027-02-01..2027-02-08": "2027-02-08>2027-02-09",
	} {
		n := max(len(strings.Fields(want)), 1)
		if strings.Contains(text, "count") || strings.Contains(text, "until") {
			n = 100
		}
		if got := strings.Join(first(rule(t, text), n), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestADateIsNumberedByTheRule(t *testing.T) {
	t.Parallel()
	l := rule(t, "every=week on=mon from=2027-02-01 working holidays=2027-02-01..2027-02-16")
	if o, ok := l.On(survey.Date{Year: 2027, Month: 2, Day: 15}); !ok || o.Number != 3 {
		t.Errorf("15 February is %+v %v, want number 3: two fell together with it", o, ok)
	}
	for _, d := range []int{1, 8, 9, 17} {
		if o, ok := l.On(survey.Date{Year: 2027, Month: 2, Day: d}); ok {
			t.Errorf("%d February is a date: %+v", d, o)
		}
	}
}

func TestInstants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, date, at, want string }{
		{"Asia/Ho_Chi_Minh", "2026-12-14", "08:00", "2026-12-14T01:00:00Z"},
		{"Asia/Ho_Chi_Minh", "2026-12-14", "00:00", "2026-12-13T17:00:00Z"},
		{"Europe/Paris", "2027-03-28", "02:30", "2027-03-28T01:00:00Z"}, // left out: the jump
		{"Europe/Paris", "2027-03-28", "03:00", "2027-03-28T01:00:00Z"}, // the first reading after it
		{"Europe/Paris", "2027-03-28", "01:59", "2027-03-28T00:59:00Z"},
		{"Europe/Paris", "2027-10-31", "02:30", "2027-10-31T00:30:00Z"}, // comes twice: the first
		{"Europe/Paris", "2027-10-31", "03:00", "2027-10-31T02:00:00Z"},
		{"Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03T14:45:00Z"}, // half an hour comes twice
		{"Pacific/Apia", "2011-12-30", "08:00", "2011-12-30T10:00:00Z"},        // a day that was left out
		{"America/Sao_Paulo", "2018-11-04", "00:00", "2018-11-04T03:00:00Z"},   // midnight was left out
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		d, err := survey.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		minute, ok := parseClock(c.at)
		if got := instant(d, minute, zone).UTC().Format(time.RFC3339); !ok || got != c.want {
			t.Errorf("%s %s in %s: %s, want %s", c.date, c.at, c.zone, got, c.want)
		}
	}
}

// The oracle: walk the calendar day by day, and say of each whether the rule
// names it.
type oracle struct {
	r    survey.Recurrence
	zone *time.Location
}

func (o oracle) names(d survey.Date) bool {
	if d.Before(o.r.From) {
		return false
	}
	if o.r.Unit == survey.EveryWeek {
		monday := func(d survey.Date) survey.Date {
			for d.Weekday() != time.Monday {
				d = d.Add(-1)
			}
			return d
		}
		return d.Weekday() == o.r.On.Weekday && monday(d).Since(monday(o.r.From))/7%o.r.Every == 0
	}
	month := (d.Year-o.r.From.Year)*12 + int(d.Month) - int(o.r.From.Month)
	switch o.r.Unit {
	case survey.EveryMonth:
		if month%o.r.Every != 0 {
			return false
		}
	case survey.EveryQuarter:
		quarters := (d.Year*4 + (int(d.Month)-1)/3) - (o.r.From.Year*4 + (int(o.r.From.Month)-1)/3)
		if quarters%o.r.Every != 0 || (int(d.Month)-1)%3+1 != o.r.Month {
			return false
		}
	case survey.EveryYear:
		if (d.Year-o.r.From.Year)%o.r.Every != 0 || int(d.Month) != o.r.Month {
			return false
		}
	}
	lastDay := d.Add(1).Month != d.Month
	on := o.r.On
	switch {
	case on.Nth == survey.LastOne:
		return d.Weekday() == on.Weekday && d.Add(7).Month != d.Month
	case on.Nth > 0:
		return d.Weekday() == on.Weekday && (d.Day-1)/7+1 == on.Nth
	case on.Day == survey.LastOne:
		return lastDay
	}
	return d.Day == on.Day || lastDay && on.Day > d.Day
}

// all lists the occurrences of a rule up to a day, by the definition.
func (o oracle) all(l Rule, to survey.Date) []Occurrence {
	var dates []survey.Date
	for d := o.r.From; len(dates) == 0 || !to.Add(5000).Before(d); d = d.Add(1) {
		if o.names(d) {
			dates = append(dates, d)
			if to.Before(d) && len(dates) > 1 {
				break
			}
		}
	}
	at := func(d survey.Date) (time.Time, bool) {
		for n := range mostMoved {
			if !o.r.WorkingDay || !l.closed(d.Add(n)) {
				return o.instant(d.Add(n)), true
			}
		}
		return time.Time{}, false
	}
	var out []Occurrence
	for i, d := range dates[:len(dates)-1] {
		if to.Before(d) || !o.r.Until.IsZero() && o.r.Until.Before(d) || o.r.Count > 0 && i >= o.r.Count {
			break
		}
		if t, ok := at(d); ok && t.Before(o.instant(dates[i+1])) {
			out = append(out, Occurrence{Date: d, Number: i + 1, At: t})
		}
	}
	return out
}

// instant looks for the first minute of two days at which the clocks show the
// time; if none does, for the first at which they show a later one.
func (o oracle) instant(d survey.Date) time.Time {
	want := d.String() + " " + o.r.At
	start := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(-15 * time.Hour)
	later := time.Time{}
	for m := range 55 * 60 {
		t := start.Add(time.Duration(m) * time.Minute).In(o.zone)
		switch read := t.Format("2006-01-02 15:04"); {
		case read == want:
			return t
		case read > want && later.IsZero():
			later = t
		}
	}
	return later
}

// random makes a rule that Check permits.
func random(r *rand.Rand) survey.Recurrence {
	from := survey.Date{Year: 2024 + r.IntN(6), Month: time.Month(1 + r.IntN(12)), Day: 1}.Add(r.IntN(31))
	out := survey.Recurrence{Every: 1 + r.IntN(4), From: from,
		Unit: []survey.RecurUnit{survey.EveryWeek, survey.EveryMonth, survey.EveryQuarter, survey.EveryYear}[r.IntN(4)],
		At:   []string{"00:00", "02:30", "08:00", "23:59"}[r.IntN(4)],
		Zone: []string{"Asia/Ho_Chi_Minh", "Europe/Paris", "America/New_York", "Australia/Lord_Howe"}[r.IntN(4)]}
	switch out.Unit {
	case survey.EveryWeek:
		out.On.Weekday = time.Weekday(r.IntN(7))
	case survey.EveryQuarter:
		out.Month = 1 + r.IntN(3)
	case survey.EveryYear:
		out.Month = 1 + r.IntN(12)
	}
	if out.Unit != survey.EveryWeek {
		switch r.IntN(4) {
		case 0:
			out.On = survey.RecurDay{Nth: []int{1, 2, 3, 4, survey.LastOne}[r.IntN(5)], Weekday: time.Weekday(r.IntN(7))}
		case 1:
			out.On.Day = survey.LastOne
		default:
			out.On.Day = []int{1, 14, 28, 29, 30, 31}[r.IntN(6)]
		}
	}
	switch r.IntN(3) {
	case 0:
		out.Until = from.Add(r.IntN(900))
	case 1:
		out.Count = 1 + r.IntN(12)
	}
	if r.IntN(2) == 0 {
		out.WorkingDay = true
		d := from
		for range r.IntN(4) {
			d = d.Add(r.IntN(90))
			out.Holidays = append(out.Holidays, d.String()+".."+d.Add(r.IntN(25)).String())
		}
	}
	return out
}

// Next, After and On are what the calendar says when it is walked day by day:
// they increase, each satisfies the rule, each is the least, ends are kept.
func TestTheRuleIsWhatTheCalendarSays(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	rules, found := 400, 0
	if testing.Short() {
		rules = 60
	}
	for range rules {
		rec := random(r)
		l, bad := Load(rec, nil)
		if len(bad) > 0 {
			t.Fatalf("%+v: %v", rec, bad)
		}
		o := oracle{rec, l.zone}
		all := o.all(l, rec.From.Add(1100))
		found += len(all)
		var walked []Occurrence
		for got, ok := l.First(); ok && len(walked) < len(all); got, ok = l.After(got.Date) {
			walked = append(walked, got)
		}
		if !slices.EqualFunc(walked, all, same) {
			t.Fatalf("%+v:\nwalked %v\n   all %v", rec, walked, all)
		}
		for range 30 {
			after := noon(rec.From).Add(time.Duration(r.IntN(1000*24*60)-50*24*60) * time.Minute)
			want := slices.IndexFunc(all, func(x Occurrence) bool { return x.At.After(after) })
			got, ok := l.Next(after)
			if want < 0 {
				if ok && got.Date.Since(rec.From) <= 1100 {
					t.Fatalf("%+v: after %v: %v, want none", rec, after, got)
				}
				continue
			}
			if !ok || !same(got, all[want]) {
				t.Fatalf("%+v: after %v: %v %v, want %v", rec, after, got, ok, all[want])
			}
		}
		for range 30 {
			d := rec.From.Add(r.IntN(1000) - 50)
			i := slices.IndexFunc(all, func(x Occurrence) bool { return x.Date == d })
			if got, ok := l.On(d); ok != (i >= 0) || ok && !same(got, all[i]) {
				t.Fatalf("%+v: on %v: %v %v", rec, d, got, ok)
			}
		}
		for i := 1; i < len(all); i++ {
			if !all[i-1].At.Before(all[i].At) || !all[i-1].Date.Before(all[i].Date) {
				t.Fatalf("%+v: %v does not come before %v", rec, all[i-1], all[i])
			}
		}
	}
	if found < 10*rules {
		t.Errorf("only %d dates of %d rules: the test says little", found, rules)
	}
}

func same(a, b Occurrence) bool {
	return a.Date == b.Date && a.Number == b.Number && a.At.Equal(b.At)
}

// Nothing but holidays is no reason to look for ever.
func TestARuleWithoutWorkingDaysHasNoDates(t *testing.T) {
	t.Parallel()
	always := Calendars{"always": func(survey.Date) bool { return true }}
	for _, every := range []string{"week", "month", "year"} {
		r, bad := Parse(File{Every: every, From: "2026-12-01", WorkingDay: true, Holidays: []string{"always"}}, always)
		if len(bad) > 0 {
			t.Fatal(bad)
		}
		l, _ := Load(r, always)
		if o, ok := l.First(); ok {
			t.Errorf("every %s: %v", every, o)
		}
	}
}

func noon(d survey.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
