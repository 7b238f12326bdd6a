package dispatch_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const withVoice = `
name: noi
title: Nói
questions:
  - {name: huong, type: single, kind: fact, key: true, label: Gì, choices: {1: m, 2: n}}
  - {name: y, type: text, kind: own_opinion, record: 60, label: Nói gì}
`

// What was said is written in the order of the data, with its line; what was not fetched,
// or has ended, is named and has no file. The data tell a recording from words.
func TestRecordingsAreWrittenByResponse(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{State: survey.CampaignClosed, QuestionnaireID: db.MakeQuestionnaire("noi", withVoice)})
	answer := func(n int, value survey.AnswerText) string {
		inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(n)),
			State: survey.InvitationClosed, Disposition: survey.Complete})
		return string(db.MakeResponse(inv, survey.ResponseSubmitted, survey.Voice, survey.Answers{"huong": {Value: "1"}, "y": {Value: value}}))
	}
	for n, content := range []string{"RIFF one", ""} {
		sid := string(rune('a' + n))
		id := survey.NewRecordingID("twilio", sid)
		r := answer(n+1, survey.AnswerText(id))
		db.Exec(`INSERT INTO recording (id, provider, provider_id, response_id, question, wanted, state, seconds, kind, content, kept_at)
			VALUES ($1, 'twilio', $2, $3, 'y', true, CASE WHEN $4 = '' THEN 'waiting' ELSE 'removed' END, 7, 'wav', nullif(convert_to($4, 'UTF8'), ''), now())`, id, sid, r, content)
	}
	answer(3, "viết ra")
	contents := map[string]string{}
	list, err := dispatch.WriteRecordings(t.Context(), db, k.Name, func(a dispatch.SpokenAnswer, content []byte) error {
		contents[a.Name] = string(content)
		return nil
	})
	if err != nil || len(list) != 2 || len(contents) != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	var index, data, words, book bytes.Buffer
	if err := dispatch.WriteRecordingIndex(&index, list); err != nil || strings.Count(index.String(), "\n") != 3 {
		t.Errorf("%v %s", err, index.String())
	}
	label := map[string]map[survey.Lang]string{"recording": {survey.Vietnamese: "lời nói"}}
	for _, err := range []error{dispatch.ExportAnswers(t.Context(), db, dispatch.ExportRequest{Campaign: k.Name}, &data),
		dispatch.ExportAnswers(t.Context(), db, dispatch.ExportRequest{Campaign: k.Name, FreeText: true}, &words),
		dispatch.ExportCodebook(t.Context(), db, dispatch.ExportRequest{Campaign: k.Name, Words: label}, &book)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range list {
		if a.Name != "" && (contents[a.Name] != "RIFF one" || !strings.HasSuffix(a.Name, "_y.wav") || a.Seconds != 7) {
			t.Errorf("%+v", a)
		}
		if !strings.Contains(data.String(), ",1,,"+string(a.ID)) || !strings.Contains(words.String(), ",,,"+string(a.ID)) {
			t.Errorf("%s is not in\n%s\nor\n%s", a.ID, data.String(), words.String())
		}
	}
	if !strings.Contains(words.String(), "viết ra,,") || !strings.Contains(book.String(), "y_recording,") {
		t.Errorf("%s\n%s", words.String(), book.String())
	}
	db.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	if n, err := db.EndLife(t.Context(), view.LifeOrder{Kind: survey.KeepRecordings, Before: time.Now().Add(time.Hour), Now: time.Now(), Most: 500}); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	list, err = dispatch.WriteRecordings(t.Context(), db, k.Name, func(a dispatch.SpokenAnswer, _ []byte) error { t.Errorf("%+v", a); return nil })
	if err != nil || len(list) != 2 {
		t.Errorf("after their end: %+v %v", list, err)
	}
}
