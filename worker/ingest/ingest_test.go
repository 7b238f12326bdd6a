package ingest

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// desk is one person's case with everything that can happen to it.
type desk struct {
	*testing.T
	m *memory
	h heard
	g *Ingest
	n int // arrivals so far
}

func newDesk(t *testing.T, m *memory) *desk {
	t.Helper()
	d := &desk{T: t, m: m}
	d.g = ingestOver(t, m, &d.h)
	return d
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// work does what the workers do with the hints, and with what the scheduler
// would hint at.
func (d *desk) work() {
	d.Helper()
	d.h.tasks = append(d.h.tasks, queue.Task{Kind: queue.IngestStatuses})
	for len(d.h.tasks) > 0 {
		tasks := d.h.tasks
		d.h.tasks = nil
		for _, t := range tasks {
			switch t.Kind {
			case queue.Ingest, queue.IngestStray, queue.IngestStatuses:
				d.must(d.g.Handle(d.Context(), t))
			}
		}
	}
}

// receive takes one thing that arrived, and applies it.
func (d *desk) receive(in channel.Inbound) view.Change {
	d.Helper()
	d.n++
	in.Provider = "twilio"
	if in.ProviderID == "" {
		in.ProviderID = strconv.Itoa(d.n)
	}
	d.must(d.g.Receive(d.Context(), in))
	d.work()
	return d.last()
}

func (d *desk) last() view.Change {
	d.Helper()
	if len(d.m.changes) == 0 {
		d.Fatal("nothing was applied")
	}
	return d.m.changes[len(d.m.changes)-1]
}

func (d *desk) text(body string) view.Change {
	d.Helper()
	return d.receive(channel.Inbound{Kind: channel.InboundText, From: herPhone, To: ourNumber, Text: body})
}

func (d *desk) status(ref string, e survey.AttemptEvent) view.Change {
	d.Helper()
	return d.receive(channel.Inbound{Kind: channel.InboundStatus, Ref: ref, Status: &channel.Status{Ref: ref, Event: e, ProviderID: "CA1"}})
}

// press takes one step of the call; turn 0 is its beginning.
func (d *desk) press(turn int, keys string) CallStep {
	d.Helper()
	return d.pressAt(herPhone, turn, keys)
}

// pressAt is press at another phone.
func (d *desk) pressAt(phone string, turn int, keys string) CallStep {
	d.Helper()
	s, err := d.g.Keys(d.Context(), channel.Inbound{Kind: channel.InboundKeys, Provider: "twilio", Ref: "a17", From: phone,
		To: ourNumber, CallID: "CA1", ProviderID: "CA1:" + strconv.Itoa(turn), First: turn == 0, Text: keys})
	d.must(err)
	return s
}

func (d *desk) post(nonce string, f Form) FormResult {
	d.Helper()
	r, err := d.g.Post(d.Context(), herCase, nonce, f)
	d.must(err)
	return r
}

// said are the kinds of prompts of the last notice.
func (d *desk) said() []instrument.PromptKind {
	d.Helper()
	if len(d.m.notices) == 0 {
		return nil
	}
	var prompts []instrument.Prompt
	d.must(json.Unmarshal(d.m.notices[len(d.m.notices)-1].Prompts, &prompts))
	return kinds(prompts)
}

func kinds(prompts []instrument.Prompt) []instrument.PromptKind {
	var out []instrument.PromptKind
	for _, p := range prompts {
		out = append(out, p.Kind)
	}
	return out
}

func (d *desk) wantSaid(want ...instrument.PromptKind) {
	d.Helper()
	if got := d.said(); !slices.Equal(got, want) {
		d.Errorf("answered %q, want %q", got, want)
	}
}

func field(values ...string) Field { return Field{Values: values} }

func TestAConversationAsksAndEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.text("2")
	d.wantSaid(instrument.PromptQuestion)
	if got := d.m.c.Answers["sinh_hoat"].Value; got != "2" {
		t.Errorf("stored %q, want 2", string(got))
	}
	ch := d.text("dien")
	d.wantSaid(instrument.PromptThanks)
	if !ch.Submit || ch.Close != survey.Complete || ch.Cancel == "" {
		t.Errorf("submit %v, disposition %q, cancel %q", ch.Submit, ch.Close, ch.Cancel)
	}
	// An open conversation keeps every other campaign from talking with her.
	if len(d.m.c.Conversations) != 0 {
		t.Error("the conversation is still open")
	}
	d.text("cam on")
	d.wantSaid(instrument.PromptAlreadyDone)
}

