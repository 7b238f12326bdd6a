package view

import (
	"time"

	"canvass/dispatch/survey"
)

// HolidayOrder sets days off that the computed calendar does not have, or takes computed
// ones out.
type HolidayOrder struct {
	Days []survey.Date
	Off  bool
	Name string
	// Move tells where the next date of a series lies by the days that hold from then on.
	Move SeriesMover
}

// SeriesMover works out when the next wave of a series begins.
type SeriesMover func(s survey.Series, own survey.OwnDays) (survey.Date, time.Time, error)

// HolidayLine is a day that staff set.
type HolidayLine struct {
	ID    int64       `json:"id"`
	Day   survey.Date `json:"day"`
	Off   bool        `json:"off"`
	Name  string      `json:"name"`
	SetBy string      `json:"set_by"`
	SetAt time.Time   `json:"set_at"`
}
