package dispatch_test

import (
	"fmt"
	"testing"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/protocol"
	"canvass/dispatch/survey"
)

// The share of answers to plan with is that of the last campaigns of the same kind: three
// at most, those as long before others, waves before others; what is over is counted once.
func TestHowManyWillAnswerIsSeenInThePast(t *testing.T) {
	t.Parallel()
	db := house(t)
	monthly, urgent := protocol.Monthly(), protocol.Urgent()
	spec := dispatch.Spec{Protocol: survey.Protocol{Name: "monthly"}}
	seen := func(s dispatch.Spec) dispatch.Seen {
		t.Helper()
		out, err := dispatch.SeenRate(t.Context(), db, s, pgtest.Day())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := seen(spec); got.Campaigns != 0 || got.Answering() != .5 {
		t.Errorf("without a past: %+v", got)
	}
	n := 0
	over := func(name string, p survey.Protocol, answered, asked int) survey.Campaign {
		t.Helper()
		n++
		k := db.MakeCampaign(survey.Campaign{Name: name, State: survey.CampaignClosed, Protocol: p, EndsAt: pgtest.Day().AddDate(0, 0, n)})
		for i := range asked {
			inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1000*n + i))})
			code := "2.20"
			if i < answered {
				code = "1.1"
			}
			db.Exec(`UPDATE invitation SET state = 'closed', disposition = $2, closed_at = $3 WHERE id = $1`, inv, code, pgtest.Day())
		}
		return k
	}
	over("khan", urgent, 1, 10)
	if got := seen(spec); got.Campaigns != 1 || got.Rate != .1 {
		t.Errorf("by another length, where there is no better: %+v", got)
	}
	for i, answered := range []int{10, 4, 6, 8} { // the first is not among the last three
		over(fmt.Sprint("thang-", i), monthly, answered, 10)
	}
	mail := monthly
	mail.Steps = mail.Steps[:1]
	over("thu", mail, 0, 10)
	if got := seen(spec); got.Campaigns != 3 || got.Waves || got.Answering() != .6 {
		t.Errorf("the last three of the same kind: %+v", got)
	}
	if got := seen(dispatch.Spec{Protocol: urgent}); got.Campaigns != 1 || got.Rate != .1 {
		t.Errorf("an urgent poll is compared with urgent polls: %+v", got)
	}
	wave := over("dot", monthly, 9, 10)
	db.MakeWave(survey.Wave{SeriesID: db.MakeSeries(survey.Series{}), CampaignID: wave.ID, State: survey.WaveLaunched})
	if got := seen(spec); got.Campaigns != 1 || !got.Waves || got.Answering() != .9 {
		t.Errorf("waves come before others: %+v", got)
	}
	db.Exec(`UPDATE invitation SET disposition = '1.1'`)
	if got := seen(spec); got.Answering() != .9 {
		t.Errorf("a rate is counted again: %+v", got)
	}
	plan, err := dispatch.NewPlan(chance())
	if err != nil {
		t.Fatal(err)
	}
	id, err := dispatch.MakeProposal(t.Context(), db, plan, "mai", pgtest.Day())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := dispatch.ReadProposal(t.Context(), db, id); err != nil || p.Plan.Answering != .9 {
		t.Errorf("a new campaign does not begin with it: %v %v", p.Plan.Answering, err)
	}
}
