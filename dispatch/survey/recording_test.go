package survey

import "testing"

func TestARecordingHasOneName(t *testing.T) {
	t.Parallel()
	id := NewRecordingID("twilio", "RE00000000000000000000000000000001")
	if !id.Valid() || id != NewRecordingID("twilio", "RE00000000000000000000000000000001") || id == NewRecordingID("other", "RE00000000000000000000000000000001") {
		t.Errorf("%s", id)
	}
	if got, ok := (Answer{Value: AnswerText(id)}).Recorded(); !ok || got != id {
		t.Errorf("%s %v", got, ok)
	}
	for _, words := range []string{"", "rec-", "REC-AAAAAAAAAAAAAAAA", string(id) + "x", " " + string(id), "đường xấu"} {
		if _, ok := (Answer{Value: AnswerText(words)}).Recorded(); ok {
			t.Errorf("%q is taken for a recording", words)
		}
	}
}
