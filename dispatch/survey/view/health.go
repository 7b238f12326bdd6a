package view

import (
	"time"

	"canvass/dispatch/survey"
)

// FairBatch is the most that a campaign claims at once while another wants the
// same sender.
const FairBatch = 25

// SendTurn asks for the right to claim.
type SendTurn struct {
	Sender   survey.SenderID
	Campaign survey.CampaignID
	Want     int
	// Ahead is by how many attempts the campaign may be ahead of others: of a
	// paced sender a batch, so that a slot is reserved while the other sends.
	Ahead     int
	Now       time.Time // business time
	Newcomers time.Time // business time since which a launched campaign is new
}

// Granted is the answer to a SendTurn.
type Granted struct {
	N       int  // attempts that may be claimed now
	Resting bool // the sender is left alone
	Probe   bool // the one message tries whether the sender is well again
	Watched bool // the circuit breaker counts: good outcomes are to be reported, too
}

// Health is the circuit breaker of a sender.
type Health struct {
	State    survey.HealthState
	Openings int // in a row
	// Good and Bad count outcomes since the window began.
	Good, Bad int
	// Rest is how long, in real time, nothing leaves; of an answer that opens it.
	Rest time.Duration
}

// HealthReport is what became of a batch, as far as it speaks of the sender.
type HealthReport struct {
	Sender    survey.SenderID
	Good, Bad int
	Reason    survey.Reason // of the bad ones
	Code      string
	Window    time.Duration // of the counts
}

// SenderHealth is how one of our addresses stands.
type SenderHealth struct {
	Sender  survey.SenderID    `json:"id"`
	Channel survey.Channel     `json:"channel"`
	Address string             `json:"address"`
	State   survey.HealthState `json:"state"`
	Reason  survey.Reason      `json:"reason,omitempty"`
	Code    string             `json:"code,omitempty"`
	Since   time.Time          `json:"since,omitzero"` // real time
	Until   time.Time          `json:"until,omitzero"` // real time of the next try
	// Taken is what it claimed today, counted only if it has a limit: DayCap, that
	// of today. Warming says that it is not the full one yet.
	Taken   int  `json:"taken_today,omitempty"`
	DayCap  int  `json:"day_cap,omitempty"`
	Warming bool `json:"warming,omitempty"`
	// Of one campaign: when a message of it last left by this sender, in business time,
	// and how many wait for it.
	LastSent time.Time `json:"last_sent,omitzero"`
	Waiting  int       `json:"waiting,omitempty"`
}

// HouseSender is one of our addresses, as it is set up and as it stands.
type HouseSender struct {
	survey.Sender
	Health SenderHealth
}
