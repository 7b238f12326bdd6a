package survey

import (
	"encoding/hex"
	"strings"
)

// SoundKind is a kind of file that a call can play.
type SoundKind string

// The kinds.
const (
	SoundMP3 SoundKind = "mp3"
	SoundWAV SoundKind = "wav"
)

// SoundKinds lists the kinds.
func SoundKinds() []SoundKind { return []SoundKind{SoundMP3, SoundWAV} }

// MediaType is what the file is served as.
func (k SoundKind) MediaType() string {
	if k == SoundMP3 {
		return "audio/mpeg"
	}
	return "audio/wav"
}

// MaxSound is the most bytes of one file of sound.
const MaxSound = 5 << 20

// SoundRef names a file of sound by its kind and the SHA-256 of its content: whoever
// does not have the file cannot guess it, and it says nothing of whom it is played to.
type SoundRef struct {
	Kind SoundKind
	Sum  [32]byte
}

// File is its name on the web.
func (r SoundRef) File() string { return hex.EncodeToString(r.Sum[:]) + "." + string(r.Kind) }

// ParseSound reads the name of a file of sound on the web.
func ParseSound(file string) (SoundRef, bool) {
	name, kind, _ := strings.Cut(file, ".")
	r := SoundRef{Kind: SoundKind(kind)}
	if len(name) != 64 || strings.ToLower(name) != name || r.Kind != SoundMP3 && r.Kind != SoundWAV {
		return SoundRef{}, false
	}
	_, err := hex.Decode(r.Sum[:], []byte(name))
	return r, err == nil
}
