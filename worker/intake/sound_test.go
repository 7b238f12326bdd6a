package intake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const spokenForm = `name: noi
title: Nói | Spoken
languages: [vi, en]
questions:
  - {name: a, type: single, kind: fact, label: "A thế nào? | How is A?", choices: {1: Tốt | Good, 2: Kém | Bad}, audio: {vi: a.wav}}
  - {name: b, type: single, kind: fact, label: "Còn ${a|nó}? | And ${a|it}?", choices: {1: Tốt | Good, 2: Kém | Bad}, audio: b.wav}
  - {name: c, type: single, kind: fact, label: "C thế nào? | How is C?", choices: {1: Tốt | Good, 2: Kém | Bad}, audio: c.wav}
`

// wav is a second of a quiet tone.
func wav() []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	b = binary.LittleEndian.AppendUint32(b, 16000)
	for i := range 8000 {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(2000*(i%16-8)/8)))
	}
	return b
}

// record gives the questionnaire of the place its recordings.
func (p *place) record(names ...string) survey.SoundRef {
	p.Helper()
	src := sourceKept(p)
	q, bad := instrument.Parse("phieu", []byte(src))
	if len(bad) > 0 {
		p.Fatal(bad)
	}
	ref := survey.SoundRef{Kind: survey.SoundWAV, Sum: sha256.Sum256(wav())}
	var sounds []view.NewSound
	for _, name := range names {
		sounds = append(sounds, view.NewSound{Name: name, Ref: ref, Seconds: 1, Content: wav()})
	}
	_, fresh, err := p.db.PublishQuestionnaire(p.Context(), view.Publication{Name: q.Name, Hash: p.db.Text(`SELECT hash FROM questionnaire`),
		Title: q.Title, Source: src, Sounds: sounds, Now: p.now})
	p.must(err)
	if fresh {
		p.Fatal("another version")
	}
	return ref
}

func sourceKept(p *place) string { return p.db.Text(`SELECT source FROM questionnaire`) }

// A call plays what was recorded in its language and reads the rest: a question of which
// the words depend on an answer, and one without a file. The same request hears the same
// words, byte for byte; the file is served to whoever knows its content, for ever.
func TestACallPlaysRecordings(t *testing.T) {
	t.Parallel()
	p := newPlace(t, spokenForm)
	ref := p.record("a.wav", "b.wav")
	begin := p.ring()
	h := p.step(p.step(begin, "").next(), "1")
	raw := func(path, digits string) string {
		form := url.Values{"CallSid": {"CA1"}, "From": {ours}, "To": {hers}, "Direction": {"outbound-api"}, "Digits": {digits}}
		return p.hook(path, form, authToken).Body.String()
	}
	first := raw(h.next(), "1")
	address := public + "/sound/" + ref.File()
	if !strings.Contains(first, "<Play>"+address+"</Play>") || strings.Contains(first, "A thế nào") {
		t.Errorf("the first question: %s", first)
	}
	for range 3 {
		if again := raw(h.next(), "1"); again != first {
			t.Fatalf("a repeated request hears\n%s\nand heard\n%s", again, first)
		}
	}
	if n := p.db.Int(`SELECT count(*) FROM inbox WHERE kind = 'keys'`); n != 3 {
		t.Errorf("%d steps are kept, want 3", n)
	}
	next := func(turn string) string { return strings.Replace(begin, "turn=0", "turn="+turn, 1) }
	if second := raw(next("3"), "1"); strings.Contains(second, "<Play>") || !strings.Contains(second, "Còn Tốt?") {
		t.Errorf("the piped question: %s", second)
	}
	if third := raw(next("4"), "1"); strings.Contains(third, "<Play>") || !strings.Contains(third, "C thế nào?") {
		t.Errorf("the one without a file: %s", third)
	}
	if english := raw(next("5"), "8"); strings.Contains(english, "<Play>") || !strings.Contains(english, "How is C?") {
		t.Errorf("in English: %s", english)
	}

	g := p.get("/sound/" + ref.File())
	if g.status != http.StatusOK || g.body != string(wav()) || g.header.Get("Content-Type") != "audio/wav" ||
		!strings.Contains(g.header.Get("Cache-Control"), "immutable") {
		t.Errorf("served %d, %v", g.status, g.header)
	}
	other := ref
	other.Sum[0]++
	for _, bad := range []string{other.File(), strings.Replace(ref.File(), "wav", "mp3", 1), "a.wav", "x"} {
		if g := p.get("/sound/" + bad); g.status != http.StatusNotFound {
			t.Errorf("%s: %d", bad, g.status)
		}
	}
	if bytes.Contains(p.log.Bytes(), []byte(hers)) {
		t.Error("a number is in the log")
	}
}
