package console_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/token"
)

// helped is a person in a campaign in the field, with a member of staff at the desk.
func helped(t *testing.T) (d *desk, b *browser, at string, inv survey.InvitationID) {
	t.Helper()
	d = newDesk(t)
	d.db.MakeSenders()
	id := d.person(survey.Contact{Code: "CTV001", Name: "Đỗ Thị Ánh", Unit: "xã Gò Sỏi", Attributes: map[string]string{"cum": "C2"}, Endpoints: reach("+84301234567", "anh@thu.example")})
	k := d.db.MakeCampaign(survey.Campaign{Name: "co-ten"})
	inv = d.db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: id})
	d.db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES (sha256('x'), $1, 'form', 1, 'k1')`, inv)
	return d, d.signedIn("mai", staff.Manager), fmt.Sprintf("/contacts/%d", id), inv
}

// Each form does what it says, on record; without its reason it does nothing, and what was
// typed stands in it.
func TestWhatTheHelpDeskDoes(t *testing.T) {
	t.Parallel()
	d, b, at, _ := helped(t)
	audit := func() int { return d.db.Int(`SELECT count(*) FROM audit WHERE act <> 'staff'`) }
	for _, c := range []struct {
		form  string
		says  string // when it is refused
		typed string // that is kept
	}{
		{"do=consent&what=given&channel=sms&text=lời+<đã>+đọc", "Ghi bằng chứng của lời đồng ý", "lời &lt;đã&gt; đọc"},
		{"do=consent&what=given&channel=fax&evidence=x", "Ghi bằng chứng", ""},
		{"do=stop&source=call&words=", "Ghi lý do", ""}, {"do=hours&hours=evening", "Ghi lý do", `value="evening" selected`}, {"do=hours&hours=noon&why=x", "Ghi bằng chứng", ""},
		{"do=code&on=co-ten&code=2.112", "Ghi lý do", `value="2.112" selected`}, {"do=code&on=co-ten&code=1.1&why=x", "1.1", ""},
		{"do=resend&on=co-ten", "Ghi lý do", ""}, {"do=resend&on=co-ten&why=x", "chưa được gửi gì trong khảo sát ấy", ""},
		{"do=link&on=co-ten", "Ghi lý do", ""}, {"do=export", "Ghi lý do", ""},
	} {
		form, _ := url.ParseQuery(c.form)
		got := b.post(at, form)
		if got.status != 422 {
			t.Errorf("%s: %d", c.form, got.status)
		}
		has(t, got, c.says, c.typed)
		lacks(t, got, "--", "canvass ")
	}
	if n := audit(); n != 0 {
		t.Errorf("%d acts on record of what was refused", n)
	}
	for form, status := range map[string]int{"do=resend&on=khong-co&why=x": 404, "do=lift&on=999&proof=x&words=x": 404, "do=xyz": 404, "": 404} {
		f, _ := url.ParseQuery(form)
		if got := b.post(at, f); got.status != status {
			t.Errorf("%s: %d", form, got.status)
		}
	}
	for i, c := range []struct{ form, told, shows string }{
		{"do=consent&what=given&channel=sms&text=lời&evidence=gọi+2/12", "Đã ghi vào sổ đồng ý.", "gọi 2/12"},
		{"do=consent&what=withdrawn&channel=sms", "Đã ghi vào sổ đồng ý.", "rút lại đồng ý"},
		{"do=hours&hours=evening&why=gọi", "Đã ghi giờ", "Buổi tối"},
		{"do=stop&channel=email&source=call&words=đừng+<gửi>", "Đã đưa vào danh sách", "đừng &lt;gửi&gt;"},
		{"do=lift&on=" + "1" + "&proof=thư+3/12&words=gửi+lại", "Đã cho liên hệ lại.", "cho liên hệ lại 01/12/2026"},
		{"do=code&on=co-ten&code=2.112&why=gọi", "Đã ghi kết cục.", "Ghi kết cục"},
		{"do=uncode&on=co-ten&why=nhầm", "Đã ghi kết cục.", ""},
	} {
		form, _ := url.ParseQuery(c.form)
		got := b.post(at, form)
		if got.status != 200 || got.path != at || audit() != i+1 {
			t.Errorf("%s: %d at %s, %d acts", c.form, got.status, got.path, audit())
		}
		has(t, got, c.told, c.shows)
	}
	if got := d.db.Text(`SELECT string_agg(DISTINCT actor, ',') FROM audit WHERE act <> 'staff'`); got != "mai" {
		t.Errorf("done by %s", got)
	}
}

// A link is shown once, on record, and never where answers are kept apart; what was sent
// goes again to one person.
func TestALinkIsReadOut(t *testing.T) {
	t.Parallel()
	d, b, at, inv := helped(t)
	secret, _ := ring().Make("k1", token.Form, inv, 1)
	got := b.post(at, url.Values{"do": {"link"}, "on": {"co-ten"}, "why": {"không nhận được thư"}})
	has(t, got, "https://ks.example/r/"+string(secret))
	lacks(t, b.get(at), string(secret))
	if n := d.db.Int(`SELECT count(*) FROM audit WHERE act = 'contact' AND campaign_id IS NOT NULL AND reason <> '' AND detail::text NOT LIKE '%http%'`); n != 1 {
		t.Errorf("%d on record", n)
	}
	d.db.MakeAttempt(survey.Attempt{InvitationID: inv, Step: "mail", Channel: survey.Mail, State: survey.AttemptUndelivered, Reason: survey.ReasonBounce, SentAt: d.clock().AddDate(0, 0, -1)})
	has(t, b.post(at, url.Values{"do": {"resend"}, "on": {"co-ten"}, "why": {"đã sửa"}}), "Sẽ gửi lại")
	if n := d.db.Int(`SELECT count(*) FROM attempt WHERE state = 'queued'`); n != 1 {
		t.Errorf("%d queued", n)
	}
	if got := b.post(at, url.Values{"do": {"resend"}, "on": {"co-ten"}, "why": {"nữa"}}); got.status != 422 || !strings.Contains(got.body, "Chưa gửi lại được. Lý do:") {
		t.Errorf("twice: %d", got.status)
	}
	d.db.Exec(`UPDATE campaign SET confidentiality = 'confidential'`)
	if got := b.post(at, url.Values{"do": {"link"}, "on": {"co-ten"}, "why": {"x"}}); got.status != 422 || strings.Contains(got.body, string(secret)) {
		t.Errorf("a confidential one: %d", got.status)
	}
	lacks(t, b.get(at), `value="link"`)
}

// A person is corrected on a form that keeps what was typed, and says at the field what is
// wrong; of two who edit at once the second is told.
func TestEditingAPerson(t *testing.T) {
	t.Parallel()
	d, b, at, _ := helped(t)
	form := b.get(at + "?do=edit")
	has(t, form, `value="Đỗ Thị Ánh"`, `name="a-cum" value="C2"`, `name="retire"`)
	seen := form.body[strings.Index(form.body, `name="seen" value="`)+len(`name="seen" value="`):]
	seen = seen[:strings.Index(seen, `"`)]
	fields := func(change map[string]string) url.Values {
		v := url.Values{"do": {"edit"}, "seen": {seen}, "name": {"Đỗ Thị Ánh"}, "code": {"CTV001"}, "language": {"vi"}, "unit": {"xã Gò Sỏi"}, "a-cum": {"C2"}, "why": {"gọi điện"}}
		for k, to := range change {
			v.Set(k, to)
		}
		return v
	}
	d.person(survey.Contact{Code: "CTV002", Name: "Lê Hai"})
	for _, c := range []struct{ field, value, says string }{{"name", "", "e-name"}, {"code", "ctv002", "e-code"}, {"birth", "19", "e-birth"}, {"zone", "Hà Nội", "e-zone"}, {"add", "0301 <2>", "e-add"}, {"why", "", "e-why"}} {
		got := b.post(at, fields(map[string]string{c.field: c.value, "title": "Bà <b>"}))
		if got.status != 422 {
			t.Errorf("%s: %d", c.field, got.status)
		}
		has(t, got, `id="`+c.says+`"`, `value="Bà &lt;b&gt;"`)
		lacks(t, got, "--reason", "<b>")
	}
	got := b.post(at, fields(map[string]string{"name": "Đỗ Thị <Ánh> Tuyết", "add": "0301 999 888", "a-cum": "C3"}))
	has(t, got, "e-name") // a bracket is in no name
	got = b.post(at, fields(map[string]string{"name": "Đỗ Thị Ánh Tuyết", "add": "0301 999 888", "a-cum": "C3", "retire": d.db.Text(`SELECT id::text FROM endpoint WHERE kind = 'phone'`)}))
	has(t, got, "Đã lưu.", "Đỗ Thị Ánh Tuyết", "&#43;84301999888", "không dùng nữa", ">C3<")
	has(t, b.post("/contacts/search", url.Values{"q": {"anh tuyet"}}), ">CTV001<")
	if got := b.post(at, fields(map[string]string{"name": "Đỗ Thị Khác"})); got.status != 422 || !strings.Contains(got.body, "người khác đã sửa") || !strings.Contains(got.body, "Đỗ Thị Khác") {
		t.Errorf("over somebody else's edit: %d", got.status)
	}
}

