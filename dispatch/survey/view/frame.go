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
	// Rest leaves out whoever was invited less than so long before Now; 0 leaves
	// out nobody.
	Rest  time.Duration
	Actor string
	Now   time.Time
}

// Frame is a frozen frame.
type Frame struct {
	FrozenAt time.Time `json:"frozen_at"`
	Hash     string    `json:"hash"`
	Size     int       `json:"size"`
	// Eligible contacts that were left out, counted when the frame was frozen:
	// who left the network, who is not to be contacted at all, and of the others
	// who rests.
	Left       int `json:"left,omitempty"`
	Suppressed int `json:"suppressed,omitempty"`
	Resting    int `json:"resting,omitempty"`
}

// StratumSize is one stratum of a frozen frame.
type StratumSize struct {
	Name string
	Size int // N_h
	// Circle counts those who rest too. Active are those of the frame whose
	// rotation group has its turn: all, without groups.
	Circle, Active int
	// Before is the latest draw of the stratum in the series, nil for none.
	Before *survey.Draw
}

// Turn is what a draw is planned on.
type Turn struct {
	// Number is how many waves of the series were drawn before; 0 without one.
	Number int
	Strata []StratumSize // by name
}

// DrawOrder asks for the sample of a campaign.
type DrawOrder struct {
	CampaignID survey.CampaignID
	Actor      string
	Now        time.Time
	// Plan decides size, place and advance per stratum. Start is where the circle
	// begins: drawing moves it to Place, and widens Advance by those who rest.
	Plan func(Turn) ([]survey.Draw, error)
	// Groups are the rotation groups of the series, made by Seed; nil without.
	Groups *survey.Rotation
	Seed   uint64
	// Split numbers the replicates of the drawn units from 0; every number
	// below Replicates may occur.
	Split      func([]survey.FrameUnit) map[survey.ContactID]int
	Replicates int // at least 1
	// Keep says under which stratum the answers of each will stand, and what the campaign
	// keeps; nil: under its own.
	Keep func([]survey.Draw) (map[string]string, []survey.Kept, error)
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
