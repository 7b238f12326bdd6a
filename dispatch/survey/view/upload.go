package view

import (
	"time"

	"canvass/dispatch/survey"
)

// UploadState is how far an uploaded list is.
type UploadState string

// The states.
const (
	UploadChecking UploadState = "checking" // a dry run is under way, or was cut off
	UploadReady    UploadState = "ready"    // the dry run is done
	UploadUnread   UploadState = "unread"   // it cannot be read as it is
	UploadRunning  UploadState = "running"  // it is being imported, or was cut off
	UploadDone     UploadState = "done"     // it is imported, and its file gone
)

// Works reports whether a process works on the list in that state.
func (s UploadState) Works() bool { return s == UploadChecking || s == UploadRunning }

// Upload is a list that staff uploaded, without its file.
type Upload struct {
	ID       int64
	Name     string // of the file
	SHA256   []byte
	Choices  string // a JSON document
	Revision int    // of the choices
	State    UploadState
	Work     string // of the process that works on it
	BeatAt   time.Time
	Done     int    // rows
	Report   string // a JSON document
	Import   survey.ImportID
	Actor    string
	At       time.Time
}

// UploadKept is how long an uploaded list is kept at most.
const UploadKept = 24 * time.Hour

// Cut is how long after its last sign a process is taken to be gone.
const Cut = 30 * time.Second

// WasCut reports whether the process that worked on the list is gone.
func (u Upload) WasCut(now time.Time) bool { return u.State.Works() && u.BeatAt.Before(now.Add(-Cut)) }

// UploadRow is a row of the dry run of an uploaded list.
type UploadRow struct {
	N       int // from 1, in the order of the file
	Outcome MergeOutcome
	Noted   bool
	Content string // a JSON document
}

// UploadFilter asks for rows of a dry run: of an outcome, "noted", "all", or what is not as
// the list has it (""). After is the N of the last row seen.
type UploadFilter struct {
	Kind  string
	After int
	Limit int
}
