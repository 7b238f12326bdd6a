package console_test

import (
	"log/slog"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/focal"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/templates"
)

const communes = "Mã,Tên,Thuộc\nLX,Tỉnh Lam Xuyên,\nLX-1,Xã Hạ Tràng,LX\nLX-2,Xã Bản Chiềng,LX\n"

// territory stores the units of the tests.
func (d *desk) territory() {
	d.Helper()
	_, err := dispatch.ImportUnits(d.Context(), d.db, dispatch.UnitImport{Source: "xa.csv", List: strings.NewReader(communes), Version: "2025-07-01", Actor: "lan", Now: d.clock()})
	if err != nil {
		d.Fatal(err)
	}
}

// outside is a stranger at the public pages of focal persons.
func (d *desk) outside() *browser {
	d.Helper()
	set, err := templates.New()
	if err != nil {
		d.Fatal(err)
	}
	h, err := focal.New(focal.Config{Store: d.db, Templates: set, Clock: survey.NewClock(d.clock), Zone: time.UTC, Logger: slog.New(slog.NewTextHandler(d.log, nil))})
	if err != nil {
		d.Fatal(err)
	}
	srv := httptest.NewServer(h)
	d.Cleanup(srv.Close)
	return (&desk{TB: d.TB, db: d.db, srv: srv, log: d.log}).browser()
}

func (d *desk) member(name, unit, phone string) string {
	d.Helper()
	id := d.db.MakeContact(survey.Contact{Name: survey.PersonName(name), UnitCode: unit, Unit: unit, Attributes: map[string]string{"chuc_vu": "Trưởng thôn"},
		Endpoints: []survey.Endpoint{{Kind: survey.PhoneNumber, Address: phone, SMS: true}}})
	return d.db.Text(`SELECT id::text FROM contact WHERE id = $1`, id)
}

