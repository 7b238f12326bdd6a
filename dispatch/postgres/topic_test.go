package postgres_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A page of open answers looks along the index at so many responses and no more, however
// many the campaign has; so does each count of the inbox.
func TestPagesOfWordsWalkAnIndex(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`INSERT INTO response (campaign_id, questionnaire_id, stratum, weight, language, state, mode, started_at, submitted_at)
		SELECT id, questionnaire_id, '', 1, 'vi', 'submitted', 'web', now(), now() FROM campaign, generate_series(1, 30000) WHERE id = $1`, f.k.ID)
	f.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at) SELECT id, 'loi', 'x', 'web', now() FROM response`)
	f.Exec(`INSERT INTO topic (code, vi, created_at, created_by) VALUES ('duong', 'Đường', now(), 'lan')`)
	f.Exec(`INSERT INTO answer_topic (campaign_id, question, topic_id, response_id, coded_by) SELECT campaign_id, 'loi', 1, id, 'lan' FROM response LIMIT 3000`)
	f.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, payload) SELECT 'text', 't', 'n' || i, now(), '{}' FROM generate_series(1, 20000) i`)
	f.Exec(`INSERT INTO matter (inbox_id, kind, came_at) SELECT id, 'opinion', now() FROM inbox`)
	f.Exec(`ANALYZE`)
	for query, args := range map[string][]any{
		`SELECT r.id, a.value FROM (SELECT id FROM response WHERE campaign_id = $1 AND id > '00000000-0000-0000-0000-000000000000' AND state <> 'voided' ORDER BY id LIMIT 1000) r
			LEFT JOIN answer_item a ON a.response_id = r.id AND a.question = 'loi' ORDER BY r.id`: {f.k.ID},
		`SELECT o.response_id FROM answer_topic o WHERE o.campaign_id = $1 AND o.question = 'loi' AND o.topic_id = 1 ORDER BY o.response_id LIMIT 1000`: {f.k.ID},
		`SELECT id FROM matter WHERE state = 'new' AND id > $1 AND taken_at IS NULL ORDER BY id LIMIT 1`:                                                {0},
	} {
		var doc string
		if err := f.SQL().QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) `+query, args...).Scan(&doc); err != nil {
			t.Fatal(err)
		}
		var plans []struct {
			Plan json.RawMessage `json:"Plan"`
		}
		if err := json.Unmarshal([]byte(doc), &plans); err != nil || len(plans) != 1 {
			t.Fatal(err, doc)
		}
		if strings.Contains(doc, `"Seq Scan"`) || looked(t, plans[0].Plan) > 1100 {
			t.Errorf("%s looks at %.0f rows at once:\n%s", query, looked(t, plans[0].Plan), doc)
		}
	}
}

// looked is the most rows that a part of a plan took in at once.
func looked(t *testing.T, raw json.RawMessage) float64 {
	t.Helper()
	var p struct {
		Rows    float64           `json:"Actual Rows"`
		Removed float64           `json:"Rows Removed by Filter"`
		Plans   []json.RawMessage `json:"Plans"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	most := p.Rows + p.Removed
	for _, sub := range p.Plans {
		most = max(most, looked(t, sub))
	}
	return most
}

// What staff made of somebody's words goes with the words when the person is erased.
func TestErasureTakesTopicsAlong(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	s.want(1, "topics before", `SELECT count(*) FROM answer_topic`)
	s.erase(s.id)
	s.want(0, "topics", `SELECT count(*) FROM answer_topic`)
	s.want(0, "transcripts", `SELECT count(*) FROM transcript`)
	s.want(0, "quotations", `SELECT count(*) FROM quotation`)
	s.want(0, "words", `SELECT count(*) FROM answer_words`)
}

// An answer that is said again in the same words keeps its topics; a topic that ended
// stays with the answers that have it.
func TestTopicsStayWithTheirWords(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	id := f.MakeResponse(f.people[0], survey.ResponseSubmitted, survey.Web, survey.Answers{"loi": {Value: "đường"}})
	topic, err := f.MakeTopic(t.Context(), view.Topic{Code: "duong", Name: map[survey.Lang]string{"vi": "Đường"}}, view.Audit{At: f.now, Actor: "lan"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := f.OpenAnswers(t.Context(), view.OpenQuery{Campaign: f.k.ID, Question: "loi", Limit: 10})
	if err != nil || len(list) != 1 || list[0].Response != id {
		t.Fatalf("%d, %v", len(list), err)
	}
	o := view.TopicOrder{Campaign: f.k.ID, Question: "loi", Topics: []survey.TopicID{topic}, Picks: []view.TopicPick{{Response: id, Mark: list[0].Mark}}, Actor: "lan", Now: f.now}
	for range 2 {
		if n, err := f.GiveTopics(t.Context(), o); n != 1 || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := f.EndTopic(t.Context(), topic, f.now.Add(time.Hour), view.Audit{At: f.now, Actor: "lan"}); err != nil {
		t.Fatal(err)
	}
	f.Exec(`UPDATE answer_item SET value = value, answered_at = now()`)
	f.want(1, "topics of the same words", `SELECT count(*) FROM answer_topic`)
	of, err := f.OpenAnswers(t.Context(), view.OpenQuery{Campaign: f.k.ID, Question: "loi", Topic: topic, Limit: 10})
	if err != nil || len(of) != 1 || len(of[0].Topics) != 1 {
		t.Errorf("of the topic: %d, %v", len(of), err)
	}
	o.Campaign++
	if n, err := f.GiveTopics(t.Context(), o); n != 0 || err != nil {
		t.Errorf("an answer of another campaign: %d, %v", n, err)
	}
	f.Exec(`UPDATE answer_item SET value = 'giá'`)
	f.want(0, "topics of other words", `SELECT count(*) FROM answer_topic`)
}