// What one text does, by where the case stands.
func TestTexts(t *testing.T) {
	t.Parallel()
	open := func(m *memory) { m.talking() }
	link := func(*memory) {}
	ended := func(m *memory) { m.talking().c.Campaign.EndsAt = noon() }
	paused := func(m *memory) { m.c.Campaign.State = survey.CampaignPaused }
	pausedOpen := func(m *memory) { m.talking().c.Campaign.State = survey.CampaignPaused }
	for _, tc := range []struct {
		name    string
		set     func(*memory)
		text    string
		said    instrument.PromptKind
		outcome string
		close   survey.Disposition
		barred  int
		pass    bool
	}{
		{"stop while asked", open, "TC", instrument.PromptOptedOut, "applied", survey.RefusalByPerson, 2, true},
		{"doubtful stop", open, "dung", instrument.PromptDoubtfulStop, "applied", "", 0, false},
		{"stop, nothing asked", link, "dung", instrument.PromptOptedOut, "applied", survey.RefusalByPerson, 2, true},
		{"stop after the end", ended, "TC", instrument.PromptOptedOut, "applied", survey.RefusalByPerson, 2, true},
		{"link while asked", open, "link", instrument.PromptLink, "applied", "", 0, false},
		{"link, nothing asked", link, "link", instrument.PromptLink, "applied", "", 0, false},
		{"wrong person while asked", open, "nham so", instrument.PromptWrongPerson, "applied", survey.WrongPerson, 1, true},
		{"wrong person, nothing asked", link, "nham so", instrument.PromptWrongPerson, "applied", survey.WrongPerson, 1, true},
		{"not this time, nothing asked", link, "BD", instrument.PromptDeclined, "applied", survey.RefusalByPerson, 0, false},
		{"help, nothing asked", link, "help", instrument.PromptHelp, "applied", "", 0, false},
		{"an opinion", link, "Đường ngập từ hôm qua", instrument.PromptOpinion, "parked", "", 0, false},
		{"late", ended, "2", instrument.PromptLate, "parked", "", 0, false},
		{"paused, nothing asked", paused, "2", instrument.PromptPaused, "parked", "", 0, false},
		{"paused, going on", pausedOpen, "2", instrument.PromptQuestion, "applied", "", 0, false},
		{"misread", open, "hoa binh", instrument.PromptAskAgain, "applied", "", 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(t, "urgent-storm")
			tc.set(m)
			d := newDesk(t, m)
			ch := d.text(tc.text)
			d.wantSaid(tc.said)
			if ch.Outcome != tc.outcome || ch.Close != tc.close || len(ch.Suppress) != tc.barred {
				t.Errorf("outcome %q, disposition %q, %d suppressions; want %q, %q, %d",
					ch.Outcome, ch.Close, len(ch.Suppress), tc.outcome, tc.close, tc.barred)
			}
			n := ch.Notices[len(ch.Notices)-1]
			if n.PassSuppression != tc.pass || n.Address != herPhone || n.SenderID != textLine || n.Channel != survey.SMS {
				t.Errorf("notice passes suppression: %v, want %v; sender %d", n.PassSuppression, tc.pass, n.SenderID)
			}
			if daily := tc.outcome == "parked" || tc.name == "wrong person, nothing asked"; n.Daily != daily {
				t.Errorf("said once a day: %v, want %v", n.Daily, daily)
			}
			// A text is evidence of a person: of this one, unless it says otherwise,
			// and in time, unless the field period is over.
			over, wrong := !m.c.Campaign.EndsAt.After(noon()), ch.NotTheirs != ""
			if ch.Human == (over || wrong) || ch.Late != over || wrong != (tc.close == survey.WrongPerson) {
				t.Errorf("human %v, late %v, not theirs %v", ch.Human, ch.Late, wrong)
			}
			if ch.Close != "" && len(m.c.Conversations) != 0 {
				t.Error("a closed case keeps its conversation open")
			}
		})
	}
}

func TestDoubtfulStopIsAskedOnce(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]instrument.PromptKind{"A": instrument.PromptOptedOut, "dung": instrument.PromptOptedOut,
		"B": instrument.PromptQuestion, "2": instrument.PromptQuestion} {
		d := newDesk(t, newMemory(t, "urgent-storm").talking())
		d.text("dung")
		d.text(reply)
		d.wantSaid(want)
	}
}

func TestAStopIsConfirmedOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.text("TC")
	d.text("TC")
	d.text("STOP")
	if n := len(d.m.notices); n != 1 {
		t.Errorf("%d confirmations, want 1", n)
	}
	d.text("DK")
	d.wantSaid(instrument.PromptOptedIn)
	if len(d.m.c.Suppressed) != 0 {
		t.Error("still suppressed after coming back")
	}
}

func TestEnglishStaysEnglish(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm").talking()
	m.c.Invitation.Language = survey.English
	m.c.Conversations[0].State = encode(instrument.State{})
	d := newDesk(t, m)
	d.text("2")
	if got := m.c.Invitation.Language; got != survey.English {
		t.Errorf("the person's language became %q", got)
	}
	if s := d.press(0, ""); s.Lang != survey.English {
		t.Errorf("the call speaks %q", s.Lang)
	}
	d.text("tieng Viet")
	if got := m.c.Invitation.Language; got != survey.Vietnamese {
		t.Errorf("asked for Vietnamese, has %q", got)
	}
}

