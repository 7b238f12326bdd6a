package dispatch_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/territory"
)

const (
	unitsBefore = "mã,tên,thuộc\n9,huyện Lam Hải,\n91,xã Bãi Ngao,9\n92,xã Bãi Triền,9\n93,xã Ngao Triền,9\n94,xã Bãi Cồn,9\n"
	unitsNow    = "mã,tên,tên khác,trước đây\nLX-07,xã Hải Triền,,92;93\nLX-08,xã Bãi Ngao,Bãi Nghêu,91;xã Ngao Triền\nLX-13,xã Hạ Tràng,,\n"
)

func units(version, list string, change ...func(*dispatch.UnitImport)) dispatch.UnitImport {
	from, err := time.Parse(time.DateOnly, version)
	if err != nil {
		panic(err)
	}
	r := dispatch.UnitImport{Source: "ds.csv", List: strings.NewReader(list), Version: version, ValidFrom: from, Actor: "lan", Now: pgtest.Day()}
	for _, c := range change {
		c(&r)
	}
	return r
}

func storeUnits(t *testing.T, db *pgtest.DB, r dispatch.UnitImport) dispatch.UnitReport {
	t.Helper()
	report, err := dispatch.ImportUnits(t.Context(), db, r)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func person(db *pgtest.DB, unit, code string) survey.ContactID {
	return db.MakeContact(survey.Contact{Unit: unit, UnitCode: code})
}

func TestUnitsAreImportedAndPeopleFollow(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if m, err := dispatch.UnitMatcher(t.Context(), db); m != nil || err != nil {
		t.Fatalf("a matcher without units: %v, %v", m, err)
	}
	ids := []survey.ContactID{person(db, "xã Bãi Triền", ""), person(db, "Xã Bãi Ngao - H. Lam Hải", ""), person(db, "xã Ngao Triền", ""),
		person(db, "Ha Trang", ""), person(db, "Ha Trang", ""), person(db, "", ""), person(db, "Sở Nội vụ", "")}
	codes := func() string {
		var out []string
		for _, id := range ids {
			out = append(out, db.Text(`SELECT unit_code FROM contact WHERE id = $1`, id))
		}
		return strings.Join(out, " ")
	}
	if r := storeUnits(t, db, units("2020-01-01", unitsBefore)); !r.Stored || r.Units != 5 || r.Rematch != (view.Rematch{Tied: 3}) || codes() != "92 91 93    " {
		t.Errorf("before: %+v, %q", r, codes())
	}
	dry := storeUnits(t, db, units("2025-07-01", unitsNow, func(r *dispatch.UnitImport) { r.DryRun = true }))
	if dry.Stored || dry.Ties != 4 || db.Int(`SELECT count(*) FROM unit_set`) != 1 {
		t.Errorf("dry run: %+v", dry)
	}
	r := storeUnits(t, db, units("2025-07-01", unitsNow))
	if !r.Stored || r.Former != "2020-01-01" || !slices.Equal(r.Ended, []string{"xã Bãi Cồn"}) || r.Rematch != (view.Rematch{Moved: 2, Untied: 1}) || codes() != "LX-07 LX-08     " {
		t.Errorf("now: %+v, %q", r, codes())
	}
	again := storeUnits(t, db, units("2025-07-01", unitsNow))
	if again.Stored || again.Rematch != (view.Rematch{}) || db.Int(`SELECT count(*) FROM unit_succession`) != 4 {
		t.Errorf("again: %+v", again)
	}

	list, err := dispatch.UnmatchedUnits(t.Context(), db, 2)
	want := []dispatch.UnmatchedUnit{{Text: "Ha Trang", People: 2, Outcome: territory.Ambiguous, Candidates: []string{"xã Hạ Tràng (LX-13)"}},
		{Text: "Sở Nội vụ", People: 1, Outcome: territory.Unknown}}
	if err != nil || len(list) != 2 || list[0].Text != want[0].Text || list[0].People != 2 || list[0].Outcome != want[0].Outcome ||
		!slices.Equal(list[0].Candidates, want[0].Candidates) || list[1].Text != want[1].Text || list[1].Outcome != want[1].Outcome {
		t.Errorf("unmatched: %+v, %v; want %+v", list, err, want)
	}

	aliased, err := dispatch.AddUnitAlias(t.Context(), db, dispatch.AliasRequest{Code: "lx-13", Alias: " Ha  Trang ", Actor: "lan", Now: pgtest.Day()})
	if err != nil || aliased != (view.Rematch{Tied: 2}) || codes() != "LX-07 LX-08  LX-13 LX-13  " {
		t.Errorf("alias: %+v, %v, %q", aliased, err, codes())
	}
	// The list is still the one that is stored, though a unit has an alias more.
	if r := storeUnits(t, db, units("2025-07-01", unitsNow)); r.Stored {
		t.Errorf("after the alias: %+v", r)
	}
}

func TestListUnits(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	if l, err := dispatch.ListUnits(t.Context(), db); err != nil || len(l.Versions)+len(l.Units) != 0 {
		t.Errorf("nothing: %+v, %v", l, err)
	}
	storeUnits(t, db, units("2020-01-01", unitsBefore))
	storeUnits(t, db, units("2025-07-01", "mã,tên,thuộc,trước đây\nLX,tỉnh Lam Xuyên,,\nLX-07,xã Hải Triền,LX,92;93\nLX-08,xã Bãi Ngao,LX,91\n"))
	person(db, "xã Bãi Ngao", "LX-08")
	person(db, "xã Bãi Triền", "LX-07")
	person(db, "tỉnh", "LX")
	person(db, "đâu đó", "")
	person(db, "", "")
	db.Exec(`UPDATE contact SET left_at = now() WHERE id = $1`, person(db, "xã Bãi Ngao", "LX-08"))
	l, err := dispatch.ListUnits(t.Context(), db)
	if err != nil || l.Untied != 1 || l.Nowhere != 1 || len(l.Versions) != 2 || l.Versions[0].Version != "2025-07-01" || l.Versions[1].Units != 5 {
		t.Fatalf("%+v, %v", l, err)
	}
	top, triền := l.Units[0], l.Units[1]
	if len(l.Units) != 3 || top.Code != "LX" || top.People != 1 || top.All != 3 || triền.Code != "LX-07" || triền.Depth != 1 || triền.People != 1 ||
		!slices.Equal(triền.Formerly, []string{"xã Bãi Triền", "xã Ngao Triền"}) || len(l.Units[2].Formerly) != 0 {
		t.Errorf("%+v", l.Units)
	}
}

func TestUnitsOfTheNewListAloneTellWhatWasBefore(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	list := "mã,tên,trước đây\nLX-07,xã Hải Triền,\"xã Bãi Triền, huyện Lam Hải\"\n"
	id := person(db, "Bãi Triền, Lam Hải", "")
	for range 2 {
		if r := storeUnits(t, db, units("2025-07-01", list)); r.Ties != 1 {
			t.Errorf("%+v", r)
		}
	}
	if got := db.Text(`SELECT unit_code FROM contact WHERE id = $1`, id); got != "LX-07" {
		t.Errorf("tied to %q", got)
	}
	l, err := dispatch.ListUnits(t.Context(), db)
	if err != nil || len(l.Versions) != 2 || l.Versions[1].Version != "<2025-07-01" || !l.Versions[1].ValidFrom.IsZero() {
		t.Errorf("%+v, %v", l.Versions, err)
	}
}

func TestUnitsThatAreRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	storeUnits(t, db, units("2020-01-01", unitsBefore))
	storeUnits(t, db, units("2025-07-01", unitsNow))
	for name, tc := range map[string]struct {
		r     dispatch.UnitImport
		code  survey.Code
		where string
	}{
		"another list":    {units("2025-07-01", unitsBefore), survey.CodeNameTaken, ""},
		"other ties":      {units("2025-07-01", strings.Replace(unitsNow, "92;93", "92", 1)), survey.CodeNameTaken, ""},
		"other day":       {units("2025-07-01", unitsNow, func(r *dispatch.UnitImport) { r.ValidFrom = r.ValidFrom.AddDate(0, 0, 1) }), survey.CodeNameTaken, ""},
		"no version":      {units("2026-01-01", unitsNow, func(r *dispatch.UnitImport) { r.Version = " " }), survey.CodeUsage, "version"},
		"reserved":        {units("2026-01-01", unitsNow, func(r *dispatch.UnitImport) { r.Version = "<2025-07-01" }), survey.CodeUsage, "version"},
		"no such former":  {units("2026-01-01", "mã,tên,trước đây\n1,xã A,\n2,xã B,xã Đâu\n"), survey.CodeUnitInvalid, "ds.csv:3"},
		"no such parent":  {units("2026-01-01", "mã,tên,thuộc\n1,xã A,2\n"), survey.CodeUnitInvalid, "ds.csv:2"},
		"not a list":      {units("2026-01-01", "xin chào\n"), survey.CodeUnitInvalid, "ds.csv"},
		"alias of a unit": {units("2026-01-01", "mã,tên,tên khác\n1,xã A,\n2,xã B,xã A\n"), survey.CodeUnitInvalid, "ds.csv:3"},
	} {
		for _, dry := range []bool{true, false} {
			list := new(strings.Builder)
			if _, err := tc.r.List.(*strings.Reader).WriteTo(list); err != nil {
				t.Fatal(err)
			}
			tc.r.List, tc.r.DryRun = strings.NewReader(list.String()), dry
			_, err := dispatch.ImportUnits(t.Context(), db, tc.r)
			tc.r.List = strings.NewReader(list.String())
			if survey.CodeOf(err) != tc.code || tc.where != "" && !strings.Contains(err.Error(), " at "+tc.where) {
				t.Errorf("%s (dry %v): %v", name, dry, err)
			}
		}
	}
	if n := db.Int(`SELECT count(*) FROM unit_set`); n != 2 {
		t.Errorf("%d versions", n)
	}
	for alias, code := range map[string]survey.Code{"xã Bãi Ngao": survey.CodeUnitInvalid, "LX-07": survey.CodeUnitInvalid, "Bai Ngao": survey.CodeUnitInvalid,
		"Bãi Nghêu": survey.CodeUnitInvalid, "": survey.CodeUnitInvalid} {
		if _, err := dispatch.AddUnitAlias(t.Context(), db, dispatch.AliasRequest{Code: "LX-13", Alias: alias}); survey.CodeOf(err) != code {
			t.Errorf("alias %q: %v", alias, err)
		}
	}
	if _, err := dispatch.AddUnitAlias(t.Context(), db, dispatch.AliasRequest{Code: "91", Alias: "Ngao"}); survey.KindOf(err) != survey.NotFound {
		t.Errorf("a code of a former version: %v", err)
	}
}

// racing gives every store the same wait before the rematch reads: what is
// decided on a text that was changed meanwhile must not be written.
type racing struct {
	*pgtest.DB
	meanwhile func()
}

func (r racing) RematchContacts(ctx context.Context, decide func(view.UnitTie) string) (view.Rematch, error) {
	return r.DB.RematchContacts(ctx, func(t view.UnitTie) string {
		r.meanwhile()
		return decide(t)
	})
}

func TestARematchDoesNotWriteOverAnImport(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := person(db, "xã Hải Triền", "")
	store := racing{db, func() { db.Exec(`UPDATE contact SET unit = 'xã Hạ Tràng', unit_code = 'LX-13' WHERE id = $1`, id) }}
	if _, err := dispatch.ImportUnits(t.Context(), store, units("2020-01-01", "mã,tên\nLX-07,xã Hải Triền\nLX-13,xã Hạ Tràng\n")); err != nil {
		t.Fatal(err)
	}
	if got := db.Text(`SELECT unit_code FROM contact WHERE id = $1`, id); got != "LX-13" {
		t.Errorf("tied to %q", got)
	}
}
