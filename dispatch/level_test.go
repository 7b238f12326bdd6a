package dispatch_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

// An anonymous campaign with a group that would point at somebody is not drawn; what is
// proposed instead is, and nothing finer stands beside answers then.
func TestAnAnonymousLaunchRefusesSmallGroupsAndShowsTheWay(t *testing.T) {
	t.Parallel()
	db := house(t)
	for i := range 40 {
		c := pgtest.Reachable(500 + i)
		c.Attributes = map[string]string{"vung": "to", "nho": "a"}
		if i < 3 {
			c.Attributes = map[string]string{"vung": "xa", "nho": "b"} // three people
		}
		db.MakeContact(c)
	}
	spec := dispatch.Spec{Name: "kin", Title: map[survey.Lang]string{survey.Vietnamese: "Kín"}, Questionnaire: "vi_du", Confidentiality: survey.Anonymous,
		Design: survey.Design{Method: survey.Census, Strata: []string{"vung"}}, Protocol: pgtest.Protocol()}
	k, err := dispatch.CreateCampaign(t.Context(), db, dispatch.CampaignRequest{Actor: "lan", Now: pgtest.Day(), Rand: rand.Reader, Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	o := dispatch.Order{Campaign: k.Name, Actor: "lan", Now: pgtest.Day()}
	_, err = dispatch.Launch(t.Context(), db, ring(t), o)
	if got := fmt.Sprint(err); survey.CodeOf(err) != survey.CodeGroupsSmall || !strings.Contains(got, "xa: 3") || !strings.Contains(got, "keep: []") {
		t.Errorf("launched with three people in a group: %v", err)
	}
	if n := db.Int(`SELECT count(*) FROM invitation`); n != 0 {
		t.Errorf("%d are invited all the same", n)
	}
	o.Coarsen = true
	if _, err := dispatch.Launch(t.Context(), db, ring(t), o); err != nil {
		t.Fatal(err)
	}
	if got := db.Text(`SELECT string_agg(stratum || '>' || kept, ' ' ORDER BY stratum) || ' ' || (SELECT keep::text FROM campaign) FROM stratum_draw`); got != "to> xa> []" {
		t.Errorf("kept %s", got)
	}
}

// uncustodied is a server on which everybody sees everything.
type uncustodied struct{ *pgtest.DB }

func (uncustodied) CustodyKept(context.Context) (bool, error) { return false, nil }

func TestAConfidentialCampaignIsNotLaunchedWithoutItsRole(t *testing.T) {
	t.Parallel()
	db := house(t)
	spec := dispatch.Spec{Name: "kin", Title: map[survey.Lang]string{survey.Vietnamese: "Kín"}, Questionnaire: "vi_du", Confidentiality: survey.Confidential,
		Custody: survey.Custody{Holder: "Lê Văn Giữ", Until: survey.Span(90 * 24 * 3600 * 1e9)}, Protocol: pgtest.Protocol()}
	k, err := dispatch.CreateCampaign(t.Context(), db, dispatch.CampaignRequest{Actor: "lan", Now: pgtest.Day(), Rand: rand.Reader, Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	db.MakeContact(pgtest.Reachable(1))
	o := dispatch.Order{Campaign: k.Name, Actor: "lan", Now: pgtest.Day()}
	if _, err := dispatch.Launch(t.Context(), uncustodied{db}, ring(t), o); survey.CodeOf(err) != survey.CodeCustodyRole {
		t.Errorf("without the role: %v", err)
	}
	if _, err := dispatch.Launch(t.Context(), db, ring(t), o); err != nil {
		t.Errorf("with the role: %v", err)
	}
	if got, err := db.CampaignByName(t.Context(), "kin"); err != nil || got.Custody != spec.Custody {
		t.Errorf("custody %+v, %v", got, err)
	}
}
