package worker

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/instrument"
	"canvass/dispatch/queue"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
	"canvass/worker/channel"
)

// reply has the first person's text answered by one prompt.
func (r *rig) reply(t *testing.T, kind instrument.PromptKind, ch view.Change) queue.Task {
	t.Helper()
	prompts, err := json.Marshal([]instrument.Prompt{{Kind: kind}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.db.Store(t.Context(), view.Arrival{Kind: "text", Provider: "t", ProviderID: r.db.Text(`SELECT 'SM' || count(*) FROM inbox`),
		ReceivedAt: time.Now(), InvitationID: r.people[0], Payload: json.RawMessage(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	ch.Notices = []view.NewNotice{{Channel: survey.SMS, SenderID: survey.SenderID(r.db.Int(`SELECT id FROM sender WHERE channel = 'sms'`)),
		Address: "+84910000001", Prompts: prompts, PassSuppression: kind == instrument.PromptOptedOut}}
	done, err := r.db.ApplyInbox(t.Context(), r.people[0], r.now, func(view.Case, view.InboxRow) (view.Change, error) { return ch, nil })
	if err != nil || len(done) != 1 || len(done[0].Notices) != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	return queue.Task{Kind: queue.SendNotice, ID: int64(done[0].Notices[0].ID), Generation: 1}
}

func (r *rig) notice(t *testing.T) string {
	t.Helper()
	return r.db.Text(`SELECT state || ' ' || reason FROM notice ORDER BY id DESC LIMIT 1`)
}

// again sweeps the notice up after its wait.
func (r *rig) again(t *testing.T) queue.Task {
	t.Helper()
	r.db.Exec(`UPDATE notice SET lease_until = clock_timestamp() - interval '1 second'`)
	swept, err := r.db.SweepNotices(t.Context(), 10)
	if err != nil || len(swept) != 1 {
		t.Fatalf("swept %v, %v", swept, err)
	}
	return queue.Task{Kind: queue.SendNotice, ID: int64(swept[0].ID), Generation: swept[0].Generation}
}

func TestANoticeIsSentOnce(t *testing.T) {
	t.Parallel()
	p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{ProviderID: "SM1", Segments: 2}, nil
	}}
	r := newRig(t, 1).through(p)
	task := r.reply(t, instrument.PromptThanks, view.Change{})
	for range 2 {
		if err := r.sendNotice(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.taken) != 1 {
		t.Fatalf("%d left, want 1", len(p.taken))
	}
	m := p.taken[0]
	if m.Ref != "n1" || m.To != "+84910000001" || m.From != "+84900000001" || m.Body == "" || !strings.Contains(m.StatusURL, "ref=n1") || m.SendBefore.IsZero() {
		t.Errorf("message %+v", m)
	}
	if got := r.notice(t); got != "sent handed_over" {
		t.Errorf("the notice is %s", got)
	}
	if n := r.db.Int(`SELECT count(*) FROM notice WHERE provider_id = 'SM1' AND segments = 2 AND sent_at IS NOT NULL`); n != 1 {
		t.Error("the receipt was not kept")
	}
}

func TestAnOptOutIsConfirmedAndNothingElseIsSaid(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 1).through(p)
	thanks := r.reply(t, instrument.PromptThanks, view.Change{})
	stop := r.reply(t, instrument.PromptOptedOut, view.Change{Close: survey.RefusalByPerson, Refusal: "person",
		Suppress: []survey.Suppression{{ContactID: 1, Scope: survey.SuppressAll, Source: "sms"}}})
	for _, task := range []queue.Task{thanks, stop} {
		if err := r.sendNotice(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.taken) != 1 || p.taken[0].Ref != noticeRef(survey.NoticeID(stop.ID)) {
		t.Errorf("taken %+v, want the confirmation", p.taken)
	}
}

func TestANoticeThatCannotLeaveIsTriedOftenButNotForEver(t *testing.T) {
	t.Parallel()
	p := &provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
		return channel.Receipt{}, &channel.SendError{Class: channel.Temporary}
	}}
	r := newRig(t, 1).through(p)
	task := r.reply(t, instrument.PromptThanks, view.Change{})
	for range noticeTries - 1 {
		if err := r.sendNotice(t.Context(), task); err != nil {
			t.Fatal(err)
		}
		if got := r.notice(t); got != "queued temporary" {
			t.Fatalf("the notice is %s", got)
		}
		task = r.again(t)
	}
	if err := r.sendNotice(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	if got := r.notice(t); got != "failed tries_spent" || p.calls != noticeTries {
		t.Errorf("the notice is %s after %d calls", got, p.calls)
	}
}

func TestWhatBecomesOfANotice(t *testing.T) {
	t.Parallel()
	for class, want := range map[channel.Class]string{
		channel.Unknown: "unknown in_doubt", channel.Permanent: "failed permanent", channel.OptedOut: "failed opted_out",
		channel.Config: "queued config", channel.Late: "queued send_before", channel.Throttled: "queued throttled",
	} {
		r := newRig(t, 1).through(&provider{send: func(context.Context, int, channel.Message) (channel.Receipt, error) {
			return channel.Receipt{}, &channel.SendError{Class: class}
		}})
		if err := r.sendNotice(t.Context(), r.reply(t, instrument.PromptThanks, view.Change{})); err != nil {
			t.Fatal(err)
		}
		if got := r.notice(t); got != want {
			t.Errorf("%s: %s, want %s", class, got, want)
		}
	}
}

// The process ends between the claim of a notice and its words: it goes back,
// and is not lost for want of words.
func TestANoticeGoesBackAtTheEndOfTheProcess(t *testing.T) {
	t.Parallel()
	p := &provider{}
	r := newRig(t, 1).through(p)
	task := r.reply(t, instrument.PromptThanks, view.Change{})
	ctx, end := context.WithCancel(t.Context())
	r.Store = endingStore{Store: r.Store, end: end}
	r.compose.store = r.Store
	if err := r.sendNotice(ctx, task); err != nil {
		t.Fatal(err)
	}
	if got := r.notice(t); got != "queued send_before" || p.calls != 0 {
		t.Errorf("the notice is %s after %d calls", got, p.calls)
	}
	if err := r.sendNotice(t.Context(), r.again(t)); err != nil {
		t.Fatal(err)
	}
	if got := r.notice(t); got != "sent handed_over" {
		t.Errorf("the notice is %s", got)
	}
}

// endingStore is asked to end when a campaign is looked up.
type endingStore struct {
	Store
	end func()
}

func (s endingStore) Campaign(ctx context.Context, id survey.CampaignID) (*survey.Campaign, error) {
	s.end()
	return s.Store.Campaign(ctx, id)
}

// A set-up without the channel keeps the notice for one that has it.
func TestANoticeWithoutASenderWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Channels = nil
	if err := r.sendNotice(t.Context(), r.reply(t, instrument.PromptThanks, view.Change{})); err != nil {
		t.Fatal(err)
	}
	if got := r.notice(t); got != "queued config" {
		t.Errorf("the notice is %s", got)
	}
}
