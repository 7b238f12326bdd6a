package postgres_test

import (
	"iter"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// fullFilter asks for everything at once.
func fullFilter() view.ContactFilter {
	return view.ContactFilter{Search: "a", SearchKey: "a", Phones: []string{"+84912345678"}, Mail: "a@", Units: []string{"x"}, UnitCodes: []string{"y"},
		NoEmail: true, NoMobile: true, Unreachable: true, Shared: true, Dead: true, Suppressed: true, NoConsent: survey.Channels(), Import: 1,
		Twins: true, After: 1, Limit: 5, Condition: survey.Condition{Op: survey.OpPresent, Field: "cum"}}
}

func TestEveryQueryOfTheListPrepares(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var queries []string
	add := func(query string, _ []any) { queries = append(queries, query) }
	add(postgres.ListQuery(fullFilter()))
	add(postgres.NamesQuery(fullFilter()))
	for _, by := range []string{"", "unit", "birth", "has_email", "cum"} {
		add(postgres.CoverageQuery(view.CoverageQuery{By: by}))
		add(postgres.CoverageQuery(view.CoverageQuery{By: by, Campaign: 1}))
	}
	for _, query := range queries {
		stmt, err := db.SQL().PrepareContext(t.Context(), query)
		if err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		if err := stmt.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A long list is looked at in seconds: what it took is told, not judged.
func TestALongListIsLookedAt(t *testing.T) {
	t.Parallel()
	people := 100_000
	if testing.Short() {
		people = 5_000
	}
	db := pgtest.New(t)
	db.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('s', '', 'appointment', 'a', now(), 'merged')`)
	db.Exec(`INSERT INTO contact (code, name, name_folded, unit, attributes, random_number, import_id, created_at, updated_at)
		SELECT 'CTV' || n, 'Nguyễn Văn Xuân ' || n % 502, 'nguyen van xuan ' || n % 502, 'xã ' || n % 251, jsonb_build_object('cum', 'C' || n % 6), n, 1, now(), now()
		FROM generate_series(1, $1::int) n`, people)
	db.Exec(`INSERT INTO endpoint (contact_id, kind, address, sms, status, created_at)
		SELECT n, 'phone', '+849' || lpad((n - n % 50 / 49)::text, 8, '0'), true, CASE WHEN n % 40 = 0 THEN 'dead' ELSE 'ok' END, now() FROM generate_series(1, $1::int) n
		UNION ALL SELECT n, 'email', 'ctv' || n || '@thu.example', false, 'ok', now() FROM generate_series(1, $1::int) n WHERE n % 3 > 0`, people)
	db.Exec(`INSERT INTO consent (contact_id, channel, basis, source, given_at, withdrawn_at)
		SELECT n, CASE WHEN n % 20 = 1 THEN 'sms' END, 'b', 's', now(), CASE WHEN n % 20 = 1 THEN now() END FROM generate_series(1, $1::int, 5) n`, people)
	db.Exec(`INSERT INTO suppression (address_key, scope, source, at)
		SELECT convert_to('phone:+849' || lpad(n::text, 8, '0'), 'UTF8'), 'all', 't', now() FROM generate_series(1, $1::int, 100) n`, people)
	keys := func(kind survey.EndpointKind, address string) [][]byte {
		return [][]byte{[]byte(string(kind) + ":" + address)}
	}
	look := func(what string, do func() (int, error)) {
		t.Helper()
		began := time.Now()
		n, err := do()
		if err != nil || n == 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
		t.Logf("%-24s %7d lines %8s", what, n, time.Since(began).Round(time.Millisecond))
	}
	for _, by := range []string{"", "unit", "cum"} {
		look("coverage by "+by, func() (int, error) {
			lines, err := db.Coverage(t.Context(), view.CoverageQuery{By: by, AddressKeys: keys})
			total := 0
			for _, l := range lines {
				total += l.People
			}
			if total != people {
				t.Errorf("coverage by %s counts %d people of %d", by, total, people)
			}
			return len(lines), err
		})
	}
	for what, f := range map[string]view.ContactFilter{"a page": {Limit: 100}, "shared": {Shared: true, Limit: 100}, "namesakes": {Twins: true, Limit: 100},
		"suppressed": {Suppressed: true, Limit: 100}, "no consent": {NoConsent: survey.Channels(), Limit: 100},
		"by number": {Search: "0900000001", SearchKey: "0900000001", Phones: []string{"+84900000001"}, Limit: 100}} {
		look(what, func() (int, error) {
			lines, err := db.ListContacts(t.Context(), f, keys)
			return len(lines), err
		})
	}
	look("whole, for a file", func() (int, error) {
		n := 0
		err := db.WholeContacts(t.Context(), view.ContactFilter{}, keys, func(_ view.ListShape, people iter.Seq2[survey.Contact, error]) error {
			for _, err := range people {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
		return n, err
	})
	db.Exec(`UPDATE contact SET code = NULL WHERE id % 1000 = 1`)
	look("pairs", func() (int, error) {
		pairs, err := db.Pairs(t.Context(), view.PairFilter{Limit: 100})
		return len(pairs), err
	})
}
