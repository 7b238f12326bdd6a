package series

import (
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func TestParseSaysAllThatIsWrong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"every=month on=14 from=2026-12-01":                                      nil,
		"every=WEEKS on=Mon from=2026-12-01":                                     nil,
		"":                                                                       {"every", "from"},
		"every=day from=2026-12-01":                                              {"every"},
		"every=0_weeks from=2026-12-01":                                          {"every"},
		"every=-1_weeks from=2026-12-01":                                         {"every"},
		"every=999_weeks from=2026-12-01":                                        {"every"},
		"every=month on=0 from=2026-12-01":                                       {"on"},
		"every=month on=32 from=2026-12-01":                                      {"on"},
		"every=month on=5th_monday from=2026-12-01":                              {"on"},
		"every=month on=monday from=2026-12-01":                                  {"on"},
		"every=week on=14 from=2026-12-01":                                       {"on"},
		"every=month in=3 from=2026-12-01":                                       {"in"},
		"every=quarter in=4 from=2026-12-01":                                     {"in"},
		"every=year in=13 from=2026-12-01":                                       {"in"},
		"every=month at=8:00 from=2026-12-01":                                    {"at"},
		"every=month at=24:00 from=2026-12-01":                                   {"at"},
		"every=month zone=Mars/Phobos from=2026-12-01":                           {"zone"},
		"every=month zone=Local from=2026-12-01":                                 {"zone"},
		"every=month from=01/12/2026":                                            {"from"},
		"every=month from=1960-01-01":                                            {"from"},
		"every=month from=2026-12-01 until=2026-11-30":                           {"until"},
		"every=month from=2026-12-01 until=soon":                                 {"until"},
		"every=month from=2026-12-01 count=-1":                                   {"count"},
		"every=month from=2026-12-01 count=3 until=2027-12-01":                   {"count"},
		"every=month from=2026-12-01 holidays=2027-01-01":                        {"holidays"},
		"every=month from=2026-12-01 working holidays=vn,2027-02-10..2027-02-03": {"holidays", "holidays"},
		"every=month from=2026-12-01 working holidays=2027-02-10..2099-02-03":    {"holidays"},
		"every=monthly on=40 at=noon zone=x from=y until=z count=-3":             {"at", "count", "every", "from", "until", "zone"},
		"every=month on=40 in=2 at=noon from=2026-12-01":                         {"at", "in", "on"},
	} {
		_, bad := Parse(file(text), nil)
		var got []string
		for _, e := range bad {
			got = append(got, e.Where)
			if e.Code != survey.CodeRecurrence || e.Args["expected"] == "" || e.Args["name"] != e.Where {
				t.Errorf("%s: %v names no remedy", text, e)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestARuleMayNameCalendars(t *testing.T) {
	t.Parallel()
	calendars := Calendars{"tet": func(d survey.Date) bool { return d.Year == 2027 && d.Month == 2 && d.Day < 11 }}
	f := File{Every: "month", On: "4", From: "2027-02-01", WorkingDay: true, Holidays: []string{"tet", "2027-02-11"}}
	r, bad := Parse(f, calendars)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	l, _ := Load(r, calendars)
	if o, _ := l.First(); survey.DateOf(o.At).String() != "2027-02-12" {
		t.Errorf("the first working day after Tết is %v", o.At)
	}
	if _, bad := Parse(f, nil); len(bad) != 1 || !strings.Contains(bad[0].Args["given"], "tet") {
		t.Errorf("a calendar that nobody handed in: %v", bad)
	}
}

// Whatever is written, reading it ends with a rule that keeps its laws, or with
// errors.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"month|14|0|08:00|Asia/Ho_Chi_Minh|2026-12-01||0|", "2 weeks|monday|0||Europe/Paris|2027-03-01|2028-01-01|0|x",
		"quarter|last friday|3|02:30|America/New_York|2026-10-01||8|2027-01-01..2027-02-01", "year|31|2|23:59||2028-02-29||0|2028-02-29,2029-03-01",
		"week|sun|0|00:00|Australia/Lord_Howe|1970-01-01||0|", "3 month|1st wed|0|08:00|Asia/Ho_Chi_Minh|2998-12-01||0|2999-01-01",
	} {
		p := strings.Split(s, "|")
		f.Add(p[0], p[1], len(p[2]), p[3], p[4], p[5], p[6], p[8])
	}
	f.Fuzz(func(t *testing.T, every, on string, in int, at, zone, from, until, holidays string) {
		file := File{Every: every, On: on, In: in, At: at, Zone: zone, From: from, Until: until, WorkingDay: holidays != ""}
		if len(holidays) > 1 {
			file.Holidays = strings.Split(holidays, ",")
		}
		r, bad := Parse(file, nil)
		if len(bad) > 0 {
			return
		}
		l, bad := Load(r, nil)
		if len(bad) > 0 {
			t.Fatalf("read without errors, and then %v", bad)
		}
		before, ok := l.First()
		for n := 0; ok && n < 20; n++ {
			if before.Date.Before(r.From) || !r.Until.IsZero() && r.Until.Before(before.Date) || r.Count > 0 && before.Number > r.Count {
				t.Fatalf("%+v lies outside of %+v", before, r)
			}
			if !(oracle{r, l.zone}).names(before.Date) {
				t.Fatalf("%+v does not satisfy %+v", before, r)
			}
			if r.WorkingDay && l.closed(survey.DateOf(before.At)) {
				t.Fatalf("%+v is no working day", before)
			}
			if got, found := l.Next(before.At.Add(-time.Nanosecond)); !found || !same(got, before) {
				t.Fatalf("before %+v comes %+v", before, got)
			}
			after, more := l.After(before.Date)
			if more && (!before.At.Before(after.At) || after.Number <= before.Number) {
				t.Fatalf("%+v is not before %+v", before, after)
			}
			before, ok = after, more
		}
	})
}
