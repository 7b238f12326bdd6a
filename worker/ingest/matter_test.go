package ingest

import (
	"context"
	"testing"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// read is the kind of matter that a change makes, "" for none.
func read(ch view.Change) survey.MatterKind {
	if ch.Matter == nil {
		return ""
	}
	return ch.Matter.Kind
}

func TestWhatIsSaidToTheOfficeIsRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kind survey.MatterKind
		said instrument.PromptKind
	}{
		"ý kiến: đường thôn 3 ngập": {survey.MatterOpinion, instrument.PromptOpinion},
		"gọi lại cho tôi":           {survey.MatterCallback, instrument.PromptHuman},
		"ai đấy?":                   {survey.MatterWho, instrument.PromptHelp},
	} {
		d := newDesk(t, newMemory(t, "urgent-storm").talking())
		ch := d.text(text)
		if read(ch) != want.kind || len(ch.Items) > 0 || ch.Conversation.Close {
			t.Errorf("%q in a conversation: %q with %v", text, read(ch), ch.Items)
		}
		d.wantSaid(want.said)
		if ch = d.text("2"); len(ch.Items) != 1 || read(ch) != "" {
			t.Errorf("after %q the question is not open any more: %+v", text, ch.Items)
		}
		d = newDesk(t, newMemory(t, "urgent-storm"))
		if ch := d.text(text); read(ch) != want.kind || ch.Outcome != outcomeParked {
			t.Errorf("%q out of any conversation: %q", text, read(ch))
		}
		d.wantSaid(want.said)
	}
}

// A reply that is misread as often as we ask is handed over, with its question.
func TestAReplyThatIsNotUnderstoodIsHandedOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	for i := range 2 {
		if ch := d.text("xyz abc"); read(ch) != "" {
			t.Fatalf("handed over at try %d", i+1)
		}
	}
	open := openOf(&decision{g: d.g, q: must(d.g.asked(d.m.c)), c: d.m.c, now: noon()}, talkOf(d.m.c.Conversations[0]).State)
	ch := d.text("xyz abc")
	if read(ch) != survey.MatterUnread || ch.Matter.Question != open || open == "" {
		t.Errorf("%+v, want the question %q", ch.Matter, open)
	}
	// Skipping is the person's own word.
	d = newDesk(t, newMemory(t, "urgent-storm").talking())
	if ch := d.text("bq"); read(ch) != "" {
		t.Error("a skip was handed over")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// While we wait for "stop or go on?" nothing is answered; what is said meanwhile is
// read by a person.
func TestWordsThatDoNothingAreRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.text("dung")
	d.wantSaid(instrument.PromptDoubtfulStop)
	n := len(d.m.notices)
	if ch := d.text("nước lên cao quá cô ạ"); read(ch) != survey.MatterUnread || len(d.m.notices) != n {
		t.Errorf("%q, %d notices more", read(ch), len(d.m.notices)-n)
	}
}

func TestLateWordsAreReadAndThankedOnce(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm")
	m.c.Campaign.EndsAt = noon().Add(-1)
	d := newDesk(t, m)
	ch := d.text("2")
	if read(ch) != survey.MatterLate || !ch.Late || len(ch.Notices) != 1 || !ch.Notices[0].Once {
		t.Errorf("after the end: %q, late %v, %+v", read(ch), ch.Late, ch.Notices)
	}
	m = newMemory(t, "urgent-storm")
	m.c.Invitation.State, m.c.Invitation.Disposition = survey.InvitationClosed, survey.NonContact
	if ch := newDesk(t, m).text("2"); read(ch) != survey.MatterLate {
		t.Errorf("in a closed case: %q", read(ch))
	}
}

func TestStrangersAreRead(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm")
	m.stray = true
	d := newDesk(t, m)
	if ch := d.text("chào"); read(ch) != survey.MatterStranger {
		t.Errorf("a stranger's words: %q", read(ch))
	}
	if ch := d.text("TC"); read(ch) != "" {
		t.Errorf("a stop waits to be read as %q", read(ch))
	}
	if ch := d.receive(channel.Inbound{Kind: channel.InboundText, From: "VIETTEL", To: ourNumber, Text: "KM 50%"}); read(ch) != survey.MatterNetwork || len(ch.Notices) != 0 {
		t.Errorf("an operator's words: %q, answered by %v", read(ch), ch.Notices)
	}
	// Who is on the list and has no case is no stranger.
	known, err := d.g.stray(view.InboxRow{Payload: encode(stored{ContactID: 5, SenderID: textLine,
		Inbound: channel.Inbound{Kind: channel.InboundText, From: herPhone, To: ourNumber, Text: "đường ngập"}})})
	if err != nil || read(known) != survey.MatterOpinion || known.Matter.Contact != 5 || len(known.Notices) != 1 {
		t.Errorf("%+v, %v", known, err)
	}
}

