package postgres_test

import (
	"crypto/sha256"
	"testing"

	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// A published version gets recordings, then those that were missing; what it has it
// keeps, and the same file is stored once however often it is named.
func TestRecordingsOfAPublishedVersionNeverChange(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	sound := func(name, content string) view.NewSound {
		return view.NewSound{Name: name, Ref: survey.SoundRef{Kind: survey.SoundMP3, Sum: sha256.Sum256([]byte(content))}, Seconds: 2, Content: []byte(content)}
	}
	publish := func(sounds ...view.NewSound) (survey.QuestionnaireID, error) {
		src, _, err := db.PublishQuestionnaire(t.Context(), view.Publication{Name: "p", Hash: "h", Title: map[survey.Lang]string{survey.Vietnamese: "P"},
			Source: "x", Sounds: sounds, Now: pgtest.Day()})
		return src.ID, err
	}
	id, err := publish(sound("a.mp3", "A"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish(sound("a.mp3", "A"), sound("b.mp3", "A"), sound("c.mp3", "C")); err != nil {
		t.Fatal(err)
	}
	_, err = publish(sound("d.mp3", "D"), sound("a.mp3", "another"))
	if survey.KindOf(err) != survey.Conflict {
		t.Fatalf("changed: %v", err)
	}
	got, err := db.Sounds(t.Context(), id)
	if err != nil || len(got) != 3 || got["a.mp3"] != got["b.mp3"] || got["a.mp3"] != sound("", "A").Ref {
		t.Errorf("%v %v", got, err)
	}
	if n := db.Int(`SELECT count(*) FROM sound`); n != 2 {
		t.Errorf("%d files", n)
	}
	if b, err := db.Sound(t.Context(), got["c.mp3"]); err != nil || string(b) != "C" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := db.Sound(t.Context(), sound("", "D").Ref); survey.KindOf(err) != survey.NotFound {
		t.Errorf("what was refused is there: %v", err)
	}
}
