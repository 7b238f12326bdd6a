package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Freeze asks for the frame of a campaign.
type Freeze struct {
	CampaignID  survey.CampaignID
	Eligibility survey.Condition
	Strata      []string // fields whose values name the stratum
	Actor       string
	Now         time.Time
}

// Frame is a frozen frame.
type Frame struct {
	FrozenAt time.Time `json:"frozen_at"`
	Hash     string    `json:"hash"`
	Size     int       `json:"size"`
	// Eligible contacts that were left out, counted when the frame was frozen:
	// who left the network, and who is not to be contacted at all.
	Left       int `json:"left,omitempty"`
	Suppressed int `json:"suppressed,omitempty"`
}

// StratumSize is one stratum of a frozen frame.
type StratumSize struct {
	Name string `json:"name"`
	Size int    `json:"size"` // N_h
}

// DrawOrder asks for the sample of a campaign.
type DrawOrder struct {
	CampaignID survey.CampaignID
	Actor      string
	Now        time.Time
	// Plan decides size and start per stratum.
	Plan func([]StratumSize) ([]survey.Draw, error)
	// Split numbers the replicates of the drawn units from 0; every number
	// below Replicates may occur.
	Split      func([]survey.FrameUnit) map[survey.ContactID]int
	Replicates int // at least 1
}

// Sample is what was drawn.
type Sample struct {
	Strata []survey.Draw `json:"strata"`
	Size   int           `json:"size"`
}

// TokenOrder asks for the hashes of the tokens of cases that have none. No
// secret crosses: only hashes are stored.
type TokenOrder struct {
	CampaignID survey.CampaignID
	KeyID      string // the key they are made with
	Purposes   []string
	// Hash is the SHA-256 of the token of one purpose, version 1.
	Hash func(purpose string, inv survey.InvitationID) ([]byte, error)
}