// Two are laid side by side and made one, which is taken back by one press; erasing takes a typed word. A person's
// file is theirs.
func TestMergingErasingAndExporting(t *testing.T) {
	t.Parallel()
	d, b, at, _ := helped(t)
	twin := d.person(survey.Contact{Name: "Do Thi Anh", Unit: "xã Gò Sỏi", Attributes: map[string]string{"nghe": "giáo viên"}, Endpoints: reach("+84301234567", "khac@thu.example")})
	d.db.Exec(`UPDATE contact SET name_folded = 'do thi anh'`)
	id := strings.TrimPrefix(at, "/contacts/")
	has(t, b.get("/contacts/duplicates"), "Đỗ Thị Ánh", "tên và đơn vị", "điện thoại", fmt.Sprintf("keep=%s&amp;drop=%d", id, twin))
	look := b.get(fmt.Sprintf("/contacts/merge?keep=%s&drop=%d", id, twin))
	has(t, look, "nghe", "hoàn tác được bất cứ lúc nào")
	if d.db.Int(`SELECT count(*) FROM contact WHERE merged_into IS NOT NULL`) != 0 {
		t.Error("looking merges")
	}
	has(t, b.get(fmt.Sprintf("/contacts/merge?keep=%d&drop=%s", twin, id)), "đang được hỏi trong một khảo sát")
	form := url.Values{"keep": {id}, "drop": {fmt.Sprint(twin)}, "why": {""}}
	if got := b.post("/contacts/merge", form); got.status != 422 {
		t.Errorf("without a reason: %d", got.status)
	}
	form.Set("why", "gọi hỏi")
	got := b.post("/contacts/merge", form)
	has(t, got, "Đã gộp thành một người.", "giáo viên", "khac@thu.example", "gồm cả", `role="status"`, ">Hoàn tác<", fmt.Sprintf("số\u00a0%d", twin))
	has(t, b.get("/contacts/duplicates"), "Không có cặp nào.")
	if again := b.get(at); strings.Contains(again.body, ">Hoàn tác<") || !strings.Contains(again.body, "Hoàn tác lần gộp này") {
		t.Error("the line of the merge has its undoing, and the message is said once")
	}
	undo := url.Values{"do": {"unmerge"}, "merge": {d.db.Text(`SELECT id::text FROM contact_merge`)}}
	stranger := fmt.Sprint("/contacts/", d.person(survey.Contact{Code: "CTV009", Name: "Vũ Ba"}))
	for _, wrong := range []url.Values{{"do": {"unmerge"}, "merge": {"x"}}, {"do": {"unmerge"}, "merge": {"99"}}} {
		if got := b.post(at, wrong); got.status != 404 && got.status != 422 {
			t.Errorf("of no merge: %d", got.status)
		}
	}
	b.post(stranger, undo)
	if d.db.Int(`SELECT count(*) FROM contact WHERE merged_into IS NOT NULL`) != 1 {
		t.Error("it was taken back at somebody else's page")
	}
	d.db.Exec(`DELETE FROM contact WHERE code = 'CTV009'`)
	has(t, b.post(at, undo), "lại là hai người như trước khi gộp", "Hoàn tác gộp người")
	has(t, b.get(fmt.Sprint("/contacts/", twin)), "giáo viên", "khac@thu.example", "Hoàn tác gộp người")
	if got := b.post(at, undo); got.status != 422 || !strings.Contains(got.body, "không phải làm gì thêm") {
		t.Errorf("taken back twice: %d", got.status)
	}
	has(t, b.post("/contacts/merge", form), "Đã gộp thành một người.")
	file := b.post(at, url.Values{"do": {"export"}, "why": {"người ấy xin"}})
	if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || !strings.Contains(file.body, `"anh@thu.example"`) || d.db.Int(`SELECT count(*) FROM audit WHERE act = 'export'`) != 1 {
		t.Errorf("the file: %d %s", file.status, file.header)
	}
	has(t, b.get(at+"?do=erase"), "Gõ chữ XOA", "Không lấy lại được")
	if got := b.post(at, url.Values{"do": {"erase"}, "why": {"đề nghị 12"}, "word": {"x"}}); got.status != 422 || !strings.Contains(got.body, "đề nghị 12") {
		t.Errorf("erased by another word: %d", got.status)
	}
	if got := b.post(at, url.Values{"do": {"erase"}, "why": {"Đỗ Thị Ánh xin"}, "word": {"XOA"}}); got.status != 422 {
		t.Errorf("a reason that names: %d", got.status)
	}
	has(t, b.post(at, url.Values{"do": {"erase"}, "why": {"đề nghị 12"}, "word": {"xoa"}}), "Đã xóa dữ liệu cá nhân")
	if got := b.get(at); got.status != 404 || d.db.Int(`SELECT count(*) FROM contact`) != 0 {
		t.Errorf("still there: %d", got.status)
	}
}

// Coverage is counted beside the visit, and says how people can be reached by unit.
func TestCoverageOfTheList(t *testing.T) {
	t.Parallel()
	d, b, _, _ := helped(t)
	d.person(survey.Contact{Name: "Lê Hai", Unit: "xã <Nà>", Attributes: map[string]string{"cum": "C1"}})
	has(t, b.get("/contacts/coverage"), "xã Gò Sỏi", "xã &lt;Nà&gt;", "50,0%", `aria-label="Cả hai 1, chỉ e-mail 0, chỉ di động 0, không có 0"`, "đếm lúc")
	has(t, b.get("/contacts/coverage?by=cum"), ">C1<", ">C2<")
	has(t, b.get("/contacts/coverage?by=khong-co"), "xã Gò Sỏi")
}
