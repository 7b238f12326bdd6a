package dispatch_test

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// aftermath is a campaign in the field whose people stand in every way after a
// mail; who is what by name.
func aftermath(t *testing.T) (db *pgtest.DB, who map[string]survey.InvitationID, now time.Time) {
	t.Helper()
	db = pgtest.New(t)
	db.MakeSenders()
	p := pgtest.Protocol()
	p.Gap = survey.Span(time.Hour)
	k := db.MakeCampaign(survey.Campaign{Protocol: p})
	now = k.LaunchedAt.Add(26 * time.Hour)
	who = map[string]survey.InvitationID{}
	for i, c := range []struct {
		name   string
		state  survey.InvitationState
		code   survey.Disposition
		mail   survey.AttemptState
		reason survey.Reason
	}{
		{"refused by their server", survey.InvitationClosed, survey.Undelivered, survey.AttemptFailed, survey.ReasonPermanent},
		{"failed, still open", survey.InvitationOpen, "", survey.AttemptFailed, survey.ReasonConfig},
		{"came back", survey.InvitationClosed, survey.Undelivered, survey.AttemptUndelivered, survey.ReasonBounce},
		{"silent", survey.InvitationOpen, "", survey.AttemptSent, survey.ReasonHandedOver},
		{"silent, delivered", survey.InvitationOpen, "", survey.AttemptDelivered, survey.ReasonHandedOver},
		{"began", survey.InvitationStarted, "", survey.AttemptSent, survey.ReasonHandedOver},
		{"answered", survey.InvitationClosed, survey.Complete, survey.AttemptSent, survey.ReasonHandedOver},
		{"declined", survey.InvitationClosed, survey.RefusalByPerson, survey.AttemptFailed, survey.ReasonPermanent},
		{"in doubt", survey.InvitationOpen, "", survey.AttemptUnknown, survey.ReasonInDoubt},
		{"waits", survey.InvitationOpen, "", survey.AttemptQueued, ""},
	} {
		inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(i + 1)), State: c.state, Disposition: c.code})
		a := survey.Attempt{InvitationID: inv, Step: "mail", Channel: survey.Mail, State: c.mail, Reason: c.reason, DueAt: k.LaunchedAt}
		switch c.mail {
		case survey.AttemptSent, survey.AttemptDelivered, survey.AttemptUndelivered:
			a.SentAt = k.LaunchedAt
		}
		db.MakeAttempt(a)
		if c.state == survey.InvitationStarted {
			db.Exec(`UPDATE invitation SET human_at = $2 WHERE id = $1`, inv, now)
		}
		who[c.name] = inv
	}
	return db, who, now
}

func resendOrder(now time.Time) dispatch.Order {
	o := order("vi-du")
	o.Now = now
	return o
}

// Each group gets its last contact again, in the same ledger, and nobody else does;
// whoever asks twice sends once.
func TestAResendReachesItsGroup(t *testing.T) {
	t.Parallel()
	for group, want := range map[dispatch.Group]struct {
		names    []string
		reopened int
	}{
		dispatch.GroupFailed:      {[]string{"refused by their server", "failed, still open"}, 1},
		dispatch.GroupUndelivered: {[]string{"came back"}, 1},
		dispatch.GroupUnanswered:  {[]string{"silent", "silent, delivered"}, 0},
	} {
		db, who, now := aftermath(t)
		before := db.Int(`SELECT count(*) FROM attempt`)
		dry, err := dispatch.Resend(t.Context(), db, group, true, resendOrder(now))
		if err != nil || dry.Planned[survey.Mail] != len(want.names) || dry.Reopened != want.reopened || dry.People != len(want.names) || !dry.Dry {
			t.Errorf("%s: %+v, %v; want %d", group, dry, err, len(want.names))
		}
		if n := db.Int(`SELECT count(*) FROM attempt`) + db.Int(`SELECT count(*) FROM event`) + db.Int(`SELECT count(*) FROM audit`); n != before {
			t.Errorf("%s: a dry run wrote", group)
		}
		got, err := dispatch.Resend(t.Context(), db, group, false, resendOrder(now))
		dry.Dry = false
		if err != nil || fmt.Sprint(got) != fmt.Sprint(dry) {
			t.Errorf("%s: %+v, %v; the dry run said %+v", group, got, err, dry)
		}
		for _, name := range want.names {
			if n := db.Int(`SELECT count(*) FROM attempt a JOIN attempt_waiting w ON w.attempt_id = a.id JOIN invitation i ON i.id = a.invitation_id
				WHERE a.invitation_id = $1 AND a.step = 'mail' AND a.try = 2 AND a.state = 'queued' AND i.state = 'open' AND i.disposition IS NULL
				AND i.closed_at IS NULL`, who[name]); n != 1 {
				t.Errorf("%s: %q has %d further tries that wait, want 1", group, name, n)
			}
		}
		if n := db.Int(`SELECT count(*) FROM attempt`); n != before+len(want.names) {
			t.Errorf("%s: %d new contacts, want %d", group, n-before, len(want.names))
		}
		again, err := dispatch.Resend(t.Context(), db, group, false, resendOrder(now))
		if err != nil || again.People != 0 {
			t.Errorf("%s: asked again, %+v, %v", group, again, err)
		}
		if n := db.Int(`SELECT count(*) FROM event WHERE kind = 'invitation_reopened' AND actor = 'lan' AND args->>'from' = '3.30'`); n != want.reopened {
			t.Errorf("%s: %d reopenings on record, want %d", group, n, want.reopened)
		}
	}
}

