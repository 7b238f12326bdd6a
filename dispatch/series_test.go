package dispatch_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// monthly is held on the 14th at 8 o'clock in Viet Nam, by itself.
const monthly = `series: hang-thang
name: thang-{yyyy}-{mm}
title:
  vi: Ý kiến tháng {m}/{yyyy}
  en: Views of {mm}/{yyyy}
questionnaire: vi_du
eligible: has_email
design: {method: stratified, size: 12, strata: [cum], minimum: 2}
protocol: short
repeat:
  every: month
  on: 14
  from: 2026-12-01
start: launch
`

func createSeries(t *testing.T, db *pgtest.DB, source string) (dispatch.SeriesCreated, error) {
	t.Helper()
	return dispatch.CreateSeries(t.Context(), db, dispatch.SeriesRequest{File: "thang.yaml", Source: []byte(source), Actor: "lan",
		Now: pgtest.Day(), Rand: chance()})
}

func TestCreateSeries(t *testing.T) {
	t.Parallel()
	db := house(t)
	dry, err := dispatch.CreateSeries(t.Context(), db, dispatch.SeriesRequest{File: "thang.yaml", Source: []byte(monthly), DryRun: true,
		Now: pgtest.Day(), Rand: chance()})
	if err != nil || len(dry.Next) != 3 || db.Int(`SELECT count(*) FROM series`) != 0 {
		t.Fatalf("a dry run gives %+v, %v and stores something", dry.Next, err)
	}
	got, err := createSeries(t, db, monthly)
	if err != nil {
		t.Fatal(err)
	}
	if n := got.Next[1]; n.Campaign != "thang-2027-01" || n.At.UTC().Format(time.RFC3339) != "2027-01-14T01:00:00Z" {
		t.Errorf("the second wave is %+v", n)
	}
	s, err := db.SeriesByName(t.Context(), "hang-thang")
	if err != nil || s.State != survey.SeriesActive || s.NextDate.String() != "2026-12-14" || !s.NextAt.Equal(got.Next[0].At) ||
		s.Seed == 0 || s.Seed >= 1<<53 || s.Source != monthly || s.CreatedBy != "lan" {
		t.Errorf("series %+v, %v", s, err)
	}
	if got.Spec.Policy.Late != survey.LateAsk || got.Spec.Policy.After != 6*time.Hour {
		t.Errorf("policy %+v, want to ask after six hours", got.Spec.Policy)
	}
	if _, err := createSeries(t, db, monthly); survey.CodeOf(err) != survey.CodeNameTaken {
		t.Errorf("the same name again: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM campaign`); n != 0 {
		t.Errorf("%d campaigns were created with the series", n)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'series_moved' AND actor = 'lan'`); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func TestDatesBeforeTheSeriesAreNoneOfIts(t *testing.T) {
	t.Parallel()
	db := house(t)
	got, err := createSeries(t, db, strings.Replace(monthly, "2026-12-01", "2020-01-01", 1))
	if err != nil || got.Next[0].Date.String() != "2026-12-14" || got.Next[0].Number != 84 {
		t.Errorf("the first wave is %+v, %v", got.Next, err)
	}
	_, err = createSeries(t, db, strings.Replace(monthly, "from: 2026-12-01", "from: 2020-01-01\n  until: 2026-11-30", 1))
	if got := codes(err); !maps.Equal(got, map[string]string{"series_invalid": "thang.yaml:14"}) {
		t.Errorf("a series that is over: %v", err)
	}
}

func TestASeriesIsRefusedWithEveryErrorAndItsLine(t *testing.T) {
	t.Parallel()
	db := house(t)
	edit := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(monthly) }
	for name, c := range map[string]struct {
		source string
		want   []string
	}{
		"not YAML":        {"series: [", []string{"yaml_invalid thang.yaml:1"}},
		"empty":           {"", []string{"yaml_invalid thang.yaml:1"}},
		"all on one line": {"{series: a, name: b}", []string{"yaml_invalid thang.yaml:1"}},
		"two documents":   {monthly + "---\nseries: b\n", []string{"yaml_invalid thang.yaml:1"}},
		"nothing but a name": {"series: a\n", []string{"campaign_invalid thang.yaml:1", "campaign_invalid thang.yaml:1",
			"campaign_invalid thang.yaml:1", "protocol_invalid thang.yaml:1", "recurrence_invalid thang.yaml:1", "recurrence_invalid thang.yaml:1"}},
		"unknown keys of both": {edit("eligible", "eligibel", "every:", "each:"), []string{"unknown_key thang.yaml:11", "unknown_key thang.yaml:7"}},
		"a key of the other":   {edit("  every: month", "  name: x"), []string{"unknown_key thang.yaml:11"}},
		"wrong types":          {edit("on: 14", "on: [1]", "size: 12", "size: many"), []string{"yaml_invalid thang.yaml:12", "yaml_invalid thang.yaml:8"}},
		"a key twice":          {monthly + "start: ask\n", []string{"yaml_invalid thang.yaml:15"}},
		"the rule": {edit("every: month", "every: fortnight", "on: 14", "on: 40\n  at: noon"),
			[]string{"recurrence_invalid thang.yaml:11", "recurrence_invalid thang.yaml:13"}},
		"both parts": {edit("every: month", "every: fortnight", "short", "weekly", "has_email", "has_email and", "hang-thang", "Hằng tháng"),
			[]string{"eligibility_invalid thang.yaml:7", "protocol_invalid thang.yaml:9", "recurrence_invalid thang.yaml:11", "series_invalid thang.yaml:1"}},
		"names alike":               {edit("thang-{yyyy}-{mm}", "thang-{mm}"), []string{"pattern_not_distinct thang.yaml:2"}},
		"unknown place":             {edit("{m}/{yyyy}", "{thang}"), []string{"pattern_invalid thang.yaml:3"}},
		"a bad name":                {edit("thang-{yyyy}", "Tháng {yyyy}"), []string{"campaign_invalid thang.yaml:2"}},
		"policies":                  {edit("start: launch", "start: now\nlate: never\nlate_after: 30d"), []string{"series_invalid thang.yaml:14", "series_invalid thang.yaml:15", "series_invalid thang.yaml:16"}},
		"rest twice":                {edit("minimum: 2", "minimum: 2, rest: 30d") + "rest: 60d\n", []string{"series_invalid thang.yaml:15"}},
		"both rotations":            {monthly + "rotation: {overlap: 0, groups: 4, stay: 2}\n", []string{"series_invalid thang.yaml:15"}},
		"no rotation":               {monthly + "rotation: {}\n", []string{"series_invalid thang.yaml:15"}},
		"too much overlap":          {monthly + "rotation:\n  overlap: 1.5\n", []string{"series_invalid thang.yaml:16"}},
		"no number":                 {monthly + "rotation:\n  overlap: .nan\n", []string{"series_invalid thang.yaml:16"}},
		"all groups stay":           {monthly + "rotation: {groups: 4, stay: 4}\n", []string{"series_invalid thang.yaml:15"}},
		"a census turns":            {edit("design: {method: stratified, size: 12, strata: [cum], minimum: 2}", "rotation: {overlap: 0}"), []string{"series_invalid thang.yaml:8"}},
		"the same people, who rest": {monthly + "rotation: {overlap: 0.5}\nrest: 60d\n", []string{"series_invalid thang.yaml:15"}},
		"groups that rest":          {monthly + "rotation: {groups: 4, stay: 2}\nrest: 60d\n", []string{"series_invalid thang.yaml:15"}},
		"a negative rest":           {monthly + "rest: -1d\nlate_after: soon\n", []string{"series_invalid thang.yaml:15", "series_invalid thang.yaml:16"}},
		"rotation of a campaign":    {edit("minimum: 2}", "minimum: 2, rotation: {overlap: 0}}"), []string{"unknown_key thang.yaml:8"}},
	} {
		_, err := createSeries(t, db, c.source)
		if got := faultsOf(err); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM series`); n != 0 {
		t.Errorf("%d series were created", n)
	}
}

// faultsOf are the codes and places of all errors that were joined, in order.
func faultsOf(err error) []string {
	var out []string
	var several interface{ Unwrap() []error }
	var one *survey.Error
	switch {
	case errors.As(err, &several):
		for _, e := range several.Unwrap() {
			out = append(out, faultsOf(e)...)
		}
		slices.Sort(out)
	case errors.As(err, &one):
		out = []string{fmt.Sprintf("%s %s", one.Code, one.Where)}
	}
	return out
}

func TestShowSeries(t *testing.T) {
	t.Parallel()
	db := house(t)
	people(db, 30)
	if _, err := createSeries(t, db, monthly); err != nil {
		t.Fatal(err)
	}
	hold(t, db, date(12, 14))
	shown, err := dispatch.ShowSeries(t.Context(), db, "hang-thang", date(12, 14), 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(shown.Waves) != 1 || shown.Waves[0].Campaign != "thang-2026-12" || shown.Waves[0].CampaignState != survey.CampaignFielding ||
		!shown.Waves[0].EndsAt.Equal(date(12, 14).Add(2*time.Hour)) {
		t.Errorf("waves %+v", shown.Waves)
	}
	if len(shown.Next) != 2 || shown.Next[0].Campaign != "thang-2027-01" {
		t.Errorf("next %+v", shown.Next)
	}
	lines, err := db.AllSeries(t.Context(), date(12, 14))
	if err != nil || len(lines) != 1 || lines[0].Last == nil || lines[0].Last.Campaign != "thang-2026-12" || lines[0].Asked != 0 {
		t.Errorf("list %+v, %v", lines, err)
	}
	if _, err := dispatch.ShowSeries(t.Context(), db, "no such", date(12, 14), 2); survey.KindOf(err) != survey.NotFound {
		t.Errorf("no such series: %v", err)
	}
}

func FuzzParseSeries(f *testing.F) {
	f.Add([]byte(monthly))
	f.Add([]byte("series: a\nrepeat: {every: week, from: 2026-12-01}\nname: b-{n}\n"))
	f.Add([]byte("# c\r\nseries: a\r\n\r\nprotocol:\r\n  name: x\r\nrotation:\r\n  groups: 3\r\n  stay: 1\r\n"))
	f.Add([]byte("series: |\n  a\n  repeat: b\nname: >\n  x\n"))
	f.Add([]byte("#00000000\r0: 0\r0:")) // YAML ends lines in more ways than one
	f.Add([]byte("name: &a b\nseries: *a\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		spec, err := dispatch.ParseSeries("f.yaml", src)
		if err == nil && (spec.Name == "" || spec.Rule.Every < 1) {
			t.Errorf("accepted %+v", spec)
		}
		for _, e := range faultsOf(err) {
			if _, where, _ := strings.Cut(e, " "); !strings.HasPrefix(where, "f.yaml:") {
				t.Errorf("an error without a line: %s", e)
			}
		}
	})
}
