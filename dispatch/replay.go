package dispatch

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"canvass/dispatch/history"
	"canvass/dispatch/replay"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// ReplayStore is what replaying a campaign needs of the database.
type ReplayStore interface {
	CampaignByName(ctx context.Context, name string) (*survey.Campaign, error)
	ArchivedAt(ctx context.Context, id survey.CampaignID) (time.Time, error)
	CaseRecords(ctx context.Context, id survey.CampaignID) iter.Seq2[view.CaseRecord, error]
}

// Replayed is how the stored codes of a campaign compare with its record.
type Replayed struct {
	Campaign string `json:"campaign"`
	Cases    int    `json:"cases"` // that are closed
	Agree    int    `json:"agree"`
	Staff    int    `json:"staff"` // of those that agree, set by staff
	// Differ are the others.
	Differ []Differing `json:"differ"`
}

// Differing is a case whose stored code the record does not lead to.
type Differing struct {
	Contact string             `json:"contact"` // the office's code, or the number of the contact
	Stored  survey.Disposition `json:"stored"`
	Derived survey.Disposition `json:"derived"`
	Reason  survey.Reason      `json:"reason"` // of the derived one
}

// Replay derives the code of every closed case of a campaign anew, from the
// outbound ledger and the events, and compares it with the stored one. What staff
// set is part of the record. It changes nothing.
func Replay(ctx context.Context, store ReplayStore, name string) (Replayed, error) {
	k, err := store.CampaignByName(ctx, name)
	if err != nil {
		return Replayed{}, err
	}
	archived, err := store.ArchivedAt(ctx, k.ID)
	if err != nil {
		return Replayed{}, err
	}
	out := Replayed{Campaign: k.Name, Differ: []Differing{}}
	for r, err := range store.CaseRecords(ctx, k.ID) {
		if err != nil {
			return Replayed{}, err
		}
		out.Cases++
		got := replay.Fold(historyOf(r, archived), k.Listed)
		switch {
		case got.Code != r.Disposition:
			who := r.Contact
			if who == "" {
				who = strconv.FormatInt(int64(r.ContactID), 10)
			}
			out.Differ = append(out.Differ, Differing{Contact: who, Stored: r.Disposition, Derived: got.Code, Reason: got.Reason})
		case got.Staff():
			out.Staff++
			fallthrough
		default:
			out.Agree++
		}
	}
	return out, nil
}

// historyOf writes the record of a case as a history.
//
// The order of two things counts only where a code can fall: when a contact came
// back, when a case was closed, how far a person was, and what staff said. Those
// are events, in the order of the case's locks. Everything else only ever raises
// a code, before the closing and after it alike, and stands at the beginning.
func historyOf(r view.CaseRecord, archived time.Time) []history.Event {
	h := caseHistory{r: r, archived: archived, ended: slices.IndexFunc(r.Events, endsCase), closed: closedAt(r.Events)}
	h.contacts()
	h.signs()
	h.progress(time.Time{}, r.Progress)
	for n, e := range r.Events {
		if h.counts(e.At) {
			h.event(n, e)
		}
	}
	if h.counts(r.LateAt) {
		if h.ended < 0 {
			h.add(history.Event{At: r.LateAt, Kind: history.Ended})
		}
		h.add(history.Event{At: r.LateAt, Kind: history.Submitted})
	} else if h.ended < 0 {
		h.progress(time.Time{}, r.Progress)
	}
	return h.out
}

// endsCase reports whether e closed the case because the field period was over.
func endsCase(e survey.Event) bool {
	return e.Kind == survey.EventInvitationClosed && e.Reason == survey.ReasonEnded
}

// closedAt is the event that closed the case, for whatever reason and for good; -1
// if none is on record.
func closedAt(events []survey.Event) int {
	closed := -1
	for n, e := range events {
		switch {
		case e.Kind == survey.EventReopened:
			closed = -1
		case e.Kind == survey.EventInvitationClosed && closed < 0:
			closed = n
		}
	}
	return closed
}

type caseHistory struct {
	r        view.CaseRecord
	archived time.Time
	ended    int // the event that ended the case, -1 if none did
	closed   int // the event that closed it for good, -1 if none is on record
	out      []history.Event
}

func (h *caseHistory) add(e history.Event) { h.out = append(h.out, e) }

// counts reports whether something happened, and before the campaign was archived.
func (h *caseHistory) counts(at time.Time) bool {
	return !at.IsZero() && (h.archived.IsZero() || at.Before(h.archived))
}

// contacts says of every contact that it was under way when the case closed, if it
// was: what became of it, if anything did, is an event. Of one that is on its way
// now the ledger is the only word.
func (h *caseHistory) contacts() {
	for _, a := range h.r.Attempts {
		state := survey.AttemptState("")
		switch {
		case !a.SentAt.IsZero():
			state = survey.AttemptSent
		case a.State == survey.AttemptSending, a.State == survey.AttemptUnknown, h.inHand(a.ID):
			state = survey.AttemptSending
		}
		if state != "" {
			h.attempt(a, survey.Attempt{State: state, SentAt: a.SentAt})
		}
		if (a.State == survey.AttemptUndelivered || a.State == survey.AttemptFailed) && !h.toldOf(a.ID) {
			h.attempt(a, a)
		}
	}
}

