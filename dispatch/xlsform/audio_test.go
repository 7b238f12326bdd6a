package xlsform

import (
	"slices"
	"strings"
	"testing"

	"canvass/dispatch/survey"
)

// Recordings go in and out by language, and stand for no
// other language.
func TestRecordings(t *testing.T) {
	t.Parallel()
	f := read(t, workbook(t, tab{"survey", rows(`
type ¦ name ¦ label::Tiếng Việt (vi) ¦ label::English (en) ¦ audio::Tiếng Việt (vi) ¦ media::audio::English (en) ¦ kind
text ¦ a ¦ A? ¦ A? ¦ câu a.mp3 ¦ a-en.wav ¦ fact
note ¦ b ¦ B ¦ B ¦ b.ogg
text ¦ c ¦ C? ¦ C? ¦ ¦ c.m4a ¦ fact
hidden ¦ d ¦ ¦ ¦ d.mp3`)}))
	q, errs := f.Parse()
	if len(errs) > 0 || f.Faults() > 0 {
		t.Fatalf("%v\n%s\n%s", errs, f.told(), f.Source)
	}
	want := map[string]string{"a": "en: a-en.wav, vi: câu a.mp3", "b": "vi: b.ogg", "c": "en: c.m4a", "d": ""}
	again, errs := back(t, string(f.Source)).Parse()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, files := range want {
		here, _ := q.Question(name)
		there, _ := again.Question(name)
		if here.Audio.String() != files || there.Audio.String() != files {
			t.Errorf("%s: %s, back as %s, want %s", name, here.Audio, there.Audio, files)
		}
	}
	var told []string
	for _, x := range f.Findings {
		if x.Code == survey.CodeFormLeftOut {
			told = append(told, x.Where)
		}
	}
	slices.Sort(told)
	if s := strings.Join(told, " "); s != "survey!E5" {
		t.Errorf("told at %s\n%s", s, f.told())
	}
	for _, bad := range []string{"../a.mp3", "https://a.example/a.mp3", "a.png", ".mp3"} {
		f := readRows([][]string{{"type", "name", "label", "audio"}, {"text", "a", "A", bad}}, nil, nil)
		if !slices.ContainsFunc(f.Findings, func(x Finding) bool {
			return x.Level == Fault && x.Code == survey.CodeFormValue && x.Where == "survey!D2"
		}) {
			t.Errorf("%s: %s", bad, f.told())
		}
	}
}
