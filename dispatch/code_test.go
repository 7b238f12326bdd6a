package dispatch_test

import (
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// coding asks for person 1 of a campaign to be coded.
func coding(db *pgtest.DB, t *testing.T, code survey.Disposition, change ...func(*dispatch.CodeRequest)) (view.Coded, error) {
	t.Helper()
	r := dispatch.CodeRequest{Campaign: "vi-du", Contact: "ctv00001", Code: code, Reason: "người nhà báo qua điện thoại", Actor: "lan",
		Now: pgtest.Day().Add(time.Hour)}
	for _, c := range change {
		c(&r)
	}
	return dispatch.SetCode(t.Context(), db, r)
}

func withdraw(r *dispatch.CodeRequest) { r.Code, r.Withdraw = "", true }

func (c stand) of(t *testing.T, db *pgtest.DB) {
	t.Helper()
	got := stand{survey.Disposition(db.Text(`SELECT coalesce(disposition, '') FROM invitation ORDER BY id LIMIT 1`)),
		survey.Reason(db.Text(`SELECT disposition_reason FROM invitation ORDER BY id LIMIT 1`))}
	if got != c {
		t.Errorf("the case stands at %+v, want %+v", got, c)
	}
}

// stand is where a case stands.
type stand struct {
	code survey.Disposition
	why  survey.Reason
}

// Staff code an open case: it closes, nothing more is sent, and it is on record
// who said so and why.
func TestStaffCodeAnOpenCase(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 2)
	sent := db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.Mail, State: survey.AttemptSending})
	queued := db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.SMS})
	other := db.MakeAttempt(survey.Attempt{InvitationID: 2, Channel: survey.SMS})
	done, err := coding(db, t, survey.Away)
	if err != nil || done != (view.Coded{InvitationID: 1, Code: survey.Away}) {
		t.Fatalf("%+v, %v", done, err)
	}
	stand{survey.Away, survey.ReasonStaff}.of(t, db)
	for id, want := range map[survey.AttemptID]string{sent: "sending", queued: "cancelled", other: "queued"} {
		if got := db.Text(`SELECT state FROM attempt WHERE id = $1`, id); got != want {
			t.Errorf("attempt %d is %s, want %s", id, got, want)
		}
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'invitation_coded' AND actor = 'lan' AND reason = 'staff' AND invitation_id = 1
		AND args->>'code' = '2.25' AND args->>'record' = '3.19' AND args->>'from' = ''`); n != 1 {
		t.Errorf("%d events say so, want 1", n)
	}
	if n := db.Int(`SELECT count(*) FROM audit WHERE act = 'code' AND contact_id = 1 AND actor = 'lan' AND reason LIKE 'người nhà%'`); n != 1 {
		t.Errorf("%d acts on record, want 1", n)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE args::text LIKE '%người nhà%'`); n != 0 {
		t.Error("the words of staff stand in an event, which no erasure empties")
	}
	if n := db.Int(`SELECT count(*) FROM suppression`); n != 0 {
		t.Errorf("%d suppressions", n)
	}
}

// The last word of staff counts, until the record outranks it.
func TestTheLastWordOfStaffCounts(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 1)
	db.MakeAttempt(survey.Attempt{InvitationID: 1, Channel: survey.Mail, State: survey.AttemptDelivered, SentAt: pgtest.Day()})
	must := func(code survey.Disposition, change ...func(*dispatch.CodeRequest)) {
		t.Helper()
		if _, err := coding(db, t, code, change...); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(want survey.Code, code survey.Disposition, change ...func(*dispatch.CodeRequest)) {
		t.Helper()
		if _, err := coding(db, t, code, change...); survey.CodeOf(err) != want || survey.KindOf(err) != survey.Conflict {
			t.Errorf("%s: %v, want %s", code, err, want)
		}
	}
	refused(survey.CodeNotByStaff, "", withdraw)
	must(survey.NotEligible)
	must(survey.Away) // 4.90 was a mistake, though it ranks higher
	stand{survey.Away, survey.ReasonStaff}.of(t, db)
	must("", withdraw)
	stand{survey.NothingReturned, survey.ReasonEnded}.of(t, db)
	refused(survey.CodeNotByStaff, "", withdraw)
	must(survey.Unable)
	db.Exec(`UPDATE invitation SET human_at = now()`) // she begins: what staff know still ranks higher
	must(survey.OtherLanguage)
	refused(survey.CodeOutranked, survey.Away)
	must("", withdraw)
	stand{survey.LoggedOnOnly, survey.ReasonStarted}.of(t, db)
	refused(survey.CodeOutranked, survey.Away)
	must(survey.RefusalByOther)
	db.Exec(`UPDATE invitation SET disposition = '1.1'`)
	refused(survey.CodeOutranked, survey.NotEligible)
	refused(survey.CodeNotByStaff, "", withdraw)
	stand{survey.Complete, survey.ReasonStaff}.of(t, db)
}

