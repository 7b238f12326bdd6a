package console_test

import (
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// Days off are added and taken back on record; the page counts the campaigns that they
// touch, and keeps what was typed where it is wrong.
func TestHolidays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	d.db.MakeCampaign(survey.Campaign{Name: "theo-lich"})
	d.db.MakeCampaign(survey.Campaign{Name: "khong"})
	d.db.Exec(`UPDATE campaign SET protocol = protocol || jsonb_build_object('holidays', CASE name WHEN 'khong' THEN '[]'::jsonb ELSE '["vn"]' END)`)
	today := survey.HomeDay(d.clock())
	form := url.Values{"kind": {"off"}, "title": {"nghỉ tránh bão"}, "from": {today.String()}, "until": {today.Add(1).String()}}
	if got := b.post("/holidays", form); got.path != "/holidays" || strings.Count(got.body, "1 khảo sát trên thực địa bị ảnh hưởng") != 2 {
		t.Errorf("%d at %s", got.status, got.path)
	}
	if got := b.post("/holidays", form); got.status != 422 || !strings.Contains(got.body, "vốn đã nghỉ") || !strings.Contains(got.body, `value="nghỉ tránh bão"`) {
		t.Errorf("twice: %d", got.status)
	}
	if got := b.post("/holidays", url.Values{"kind": {"work"}, "title": {"hoán đổi"}, "from": {"2027-01-01"}}); strings.Contains(got.body, "<li><span>01/01/2027</span>") {
		t.Error("a holiday that is worked on is a day off")
	}
	id := d.db.Text(`SELECT max(id)::text FROM holiday`)
	b.post("/holidays/"+id+"/drop", nil)
	if got := b.get("/holidays"); !strings.Contains(got.body, "<li><span>01/01/2027</span>") {
		t.Error("a day that is taken back is not computed again")
	}
	if got := b.post("/holidays/"+id+"/drop", nil); got.status != 409 {
		t.Errorf("taken back twice: %d", got.status)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting' AND actor = 'mai' AND detail ? 'holiday'`); n != 3 {
		t.Errorf("%d changes on record", n)
	}
}
