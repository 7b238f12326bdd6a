package dispatch_test

import (
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A day off that staff add moves the next wave of a series that keeps to the calendar, and
// taking it back moves it back; one without the calendar stays.
func TestADayOffMovesTheNextWave(t *testing.T) {
	t.Parallel()
	db := house(t)
	for name, holidays := range map[string]string{"theo-lich": "  holidays: [vn]\n", "khong-lich": ""} {
		source := strings.ReplaceAll(strings.Replace(monthly, "  on: 14\n", "  on: 14\n  working_day: true\n"+holidays, 1), "hang-thang", name)
		source = strings.Replace(source, "name: thang-", "name: "+name+"-", 1)
		if _, err := createSeries(t, db, source); err != nil {
			t.Fatal(err)
		}
	}
	begins := func(name string) string {
		return db.Text(`SELECT to_char(next_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'DD/MM HH24:MI') || ' ' || next_date FROM series WHERE name = $1`, name)
	}
	before := begins("theo-lich")
	at := pgtest.Day()
	next, err := survey.ParseDate(db.Text(`SELECT (next_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text FROM series WHERE name = 'theo-lich'`))
	if err != nil {
		t.Fatal(err)
	}
	set := func(from, until, name string, work bool) error {
		_, err := dispatch.SetHolidays(t.Context(), db, dispatch.HolidayRequest{From: from, Until: until, Name: name, Work: work, Now: at, By: view.Audit{At: at, Actor: "mai"}})
		return err
	}
	if err := set(next.String(), "", "ngày của tỉnh", false); err != nil {
		t.Fatal(err)
	}
	moved := begins("theo-lich")
	if moved == before || !strings.HasSuffix(moved, before[len(before)-10:]) {
		t.Errorf("%s, before %s: the wave of the same date begins later", moved, before)
	}
	if got := begins("khong-lich"); got != before {
		t.Errorf("a series without the calendar moves: %s", got)
	}
	shown, err := dispatch.ShowSeries(t.Context(), db, "theo-lich", at, 1)
	if err != nil || len(shown.Next) != 1 || !next.Before(survey.HomeDay(shown.Next[0].At)) {
		t.Errorf("%+v, %v", shown.Next, err)
	}
	today := survey.HomeDay(at)
	if err := dispatch.DropHoliday(t.Context(), db, int64(db.Int(`SELECT max(id) FROM holiday`)), at, view.Audit{At: at, Actor: "mai"}); err != nil || begins("theo-lich") != before {
		t.Errorf("%v; %s, before %s", err, begins("theo-lich"), before)
	}
	for _, bad := range []struct {
		from, until, name string
		work              bool
		field             string
	}{{today.Add(-1).String(), "", "x", false, "from"}, {"", "", "x", false, "from"}, {next.String(), next.Add(40).String(), "x", false, "until"}, {next.String(), next.Add(-1).String(), "x", false, "until"},
		{next.String(), "", " ", false, "title"}, {next.String(), "", strings.Repeat("ă", 81), false, "title"}, {next.String(), "", "x", true, "work"}, {"2027-01-01", "", "x", false, "off"}} {
		err := set(bad.from, bad.until, bad.name, bad.work)
		if e, ok := err.(*survey.Error); !ok || e.Code != survey.CodeHolidayWrong || e.Args["name"] != bad.field { //nolint:errorlint // it is not wrapped
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if err := set("2027-01-01", "", "hoán đổi", true); err != nil {
		t.Error(err)
	}
	db.Exec(`UPDATE holiday SET day = $1 WHERE name = 'hoán đổi'`, today.Add(-1).String())
	if err := dispatch.DropHoliday(t.Context(), db, int64(db.Int(`SELECT max(id) FROM holiday`)), at, view.Audit{At: at, Actor: "mai"}); survey.CodeOf(err) != survey.CodeHolidayPast {
		t.Errorf("a past day is taken back: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND detail ? 'holiday'`); n != 3 {
		t.Errorf("%d changes on record", n)
	}
}
