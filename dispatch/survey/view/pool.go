package view

import (
	"time"

	"canvass/dispatch/survey"
)

// PoolCount is how many anonymous answers of a stratum wait, and are released.
type PoolCount struct {
	Stratum           string
	Waiting, Released int
}

// PoolWaits is an anonymous campaign with answers that wait, or with something left to
// delete once it is closed.
type PoolWaits struct {
	Campaign *survey.Campaign
	Counts   []PoolCount
}

// Ended reports whether nothing more can come.
func (w PoolWaits) Ended() bool {
	return w.Campaign.State == survey.CampaignClosed || w.Campaign.State == survey.CampaignArchived
}

// PoolLump is the sealed answers of one person.
type PoolLump struct {
	Stratum string
	Content []byte
}

// Loose are the answers of one person, whose nobody can say.
type Loose struct {
	Stratum string
	Weight  float64
	Answers SealedAnswers
	// Topics are what staff gave to the words of answers that were out before, by question.
	Topics map[string][]GivenTopic
}

// Pool is all of an anonymous campaign's answers, under the lock of its releases.
type Pool struct {
	PoolWaits
	Waiting  []PoolLump
	Released []Loose
	// Invited are the people of every stratum who were invited, Weight the sum of their
	// base weights.
	Invited map[string]int
	Weight  map[string]float64
}

// Release is what becomes of a pool. Nothing is done where Loose is nil and the campaign
// has not ended.
type Release struct {
	Loose []Loose // every released response of the campaign, in the order in which they are written
	Left  []PoolLump
	// Withheld are too few to be released at all: they are deleted.
	Withheld int
}

// PoolOrder asks for a release. At is the first instant of its day.
type PoolOrder struct {
	ID survey.CampaignID
	At time.Time
}
