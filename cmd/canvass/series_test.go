package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/survey"
)

// The files that help and the README show are series.
func TestTheSeriesThatAreShownAreRight(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```yaml\n(series: .*?)```").FindStringSubmatch(string(readme))
	if shown == nil {
		t.Fatal("the README shows no series")
	}
	for where, source := range map[string]string{"help": strings.ReplaceAll("\n"+seriesExample, "\n  ", "\n"), "README": shown[1]} {
		spec, err := dispatch.ParseSeries(where, []byte(source))
		if err != nil || spec.Name != "hang-thang" || spec.Campaign.Design.Rest == 0 {
			t.Errorf("%s: %+v, %v", where, spec, err)
		}
	}
}

// The words of a rule, in both languages.
func TestRuleWords(t *testing.T) {
	t.Parallel()
	at := func(r survey.Recurrence) survey.Recurrence {
		r.At, r.Zone = "08:00", "Asia/Ho_Chi_Minh"
		r.Every = max(r.Every, 1)
		return r
	}
	for _, c := range []struct {
		rule   survey.Recurrence
		vi, en string
	}{
		{survey.Recurrence{Unit: survey.EveryMonth, On: survey.RecurDay{Day: 14}}, "hằng tháng, ngày 14", "every month, on day 14"},
		{survey.Recurrence{Unit: survey.EveryMonth, Every: 2, On: survey.RecurDay{Day: survey.LastOne}}, "2 tháng một lần, ngày cuối tháng", "every 2 months, on the last day"},
		{survey.Recurrence{Unit: survey.EveryWeek, On: survey.RecurDay{Weekday: 0}}, "hằng tuần, Chủ nhật", "every week, on Sunday"},
		{survey.Recurrence{Unit: survey.EveryMonth, On: survey.RecurDay{Nth: 2, Weekday: 1}}, "hằng tháng, thứ Hai lần thứ 2 trong tháng", "every month, on the 2nd Monday"},
		{survey.Recurrence{Unit: survey.EveryQuarter, Month: 3, On: survey.RecurDay{Nth: survey.LastOne, Weekday: 5}},
			"hằng quý, thứ Sáu cuối cùng của tháng, tháng thứ 3 của quý", "every quarter, on the last Friday, in month 3 of the quarter"},
		{survey.Recurrence{Unit: survey.EveryYear, Month: 5, On: survey.RecurDay{Day: 1}}, "hằng năm, ngày 1, tháng 5", "every year, on day 1, in May"},
	} {
		for lang, want := range map[survey.Lang]string{survey.Vietnamese: c.vi + ", lúc 08:00 (Asia/Ho_Chi_Minh)", survey.English: c.en + ", at 08:00 (Asia/Ho_Chi_Minh)"} {
			a := &app{lang: lang}
			if got := a.ruleWords(at(c.rule)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}