// assigned runs an assignment over the case of m.
type assigned struct{ m *memory }

func (a assigned) AssignMatter(_ context.Context, _ view.Assignment, decide func(view.Case) (view.Change, view.Assigned, error)) error {
	ch, carried, err := decide(a.m.c)
	if err != nil {
		return err
	}
	a.m.write(ch)
	a.m.carried = carried
	return nil
}

func TestWordsAreTakenAsAnAnswerAndTakenBack(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm").talking()
	d := newDesk(t, m)
	d.text("1")
	question, first := "", survey.Answer{}
	for name, a := range m.c.Answers {
		question, first = name, a
	}
	o := view.Assignment{Invitation: herCase, InTime: true, Assigned: view.Assigned{Question: question, Answer: survey.Answer{Value: "2"}, Actor: "lan"}}
	d.must(d.g.Assign(d.Context(), assigned{m}, o))
	if ch := d.last(); m.c.Answers[question].Value != "2" || ch.Mode != survey.TextMode || ch.Items[0].By != "lan" || m.carried.Before != first {
		t.Fatalf("%v by %q in %s, before it %v", m.c.Answers, ch.Items[0].By, ch.Mode, m.carried.Before)
	}
	back := o
	back.Assigned, back.Undo = m.carried, true
	d.must(d.g.Assign(d.Context(), assigned{m}, back))
	if m.c.Answers[question] != first {
		t.Errorf("taken back it is %v, want %v", m.c.Answers[question], first)
	}
	// The person's own later word stands.
	d.must(d.g.Assign(d.Context(), assigned{m}, o))
	m.c.Answers[question] = survey.Answer{Value: "3"}
	d.must(d.g.Assign(d.Context(), assigned{m}, back))
	if m.c.Answers[question].Value != "3" {
		t.Errorf("the person's word became %v", m.c.Answers[question])
	}
	late := o
	late.InTime = false
	nowhere := o
	nowhere.Question = "khong_co"
	for _, bad := range []view.Assignment{late, nowhere} {
		if err := d.g.Assign(d.Context(), assigned{m}, bad); survey.KindOf(err) != survey.Conflict {
			t.Errorf("%+v: %v", bad.Assigned, err)
		}
	}
}

// A command of staff has no queue: what follows from what arrived before is swept up.
func TestStaffAssignWithoutAQueue(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm").talking()
	d := newDesk(t, m)
	d.must(d.g.Receive(d.Context(), channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: "1", From: herPhone, To: ourNumber, Text: "1"}))
	d.g.queue = nil
	open := openOf(&decision{g: d.g, q: must(d.g.asked(m.c)), c: m.c, now: noon()}, instrument.State{})
	d.must(d.g.Assign(d.Context(), assigned{m}, view.Assignment{Invitation: herCase, InTime: true,
		Assigned: view.Assigned{Question: open, Answer: survey.Answer{Value: "3"}, Actor: "lan"}}))
	if m.c.Answers[open].Value != "3" || len(m.notices) == 0 || m.carried.Before.Value != "1" {
		t.Errorf("%v, %d notices, before it %v", m.c.Answers, len(m.notices), m.carried.Before)
	}
}

// While staff talk, the survey is silent and reads nothing; a stop acts all the same.
func TestWhileStaffTalkTheSurveyIsSilent(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	for _, text := range []string{"2", "thế à", "ý kiến: đường ngập"} {
		d.m.c.Conversations[0].StaffedBy = "lan"
		if ch := d.text(text); read(ch) != survey.MatterUnread || ch.Matter.Question == "" || len(ch.Items) > 0 || len(ch.Notices) > 0 || !ch.Conversation.Nudged {
			t.Errorf("%q: %+v", text, ch)
		}
	}
	d.m.c.Conversations[0].StaffedBy = "lan"
	if ch := d.text("STOP"); read(ch) != "" || len(ch.Notices) == 0 || !ch.Conversation.Close {
		t.Errorf("a stop: %+v", ch)
	}
}
