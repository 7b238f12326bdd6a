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
	Now    time.Time // business time
	EndsAt time.Time // with launch
	// Loosened are, with launch, the defaults that the protocol goes beyond, each
	// with its ground: they go on record in the same transaction.
	Loosened map[survey.Loosening]string
}
