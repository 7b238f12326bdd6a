package instrument

import (
	"testing"
)

// A recording is kept by language; one of words that depend on an answer is not played; what is no recording, or is
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
	q, errs = Parse("q.yaml", []byte(head+`  - {name: a, type: single, kind: fact, label: A | A, choices: {1: X | X, 2: Y | Y}, audio: a.mp3}
  - {name: b, type: integer, kind: fact, min: 0, max: 9, label: "B ${a|x} | B ${a|x}", audio: b.mp3}
  - {name: c, type: text, kind: fact, label: C | C, audio: c.mp3}
  - {name: d, type: integer, kind: fact, min: 0, max: 9, label: "D ${a|x} | D ${a|x}", voice: D | D, audio: d.mp3}
`))
	if errs != nil {
		t.Fatal(errs)
	}
	for i, want := range []bool{true, false, false, true} {
		if got := q.Playable(&q.Questions[i]); got != want {
			t.Errorf("%s is playable: %v", q.Questions[i].Name, got)
		}
	}
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A, audio: /etc/a.mp3}", []string{"5 yaml_invalid name=/etc/a.mp3"})
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A, audio: {fr: a.mp3}}", []string{"5 unknown_key name=fr"})
	checkErrors(t, head+"  - {name: a, type: text, kind: fact, label: A | A}\n  - {name: b, type: hidden, default: x, audio: a.mp3}", []string{"6 unknown_key name=audio"})
}
