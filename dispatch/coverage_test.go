package dispatch_test

import (
	"slices"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestCoverage(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	mail := func(a string) survey.Endpoint { return survey.Endpoint{Kind: survey.EmailAddress, Address: a} }
	phone := func(a string, sms bool) survey.Endpoint {
		return survey.Endpoint{Kind: survey.PhoneNumber, Address: a, SMS: sms}
	}
	dead := mail("cu@thu.example")
	dead.Status = survey.EndpointDead
	ids := []survey.ContactID{
		db.MakeContact(survey.Contact{Code: "a", Endpoints: []survey.Endpoint{mail("a@thu.example"), phone("+84912000001", true)}}),
		db.MakeContact(survey.Contact{Code: "b", Endpoints: []survey.Endpoint{mail("chung@xa.example")}}),
		db.MakeContact(survey.Contact{Code: "c", Endpoints: []survey.Endpoint{mail("chung@xa.example"), phone("+84912000003", true)}}),
		db.MakeContact(survey.Contact{Code: "d", Endpoints: []survey.Endpoint{dead, phone("+842963555123", false)}}),
		db.MakeContact(survey.Contact{Code: "e"}),
		db.MakeContact(survey.Contact{Code: "left", Endpoints: []survey.Endpoint{mail("a@thu.example")}}),
	}
	db.Exec(`UPDATE contact SET left_at = now() WHERE code = 'left'`)
	db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES ($1, 'sms', 'all', 'sms', now())`, ids[0])
	got, err := dispatch.Coverage(t.Context(), db, "")
	want := []view.Coverage{{People: 5, Mail: 3, Mobile: 2, Both: 2, Neither: 2, Landline: 1, Shared: 2, Suppressed: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("list %+v, %v; want %+v", got, err, want)
	}
	k := db.MakeCampaign(survey.Campaign{})
	for i, id := range ids[:4] {
		db.Exec(`INSERT INTO frame_unit VALUES ($1, $2, $3, 0)`, k.ID, id, []string{"C1", "C2"}[i/2])
	}
	got, err = dispatch.Coverage(t.Context(), db, k.Name)
	want = []view.Coverage{{Stratum: "C1", People: 2, Mail: 2, Mobile: 1, Both: 1, Shared: 1, Suppressed: 1},
		{Stratum: "C2", People: 2, Mail: 1, Mobile: 1, Both: 1, Neither: 1, Landline: 1, Shared: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("frame %+v, %v; want %+v", got, err, want)
	}
	shared, err := db.SharedAddresses(t.Context())
	if err != nil || len(shared) != 1 || !slices.Equal(shared[0].Codes, []string{"b", "c"}) || !slices.Equal(shared[0].Contacts, ids[1:3]) {
		t.Errorf("shared %+v, %v", shared, err)
	}
}

func TestListContacts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	imported(t, db, mixedList)
	list := func(q dispatch.ContactQuery) []string {
		t.Helper()
		lines, err := dispatch.ListContacts(t.Context(), db, q)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range lines {
			out = append(out, string(l.Name))
		}
		return out
	}
	for name, c := range map[string]struct {
		q    dispatch.ContactQuery
		want []string
	}{
		"everybody who has not left": {dispatch.ContactQuery{}, []string{"Nguyễn Văn Xuân", "Lê Thị Hà", "Đỗ Văn Năm", "Trần Văn Mẫu"}},
		"without accents":            {dispatch.ContactQuery{Search: "do van"}, []string{"Đỗ Văn Năm"}},
		"with accents":               {dispatch.ContactQuery{Search: "LÊ thị"}, []string{"Lê Thị Hà"}},
		"by code":                    {dispatch.ContactQuery{Search: "ctv001"}, []string{"Nguyễn Văn Xuân"}},
		"by condition":               {dispatch.ContactQuery{Eligible: "cum = C1 and has_mobile"}, []string{"Nguyễn Văn Xuân", "Lê Thị Hà"}},
		"those who left, too":        {dispatch.ContactQuery{Search: "sau", WithLeft: true}, []string{"Vũ Thị Sáu"}},
		"signs":                      {dispatch.ContactQuery{Search: "%_'"}, nil},
		"nobody":                     {dispatch.ContactQuery{Search: "zzz"}, nil},
	} {
		got := list(c.q)
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	var paged []string
	for after := survey.ContactID(0); ; {
		lines, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{After: after, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) == 0 {
			break
		}
		for _, l := range lines {
			paged, after = append(paged, l.Code), l.ID
		}
	}
	if len(paged) != 4 {
		t.Errorf("pages %q, want everybody once", paged)
	}
	if _, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{Eligible: "cum ="}); survey.CodeOf(err) != survey.CodeEligibility {
		t.Errorf("a broken condition: %v", err)
	}
}
