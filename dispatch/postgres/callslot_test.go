package postgres_test

import (
	"sync"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A place is leased to one, is free again when its call has ended, and comes free by
// itself when whoever leased it is gone; a late comer cannot use it then.
func TestPlacesOnTheLine(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	id := f.senders[survey.Call]
	lease := func() (view.CallSlot, bool) {
		s, ok, err := f.LeaseCall(t.Context(), id, 2, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return s, ok
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var got []view.CallSlot
	for range 8 {
		all.Go(func() {
			if s, ok := lease(); ok {
				mu.Lock()
				got = append(got, s)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for len(got) < 2 { // whoever was slower everywhere comes again
		if s, ok := lease(); ok {
			got = append(got, s)
		}
	}
	if len(got) != 2 || got[0].Slot == got[1].Slot {
		t.Fatalf("leased %v", got)
	}
	if s, ok := lease(); ok {
		t.Fatalf("a third place: %v", s)
	}
	call := f.MakeAttempt(survey.Attempt{InvitationID: f.people[0], Channel: survey.Call, State: survey.AttemptSending})
	if ok, err := f.PlaceCall(t.Context(), got[0], call, time.Hour); !ok || err != nil {
		t.Fatalf("%v %v", ok, err)
	}
	if err := f.FreeCall(t.Context(), got[0]); err != nil {
		t.Fatal(err)
	}
	if _, ok := lease(); ok {
		t.Error("the place of a call was given back by whoever placed it")
	}
	for _, o := range []struct {
		event survey.AttemptEvent
		free  bool
	}{{survey.AttemptDoubt, false}, {survey.AttemptAccept, false}, {survey.AttemptDeliver, true}} {
		if err := f.RecordOutcomes(t.Context(), f.now, []view.AttemptOutcome{{ID: call, Event: o.event, Reason: survey.ReasonHandedOver}}); err != nil {
			t.Fatal(err)
		}
		if n := f.Int(`SELECT count(*) FROM call_slot WHERE attempt_id = $1`, call); (n == 0) != o.free {
			t.Errorf("after %s: %d places", o.event, n)
		}
	}
	// The other worker dies.
	f.Exec(`UPDATE call_slot SET lease_until = clock_timestamp() - interval '1 second' WHERE holder = $1`, got[1].Holder)
	for range 2 {
		if _, ok := lease(); !ok {
			t.Fatal("the place of a worker that is gone stays taken")
		}
	}
	if ok, err := f.PlaceCall(t.Context(), got[1], call, time.Hour); ok || err != nil {
		t.Errorf("a call without a place: %v %v", ok, err)
	}
}
