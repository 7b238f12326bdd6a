package appraisal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/instrument"
	"canvass/dispatch/sound"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// Audio is what was found in the recordings of a questionnaire.
type Audio struct {
	Sounds   []view.NewSound // each name once, those that calls play
	Errors   []*survey.Error
	Warnings []*survey.Error
}

// What a recording should be like. The level is that of speech on a telephone line:
// ITU-T recommendations take −26 dBov as nominal (P.56 says how it is measured), and ten
// on either side is what is still heard well beside it.
const (
	quietest = -36
	loudest  = -16
	clips    = 0.001 // share of samples at full scale
	shortest = 0.5   // of the seconds that the text takes: less, and choices may be missing
	longest  = 2.5
)

// Recordings looks at the recordings that q names, in a directory; with a nil directory
// it tells of those that are missing. A call reads the text of what is not there.
func Recordings(q *instrument.Questionnaire, dir fs.FS) Audio {
	r := recordings{findings: findings{q: q}, dir: dir, seen: map[string]bool{}}
	for i := range q.Questions {
		r.at = &q.Questions[i]
		for _, l := range q.Languages {
			if name := r.at.Audio[l]; name != "" {
				r.look(l, name)
			}
		}
	}
	byLine(r.errors)
	byLine(r.warnings)
	return Audio{Sounds: r.sounds, Errors: r.errors, Warnings: r.warnings}
}

// recordings are looked at one by one.
type recordings struct {
	findings
	dir    fs.FS
	names  map[string]string // of the files, by their composed form
	seen   map[string]bool
	sounds []view.NewSound
}

func (r *recordings) look(l survey.Lang, name string) {
	switch {
	case !r.q.Playable(r.at):
		r.warn(survey.CodeAudioUnplayed, "value", name)
		return
	case r.dir == nil:
		r.warn(survey.CodeAudioCarried, "value", name)
		return
	}
	content, err := r.read(name)
	if err != nil {
		r.fail(survey.CodeAudioMissing, "value", name, "max", strconv.Itoa(survey.MaxSound>>20))
		return
	}
	s, err := sound.Read(content)
	if err != nil {
		r.fail(survey.CodeAudioUnplayable, "value", name)
		return
	}
	r.measure(l, name, s)
	if !r.seen[name] {
		r.seen[name] = true
		r.sounds = append(r.sounds, view.NewSound{Name: name, Seconds: s.Seconds, Content: content,
			Ref: survey.SoundRef{Kind: s.Kind, Sum: sha256.Sum256(content)}})
	}
}

// measure warns of what a person would hear badly.
func (r *recordings) measure(l survey.Lang, name string, s sound.Sound) {
	expected := Seconds(l, r.at.Voice.In(l))
	if s.Seconds > longestPrompt || s.Seconds < shortest*expected || s.Seconds > longest*expected+2 {
		r.warn(survey.CodeAudioLength, "value", name, "seconds", tenth(s.Seconds), "expected", tenth(expected))
	}
	if s.Loud == nil {
		return
	}
	if s.Loud.Level < quietest || s.Loud.Level > loudest {
		r.warn(survey.CodeAudioLevel, "value", name, "level", tenth(s.Loud.Level))
	}
	if s.Loud.Clipped > clips {
		r.warn(survey.CodeAudioClipped, "value", name)
	}
}

func tenth(v float64) string { return fmt.Sprintf("%.1f", v) }

// errTooLarge is a file beyond what is taken.
var errTooLarge = errors.New("too large")

// read reads a file, whichever form of its accents the disk keeps.
func (r *recordings) read(name string) ([]byte, error) {
	if r.names == nil {
		entries, err := fs.ReadDir(r.dir, ".")
		if err != nil {
			return nil, err
		}
		r.names = map[string]string{}
		for _, e := range entries {
			r.names[norm.NFC.String(e.Name())] = e.Name()
		}
	}
	kept, ok := r.names[norm.NFC.String(name)]
	if !ok || path.Base(kept) != kept {
		return nil, fs.ErrNotExist
	}
	f, err := r.dir.Open(kept)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(f, survey.MaxSound+1))
	if err == nil && n > survey.MaxSound {
		err = errTooLarge
	}
	return b.Bytes(), err
}
