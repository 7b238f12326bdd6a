package postgres_test

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func unitSets() []survey.UnitSet {
	return []survey.UnitSet{
		{Version: "<2025", Units: []survey.Unit{{Code: "xã Bãi Triền", Name: "xã Bãi Triền", Aliases: []string{}}}},
		{Version: "2025", ValidFrom: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), Units: []survey.Unit{
			{Code: "LX", Name: "tỉnh Lam Xuyên", Aliases: []string{}},
			{Code: "LX-07", Name: "xã Hải Triền", Parent: "LX", Aliases: []string{`"Triền"`, "a,b", "Á"}},
			{Code: "LX-08", Name: "xã Bãi Ngao", Parent: "LX", Aliases: []string{}},
		}},
	}
}

func TestTheTerritoryComesBackAsItWasStored(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	tie := survey.UnitSuccession{FromVersion: "<2025", FromCode: "xã Bãi Triền", ToVersion: "2025", ToCode: "LX-07"}
	change := view.UnitChange{Source: "ds.csv", Actor: "lan", Now: pgtest.Day()}
	err := db.StoreUnits(t.Context(), change, func(known survey.Territory) (view.UnitWrite, error) {
		if len(known.Sets) != 0 {
			t.Errorf("%+v", known)
		}
		return view.UnitWrite{Sets: unitSets(), Successions: []survey.UnitSuccession{tie}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := survey.Territory{Sets: unitSets(), Successions: []survey.UnitSuccession{tie}}
	got, err := db.Territory(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if s := db.Text(`SELECT source || ' ' || stored_by FROM unit_set WHERE version = '2025'`); s != "ds.csv lan" {
		t.Errorf("stored by %s", s)
	}

	alias := view.UnitAlias{Version: "2025", Code: "LX-08", Alias: "Ngao"}
	for range 2 { // the second time it is there
		err = db.StoreUnits(t.Context(), change, func(survey.Territory) (view.UnitWrite, error) {
			return view.UnitWrite{Aliases: []view.UnitAlias{alias}}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want.Sets[1].Units[2].Aliases = []string{"Ngao"}
	if got, err = db.Territory(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}

	refused := errors.New("refused")
	err = db.StoreUnits(t.Context(), change, func(survey.Territory) (view.UnitWrite, error) {
		return view.UnitWrite{Sets: []survey.UnitSet{{Version: "2026"}}}, refused
	})
	if !errors.Is(err, refused) || db.Int(`SELECT count(*) FROM unit_set`) != 2 {
		t.Errorf("%v", err)
	}
}

func TestOfTwoWhoStoreUnitsAtOnceTheSecondSeesTheFirst(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var mu sync.Mutex
	var seen []int
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			err := db.StoreUnits(t.Context(), view.UnitChange{Now: pgtest.Day()}, func(known survey.Territory) (view.UnitWrite, error) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, len(known.Sets))
				if len(known.Sets) > 0 {
					return view.UnitWrite{}, nil
				}
				return view.UnitWrite{Sets: unitSets()}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !reflect.DeepEqual(seen, []int{0, 2}) {
		t.Errorf("they saw %v versions", seen)
	}
}

func TestARematchReachesEverybody(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	const people = 12_000 // more than two batches
	db.Exec(`INSERT INTO contact (name, name_folded, language, unit, unit_code, random_number, created_at, updated_at)
		SELECT 'Ví Dụ', 'vi du', 'vi', CASE n % 3 WHEN 0 THEN 'xã Bãi Ngao' WHEN 1 THEN 'đâu đó' ELSE '' END,
			CASE n % 4 WHEN 0 THEN '91' ELSE '' END, n, $2, $2 FROM generate_series(1, $1::int) n`, people, pgtest.Day())
	decide := func(tie view.UnitTie) string {
		if tie.Unit == "xã Bãi Ngao" {
			return "LX-08"
		}
		return ""
	}
	got, err := db.RematchContacts(t.Context(), decide)
	if want := (view.Rematch{Tied: people / 4, Moved: people / 12, Untied: people / 6}); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if n := db.Int(`SELECT count(*) FROM contact WHERE unit_code <> CASE unit WHEN 'xã Bãi Ngao' THEN 'LX-08' ELSE '' END`); n != 0 {
		t.Errorf("%d people are tied wrongly", n)
	}
	if got, err = db.RematchContacts(t.Context(), decide); err != nil || got != (view.Rematch{}) {
		t.Errorf("again: %+v, %v", got, err)
	}
	counts, err := db.UnitPeople(t.Context())
	want := []view.UnitPeople{{People: people / 3}, {Named: true, People: people / 3}, {Code: "LX-08", Named: true, People: people / 3}}
	if err != nil || !reflect.DeepEqual(counts, want) {
		t.Errorf("%+v, %v; want %+v", counts, err, want)
	}
	untied, err := db.UntiedUnits(t.Context(), 5)
	if err != nil || !reflect.DeepEqual(untied, []view.UnitText{{Text: "đâu đó", People: people / 3}}) {
		t.Errorf("%+v, %v", untied, err)
	}
}