func TestARepeatedTextIsOneText(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	in := channel.Inbound{Kind: channel.InboundText, ProviderID: "SM1", From: herPhone, To: ourNumber, Text: "2"}
	for range 3 {
		d.receive(in)
	}
	if len(d.m.rows) != 1 || len(d.m.changes) != 1 || len(d.m.notices) != 1 {
		t.Errorf("%d rows, %d changes, %d notices; want one each", len(d.m.rows), len(d.m.changes), len(d.m.notices))
	}
}

func TestStrangers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text    string
		said    instrument.PromptKind
		outcome string
		barred  int
		pass    bool
	}{
		{"STOP", instrument.PromptOptedOut, "applied", 1, true},
		{"DK", instrument.PromptOptedIn, "applied", 0, false},
		{"Ai đấy?", instrument.PromptStranger, "parked", 0, false},
	} {
		m := newMemory(t, "urgent-storm")
		m.stray = true
		d := newDesk(t, m)
		ch := d.text(tc.text)
		d.wantSaid(tc.said)
		if ch.Outcome != tc.outcome || len(ch.Suppress) != tc.barred || ch.Notices[0].PassSuppression != tc.pass {
			t.Errorf("%q: outcome %q, %d suppressions, pass %v", tc.text, ch.Outcome, len(ch.Suppress), ch.Notices[0].PassSuppression)
		}
		if ch.Notices[0].Daily != (tc.outcome == "parked") || (tc.barred == 1) != (len(ch.AddressKeys) > 0 && !ch.Lift) {
			t.Errorf("%q: said once a day: %v; %d keys", tc.text, ch.Notices[0].Daily, len(ch.AddressKeys))
		}
		if tc.barred == 1 && (ch.Suppress[0].ContactID != 0 || len(ch.Suppress[0].AddressKey) != 32) {
			t.Error("the number itself must be on the list, as a keyed hash")
		}
	}
}

func TestStatusOfAnAnswerToAStranger(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	if ch := d.status("n9", survey.AttemptDeliver); ch.Notice == nil || ch.Notice.ID != 9 || ch.Notice.Event != survey.AttemptDeliver {
		t.Errorf("notice outcome %+v", ch.Notice)
	}
	for _, ref := range []string{"", "x1", "a", "a-1", "a99", "n0"} {
		if ch := d.status(ref, survey.AttemptDeliver); ch.Outcome != outcomeParked || ch.Notice != nil {
			t.Errorf("ref %q: %q", ref, ch.Outcome)
		}
	}
}

func TestStatusInAnyOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	if ch := d.status("a16", survey.AttemptDeliver); ch.Attempt == nil || ch.Attempt.ID != herText || ch.Attempt.Event != survey.AttemptDeliver {
		t.Errorf("delivered: %+v", ch.Attempt)
	}
	// "queued" after "delivered" is nothing new.
	if ch := d.status("a16", ""); ch.Attempt != nil || ch.Outcome != outcomeIgnored {
		t.Errorf("queued: %+v", ch)
	}
	if ch := d.status("n4", survey.AttemptUndeliver); ch.Notice == nil || ch.Notice.ID != 4 {
		t.Errorf("notice: %+v", ch.Notice)
	}
	blocked := d.receive(channel.Inbound{Kind: channel.InboundStatus, Ref: "a16",
		Status: &channel.Status{Ref: "a16", Event: survey.AttemptRefuse, OptedOut: true}})
	if len(blocked.Suppress) != 1 || blocked.Suppress[0].Channel != survey.SMS || blocked.Suppress[0].Source != "provider" {
		t.Errorf("a block by the provider: %+v", blocked.Suppress)
	}
	if d.m.c.Facts.Human {
		t.Error("a callback is no evidence of a person")
	}
}

func TestACallFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	steps := []struct {
		keys   string
		want   []instrument.PromptKind
		digits int
		hangUp bool
	}{
		{"", []instrument.PromptKind{instrument.PromptIntro}, 1, false},
		{"1", []instrument.PromptKind{instrument.PromptConsent}, 1, false},
		{"1", []instrument.PromptKind{instrument.PromptGuide, instrument.PromptQuestion}, 1, false},
		{"2", []instrument.PromptKind{instrument.PromptQuestion}, 1, false},
		{"", []instrument.PromptKind{instrument.PromptSilence, instrument.PromptQuestion}, 1, false},
		{"1", []instrument.PromptKind{instrument.PromptThanks}, 1, true},
	}
	for i, want := range steps {
		s := d.press(i, want.keys)
		if got := kinds(s.Prompts); !slices.Equal(got, want.want) || s.HangUp != want.hangUp || s.Digits != want.digits {
			t.Errorf("step %d: %q, hang up %v, %d digits; want %q, %v, %d", i, got, s.HangUp, s.Digits, want.want, want.hangUp, want.digits)
		}
		if i == 0 && d.m.c.Facts.Human {
			t.Error("a line that is answered is no evidence of a person")
		}
	}
	if d.m.c.Invitation.Disposition != survey.Complete || d.m.c.SubmittedByMode != survey.Voice {
		t.Errorf("disposition %q by %q", d.m.c.Invitation.Disposition, d.m.c.SubmittedByMode)
	}
	if ch := d.status("a17", survey.AttemptDeliver); ch.Attempt.Event != survey.AttemptDeliver {
		t.Errorf("a finished call ended as %q", ch.Attempt.Event)
	}
	// The provider asks for the last step again: she hears the same.
	if s := d.press(5, "1"); !slices.Equal(kinds(s.Prompts), []instrument.PromptKind{instrument.PromptThanks}) || !s.HangUp {
		t.Errorf("repeated: %q", kinds(s.Prompts))
	}
}

func TestARepeatedStepOfACallIsOneStep(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	d.press(0, "")
	first, again := d.press(1, "1"), d.press(1, "1")
	if !slices.Equal(kinds(first.Prompts), kinds(again.Prompts)) || len(d.m.rows) != 2 {
		t.Errorf("heard %q, then %q; %d rows", kinds(first.Prompts), kinds(again.Prompts), len(d.m.rows))
	}
}

// "completed" says that the line was answered, not by whom.
func TestWhatACompletedCallWas(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		keys  []string
		event survey.AttemptEvent
		why   survey.Reason
	}{
		{"no step reached us", nil, survey.AttemptUndeliver, survey.ReasonOurSide},
		{"hung up at the first words", []string{""}, survey.AttemptUndeliver, survey.ReasonMachine},
		{"silence to the end", []string{"", "", ""}, survey.AttemptUndeliver, survey.ReasonMachine},
		{"later, please", []string{"", "2"}, survey.AttemptUndeliver, survey.ReasonHungUp},
		{"hung up at the consent", []string{"", "1"}, survey.AttemptUndeliver, survey.ReasonHungUp},
		{"hung up at a question", []string{"", "1", "1", "2"}, survey.AttemptUndeliver, survey.ReasonHungUp},
	} {
		d := newDesk(t, newMemory(t, "urgent-storm"))
		for i, k := range tc.keys {
			d.press(i, k)
		}
		ch := d.status("a17", survey.AttemptDeliver)
		if ch.Attempt.Event != tc.event || ch.Attempt.Reason != tc.why {
			t.Errorf("%s: %q because %q, want %q, %q", tc.name, ch.Attempt.Event, ch.Attempt.Reason, tc.event, tc.why)
		}
	}
}

// A call that we could not go on with says nothing of the person, whatever was
// pressed before; the next call is judged by itself.
func TestACallThatWeCouldNotGoOnWith(t *testing.T) {
	t.Parallel()
	unheard := func(d *desk, call, keys string, turn int) {
		d.must(d.g.Unheard(d.Context(), channel.Inbound{Kind: channel.InboundKeys, Provider: "twilio", Ref: "a17", From: herPhone,
			To: ourNumber, CallID: call, ProviderID: call + ":" + strconv.Itoa(turn), First: turn == 0, Text: keys}))
		d.work()
	}
	for name, tc := range map[string]struct {
		do   func(*desk)
		want survey.Reason
	}{
		"the first step":             {func(d *desk) { unheard(d, "CA1", "", 0) }, survey.ReasonOurSide},
		"her first key":              {func(d *desk) { d.press(0, ""); unheard(d, "CA1", "1", 1) }, survey.ReasonOurSide},
		"silence, then us":           {func(d *desk) { d.press(0, ""); unheard(d, "CA1", "", 1) }, survey.ReasonOurSide},
		"in the middle":              {func(d *desk) { d.press(0, ""); d.press(1, "1"); unheard(d, "CA1", "1", 2) }, survey.ReasonOurSide},
		"another call, long ago":     {func(d *desk) { unheard(d, "CA0", "", 0); d.press(0, "") }, survey.ReasonMachine},
		"another call, and this one": {func(d *desk) { d.press(0, ""); unheard(d, "CA0", "", 0) }, survey.ReasonMachine},
		"answered at the next try":   {func(d *desk) { unheard(d, "CA1", "", 0); d.press(0, ""); d.press(1, "1") }, survey.ReasonHungUp},
	} {
		d := newDesk(t, newMemory(t, "urgent-storm"))
		tc.do(d)
		if ch := d.status("a17", survey.AttemptDeliver); ch.Attempt.Event != survey.AttemptUndeliver || ch.Attempt.Reason != tc.want {
			t.Errorf("%s: %q because %q, want %q", name, ch.Attempt.Event, ch.Attempt.Reason, tc.want)
		}
	}
	// A key is a person's, also if it was lost to us.
	d := newDesk(t, newMemory(t, "urgent-storm"))
	unheard(d, "CA1", "1", 1)
	if !d.m.c.Facts.Human {
		t.Error("a key is evidence of a person")
	}
	// A machine that the provider heard is one, whatever became of our words.
	d = newDesk(t, newMemory(t, "urgent-storm"))
	ch := d.receive(channel.Inbound{Kind: channel.InboundStatus, Ref: "a17", Status: &channel.Status{Ref: "a17", ProviderID: "CA1",
		Event: survey.AttemptUndeliver, Reason: survey.ReasonMachine}})
	if ch.Attempt.Reason != survey.ReasonMachine {
		t.Errorf("a machine: %q", ch.Attempt.Reason)
	}
	// After the end a call is refused, not failed.
	m := newMemory(t, "urgent-storm")
	m.c.Campaign.EndsAt = noon()
	d = newDesk(t, m)
	d.press(0, "")
	if ch := d.status("a17", survey.AttemptDeliver); ch.Attempt.Reason != survey.ReasonMachine {
		t.Errorf("after the end: %q", ch.Attempt.Reason)
	}
}

