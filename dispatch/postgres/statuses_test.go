package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// word is what a provider says of an attempt.
type word struct {
	Attempt survey.AttemptID    `json:"attempt"`
	Event   survey.AttemptEvent `json:"event"`
	Slow    bool                `json:"slow"`
}

// say stores a status.
func (f *field) say(inv survey.InvitationID, id string, w word) view.Stored {
	f.t.Helper()
	payload, err := json.Marshal(w)
	if err != nil {
		f.t.Fatal(err)
	}
	out, err := f.Store(f.t.Context(), view.Arrival{Kind: "status", Provider: "twilio", ProviderID: id, ReceivedAt: time.Now(),
		InvitationID: inv, Payload: payload})
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

func plainWord(r view.InboxRow) (view.Change, bool) {
	var w word
	if r.Kind != "status" || json.Unmarshal(r.Payload, &w) != nil || w.Slow {
		return view.Change{}, false
	}
	return view.Change{Outcome: "applied", Attempt: &view.AttemptOutcome{ID: w.Attempt, Event: w.Event}}, true
}

func (f *field) statuses(limit int) view.StatusesApplied {
	f.t.Helper()
	out, err := f.ApplyStatuses(f.t.Context(), view.StatusOrder{Now: f.now, Limit: limit}, plainWord)
	if err != nil {
		f.t.Fatal(err)
	}
	return out
}

// Whatever order, however often, in groups or one by one: every status ends in
// the same state, the one that the machine gives one by one.
func TestStatusesInAnyOrderEndAlike(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 42))
	f := newField(t, 30)
	ids := f.queue(survey.SMS)
	f.Exec(`UPDATE attempt SET state = 'sending', chunk_id = NULL`)
	f.Exec(`DELETE FROM attempt_waiting`)
	events := []survey.AttemptEvent{survey.AttemptAccept, survey.AttemptDeliver, survey.AttemptUndeliver, survey.AttemptRefuse}
	want := map[survey.AttemptID]survey.AttemptState{}
	for round := range 40 {
		n := rng.IntN(len(ids))
		w := word{Attempt: ids[n], Event: events[rng.IntN(len(events))]}
		for range 1 + rng.IntN(3) { // callbacks come twice
			f.say(f.people[n], fmt.Sprint("SM", round), w)
		}
		if want[w.Attempt] == "" {
			want[w.Attempt] = survey.AttemptSending
		}
		if next, err := survey.AttemptMachine().Next(want[w.Attempt], w.Event); err == nil {
			want[w.Attempt] = next
		}
		switch rng.IntN(4) {
		case 0:
			f.statuses(1 + rng.IntN(20))
		case 1:
			_, err := f.ApplyInbox(t.Context(), f.people[n], f.now, func(_ view.Case, r view.InboxRow) (view.Change, error) {
				ch, _ := plainWord(r)
				return ch, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	f.statuses(1000)
	for id, state := range want {
		if got := f.state(id); got != state {
			t.Errorf("attempt %d is %s, want %s", id, got, state)
		}
	}
	f.want(0, "unapplied", `SELECT count(*) FROM inbox WHERE applied_at IS NULL`)
	f.want(40, "rows", `SELECT count(*) FROM inbox`)
}

// What takes a person's case is left, with everything else of that person.
func TestStatusesLeaveWhatTakesTheCase(t *testing.T) {
	t.Parallel()
	f := newField(t, 4)
	texts, calls := f.queue(survey.SMS), []survey.AttemptID{}
	for _, inv := range f.people {
		calls = append(calls, f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.Call, DueAt: f.now}))
	}
	f.Exec(`UPDATE attempt SET state = 'sending'`)
	f.say(f.people[0], "1", word{Attempt: texts[0], Event: survey.AttemptDeliver})
	f.say(f.people[1], "2", word{Attempt: texts[1], Event: survey.AttemptDeliver, Slow: true})
	f.say(f.people[1], "3", word{Attempt: texts[1], Event: survey.AttemptDeliver})
	f.say(f.people[2], "4", word{Attempt: calls[2], Event: survey.AttemptDeliver})
	f.say(f.people[3], "5", word{Attempt: texts[3], Event: survey.AttemptDeliver})
	f.arrive(f.people[3], "a text of hers")
	got := f.statuses(100)
	var left []survey.InvitationID
	for _, l := range got.Left {
		left = append(left, l.Invitation)
	}
	if got.Applied != 1 || fmt.Sprint(left) != fmt.Sprint(f.people[1:3]) || got.Last == 0 {
		t.Errorf("%+v", got)
	}
	// What waits is passed over as often as statuses are looked at, and hinted at by the
	// same rows: hints that are there already are not there twice.
	f.say(f.people[0], "6", word{Attempt: texts[0], Event: survey.AttemptAccept})
	if again := f.statuses(100); fmt.Sprint(again.Left) != fmt.Sprint(got.Left) {
		t.Errorf("then %+v, before %+v", again.Left, got.Left)
	}
	f.want(1, "delivered", `SELECT count(*) FROM attempt WHERE state = 'delivered'`)
}

func TestStatusesBesideThePersonsOwnDrain(t *testing.T) {
	t.Parallel()
	f := newField(t, 20)
	ids := f.queue(survey.SMS)
	f.Exec(`UPDATE attempt SET state = 'sending'`)
	for i, id := range ids {
		f.say(f.people[i], fmt.Sprint(i), word{Attempt: id, Event: survey.AttemptDeliver})
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for _, inv := range f.people {
				_, err := f.ApplyInbox(context.Background(), inv, f.now, func(_ view.Case, r view.InboxRow) (view.Change, error) {
					ch, _ := plainWord(r)
					return ch, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			if _, err := f.ApplyStatuses(context.Background(), view.StatusOrder{Now: f.now, Limit: 7}, plainWord); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	f.want(20, "delivered", `SELECT count(*) FROM attempt WHERE state = 'delivered'`)
	f.want(20, "applied", `SELECT count(*) FROM inbox WHERE applied_at IS NOT NULL`)
}

// Arrivals that come at once are stored in groups, each once.
func TestArrivalsAreStoredInGroupsEachOnce(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	attempt := f.queue(survey.SMS)[0]
	var mu sync.Mutex
	fresh := 0
	var wg sync.WaitGroup
	for i := range 300 {
		wg.Go(func() {
			got, err := f.Store(context.Background(), view.Arrival{Kind: "status", Provider: "twilio", ProviderID: fmt.Sprint(i % 100),
				ReceivedAt: time.Now(), AttemptID: attempt, Payload: json.RawMessage(`{}`)})
			if err != nil || got.ID == 0 || got.InvitationID != f.people[0] {
				t.Errorf("%+v, %v", got, err)
			}
			mu.Lock()
			defer mu.Unlock()
			if got.Fresh {
				fresh++
			}
		})
	}
	wg.Wait()
	f.want(100, "rows", `SELECT count(*) FROM inbox`)
	if fresh != 100 {
		t.Errorf("%d were new, want 100", fresh)
	}
}

// What the server does not take spoils nothing for those beside it.
func TestABadArrivalSpoilsNothingForOthers(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			payload := json.RawMessage(`{}`)
			if i%10 == 0 {
				payload = json.RawMessage(`{"text": "\u0000"}`) // jsonb has no such character
			}
			_, err := f.Store(context.Background(), view.Arrival{Kind: "text", Provider: "twilio", ProviderID: fmt.Sprint(i),
				ReceivedAt: time.Now(), InvitationID: f.people[0], Payload: payload})
			if (err != nil) != (i%10 == 0) {
				t.Errorf("arrival %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	f.want(45, "rows", `SELECT count(*) FROM inbox`)
}

// A status that does not name ours finds its message, whichever was first.
func TestAParkedStatusFindsItsMessage(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	ids := f.queue(survey.SMS)
	f.Exec(`UPDATE attempt SET state = 'sending'`)
	park := func(about string) {
		t.Helper()
		got, err := f.Store(t.Context(), view.Arrival{Kind: "status", Provider: "twilio", ProviderID: "cb-" + about, About: about,
			ReceivedAt: time.Now(), Payload: json.RawMessage(`{"event": "deliver"}`)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.ApplyStray(t.Context(), got.ID, f.now, func(view.InboxRow) (view.Change, error) {
			return view.Change{Outcome: "parked", Reason: survey.ReasonInvalid}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	match := func(want int) {
		t.Helper()
		if got, err := f.MatchParked(t.Context()); err != nil || len(got) != want {
			t.Errorf("matched %v, %v; want %d", got, err, want)
		}
	}
	park("SM1")
	match(0)
	f.record(view.AttemptOutcome{ID: ids[0], Event: survey.AttemptAccept, ProviderID: "SM1"})
	f.record(view.AttemptOutcome{ID: ids[1], Event: survey.AttemptAccept, ProviderID: "SM2"})
	f.want(1, "brought back", `SELECT count(*) FROM inbox WHERE applied_at IS NULL AND invitation_id = $1 AND payload->>'ref' = 'a' || $2`,
		f.people[0], ids[0])
	park("SM2")
	match(1)
	match(0)
	f.want(2, "brought back", `SELECT count(*) FROM inbox WHERE applied_at IS NULL`)
	park("SM3")
	match(0)
	f.want(1, "kept", `SELECT count(*) FROM inbox WHERE outcome = 'parked' AND reason = 'unmatched'`)
}
