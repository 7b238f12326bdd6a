package ingest

import (
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// spoke says what became of the text that we last wrote to her.
func (d *desk) spoke(s view.Spoke) {
	d.Helper()
	for i := range d.m.c.Conversations {
		d.m.c.Conversations[i].Spoke = s
	}
}

// answeredAt says when a question was answered.
func (d *desk) answeredAt(question string, ago time.Duration) {
	d.Helper()
	d.m.c.AnsweredAt = map[string]time.Time{question: noon().Add(-ago)}
}

// The same text twice, before the next question left, is one answer; another text is
// asked about, and A puts it where it belongs.
func TestAReplyThatCrossedWithTheNextQuestion(t *testing.T) {
	t.Parallel()
	waits := view.Spoke{State: survey.AttemptQueued}
	d := newDesk(t, newMemory(t, "monthly").talking())
	d.text("2")
	d.spoke(waits)
	if ch := d.text("2"); ch.Outcome != outcomeIgnored || ch.Reason != survey.ReasonDuplicate || len(ch.Items) != 0 || len(ch.Notices) != 0 {
		t.Errorf("the same again: %+v", ch)
	}
	if _, taken := d.m.c.Answers["chuyen_ban"]; taken {
		t.Error("the same again was taken for the next question's answer")
	}
	d.spoke(waits)
	d.text("3")
	d.wantSaid(instrument.PromptAskAgain)
	if got := string(d.m.c.Answers["huong"].Value); got != "2" {
		t.Errorf("huong is %q before it was asked which", got)
	}
	d.text("A")
	d.wantSaid(instrument.PromptNoted, instrument.PromptQuestion)
	if got := string(d.m.c.Answers["huong"].Value); got != "3" {
		t.Errorf("huong is %q, want 3", got)
	}
	d.text("2") // this question was read by now
	if got := string(d.m.c.Answers["chuyen_ban"].Value); got != "2" {
		t.Errorf("chuyen_ban is %q, want 2", got)
	}
}

// By which times a reply is early: before our text left, or within seconds of it.
func TestWhenAReplyIsEarly(t *testing.T) {
	t.Parallel()
	came := noon()
	for _, c := range []struct {
		name string
		said view.Spoke
		want bool
	}{
		{"nothing was said", view.Spoke{}, false},
		{"it waits", view.Spoke{State: survey.AttemptQueued}, true},
		{"it is being handed over", view.Spoke{State: survey.AttemptSending, Left: came.Add(time.Second)}, true},
		{"it was handed over before", view.Spoke{State: survey.AttemptSending, Left: came.Add(-time.Second)}, false},
		{"it left after the reply came", view.Spoke{State: survey.AttemptSent, Left: came.Add(time.Second), At: noon()}, true},
		{"it left two seconds before", view.Spoke{State: survey.AttemptSent, Left: came.Add(-2 * time.Second), At: noon().Add(-2 * time.Second)}, true},
		{"it left a minute before", view.Spoke{State: survey.AttemptDelivered, Left: came.Add(-time.Minute), At: noon().Add(-time.Minute)}, false},
		{"on a fast clock", view.Spoke{State: survey.AttemptDelivered, Left: came.Add(-time.Second), At: noon().Add(-4 * time.Minute)}, false},
		{"on a clock that stands", view.Spoke{State: survey.AttemptDelivered, Left: came.Add(-time.Second), At: noon()}, false},
		{"it never arrived", view.Spoke{State: survey.AttemptFailed, Left: came.Add(time.Second)}, false},
	} {
		d := decision{g: &Ingest{Glance: People}, now: noon(), received: came}
		if got := d.early(c.said); got != c.want {
			t.Errorf("%s: early is %t", c.name, got)
		}
	}
}

// A long text that comes in parts is one answer, also when the first part ended the
// conversation; what comes later is an opinion.
func TestPartsOfALongTextAreOneAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "monthly").talking())
	for _, text := range []string{"1", "1", "1", "2", "7", "xe tải chạy"} {
		d.text(text)
	}
	const last = "uu_tien_khac"
	if d.m.c.ResponseState != survey.ResponseSubmitted || string(d.m.c.Answers[last].Value) != "xe tải chạy" {
		t.Fatalf("%s with %q", d.m.c.ResponseState, string(d.m.c.Answers[last].Value))
	}
	over := d.m.closed[len(d.m.closed)-1]
	over.Closed = true
	d.m.c.Conversations = append(d.m.c.Conversations, over)
	d.answeredAt(last, 20*time.Second)
	notices := len(d.m.notices)
	ch := d.text("nhanh, ai cũng lo")
	if got := string(d.m.c.Answers[last].Value); got != "xe tải chạy nhanh, ai cũng lo" || len(d.m.notices) != notices {
		t.Errorf("the answer is %q, with %d notices more; %+v", got, len(d.m.notices)-notices, ch)
	}
	d.answeredAt(last, time.Hour)
	if ch := d.text("đường lại hỏng"); ch.Outcome != outcomeParked {
		t.Errorf("an hour later it is %+v", ch)
	}
	d.answeredAt(last, 20*time.Second)
	if ch := d.text("TC"); len(ch.Suppress) == 0 {
		t.Errorf("TC right behind it is %+v", ch)
	}
}

// Nobody knows which anonymous response is hers: nothing is added to it.
func TestNoPartIsAddedToAnAnonymousResponse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.m.c.Campaign.Confidentiality = survey.Anonymous
	d.m.c.ResponseID, d.m.c.ResponseState = "r", survey.ResponseSubmitted
	d.m.c.Answers = survey.Answers{"sinh_hoat": {Value: "1"}}
	d.m.c.Conversations[0].Closed = true
	d.m.c.Conversations[0].State = encode(instrument.State{Stage: instrument.StageDone, Last: &instrument.Last{Question: "sinh_hoat"}})
	d.answeredAt("sinh_hoat", time.Second)
	if ch := d.text("1"); ch.Reason != survey.ReasonSubmitted || len(ch.Items) > 0 {
		t.Errorf("%+v", ch)
	}
	d.m.c.Campaign.Confidentiality = survey.Identified
	if ch := d.text("1"); ch.Outcome != outcomeIgnored || ch.Reason != survey.ReasonDuplicate {
		t.Errorf("of an identified one: %+v", ch)
	}
}

// A reply that is not understood is handed to staff where the author wants it so, and
// who answers after all goes on.
func TestWhatIsNotUnderstoodGoesToStaff(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm").talking()
	m.c.Questionnaire.Source = "ask_again: 0\nnot_understood: staff\n" + m.c.Questionnaire.Source
	m.c.Questionnaire.Hash += "x"
	d := newDesk(t, m)
	ch := d.text("chịu")
	if ch.Outcome != outcomeParked || ch.Reason != survey.ReasonNotUnderstood || ch.Conversation == nil {
		t.Errorf("%+v", ch)
	}
	d.wantSaid(instrument.PromptStaff)
	d.text("2")
	if got := string(d.m.c.Answers["sinh_hoat"].Value); got != "2" {
		t.Errorf("sinh_hoat is %q, want 2", got)
	}
}