func TestACallDoors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		keys   []string
		close  survey.Disposition
		barred int
		notice instrument.PromptKind
	}{
		{"wrong person", []string{"", "1", "3"}, survey.WrongPerson, 1, ""},
		{"the link, please", []string{"", "1", "4"}, "", 0, instrument.PromptLink},
		{"no more, yes", []string{"", "0", "0"}, survey.RefusalByPerson, 2, ""},
		{"no more, silence", []string{"", "0", ""}, survey.RefusalByPerson, 2, ""},
		{"no more, no", []string{"", "0", "1"}, "", 0, ""},
		{"three silences at a question", []string{"", "1", "1", "", "", ""}, "", 0, instrument.PromptLink},
		{"two silences at a question", []string{"", "1", "1", "", ""}, "", 0, ""},
	} {
		d := newDesk(t, newMemory(t, "urgent-storm"))
		for i, k := range tc.keys {
			d.press(i, k)
		}
		if d.m.c.Invitation.Disposition != tc.close || len(d.m.barred) != tc.barred {
			t.Errorf("%s: disposition %q, %d suppressions", tc.name, d.m.c.Invitation.Disposition, len(d.m.barred))
		}
		var want []instrument.PromptKind
		if tc.notice != "" {
			want = []instrument.PromptKind{tc.notice}
		}
		if got := d.said(); !slices.Equal(got, want) {
			t.Errorf("%s: texted %q, want %q", tc.name, got, want)
		}
		if len(want) > 0 && (len(d.m.notices) != 1 || d.m.notices[0].SenderID != textLine) {
			t.Errorf("%s: %d texts, by sender %d", tc.name, len(d.m.notices), d.m.notices[0].SenderID)
		}
	}
}

func TestACallThatComesTooLate(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		set  func(*memory)
		want survey.Reason
	}{
		{func(m *memory) { m.c.Campaign.EndsAt = noon() }, survey.ReasonEnded},
		{func(m *memory) { m.c.Campaign.State = survey.CampaignClosed }, survey.ReasonEnded},
		{func(m *memory) { m.c.ResponseState = survey.ResponseSubmitted }, survey.ReasonSubmitted},
	} {
		m := newMemory(t, "urgent-storm")
		tc.set(m)
		if s := newDesk(t, m).press(0, ""); s.Refused != tc.want || !s.HangUp {
			t.Errorf("refused %q, hang up %v; want %q", s.Refused, s.HangUp, tc.want)
		}
	}
}

func TestACallOfNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm"))
	_, err := d.g.Keys(t.Context(), channel.Inbound{Kind: channel.InboundKeys, Ref: "a99", ProviderID: "CA9:0", First: true})
	if survey.KindOf(err) != survey.NotFound || len(d.m.rows) != 1 || len(d.m.changes) != 0 {
		t.Errorf("%v, %d rows, %d changes", err, len(d.m.rows), len(d.m.changes))
	}
}

// A second press of the button, at the same time or later, is the same post.
func TestADoublePressIsOnePost(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-prices"))
	f := Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("1")}}
	var wg sync.WaitGroup
	results := make([]FormResult, 8)
	for i := range results {
		wg.Go(func() {
			r, err := d.g.Post(t.Context(), herCase, "nonce", f)
			if err != nil {
				t.Error(err)
			}
			results[i] = r
		})
	}
	wg.Wait()
	repeats := 0
	for _, r := range results {
		if r.Repeat {
			repeats++
		}
	}
	if len(d.m.rows) != 1 || len(d.m.changes) != 1 || repeats != len(results)-1 {
		t.Errorf("%d rows, %d changes, %d repeats", len(d.m.rows), len(d.m.changes), repeats)
	}
}

