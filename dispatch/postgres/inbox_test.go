package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

func TestAnArrivalIsStoredOnceForEver(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	var mu sync.Mutex
	var fresh int
	ids := map[survey.InboxID]bool{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := f.Store(context.Background(), view.Arrival{Kind: "text", Provider: "twilio", ProviderID: "SM1",
				ReceivedAt: time.Now(), InvitationID: f.people[0], Payload: json.RawMessage(`{}`)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ids[got.ID] = true; got.Fresh {
				fresh++
			}
		})
	}
	wg.Wait()
	if fresh != 1 || len(ids) != 1 {
		t.Errorf("%d were fresh, with ids %v; want one of one", fresh, ids)
	}
	apply := func() int {
		t.Helper()
		done, err := f.ApplyInbox(t.Context(), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) { return view.Change{}, nil })
		if err != nil {
			t.Fatal(err)
		}
		return len(done)
	}
	if n := apply(); n != 1 {
		t.Errorf("%d applied, want 1", n)
	}
	if again := f.arrive(f.people[0], "SM1"); again.Fresh || !again.Applied || !ids[again.ID] {
		t.Errorf("the same again is %+v", again)
	}
	if n := apply(); n != 0 {
		t.Errorf("%d applied again", n)
	}
	if other, err := f.Store(t.Context(), view.Arrival{Kind: "form", Provider: "web", ProviderID: "SM1", ReceivedAt: time.Now(),
		Payload: json.RawMessage(`{}`)}); err != nil || !other.Fresh {
		t.Errorf("the same id of another provider: %+v, %v", other, err)
	}
}

// Rows arrive while several appliers work: each row is applied once, in order.
func TestEveryRowIsAppliedOnceAndInOrder(t *testing.T) {
	t.Parallel()
	const rows = 60
	f := newField(t, 1)
	var mu sync.Mutex
	var order []survey.InboxID
	apply := func() {
		done, err := f.ApplyInbox(context.Background(), f.people[0], f.now, func(_ view.Case, r view.InboxRow) (view.Change, error) {
			return view.Change{Mode: survey.TextMode, Items: []survey.Item{{Question: "last", Answer: survey.Answer{Value: survey.AnswerText(fmt.Sprint(r.ID))}}}}, nil
		})
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			t.Error(err)
		}
		for _, d := range done {
			order = append(order, d.InboxID)
		}
	}
	var wg sync.WaitGroup
	for a := range 3 {
		wg.Go(func() {
			for i := range rows / 3 {
				_, err := f.Store(context.Background(), view.Arrival{Kind: "text", Provider: "twilio", ProviderID: fmt.Sprintf("%d/%d", a, i),
					ReceivedAt: time.Now(), InvitationID: f.people[0], Payload: json.RawMessage(`{}`)})
				if err != nil {
					t.Error(err)
				}
				apply()
			}
		})
	}
	wg.Wait()
	slices.Sort(order)
	if len(order) != rows || len(slices.Compact(order)) != rows {
		t.Errorf("%d applications, want each of %d once", len(order), rows)
	}
	f.want(rows, "rows applied", `SELECT count(*) FROM inbox WHERE applied_at IS NOT NULL AND outcome = 'applied'`)
	f.want(1, "responses", `SELECT count(*) FROM response`)
	f.want(1, "the last answer is the last row's", `SELECT count(*) FROM answer_item WHERE value = (SELECT max(id) FROM inbox)::text`)
}

// What one row changes, the next one sees: in one transaction, in order.
func TestRowsSeeWhatEarlierOnesDid(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	for i := range 5 {
		f.arrive(f.people[0], fmt.Sprint(i))
	}
	var last survey.InboxID
	n := 0
	done, err := f.ApplyInbox(t.Context(), f.people[0], f.now, func(c view.Case, r view.InboxRow) (view.Change, error) {
		if r.ID <= last || len(c.Answers) != n {
			t.Errorf("row %d after %d sees %d answers, want %d", r.ID, last, len(c.Answers), n)
		}
		last, n = r.ID, n+1
		return view.Change{Mode: survey.Web, Items: []survey.Item{{Question: fmt.Sprint("q", n)}}}, nil
	})
	if err != nil || len(done) != 5 {
		t.Errorf("%d applied, %v", len(done), err)
	}
}

