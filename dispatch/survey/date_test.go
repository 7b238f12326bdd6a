package survey_test

import (
	"encoding/json"
	"testing"
	"time"

	"canvass/dispatch/survey"
)

func TestDates(t *testing.T) {
	t.Parallel()
	d := survey.Date{Year: 2028, Month: 2, Day: 28}
	if got := d.Add(2); got != (survey.Date{Year: 2028, Month: 3, Day: 1}) || got.Since(d) != 2 || d.Since(got) != -2 {
		t.Errorf("two days after %s: %s, %d days", d, got, got.Since(d))
	}
	if !d.Before(d.Add(1)) || d.Before(d) || d.Add(-28).Compare(d) >= 0 || d.Weekday() != time.Monday {
		t.Error("the order of days, or the weekday, is wrong")
	}
	hcm := time.FixedZone("", 7*3600)
	if got := survey.DateOf(time.Date(2026, 12, 13, 20, 0, 0, 0, time.UTC).In(hcm)); got.String() != "2026-12-14" {
		t.Errorf("the day in Viet Nam is %s", got)
	}
	for _, bad := range []string{"", "2026-13-01", "2026-02-30", "14/12/2026", "2026-12-14 "} {
		if got, err := survey.ParseDate(bad); err == nil {
			t.Errorf("%q is read as %s", bad, got)
		}
	}
}

func TestADateIsKeptAsText(t *testing.T) {
	t.Parallel()
	type doc struct {
		From  survey.Date `json:"from"`
		Until survey.Date `json:"until,omitzero"`
	}
	b, err := json.Marshal(doc{From: survey.Date{Year: 2026, Month: 12, Day: 14}})
	if err != nil || string(b) != `{"from":"2026-12-14"}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back doc
	if err := json.Unmarshal([]byte(`{"from":"2026-12-14","until":""}`), &back); err != nil || back.From.Day != 14 || !back.Until.IsZero() {
		t.Errorf("%+v, %v", back, err)
	}
	var from survey.Date
	if err := from.Scan(time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)); err != nil || from != back.From {
		t.Errorf("scanned %s, %v", from, err)
	}
	if v, err := (survey.Date{}).Value(); v != nil || err != nil {
		t.Errorf("no date is stored as %v, %v", v, err)
	}
}
