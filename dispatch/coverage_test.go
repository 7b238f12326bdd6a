package dispatch_test

import (
	"maps"
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
	got, err := dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{Keys: noKeys})
	want := []view.Coverage{{People: 5, Mail: 3, Mobile: 2, Both: 2, Neither: 2, Landline: 1, Shared: 2, Dead: 1, Suppressed: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("list %+v, %v; want %+v", got, err, want)
	}
	k := db.MakeCampaign(survey.Campaign{})
	for i, id := range ids[:4] {
		db.Exec(`INSERT INTO frame_unit VALUES ($1, $2, $3, 0)`, k.ID, id, []string{"C1", "C2"}[i/2])
	}
	got, err = dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{Campaign: k.Name, Keys: noKeys})
	want = []view.Coverage{{Stratum: "C1", People: 2, Mail: 2, Mobile: 1, Both: 1, Shared: 1, Suppressed: 1},
		{Stratum: "C2", People: 2, Mail: 1, Mobile: 1, Both: 1, Neither: 1, Landline: 1, Shared: 1, Dead: 1}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("frame %+v, %v; want %+v", got, err, want)
	}
	shared, err := db.SharedAddresses(t.Context())
	if err != nil || len(shared) != 1 || !slices.Equal(shared[0].Codes, []string{"b", "c"}) || !slices.Equal(shared[0].Contacts, ids[1:3]) {
		t.Errorf("shared %+v, %v", shared, err)
	}
}

// keyed hashes an address as a test's do-not-contact list does.
func keyed(kind survey.EndpointKind, address string) [][]byte {
	return [][]byte{[]byte("an older key"), []byte(string(kind) + ":" + address)}
}

func noKeys(survey.EndpointKind, string) [][]byte { return nil }

func TestCoverageByUnitAndByAttribute(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	person := func(unit, code, cum string) survey.ContactID {
		c := survey.Contact{Unit: unit, UnitCode: code}
		if cum != "" {
			c.Attributes = map[string]string{"cum": cum}
		}
		return db.MakeContact(c)
	}
	ids := []survey.ContactID{person("P. Lam Phố", "LX-01", "C1"), person("phường Lam Phố", "LX-01", "C1"),
		person("phường Lam Phố", "", "C2"), person("", "", "")}
	db.Exec(`INSERT INTO unit_set VALUES ('2025', '2025-07-01', 't', now(), 't'), ('2020', '2020-01-01', 't', now(), 't')`)
	db.Exec(`INSERT INTO unit (version, code, name) VALUES ('2025', 'LX-01', 'phường Lam Phố'), ('2020', 'LX-01', 'TP Lam Phố')`)
	k := db.MakeCampaign(survey.Campaign{})
	for _, id := range ids[:2] {
		db.Exec(`INSERT INTO frame_unit VALUES ($1, $2, 'tầng', 0)`, k.ID, id)
	}
	db.Exec(`INSERT INTO frame_unit VALUES ($1, 999, 'tầng', 0)`, k.ID) // erased since
	for name, c := range map[string]struct {
		r    dispatch.CoverageRequest
		want map[string]int // stratum and code
	}{
		"unit":               {dispatch.CoverageRequest{By: "unit"}, map[string]int{"phường Lam Phố LX-01": 2, "phường Lam Phố ": 1, "– ": 1}},
		"attribute":          {dispatch.CoverageRequest{By: "cum"}, map[string]int{"C1 ": 2, "C2 ": 1, "– ": 1}},
		"as on the list":     {dispatch.CoverageRequest{By: "Cụm"}, map[string]int{"C1 ": 2, "C2 ": 1, "– ": 1}},
		"field":              {dispatch.CoverageRequest{By: "language"}, map[string]int{"vi ": 4}},
		"frame":              {dispatch.CoverageRequest{Campaign: k.Name}, map[string]int{"tầng ": 3}},
		"frame by unit":      {dispatch.CoverageRequest{Campaign: k.Name, By: "unit"}, map[string]int{"phường Lam Phố LX-01": 2, "– ": 1}},
		"frame by attribute": {dispatch.CoverageRequest{Campaign: k.Name, By: "cum"}, map[string]int{"C1 ": 2, "– ": 1}},
	} {
		c.r.Keys = noKeys
		lines, err := dispatch.Coverage(t.Context(), db, c.r)
		got := map[string]int{}
		for _, l := range lines {
			got[l.Stratum+" "+l.UnitCode] = l.People
		}
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
	if _, err := dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{By: "nothing", Keys: noKeys}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("by an attribute that nobody has: %v", err)
	}
}

