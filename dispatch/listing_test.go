package dispatch_test

import (
	"slices"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/contactlist"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// listed stores contacts so that they are found by name.
func listed(t *testing.T, db *pgtest.DB, people ...survey.Contact) []survey.ContactID {
	t.Helper()
	ids := make([]survey.ContactID, len(people))
	for i, p := range people {
		ids[i] = db.MakeContact(p)
		db.Exec(`UPDATE contact SET name_folded = $2 WHERE id = $1`, ids[i], contactlist.SearchKey(string(p.Name)))
	}
	return ids
}

func mailbox(address string) survey.Endpoint {
	return survey.Endpoint{Kind: survey.EmailAddress, Address: address}
}

func mobile(number string) survey.Endpoint {
	return survey.Endpoint{Kind: survey.PhoneNumber, Address: number, SMS: true}
}

// codesOf are the codes of a page.
func codesOf(t *testing.T, db *pgtest.DB, q dispatch.ContactQuery) []string {
	t.Helper()
	if q.Keys == nil {
		q.Keys = keyed
	}
	lines, err := dispatch.ListContacts(t.Context(), db, q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		out = append(out, l.Code)
	}
	return out
}

func TestListContacts(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	dead := mailbox("cu@thu.example")
	dead.Status = survey.EndpointDead
	c1 := map[string]string{"cum": "C1"}
	listed(t, db,
		survey.Contact{Code: "A1", Name: "Nguyễn Văn Xuân", Unit: "xã Hạ Tràng", UnitCode: "LX-13", Attributes: c1,
			Endpoints: []survey.Endpoint{mobile("+84912345678"), mailbox("Xuan@thu.example")}},
		survey.Contact{Code: "B2", Name: "Lê Thị Hà", Unit: "Xã Hà Trạng", UnitCode: "LX-17", Attributes: c1,
			Endpoints: []survey.Endpoint{mobile("+84382345679")}},
		survey.Contact{Code: "C3", Name: "Đỗ Văn Năm", Unit: "phường Lam Phố", Endpoints: []survey.Endpoint{mailbox("chung@lampho.example"), dead}},
		survey.Contact{Code: "D4", Name: "Đỗ Văn Nấm", Unit: "Phường Lam Phố",
			Endpoints: []survey.Endpoint{mailbox("CHUNG@lampho.example"), {Kind: survey.PhoneNumber, Address: "+842438251234"}}},
		survey.Contact{Code: "E5", Name: "Vũ Thị Sáu", Unit: "Cty TNHH 50%", Endpoints: []survey.Endpoint{dead}},
		survey.Contact{Code: "F6", Name: "Trần Mẫu", Endpoints: []survey.Endpoint{mobile("+84912345699")}})
	db.Exec(`UPDATE contact SET left_at = now() WHERE code = 'F6'`)
	db.Exec(`INSERT INTO unit_set VALUES ('2025', '2025-07-01', 't', now(), 't')`)
	db.Exec(`INSERT INTO unit (version, code, name) VALUES ('2025', 'LX-17', 'xã Mới Đặt Tên')`)
	db.Exec(`INSERT INTO suppression (contact_id, channel, scope, source, at) VALUES (1, 'call', 'all', 't', now())`)
	db.Exec(`INSERT INTO suppression (address_key, scope, source, at) VALUES (convert_to('email:CHUNG@lampho.example', 'UTF8'), 'all', 't', now())`)
	db.Exec(`INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at) VALUES (2, 'sms', 'b', 't', now(), now())`)
	db.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) SELECT 's', '', 'appointment', 'a', now(), 'merged' FROM generate_series(1, 2)`)
	db.Exec(`UPDATE contact SET import_id = 1 WHERE code = 'A1'; INSERT INTO import_change VALUES (1, 2, '3', '{}', '{}'), (2, 1, '3', '{}', '{}')`)
	everybody := []string{"A1", "B2", "C3", "D4", "E5"}
	for name, c := range map[string]struct {
		q    dispatch.ContactQuery
		want []string
	}{
		"everybody who has not left": {dispatch.ContactQuery{}, everybody},
		"those who left, too":        {dispatch.ContactQuery{WithLeft: true}, append(slices.Clone(everybody), "F6")},
		"without accents":            {dispatch.ContactQuery{Search: "do van"}, []string{"C3", "D4"}},
		"with accents":               {dispatch.ContactQuery{Search: "LÊ  thị"}, []string{"B2"}},
		"by code":                    {dispatch.ContactQuery{Search: "a1"}, []string{"A1"}},
		"signs":                      {dispatch.ContactQuery{Search: "%_'"}, nil},
		"nobody":                     {dispatch.ContactQuery{Search: "zzz"}, nil},
		"by number":                  {dispatch.ContactQuery{Search: "0912345678"}, []string{"A1"}},
		"by number, spelt out":       {dispatch.ContactQuery{Search: " (+84) 912.345.678 "}, []string{"A1"}},
		"by its old prefix":          {dispatch.ContactQuery{Search: "0168 234 5679"}, []string{"B2"}},
		"by landline":                {dispatch.ContactQuery{Search: "024 3825 1234"}, []string{"D4"}},
		"by a part of a number":      {dispatch.ContactQuery{Search: "345678"}, nil},
		"of somebody who left":       {dispatch.ContactQuery{Search: "0912 345 699", WithLeft: true}, []string{"F6"}},
		"by mailbox":                 {dispatch.ContactQuery{Search: "xuan@THU.example"}, []string{"A1"}},
		"by a part of one":           {dispatch.ContactQuery{Search: "@lampho"}, []string{"C3", "D4"}},
		"by domain":                  {dispatch.ContactQuery{Search: "thu.example"}, []string{"A1", "C3", "E5"}},
		"by condition":               {dispatch.ContactQuery{Eligible: "cum = C1 and has_mobile"}, []string{"A1", "B2"}},
		"by unit":                    {dispatch.ContactQuery{Unit: "lam pho"}, []string{"C3", "D4"}},
		"by unit, another's accents": {dispatch.ContactQuery{Unit: "hạ trạng"}, []string{"A1", "B2"}},
		"by unit's code":             {dispatch.ContactQuery{Unit: "lx-13"}, []string{"A1"}},
		"by the unit's own name":     {dispatch.ContactQuery{Unit: "moi dat ten"}, []string{"B2"}},
		"by no unit":                 {dispatch.ContactQuery{Unit: "tràng an"}, nil},
		"by signs of a unit":         {dispatch.ContactQuery{Unit: "%"}, nil},
		"without mailbox":            {dispatch.ContactQuery{NoEmail: true}, []string{"B2", "E5"}},
		"without mobile":             {dispatch.ContactQuery{NoMobile: true}, []string{"C3", "D4", "E5"}},
		"without any address":        {dispatch.ContactQuery{Unreachable: true}, []string{"E5"}},
		"with a shared one":          {dispatch.ContactQuery{Shared: true}, []string{"C3", "D4"}},
		"with a dead one":            {dispatch.ContactQuery{Dead: true}, []string{"C3", "E5"}},
		"barred, or their address":   {dispatch.ContactQuery{Suppressed: true}, []string{"A1", "D4"}},
		"without consent for SMS":    {dispatch.ContactQuery{NoConsent: []survey.Channel{survey.SMS}}, []string{"B2"}},
		"without consent for mail":   {dispatch.ContactQuery{NoConsent: []survey.Channel{survey.Mail}}, nil},
		"without some consent":       {dispatch.ContactQuery{NoConsent: survey.Channels()}, []string{"B2"}},
		"of an import":               {dispatch.ContactQuery{Import: 1}, []string{"A1", "B2"}},
		"of another":                 {dispatch.ContactQuery{Import: 2}, []string{"A1"}},
		"namesakes":                  {dispatch.ContactQuery{Twins: true}, []string{"C3", "D4"}},
		"all at once":                {dispatch.ContactQuery{Search: "do", Unit: "lam", Shared: true, NoMobile: true, Suppressed: true}, []string{"D4"}},
	} {
		if got := codesOf(t, db, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		c.q.ByName = true
		got := codesOf(t, db, c.q)
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s, by name: %q, want %q", name, got, c.want)
		}
	}
	lines, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{Keys: keyed})
	if err != nil || !slices.Equal(lines[0].Barred, []survey.Channel{survey.Call}) || !slices.Equal(lines[3].Barred, []survey.Channel{survey.Mail}) ||
		!slices.Equal(lines[1].NoConsent, []survey.Channel{survey.SMS}) || lines[0].Suppressed {
		t.Errorf("remarks %+v, %v", lines, err)
	}
	if _, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{Eligible: "cum ="}); survey.CodeOf(err) != survey.CodeEligibility {
		t.Errorf("a broken condition: %v", err)
	}
}

func TestListInTheOrderOfNames(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	order := []string{"Lê An", "Lý Thị An", "Trần An", "Phan Văn Ánh", "Đinh Ân", "Dương Dung", "Bùi Đạt", "Lê Hà",
		"Nguyễn Thị Hà", "Nguyễn Thu Hà", "An Hạ", "Lê Hàn", "Lê Hạn", "Đỗ Mai", "Đỗ Mai", "Lương Ngọ", "Tô Ngô", "Vũ Tư", "Ông Xuân", "Y-Bhăm"}
	var people []survey.Contact
	for _, i := range []int{7, 3, 19, 0, 12, 5, 16, 9, 1, 14, 15, 2, 18, 4, 6, 13, 8, 17, 10, 11} {
		people = append(people, survey.Contact{Name: survey.PersonName(order[i])})
	}
	listed(t, db, people...)
	for _, limit := range []int{1, 3, 7, 100} {
		var got []string
		for after := survey.ContactID(0); ; {
			lines, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{ByName: true, After: after, Limit: limit, Keys: noKeys})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				got, after = append(got, string(l.Name)), l.ID
			}
			if len(lines) < limit {
				break
			}
		}
		if !slices.Equal(got, order) {
			t.Errorf("pages of %d:\n%q, want\n%q", limit, got, order)
		}
	}
	if _, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{ByName: true, After: 999, Keys: noKeys}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("after nobody: %v", err)
	}
}

func TestPagesByIDHaveEverybodyOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for n := 1; n <= 5; n++ {
		db.MakeContact(pgtest.Reachable(n))
	}
	var got []survey.ContactID
	for after := survey.ContactID(0); ; {
		lines, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{After: after, Limit: 2, Keys: noKeys})
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) == 0 {
			break
		}
		for _, l := range lines {
			got, after = append(got, l.ID), l.ID
		}
	}
	if !slices.Equal(got, []survey.ContactID{1, 2, 3, 4, 5}) {
		t.Errorf("pages %v, want everybody once", got)
	}
}
