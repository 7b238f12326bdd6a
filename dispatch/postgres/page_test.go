package postgres_test

import (
	"sync"
	"testing"
	"time"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/dispatch/token"
)

// What is saved by one statement is saved on the state that was read, or not at all.
func TestAPageIsSavedOnWhatWasRead(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	response := db.MakeResponse(inv, survey.ResponseStarted, survey.Web, survey.Answers{"a": {Value: "1"}, "b": {Missing: survey.MissingSkipped}})
	db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($2, $1, 'form', 1, 'k1')`, inv, token.Hash("h"))
	read := func() view.Page {
		p, err := db.Page(t.Context(), token.Hash("h"), "form")
		if err != nil || p.Invitation.ID != inv || p.ResponseID != response {
			t.Fatalf("%+v, %v", p, err)
		}
		return p
	}
	save := func(p view.Page, id, value string) bool {
		version, err := db.SavePage(t.Context(), view.PageSave{Provider: "web", ProviderID: id, Kind: "form", ReceivedAt: time.Now(), Payload: []byte(`{}`),
			Invitation: inv, Response: p.ResponseID, Versions: p.Versions, Now: pgtest.Day(), Change: view.Change{Mode: survey.Web,
				Items: []survey.Item{{Question: "a", Answer: survey.Answer{Value: survey.AnswerText(value)}}}, Human: true, Progress: &view.Progress{Answered: 1}}})
		if err != nil {
			t.Error(err)
		}
		if version != "" && len(id) == 1 && version != read().Versions.Invitation {
			t.Errorf("saved as version %s, read as %s", version, read().Versions.Invitation)
		}
		return version != ""
	}
	p := read()
	if c, err := db.Case(t.Context(), inv); err != nil || len(p.Answers) != 2 || p.Answers["a"] != c.Answers["a"] || !p.AnsweredAt["a"].Equal(c.AnsweredAt["a"]) || p.Questionnaire != c.Questionnaire {
		t.Errorf("read %v at %v, the longer way %v at %v, %v", p.Answers, p.AnsweredAt, c.Answers, c.AnsweredAt, err)
	}
	state := func() string {
		return db.Text(`SELECT (SELECT string_agg(question || value, ' ' ORDER BY question) FROM answer_item) || ' ' || (SELECT count(*) FROM inbox WHERE outcome = 'applied')`)
	}
	if !save(p, "1", "2") || state() != "a2 b 1" {
		t.Errorf("not saved: %s", state())
	}
	if save(p, "2", "3") || state() != "a2 b 1" {
		t.Errorf("saved on an older state: %s", state())
	}
	if save(read(), "1", "4") || state() != "a2 b 1" {
		t.Errorf("saved twice: %s", state())
	}
	p = read()
	db.Exec(`UPDATE campaign SET state = 'paused' WHERE id = $1`, k.ID)
	if save(p, "3", "5") || state() != "a2 b 1" {
		t.Errorf("saved on a campaign that changed: %s", state())
	}
	p = read()
	db.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload) VALUES ('text', 't', '1', now(), $1, '{}')`, inv)
	if save(p, "4", "6") || state() != "a2 b 1" {
		t.Errorf("saved before what came before: %s", state())
	}
	db.Exec(`UPDATE inbox SET applied_at = now(), outcome = 'ignored' WHERE provider = 't'`)
	var all sync.WaitGroup
	saved := make(chan bool, 16)
	p = read()
	for i := range 16 { // all on one state: one holds
		all.Go(func() { saved <- save(p, "r"+string(rune('a'+i)), "7") })
	}
	all.Wait()
	close(saved)
	n := 0
	for ok := range saved {
		if ok {
			n++
		}
	}
	if n != 1 || state() != "a7 b 2" {
		t.Errorf("%d of 16 held: %s", n, state())
	}
	p = read()
	db.Exec(`DELETE FROM link.response_link WHERE invitation_id = $1`, inv)
	if save(p, "5", "8") || state() != "a7 b 2" {
		t.Errorf("saved to a response that is nobody's any more: %s", state())
	}
}

// A page that was read is the same until something of it is written, by anybody.
func TestAPageStaysUntilSomethingOfItChanges(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	db.MakeSenders()
	k := db.MakeCampaign(survey.Campaign{})
	inv := db.MakeInvitation(survey.Invitation{CampaignID: k.ID, ContactID: db.MakeContact(pgtest.Reachable(1))})
	db.MakeResponse(inv, survey.ResponseStarted, survey.Web, survey.Answers{"a": {Value: "1"}})
	db.Exec(`INSERT INTO token (hash, invitation_id, purpose, version, key_id) VALUES ($2, $1, 'form', 1, 'k1')`, inv, token.Hash("h"))
	read := func() view.Page {
		p, err := db.Page(t.Context(), token.Hash("h"), "form")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	still := func(v view.Versions) bool {
		ok, err := db.PageStill(t.Context(), token.Hash("h"), "form", v)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for _, it := range []struct{ what, done, undone string }{
		{"a new link", `UPDATE invitation SET token_version = 2 WHERE id = $1`, `UPDATE invitation SET token_version = 1 WHERE id = $1`},
		{"the case", `UPDATE invitation SET language = 'en' WHERE id = $1`, ""},
		{"the campaign", `UPDATE campaign SET state = 'paused' WHERE id = (SELECT campaign_id FROM invitation WHERE id = $1)`, ""},
		{"the person", `UPDATE contact SET title = 'Bà' WHERE id = (SELECT contact_id FROM invitation WHERE id = $1)`, ""},
		{"an opt-out", `INSERT INTO suppression (contact_id, scope, source, at) SELECT contact_id, 'all', 'web', now() FROM invitation WHERE id = $1`,
			`UPDATE suppression SET lifted_at = now() WHERE contact_id = (SELECT contact_id FROM invitation WHERE id = $1)`},
		{"a file", `WITH f AS (INSERT INTO attachment (id, question, sha256, content) VALUES ('pdf-1-aaaaaaaaaaaaaaaa', 'a', sha256('a'), 'a') RETURNING id)
			INSERT INTO link.upload SELECT id, $1 FROM f`, `DELETE FROM link.upload WHERE invitation_id = $1`},
		{"the link taken back", `DELETE FROM token WHERE invitation_id = $1`, ""},
	} {
		v := read().Versions
		if !still(v) {
			t.Fatalf("%s: it changed before", it.what)
		}
		db.Exec(it.done, inv)
		if still(v) {
			t.Errorf("%s changes nothing", it.what)
		}
		if it.undone != "" {
			db.Exec(it.undone, inv)
		}
	}
}
