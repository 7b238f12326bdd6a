package postgres_test

import (
	"encoding/json"
	"testing"
	"time"

	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// What we last wrote to a person, and whether it left, is known when the next text is
// judged; and the last conversation by SMS stays known when its case is closed, with
// the state in which it ended.
func TestWhatWasSaidLastIsKnown(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	inv, phone := f.people[0], survey.Phone("+84919999999")
	turn := func(state string, end survey.Disposition, says ...string) {
		t.Helper()
		ch := view.Change{Close: end, CloseReason: survey.ReasonSubmitted, Conversation: &view.ConversationChange{Mode: survey.TextMode,
			SenderID: f.senders[survey.SMS], Phone: phone, State: json.RawMessage(state), Close: end != ""}}
		for _, prompt := range says {
			ch.Notices = append(ch.Notices, view.NewNotice{Channel: survey.SMS, SenderID: f.senders[survey.SMS], Address: string(phone),
				Prompts: json.RawMessage(prompt)})
		}
		f.change(inv, ch)
	}
	read := func() view.Conversation {
		t.Helper()
		c, err := f.Case(t.Context(), inv)
		if err != nil || len(c.Conversations) != 1 {
			t.Fatalf("conversations %+v, %v", c.Conversations, err)
		}
		return c.Conversations[0]
	}
	turn(`{"n": 1}`, "")
	if v := read(); v.Spoke != (view.Spoke{}) || v.Closed {
		t.Errorf("before anything was said: %+v", v)
	}
	turn(`{"n": 2}`, "", `["a"]`)
	if v := read(); v.Spoke.State != survey.AttemptQueued || !v.Spoke.Left.IsZero() {
		t.Errorf("what waits: %+v", v.Spoke)
	}
	left := time.Date(2026, 12, 15, 8, 0, 0, 0, time.UTC)
	f.Exec(`UPDATE notice SET state = 'sent', claimed_at = $1, sent_at = $2`, left, f.now)
	if v := read(); v.Spoke.State != survey.AttemptSent || !v.Spoke.Left.Equal(left) || !v.Spoke.At.Equal(f.now) {
		t.Errorf("what left: %+v", v.Spoke)
	}
	turn(`{"n": 3}`, survey.Complete, `["b"]`)
	if v := read(); !v.Closed || string(v.State) != `{"n": 3}` || v.Spoke.State != survey.AttemptQueued {
		t.Errorf("when it is over: %+v %s", v, v.State)
	}
}
