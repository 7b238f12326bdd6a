package dispatch_test

import (
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// editOf is an edit that changes nothing of somebody.
func editOf(t *testing.T, db *pgtest.DB, ref string) dispatch.EditRequest {
	t.Helper()
	c, err := dispatch.ShowContact(t.Context(), db, ring(t), ref)
	if err != nil {
		t.Fatal(err)
	}
	r := dispatch.EditRequest{PersonRequest: dispatch.PersonRequest{Ref: ref, Reason: "gọi điện ngày 03/12", Actor: "lan", Now: pgtest.Day()}, Seen: c.UpdatedAt,
		Name: string(c.Name), Code: c.Code, Title: c.Title, Sex: c.Sex, Language: string(c.Language), Zone: c.Zone, Unit: c.Unit, Attributes: c.Attributes}
	if c.Birth != 0 {
		r.Birth = c.CreatedAt.Format("2006")
	}
	return r
}

const editList = `Mã CTV,Họ và tên,Điện thoại,Email,Cụm,Đơn vị
CTV001,Nguyễn Văn Xuân,0301234567,xuan@thu.example,C1,xã Gò Sỏi
CTV002,Lê Thị Hà,0301234568,,C1,xã Gò Sỏi
`

// What staff corrected stays when the same list comes again; what a list says anew is
// taken, and no address that is out of use comes back.
func TestAnEditOutlivesTheNextList(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, editList)
	r := editOf(t, db, "CTV001")
	r.Name, r.Code, r.Attributes, r.Unit = "Đỗ Thị Ánh", "CTV101", map[string]string{"cum": "C9", "khong_co": "x"}, "xã Nà Khoang"
	r.Add = "0301 999 888"
	r.Retire = []survey.EndpointID{survey.EndpointID(db.Int(`SELECT id FROM endpoint WHERE address = '+84301234567'`))}
	if err := dispatch.EditContact(t.Context(), db, r); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		return db.Text(`SELECT c.code || '|' || c.name || '|' || c.name_folded || '|' || c.unit || '|' || c.attributes::text || '|' ||
			(SELECT string_agg(address || ' ' || status || ' ' || rank || ' ' || source, ',' ORDER BY kind, rank, id) FROM endpoint e WHERE e.contact_id = c.id) FROM contact c WHERE code = 'CTV101'`)
	}
	const want = `CTV101|Đỗ Thị Ánh|do thi anh|xã Nà Khoang|{"cum": "C9"}|xuan@thu.example unverified 0 import,+84301999888 unverified 0 staff,+84301234567 dead 2 import`
	if got := state(); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
	if got := db.Text(`SELECT act || ' ' || actor || ' ' || reason || ' ' || detail::text FROM audit WHERE act = 'contact'`); !strings.Contains(got, `"name", "code"`) || strings.Contains(got, "Ánh") {
		t.Errorf("on record: %s", got)
	}
	if again := imported(t, db, editList+"\n"); again.ImportCounts != counts(0, 0, 2, 0) || state() != want || db.Int(`SELECT count(*) FROM contact`) != 2 {
		t.Errorf("the same list again: %+v\n%s", again.ImportCounts, state())
	}
	// A list that says something else is news.
	imported(t, db, strings.Replace(editList, "C1", "C5", 1))
	if got := state(); !strings.Contains(got, `{"cum": "C5"}`) || !strings.HasPrefix(got, "CTV101|Đỗ Thị Ánh|") {
		t.Errorf("news: %s", got)
	}
	// Who takes a correction back believes the list again.
	back := editOf(t, db, "CTV101")
	back.Name = "Nguyễn Văn Xuân"
	if err := dispatch.EditContact(t.Context(), db, back); err != nil {
		t.Fatal(err)
	}
	imported(t, db, strings.Replace(editList, "Nguyễn Văn Xuân", "Nguyễn Văn Xuân Bách", 1))
	if got := state(); !strings.HasPrefix(got, "CTV101|Nguyễn Văn Xuân Bách|") {
		t.Errorf("taken back: %s", got)
	}
}

func TestWhatAnEditRefuses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, editList)
	before := db.Text(contents)
	for _, c := range []struct {
		code   survey.Code
		where  string
		change func(*dispatch.EditRequest)
	}{
		{survey.CodeReasonMissing, "", func(r *dispatch.EditRequest) { r.Reason = " " }},
		{survey.CodeNotFound, "", func(r *dispatch.EditRequest) { r.Ref = "CTV404" }},
		{survey.CodeNameMissing, dispatch.EditName, func(r *dispatch.EditRequest) { r.Name = "090" }},
		{survey.CodeCodeTaken, dispatch.EditCode, func(r *dispatch.EditRequest) { r.Code = "ctv002" }},
		{survey.CodeRangeInvalid, dispatch.EditBirth, func(r *dispatch.EditRequest) { r.Birth = "19" }},
		{survey.CodeZoneUnknown, dispatch.EditZone, func(r *dispatch.EditRequest) { r.Zone = "Hà Nội" }},
		{survey.CodePhoneInvalid, dispatch.EditAdd, func(r *dispatch.EditRequest) { r.Add = "0301 23" }},
		{survey.CodeEmailInvalid, dispatch.EditAdd, func(r *dispatch.EditRequest) { r.Add = "a@" }},
		{survey.CodeContactChanged, "", func(r *dispatch.EditRequest) { r.Seen = r.Seen.AddDate(0, 0, -1) }},
	} {
		r := editOf(t, db, "CTV001")
		c.change(&r)
		err := dispatch.EditContact(t.Context(), db, r)
		where := ""
		if e, ok := err.(*survey.Error); ok {
			where = e.Where
		}
		if survey.CodeOf(err) != c.code || where != c.where {
			t.Errorf("%v at %q, want %s at %q", err, where, c.code, c.where)
		}
	}
	if db.Text(contents) != before {
		t.Error("something was written")
	}
}
