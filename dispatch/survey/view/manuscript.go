package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Manuscript is a questionnaire that is being written.
type Manuscript struct {
	ID       survey.ManuscriptID
	Name     string // what lists call it
	Source   string // as it was saved last; it may have errors; empty in lists
	Before   string // of the revision before; empty if there was none, and in lists
	Revision int    // counts the saves, from 1
	MadeAt   time.Time
	MadeBy   string // login
	SavedAt  time.Time
	SavedBy  string // login
	// DroppedAt is when it was put aside; zero: it is not.
	DroppedAt time.Time
	// Published is the version that was made of it; 0: it is open. Note is what was
	// said of it then.
	Published survey.QuestionnaireID
	Note      string
}

// Open reports whether it can be written on.
func (d Manuscript) Open() bool { return d.Published == 0 && d.DroppedAt.IsZero() }

// ManuscriptSave is a text for a manuscript.
type ManuscriptSave struct {
	ID     survey.ManuscriptID
	Over   int    // the revision that its writer has seen; 0: whatever is there
	Name   string // empty: stays
	Source string
	Actor  string
	Now    time.Time
}

// ManuscriptEnd is what becomes of a manuscript that is not written on any more.
type ManuscriptEnd struct {
	ID        survey.ManuscriptID
	Published survey.QuestionnaireID // 0: it is put aside, or with Back taken back
	Back      bool
	Note      string
	Actor     string
	Now       time.Time
	Detail    map[string]any // for the record
}

// CampaignAsking is a campaign that asks by a version of a questionnaire.
type CampaignAsking struct {
	Name    string
	Title   map[survey.Lang]string
	State   survey.CampaignState
	Version int
}
