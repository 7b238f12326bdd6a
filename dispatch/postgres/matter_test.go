package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// says stores what a person wrote, and has it read.
func (f *field) says(inv survey.InvitationID, id, text string, kind survey.MatterKind) survey.MatterID {
	f.t.Helper()
	payload, err := json.Marshal(map[string]any{"kind": "text", "from": "+84310000001", "to": "+84900000001", "text": text,
		"sender_id": f.senders[survey.SMS]})
	if err != nil {
		f.t.Fatal(err)
	}
	row, err := f.Store(f.t.Context(), view.Arrival{Kind: "text", Provider: "t", ProviderID: id, ReceivedAt: time.Now(), InvitationID: inv, Payload: payload})
	if err != nil {
		f.t.Fatal(err)
	}
	ch := view.Change{Outcome: "parked", Matter: &view.NewMatter{Kind: kind, Question: "q"}}
	if inv == 0 {
		_, err = f.ApplyStray(f.t.Context(), row.ID, f.now, func(view.InboxRow) (view.Change, error) { return ch, nil })
	} else {
		_, err = f.ApplyInbox(f.t.Context(), inv, f.now, func(view.Case, view.InboxRow) (view.Change, error) { return ch, nil })
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return survey.MatterID(f.Int(`SELECT id FROM matter WHERE inbox_id = $1`, row.ID))
}

func (f *field) matters(q view.MatterQuery) string {
	f.t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	lines, err := f.Matters(f.t.Context(), q)
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, l := range lines {
		out = append(out, fmt.Sprintf("%d %s %s", l.ID, l.Kind, l.State))
	}
	return strings.Join(out, ", ")
}

func order(id survey.MatterID, moves int, ev survey.MatterEvent, now time.Time) view.MatterOrder {
	return view.MatterOrder{ID: id, Moves: moves, Event: ev, Actor: "lan", Note: "đã xem", Now: now}
}

func TestTheInboxIsReadInPages(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	a := f.says(f.people[0], "1", "đường ngập", survey.MatterOpinion)
	b := f.says(f.people[1], "2", "gọi lại", survey.MatterCallback)
	c := f.says(0, "3", "ai đấy", survey.MatterStranger)
	for what, tc := range map[string]struct {
		q    view.MatterQuery
		want string
	}{
		"all":      {view.MatterQuery{}, fmt.Sprintf("%d opinion new, %d callback new, %d stranger new", a, b, c)},
		"page":     {view.MatterQuery{State: survey.MatterNew, After: a, Limit: 1}, fmt.Sprintf("%d callback new", b)},
		"kind":     {view.MatterQuery{Kind: survey.MatterStranger}, fmt.Sprintf("%d stranger new", c)},
		"campaign": {view.MatterQuery{Campaign: f.k.ID}, fmt.Sprintf("%d opinion new, %d callback new", a, b)},
		"person":   {view.MatterQuery{Contact: f.contacts[1]}, fmt.Sprintf("%d callback new", b)},
		"done":     {view.MatterQuery{State: survey.MatterDone}, ""},
	} {
		if got := f.matters(tc.q); got != tc.want {
			t.Errorf("%s: %q, want %q", what, got, tc.want)
		}
	}
	m, err := f.Matter(t.Context(), a)
	if err != nil || m.Words != "đường ngập" || m.Contact == "" && m.ContactID == 0 || m.InvitationID != f.people[0] || m.Question != "q" {
		t.Errorf("%+v, %v", m, err)
	}
	counts, err := f.NewMatters(t.Context())
	if err != nil || len(counts) != 3 || counts[0].N != 1 {
		t.Errorf("counts %+v, %v", counts, err)
	}
	s, err := f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now, Day: f.now})
	if err != nil || len(s.Matters) != 2 {
		t.Errorf("the campaign's %+v, %v; want two kinds", s.Matters, err)
	}
}

// An arrival that is applied once more makes no second matter.
func TestAnArrivalIsReadOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.says(f.people[0], "1", "a", survey.MatterOpinion)
	f.Exec(`UPDATE inbox SET applied_at = NULL, outcome = ''`)
	f.says(f.people[0], "1", "a", survey.MatterOpinion)
	f.want(1, "matters", `SELECT count(*) FROM matter`)
}

// Where names are kept apart, a reply does not say whose it is; an opinion, which is
// no answer, does.
func TestAReplyToAConfidentialCampaignDoesNotSayWhose(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`UPDATE campaign SET confidentiality = 'confidential'`)
	reply := f.says(f.people[0], "1", "2 hay 3", survey.MatterUnread)
	opinion := f.says(f.people[0], "2", "gọi lại", survey.MatterCallback)
	if m, err := f.Matter(t.Context(), reply); err != nil || !m.Veiled || m.ContactID != 0 || m.Contact != "" || m.Name != "" || m.Words == "" || m.InvitationID == 0 {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := f.Matter(t.Context(), opinion); err != nil || m.Veiled || m.ContactID != f.contacts[0] || m.Name == "" {
		t.Errorf("%+v, %v", m, err)
	}
	if got, want := f.matters(view.MatterQuery{Contact: f.contacts[0]}), fmt.Sprintf("%d callback new", opinion); got != want {
		t.Errorf("of the person: %q, want %q", got, want)
	}
}

