package instrument

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"canvass/dispatch/survey"
)

// Recordings are the names of the files in which somebody has spoken a question, its
// choices included, by language. The files come when it is published; a call plays them,
// and reads the text where there is none.
type Recordings map[survey.Lang]string

// String lists them in the order of their languages.
func (r Recordings) String() string {
	var out []string
	for lang, file := range r {
		out = append(out, string(lang)+": "+file)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// soundForm is a file's name without a folder: loi-chao.mp3.
var soundForm = regexp.MustCompile(`^[\pL\pN_][\pL\pM\pN_ .-]{0,99}\.(?i:mp3|wav|ogg|m4a)$`)

// ValidSound reports whether name can be the name of a recording.
func ValidSound(name string) bool { return soundForm.MatchString(name) }

// Recordable reports whether a question of the type is said as one, so that there can
// be a recording of it. A matrix is said row by row.
func (t Type) Recordable() bool { return t.Asked() && t != Matrix }

// Playable reports whether a recording can stand for the question in a call: one of
// which the words are the same for everybody, and which calls ask at all.
func (q *Questionnaire) Playable(question *Question) bool {
	for _, said := range question.Voice {
		if strings.Contains(said, "${") {
			return false
		}
	}
	return question.Filter == nil && q.Carries(question, survey.Voice)
}

// audio reads the recordings of a question; a language may have none.
func (p *parser) audio(q *Question, n *yaml.Node) {
	if n == nil {
		return
	}
	if !q.Type.Recordable() {
		p.fail(n.Line, survey.CodeUnknownKey, "name", "audio", "type", string(q.Type))
		return
	}
	q.Audio = Recordings(p.texts(n, false, q.Name))
	for _, l := range p.langs {
		if file := q.Audio[l]; file != "" && !ValidSound(file) {
			p.fail(n.Line, survey.CodeYAML, "problem", "not a file of sound", "name", file, "valid", "mp3, wav, ogg, m4a")
		}
	}
}
