package survey

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// A ladder is one wait or several, and what is stored is read back.
func TestLadder(t *testing.T) {
	t.Parallel()
	hour := Span(time.Hour)
	for text, want := range map[string]Ladder{
		`"1h"`: {hour}, `["1h", "2h", "1d"]`: {hour, 2 * hour, 24 * hour}, `[]`: {},
	} {
		var l Ladder
		if err := json.Unmarshal([]byte(text), &l); err != nil || !slices.Equal(l, want) {
			t.Errorf("%s: %v, %v", text, l, err)
			continue
		}
		stored, err := json.Marshal(l)
		var back Ladder
		if err != nil || json.Unmarshal(stored, &back) != nil || !slices.Equal(back, want) {
			t.Errorf("%s comes back from %s as %v", text, stored, back)
		}
	}
	var l Ladder
	for _, text := range []string{`"soon"`, `["1h", -3]`, `{}`} {
		if err := json.Unmarshal([]byte(text), &l); err == nil {
			t.Errorf("%s is read as %v", text, l)
		}
	}
	l = Ladder{hour, 2 * hour}
	if l.Wait(1) != hour || l.Wait(2) != 2*hour || l.Wait(9) != 2*hour || l.Wait(0) != hour || (Ladder)(nil).Wait(1) != 0 {
		t.Error("the waits of a ladder")
	}
}
