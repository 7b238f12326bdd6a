package view

import (
	"time"

	"canvass/dispatch/survey"
)

// LifeOrder asks for what came before an instant of real time to be ended, Most at a time.
type LifeOrder struct {
	Kind   survey.Keeping
	Before time.Time
	// Now is business time, by which campaigns end.
	Now  time.Time
	Most int
}

// LifeEnded is what was ended of a kind, or would be, and what stays although its days
// are over.
type LifeEnded struct {
	Kind  survey.Keeping          `json:"kind"`
	Days  int                     `json:"days,omitempty"`
	Ended int                     `json:"ended"`
	Stays map[survey.StaysFor]int `json:"stays,omitempty"`
}

// ProviderCopy is a text whose words the provider still has.
type ProviderCopy struct {
	Ref        string
	ProviderID string `db:"provider_id"`
}
