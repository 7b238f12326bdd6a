package view

import (
	"time"

	"canvass/dispatch/survey"
)

// PastCampaign is a campaign that is over, as far as the next one may be like it.
type PastCampaign struct {
	PastRate
	Protocol survey.Protocol
	Listed   survey.Eligibility
	Wave     bool // of a series
	Counted  bool // its rate is kept
}

// PastRate is the response rate of a campaign that is over: AAPOR RR1, 0 to 1, nil where
// nobody was eligible.
type PastRate struct {
	ID      survey.CampaignID
	Invited int
	RR1     *float64
	At      time.Time // when it was counted
}
