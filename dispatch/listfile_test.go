package dispatch_test

import (
	"bytes"
	"iter"
	"reflect"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// whole is the list, without what every database has of its own.
func whole(t *testing.T, db *pgtest.DB) []survey.Contact {
	t.Helper()
	var out []survey.Contact
	err := db.WholeContacts(t.Context(), view.ContactFilter{WithLeft: true}, noKeys, func(_ view.ListShape, people iter.Seq2[survey.Contact, error]) error {
		for c, err := range people {
			if err != nil {
				return err
			}
			c.ID = 0
			for i := range c.Endpoints {
				c.Endpoints[i].ContactID = 0
			}
			out = append(out, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func written(t *testing.T, db *pgtest.DB, q dispatch.ContactQuery) (string, dispatch.ListFile) {
	t.Helper()
	var b bytes.Buffer
	q.Keys = noKeys
	done, err := dispatch.WriteContacts(t.Context(), db, dispatch.ListFileRequest{Query: q, Reason: "gửi Ban Tuyên giáo", Actor: "lan", Now: pgtest.Day()}, &b)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), done
}

func hardPeople() []survey.Contact {
	dead := mailbox("cu@thu.example")
	dead.Status = survey.EndpointDead
	return []survey.Contact{
		{Code: "007", Name: "Nguyễn Văn Xuân", Title: "Ông", Sex: "nam", Birth: 1971, Unit: `xã "Hạ Tràng", khu 2`,
			Attributes: map[string]string{"cum": "C1 Đô thị", "ghi_chu": "=1+1", "huyen_cu": "Lam Hải"},
			Endpoints:  []survey.Endpoint{mailbox("xuan@thu.example"), mailbox("+x@thu.example"), mobile("+84912345678"), mobile("+84382345679")}},
		{Code: "CTV002", Name: "Lê Thị Hà", Sex: "nữ", Language: survey.English, Attributes: map[string]string{"cum": "-C2", "so": "0100", "don_vi_2": "Hội Phụ nữ"},
			Endpoints: []survey.Endpoint{dead, {Kind: survey.PhoneNumber, Address: "+842438251234"}, {Kind: survey.PhoneNumber, Address: "+841900123456"}}},
		{Name: "Đỗ Văn Năm", Zone: "America/New_York", Unit: "@phường; Lam Phố", Endpoints: []survey.Endpoint{mobile("+84912345677"), {Kind: survey.PhoneNumber, Address: "+14155550123"}}},
		{Code: "CTV004", Name: "Anh Hùng"},
	}
}

// The file goes out, comes into an empty office and is the same list; it comes
// back into its own and changes nothing.
func TestAListFileIsReadBackToTheSameList(t *testing.T) {
	t.Parallel()
	here, there := pgtest.New(t), pgtest.New(t)
	listed(t, here, hardPeople()...)
	file, done := written(t, here, dispatch.ContactQuery{})
	if done.People != 4 || done.Addresses != 9 || len(done.LeftOut) > 0 {
		t.Errorf("written %+v", done)
	}
	if r := imported(t, there, file); r.ImportCounts != counts(4, 0, 0, 0) {
		t.Errorf("into an empty database: %+v, %+v", r.ImportCounts, r.Rows)
	}
	if got, want := whole(t, there), whole(t, here); !reflect.DeepEqual(got, want) {
		t.Errorf("read back\n%+v, want\n%+v\n%s", got, want, file)
	}
	if r := imported(t, here, file); r.ImportCounts != counts(0, 0, 4, 0) {
		t.Errorf("into its own: %+v, %+v", r.ImportCounts, r.Rows)
	}
	again, _ := written(t, there, dispatch.ContactQuery{})
	if again != file {
		t.Errorf("written again\n%s, want\n%s", again, file)
	}
}

func TestAListFileComputesNothingAndIsOnRecord(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	people := hardPeople()
	people[1].Attributes["dan_toc"], people[1].Attributes["zalo"], people[1].Attributes["so_qd_12345678"] = "x", "0912 345 678", "9"
	listed(t, db, people...)
	file, done := written(t, db, dispatch.ContactQuery{Search: "Hà", NoMobile: true})
	if want := []string{"dan_toc", "so_qd_12345678", "zalo"}; !reflect.DeepEqual(done.LeftOut, want) || done.People != 1 {
		t.Errorf("%+v, want one person and %v left out", done, want)
	}
	want := "\ufeffMã CTV,Họ và tên,Danh xưng,Giới tính,Năm sinh,Ngôn ngữ,Múi giờ,Đơn vị,Email,Điện thoại,Điện thoại 2,cum,don_vi_2,so\r\n" +
		"CTV002,Lê Thị Hà,,nữ,,en,,,cu@thu.example,0243 825 1234,1900 123 456,'-C2,Hội Phụ nữ,'0100\r\n"
	if file != want {
		t.Errorf("%q, want\n%q", file, want)
	}
	all, _ := written(t, db, dispatch.ContactQuery{})
	for _, cell := range []string{"'=1+1", "'@phường", "'+x@thu.example", "'+14155550123", "'007"} {
		if !strings.Contains(all, cell) {
			t.Errorf("%s is not in the file:\n%s", cell, all)
		}
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'export' AND actor = 'lan' AND reason = 'gửi Ban Tuyên giáo'
		AND detail = '{"people": 1, "addresses": 3, "filters": ["search", "no_mobile"]}' AND contact_id IS NULL`); n != 1 {
		t.Errorf("on record: %s", db.Text(`SELECT detail FROM audit ORDER BY id LIMIT 1`))
	}
	none, done := written(t, db, dispatch.ContactQuery{Unit: "nowhere"})
	if done.People != 0 || strings.Count(none, "\n") != 1 {
		t.Errorf("nobody: %+v\n%s", done, none)
	}
	_, err := dispatch.WriteContacts(t.Context(), db, dispatch.ListFileRequest{Reason: " "}, &bytes.Buffer{})
	if survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Errorf("without a reason: %v", err)
	}
}
