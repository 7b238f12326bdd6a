package appraisal

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"
	"testing/fstest"

	"golang.org/x/text/unicode/norm"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
)

// wav is a tone of an amplitude, at 8 kHz.
func wav(seconds, amplitude float64) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	n := int(8000 * seconds)
	b = binary.LittleEndian.AppendUint32(b, uint32(2*n))
	for i := range n {
		v := max(-1, min(1, amplitude*math.Sin(float64(i)/3)))
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(32767*v)))
	}
	return b
}

// What is wrong with a recording is told with its question, and what can be played is
// kept once for a name.
func TestRecordingsOfAQuestionnaire(t *testing.T) {
	t.Parallel()
	src := `name: noi
title: Nói
languages: [vi]
questions:
  - {name: tot, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: câu một.wav}
  - {name: nho, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: nho.wav}
  - {name: ngan, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: ngan.wav}
  - {name: vo, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: vo.wav}
  - {name: theo, type: single, kind: fact, label: "Vì sao ${tot|thế}?", choices: {1: Tốt, 2: Kém}, audio: theo.wav}
  - {name: gia, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: gia.mp3}
  - {name: vang, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: vang.mp3}
  - {name: lai, type: single, kind: fact, label: "Ông/Bà thấy đường làng năm nay thế nào?", choices: {1: Tốt, 2: Kém}, audio: câu một.wav}
`
	q, bad := instrument.Parse("p.yaml", []byte(src))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	speech := 0.07 // −26 dBFS
	dir := fstest.MapFS{norm.NFD.String("câu một.wav"): {Data: wav(6, speech)}, "nho.wav": {Data: wav(6, 0.002)}, "ngan.wav": {Data: wav(0.5, speech)},
		"vo.wav": {Data: wav(6, 3)}, "theo.wav": {Data: wav(6, speech)}, "gia.mp3": {Data: []byte("không phải tiếng")}}
	told := func(list []*survey.Error) (out []string) {
		for _, e := range list {
			out = append(out, e.Args["name"]+" "+string(e.Code))
		}
		return out
	}
	got := Recordings(q, dir)
	if e := told(got.Errors); !slices.Equal(e, []string{"gia audio_unplayable", "vang audio_missing"}) {
		t.Errorf("errors %q", e)
	}
	if w := told(got.Warnings); !slices.Equal(w, []string{"nho audio_level", "ngan audio_length", "vo audio_level", "vo audio_clipped", "theo audio_unplayed"}) {
		t.Errorf("warnings %q", w)
	}
	var kept []string
	for _, s := range got.Sounds {
		kept = append(kept, s.Name)
	}
	if !slices.Equal(kept, []string{"câu một.wav", "nho.wav", "ngan.wav", "vo.wav"}) {
		t.Errorf("kept %q", kept)
	}
	none := Recordings(q, nil)
	if len(none.Errors) > 0 || len(none.Sounds) > 0 || len(none.Warnings) != 8 || none.Warnings[0].Code != survey.CodeAudioCarried {
		t.Errorf("without a directory: %q %q", told(none.Errors), told(none.Warnings))
	}
}
