package dispatch_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

const decemberSpec = `name: ky-2026-12
title: {vi: Kỳ tháng 12, en: December round}
listed: known
questionnaire: vi_du
eligible: cum != "C9" and has_email
design: {method: stratified, size: 20, strata: [cum], minimum: 2}
protocol: short
`

// chance is randomness that a test can repeat.
func chance() *bytes.Reader {
	return bytes.NewReader(bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 7, 8}, 10_000))
}

// house is a database with senders, an office and a questionnaire.
func house(t *testing.T) *pgtest.DB {
	t.Helper()
	db := pgtest.New(t)
	db.MakeSenders()
	if err := db.SetOffice(t.Context(), pgtest.Office(), "test"); err != nil {
		t.Fatal(err)
	}
	db.MakeQuestionnaire("vi_du", pgtest.QuestionnaireSource)
	return db
}

func create(t *testing.T, db *pgtest.DB, source string) (survey.Campaign, error) {
	t.Helper()
	spec, err := dispatch.ParseSpec("ky.yaml", []byte(source))
	if err != nil {
		return survey.Campaign{}, err
	}
	return dispatch.CreateCampaign(t.Context(), db, dispatch.CampaignRequest{Spec: spec, Actor: "lan", Now: pgtest.Day(), Rand: chance()})
}

// codes are the codes and places of all errors that were joined.
func codes(err error) map[string]string {
	out := map[string]string{}
	var several interface{ Unwrap() []error }
	var one *survey.Error
	switch {
	case errors.As(err, &several):
		for _, e := range several.Unwrap() {
			maps.Copy(out, codes(e))
		}
	case errors.As(err, &one):
		out[string(one.Code)] = one.Where
	}
	return out
}

func TestCreateCampaign(t *testing.T) {
	t.Parallel()
	db := house(t)
	k, err := create(t, db, decemberSpec+"office: {phone: 1900 9999}\n")
	if err != nil {
		t.Fatal(err)
	}
	got, err := db.CampaignByName(t.Context(), "ky-2026-12")
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != k.ID || got.State != survey.CampaignDraft || got.Purpose != survey.PurposeSurvey ||
		got.Confidentiality != survey.Identified || got.Listed != survey.EligibilityKnown {
		t.Errorf("campaign %+v", got)
	}
	if got.Protocol.Name != "short" || len(got.Protocol.Steps) == 0 {
		t.Errorf("protocol %q with %d steps, want the ready one", got.Protocol.Name, len(got.Protocol.Steps))
	}
	if got.Design.Seed == 0 || got.Design.Seed >= 1<<53 {
		t.Errorf("seed %d, want one of 53 bits", got.Design.Seed)
	}
	if got.Office.Phone != "1900 9999" || got.Office.Mail != pgtest.Office().Mail {
		t.Errorf("office %+v, want the installation's with the spec's phone", got.Office)
	}
	if !got.Eligibility.Match(func(f string) string { return map[string]string{"cum": "C1", "has_email": "yes"}[f] }) {
		t.Errorf("eligibility %+v", got.Eligibility)
	}
	if _, err := create(t, db, decemberSpec); survey.CodeOf(err) != survey.CodeNameTaken {
		t.Errorf("the same name again: %v, want name_taken", err)
	}
}

func TestASpecWrittenOutInFull(t *testing.T) {
	t.Parallel()
	db := house(t)
	k, err := create(t, db, `
name: khan
title: {vi: Khẩn}
purpose: duty_report
confidentiality: identified
questionnaire: vi_du@1
protocol:
  name: one-mail
  zone: Asia/Ho_Chi_Minh
  length: 2d
  gap: 1h
  day_caps: {email: 3}
  steps:
    - {name: mail, channel: email, text: invitation}
`)
	if err != nil {
		t.Fatal(err)
	}
	if k.Protocol.Steps[0].Channel != survey.Mail || k.Design.Method != survey.Census || k.Purpose != survey.PurposeDutyReport {
		t.Errorf("campaign %+v", k)
	}
}

