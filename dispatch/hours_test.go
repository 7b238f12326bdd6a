package dispatch_test

import (
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestSetHours(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	who := pgtest.Reachable(0)
	who.Code = "CTV001"
	db.MakeContact(who)
	r := dispatch.PersonRequest{Ref: "CTV001", Reason: "gọi điện ngày 03/12", Actor: "lan", Now: pgtest.Day()}
	card, err := dispatch.SetHours(t.Context(), db, ring(t), r, survey.HoursEvening)
	if err != nil || card.Hours != survey.HoursEvening || card.HoursSource != survey.HoursFromStaff || !card.HoursAt.Equal(r.Now) {
		t.Errorf("%+v, %v", card, err)
	}
	for code, c := range map[survey.Code]struct {
		ref, reason string
		h           survey.Hours
	}{
		survey.CodeUsage:         {"CTV001", "x", "noon"},
		survey.CodeReasonMissing: {"CTV001", " ", survey.HoursAny},
		survey.CodeNotFound:      {"CTV404", "x", survey.HoursAny},
	} {
		r.Ref, r.Reason = c.ref, c.reason
		if _, err := dispatch.SetHours(t.Context(), db, ring(t), r, c.h); survey.CodeOf(err) != code {
			t.Errorf("%+v: %v, want %s", c, err, code)
		}
	}
	if _, err := dispatch.SetHours(t.Context(), db, ring(t), dispatch.PersonRequest{Ref: "CTV001"}, ""); survey.CodeOf(err) != survey.CodeUsage {
		t.Errorf("no hours: %v", err)
	}
}

// A plan says whom it will never reach because of their hours, and a person who says
// other ones is contacted after all.
func TestAPlanForeseesThePersonsHours(t *testing.T) {
	t.Parallel()
	db := house(t)
	for i := range 6 {
		c := pgtest.Reachable(i)
		c.Endpoints = c.Endpoints[1:] // by telephone only
		if i < 2 {
			c.Hours = survey.HoursEvening
		}
		db.MakeContact(c)
	}
	_, err := create(t, db, `name: ky-2026-12
title: {vi: Kỳ, en: Round}
questionnaire: vi_du
design: {method: srs, size: 6}
protocol:
  name: goi
  zone: Asia/Ho_Chi_Minh
  length: 3d
  windows: {call: {from: "08:00", to: "17:00"}}
  day_caps: {call: 1}
  steps:
    - {name: goi, channel: call, text: invitation}
`)
	if err != nil {
		t.Fatal(err)
	}
	now := pgtest.Day() // 15:00 in Viet Nam, a Tuesday
	f, each := foretell(t, db, now)
	if f.Contacted != 4 || f.Never[survey.ReasonHours] != 2 || len(each) != 4 {
		t.Errorf("contacted %d, never %v", f.Contacted, f.Never)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), dispatch.Order{Campaign: "ky-2026-12", Actor: "lan", Now: now}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	tick(t, db, &heard{}, now)
	calls := func() int { return db.Int(`SELECT count(*) FROM attempt`) }
	if n := calls(); n != 4 {
		t.Errorf("%d calls are planned, want 4", n)
	}
	if n := db.Int(`SELECT count(*) FROM invitation WHERE state = 'open'`); n != 6 {
		t.Errorf("%d cases are open, want all 6: the two may still say other hours", n)
	}
	code := db.Text(`SELECT id FROM contact WHERE hours = 'evening' ORDER BY id LIMIT 1`)
	_, err = dispatch.SetHours(t.Context(), db, ring(t), dispatch.PersonRequest{Ref: code, Reason: "gọi điện", Actor: "lan", Now: now}, survey.HoursOffice)
	if err != nil {
		t.Fatal(err)
	}
	tick(t, db, &heard{}, now.Add(time.Minute))
	if n := calls(); n != 5 {
		t.Errorf("%d calls are planned after one said other hours, want 5", n)
	}
}
