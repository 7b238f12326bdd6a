package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Status is how a campaign stands, read in one snapshot. Times are business
// time, zero when there is none.
type Status struct {
	Name       string                 `json:"name"`
	Title      map[survey.Lang]string `json:"title"`
	State      survey.CampaignState   `json:"state"`
	Purpose    survey.Purpose         `json:"purpose"`
	Level      survey.Confidentiality `json:"confidentiality"`
	LaunchedAt time.Time              `json:"launched_at,omitzero"`
	EndsAt     time.Time              `json:"ends_at,omitzero"`
	ClosedAt   time.Time              `json:"closed_at,omitzero"`

	Frame       int                            `json:"frame"`
	Invitations map[survey.InvitationState]int `json:"invitations"`
	Closed      map[survey.Disposition]int     `json:"closed"`
	Cells       []CaseCell                     `json:"-"`                // the same, by stratum
	Strata      []StratumStatus                `json:"strata,omitempty"` // by name
	Replicates  []ReplicateCount               `json:"replicates,omitempty"`
	Attempts    []AttemptCount                 `json:"attempts,omitempty"`
	Notices     []NoticeCount                  `json:"notices,omitempty"`
	Responses   []ResponseCount                `json:"responses,omitempty"`
	// Sealed counts the cases of an anonymous campaign by what became of their answers,
	// Pooled the answers that wait to be released; Responses are those that are.
	Sealed    map[survey.ResponseState]int `json:"sealed,omitempty"`
	Pooled    int                          `json:"pooled,omitempty"`
	Arrivals  []ArrivalCount               `json:"arrivals,omitempty"` // that are not applied
	Unapplied int                          `json:"unapplied"`          // of these, those that wait for their turn
	Kept      int                          `json:"-"`                  // of those that are parked, what waits for something that is missing
	ForStaff  int                          `json:"for_staff"`          // messages in doubt that only staff can settle
	Matters   []MatterCount                `json:"inbox,omitempty"`    // what people of the office have to read
	// Erasures are how many people asked to be erased and are not yet, since when the
	// first of them waits, in real time.
	Erasures     int         `json:"erasures"`
	ErasureSince time.Time   `json:"erasure_since,omitzero"`
	NextDue      time.Time   `json:"next_due,omitzero"` // next contact, or next look at a case
	Cases        []CaseCount `json:"-"`                 // of released replicates, for the rates

	Waits       []WaitCount    `json:"waits,omitempty"` // what is queued, by why it does not leave
	NextContact time.Time      `json:"next_contact,omitzero"`
	Senders     []SenderHealth `json:"senders,omitempty"` // by which it sends
	Rate        float64        `json:"rate,omitempty"`    // messages a second, at most; 0: unpaced
	Budget      int64          `json:"budget,omitempty"`  // đồng, at most; 0: no limit
	Spent       int64          `json:"spent"`             // đồng, with what the messages on the wire may cost
	// Recent is how many attempts left in the PaceSpan before now.
	Recent int `json:"recent"`
}

// PaceSpan is over which the present pace is measured, in business time.
const PaceSpan = 10 * time.Minute

// StatusAsk asks how a campaign stands.
type StatusAsk struct {
	ID  survey.CampaignID
	Now time.Time // business time
	// Day is that of the senders' limits, as its midnight in UTC.
	Day time.Time
}

// ReplicateCount is one random part of the sample.
type ReplicateCount struct {
	Number int                   `json:"number"`
	State  survey.ReplicateState `json:"state"`
	N      int                   `json:"n"` // cases
}

// StratumStatus is how one stratum stands.
type StratumStatus struct {
	Name      string `json:"name"`
	Frame     int    `json:"frame"`     // N_h
	Sample    int    `json:"sample"`    // n_h
	Held      int    `json:"held"`      // of these, not released yet
	Open      int    `json:"open"`      // no answer yet
	Started   int    `json:"started"`   // answering
	Closed    int    `json:"closed"`    // with a disposition
	Submitted int    `json:"submitted"` // responses sent off
}

// AttemptCount counts attempts that stand alike. People is how many people they
// are for; who they are is for campaign people.
type AttemptCount struct {
	Channel survey.Channel      `json:"channel"`
	Step    string              `json:"step,omitempty"`
	State   survey.AttemptState `json:"state"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	N       int                 `json:"n"`
	People  int                 `json:"people,omitempty"`
	Cost    int64               `json:"-"` // đồng, of those that have one
	Priced  int                 `json:"-"` // how many these are
}

// NoticeCount counts answers of ours that stand alike. People are those who are
// known.
type NoticeCount struct {
	Channel survey.Channel      `json:"channel"`
	State   survey.AttemptState `json:"state"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	N       int                 `json:"n"`
	People  int                 `json:"people"`
	Known   int                 `json:"-"` // of N, those that are for cases of the campaign
}

// ArrivalCount counts what arrived and is not applied: unapplied waits for its
// turn; parked is kept until something that it depends on is there.
type ArrivalCount struct {
	State  ArrivalState `json:"state"`
	N      int          `json:"n"`
	People int          `json:"people"`
}

// ArrivalState is how far something that arrived has come.
type ArrivalState string

// What is counted of arrivals.
const (
	ArrivalUnapplied ArrivalState = "unapplied"
	ArrivalParked    ArrivalState = "parked"
)

// WaitCount counts queued attempts that do not leave now, by why: the campaign is
// paused, the sender rests (halted), it is due and waits for its turn (due), or
// why it was put back or is planned for later. Times are business time.
type WaitCount struct {
	Why    survey.Reason `json:"why"`
	N      int           `json:"n"`
	People int           `json:"people"`
	Next   time.Time     `json:"next"` // when the first of them is due
	Last   time.Time     `json:"last"` // and the last
}

// ResponseCount counts responses that stand alike. The mode is that of the last
// answer.
type ResponseCount struct {
	State survey.ResponseState `json:"state"`
	Mode  survey.Mode          `json:"mode"`
	N     int                  `json:"n"`
}

// Answered is one response with where it stands.
type Answered struct {
	Response
	State survey.ResponseState
	Late  bool // submitted after the end
}
