package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Mine is what a person sees of themself behind their own link. Card has the
// contact, the addresses and the grounds; the rest of it is for staff.
type Mine struct {
	Card     ContactCard
	Surveys  []OwnSurvey
	Contacts int // messages and calls that left for the person, in all surveys
	// EraseAsked is when the person asked to be erased, zero if they did not.
	EraseAsked time.Time
}

// OwnSurvey is one survey of the person. Beside the one that the link belongs to
// stand only identified ones, and those only behind the link of one: whoever
// holds a link must not learn from it who took part in what is kept apart.
type OwnSurvey struct {
	ID             survey.InvitationID
	Name           string // as staff call it
	Title          map[survey.Lang]string
	State          survey.InvitationState
	Campaign       survey.CampaignState
	EndsAt         time.Time
	SubmittedAt    time.Time // zero: not sent
	RefusedAt      time.Time
	AnsweredBefore bool // something was answered
}

// ErasureAsked is somebody who asked to be erased and is not yet.
type ErasureAsked struct {
	ID      survey.ContactID `json:"id"`
	Code    string           `json:"code,omitempty"`
	AskedAt time.Time        `json:"asked_at"` // real time
}
