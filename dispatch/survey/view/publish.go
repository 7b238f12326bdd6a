package view

import (
	"time"

	"canvass/dispatch/survey"
)

// Publication is a questionnaire to be published.
type Publication struct {
	Name   string
	Hash   string // of the source
	Title  map[survey.Lang]string
	Source string     // the YAML as written
	Sounds []NewSound // recordings that it names
	Actor  string
	Now    time.Time
}

// NewSound is a recording to be kept with a questionnaire, under the name that it has
// there.
type NewSound struct {
	Name    string
	Ref     survey.SoundRef
	Seconds float64
	Content []byte
}

// PublishedQuestionnaire is one line of the list of questionnaires.
type PublishedQuestionnaire struct {
	ID          survey.QuestionnaireID `json:"-"`
	Name        string                 `json:"name"`
	Version     int                    `json:"version"`
	Hash        string                 `json:"hash"`
	Title       map[survey.Lang]string `json:"title"`
	PublishedAt time.Time              `json:"published_at"`
	PublishedBy string                 `json:"published_by"`
	Campaigns   int                    `json:"campaigns"` // that use it
}
