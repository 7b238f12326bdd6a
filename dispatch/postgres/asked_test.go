package postgres_test

import (
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
)

func TestStoredResponse(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	k := db.MakeCampaign(survey.Campaign{Name: "ky", State: survey.CampaignFielding})
	const id, gone = "11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-666666666666"
	for _, r := range []struct{ id, state string }{{id, "started"}, {gone, "voided"}} {
		db.Exec(`INSERT INTO response (id, campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at)
			SELECT $1::uuid, k.id, k.questionnaire_id, '', 1, 'vi', $2, 'sms', $3 FROM campaign k WHERE k.id = $4`, r.id, r.state, pgtest.Day(), k.ID)
	}
	db.Exec(`INSERT INTO answer_item (response_id, question, value, missing, mode, answered_at)
		VALUES ($1, 'huong', '2', '', 'web', $2), ($1, 'nghe', '', 'refused', 'sms', $2)`, id, pgtest.Day())
	got, err := db.StoredResponse(t.Context(), id)
	if err != nil || got.Mode != survey.TextMode || got.QuestionnaireID == 0 || got.Modes["huong"] != survey.Web ||
		got.Answers["huong"].Value != "2" || got.Answers["nghe"].Missing != survey.MissingRefused {
		t.Errorf("%+v %v", got.Modes, err)
	}
	for _, none := range []survey.ResponseID{gone, "nobody", "11111111-2222-4333-8444-777777777777"} {
		if _, err := db.StoredResponse(t.Context(), none); survey.KindOf(err) != survey.NotFound {
			t.Errorf("%s: %v, want not found", none, err)
		}
	}
}
