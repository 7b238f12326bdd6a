package view

import (
	"time"

	"canvass/dispatch/survey"
)

// CampaignMove is one move of a campaign by somebody for some reason.
type CampaignMove struct {
	ID     survey.CampaignID
	Event  survey.CampaignEvent
	Actor  string
	Reason survey.Reason
	Words  string    // of staff, why: kept with the acts, in no event
	Now    time.Time // business time
	EndsAt time.Time // with launch
	// Unapproved is, with approve, why no second person had to: a command, a series.
	Unapproved string
	// Loosened are, with launch, the defaults that the protocol goes beyond, each
	// with its ground: they go on record in the same transaction.
	Loosened map[survey.Loosening]string
}

// EndMove asks for the end of a field period to be moved. Times are business
// time.
type EndMove struct {
	ID    survey.CampaignID
	Event survey.EndEvent
	// From is the end as it was seen; one that was moved meanwhile is left alone.
	From, To time.Time
	Actor    string
	Words    string
	Now      time.Time
}

// EndMoved says what moving an end did.
type EndMoved struct {
	Campaign string    `json:"campaign"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Cases    int       `json:"cases"` // that are open, and looked at again
	// Back are contacts that had been withdrawn because nothing more could leave
	// before the old end, and wait again.
	Back int `json:"back"`
}

// ReleaseOrder asks for a held replicate to be released.
type ReleaseOrder struct {
	ID     survey.CampaignID
	Number int
	Actor  string
	Words  string
	Now    time.Time // business time
}

// ResendOrder asks for the last contact of a group of cases to be made again.
type ResendOrder struct {
	ID    survey.CampaignID
	Group string
	// Only is the one person it is for; 0: everybody of the group.
	Only survey.ContactID
	// Silent are the codes of closed cases that may be opened for it.
	Silent []survey.Disposition
	Actor  string
	Words  string
	Now    time.Time // business time
	Dry    bool      // nothing is written
}

// Resent says what a resend planned.
type Resent struct {
	Campaign string                 `json:"campaign"`
	Group    string                 `json:"group"`
	People   int                    `json:"people"` // of the group
	Planned  map[survey.Channel]int `json:"planned"`
	Reopened int                    `json:"reopened"` // cases that were closed, among the planned
	// Left counts the others of the group by what keeps them from another contact.
	Left map[survey.Reason]int `json:"left"`
	Dry  bool                  `json:"dry_run"`
}

// Settings are the rate and the budget of a campaign: messages a second of real
// time, and đồng; 0 is no limit.
type Settings struct {
	Rate   float64 `json:"rate"`
	Budget int64   `json:"budget"`
}

// SettingsOrder asks for a campaign's rate and budget to be set.
type SettingsOrder struct {
	ID survey.CampaignID
	// From is how they were seen; what was set otherwise meanwhile is left alone.
	From, To Settings
	Actor    string
	Words    string
	Now      time.Time // business time
}

// SettingsMoved says what setting them did.
type SettingsMoved struct {
	Campaign string   `json:"campaign"`
	From     Settings `json:"from"`
	To       Settings `json:"to"`
	Spent    int64    `json:"spent"`
	// Back are contacts that waited for the budget, and are due now.
	Back int `json:"back"`
}
