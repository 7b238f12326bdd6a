package view

import (
	"time"

	"canvass/dispatch/survey"
)

// OfficeText is one version of a text of the office.
type OfficeText struct {
	Name      survey.TextName
	Version   int
	Own       bool // false: from this version on the built-in words hold
	Text      survey.OwnText
	ChangedAt time.Time
	ChangedBy string
}