func TestFormActions(t *testing.T) {
	t.Parallel()
	answer := Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("1")}}
	for _, tc := range []struct {
		name    string
		set     func(*memory)
		f       Form
		refused survey.Reason
		check   func(view.Change, *memory) bool
	}{
		{"begin", nil, Form{Action: Begin, Lang: survey.English}, "", func(ch view.Change, m *memory) bool {
			return ch.Human && m.c.Invitation.Language == survey.English && len(ch.Events) == 1
		}},
		{"answer", nil, answer, "", func(ch view.Change, m *memory) bool {
			return ch.Human && !ch.Submit && m.c.Answers["chi_tieu"].Value == "1" && ch.Progress.Left == 1
		}},
		{"an answer that is the last", nil, Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("3")}}, "",
			func(ch view.Change, m *memory) bool { return ch.Submit && ch.Close == survey.Complete }},
		{"back keeps, and sends nothing off", nil, Form{Action: Back, Fields: map[string]Field{"chi_tieu": field("3")}}, "",
			func(ch view.Change, m *memory) bool { return !ch.Submit && m.c.Answers["chi_tieu"].Value == "3" }},
		{"back leaves out what is wrong", nil, Form{Action: Back, Fields: map[string]Field{"chi_tieu": field("77")}}, "",
			func(ch view.Change, m *memory) bool { return ch.Outcome == outcomeApplied && len(m.c.Answers) == 0 }},
		{"language", nil, Form{Action: SetLang, Lang: survey.English}, "", func(_ view.Change, m *memory) bool {
			return m.c.Invitation.Language == survey.English
		}},
		{"not this time", nil, Form{Action: Decline}, "", func(ch view.Change, m *memory) bool {
			return ch.Close == survey.RefusalByPerson && ch.Cancel == survey.ReasonRefused
		}},
		{"stop all", nil, Form{Action: Stop}, "", func(ch view.Change, m *memory) bool {
			return slices.Equal(m.c.Suppressed, []survey.Channel{""}) && ch.Close == survey.RefusalByPerson
		}},
		{"stop texts", nil, Form{Action: Stop, Channels: []survey.Channel{survey.SMS}}, "", func(ch view.Change, m *memory) bool {
			return slices.Equal(m.c.Suppressed, []survey.Channel{survey.SMS}) && ch.Close == ""
		}},
		{"one click", nil, Form{Action: Stop, OneClick: true}, "", func(ch view.Change, m *memory) bool {
			return slices.Equal(m.c.Suppressed, []survey.Channel{survey.Mail}) && ch.Close == survey.RefusalByPerson
		}},
		{"stop after the end", func(m *memory) { m.c.Campaign.State = survey.CampaignClosed }, Form{Action: Stop}, "",
			func(_ view.Change, m *memory) bool { return len(m.c.Suppressed) == 1 }},
		{"again", func(m *memory) { m.c.Suppressed = []survey.Channel{""} }, Form{Action: Again}, "",
			func(_ view.Change, m *memory) bool { return len(m.c.Suppressed) == 0 }},
		{"after the end", func(m *memory) { m.c.Campaign.EndsAt = noon() }, answer, survey.ReasonEnded, untouched},
		{"in a pause, not begun", func(m *memory) { m.c.Campaign.State = survey.CampaignPaused }, answer, survey.ReasonPaused, untouched},
		{"in a pause, begun", func(m *memory) { m.c.Campaign.State, m.c.ResponseID = survey.CampaignPaused, "r" }, answer, "",
			func(_ view.Change, m *memory) bool { return len(m.c.Answers) == 1 }},
		{"already submitted", func(m *memory) { m.c.ResponseState = survey.ResponseSubmitted }, answer, survey.ReasonSubmitted, untouched},
		{"an action of nobody", nil, Form{Action: "dance"}, "", untouched},
		{"a question of another version", nil, Form{Action: AnswerPage, Fields: map[string]Field{"no_such": field("1")}}, "",
			func(ch view.Change, m *memory) bool { return len(m.c.Answers) == 0 && !ch.Submit }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			m := newMemory(t, "urgent-prices")
			if tc.set != nil {
				tc.set(m)
			}
			d := newDesk(t, m)
			if r := d.post("n", tc.f); r.Refused != tc.refused || len(r.Errors) != 0 || r.Repeat {
				t.Errorf("result %+v", r)
			}
			if ch := d.last(); !tc.check(ch, m) {
				t.Errorf("change %+v", ch)
			}
		})
	}
}