// Whoever wrote STOP from a number that was nobody's, and came on the list later,
// is counted as barred; and consent is counted as the gate sees it.
func TestCoverageCountsHashedAddressesAndConsent(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{Purpose: survey.PurposeDutyReport})
	for n := 1; n <= 5; n++ {
		db.Exec(`INSERT INTO frame_unit VALUES ($1, $2, '', 0)`, k.ID, db.MakeContact(pgtest.Reachable(n)))
	}
	list := func() view.Coverage {
		t.Helper()
		lines, err := dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{Keys: keyed})
		if err != nil || len(lines) != 1 {
			t.Fatalf("%+v, %v", lines, err)
		}
		return lines[0]
	}
	for _, step := range []struct {
		what, query string
		suppressed  int
		none        [3]int // without consent, by channel
	}{
		{"at first", `SELECT 1`, 0, [3]int{}},
		{"a number was suppressed", `INSERT INTO suppression (address_key, channel, scope, source, at)
			VALUES (convert_to('phone:+84910000001', 'UTF8'), 'sms', 'all', 't', now())`, 1, [3]int{}},
		{"and another, and lifted", `INSERT INTO suppression (address_key, scope, source, at, lifted_at)
			VALUES (convert_to('phone:+84910000002', 'UTF8'), 'all', 't', now(), now())`, 1, [3]int{}},
		{"a number in one campaign", `INSERT INTO suppression (address_key, scope, campaign_id, source, at)
			SELECT convert_to('phone:+84910000003', 'UTF8'), 'campaign', id, 't', now() FROM campaign`, 1, [3]int{}},
		{"the same person in person", `INSERT INTO suppression (contact_id, scope, source, at) VALUES (1, 'all', 't', now())`, 1, [3]int{}},
		{"SMS withdrawn", `INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at) VALUES (1, 'sms', 'b', 't', now(), now())`, 1, [3]int{0, 1, 0}},
		{"all withdrawn, mail given again", `INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at)
			VALUES (2, NULL, 'b', 't', now(), now()), (2, 'email', 'b', 't', now(), NULL)`, 1, [3]int{0, 2, 1}},
		{"surveys withdrawn", `INSERT INTO consent (contact_id, purpose, basis, source, given_at, withdrawn_at) VALUES (3, 'survey', 'b', 't', now(), now())`, 1, [3]int{1, 3, 2}},
		{"no row at all", `DELETE FROM consent WHERE contact_id IN (4, 5)`, 1, [3]int{3, 5, 4}},
		{"but an import", `INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('s', '', 'appointment', 'a', now(), 'merged');
			UPDATE contact SET import_id = (SELECT max(id) FROM import_run) WHERE id = 4`, 1, [3]int{2, 4, 3}},
	} {
		db.Exec(step.query)
		c := list()
		if got := [3]int{c.NoConsentMail, c.NoConsentSMS, c.NoConsentCall}; c.Suppressed != step.suppressed || got != step.none {
			t.Errorf("%s: %d suppressed, without consent %v; want %d and %v", step.what, c.Suppressed, got, step.suppressed, step.none)
		}
	}
	lines, err := dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{Campaign: k.Name, Keys: keyed})
	if err != nil || len(lines) != 1 || lines[0].Suppressed != 2 || lines[0].NoConsentMail != 1 {
		t.Errorf("the frame: %+v, %v; want two barred, the one in this campaign too, and consent for duty reports", lines, err)
	}
}
