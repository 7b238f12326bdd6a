package view

import "canvass/dispatch/survey"

// NewRecording is something that was said in a call, to be put on our list.
type NewRecording struct {
	ID         survey.RecordingID
	Provider   string
	ProviderID string
	// Question is what it answers; "": nothing, and it is only to be removed there.
	Question string
	Seconds  int
}

// OpenRecording is a recording that something is still to be done about.
type OpenRecording struct {
	ID         survey.RecordingID
	Provider   string
	ProviderID string
	// Wanted says that an answer holds it; else it is only to be removed.
	Wanted bool
	// Kept says that we have it.
	Kept  bool
	Looks int // so far, this one included
}

// KeptRecording is a recording that was fetched.
type KeptRecording struct {
	ID      survey.RecordingID
	Kind    survey.SoundKind
	Sum     [32]byte // SHA-256 of Content
	Seconds float64
	Content []byte
}
