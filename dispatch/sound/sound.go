package sound

import (
	"bytes"
	"errors"
	"math"

	"canvass/dispatch/survey"
)

// Sound is what a file of sound is.
type Sound struct {
	Kind     survey.SoundKind `json:"kind"`
	Seconds  float64          `json:"seconds"`
	Rate     int              `json:"rate"` // samples a second
	Channels int              `json:"channels"`
	Bits     int              `json:"bits,omitempty"`    // of a sample; 0 of an MP3
	Bitrate  int              `json:"bitrate,omitempty"` // of an MP3, its mean, in bits a second
	// Loud is how loud it is; nil of an MP3.
	Loud *Loudness `json:"loudness,omitempty"`
}

// Loudness is how loud a sound is, relative to the loudest that its file can hold.
type Loudness struct {
	// Level is the root mean square of what is spoken, in dBFS: 0 would be a square wave
	// of full scale. Silence is left out by the two gates of ITU-R BS.1770-5, Annex 1:
	// blocks of 400 ms below −70, and those more than 10 below the mean of the others.
	// Its frequency weighting is not applied, so that this is a level and no LUFS.
	Level float64 `json:"level"`
	// Peak is the greatest sample, in dBFS.
	Peak float64 `json:"peak"`
	// Clipped is the share of samples at full scale.
	Clipped float64 `json:"clipped"`
}

// Silent is the level of a sound in which nothing is heard.
const Silent = -100

// The reasons why something is no sound that can be played.
var (
	ErrKind   = errors.New("neither MP3 nor WAV")
	ErrBroken = errors.New("broken off")
	ErrCoding = errors.New("a coding that calls do not play")
)

// Read says what the file with that content is: ErrKind, ErrBroken or ErrCoding if it
// is nothing that a call could play.
func Read(content []byte) (Sound, error) {
	if len(content) >= 12 && string(content[:4]) == "RIFF" && string(content[8:12]) == "WAVE" {
		return readWAV(content)
	}
	if s, err := readMP3(content); !errors.Is(err, ErrKind) {
		return s, err
	}
	for _, other := range []string{"OggS", "fLaC", "FORM", "RF64", ".snd"} {
		if bytes.HasPrefix(content, []byte(other)) {
			return Sound{}, ErrCoding
		}
	}
	if len(content) > 8 && string(content[4:8]) == "ftyp" { // m4a
		return Sound{}, ErrCoding
	}
	return Sound{}, ErrKind
}

// decibels is a ratio of amplitudes, or Silent.
func decibels(ratio float64) float64 {
	if ratio <= 0 {
		return Silent
	}
	return math.Round(10*max(20*math.Log10(ratio), Silent)) / 10
}
