package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"canvass/dispatch"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// pages walks all pages of a list, a few cases at a time, and counts its lines.
func (f *field) pages(q view.BehindAsk) (lines int) {
	f.t.Helper()
	q.Campaign, q.Now, q.Lines, q.Look = f.k.ID, f.now, 3, 7
	for {
		p, err := f.BehindPage(f.t.Context(), q)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, l := range p.Lines {
			if l.ContactID <= q.After || l.ContactID > p.Last {
				f.t.Errorf("contact %d is on the page from %d to %d", l.ContactID, q.After, p.Last)
			}
		}
		if lines += len(p.Lines); !p.More {
			return lines
		}
		if p.Last <= q.After {
			f.t.Fatal("a page goes nowhere")
		}
		q.After = p.Last
	}
}

// Every number of a screen is the length of its list, whatever the ledgers hold and
// however the list is cut into pages.
func TestEveryNumberIsTheLengthOfItsPages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for seed := range uint64(4) {
		f := newField(t, 40)
		dice{f, rand.New(rand.NewPCG(seed, 12))}.fill()
		f.Exec(`UPDATE inbox SET reason = 'erase_asked' WHERE outcome = 'parked' AND id % 2 = 0`)
		s, err := f.Status(t.Context(), view.StatusAsk{ID: f.k.ID, Now: f.now, Day: f.now.Truncate(24 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		want := func(what string, n int, q view.BehindAsk) {
			t.Helper()
			seen[what] = seen[what] || n > 0
			if got := f.pages(q); got != n {
				t.Errorf("seed %d, %s: the pages have %d lines, the status says %d", seed, what, got, n)
			}
		}
		cells := map[survey.InvitationState]int{}
		for _, c := range s.Cells {
			cells[c.State] += c.N
			q := view.BehindAsk{States: []survey.InvitationState{c.State}, Filter: view.PeopleFilter{Of: view.BehindCases, Stratum: &c.Stratum}}
			if c.Disposition != "" {
				q.Codes = []survey.Disposition{c.Disposition}
			}
			want("cases", c.N, q)
		}
		if fmt.Sprint(cells) != fmt.Sprint(s.Invitations) {
			t.Errorf("by stratum %v, in all %v", cells, s.Invitations)
		}
		for _, c := range s.Attempts {
			want("attempts", c.N, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindAttempts, Channel: &c.Channel, Step: &c.Step, State: &c.State, Reason: &c.Reason}})
		}
		for _, w := range s.Waits {
			want("waits", w.N, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindAttempts, Why: &w.Why}})
		}
		for _, r := range s.Replicates {
			want("replicates", r.N, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindCases, Replicate: &r.Number}})
		}
		for _, x := range s.Arrivals {
			want("arrivals", x.N, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindArrivals, Arrival: &x.State}})
		}
		erasure, kept := view.ArrivalErasure, view.ArrivalKept
		want("erasures", s.Erasures, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindArrivals, Arrival: &erasure}})
		want("kept", s.Kept, view.BehindAsk{Filter: view.PeopleFilter{Of: view.BehindArrivals, Arrival: &kept}})
		sent := 0
		for _, x := range s.Senders {
			sent += x.Waiting
		}
		f.want(sent, "that wait for a sender", `SELECT count(*) FROM attempt WHERE state = 'queued'`)
	}
	for _, what := range []string{"cases", "attempts", "waits", "replicates", "arrivals", "erasures", "kept"} {
		if !seen[what] {
			t.Errorf("no ledger had %s", what)
		}
	}
}

// Every released case is in one part and in the whole, and no other case is in any.
func TestEveryCaseIsInOnePart(t *testing.T) {
	t.Parallel()
	for _, state := range survey.InvitationMachine().States {
		codes := []survey.Disposition{""}
		if state == survey.InvitationClosed {
			codes = survey.Dispositions()
		}
		for _, code := range codes {
			in := 0
			cell := view.CaseCell{State: state, Disposition: code}
			for _, p := range dispatch.CaseParts()[1:] {
				if dispatch.InPart(cell, p) {
					in++
				}
			}
			whole := dispatch.InPart(cell, view.PartInvited)
			if want := state != survey.InvitationHeld && state != survey.InvitationWithdrawn; whole != want || (in == 1) != want {
				t.Errorf("%s %s is in %d parts, and in the whole: %t", state, code, in, whole)
			}
		}
	}
}

// Responses are counted on the day on which they were sent off where the campaign is; of
// an anonymous campaign by what the cases know.
func TestResponsesAreCountedByDay(t *testing.T) {
	t.Parallel()
	f := newField(t, 6)
	at := func(n int, when string, mode survey.Mode) {
		r := f.MakeResponse(f.people[n], survey.ResponseSubmitted, mode, survey.Answers{"q": {Value: "1"}})
		f.Exec(`UPDATE response SET submitted_at = $2 WHERE id = $1`, r, when)
	}
	at(0, "2026-12-01T10:00:00Z", survey.Web)
	at(1, "2026-12-01T16:59:00Z", survey.Web)
	at(2, "2026-12-01T17:01:00Z", survey.TextMode) // the next day in Vietnam
	f.MakeResponse(f.people[3], survey.ResponseStarted, survey.Web, nil)
	got, err := f.FieldDays(t.Context(), f.k.ID, "Asia/Ho_Chi_Minh")
	if want := "[{2026-12-01 web 2} {2026-12-02 sms 1}]"; err != nil || fmt.Sprint(got.Days) != want || got.Cases != 6 {
		t.Errorf("%v %d %v", got.Days, got.Cases, err)
	}
	f.Exec(`UPDATE campaign SET confidentiality = 'anonymous' WHERE id = $1`, f.k.ID)
	f.Exec(`UPDATE invitation SET sealed = 'submitted', sealed_on = '2026-12-03' WHERE id = $1`, f.people[4])
	got, err = f.FieldDays(t.Context(), f.k.ID, "Asia/Ho_Chi_Minh")
	if want := "[{2026-12-03  1}]"; err != nil || fmt.Sprint(got.Days) != want {
		t.Errorf("anonymous: %v %v", got.Days, err)
	}
}
