package dispatch_test

import (
	"fmt"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestReadDong(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"350": 350, "1.200": 1200, "1.234,0": 1234, "1 200 đồng": 1200, "0": 0, " 1.000.000đ ": 1000000, "1400 VND": 1400, "1\u00a0200": 1200,
		"": -1, "1.234,5": -1, "1,200": -1, "1.20": -1, "12.34": -1, "-5": -1, "3e3": -1, "đồng": -1, "9999999999999": -1, "1.2000": -1} {
		got, ok := dispatch.ReadDong(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %d, %v; want %d", text, got, ok, want)
		}
	}
}

func FuzzReadDong(f *testing.F) {
	f.Add("1.234,5 đồng")
	f.Fuzz(func(t *testing.T, text string) {
		if n, ok := dispatch.ReadDong(text); ok && n < 0 {
			t.Errorf("%q: %d", text, n)
		}
	})
}

// priced sets a price by hand of mai.
func priced(t *testing.T, db *pgtest.DB, of, dong, from string) error {
	t.Helper()
	_, err := dispatch.SetPrice(t.Context(), db, dispatch.PriceRequest{Of: of, Dong: dong, From: from, Now: pgtest.Day(), By: view.Audit{At: pgtest.Day(), Actor: "mai"}})
	return err
}

// The nearest price of a day holds: the sender's, the provider's, the channel's, the
// setting's; a price that has begun stays.
func TestPricesByDayAndPlace(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84900000001", Provider: "twilio", Cost: 100})
	db.MakeSender(survey.Sender{Channel: survey.SMS, Address: "+84900000002", Provider: "android", Cost: 100})
	db.MakeSender(survey.Sender{Channel: survey.Call, Address: "+84900000001", Provider: "twilio"})
	today := survey.HomeDay(pgtest.Day())
	day := func(n int) string { return today.Add(n).String() }
	for _, p := range [][3]string{{"sms", "200", day(2)}, {"sms twilio", "300", day(4)}, {"sms +84900000001", "400", day(6)}, {"sms", "999", day(8)}, {"sms", "250", day(2)}, {"call", "0", ""}} {
		if err := priced(t, db, p[0], p[1], p[2]); err != nil {
			t.Fatalf("%v: %v", p, err)
		}
	}
	senders, err := db.Senders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"100 100 250 250 300 300 400 400 400 400", "100 100 250 250 250 250 250 250 999 999", "0 0 0 0 0 0 0 0 0 0"} {
		got := ""
		for n := range 10 {
			at := pgtest.Day().AddDate(0, 0, n)
			got += fmt.Sprintf(" %d", senders[i].CostAt(at))
			if sql := db.Int(`SELECT price_of(s, $2::date) FROM sender s WHERE id = $1`, senders[i].ID, day(n)); int64(sql) != senders[i].CostAt(at) {
				t.Errorf("%s on day %d: %d by the database", senders[i].Address, n, sql)
			}
		}
		if got[1:] != want {
			t.Errorf("%s: %s, want %s", senders[i].Address, got[1:], want)
		}
	}
	for _, bad := range [][3]string{{"sms", "1", day(-1)}, {"sms", "1", "2099-01-01"}, {"sms", "1.234,5", day(3)}, {"sms", "1.000.001", day(3)}, {"fax", "1", day(3)}, {"sms nobody", "1", day(3)}, {"", "1", day(3)}, {"sms", "1", "mai"}} {
		if err := priced(t, db, bad[0], bad[1], bad[2]); survey.CodeOf(err) != survey.CodePriceWrong {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := priced(t, db, "call", "7", ""); survey.CodeOf(err) != survey.CodePriceBegun {
		t.Errorf("a price that has begun: %v", err)
	}
	lines, err := db.Prices(t.Context(), 0, 100)
	if err != nil || len(lines) != 6 || db.Int(`SELECT count(*) FROM price WHERE dropped_by = 'mai'`) != 1 {
		t.Errorf("%+v, %v", lines, err)
	}
	by := view.Audit{At: pgtest.Day(), Actor: "khue"}
	if err := db.DropPrice(t.Context(), lines[0].ID, today, by); survey.CodeOf(err) != survey.CodePriceBegun {
		t.Errorf("a price that has begun is taken back: %v", err)
	}
	if err := db.DropPrice(t.Context(), lines[2].ID, today, by); err != nil {
		t.Error(err)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND detail ? 'price'`); n != 7 {
		t.Errorf("%d changes on record", n)
	}
}

// A forecast takes of each contact the price of its day, and names senders of which
// nobody said what they cost. What is booked does not move with a price.
func TestAForecastTakesThePriceOfTheDay(t *testing.T) {
	t.Parallel()
	db := house(t)
	variety(t, db)
	if _, err := create(t, db, fmt.Sprintf(forecastSpec, "monthly")); err != nil {
		t.Fatal(err)
	}
	db.Exec(`UPDATE sender SET cost = 0`)
	f, _ := foretell(t, db, pgtest.Day())
	if f.Cost != 0 || len(f.Unpriced) == 0 {
		t.Errorf("cost %d, without %v", f.Cost, f.Unpriced)
	}
	change := survey.HomeDay(pgtest.Day()).Add(2)
	for _, p := range [][3]string{{"sms", "100", ""}, {"sms", "1000", change.String()}, {"call", "0", ""}} {
		if err := priced(t, db, p[0], p[1], p[2]); err != nil {
			t.Fatal(err)
		}
	}
	f, _ = foretell(t, db, pgtest.Day())
	want, before := int64(0), 0
	_, err := dispatch.Foretell(t.Context(), db, dispatch.ForecastRequest{Campaign: "ky-2026-12", At: pgtest.Day(), Each: func(p dispatch.Planned) error {
		for _, c := range p.Contacts {
			switch {
			case c.Step.Channel != survey.SMS:
			case survey.HomeDay(c.At).Before(change):
				want, before = want+2*100, before+1
			default:
				want += 2 * 1000
			}
		}
		return nil
	}})
	if err != nil || f.Cost != want || before == 0 || len(f.Unpriced) > 0 {
		t.Errorf("cost %d, want %d; %d before the change; without %v; %v", f.Cost, want, before, f.Unpriced, err)
	}
	db.Exec(`UPDATE campaign_spend SET spent = 4321`)
	if err := priced(t, db, "sms", "5", change.Add(-1).String()); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM campaign_spend WHERE spent <> 4321`); n != 0 {
		t.Error("a price changes what is booked")
	}
}