func TestASpecIsRefusedWithEveryErrorAndItsLine(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		source string
		want   map[string]string
	}{
		"not YAML":     {"name: [", map[string]string{"yaml_invalid": "ky.yaml:1"}},
		"not a map":    {"- a", map[string]string{"yaml_invalid": "ky.yaml:1"}},
		"empty":        {"", map[string]string{"yaml_invalid": "ky.yaml:1"}},
		"unknown key":  {"name: a\ncolour: red\n", map[string]string{"unknown_key": "ky.yaml:2"}},
		"unknown deep": {"name: a\ndesign:\n  method: census\n  sise: 3\n", map[string]string{"unknown_key": "ky.yaml:4"}},
		"wrong type":   {"name: a\ndesign:\n  size: many\n", map[string]string{"yaml_invalid": "ky.yaml:3"}},
		"several wrong": {strings.NewReplacer("short", "weekly", "has_email", "has_email and", "stratified", "lottery", "vi_du", "nothing").Replace(decemberSpec),
			map[string]string{"protocol_invalid": "ky.yaml:7", "eligibility_invalid": "ky.yaml:5", "campaign_invalid": "ky.yaml:6", "not_found": "ky.yaml:4"}},
		"no size":     {strings.Replace(decemberSpec, "size: 20, ", "", 1), map[string]string{"sample_size": "ky.yaml:6"}},
		"anonymous":   {decemberSpec + "confidentiality: anonymous\n", map[string]string{"anonymous_web_only": "ky.yaml:7"}},
		"a level":     {decemberSpec + "confidentiality: secret\n", map[string]string{"campaign_invalid": "ky.yaml:8"}},
		"long sender": {decemberSpec + "office: {short: {vi: Văn phòng Dư luận xã hội}}\n", map[string]string{"office_incomplete": "ky.yaml:8"}},
		"inline protocol": {strings.Replace(decemberSpec, "protocol: short", "protocol: {name: x, zone: Mars, length: 1d, day_caps: {email: 2}, steps: [{name: a, channel: email, text: invitation}]}", 1),
			map[string]string{"protocol_invalid": "ky.yaml:7"}},
	}
	db := house(t)
	for name, c := range cases {
		if _, err := create(t, db, c.source); !maps.Equal(codes(err), c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM campaign`); n != 0 {
		t.Errorf("%d campaigns were created", n)
	}
}

func TestACampaignNeedsItsSenders(t *testing.T) {
	t.Parallel()
	db := house(t)
	db.Exec(`UPDATE sender SET can_receive = false WHERE channel = 'sms'`)
	db.Exec(`UPDATE sender SET active = false WHERE channel = 'call'`)
	_, err := create(t, db, decemberSpec)
	got := slices.Sorted(maps.Keys(codes(err)))
	if !slices.Equal(got, []string{"sender_cannot_receive", "sender_missing"}) {
		t.Errorf("errors %v", err)
	}
}

func TestPublishQuestionnaire(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	publish := func(src string) (dispatch.Published, error) {
		return dispatch.PublishQuestionnaire(t.Context(), db, dispatch.QuestionnaireRequest{File: "q.yaml", Source: []byte(src),
			Actor: "lan", Now: pgtest.Day()})
	}
	first, err := publish(pgtest.QuestionnaireSource)
	if err != nil || !first.Fresh || first.Source.Version != 1 {
		t.Fatalf("published %+v, %v; want version 1", first.Source.Version, err)
	}
	again, err := publish(strings.ReplaceAll(pgtest.QuestionnaireSource, "\n", "\r\n"))
	if err != nil || again.Fresh || again.Source.ID != first.Source.ID {
		t.Errorf("the same text again: fresh %v, %v; want the same version", again.Fresh, err)
	}
	second, err := publish(strings.Replace(pgtest.QuestionnaireSource, "Better", "Improving", 1))
	if err != nil || !second.Fresh || second.Source.Version != 2 {
		t.Errorf("another text: version %d, %v; want 2", second.Source.Version, err)
	}
	if _, err := publish("name: vi_du\nquestions: nothing\ncolour: red\n"); len(codes(err)) < 2 {
		t.Errorf("errors %v, want several", err)
	}
	latest, err := db.Questionnaire(t.Context(), "vi_du", 0)
	if err != nil || latest.Version != 2 {
		t.Errorf("latest is version %d, %v", latest.Version, err)
	}
	if _, err := db.Questionnaire(t.Context(), "vi_du", 3); survey.KindOf(err) != survey.NotFound {
		t.Errorf("version 3: %v, want not found", err)
	}
	if _, err := db.SQL().ExecContext(t.Context(), `UPDATE questionnaire SET source = ''`); err == nil {
		t.Error("a published questionnaire was changed")
	}
	list, err := db.Questionnaires(t.Context())
	if err != nil || len(list) != 2 || list[0].Version != 2 || list[0].Title[survey.English] != "Example" {
		t.Errorf("list %+v, %v", list, err)
	}
}

// What a level needs to be true is asked for where the campaign is created.
func TestLevelsThatCannotBeKeptAreRefused(t *testing.T) {
	t.Parallel()
	db := house(t)
	until := survey.Custody{Holder: "Lê Văn Giữ", Until: survey.Span(90 * 24 * time.Hour)}
	mails := pgtest.Protocol()
	for name, tc := range map[string]struct {
		change func(*dispatch.Spec)
		want   map[string]string
	}{
		"confidential":          {func(s *dispatch.Spec) { s.Confidentiality = survey.Confidential }, map[string]string{"custody_incomplete": "custody"}},
		"confidential, custody": {func(s *dispatch.Spec) { s.Confidentiality, s.Custody = survey.Confidential, until }, map[string]string{}},
		"custody of nothing":    {func(s *dispatch.Spec) { s.Custody = until }, map[string]string{"campaign_invalid": "custody"}},
		"anonymous by text": {func(s *dispatch.Spec) {
			s.Confidentiality = survey.Anonymous
			s.Protocol = survey.Protocol{Name: "monthly"}
		}, map[string]string{"anonymous_web_only": "protocol"}},
		"anonymous by link":        {func(s *dispatch.Spec) { s.Confidentiality = survey.Anonymous }, map[string]string{}},
		"anonymous duty":           {func(s *dispatch.Spec) { s.Confidentiality, s.Purpose = survey.Anonymous, survey.PurposeDutyReport }, map[string]string{"level_purpose": "confidentiality"}},
		"keeps what is no stratum": {func(s *dispatch.Spec) { s.Confidentiality, s.Keep = survey.Anonymous, []survey.Kept{{Field: "xa"}} }, map[string]string{"keep_unknown": "keep"}},
		"keeps of an identified":   {func(s *dispatch.Spec) { s.Keep = []survey.Kept{} }, map[string]string{"campaign_invalid": "keep"}},
	} {
		spec := dispatch.Spec{Name: strings.NewReplacer(" ", "-", ",", "").Replace(name), Title: map[survey.Lang]string{survey.Vietnamese: "Kỳ"}, Questionnaire: "vi_du",
			Design: survey.Design{Method: survey.Stratified, Size: 20, Strata: []string{"cum"}}, Protocol: mails}
		tc.change(&spec)
		_, err := dispatch.CreateCampaign(t.Context(), db, dispatch.CampaignRequest{Actor: "lan", Now: pgtest.Day(), Rand: rand.Reader, Spec: spec})
		if got := codes(err); !maps.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

// A campaign that is created with a budget counts what it spends from the start;
// one without counts nothing.
func TestABudgetIsCountedFromTheStart(t *testing.T) {
	t.Parallel()
	db := house(t)
	for i, c := range []struct {
		budget string
		want   int
	}{{"budget: 400000\nrate: 2\n", 1}, {"", 0}} {
		k, err := create(t, db, strings.Replace(decemberSpec, "ky-2026-12", "ky-"+strconv.Itoa(i), 1)+c.budget)
		if err != nil {
			t.Fatal(err)
		}
		if n := db.Int(`SELECT count(*) FROM campaign_spend s JOIN campaign k ON k.id = s.campaign_id WHERE k.id = $1 AND s.spent = 0
			AND k.budget = 400000 AND k.rate = 2`, k.ID); n != c.want {
			t.Errorf("%q: %d counters, want %d", c.budget, n, c.want)
		}
	}
}

// A mode that cannot carry every path is refused with its step and question; a
// campaign that asks by the web alone may use the same questionnaire.
func TestACampaignUsesOnlyModesThatAreOpen(t *testing.T) {
	t.Parallel()
	db := house(t)
	db.MakeQuestionnaire("tam", `name: tam
title: Tám
questions:
  - {name: a, type: single, kind: fact, label: Gì, choices: {1: a, 2: b, 3: c, 4: d, 5: e, 6: g, 7: h, 8: i}}
`)
	spec := `name: %s
title: {vi: Tám}
questionnaire: tam
protocol:
  name: x
  zone: Asia/Ho_Chi_Minh
  length: 2d
  gap: 1h
  day_caps: {email: 3, call: 1}
  steps:
    - {name: buoc, channel: %s, text: invitation}
`
	_, err := create(t, db, fmt.Sprintf(spec, "goi", "call"))
	var one *survey.Error
	if _, ok := codes(err)["mode_refused"]; !ok {
		t.Errorf("by calls: %v, want mode_refused", err)
	}
	if errors.As(err, &one) && one.Code == survey.CodeModeRefused && (one.Args["step"] != "buoc" || one.Args["name"] != "a") {
		t.Errorf("args %v", one.Args)
	}
	if _, err := create(t, db, fmt.Sprintf(spec, "thu", "email")); err != nil {
		t.Errorf("by mail: %v", err)
	}
}
