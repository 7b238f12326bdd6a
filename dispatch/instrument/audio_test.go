package instrument

import (
	"testing"

	"canvass/dispatch/survey"
)

// A recording is kept by language and told as not played; what is no recording, or is
// said by nobody, is an error.
func TestRecordings(t *testing.T) {
	t.Parallel()
	const head = "name: n\ntitle: T | T\nlanguages: [vi, en]\nquestions:\n"
	q, errs := Parse("q.yaml", []byte(head+"  - {name: a, type: text, kind: fact, label: A | A, audio: {vi: a.mp3}}\n  - {name: b, type: text, kind: fact, label: B | B, audio: b.wav | b.ogg}\n"))
	if errs != nil {
		t.Fatal(errs)
	}
	if a, b := q.Questions[0].Audio.String(), q.Questions[1].Audio.String(); a != "vi: a.mp3" || b != "en: b.ogg, vi: b.wav" {
		t.Errorf("%s; %s", a, b)
	}
	told := 0
	for _, w := range q.Warnings() {
		if w.Code == survey.CodeAudioCarried {
			told++
		}
	}
	if told != 2 {
		t.Errorf("%d recordings are told", told)
	}
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A, audio: /etc/a.mp3}", []string{"5 yaml_invalid name=/etc/a.mp3"})
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A, audio: {fr: a.mp3}}", []string{"5 unknown_key name=fr"})
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A}\n  - {name: b, type: hidden, default: x, audio: a.mp3}", []string{"6 unknown_key name=audio"})
}