func untouched(ch view.Change, m *memory) bool {
	return ch.Outcome == outcomeIgnored && len(m.c.Answers) == 0 && len(ch.Suppress) == 0 && ch.Close == ""
}

func TestAPageIsTakenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "monthly"))
	r := d.post("n1", Form{Action: AnswerPage, Fields: map[string]Field{"thu_chi": field("1"), "gia_ca": field()}})
	if r.Errors["gia_ca"] == nil || r.Errors["gia_ca"].Code != survey.CodeAnswerRequired || len(r.Errors) != 1 {
		t.Errorf("errors %v", r.Errors)
	}
	if len(d.m.c.Answers) != 0 {
		t.Error("half a page was stored")
	}
	if r := d.post("n2", Form{Action: AnswerPage, Fields: map[string]Field{"thu_chi": field("1"), "gia_ca": field("2")}}); len(r.Errors) != 0 {
		t.Errorf("errors %v", r.Errors)
	}
	if len(d.m.c.Answers) != 2 {
		t.Errorf("%d answers", len(d.m.c.Answers))
	}
}

// Whether a question applies may hang on another of the same post; the order of
// a map must not decide.
func TestReadFollowsTheQuestionnaire(t *testing.T) {
	t.Parallel()
	c := newMemory(t, "urgent-prices").c
	q, errs := instrument.Parse("x", []byte(c.Questionnaire.Source))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for range 50 {
		items, wrong := new(Ingest).Read(q, c, map[string]Field{"khoan_doi": {Values: []string{"6"}, Other: "học thêm"}, "chi_tieu": field("1")}, time.Time{})
		var names []string
		for _, it := range items {
			names = append(names, it.Question)
		}
		if len(wrong) != 0 || !slices.Equal(names, []string{"chi_tieu", "khoan_doi", "khoan_doi_khac"}) {
			t.Fatalf("%q, wrong %v", names, wrong)
		}
	}
	// A slip in a question that the same post makes irrelevant is no slip.
	if _, wrong := new(Ingest).Read(q, c, map[string]Field{"khoan_doi": field("77"), "chi_tieu": field("3")}, time.Time{}); len(wrong) != 0 {
		t.Errorf("wrong %v", wrong)
	}
}

func TestWithdrawIsARefusalWhateverWasAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-prices"))
	d.post("n1", Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("1")}})
	d.post("n2", Form{Action: Withdraw})
	if ch := d.last(); !ch.Void || ch.Close != survey.RefusalByPerson {
		t.Errorf("void %v, disposition %q", ch.Void, ch.Close)
	}
	if r := d.post("n3", Form{Action: Begin}); r.Refused != survey.ReasonRefused {
		t.Errorf("after that: %+v", r)
	}
}

// She has a text open, answers on the web, then answers the text too.
func TestSubmittedByWebWhileTexting(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.text("2")
	d.post("n", Form{Action: AnswerPage, Fields: map[string]Field{"can_nhat": field("1")}})
	if d.m.c.SubmittedByMode != survey.Web || len(d.m.c.Conversations) != 0 {
		t.Errorf("submitted by %q, %d conversations open", d.m.c.SubmittedByMode, len(d.m.c.Conversations))
	}
	ch := d.text("3")
	d.wantSaid(instrument.PromptAlreadyDone)
	if ch.Submit || len(ch.Items) != 0 || d.m.c.Answers["can_nhat"].Value != "1" {
		t.Error("a text changed what was sent off")
	}
}

// After a refusal, an answer moves the case up and never down.
func TestALaterAnswerOutranksARefusal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-prices"))
	d.post("n1", Form{Action: Decline})
	d.post("n2", Form{Action: AnswerPage, Fields: map[string]Field{"chi_tieu": field("3")}})
	if d.m.c.Invitation.Disposition != survey.Complete {
		t.Errorf("disposition %q", d.m.c.Invitation.Disposition)
	}
	d.status("a16", survey.AttemptDeliver)
	d.post("n3", Form{Action: Stop})
	if d.m.c.Invitation.Disposition != survey.Complete || len(d.m.c.Suppressed) != 1 {
		t.Errorf("disposition %q, suppressed %q", d.m.c.Invitation.Disposition, d.m.c.Suppressed)
	}
}

func TestWhatIsSafeIsSafeWithoutTheQueue(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.h.away = errors.New("queue away")
	if err := d.g.Receive(t.Context(), channel.Inbound{Kind: channel.InboundText, ProviderID: "1", From: herPhone, To: ourNumber, Text: "2"}); err != nil {
		t.Errorf("a stored text must be acknowledged: %v", err)
	}
	// The post applies the waiting text too, whose notice cannot be told.
	if r, err := d.g.Post(t.Context(), herCase, "n", Form{Action: Begin}); err != nil || r.Repeat {
		t.Errorf("%+v, %v", r, err)
	}
	if len(d.m.changes) != 2 || len(d.m.notices) != 1 {
		t.Errorf("%d changes, %d notices", len(d.m.changes), len(d.m.notices))
	}
}

func TestNothingIsAcknowledgedWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.m.away = &survey.Error{Kind: survey.Unavailable, Code: survey.CodeDatabaseAway}
	in := channel.Inbound{Kind: channel.InboundText, ProviderID: "1", From: herPhone, To: ourNumber, Text: "2"}
	if err := d.g.Receive(t.Context(), in); survey.KindOf(err) != survey.Unavailable {
		t.Errorf("Receive: %v", err)
	}
	if _, err := d.g.Post(t.Context(), herCase, "n", Form{Action: Begin}); survey.KindOf(err) != survey.Unavailable {
		t.Errorf("Post: %v", err)
	}
	in = channel.Inbound{Kind: channel.InboundKeys, ProviderID: "CA1:0", Ref: "a17", First: true, From: herPhone, To: ourNumber}
	if _, err := d.g.Keys(t.Context(), in); survey.KindOf(err) != survey.Unavailable {
		t.Errorf("Keys: %v", err)
	}
	if len(d.m.rows) != 0 {
		t.Errorf("%d rows", len(d.m.rows))
	}
}

// A row that cannot be read is set aside; it must not hold up what follows.
func TestARowThatCannotBeReadIsParked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "urgent-storm").talking())
	d.m.rows = append(d.m.rows, &memoryRow{inv: herCase, InboxRow: view.InboxRow{ID: 1, Payload: []byte(`{"kind":7}`)}},
		&memoryRow{inv: herCase, InboxRow: view.InboxRow{ID: 2, Payload: []byte(`{"kind":"bounce"}`)}},
		&memoryRow{inv: herCase, InboxRow: view.InboxRow{ID: 3, Payload: []byte(`{"kind":"form"}`)}},
		&memoryRow{inv: herCase, InboxRow: view.InboxRow{ID: 4, Payload: []byte(`{"kind":"status"}`)}})
	d.text("2")
	var got []string
	for _, ch := range d.m.changes {
		got = append(got, ch.Outcome)
	}
	if want := []string{"parked", "parked", "parked", "ignored", "applied"}; !slices.Equal(got, want) {
		t.Errorf("outcomes %q, want %q", got, want)
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	for ref, want := range map[string]int64{"a17": 17, "n4": 4, "a": 0, "": 0, "b1": 0, "a0": 0, "a-3": 0, "a1x": 0, "a99999999999999999999": 0} {
		if _, id, ok := parseRef(ref); ok != (want > 0) || ok && id != want {
			t.Errorf("%q: %d, %v", ref, id, ok)
		}
	}
}

func FuzzDecide(f *testing.F) {
	f.Add(`{"kind":"text","text":"TC"}`)
	f.Add(`{"kind":"keys","text":"1","first":true}`)
	f.Add(`{"kind":"form","form":{"action":"answer","fields":{"huong":{"values":["1","2"]}}}}`)
	f.Add(`{"kind":"status","status":{"Ref":"a17","Event":"deliver"}}`)
	m := newMemory(f, "monthly").talking()
	g := ingestOver(f, m, &heard{})
	q, err := g.Parsed(m.c.Questionnaire)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		d := decision{g: g, q: q, c: m.c, now: noon().Add(time.Minute)}
		ch, err := d.decide(view.InboxRow{ID: 1, Payload: []byte(payload)})
		if err != nil || ch.Outcome == "" {
			t.Errorf("%v, outcome %q: every row must come to an end", err, ch.Outcome)
		}
		seen := map[string]bool{}
		for _, it := range ch.Items {
			if seen[it.Question] {
				t.Errorf("%q is written twice by one change", it.Question)
			}
			seen[it.Question] = true
			if e := q.Check(it.Question, it.Answer); e != nil {
				t.Errorf("stored what may not be: %v", e)
			}
		}
	})
}

// A waiting request hears what its own row decided, however many rows of the
// same person were stored before it and not applied yet.
func TestAPostBehindManyRowsIsDecided(t *testing.T) {
	t.Parallel()
	m := newMemory(t, "urgent-storm")
	m.most = 2
	d := newDesk(t, m)
	for i := range 5 {
		d.must(d.g.Receive(d.Context(), channel.Inbound{Kind: channel.InboundText, Provider: "twilio", ProviderID: strconv.Itoa(i),
			From: herPhone, To: ourNumber, Text: "help"}))
	}
	if r := d.post("n1", Form{Action: Begin}); r.Repeat {
		t.Error("the post was left undecided")
	}
	if n := len(m.changes); n != 6 {
		t.Errorf("%d rows applied, want 6", n)
	}
}
