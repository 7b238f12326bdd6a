package pgtest_test

import (
	"os"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func TestDatabasesAreMigratedEmptyAndApart(t *testing.T) {
	t.Parallel()
	a, b := pgtest.New(t), pgtest.New(t)
	if err := a.CheckSchema(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.MakeContact(pgtest.Reachable(1))
	if here, there := a.Int(`SELECT count(*) FROM contact`), b.Int(`SELECT count(*) FROM contact`); here != 1 || there != 0 {
		t.Errorf("%d and %d contacts, want 1 and 0", here, there)
	}
}

func TestMakesACaseWithAnAttemptAndAResponse(t *testing.T) {
	t.Parallel()
	d := pgtest.New(t)
	d.MakeSenders()
	k := d.MakeCampaign(survey.Campaign{})
	inv := d.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: d.MakeContact(pgtest.Reachable(1))})
	attempt := d.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS})
	d.MakeResponse(inv, survey.ResponseSubmitted, survey.Web, survey.Answers{"huong": {Value: "1"}})
	c, err := d.Case(t.Context(), inv)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Attempts) != 1 || c.Attempts[0].ID != attempt || c.Answers["huong"].Value != "1" {
		t.Errorf("the case has %d attempts and %d answers, want one each", len(c.Attempts), len(c.Answers))
	}
}
