package series

import (
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func TestFill(t *testing.T) {
	t.Parallel()
	o := Occurrence{Date: survey.Date{Year: 2027, Month: 2, Day: 4}, Number: 3, At: time.Date(2027, 2, 11, 1, 0, 0, 0, time.UTC)}
	for pattern, want := range map[string]string{
		"thang-{yyyy}-{mm}":       "thang-2027-02",
		"Ý kiến tháng {m}/{yyyy}": "Ý kiến tháng 2/2027",
		"quy-{q}-{yyyy}":          "quy-1-2027",
		"{dd}{d}{n}":              "0443",
		"plain":                   "plain",
	} {
		if got := Fill(pattern, o); got != want {
			t.Errorf("%s: %s, want %s", pattern, got, want)
		}
	}
}

func TestPatternsAreChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern string
		unit    survey.RecurUnit
		want    survey.Code
	}{
		{"thang-{yyyy}-{mm}", survey.EveryMonth, ""},
		{"thang-{mm}", survey.EveryMonth, survey.CodePatternSame},
		{"thang", survey.EveryMonth, survey.CodePatternSame},
		{"dot-{n}", survey.EveryWeek, ""},
		{"tuan-{yyyy}{mm}{dd}", survey.EveryWeek, ""},
		{"tuan-{yyyy}-{mm}", survey.EveryWeek, survey.CodePatternSame},
		{"quy-{yyyy}-{q}", survey.EveryQuarter, ""},
		{"quy-{yyyy}-{mm}", survey.EveryQuarter, ""},
		{"quy-{q}", survey.EveryQuarter, survey.CodePatternSame},
		{"nam-{yyyy}", survey.EveryYear, ""},
		{"nam-{q}", survey.EveryYear, survey.CodePatternSame},
		{"thang-{yyyy}-{m}", survey.EveryMonth, survey.CodePattern}, // 1-11 and 11-1 might read alike
		{"thang-{year}", survey.EveryMonth, survey.CodePattern},
		{"thang-{yyyy", survey.EveryMonth, survey.CodePattern},
		{"thang-yyyy}", survey.EveryMonth, survey.CodePattern},
		{"{{yyyy}}-{mm}", survey.EveryMonth, survey.CodePattern},
	} {
		bad := CheckName(c.pattern, c.unit)
		if bad == nil != (c.want == "") || bad != nil && (bad.Code != c.want || bad.Args["expected"] == "") {
			t.Errorf("%s every %s: %v, want %q", c.pattern, c.unit, bad, c.want)
		}
	}
	if bad := CheckTitle("Tháng {m}/{yyyy}, ngày {d}"); bad != nil {
		t.Errorf("a good title: %v", bad)
	}
	if bad := CheckTitle("Tháng {thang}"); bad == nil || bad.Args["given"] != "{thang}" {
		t.Errorf("a title with an unknown part: %v", bad)
	}
}

// What CheckName lets through gives every date of a rule a name of its own.
func TestNamesOfARuleDiffer(t *testing.T) {
	t.Parallel()
	patterns := []string{"{n}", "{yyyy}", "{yyyy}{q}", "{yyyy}{mm}", "{yyyy}{mm}{dd}", "{mm}{yyyy}", "{q}{n}", "{n}{yyyy}", "{dd}{n}{mm}", "{q}{yyyy}{dd}"}
	checked := 0
	for _, text := range []string{"every=week from=2026-12-02", "every=month on=31 from=2026-01-31", "every=quarter on=1st_mon from=2026-01-01",
		"every=year from=2028-02-29", "every=3_weeks from=2026-12-02", "every=month on=1 working holidays=2027-02-01..2027-02-27 from=2026-01-01"} {
		l := rule(t, text)
		for _, p := range patterns {
			if CheckName(p, l.r.Unit) != nil {
				continue
			}
			checked++
			seen := map[string]survey.Date{}
			o, ok := l.First()
			for n := 0; ok && n < 300; n++ {
				name := Fill(p, o)
				if was, twice := seen[name]; twice {
					t.Fatalf("%s, %s: %s and %s are both %s", text, p, was, o.Date, name)
				}
				seen[name] = o.Date
				o, ok = l.After(o.Date)
			}
		}
	}
	if checked < 30 {
		t.Errorf("only %d pairs were looked at", checked)
	}
}