func TestAFailedDecisionLeavesEverythingUnapplied(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.arrive(f.people[0], "1")
	f.arrive(f.people[0], "2")
	broken := errors.New("broken")
	calls := 0
	_, err := f.ApplyInbox(t.Context(), f.people[0], f.now, func(view.Case, view.InboxRow) (view.Change, error) {
		if calls++; calls == 2 {
			return view.Change{}, broken
		}
		return view.Change{Mode: survey.Web, Items: []survey.Item{{Question: "q"}}}, nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	f.want(2, "unapplied", `SELECT count(*) FROM inbox WHERE applied_at IS NULL`)
	f.want(0, "answers", `SELECT count(*) FROM answer_item`)
	if open, err := f.SweepInbox(t.Context(), 0, 10); err != nil || len(open) != 0 {
		t.Errorf("swept %v, %v though it came a moment ago", open, err)
	}
	f.Exec(`UPDATE inbox SET received_at = received_at - interval '10 seconds'`)
	if open, err := f.SweepInbox(t.Context(), 0, 10); err != nil || len(open) != 1 || open[0].InvitationID != f.people[0] {
		t.Errorf("swept %v, %v; want the person once", open, err)
	}
}

func TestAStrayIsAppliedOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	row := f.arrive(0, "SM9")
	f.Exec(`UPDATE inbox SET received_at = received_at - interval '10 seconds'`)
	if open, err := f.SweepInbox(t.Context(), 0, 10); err != nil || len(open) != 1 || open[0].InboxID != row.ID {
		t.Errorf("swept %v, %v; want the row", open, err)
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			_, err := f.ApplyStray(context.Background(), row.ID, f.now, func(view.InboxRow) (view.Change, error) {
				return view.Change{Suppress: []survey.Suppression{{AddressKey: []byte("key"), Scope: survey.SuppressAll, Source: "sms"}},
					Notices: []view.NewNotice{f.reply(true)}}, nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.want(1, "suppressions", `SELECT count(*) FROM suppression WHERE inbox_id = $1`, row.ID)
	f.want(1, "notices", `SELECT count(*) FROM notice WHERE invitation_id IS NULL`)
	n := view.OpenNotice{ID: survey.NoticeID(f.Int(`SELECT id FROM notice`)), Generation: 1}
	if _, err := f.claimNotice(n); err != nil {
		t.Errorf("the confirmation of a stranger's opt-out is held up: %v", err)
	}
}

// A text belongs to the open conversation, else to the latest case in the field.
func TestWhoTexted(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	second, cases := f.campaign("second")
	f.Exec(`UPDATE endpoint SET address = '+84919999999' WHERE kind = 'phone'`)
	ask := func() survey.InvitationID {
		t.Helper()
		w, err := f.WhoTexted(t.Context(), "+84900000001", "+84919999999")
		if err != nil || w.SenderID != f.senders[survey.SMS] || w.ContactID != f.contacts[0] {
			t.Fatalf("%+v, %v", w, err)
		}
		return w.InvitationID
	}
	if got := ask(); got != cases[1] {
		t.Errorf("case %d, want the latest, %d", got, cases[1])
	}
	f.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at WHERE id = $1`, second.ID)
	if got := ask(); got != f.people[1] {
		t.Errorf("case %d, want the latest in the field, %d", got, f.people[1])
	}
	f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.SMS, State: survey.AttemptSent})
	if got := ask(); got != f.people[0] {
		t.Errorf("case %d, want the one that was texted, %d", got, f.people[0])
	}
	f.Exec(`INSERT INTO conversation (mode, sender_id, phone, invitation_id, state, opened_at) VALUES ('sms', $1, '+84919999999', $2, '{}', now())`,
		f.senders[survey.SMS], cases[0])
	if got := ask(); got != cases[0] {
		t.Errorf("case %d, want the open conversation's, %d", got, cases[0])
	}
	if w, err := f.WhoTexted(t.Context(), "+84900000001", "+84910000000"); err != nil || w.ContactID != 0 || w.InvitationID != 0 {
		t.Errorf("a stranger is %+v, %v", w, err)
	}
}

// A stranger's STOP is confirmed once, and again after they came back.
func TestAStrangersOptOutIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 0)
	keys := [][]byte{[]byte("new"), []byte("old")}
	stop := view.Change{AddressKeys: keys, Notices: []view.NewNotice{f.reply(true)},
		Suppress: []survey.Suppression{{AddressKey: keys[0], Scope: survey.SuppressAll, Source: "sms"}}}
	for i, c := range []struct {
		change view.Change
		want   int
	}{{stop, 1}, {stop, 0}, {view.Change{Lift: true, AddressKeys: keys}, 0}, {stop, 1}} {
		row := f.arrive(0, fmt.Sprint(i))
		done, err := f.ApplyStray(t.Context(), row.ID, f.now, func(view.InboxRow) (view.Change, error) { return c.change, nil })
		if err != nil || len(done.Notices) != c.want {
			t.Errorf("%d: %d confirmations, %v; want %d", i, len(done.Notices), err, c.want)
		}
	}
	f.want(2, "suppressions, one of them lifted", `SELECT count(*) FROM suppression`)
}

// Rows that cannot be applied hold up nothing else: a sweep goes on from where
// the last one was.
func TestASweepGoesOnThroughTheInbox(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	for i, inv := range []survey.InvitationID{f.people[1], 0, f.people[1], f.people[0], 0} {
		f.arrive(inv, fmt.Sprint(i))
	}
	f.Exec(`UPDATE inbox SET received_at = received_at - interval '10 seconds'`)
	var got []view.Unapplied
	var after survey.InboxID
	for range 4 {
		page, err := f.SweepInbox(t.Context(), after, 1)
		if err != nil || len(page) != 1 {
			t.Fatalf("swept %v, %v; want one", page, err)
		}
		got, after = append(got, page[0]), page[0].InboxID
	}
	want := []view.Unapplied{{InvitationID: f.people[1], InboxID: 1}, {InboxID: 2}, {InvitationID: f.people[0], InboxID: 4}, {InboxID: 5}}
	if !slices.Equal(got, want) {
		t.Errorf("swept %v, want %v", got, want)
	}
	if page, err := f.SweepInbox(t.Context(), after, 1); err != nil || len(page) != 0 {
		t.Errorf("after the end: %v, %v", page, err)
	}
}
