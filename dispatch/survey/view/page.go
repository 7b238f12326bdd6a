package view

import (
	"encoding/json"
	"time"

	"canvass/dispatch/survey"
)

// Page is the case behind a link as a page of the form needs it: without attempts,
// endpoints and conversations.
type Page struct {
	Case
	Revoked bool // a newer link replaced this one
	// Versions are those of the rows that this was read from.
	Versions Versions
}

// Versions say which state of a case was read: every writer of a case writes its
// invitation. Contact is empty if that is erased.
type Versions struct{ Invitation, Campaign, Contact string }

// PageSave is the answers of one page, decided on a case that was read without a lock.
type PageSave struct {
	Provider   string
	ProviderID string
	Kind       string
	ReceivedAt time.Time // real time
	Payload    json.RawMessage

	Invitation survey.InvitationID
	Response   survey.ResponseID
	Versions   Versions
	Language   survey.Lang // in which the page asked
	Change     Change      // Items, Mode, Progress and Human only
	Now        time.Time
}
