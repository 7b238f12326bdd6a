package main

import (
	"testing"
	"time"
)

func TestRatesAndAmountsAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"5/s": 5, "30/m": 0.5, "600/h": 1.0 / 6, " 0.2 / S ": 0.2, "none": 0, "NONE": 0} {
		if got, ok := parseRate(text); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "5", "/s", "5/d", "-1/s", "0/s", "NaN/s", "Inf/s", "1e99/s", "5/s/m", "five/s"} {
		if got, ok := parseRate(text); ok {
			t.Errorf("%q is taken for %v a second", text, got)
		}
	}
	for text, want := range map[string]int64{"2000000": 2000000, "2.000.000": 2000000, "2,000,000": 2000000, "1.500": 1500,
		"2 000 000 đồng": 2000000, "350đ": 350, "none": 0} {
		if got, ok := parseDong(text); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "0", "-5", "1.5", "2.000,000", "1.50.000", "2e6", "đồng", "99999999999999999999"} {
		if got, ok := parseDong(text); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

func TestTimesAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 12, 18, 10, 0, 0, 0, time.UTC) // 17:00 in Viet Nam
	for _, text := range []string{"2026-12-18 17:00", "2026-12-18T17:00", "18/12/2026 17:00", "17:00 18/12/2026", " 17:00  18/12/2026 ",
		"2026-12-18T17:00:00+07:00", "2026-12-18T10:00:00Z"} {
		if got, ok := readMoment(text); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "18/12/2026", "17:00", "12/18/2026 17:00", "31/02/2026 17:00", "25:00 18/12/2026", "mai"} {
		if got, ok := readMoment(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func FuzzAmounts(f *testing.F) {
	for _, s := range []string{"5/s", "30/m", "none", "2.000.000", "1,500 đ", "17:00 18/12/2026", "2026-12-18T17:00:00+07:00", "1 234 567"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, ok := parseRate(s); ok && !(r >= 0) || !ok && r != 0 {
			t.Errorf("rate %v %v", r, ok)
		}
		if n, ok := parseDong(s); ok && n < 0 {
			t.Errorf("amount %d", n)
		}
		if at, ok := readMoment(s); ok {
			if again, ok := readMoment(at.Format(time.RFC3339)); !ok || !again.Equal(at.Truncate(time.Second)) {
				t.Errorf("%v is read as %v", at, again)
			}
		}
	})
}
