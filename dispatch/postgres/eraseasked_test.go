package postgres_test

import (
	"testing"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Whoever asked to be erased is seen by staff until they are: on the list, and as a
// number in the status of the campaign.
func TestWhoAskedToBeErasedWaitsForStaff(t *testing.T) {
	t.Parallel()
	f := newField(t, 3)
	other, others := f.campaign("another")
	asks := func(inv survey.InvitationID) {
		t.Helper()
		f.change(inv, view.Change{Outcome: "parked", Reason: survey.ReasonEraseAsked})
	}
	status := func(k survey.CampaignID) view.Status {
		t.Helper()
		s, err := f.Status(t.Context(), view.StatusAsk{ID: k, Now: f.now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	waits := func() []view.ErasureAsked {
		t.Helper()
		all, err := f.Erasures(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if s := status(f.k.ID); s.Erasures != 0 || !s.ErasureSince.IsZero() || len(waits()) != 0 {
		t.Errorf("before anybody asked: %d since %v", s.Erasures, s.ErasureSince)
	}
	asks(f.people[1])
	asks(f.people[0])
	asks(f.people[0])
	asks(others[0])
	f.change(f.people[2], view.Change{Outcome: "parked", Reason: survey.ReasonInvalid})
	all := waits()
	if len(all) != 2 || all[0].ID != f.contacts[1] || all[1].ID != f.contacts[0] || all[0].AskedAt.IsZero() || !all[1].AskedAt.After(all[0].AskedAt) {
		t.Errorf("who waits: %+v", all)
	}
	s, elsewhere := status(f.k.ID), status(other.ID)
	if s.Erasures != 2 || !s.ErasureSince.Equal(all[0].AskedAt) || elsewhere.Erasures != 1 {
		t.Errorf("%d since %v, in the other campaign %d", s.Erasures, s.ErasureSince, elsewhere.Erasures)
	}
	f.erase(f.contacts[0])
	if all := waits(); len(all) != 1 || all[0].ID != f.contacts[1] || status(f.k.ID).Erasures != 1 || status(other.ID).Erasures != 0 {
		t.Errorf("after one was erased: %+v", all)
	}
}
