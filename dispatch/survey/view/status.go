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
	LaunchedAt time.Time              `json:"launched_at,omitzero"`
	EndsAt     time.Time              `json:"ends_at,omitzero"`
	ClosedAt   time.Time              `json:"closed_at,omitzero"`

	Frame       int                            `json:"frame"`
	Invitations map[survey.InvitationState]int `json:"invitations"`
	Closed      map[survey.Disposition]int     `json:"closed"`
	Strata      []StratumStatus                `json:"strata,omitempty"` // by name
	Attempts    []AttemptCount                 `json:"attempts,omitempty"`
	Notices     map[survey.AttemptState]int    `json:"notices,omitempty"`
	Responses   []ResponseCount                `json:"responses,omitempty"`
	Unapplied   int                            `json:"unapplied"`         // inbox rows not applied yet
	ForStaff    int                            `json:"for_staff"`         // attempts in doubt that only staff can settle
	NextDue     time.Time                      `json:"next_due,omitzero"` // next contact, or next look at a case
	Cases       []CaseCount                    `json:"-"`                 // of released replicates, for the rates
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

// AttemptCount counts attempts that stand alike.
type AttemptCount struct {
	Channel survey.Channel      `json:"channel"`
	State   survey.AttemptState `json:"state"`
	Reason  survey.Reason       `json:"reason,omitempty"`
	N       int                 `json:"n"`
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