// inHand reports whether the case closed while a worker had the contact in hand:
// then its outcome came later.
func (h *caseHistory) inHand(id survey.AttemptID) bool {
	return h.closed >= 0 && slices.ContainsFunc(h.r.Events[h.closed:], func(e survey.Event) bool { return e.AttemptID == id })
}

// toldOf reports whether an event says how a contact failed.
func (h *caseHistory) toldOf(id survey.AttemptID) bool {
	return slices.ContainsFunc(h.r.Events, func(e survey.Event) bool {
		return e.AttemptID == id && e.Kind == survey.EventAttemptFailed
	})
}

// attempt adds where contact a stood: in the state and for the reason of as.
func (h *caseHistory) attempt(a, as survey.Attempt) {
	at := as.EndedAt
	if at.IsZero() {
		at = as.SentAt
	}
	h.add(history.Event{At: at, Kind: history.Attempt, Channel: a.Channel, Step: a.Step, Try: a.Try, State: as.State, Reason: as.Reason,
		Message: h.counts(h.r.MessageLeftAt)})
}

// signs adds what only ever raises a code.
func (h *caseHistory) signs() {
	if h.counts(h.r.HumanAt) {
		h.add(history.Event{At: h.r.HumanAt, Kind: history.Begun})
	}
	if h.counts(h.r.WrongPersonAt) {
		h.add(history.Event{At: h.r.WrongPersonAt, Kind: history.WrongPerson})
	}
	// An erasure refuses for the person, and leaves no event of that.
	told := slices.ContainsFunc(h.r.Events, func(e survey.Event) bool { return e.Kind == survey.EventRefused })
	if h.counts(h.r.RefusedAt) && !told {
		h.progress(h.r.RefusedAt, h.r.Progress)
		h.refused(h.r.RefusedAt)
	}
}

func (h *caseHistory) refused(at time.Time) {
	by := "person"
	if h.r.ByOther {
		by = "other"
	}
	h.add(history.Event{At: at, Kind: history.Refused, By: by})
}

func (h *caseHistory) progress(at time.Time, p view.Progress) {
	h.add(history.Event{At: at, Kind: history.Answered, Answered: p.Answered, Applicable: p.Applicable, Keys: p.Keys})
}

// event adds the n-th event of the record.
func (h *caseHistory) event(n int, e survey.Event) {
	over := h.ended >= 0 && n > h.ended
	switch e.Kind {
	case survey.EventAttemptFailed, survey.EventAttemptPutBack, survey.EventAttemptDeferred, survey.EventAttemptCancelled:
		h.outcome(e, h.closed >= 0 && n > h.closed)
	case survey.EventRefused, survey.EventSubmitted, survey.EventAnswered:
		if p, ok := progressOf(e); ok && !over {
			h.progress(e.At, p)
		}
		if e.Kind == survey.EventRefused {
			h.refused(e.At)
		} else if e.Kind == survey.EventSubmitted {
			h.add(history.Event{At: e.At, Kind: history.Submitted})
		}
	case survey.EventReopened:
		h.add(history.Event{At: e.At, Kind: history.Reopened})
	case survey.EventCoded:
		h.add(history.Event{At: e.At, Kind: history.Coded, Code: survey.Disposition(e.Args["code"])})
	case survey.EventInvitationClosed:
		if n == h.ended {
			h.add(history.Event{At: e.At, Kind: history.Ended})
		}
	}
}

// outcome adds how a contact ended badly. One that came back to the queue was
// withdrawn if the case was over; else the ledger knows what became of it since.
func (h *caseHistory) outcome(e survey.Event, over bool) {
	i := slices.IndexFunc(h.r.Attempts, func(a survey.Attempt) bool { return a.ID == e.AttemptID })
	if i < 0 {
		return
	}
	a := h.r.Attempts[i]
	switch {
	case e.Kind == survey.EventAttemptFailed:
		h.attempt(a, survey.Attempt{State: a.State, Reason: e.Reason, SentAt: a.SentAt, EndedAt: e.At})
	case over:
		h.attempt(a, survey.Attempt{State: survey.AttemptCancelled, EndedAt: e.At})
	}
}

// progressOf is how far the person was when e happened, if that was recorded.
func progressOf(e survey.Event) (view.Progress, bool) {
	answered, err1 := strconv.Atoi(e.Args["answered"])
	applicable, err2 := strconv.Atoi(e.Args["applicable"])
	return view.Progress{Answered: answered, Applicable: applicable, Keys: e.Args["keys"] == "true"}, err1 == nil && err2 == nil
}
