package postgres_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

const herNumber = "+84910000001"

// opens lets a conversation step of a case be claimed and sent.
func (f *field) opens(inv survey.InvitationID) survey.AttemptID {
	f.t.Helper()
	id := f.MakeAttempt(survey.Attempt{InvitationID: inv, Channel: survey.SMS, Step: "conversation", DueAt: f.now})
	chunks, err := f.ChunkDue(f.t.Context(), f.now, 500, 9)
	if err != nil || len(chunks) == 0 {
		f.t.Fatalf("%v, %v", chunks, err)
	}
	for _, c := range chunks {
		f.claim(c, 10, func(k view.Candidate) view.Verdict {
			if k.Talking {
				return view.Verdict{Event: survey.AttemptPutBack, Reason: survey.ReasonConversation, DueAt: f.now.Add(time.Hour)}
			}
			return view.Verdict{Event: survey.AttemptClaim, Conversation: json.RawMessage(`{"lang": "vi"}`), DueAt: f.now.Add(time.Hour)}
		})
	}
	return id
}

func (f *field) leaves(id survey.AttemptID) {
	f.t.Helper()
	f.record(view.AttemptOutcome{ID: id, Event: survey.AttemptAccept})
}

// turn lets a person take a turn in a conversation.
func (f *field) talks(inv survey.InvitationID, stage instrument.Stage, end bool) {
	f.t.Helper()
	state, err := json.Marshal(instrument.State{Stage: stage, Current: "q", Lang: survey.Vietnamese})
	if err != nil {
		f.t.Fatal(err)
	}
	f.change(inv, view.Change{Conversation: &view.ConversationChange{Mode: survey.TextMode, SenderID: f.senders[survey.SMS], Phone: herNumber,
		State: state, Close: end}, Notices: []view.NewNotice{{Channel: survey.SMS, SenderID: f.senders[survey.SMS], Address: herNumber,
		Prompts: json.RawMessage(fmt.Sprintf(`[{"n": %d}]`, f.Int(`SELECT count(*) FROM notice`)))}}})
}

// says whose a text would be.
func (f *field) answers() view.Texter {
	f.t.Helper()
	ours := f.Text(`SELECT address FROM sender WHERE id = $1`, f.senders[survey.SMS])
	w, err := f.WhoTexted(f.t.Context(), ours, herNumber)
	if err != nil {
		f.t.Fatal(err)
	}
	return w
}

// two are two campaigns that ask the same person at the same number.
func two(t *testing.T) (f *field, first, second survey.InvitationID) {
	t.Helper()
	f = newField(t, 1)
	f.Exec(`UPDATE endpoint SET address = $1 WHERE kind = 'phone'`, herNumber)
	_, others := f.campaign("thu-hai")
	return f, f.people[0], others[0]
}

func TestAReplyGoesToTheCampaignThatAskedLast(t *testing.T) {
	t.Parallel()
	f, first, second := two(t)
	f.leaves(f.opens(first))
	f.talks(first, instrument.StageQuestions, false)
	if w := f.answers(); w.InvitationID != first || w.HeldID != 0 {
		t.Fatalf("one campaign: %+v", w)
	}
	// In the middle of it no other campaign opens its own.
	if id := f.opens(second); f.state(id) != survey.AttemptQueued {
		t.Fatalf("opened in the middle of a conversation: %s", f.state(id))
	}
	f.now = f.now.Add(2 * time.Hour)
	f.Exec(`UPDATE attempt SET due_at = $1`, f.now)
	f.Exec(`UPDATE attempt_waiting SET due_at = $1`, f.now)
	id := survey.AttemptID(f.Int(`SELECT id FROM attempt WHERE invitation_id = $1`, second))
	chunks, err := f.ChunkDue(t.Context(), f.now, 500, 9)
	if err != nil || len(chunks) != 1 {
		t.Fatal(chunks, err)
	}
	f.claim(chunks[0], 10, func(k view.Candidate) view.Verdict {
		if k.Talking {
			t.Error("she has been silent for two hours, and still talks")
		}
		return view.Verdict{Event: survey.AttemptClaim, Conversation: json.RawMessage(`{"lang": "vi"}`)}
	})
	// What crosses with the opening, which has not left, is for the first.
	if w := f.answers(); w.InvitationID != first {
		t.Errorf("before the second has said anything: %+v", w)
	}
	f.leaves(id)
	if w := f.answers(); w.InvitationID != second || w.HeldID != first {
		t.Errorf("the second asked last: %+v", w)
	}
	// An answer to the first brings it to the front: its next question is sent last.
	f.talks(first, instrument.StageQuestions, false)
	if w := f.answers(); w.InvitationID != first || w.HeldID != second {
		t.Errorf("the first asked last: %+v", w)
	}
	f.want(1, "in front", `SELECT count(*) FROM conversation WHERE closed_at IS NULL AND held_at IS NULL`)
	f.want(1, "held", `SELECT count(*) FROM conversation WHERE closed_at IS NULL AND held_at IS NOT NULL`)
}