func TestOfTwoWhoSettleAnItemOneWins(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	id := f.says(f.people[0], "1", "a", survey.MatterOpinion)
	var wg sync.WaitGroup
	var mu sync.Mutex
	failed := 0
	for range 4 {
		wg.Go(func() {
			if err := f.MoveMatter(context.Background(), order(id, 0, survey.MatterFinish, f.now)); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failed++; survey.KindOf(err) != survey.Conflict {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if failed != 3 {
		t.Errorf("%d were told, want three", failed)
	}
	f.want(1, "done, by whom and when", `SELECT count(*) FROM matter WHERE state = 'done' AND moves = 1 AND handled_by = 'lan' AND handled_at = $1 AND note = 'đã xem'`, f.now)
	f.want(1, "acts on record", `SELECT count(*) FROM audit WHERE act = 'inbox' AND contact_id = $1`, f.contacts[0])
	if err := f.MoveMatter(t.Context(), order(id, 1, survey.MatterReopen, f.now)); err != nil {
		t.Fatal(err)
	}
	if got := f.matters(view.MatterQuery{State: survey.MatterNew}); got == "" {
		t.Error("it is not open again")
	}
}

func TestAnAnswerByStaffKeepsToTheListAndTheCap(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	id := f.says(f.people[0], "1", "a", survey.MatterOpinion)
	reply := func(moves int) error {
		_, err := f.AnswerMatter(t.Context(), view.MatterReply{MatterOrder: order(id, moves, survey.MatterAnswer, f.now), Channel: survey.SMS,
			Address: "+84310000001", SenderID: f.senders[survey.SMS], Words: "đã nhận", Most: 2, Keys: [][]byte{[]byte("her key")}})
		return err
	}
	for i := range 2 {
		if err := reply(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := reply(2); err == nil || !strings.Contains(err.Error(), string(survey.CodeInboxCap)) {
		t.Errorf("a third in a day: %v", err)
	}
	f.want(2, "notices", `SELECT count(*) FROM notice WHERE words = 'đã nhận' AND state = 'queued' AND invitation_id = $1`, f.people[0])
	f.now = f.now.Add(25 * time.Hour)
	f.Exec(`INSERT INTO suppression (address_key, channel, scope, source, at) VALUES ('her key', 'sms', 'all', 'sms', now())`)
	if err := reply(2); err == nil || !strings.Contains(err.Error(), string(survey.CodeInboxBarred)) {
		t.Errorf("to a number that is barred: %v", err)
	}
	f.want(2, "notices after it", `SELECT count(*) FROM notice`)
	m, err := f.Matter(t.Context(), id)
	if err != nil || m.State != survey.MatterAnswered || len(m.Answers) != 2 || m.Answers[0].Words != "đã nhận" {
		t.Errorf("%+v, %v", m, err)
	}
	n, err := f.ClaimNotice(t.Context(), view.OpenNotice{ID: m.Answers[0].Notice, Generation: 1}, f.now, noKeys)
	if err != nil || n.Words != "đã nhận" {
		t.Errorf("claimed %+v, %v", n, err)
	}
}

func TestWhatBelongsToNobodyIsCounted(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	row := f.arrive(0, "S1")
	_, err := f.ApplyStray(t.Context(), row.ID, f.now, func(view.InboxRow) (view.Change, error) {
		return view.Change{Outcome: "parked", Reason: survey.ReasonUnmatched}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.says(0, "S2", "ai đấy", survey.MatterStranger)
	got, err := f.Nobodys(t.Context())
	if err != nil || len(got) != 1 || got[0].Reason != survey.ReasonUnmatched || got[0].N != 1 {
		t.Errorf("%+v, %v; want the one that no person reads", got, err)
	}
}

// A stranger's mail is tied to whoever on the list has that mailbox.
func TestAMailOfNoCaseIsTiedToItsPerson(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	row, err := f.Store(t.Context(), view.Arrival{Kind: "mail", Provider: "smtp", ProviderID: "1", ReceivedAt: time.Now(),
		Payload: json.RawMessage(`{"kind": "mail", "from": "` + strings.ToUpper(f.Text(`SELECT address FROM endpoint WHERE kind = 'email' LIMIT 1`)) + `"}`)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.ApplyStray(t.Context(), row.ID, f.now, func(view.InboxRow) (view.Change, error) {
		return view.Change{Outcome: "parked", Matter: &view.NewMatter{Kind: survey.MatterMail}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.want(1, "matters of the person", `SELECT count(*) FROM matter WHERE contact_id = $1`, f.contacts[0])
}

// The pages of the inbox are read along an index, however much was read before.
func TestThePagesOfTheInboxNeedNoScan(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`WITH x AS (INSERT INTO inbox (kind, provider, provider_id, received_at, payload, applied_at, outcome)
		SELECT 'text', 't', n::text, now(), '{}', now(), 'parked' FROM generate_series(1, 20000) n RETURNING id)
		INSERT INTO matter (inbox_id, kind, came_at, state, handled_by, handled_at) SELECT id, 'opinion', now(), 'done', 'lan', now() FROM x`)
	f.Exec(`ANALYZE matter`)
	f.says(f.people[0], "new", "a", survey.MatterOpinion)
	for _, where := range []string{`state = 'new'`, `state = 'new' AND kind = 'opinion'`, `campaign_id = 1 AND state = 'new'`} {
		plan := ""
		rows, err := f.SQL().QueryContext(t.Context(), `EXPLAIN SELECT id FROM matter WHERE `+where+` AND id > 0 ORDER BY id LIMIT 50`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			plan += line + "\n"
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		rows.Close()
		if strings.Contains(plan, "Seq Scan") || !strings.Contains(plan, "matter_") {
			t.Errorf("%s:\n%s", where, plan)
		}
	}
}