// The focal person of one unit sees that unit's people and proposes; nothing changes
// until staff accept, and nobody of another unit is there for them.
func TestAFocalPersonAndTheirUnit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.territory()
	anh, thinh := d.member("Lường Thị Ánh", "LX-1", "+84912000141"), d.member("Vũ Đức Thịnh", "LX-1", "+84912000142")
	other := d.member("Hoàng Văn Quyết", "LX-2", "+84912000143")
	b := d.signedIn("mai", staff.Manager)
	got := b.post("/focal/invite", url.Values{"name": {"Chị Hằng"}, "unit": {"LX-1"}})
	link := regexp.MustCompile(`https://ks\.example(/d/[\w-]{43})<`).FindStringSubmatch(got.body)
	if link == nil {
		t.Fatalf("no link in %s", got.body)
	}
	at := link[1]
	if strings.Contains(b.get("/focal").body, at) || d.db.Int(`SELECT count(*) FROM focal_person WHERE encode(hash, 'escape') LIKE '%' || $1 || '%'`, at[3:]) != 0 {
		t.Error("the link is shown twice, or kept")
	}
	if got := b.post("/focal/invite", url.Values{"name": {"Chị Hằng"}, "unit": {"LX-9"}}); got.status != 422 || !strings.Contains(got.body, "Chưa chọn đơn vị") {
		t.Errorf("a unit that is none: %d", got.status)
	}

	out := d.outside()
	got = out.get(at)
	says(t, "the unit's list", got, "Xã Hạ Tràng", "Lường Thị Ánh", "0912 000 141", "Trưởng thôn")
	if strings.Contains(got.body, "Quyết") || strings.Contains(got.body, `class="rail"`) {
		t.Error("another unit's people, or the console's rail, are shown")
	}
	for h, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY"} {
		if got.header.Get(h) != want {
			t.Errorf("%s: %q", h, got.header.Get(h))
		}
	}
	for _, path := range []string{at + "/" + other, at + "/999999", at + "/0", at + "/x", "/d/khong-co", "/d/khong-co/" + anh} {
		if got := out.get(path); got.status != 404 || strings.Contains(got.body, "Quyết") {
			t.Errorf("%s: %d", path, got.status)
		}
		if got := out.post(path, url.Values{"do": {"left"}}); path != "/d/khong-co" && got.status != 404 {
			t.Errorf("a proposal at %s: %d", path, got.status)
		}
	}

	wrong := out.post(at+"/"+anh, url.Values{"name": {"Lường Thị Ánh"}, "phone": {"12"}, "mail": {"<b>x"}})
	if wrong.status != 422 || !strings.Contains(wrong.body, `value="&lt;b&gt;x"`) || strings.Count(wrong.body, `class="err"`) != 2 {
		t.Errorf("%d %s", wrong.status, wrong.body)
	}
	correct := url.Values{"name": {"Lường Thị Ánh Nguyệt"}, "phone": {"0912 000 151"}, "mail": {"anh@hop.example"}, "position": {"Bí thư"}}
	says(t, "sent", out.post(at+"/"+anh, correct), "Đã gửi đề nghị", "đã gửi đề nghị sửa", "0912 000 141")
	out.post(at+"/"+thinh, url.Values{"do": {"left"}})
	if got := out.post(at+"/new", url.Values{"name": {"Lò Văn Sa"}}); got.status != 422 {
		t.Errorf("somebody new without an address: %d", got.status)
	}
	says(t, "three wait", out.post(at+"/new", url.Values{"name": {"Lò Văn Sa"}, "phone": {"0912 000 161"}}), "Có 3 đề nghị", "Lò Văn Sa")
	if d.db.Int(`SELECT count(*) FROM contact WHERE name LIKE '%Nguyệt%' OR left_at IS NOT NULL OR name = 'Lò Văn Sa'`) != 0 {
		t.Fatal("a proposal is on the list")
	}

	got = b.get("/focal/changes")
	says(t, "proposals", got, "<del>0912 000 141</del> <ins>0912 000 151</ins>", "<ins>anh@hop.example</ins>", "Vũ Đức Thịnh", "Lò Văn Sa", "Chị Hằng")
	for i, name := range []string{"Lường", "Vũ", "Lò"} {
		id := d.db.Text(`SELECT id::text FROM focal_change WHERE state = 'open' ORDER BY id LIMIT 1`)
		if got := b.post("/focal/changes/"+id, url.Values{"do": {"accept"}}); got.status != 200 || !strings.Contains(got.body, "Đã nhận đề nghị") {
			t.Errorf("%d %s: %d %s", i, name, got.status, got.body)
		}
		if got := b.post("/focal/changes/"+id, url.Values{"do": {"refuse"}}); got.status != 404 {
			t.Errorf("decided twice: %d", got.status)
		}
	}
	if got := d.db.Text(`SELECT name || '/' || name_folded || '/' || (attributes ->> 'chuc_vu') || '/' || (SELECT string_agg(address || ' ' || status, ', ' ORDER BY address)
		FROM endpoint WHERE contact_id = contact.id) FROM contact WHERE id = $1::bigint`, anh); got != "Lường Thị Ánh Nguyệt/luong thi anh nguyet/Bí thư/+84912000141 dead, +84912000151 unverified, anh@hop.example unverified" {
		t.Error(got)
	}
	if got := d.db.Text(`SELECT unit || unit_code || (SELECT basis || actor FROM consent WHERE contact_id = contact.id) FROM contact WHERE name = 'Lò Văn Sa'`); got != "Xã Hạ TràngLX-1appointmentmai" {
		t.Error(got)
	}
	if d.db.Int(`SELECT count(*) FROM contact WHERE id = $1::bigint AND left_at IS NOT NULL`, thinh) != 1 {
		t.Error("still there")
	}
	if left := d.db.Text(`SELECT string_agg(before::text || after::text, '') FROM focal_change`); strings.Trim(left, "{}") != "" {
		t.Errorf("decided, and kept: %s", left)
	}
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'focal' AND actor = 'mai'`); n != 4 {
		t.Errorf("%d acts on record", n)
	}

	// The same person again is not made twice, and a refused proposal changes nothing.
	out.post(at+"/new", url.Values{"name": {"Lò Văn Sa"}, "phone": {"0912 000 161"}})
	id := d.db.Text(`SELECT id::text FROM focal_change WHERE state = 'open'`)
	if got := b.post("/focal/changes/"+id, url.Values{"do": {"accept"}}); got.status != 422 || !strings.Contains(got.body, "đã có người cùng tên") {
		t.Errorf("twice the same: %d", got.status)
	}
	b.post("/focal/changes/"+id, url.Values{"do": {"refuse"}})
	if d.db.Int(`SELECT count(*) FROM contact WHERE name = 'Lò Văn Sa'`) != 1 {
		t.Error("made twice")
	}
	says(t, "to check", b.get("/focal/doubtful?unit=LX-1"), "Lường Thị Ánh Nguyệt", "có số hoặc e-mail đã hỏng")
	if strings.Contains(d.log.String(), at[3:]) || strings.Contains(d.log.String(), "912000") {
		t.Error("the log has the link or a number")
	}

	b.post("/focal/end/"+d.db.Text(`SELECT id::text FROM focal_person`), nil)
	if got := out.get(at); got.status != 404 || !strings.Contains(got.body, "đã ngừng") {
		t.Errorf("an ended link: %d", got.status)
	}
}

// A link ends by itself after thirty days; a stranger who tries many is told no more.
func TestLinksOfFocalPersonsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.territory()
	secret, err := dispatch.InviteFocal(t.Context(), d.db, dispatch.FocalRequest{Name: "Chị Hằng", Unit: "LX", Actor: "mai", Now: d.clock()})
	if err != nil {
		t.Fatal(err)
	}
	d.member("Lường Thị Ánh", "LX-1", "+84912000141")
	out := d.outside()
	says(t, "the parts of the unit", out.get("/d/"+secret), "Lường Thị Ánh")
	d.later(dispatch.FocalInvited - time.Minute)
	if got := out.get("/d/" + secret); got.status != 200 {
		t.Errorf("ended early: %d", got.status)
	}
	out.origin = "cross-site"
	if got := out.post("/d/"+secret+"/new", url.Values{"name": {"x"}}); got.status != 403 {
		t.Errorf("a post of another page: %d", got.status)
	}
	out.origin = "same-origin"
	d.later(2 * time.Minute)
	if got := out.get("/d/" + secret); got.status != 404 {
		t.Errorf("for ever: %d", got.status)
	}
	n := 0
	for ; n < 100 && out.get("/d/khong-co").status != 429; n++ {
	}
	if n > 30 {
		t.Errorf("%d links in a row", n)
	}
	if _, err := dispatch.InviteFocal(t.Context(), d.db, dispatch.FocalRequest{Name: "Anh Tú", Unit: "LX", Actor: "mai", Now: d.clock().Add(dispatch.FocalKept)}); err != nil || d.db.Int(`SELECT count(*) FROM focal_person`) != 1 {
		t.Errorf("links of long ago are kept: %v", err)
	}
}

// countedUnits is the screen of units when it has what is wanted: people are counted
// while nobody waits.
func (b *browser) countedUnits(want string) page {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got := b.get("/units")
		if strings.Contains(got.body, want) {
			return got
		}
		if time.Now().After(deadline) {
			b.Fatalf("no %q in %s", want, got.body)
		}
	}
}

// Names that mean no unit are tied by one press; a file of units is tried and stored.
func TestUnits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Administrator)
	says(t, "without units", b.get("/units"), "Chưa có danh mục đơn vị")
	if got := b.send("/units/import", "xa.csv", []byte(communes), "version", "hôm nay"); got.status != 422 || !strings.Contains(got.body, "Chưa rõ ngày") || !strings.Contains(got.body, `value="hôm nay"`) {
		t.Errorf("no day: %d", got.status)
	}
	if got := b.send("/units/import", "xa.csv", []byte("Tên\nXã Hạ Tràng\n"), "version", "2025-07-01"); got.status != 422 || !strings.Contains(got.body, "Danh mục đơn vị chưa hợp lệ") {
		t.Errorf("no list of units: %d", got.status)
	}
	b.send("/units/import", "xa.csv", []byte(communes), "version", "2025-07-01", "try", "1")
	if d.db.Int(`SELECT count(*) FROM unit`) != 0 {
		t.Fatal("tried, and stored")
	}
	says(t, "stored", b.send("/units/import", "xa.csv", []byte(communes), "version", "2025-07-01"), "Bản 2025-07-01: 3 đơn vị")
	says(t, "the tree", b.countedUnits("Xã Hạ Tràng"), "LX-2")
	d.db.MakeContact(survey.Contact{Name: "Lường Thị Ánh", Unit: "Chợ Sim <i>"})
	d.later(2 * time.Minute) // what was counted is looked at again
	b.countedUnits("Chợ Sim &lt;i&gt;")
	if got := b.post("/units/alias", url.Values{"text": {"Chợ Sim <i>"}, "code": {"LX-99"}}); got.status != 422 {
		t.Errorf("a unit that is none: %d", got.status)
	}
	says(t, "tied", b.post("/units/alias", url.Values{"text": {"Chợ Sim <i>"}, "code": {"Xã Hạ Tràng (LX-1)"}}), "<h1>Đơn vị</h1>")
	b.countedUnits("Mọi tên đơn vị trong danh bạ đều đã rõ")
	if d.db.Text(`SELECT unit_code FROM contact`) != "LX-1" || d.db.Int(`SELECT count(*) FROM audit WHERE act = 'setting'`) != 2 {
		t.Error("not tied, or not on record")
	}
	if got := d.signedIn("khue", staff.Manager).send("/units/import", "xa.csv", []byte(communes), "version", "2025-07-02"); got.status != 403 {
		t.Errorf("a manager stores units: %d", got.status)
	}
}