func TestWhenOneCampaignIsOverTheOtherComesBack(t *testing.T) {
	t.Parallel()
	f, first, second := two(t)
	f.leaves(f.opens(first))
	f.talks(first, instrument.StageQuestions, false)
	f.now = f.now.Add(2 * time.Hour)
	f.leaves(f.opens(second))
	held := func() []view.QuietTalk {
		t.Helper()
		out, err := f.HeldTalks(t.Context(), f.now, 10)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := held(); len(got) != 0 {
		t.Fatalf("while the second is asked: %+v", got)
	}
	f.talks(second, instrument.StageDone, true)
	got := held()
	if len(got) != 1 || got[0].InvitationID != first {
		t.Fatalf("the second is over: %+v", got)
	}
	if w := f.answers(); w.InvitationID != first {
		t.Errorf("a reply meanwhile is for %+v", w)
	}
	o := view.TakeUp{ID: got[0].ID, InvitationID: first, SpokenAt: got[0].SpokenAt, Payload: json.RawMessage(`{"kind": "again"}`), Key: "held-1"}
	for range 2 {
		if err := f.TakeUp(t.Context(), []view.TakeUp{o}); err != nil {
			t.Fatal(err)
		}
	}
	f.want(1, "arrivals of it", `SELECT count(*) FROM inbox WHERE kind = 'again' AND invitation_id = $1`, first)
	if got := held(); len(got) != 0 {
		t.Errorf("it is taken up twice: %+v", got)
	}
}

// Two people who share a phone are never asked at once: nobody could tell whose the
// reply is.
func TestTwoPeopleOnOnePhoneAreAskedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	f.Exec(`UPDATE endpoint SET address = $1 WHERE kind = 'phone'`, herNumber)
	f.leaves(f.opens(f.people[0]))
	f.now = f.now.Add(5 * time.Hour)
	if id := f.opens(f.people[1]); f.state(id) != survey.AttemptQueued {
		t.Errorf("both are asked: %s", f.state(id))
	}
	f.want(1, "open conversations", `SELECT count(*) FROM conversation WHERE closed_at IS NULL`)
}

// A silence is counted from when the prompt was really sent, whenever it was written.
func TestASilenceBeginsWhenThePromptWasSent(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	f.Exec(`UPDATE endpoint SET address = $1 WHERE kind = 'phone'`, herNumber)
	f.leaves(f.opens(f.people[0]))
	silent := func(at time.Time) []view.QuietTalk {
		t.Helper()
		out, err := f.SilentTalks(t.Context(), at, 10)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := silent(f.now.Add(24 * time.Hour)); len(got) != 0 {
		t.Errorf("who never replied is reminded by the protocol: %+v", got)
	}
	f.talks(f.people[0], instrument.StageQuestions, false)
	if got := silent(f.now.Add(survey.IdleAfter - time.Second)); len(got) != 0 {
		t.Errorf("before its time: %+v", got)
	}
	at := f.now.Add(survey.IdleAfter)
	if got := silent(at); len(got) != 1 || !got[0].UnderWay || !got[0].PromptedAt.IsZero() {
		t.Errorf("the prompt waits to be sent: %+v", got)
	}
	sent := f.now.Add(time.Hour)
	notice := survey.NoticeID(f.Int(`SELECT max(id) FROM notice`))
	if _, err := f.ClaimNotice(t.Context(), view.OpenNotice{ID: notice, Generation: 1}, sent, noKeys); err != nil {
		t.Fatal(err)
	}
	if err := f.RecordNotice(t.Context(), sent, view.NoticeOutcome{ID: notice, Event: survey.AttemptAccept, ProviderID: "SM1"}); err != nil {
		t.Fatal(err)
	}
	got := silent(at)
	if len(got) != 1 || got[0].UnderWay || !got[0].PromptedAt.Equal(sent) {
		t.Fatalf("%+v, want sent at %s", got, sent)
	}
	// Looked at again at its time; and not if somebody has spoken meanwhile.
	o := view.TakeUp{ID: got[0].ID, InvitationID: f.people[0], SpokenAt: got[0].SpokenAt, LookAt: sent.Add(survey.IdleAfter)}
	if err := f.TakeUp(t.Context(), []view.TakeUp{o}); err != nil {
		t.Fatal(err)
	}
	if got := silent(at); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	f.now = f.now.Add(2 * time.Hour)
	f.talks(f.people[0], instrument.StageQuestions, false)
	o.LookAt = time.Time{}
	if err := f.TakeUp(t.Context(), []view.TakeUp{o}); err != nil {
		t.Fatal(err)
	}
	f.want(1, "looks at the new silence", `SELECT count(*) FROM conversation WHERE look_at = $1`, f.now.Add(survey.IdleAfter))
}

// What an answer was is kept with how it came; of an anonymous campaign it is not.
func TestWhatAnAnswerWasIsKept(t *testing.T) {
	t.Parallel()
	f := newField(t, 2)
	says := func(inv survey.InvitationID, m survey.Mode, value string, drop ...string) {
		t.Helper()
		f.change(inv, view.Change{Mode: m, Drop: drop, Items: []survey.Item{{Question: "q", Answer: survey.Answer{Value: survey.AnswerText(value)}}}})
	}
	says(f.people[0], survey.Web, "1")
	says(f.people[0], survey.TextMode, "1") // the same again is no change
	f.want(0, "earlier values", `SELECT count(*) FROM answer_before`)
	says(f.people[0], survey.Voice, "2")
	f.want(1, "earlier values", `SELECT count(*) FROM answer_before WHERE question = 'q' AND value = '1' AND mode = 'sms' AND language = 'vi' AND replaced_at = $1`, f.now)
	f.want(1, "the answer", `SELECT count(*) FROM answer_item WHERE value = '2' AND mode = 'voice' AND language = 'vi'`)
	f.change(f.people[0], view.Change{Drop: []string{"q"}})
	f.want(2, "earlier values, with what does not apply any more", `SELECT count(*) FROM answer_before`)
	f.change(f.people[0], view.Change{Void: true})
	f.want(0, "earlier values of who takes it all back", `SELECT count(*) FROM answer_before`)
}
