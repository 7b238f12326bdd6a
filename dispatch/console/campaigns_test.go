package console_test

import (
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/staff"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Series are paused, resumed, skipped and run in the console, each with a reason.
func TestSeriesAreMoved(t *testing.T) {
	t.Parallel()
	d := office(t)
	_, err := dispatch.CreateSeries(t.Context(), d.db, dispatch.SeriesRequest{File: "x.yaml", Actor: "lan", Now: d.clock(), Source: []byte(`series: hang-thang
name: thang-{yyyy}-{mm}
title: {vi: "Ý kiến tháng {m}/{yyyy}"}
repeat: {every: month, on: 14, at: "08:00", from: 2026-11-01}
questionnaire: vi_du
design: {method: census, seed: 5}
protocol: monthly
`)})
	if err != nil {
		t.Fatal(err)
	}
	b := d.signedIn("mai", staff.Manager)
	viewer := d.signedIn("xem", staff.Viewer)
	for _, path := range []string{"/", "/campaigns"} {
		if got := b.get(path); !strings.Contains(got.body, "hang-thang") || !strings.Contains(got.body, "14/12/2026") {
			t.Errorf("%s does not show the dates to come", path)
		}
	}
	if got := viewer.get("/campaigns"); strings.Contains(got.body, "/series/") || strings.Contains(got.body, "/proposals") {
		t.Error("a viewer has buttons")
	}
	if got := b.post("/series/hang-thang/pause", url.Values{"words": {""}}); got.status != 422 {
		t.Errorf("without a reason: %d", got.status)
	}
	b.post("/series/hang-thang/pause", url.Values{"words": {"nghỉ Tết"}})
	if got := d.db.Text(`SELECT state || ' ' || note FROM series`); got != "paused nghỉ Tết" {
		t.Error(got)
	}
	b.post("/series/hang-thang/resume", url.Values{"words": {"hết Tết"}})
	if got := b.post("/series/hang-thang/skip", url.Values{"words": {"trùng đợt khác"}, "date": {"2026-12-14"}}); !strings.Contains(got.body, "Đã bỏ kỳ này.") {
		t.Errorf("not skipped: %s", alert(got))
	}
	if got := d.db.Text(`SELECT state FROM wave`); got != "skipped" {
		t.Error(got)
	}
	if got := b.post("/series/hang-thang/run", url.Values{"words": {"sớm"}, "date": {"2027-01-14"}}); got.status != 422 {
		t.Errorf("run before its time: %d", got.status)
	}
	if got := b.post("/series/hang-thang/run", url.Values{"words": {"làm bù"}, "date": {"2026-11-14"}}); !strings.Contains(got.body, "Đã phát kỳ này.") {
		t.Errorf("not run: %d %s", got.status, alert(got))
	}
	if got := d.db.Text(`SELECT string_agg(name, ',') FROM campaign WHERE state = 'fielding'`); got != "thang-2026-11" {
		t.Errorf("in the field: %s", got)
	}
	if got := b.post("/series/khong-co/pause", url.Values{"words": {"x"}}); got.status != 404 {
		t.Errorf("no such series: %d", got.status)
	}
}

// Campaigns are listed by pages and states; the draft of a proposal is none yet.
func TestCampaignsAreListed(t *testing.T) {
	t.Parallel()
	d := office(t)
	for i := range 53 {
		state := survey.CampaignArchived
		if i%2 == 0 {
			state = survey.CampaignFielding
		}
		d.db.MakeCampaign(survey.Campaign{Name: "dot-" + string(rune('a'+i/26)) + string(rune('a'+i%26)), State: state})
	}
	b := d.signedIn("xem", staff.Viewer)
	first := b.get("/campaigns")
	if n := strings.Count(first.body, `href="/campaigns/dot-`); n != 50 || !strings.Contains(first.body, "/campaigns?before=") {
		t.Fatalf("%d on the first page", n)
	}
	_, rest, _ := strings.Cut(first.body, `href="/campaigns?before=`)
	before, _, _ := strings.Cut(rest, `"`)
	if n := strings.Count(b.get("/campaigns?before="+before).body, `href="/campaigns/dot-`); n != 3 {
		t.Errorf("%d on the second", n)
	}
	if n := strings.Count(b.get("/campaigns?state=archived").body, `href="/campaigns/dot-`); n != 26 {
		t.Errorf("%d are archived", n)
	}
	for _, odd := range []string{"?state=x", "?before=x", "?before=-1"} {
		if got := b.get("/campaigns" + odd); got.status != 200 {
			t.Errorf("%s: %d", odd, got.status)
		}
	}
}

// What is launched without approval by a command is on record with its reason.
func TestACommandLaunchesWithoutApproval(t *testing.T) {
	t.Parallel()
	d := office(t)
	if err := d.db.WantApproval(t.Context(), true, view.Audit{At: pgtest.Day(), Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	spec, err := dispatch.ParseSpec("x.yaml", []byte("name: gap\ntitle: {vi: Gấp}\nquestionnaire: vi_du@1\nprotocol: urgent\n"))
	if err == nil {
		_, err = dispatch.CreateCampaign(t.Context(), d.db, dispatch.CampaignRequest{Spec: spec, Actor: "lan", Now: d.clock(), Rand: strings.NewReader(strings.Repeat("x", 64))})
	}
	if err != nil {
		t.Fatal(err)
	}
	o := dispatch.Order{Campaign: "gap", Actor: "lan", Now: d.clock()}
	if _, err := dispatch.Launch(t.Context(), d.db, ring(), o); survey.CodeOf(err) != survey.CodeApprovalMissing || d.db.Text(`SELECT state FROM campaign`) != "draft" {
		t.Errorf("launched: %v", err)
	}
	o.Unapproved = "lũ, không ai ở cơ quan"
	if _, err := dispatch.Launch(t.Context(), d.db, ring(), o); err != nil {
		t.Fatal(err)
	}
	if got := d.db.Text(`SELECT reason FROM audit WHERE act = 'proposal' AND detail ->> 'event' = 'unapproved'`); got != o.Unapproved {
		t.Errorf("on record: %s", got)
	}
}
