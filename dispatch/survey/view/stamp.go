package view

import (
	"time"

	"canvass/dispatch/survey"
)

// ResultStamp is what a print or a file showed of a campaign's results. The same figures
// are the same stamp, at the first time they were so.
type ResultStamp struct {
	Code      string // 8 hex digits
	CountedAt time.Time
	KeptBy    string
	Figures   Figures
}

// Figures are results as they were shown: what was hidden is not in them. Shares are in
// percent of those who answered, with four places.
type Figures struct {
	State         survey.CampaignState `json:"state"`
	Questionnaire string               `json:"questionnaire"`
	Version       int                  `json:"version"`
	Cases         int                  `json:"cases"`
	Invited       int                  `json:"invited"`
	Submitted     int                  `json:"submitted"`
	Partials      int                  `json:"partials"`
	Participation string               `json:"participation,omitempty"` // in percent
	RR1           string               `json:"rr1,omitempty"`           // in percent
	Tables        []FiguresTable       `json:"tables"`
}

// FiguresTable is what was shown of one question.
type FiguresTable struct {
	Question string        `json:"question"`
	Base     int           `json:"base"`
	Lines    []FiguresLine `json:"lines,omitempty"`
	Mean     string        `json:"mean,omitempty"`
}

// FiguresLine is one answer that was shown.
type FiguresLine struct {
	Code    string `json:"code"`
	N       int    `json:"n"`
	Percent string `json:"percent"`
}

// ResultCount is the last count of a campaign's results.
type ResultCount struct {
	CampaignID    survey.CampaignID
	CountedAt     time.Time
	Took          time.Duration
	Invited       int
	Submitted     int
	Partials      int
	Participation *float64 // in [0, 1]; nil where nobody was invited
}
