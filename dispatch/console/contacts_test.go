package console_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
)

// person puts somebody on the list, as an import does: found by their folded name.
func (d *desk) person(c survey.Contact) survey.ContactID {
	d.Helper()
	id := d.db.MakeContact(c)
	d.db.Exec(`UPDATE contact SET name_folded = $2 WHERE id = $1`, id, contactlist.SearchKey(string(c.Name)))
	return id
}

func reach(phone, mail string) []survey.Endpoint {
	return []survey.Endpoint{{Kind: survey.PhoneNumber, Address: phone, SMS: true}, {Kind: survey.EmailAddress, Address: mail}}
}

func has(t *testing.T, p page, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(p.body, w) {
			t.Errorf("%d at %s has no %q\n%s", p.status, p.path, w, p.body[strings.Index(p.body, "<main"):])
		}
	}
}

func lacks(t *testing.T, p page, not ...string) {
	t.Helper()
	for _, w := range not {
		if strings.Contains(p.body, w) {
			t.Errorf("%d at %s has %q", p.status, p.path, w)
		}
	}
}

// Somebody is found by what one types, the filters stand in the address, and what was
// typed never does; without contacts the screen says what to do first.
func TestTheContactList(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.signedIn("mai", staff.Manager)
	has(t, b.get("/contacts"), "Chưa có cộng tác viên nào. Nhập danh sách Excel", `href="/contacts/import"`)
	d.person(survey.Contact{Code: "CTV001", Name: "Đỗ Thị <i>Ánh</i>", Unit: "xã Gò Sỏi", Attributes: map[string]string{"cum": "C2"}, Endpoints: reach("+84301234567", "anh@thu.example")})
	d.person(survey.Contact{Code: "CTV002", Name: "Hoàng Văn Bình", Unit: "xã Nà Khoang", Attributes: map[string]string{"cum": "C1"}})
	for typed, code := range map[string]string{"do thi anh": "CTV001", "ánh": "CTV001", "0301 234 567": "CTV001", "+84 301 234 567": "CTV001", "ANH@thu": "CTV001", "hoang": "CTV002", "ctv002": "CTV002"} {
		got := b.post("/contacts/search", url.Values{"q": {typed}})
		other := map[string]string{"CTV001": "CTV002", "CTV002": "CTV001"}[code]
		has(t, got, ">"+code+"<")
		lacks(t, got, ">"+other+"<", "<i>Ánh", "Chưa có cộng tác viên")
		if got.path != "/contacts/search" || strings.Contains(got.body, "?q=") {
			t.Errorf("%q stands in an address", typed)
		}
	}
	got := b.post("/contacts/search", url.Values{"q": {""}, "unit": {"go soi"}, "has": {"mobile"}})
	has(t, got, ">CTV001<", "Đỗ Thị &lt;i&gt;Ánh&lt;/i&gt;", `value="go soi"`)
	lacks(t, got, ">CTV002<")
	if got.path != "/contacts" {
		t.Errorf("filters lead to %s", got.path)
	}
	for query, code := range map[string]string{"field=cum&value=C1": "CTV002", "has=no_mobile": "CTV002", "has=email": "CTV001", "unit=khoang": "CTV002"} {
		has(t, b.get("/contacts?"+query), ">"+code+"<", ">1 người<")
	}
	has(t, b.get("/contacts?field=cum&value=C7"), "Không có ai như vậy.")
	has(t, b.post("/contacts/search", url.Values{"q": {"không ai cả"}}), "Không có ai như vậy.")
	for i := range 60 {
		d.person(survey.Contact{Code: fmt.Sprintf("T%03d", i), Name: survey.PersonName(fmt.Sprintf("Trần Văn Số %d", i))})
	}
	first := b.post("/contacts/search", url.Values{"q": {"tran"}})
	has(t, first, ">T000<", ">T049<", `name="after"`, "Trang sau")
	lacks(t, first, ">T050<")
	after := d.db.Text(`SELECT id::text FROM contact WHERE code = 'T049'`)
	second := b.post("/contacts/search", url.Values{"q": {"tran"}, "after": {after}})
	has(t, second, ">T050<", ">T059<", "Về trang đầu")
	lacks(t, second, ">T049<", "Trang sau")
	has(t, b.get("/contacts?after="+after), ">T050<")
}

