package view

import "canvass/dispatch/survey"

// CaseCount are released cases that stand alike, as outcome rates need them. What
// they answered is nowhere near.
type CaseCount struct {
	Stratum     string
	Disposition survey.Disposition // "" while they are open
	// Contacts is how many contacts were handed over before the outcome, or so far.
	Contacts int
	Weight   float64 // base weight of each
	N        int
}

// Response is one submitted response with its answers.
type Response struct {
	ID      survey.ResponseID
	Stratum string
	Weight  float64 // base weight
	Mode    survey.Mode
	Answers survey.Answers
	Modes   map[string]survey.Mode // in which each was given
}

// Ledger is the count of everything that the conservation laws speak of (design
// §6), read in one snapshot.
type Ledger struct {
	// Ended says that the campaign is closed: nothing may be under way any more.
	Ended bool `json:"ended"`

	Released int                        `json:"released"` // invitations of released replicates
	Open     int                        `json:"open"`     // of these, open or started
	Closed   map[survey.Disposition]int `json:"closed"`   // of these, closed, by code

	Attempts Outbound `json:"attempts"`
	Notices  Outbound `json:"notices"`

	// Attempts handed over after the commit of an opt-out or a submit of the
	// same person, beyond the batch that was in flight.
	SentAfterOptOut int `json:"sent_after_opt_out"`
	SentAfterSubmit int `json:"sent_after_submit"`

	InboxRows      int `json:"inbox_rows"`
	InboxApplied   int `json:"inbox_applied"`   // applied exactly once
	InboxUnapplied int `json:"inbox_unapplied"` // not yet
	InboxRepeated  int `json:"inbox_repeated"`  // effects found twice

	Submitted  int `json:"submitted"`   // responses in state submitted
	ResultRows int `json:"result_rows"` // responses in the results
}

// Outbound is one of the two outbound ledgers.
type Outbound struct {
	Planned int                         `json:"planned"` // lines ever made
	States  map[survey.AttemptState]int `json:"states"`
	// RefusedLater are the failed ones that the provider had accepted first: they
	// did leave.
	RefusedLater int `json:"refused_later"`
	// Resent are those that were in doubt and were to leave once more, by the
	// policy for mails in doubt or by staff; Perhaps are those of them that then did
	// not: the first time may have been one.
	Resent  int `json:"resent,omitempty"`
	Perhaps int `json:"perhaps,omitempty"`
	// Received is what simulators got from this ledger; nil with real providers,
	// who do not tell.
	Received *Received `json:"received"`
}

// Received is what the other side got, by our ids.
type Received struct {
	Distinct int `json:"distinct"` // different ids
	Repeats  int `json:"repeats"`  // arrivals beyond the first of an id
}