// What stands against a contact stands against one that staff ask for.
func TestAResendHeedsWhatThePlannerHeeds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil string
		want  map[survey.Reason]int
	}{
		"do not contact": {`INSERT INTO suppression (contact_id, scope, source, at) SELECT id, 'all', 'staff', now() FROM contact`, map[survey.Reason]int{survey.ReasonSuppressed: 2}},
		"dead address":   {`UPDATE endpoint SET status = 'dead' WHERE kind = 'email'`, map[survey.Reason]int{survey.ReasonDeadEndpoint: 2}},
		"month cap":      {`UPDATE campaign SET protocol = protocol || '{"month_cap": 1}'`, map[survey.Reason]int{survey.ReasonCap: 2}},
		"no sender":      {`UPDATE sender SET active = false WHERE channel = 'email'`, map[survey.Reason]int{survey.ReasonConfig: 2}},
		"has left":       {`UPDATE contact SET left_at = now()`, map[survey.Reason]int{survey.ReasonNoEndpoint: 2}},
	} {
		db, _, now := aftermath(t)
		db.Exec(c.spoil)
		before := db.Int(`SELECT count(*) FROM attempt`)
		got, err := dispatch.Resend(t.Context(), db, dispatch.GroupUnanswered, false, resendOrder(now))
		if err != nil || got.People != 2 || len(got.Planned) != 0 || !maps.Equal(got.Left, c.want) {
			t.Errorf("%s: %+v, %v; want %v", name, got, err, c.want)
		}
		if n := db.Int(`SELECT count(*) FROM attempt`); n != before {
			t.Errorf("%s: %d contacts", name, n-before)
		}
	}
	db, _, now := aftermath(t)
	db.Exec(`UPDATE campaign SET protocol = protocol || '{"gap": "48h"}'`)
	if got, err := dispatch.Resend(t.Context(), db, dispatch.GroupUnanswered, false, resendOrder(now)); err != nil || got.Planned[survey.Mail] != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE try = 2 AND due_at = $1`, now.Add(22*time.Hour)); n != 2 {
		t.Errorf("%d wait for the gap, want 2", n)
	}
	if _, err := dispatch.Resend(t.Context(), db, "all", false, resendOrder(now)); survey.CodeOf(err) != survey.CodeResendGroup {
		t.Errorf("no group: %v", err)
	}
}

// Several people who ask at once, beside the planner, send once.
func TestResendsThatRaceSendOnce(t *testing.T) {
	t.Parallel()
	db, _, now := aftermath(t)
	var wg sync.WaitGroup
	sum := make(chan view.Resent, 8)
	for range 8 {
		wg.Go(func() {
			got, err := dispatch.Resend(t.Context(), db, dispatch.GroupFailed, false, resendOrder(now))
			if err != nil {
				t.Error(err)
			}
			sum <- got
		})
	}
	wg.Wait()
	close(sum)
	planned := 0
	for got := range sum {
		planned += got.Planned[survey.Mail]
	}
	if n := db.Int(`SELECT count(*) FROM attempt WHERE try > 1`); planned != 2 || n != 2 {
		t.Errorf("%d planned, %d in the ledger, want 2", planned, n)
	}
}

// One person gets their last contact again and nobody else does, whatever became of it;
// asked twice it is sent once, and who was never written to is none.
func TestAResendToOnePerson(t *testing.T) {
	t.Parallel()
	db, who, now := aftermath(t)
	before := db.Int(`SELECT count(*) FROM attempt`)
	ref := func(name string) string {
		return db.Text(`SELECT c.code FROM invitation i JOIN contact c ON c.id = i.contact_id WHERE i.id = $1`, who[name])
	}
	for _, c := range []struct {
		name            string
		planned, people int
	}{{"began", 1, 1}, {"came back", 1, 1}, {"began", 0, 1}, {"in doubt", 0, 1}, {"answered", 0, 0}} {
		got, err := dispatch.ResendTo(t.Context(), db, ref(c.name), resendOrder(now))
		if err != nil || got.Planned[survey.Mail] != c.planned || got.People != c.people {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if n := db.Int(`SELECT count(*) FROM attempt`); n != before+2 {
		t.Errorf("%d attempts more", n-before)
	}
	if state := db.Text(`SELECT state FROM invitation WHERE id = $1`, who["came back"]); state != "open" {
		t.Errorf("the case is %s", state)
	}
	o := resendOrder(now)
	o.Words = ""
	if _, err := dispatch.ResendTo(t.Context(), db, ref("silent"), o); survey.CodeOf(err) != survey.CodeReasonMissing {
		t.Error(err)
	}
	if _, err := dispatch.ResendTo(t.Context(), db, "khong-co", resendOrder(now)); survey.CodeOf(err) != survey.CodeNotFound {
		t.Error(err)
	}
}
