package console_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// fielding is a campaign in the field: ten people, of whom three answered.
func (d *desk) fielding() survey.Campaign {
	d.Helper()
	k := d.db.MakeCampaign(survey.Campaign{Name: "thang-12", Title: map[survey.Lang]string{"vi": "Dư luận <tháng 12>", "en": "Opinion, December"}})
	d.db.Exec(`INSERT INTO stratum_draw (campaign_id, stratum, frame_size, sample_size, start) VALUES ($1, '', 12, 10, 0)`, k.ID)
	for i := range 10 {
		inv := d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.db.MakeContact(pgtest.Reachable(i))})
		if i < 3 {
			d.db.MakeResponse(inv, survey.ResponseSubmitted, []survey.Mode{survey.Web, survey.Web, survey.TextMode}[i], survey.Answers{"q": {Value: "1"}})
			d.db.Exec(`UPDATE invitation SET state = 'closed', disposition = '1.1', closed_at = $2 WHERE id = $1`, inv, d.clock())
		}
		if i == 3 {
			d.db.Exec(`UPDATE invitation SET state = 'started' WHERE id = $1`, inv)
		}
	}
	return k
}

// Home and the campaign's screen say how it stands, as the command does, and what was
// typed stands as it was typed.
func TestHowACampaignStands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fielding()
	d.db.MakeCampaign(survey.Campaign{Name: "cu", State: survey.CampaignArchived, Title: map[survey.Lang]string{"vi": "Đợt cũ"}})
	b := d.signedIn("xem", staff.Viewer)
	home := b.get("/")
	for _, want := range []string{"Dư luận &lt;tháng 12&gt;", "3 / 10", "Đợt cũ", "Đã lưu trữ", "Không có việc nào chờ."} {
		if !strings.Contains(home.body, want) {
			t.Errorf("Home has no %q", want)
		}
	}
	page := b.get("/campaigns/thang-12")
	for _, want := range []string{"<dd>3</dd>", "trên 10 lời mời", "30,0%", "Đang thu thập", "có tên", "Trang web", "Tin nhắn"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the campaign has no %q\n%s", want, page.body)
		}
	}
	if strings.Contains(page.body, "/pause") || strings.Contains(page.body, "Nguyễn") {
		t.Error("a viewer has buttons, or sees people")
	}
	b.post("/speak", url.Values{"lang": {"en"}, "back": {"/campaigns/thang-12"}})
	if got := b.get("/campaigns/thang-12"); !strings.Contains(got.body, "Opinion, December") || !strings.Contains(got.body, "30.0%") {
		t.Errorf("not in English: %s", got.body)
	}
}

// A campaign is moved with a reason, on record; without one nothing happens, and what
// was typed is kept.
func TestMovingACampaign(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	b := d.signedIn("mai", staff.Manager)
	state := func() string { return d.db.Text(`SELECT state FROM campaign WHERE id = $1`, k.ID) }
	if got := b.post("/campaigns/thang-12/pause", nil); got.status != 422 || state() != "fielding" {
		t.Errorf("paused without a reason: %d", got.status)
	}
	if got := b.post("/campaigns/thang-12/pause", url.Values{"words": {"mất điện <ở xã>"}}); state() != "paused" || !strings.Contains(got.body, "Đã tạm dừng.") || !strings.Contains(got.body, "Tiếp tục") {
		t.Errorf("not paused: %s", got.body)
	}
	if got := b.get("/campaigns/thang-12"); strings.Contains(got.body, "Đã tạm dừng.") {
		t.Error("said twice")
	}
	if got := b.post("/campaigns/thang-12/pause", url.Values{"words": {"lần nữa"}}); got.status != 422 || !strings.Contains(got.body, `role="alert"`) {
		t.Errorf("paused twice: %d", got.status)
	}
	b.post("/campaigns/thang-12/resume", url.Values{"words": {"có điện"}})
	if state() != "fielding" {
		t.Error("not resumed")
	}
	ends := d.db.Text(`SELECT ends_at::text FROM campaign WHERE id = $1`, k.ID)
	for _, days := range []string{"", "0", "-1", "91", "x"} {
		if got := b.post("/campaigns/thang-12/extend", url.Values{"words": {"mưa"}, "days": {days}}); got.status != 422 {
			t.Errorf("extended by %q: %d", days, got.status)
		}
	}
	b.post("/campaigns/thang-12/extend", url.Values{"words": {"mưa"}, "days": {"2"}})
	if later := d.db.Int(`SELECT extract(epoch FROM ends_at - $2::timestamptz)::int / 86400 FROM campaign WHERE id = $1`, k.ID, ends); later != 2 {
		t.Errorf("extended by %d days", later)
	}
	if got := b.post("/campaigns/thang-12/close", url.Values{"words": {"đủ phiếu"}, "sure": {"thang-11"}}); got.status != 422 || d.db.Text(`SELECT ends_at::text FROM campaign WHERE id = $1`, k.ID) < ends {
		t.Errorf("closed with the name of another: %d", got.status)
	}
	b.post("/campaigns/thang-12/close", url.Values{"words": {"đủ phiếu"}, "sure": {" Thang-12 "}})
	if got := d.db.Text(`SELECT ends_at::text FROM campaign WHERE id = $1`, k.ID); got >= ends {
		t.Errorf("ends at %s", got)
	}
	if got := b.post("/campaigns/thang-12/burn", url.Values{"words": {"x"}}); got.status != 404 {
		t.Errorf("another move: %d", got.status)
	}
	if who := d.db.Text(`SELECT string_agg(DISTINCT actor, ',') FROM audit WHERE act = 'move'`); who != "mai" {
		t.Errorf("on record as %q", who)
	}
}

// Whoever watches sees a change by itself, for one look at the database a second
// however many watch, and no longer than they are signed in.
func TestWatching(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	k := d.fielding()
	b := d.signedIn("xem", staff.Viewer)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, d.srv.URL+"/campaigns/thang-12/live", nil)
	res, err := b.Do(req)
	if err != nil || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatal(err, res)
	}
	defer res.Body.Close() //nolint:errcheck // read until it ends
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	next := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var part string
				if err := json.Unmarshal([]byte(data), &part); err != nil {
					t.Fatal(err)
				}
				return part
			}
		}
		return ""
	}
	if part := next(); !strings.Contains(part, "<dd>3</dd>") || strings.Contains(part, "<html") {
		t.Fatalf("first: %s", part)
	}
	d.db.Exec(`UPDATE campaign SET state = 'paused' WHERE id = $1`, k.ID)
	d.later(3 * time.Second)
	if part := next(); !strings.Contains(part, "Tạm dừng") {
		t.Errorf("then: %s", part)
	}
	d.db.Exec(`DELETE FROM staff_session`)
	if part := next(); part != "" {
		t.Errorf("signed out and still told: %s", part)
	}
}
