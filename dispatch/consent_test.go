package dispatch_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestConsentIsALedger(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	listed(t, db, pgtest.Reachable(1))
	now := pgtest.Day()
	record := func(r dispatch.ConsentRequest) (view.ConsentLedger, error) {
		r.Ref, r.Actor = "ctv00001", "lan"
		now = now.Add(time.Hour)
		r.Now = now
		return dispatch.RecordConsent(t.Context(), db, r)
	}
	given := func(l view.ConsentLedger) (out string) {
		for _, s := range l.States {
			out += map[bool]string{true: "+", false: "-"}[s.Given]
		}
		return out
	}
	for _, step := range []struct {
		r    dispatch.ConsentRequest
		want string // survey by mail, SMS, call, then duty reports
	}{
		{dispatch.ConsentRequest{Withdraw: true, Channel: survey.SMS}, "+-++-+"},
		{dispatch.ConsentRequest{Channel: survey.SMS, Purpose: survey.PurposeDutyReport, Basis: "legal_duty"}, "+-++++"},
		{dispatch.ConsentRequest{Withdraw: true, Purpose: survey.PurposeSurvey, Evidence: "thư 12/12"}, "---+++"},
		{dispatch.ConsentRequest{Withdraw: true}, "------"},
		{dispatch.ConsentRequest{Channel: survey.Mail, Basis: "consent", Text: "Tôi đồng ý", Evidence: "phiếu 7"}, "+--+--"},
	} {
		l, err := record(step.r)
		if err != nil || given(l) != step.want {
			t.Errorf("%+v: %s, %v; want %s", step.r, given(l), err, step.want)
		}
	}
	l, err := dispatch.ShowConsent(t.Context(), db, "1")
	if err != nil || len(l.Rows) != 6 || l.Rows[5].TextShown != "Tôi đồng ý" || l.Rows[5].Evidence != "phiếu 7" || l.Rows[5].Actor != "lan" ||
		l.Rows[5].WithdrawnAt != nil || l.Rows[1].WithdrawnAt == nil || l.States[0].By != l.Rows[5].ID || !l.States[1].Withdrawn() {
		t.Errorf("ledger %+v, %v", l, err)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'consent' AND contact_id = 1 AND actor = 'lan' AND detail ? 'consent'`); n != 5 {
		t.Errorf("%d on record, want 5", n)
	}
	for where, r := range map[string]dispatch.ConsentRequest{
		"channel": {Channel: "fax", Basis: "consent", Evidence: "x"}, "purpose": {Purpose: "fun", Basis: "consent", Evidence: "x"},
		"basis": {Basis: "because"}, "evidence": {Basis: "consent", Text: "lời"},
	} {
		if _, err := record(r); survey.CodeOf(err) != survey.CodeUsage {
			t.Errorf("a wrong %s: %v", where, err)
		}
	}
	if _, err := dispatch.ShowConsent(t.Context(), db, "nobody"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("nobody: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM consent`); n != 6 {
		t.Errorf("%d rows, want 6: what was refused left one", n)
	}
}

// What the ledger is said to come to is what the list shows, whatever its rows.
func TestConsentStatesAreWhatTheListShows(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.Exec(`INSERT INTO import_run (source, file_sha256, basis, actor, started_at, state) VALUES ('s', '', 'appointment', 'a', now(), 'merged')`)
	chance := rand.New(rand.NewPCG(3, 14))
	for n := 1; n <= 60; n++ {
		id := db.MakeContact(pgtest.Reachable(n))
		db.Exec(`DELETE FROM consent WHERE contact_id = $1`, id)
		if chance.IntN(2) == 0 {
			db.Exec(`UPDATE contact SET import_id = 1 WHERE id = $1`, id)
		}
		for range chance.IntN(5) {
			channel := []string{"", "email", "sms", "call"}[chance.IntN(4)]
			purpose := []string{"", "survey", "duty_report"}[chance.IntN(3)]
			db.Exec(`INSERT INTO consent (contact_id, purpose, channel, basis, source, given_at, withdrawn_at)
				VALUES ($1, nullif($2, ''), nullif($3, ''), 'b', 's', now(), CASE WHEN $4 THEN now() END)`, id, purpose, channel, chance.IntN(2) == 0)
		}
	}
	lines, err := dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{Keys: noKeys})
	if err != nil || len(lines) != 60 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	missing := 0
	for _, line := range lines {
		l, err := dispatch.ShowConsent(t.Context(), db, line.Code)
		if err != nil {
			t.Fatal(err)
		}
		var want []survey.Channel
		for _, s := range l.States {
			if s.Purpose == survey.PurposeSurvey && !s.Given {
				want = append(want, s.Channel)
			}
		}
		missing += len(want)
		if !slices.Equal(line.NoConsent, want) {
			t.Errorf("%s: the list has %v, the ledger %v: %+v", line.Code, line.NoConsent, want, l.Rows)
		}
	}
	lines, err = dispatch.ListContacts(t.Context(), db, dispatch.ContactQuery{Keys: noKeys, NoConsent: survey.Channels()})
	cover, bad := dispatch.Coverage(t.Context(), db, dispatch.CoverageRequest{Keys: noKeys})
	if err != nil || bad != nil || missing == 0 || len(lines) == 60 || cover[0].NoConsentMail+cover[0].NoConsentSMS+cover[0].NoConsentCall != missing {
		t.Errorf("%d lines without, coverage %+v, want %d missing in all; %v, %v", len(lines), cover, missing, err, bad)
	}
}
