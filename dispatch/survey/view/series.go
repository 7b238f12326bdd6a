package view

import (
	"time"

	"canvass/dispatch/survey"
)

// SeriesMove is one move of a series by somebody for some reason.
type SeriesMove struct {
	ID     survey.SeriesID
	Event  survey.SeriesEvent
	Actor  string
	Reason survey.Reason
	Note   string // what the person gave as the reason
	Now    time.Time
	// Decide says, with resume, what becomes of the dates that passed.
	Decide DecideWaves
}

// DecideWaves decides what becomes of dates of a series that have come. taken are
// the dates from NextDate on that have a wave already.
type DecideWaves func(s survey.Series, taken []survey.Date) (WaveDecision, error)

// WaveDecision is what is decided of a series' dates.
type WaveDecision struct {
	Waves []survey.Wave
	// NextDate is the first date that is left open, NextAt when it begins; zero
	// when there is none.
	NextDate survey.Date
	NextAt   time.Time
}

// OpenWave is a wave that is due or prepared, with what is needed to go on with
// it.
type OpenWave struct {
	survey.Wave
	Series   survey.Series
	Campaign string // its name, empty before it has one
	// Newer says that a later date of the series has come too, and is not skipped.
	Newer bool
}

// WaveMove is one move of a wave by somebody for some reason.
type WaveMove struct {
	ID     survey.WaveID
	Event  survey.WaveEvent
	Actor  string
	Reason survey.Reason
	Note   string
	Now    time.Time
}

// WaveOrder is what a member of staff decides about one date of a series.
type WaveOrder struct {
	SeriesID survey.SeriesID
	// Of the date, for a wave that is not there yet.
	Date   survey.Date
	Number int
	At     time.Time
	Event  survey.WaveEvent // run or skip
	Actor  string
	Note   string
	Now    time.Time
}

// WavePreparation gives a wave its campaign.
type WavePreparation struct {
	ID       survey.WaveID
	Campaign survey.Campaign // a draft
	Actor    string
	Now      time.Time
}

// WaveFailure says that a wave could not be created or launched.
type WaveFailure struct {
	ID      survey.WaveID
	Faults  []survey.Fault
	RetryAt time.Time // business time
}

// WaveLine is a wave with its campaign, for a listing.
type WaveLine struct {
	survey.Wave
	Campaign      string // empty before it has one
	CampaignState survey.CampaignState
	EndsAt        time.Time // of the field period, zero before launch
}

// SeriesLine is a series with its latest wave, for a listing.
type SeriesLine struct {
	survey.Series
	Last  *WaveLine // nil before the first
	Asked int       // waves that wait for staff
}
