package protocol

import (
	"slices"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

// Dates as published: Tết, with the years in which the calendars of Viet Nam and
// of China differ (1985, 2007, 2030) and those after a leap month (2034: the
// eleventh month of 2033 comes twice), and the Hùng Kings' day.
func TestLunarDays(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]struct{ tet, kings string }{
		1985: {"01-21", ""}, 2007: {"02-17", ""}, 2023: {"01-22", "04-29"}, 2024: {"02-10", "04-18"}, 2025: {"01-29", "04-07"},
		2026: {"02-17", "04-26"}, 2027: {"02-06", ""}, 2028: {"01-26", ""}, 2029: {"02-13", ""}, 2030: {"02-02", ""},
		2033: {"01-31", ""}, 2034: {"02-19", ""},
	} {
		got := lunarDaysOf(year)
		date := func(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format("01-02") }
		if date(got.tet) != want.tet || want.kings != "" && date(got.kings) != want.kings {
			t.Errorf("%d: Tết on %s, the kings on %s; want %v", year, date(got.tet), date(got.kings), want)
		}
	}
}

// What any year has: Tết between 20 January and 21 February, the kings' day 68 or
// 69 days later, or after a leap month 97 to 99, and twelve or thirteen new moons
// from one Tết to the next.
func TestLunarYears(t *testing.T) {
	t.Parallel()
	leaps := 0
	for year := 1968; year < 2150; year++ {
		got, next := lunarDaysOf(year), lunarDaysOf(year+1)
		day := got.tet - dayOf(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)) + 1
		if day < 20 || day > 52 {
			t.Errorf("%d: Tết on day %d", year, day)
		}
		if apart := got.kings - got.tet; !slices.Contains([]int{67, 68, 69, 97, 98, 99}, apart) {
			t.Errorf("%d: the kings %d days after Tết", year, apart)
		}
		switch length := next.tet - got.tet; {
		case length >= 383 && length <= 385:
			leaps++
		case length < 353 || length > 356:
			t.Errorf("%d: %d days", year, length)
		}
	}
	if leaps < 66 || leaps > 68 { // 7 in 19 years
		t.Errorf("%d leap years of 182", leaps)
	}
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"vn": {"2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-04-26",
			"2026-04-30", "2026-05-01", "2026-09-01", "2026-09-02", "2026-09-03"},
		"tet":                    {"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21"},
		"2026-12-24":             {"2026-12-24"},
		"2026-02-27..2026-03-02": {"2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"},
	} {
		h, wrong := parseHolidays([]string{text})
		if wrong != "" {
			t.Errorf("%s cannot be read", text)
		}
		var got []string
		for day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
			if h.on(day) {
				got = append(got, day.Format(time.DateOnly))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", text, got)
		}
	}
	for _, text := range []string{"", "VN", "us", "2026-13-01", "2026-02-30", "30/4", "2026-03-02..2026-03-01", "2026-01-01..2027-01-02", "..", "2026-01-01..", "2026-01-01 "} {
		if _, wrong := parseHolidays([]string{"vn", text}); wrong != text {
			t.Errorf("%q is read", text)
		}
	}
}

func FuzzHolidays(f *testing.F) {
	for _, seed := range []string{"vn", "tet", "2027-04-30", "2027-02-03..2027-02-10", "0000-01-01..0000-12-31", "9999-12-31"} {
		f.Add(seed, int64(20_500))
	}
	f.Fuzz(func(t *testing.T, text string, day int64) {
		h, wrong := parseHolidays([]string{text})
		if wrong != "" || text == "" {
			return
		}
		noon := time.Unix(day%3_000_000*86400+43_200, 0).UTC()
		held := h.on(noon)
		for _, s := range h.spans {
			if s.to < s.from || s.to-s.from >= maxSpan || held != (s.from <= dayOf(noon) && dayOf(noon) <= s.to) {
				t.Fatalf("%q is %+v, on %v %v", text, s, noon, held)
			}
		}
	})
}

func FuzzWindow(f *testing.F) {
	f.Add("07:00", "22:00")
	f.Add("00:00", "24:00")
	f.Add("7:00", "25:00")
	f.Fuzz(func(t *testing.T, from, to string) {
		h, ok := parseWindow(survey.Window{From: from, To: to})
		if ok && (h.from < 0 || h.from >= h.to || h.to > 24*60) {
			t.Fatalf("%q–%q is %+v", from, to, h)
		}
	})
}

func TestCalendarsTellWhatAProtocolHolds(t *testing.T) {
	t.Parallel()
	named := Calendars(nil)
	for _, c := range []struct {
		day     survey.Date
		vn, tet bool
	}{
		{survey.Date{Year: 2027, Month: 2, Day: 5}, true, true}, // the eve
		{survey.Date{Year: 2027, Month: 2, Day: 10}, true, true},
		{survey.Date{Year: 2027, Month: 2, Day: 11}, false, false},
		{survey.Date{Year: 2026, Month: 4, Day: 26}, true, false}, // the Hùng Kings' day
		{survey.Date{Year: 2026, Month: 9, Day: 2}, true, false},
		{survey.Date{Year: 2026, Month: 9, Day: 7}, false, false},
	} {
		if vn, tet := named["vn"](c.day), named["tet"](c.day); vn != c.vn || tet != c.tet {
			t.Errorf("%s: vn %v, tet %v", c.day, vn, tet)
		}
	}
}
