package dispatch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// found are the codes of a page.
func found(page view.Browsed) string {
	codes := make([]string, len(page.Lines))
	for i, l := range page.Lines {
		codes[i] = l.Code
	}
	return strings.Join(codes, " ")
}

// Somebody is found by what one types of their name, code, number or mailbox, however it
// is written, and by nothing else.
func TestFindingWhileTyping(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	phone := func(n string) survey.Endpoint {
		return survey.Endpoint{Kind: survey.PhoneNumber, Address: n, SMS: true}
	}
	mail := func(a string) survey.Endpoint { return survey.Endpoint{Kind: survey.EmailAddress, Address: a} }
	listed(t, db,
		survey.Contact{Code: "A-1", Name: "Đỗ Thị Ánh", Unit: "xã Gò Sỏi", Endpoints: []survey.Endpoint{phone("+84301234567"), mail("Anh.Do@thu.example")}},
		survey.Contact{Code: "A2", Name: "Đỗ Văn Ánh Dương", Unit: "xã Nà Khoang", UnitCode: "30777", Endpoints: []survey.Endpoint{phone("+84311234567")}},
		survey.Contact{Code: "LX 003", Name: "O'Hara_%Ánh", Attributes: map[string]string{"cum": `C"2\`}, Endpoints: []survey.Endpoint{phone("+12025550123")}},
		survey.Contact{Code: "ĐX4", Name: "Hoàng Thị Yến", Unit: "xã Gò Sỏi", Endpoints: []survey.Endpoint{phone("+84382345678")}})
	for _, c := range []struct{ typed, found string }{
		{"ánh", "A-1 A2 LX 003"}, {"ÁNH", "A-1 A2 LX 003"}, {"anh", "A-1 A2 LX 003"}, {"do thi anh", "A-1"}, {"Đỗ Thị Á", "A-1"}, {"anh do", "A-1 A2"},
		{"đo thi", "A-1"}, {"du", "A2"}, {"ương", ""}, {"thi", "A-1 ĐX4"}, {"o'hara", "LX 003"}, {"%", ""}, {"'", ""}, {`\`, ""}, {"a:*", "A-1 A2 LX 003"},
		{"0301 234 567", "A-1"}, {"+84 301 234 567", "A-1"}, {"84301234567", "A-1"}, {"(0301) 234.5", "A-1"}, {"301234567", "A-1"}, {"0301", "A-1"}, {"030", ""},
		{"01682345678", "ĐX4"}, {"+1 202", "LX 003"}, {"001202555", "LX 003"}, {"anh.do@THU", "A-1"}, {"anh.do", "A-1 A2"}, {"do@", ""},
		{"a-1", "A-1"}, {"lx 003", "LX 003"}, {"LX", "LX 003"}, {"003", "LX 003"}, {"đx4", "ĐX4"}, {"xxx", ""}, {"", "A-1 A2 LX 003 ĐX4"},
	} {
		got, err := dispatch.BrowseContacts(t.Context(), db, dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Search: c.typed, Keys: noKeys}})
		if err != nil || found(got) != c.found || got.Next != 0 {
			t.Errorf("%q finds %q, goes on at %d, %v; want %q", c.typed, found(got), got.Next, err, c.found)
		}
	}
	for _, c := range []struct {
		q     dispatch.BrowseQuery
		found string
	}{
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: "go soi"}}, "A-1 ĐX4"},
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: "30777"}}, "A2"},
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: "go soi", Search: "thi y"}}, "ĐX4"},
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: "go soi", Search: "0301 234"}}, "A-1"},
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Unit: "go soi", Search: "0311 234"}}, ""},
		{dispatch.BrowseQuery{Email: true}, "A-1"}, {dispatch.BrowseQuery{Mobile: true, ContactQuery: dispatch.ContactQuery{NoEmail: true}}, "A2 LX 003 ĐX4"},
		{dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Eligible: dispatch.FieldIs("cum", `C"2\`)}}, "LX 003"},
	} {
		c.q.Keys = noKeys
		got, err := dispatch.BrowseContacts(t.Context(), db, c.q)
		if err != nil || found(got) != c.found {
			t.Errorf("%+v finds %q, %v; want %q", c.q, found(got), err, c.found)
		}
	}
}

// A long list is paged by id without a gap or a person twice, whether those looked for are
// many or few; who is rare is met in parts, and the last part ends.
func TestPagesOfALongList(t *testing.T) {
	t.Parallel()
	const people = 12_000
	db := pgtest.New(t)
	db.Exec(`INSERT INTO contact (code, name, name_folded, unit, attributes, random_number, created_at, updated_at, left_at)
		SELECT 'CTV' || lpad(n::text, 6, '0'), 'Nguyễn Văn ' || n % 40, 'nguyen van so' || n % 40, 'xã ' || n % 251, CASE WHEN n % 5999 = 0 THEN '{"cum":"C9"}' ELSE '{}' END::jsonb, n, now(), now(),
		CASE WHEN n % 10 = 0 THEN now() END FROM generate_series(1, $1::int) n`, people)
	db.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, status, created_at)
		SELECT id, 'phone', '+84301' || lpad((id % 1000000)::text, 6, '0'), true, 'ok', now() FROM contact`)
	db.Exec(`INSERT INTO suppression (contact_id, scope, source, at) SELECT id, 'all', 'staff', now() FROM contact WHERE code = 'CTV011999'`)
	db.Exec(`INSERT INTO suppression (address_key, scope, source, at) SELECT address::bytea, 'all', 'staff', now() FROM endpoint WHERE contact_id = (SELECT id FROM contact WHERE code = 'CTV000001')`)
	keys := func(_ survey.EndpointKind, address string) [][]byte { return [][]byte{[]byte(address)} }
	for _, c := range []struct {
		name  string
		q     dispatch.BrowseQuery
		where string
	}{
		{"everybody", dispatch.BrowseQuery{}, `left_at IS NULL`},
		{"who left too", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{WithLeft: true}}, `true`},
		{"many of a name", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Search: "nguyen"}}, `left_at IS NULL`},
		{"some of a name", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Search: "so7"}}, `left_at IS NULL AND name_folded ~ 'so7$'`},
		{"many of a number", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Search: "0301"}}, `left_at IS NULL`},
		{"a rare attribute", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Eligible: dispatch.FieldIs("cum", "C9"), WithLeft: true}}, `attributes ->> 'cum' = 'C9'`},
		{"a rare attribute of many", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Search: "nguyen", Eligible: dispatch.FieldIs("cum", "C9"), WithLeft: true}}, `attributes ->> 'cum' = 'C9'`},
		{"the suppressed", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{Suppressed: true}}, `code IN ('CTV000001', 'CTV011999')`},
		{"no mailbox", dispatch.BrowseQuery{ContactQuery: dispatch.ContactQuery{NoEmail: true}}, `left_at IS NULL`},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Keys = keys
			var got []string
			for pages := 0; ; pages++ {
				page, err := dispatch.BrowseContacts(t.Context(), db, c.q)
				if err != nil || len(page.Lines) > 50 || pages > 1000 {
					t.Fatal(len(page.Lines), pages, err)
				}
				for _, l := range page.Lines {
					got = append(got, l.Code)
				}
				if page.Next == 0 {
					break
				}
				if page.Next <= c.q.After {
					t.Fatalf("after %d it goes on at %d", c.q.After, page.Next)
				}
				c.q.After = page.Next
			}
			want := strings.Fields(db.Text(`SELECT coalesce(string_agg(code, ' ' ORDER BY id), '') FROM contact WHERE ` + c.where))
			if !slices.Equal(got, want) {
				t.Errorf("%d people, want %d: %s", len(got), len(want), fmt.Sprint(got)[:min(200, len(fmt.Sprint(got)))])
			}
		})
	}
}