func TestCodingIsRefused(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 2)
	db.MakeContact(pgtest.Reachable(9))
	for name, c := range map[string]struct {
		code   survey.Disposition
		change func(*dispatch.CodeRequest)
		want   survey.Code
	}{
		"no reason":         {survey.Away, func(r *dispatch.CodeRequest) { r.Reason = "  " }, survey.CodeReasonMissing},
		"a complete":        {survey.Complete, nil, survey.CodeNotForStaff},
		"silence":           {survey.NothingReturned, nil, survey.CodeNotForStaff},
		"no code":           {"9.99", nil, survey.CodeNotForStaff},
		"no such campaign":  {survey.Away, func(r *dispatch.CodeRequest) { r.Campaign = "khac" }, survey.CodeNotFound},
		"no such person":    {survey.Away, func(r *dispatch.CodeRequest) { r.Contact = "CTV77777" }, survey.CodeNotFound},
		"not in the sample": {survey.Away, func(r *dispatch.CodeRequest) { r.Contact = "CTV00009" }, survey.CodeNotInSample},
	} {
		change := c.change
		if change == nil {
			change = func(*dispatch.CodeRequest) {}
		}
		if _, err := coding(db, t, c.code, change); survey.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	db.Exec(`UPDATE invitation SET state = 'held', plan_at = NULL WHERE id = 1`)
	if _, err := coding(db, t, survey.Away); survey.CodeOf(err) != survey.CodeState {
		t.Errorf("not released: %v", err)
	}
	db.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.19', closed_at = now() WHERE id = 1`)
	db.Exec(`UPDATE campaign SET state = 'archived', closed_at = now() WHERE id = $1`, k.ID)
	if _, err := coding(db, t, survey.Away); survey.CodeOf(err) != survey.CodeState {
		t.Errorf("archived: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'invitation_coded'`) + db.Int(`SELECT count(*) FROM audit`); n != 0 {
		t.Errorf("%d traces of what was refused", n)
	}
}

// The family of whoever has died is not written to again, by this campaign or any.
func TestNobodyWritesToTheDead(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 2)
	if _, err := coding(db, t, survey.Deceased); err != nil {
		t.Fatal(err)
	}
	if n := db.Int(`SELECT count(*) FROM suppression WHERE contact_id = 1 AND scope = 'all' AND channel IS NULL AND source = 'staff' AND lifted_at IS NULL`); n != 1 {
		t.Errorf("%d suppressions, want 1", n)
	}
}

// Of twins that were merged, the one that was drawn is meant.
func TestCodingFindsTheTwinThatWasDrawn(t *testing.T) {
	t.Parallel()
	db, _ := fielding(t, 1)
	kept := db.MakeContact(pgtest.Reachable(50))
	db.Exec(`UPDATE contact SET merged_into = $1, left_at = now() WHERE id = 1`, kept)
	if _, err := coding(db, t, survey.Away, func(r *dispatch.CodeRequest) { r.Contact = "CTV00050" }); err != nil {
		t.Fatal(err)
	}
	stand{survey.Away, survey.ReasonStaff}.of(t, db)
}

// A contact is claimed in the very moment in which planning ends its case as never
// contacted: the scheduler finds it and mends the code, once.
func TestACaseThatWasContactedAfterAll(t *testing.T) {
	t.Parallel()
	db, k := fielding(t, 4)
	for i, a := range []survey.Attempt{{State: survey.AttemptSent, SentAt: k.EndsAt}, {State: survey.AttemptSending},
		{State: survey.AttemptCancelled}, {State: survey.AttemptFailed, Reason: survey.ReasonPermanent, SentAt: k.EndsAt}} {
		a.InvitationID, a.Channel = survey.InvitationID(i+1), survey.Mail
		db.MakeAttempt(a)
	}
	db.Exec(`UPDATE invitation SET state = 'closed', disposition = '3.11', closed_at = $1, plan_at = NULL`, k.EndsAt)
	tick(t, db, &heard{}, k.EndsAt.Add(time.Minute))
	tick(t, db, &heard{}, k.EndsAt.Add(time.Hour))
	if got := db.Text(`SELECT string_agg(disposition, ' ' ORDER BY id) FROM invitation`); got != "3.19 3.19 3.11 3.30" {
		t.Errorf("codes %s", got)
	}
	if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'invitation_reclassified' AND actor = 'scheduler' AND args->>'from' = '3.11'`); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}
