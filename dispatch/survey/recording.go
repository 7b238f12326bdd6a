package survey

import (
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"strings"
)

// RecordingID names what somebody said in a call in the place of words, as in
// rec-k3v9c2m7q4x8ap6w. It is what the answer holds, so that a page or a table can tell
// of it. It says nothing about the person, and not how the provider calls it.
type RecordingID string

var recordingForm = regexp.MustCompile(`^rec-[a-z2-7]{16}$`)

// Bounds of what is recorded of one answer.
const (
	MinRecord    = 10      // seconds that a question may allow at least
	MaxRecord    = 180     // and at most
	MaxRecording = 8 << 20 // bytes that are taken from a provider
)

// NewRecordingID names a recording of a provider, the same whenever it is asked. Its
// name there cannot be told from it.
func NewRecordingID(provider, providerID string) RecordingID {
	sum := sha256.Sum256([]byte(provider + "\x00" + providerID))
	return RecordingID("rec-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}

// Valid reports whether id is one.
func (id RecordingID) Valid() bool { return recordingForm.MatchString(string(id)) }

// Recorded is the recording that an answer consists of; false if it consists of words.
func (a Answer) Recorded() (RecordingID, bool) {
	id := RecordingID(a.Value)
	return id, a.Missing == "" && id.Valid()
}