// Only who may see persons sees them.
func TestContactsAreForWhoMaySeePersons(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.person(survey.Contact{Code: "CTV001", Name: "Đỗ Thị Ánh"})
	for _, role := range []staff.Role{staff.Analyst, staff.Viewer} {
		b := d.signedIn("nguoi."+string(role), role)
		for _, got := range []page{b.get("/contacts"), b.get("/contacts/1"), b.post("/contacts/search", url.Values{"q": {"anh"}}), b.get("/contacts/coverage?by=ma_cu"), b.post("/contacts/1", url.Values{"do": {"export"}, "why": {"x"}})} {
			if got.status != 403 || strings.Contains(got.body, "Ánh") || strings.Contains(got.body, `href="/contacts"`) {
				t.Errorf("a %s gets %d at %s", role, got.status, got.path)
			}
		}
	}
}

const deskQuestions = `name: thu
title: Thử
languages: [vi]
minutes: 1
questions:
  - name: dien
    type: single
    kind: fact
    key: true
    label: Nhà ông/bà <mất điện> không?
    choices:
      1: Có <nhiều>
      2: Không
`

// The help desk says what she got, when, and what she answered, but of a confidential
// campaign neither answers nor words; what was written stands as it was written.
func TestTheHelpDesk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.db.MakeSenders()
	id := d.person(survey.Contact{Code: "CTV001", Name: "Đỗ Thị <i>Ánh</i>", Title: "Bà", Unit: "xã Gò Sỏi", Attributes: map[string]string{"cum": `<C2>`}, Endpoints: reach("+84301234567", "anh@thu.example")})
	q := d.db.MakeQuestionnaire("thu", deskQuestions)
	open := d.db.MakeCampaign(survey.Campaign{Name: "co-ten", QuestionnaireID: q, Title: map[survey.Lang]string{"vi": "Có <tên>"}})
	kin := d.db.MakeCampaign(survey.Campaign{Name: "kin", QuestionnaireID: q, Confidentiality: survey.Confidential, Title: map[survey.Lang]string{"vi": "Đợt kín"}})
	said := map[survey.CampaignID]string{open.ID: "mất <ba> lần", kin.ID: "lời kín đáo"}
	for _, k := range []survey.Campaign{open, kin} {
		inv := d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: id, State: survey.InvitationStarted})
		d.db.MakeAttempt(survey.Attempt{InvitationID: inv, Step: "moi", Channel: survey.SMS, State: survey.AttemptDelivered, SentAt: pgtest.Day(), DueAt: pgtest.Day()})
		d.db.MakeResponse(inv, survey.ResponseStarted, survey.Web, survey.Answers{"dien": {Value: "1"}})
		d.db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload) VALUES ('text', 'p', $1::text, $2, $3, jsonb_build_object('text', $4::text))`,
			fmt.Sprint(inv), pgtest.Day().Add(3600e9), inv, said[k.ID])
	}
	b := d.signedIn("mai", staff.Manager)
	got := b.get(fmt.Sprintf("/contacts/%d", id))
	has(t, got, "Bà Đỗ Thị &lt;i&gt;Ánh&lt;/i&gt;", "&lt;C2&gt;", "&#43;84301234567", "Có &lt;tên&gt;", "Nhà ông/bà &lt;mất điện&gt; không?", "Có &lt;nhiều&gt;", "«mất &lt;ba&gt; lần»",
		"lời được giữ kín", "giữ kín, không xem theo người", "Đã tới", "01/12/2026 08:00", "tin nhắn: 2")
	lacks(t, got, "lời kín đáo", `href="#a-kin"`, `id="a-kin"`, "<title>Bà", "Ánh</i></title>")
	if n := strings.Count(got.body, "Nhà ông/bà"); n != 1 {
		t.Errorf("the question stands there %d times", n)
	}
	if i, j := strings.Index(got.body, "«mất"), strings.Index(got.body, "moi"); i < 0 || j < i {
		t.Error("the newest is not first")
	}
	for _, path := range []string{"/contacts/0", "/contacts/CTV001", "/contacts/999", "/contacts/01"} {
		if got := b.get(path); got.status != 404 {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}
