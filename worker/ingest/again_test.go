package ingest

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// timer lets a timer of ours arrive.
func (d *desk) timer(a view.Again) view.Change {
	d.Helper()
	d.n++
	_, err := d.m.Store(d.Context(), view.Arrival{Kind: "again", Provider: "canvass", ProviderID: strconv.Itoa(d.n), InvitationID: herCase,
		Payload: encode(stored{Inbound: channel.Inbound{Kind: channel.InboundAgain}, Again: &a})})
	d.must(err)
	d.h.tasks = append(d.h.tasks, queue.Task{Kind: queue.Ingest, ID: int64(herCase)})
	d.work()
	return d.last()
}

func TestASilenceIsBrokenOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "monthly").talking())
	d.text("1")
	open := talkOf(d.m.c.Conversations[0]).Current
	ch := d.timer(view.Again{Why: view.AgainSilent, SpokenAt: noon()})
	if !ch.Conversation.Nudged || ch.Human || talkOf(d.m.c.Conversations[0]).Current != open {
		t.Errorf("%+v, human %v", ch.Conversation, ch.Human)
	}
	d.wantSaid(instrument.PromptResume)
	if ch := d.text("2"); len(ch.Items) == 0 || !ch.Conversation.Nudged {
		t.Errorf("after it: %+v", ch)
	}
}

func TestAStaleTimerDoesNothing(t *testing.T) {
	t.Parallel()
	spoken := view.Again{Why: view.AgainSilent, SpokenAt: noon()}
	for what, upset := range map[string]func(*memory){
		"somebody spoke since": func(m *memory) { m.c.Conversations[0].SpokenAt = noon().Add(time.Second) },
		"nothing is open":      func(m *memory) { m.c.Conversations = nil },
		"another is in front":  func(m *memory) { m.c.Conversations[0].HeldAt = noon() },
		"it was submitted":     func(m *memory) { m.c.ResponseState = survey.ResponseSubmitted },
		"the campaign ended":   func(m *memory) { m.c.Campaign.EndsAt = noon() },
		"a pause":              func(m *memory) { m.c.Campaign.State = survey.CampaignPaused },
		"a refusal":            func(m *memory) { m.c.Facts.Refused = true },
	} {
		d := newDesk(t, newMemory(t, "monthly").talking())
		d.text("1")
		n := len(d.m.notices)
		d.m.c.Conversations = slices.Clone(d.m.c.Conversations)
		upset(d.m)
		if ch := d.timer(spoken); ch.Outcome != outcomeIgnored || ch.Reason != survey.ReasonStale || len(d.m.notices) != n || ch.Conversation != nil {
			t.Errorf("%s: %+v", what, ch)
		}
	}
}

func TestAHeldConversationGoesOnByName(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "monthly").talking())
	d.text("1")
	d.m.c.Conversations[0].HeldAt = noon()
	ch := d.timer(view.Again{Why: view.AgainHeld, SpokenAt: noon()})
	if len(ch.Notices) != 1 || ch.Conversation == nil || ch.Conversation.Nudged {
		t.Fatalf("%+v", ch)
	}
	d.wantSaid(instrument.PromptResume)
	if !prompts(t, ch.Notices[0])[0].Named {
		t.Error("the survey is not named")
	}
}

// The person asks for the other survey; with one survey the same word is a reply.
func TestThePersonSwitches(t *testing.T) {
	t.Parallel()
	d := newDesk(t, newMemory(t, "monthly").talking())
	d.text("1")
	d.m.c.Conversations[0].HeldAt, d.m.held = noon(), herCase
	if ch := d.text("đổi"); len(ch.Items) > 0 || len(ch.Notices) != 1 || !prompts(t, ch.Notices[0])[0].Named {
		t.Errorf("%+v", ch)
	}
	d.m.held = 0
	if ch := d.text("đổi"); len(ch.Notices) == 0 || prompts(t, ch.Notices[0])[0].Kind != instrument.PromptAskAgain {
		t.Errorf("with one survey: %+v", ch)
	}
}

func prompts(t *testing.T, n view.NewNotice) (out []instrument.Prompt) {
	t.Helper()
	if err := json.Unmarshal(n.Prompts, &out); err != nil || len(out) == 0 {
		t.Fatalf("%s, %v", n.Prompts, err)
	}
	return out
}
