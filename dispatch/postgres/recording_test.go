package postgres_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// speak puts a recording on the list for an answer, and fetches it if content is given.
func (s *seeded) speak(sid, question, content string) survey.RecordingID {
	s.t.Helper()
	id := survey.NewRecordingID("twilio", sid)
	s.Exec(`INSERT INTO recording (id, provider, provider_id, response_id, question, wanted) VALUES ($1, 'twilio', $2, $3, $4, true)`,
		id, sid, string(s.response), question)
	s.Exec(`INSERT INTO answer_item (response_id, question, value, mode, answered_at) VALUES ($1, $2, $3, 'voice', now())`, string(s.response), question, id)
	if content != "" {
		if err := s.KeepRecording(s.t.Context(), view.KeptRecording{ID: id, Kind: survey.SoundWAV, Seconds: 3, Sum: sha256.Sum256([]byte(content)), Content: []byte(content)}); err != nil {
			s.t.Fatal(err)
		}
	}
	return id
}

// After an erasure no word of the person is here, nothing says whose a recording was, and
// none is forgotten at the provider: also one that was told of and not applied yet.
func TestErasureDeletesWhatWasSaidAndForgetsNothingAtTheProvider(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	s.speak("RE1", "mot", "her voice")
	s.speak("RE2", "hai", "")
	gone := s.speak("RE3", "ba", "her voice again")
	if err := s.RecordingRemoved(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	s.Exec(`INSERT INTO inbox (kind, provider, provider_id, received_at, invitation_id, payload)
		VALUES ('spoken', 'twilio', 'RE4:spoken', now(), $1, '{"kind": "spoken", "recording": {"provider_id": "RE4"}}')`, s.open)
	s.erase(s.id)
	if got := s.Text(`SELECT string_agg(provider_id || ' ' || state, ', ' ORDER BY provider_id) FROM recording`); got != "RE1 kept, RE2 waiting, RE4 waiting" {
		t.Errorf("on the list: %s", got)
	}
	if n := s.Int(`SELECT count(*) FROM recording WHERE content IS NOT NULL OR sha256 IS NOT NULL OR response_id IS NOT NULL OR question <> '' OR wanted`); n != 0 {
		t.Errorf("%d still say something", n)
	}
	open, err := s.TakeRecordings(t.Context(), 10)
	if err != nil || len(open) != 3 {
		t.Fatalf("%v %v", open, err)
	}
	for _, r := range open {
		if r.Wanted {
			t.Errorf("%s is to be fetched", r.ProviderID)
		}
		if err := s.RecordingRemoved(t.Context(), r.ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Int(`SELECT count(*) FROM recording`); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// The life of a recording ends: what is old goes here at once, its row when the provider
// has it no more; what is young, or not fetched, stays.
func TestRecordingsEnd(t *testing.T) {
	t.Parallel()
	s := seedPerson(t)
	old, left, young, waits := s.speak("RE1", "mot", "a"), s.speak("RE2", "hai", "b"), s.speak("RE3", "ba", "c"), s.speak("RE4", "bon", "")
	if err := s.RecordingRemoved(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	s.Exec(`UPDATE recording SET kept_at = kept_at - interval '40 days' WHERE id IN ($1, $2)`, old, left)
	s.Exec(`UPDATE campaign SET state = 'fielding', closed_at = NULL`)
	o := view.LifeOrder{Kind: survey.KeepRecordings, Before: time.Now().Add(-30 * 24 * time.Hour), Now: time.Now(), Most: 500}
	if due, err := s.LifeDue(t.Context(), o); err != nil || due.Ended != 0 || due.Stays[survey.StaysInField] != 2 {
		t.Fatalf("in the field: %+v, %v", due, err)
	}
	s.Exec(`UPDATE campaign SET state = 'closed', closed_at = ends_at`)
	n, err := s.EndLife(t.Context(), o)
	if err != nil || n != 2 {
		t.Fatalf("%d ended, %v", n, err)
	}
	got := s.Text(`SELECT string_agg(id || ' ' || wanted || ' ' || (content IS NOT NULL), ', ' ORDER BY provider_id) FROM recording`)
	if want := strings.Join([]string{string(left) + " false false", string(young) + " true true", string(waits) + " true false"}, ", "); got != want {
		t.Errorf("left %s\nwant %s", got, want)
	}
	if n, err := s.RecordingsOpen(t.Context()); err != nil || n != 3 {
		t.Errorf("%d open, %v", n, err)
	}
	if n, err := s.EndLife(t.Context(), o); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}
