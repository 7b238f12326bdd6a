package view

import (
	"time"

	"canvass/dispatch/survey"
)

// ForecastOrder asks who would be contacted by a campaign, and what bears on it.
// Nothing is written for it.
type ForecastOrder struct {
	// Campaign has its launch and its end also before it is launched: those that a
	// launch at At would give it.
	Campaign *survey.Campaign
	At       time.Time // business time from which on it is looked at
	// Freeze and Draw are what the launch would ask for.
	Freeze      Freeze
	Draw        DrawOrder
	AddressKeys AddressKeys // nil: no address is on the do-not-contact list
}

// Outlook is what a forecast starts from, beside the people.
type Outlook struct {
	Frame  Frame
	Sample int // people drawn, in all replicates
	People int // of them, those who are looked at
	Spent  int64
	// Taken is what senders with a day limit have claimed of the day of At, by
	// sender.
	Taken map[survey.SenderID]int
	// Others is how many other campaigns are in the field: they share senders.
	Others int
}

// Foreseen is one person of a forecast: what planning would see, and what the last
// gate would.
type Foreseen struct {
	PlanCase
	Left bool // the network
	// Gate says by channel what the last gate holds against a contact, for good.
	Gate     map[survey.Channel]survey.Reason
	Progress Progress
}

// Specimen asks for a message as one of the campaign's people would get it. They
// get the same words if all of this is the same.
type Specimen struct {
	Campaign *survey.Campaign
	Frame    int // people in the frame, which a letter may name
	Sender   survey.Sender
	Step     survey.Step // with the text that is planned for it
	Lang     survey.Lang
	Progress Progress  // how far they are
	At       time.Time // business time at which it leaves
}
